import Foundation
import TestSupport
import Testing

/// Counterexamples as a person reads them.
@Suite struct TraceTests {
  @Test func changes() async throws {
    let outcome = try await Library.run(.values)
    #expect(outcome.code == 12)
    #expect(outcome.errors.isEmpty)
    #expect(
      outcome.stableOutput == """
        values.swift
          values: violates "unfinished"
            6 distinct, 7 generated, depth 6, TIME, MEMORY
            expected holds, but it violates "unfinished"
              1. Initial state
                   step: 0
                   color: red
                   message: ping
                   leader: nil
                   terms[red]: -1
                   terms[green]: -1
                   nodes: {}
                   log: []
                   queue: []
                   bag: {}
                   values: {}
                   network: {}
                   links: {}
                   inner.number: -1
                   inner.pair.0: false
                   inner.pair.1: 2
                   array[0]: false
                   array[1]: false
              2. Change(1, green)
                   step: 0 → 1
                   color: red → green
                   message: ping → vote(term: 3, granted: true)
                   leader: nil → 1
                   terms[green]: -1 → 2
                   inner.number: -1 → 5
                   inner.pair.0: false → true
                   array[1]: false → true
              3. Fill
                   step: 1 → 2
                   nodes: + 1
                   log: [] → [(number: 7, pair: (false, 2))]
                   queue: [] → [green, red]
                   bag: + 4, + 4
                   values: + from(1)
                   network: + vote(term: 1, granted: false)
                   links: + 0→1 green
              4. Receive(vote(term: 1, granted: false))
                   step: 2 → 3
                   network: − vote(term: 1, granted: false)
              5. Deliver(0→1 green)
                   step: 3 → 4
                   queue: [green, red] → [red, green]
                   bag: − 4
                   links: − 0→1 green
              6. End(4)
                   step: 4 → 5
                   message: vote(term: 3, granted: true) → from(0)
                   leader: 1 → nil
                   log: [(number: 7, pair: (false, 2))] → []
            replay: distcheck values.swift --replay TOKEN

        """)
  }

  @Test func wholeStates() async throws {
    let outcome = try await Library.run(.values, "--full")
    #expect(outcome.code == 12)
    let steps = outcome.output.split(separator: "\n").drop { !$0.contains("5. Deliver") }
    #expect(
      steps.dropLast().joined(separator: "\n") == """
              5. Deliver(0→1 green)
                   step: 4
                   color: green
                   message: vote(term: 3, granted: true)
                   leader: 1
                   terms[red]: -1
                   terms[green]: 2
                   nodes: {1}
                   log: [(number: 7, pair: (false, 2))]
                   queue: [red, green]
                   bag: {4}
                   values: {from(1)}
                   network: {}
                   links: {}
                   inner.number: 5
                   inner.pair.0: true
                   inner.pair.1: 2
                   array[0]: false
                   array[1]: true
              6. End(4)
                   step: 5
                   color: green
                   message: from(0)
                   leader: nil
                   terms[red]: -1
                   terms[green]: 2
                   nodes: {1}
                   log: []
                   queue: [red, green]
                   bag: {4}
                   values: {from(1)}
                   network: {}
                   links: {}
                   inner.number: 5
                   inner.pair.0: true
                   inner.pair.1: 2
                   array[0]: false
                   array[1]: true
        """)
  }

  @Test func stepThatChangesNothing() async throws {
    let source = Fixture.counter(
      members: "  var properties: Properties<State> { Step(\"moves\") { s, t in s.n != t.n } }"
    ).replacing("{ s in s.n += 1 }", with: "{ s in s.n |= 1 }")
    let workspace = try Workspace()
    try workspace.write("still.swift", source)
    let outcome = try await workspace.run("still.swift")
    #expect(outcome.code == 12)
    #expect(
      outcome.stableOutput.hasSuffix(
        """
              2. Up
                   n: 0 → 1
              3. Up
                   nothing changes
            replay: distcheck still.swift --replay TOKEN

        """))
  }

  /// What is expected is only counted, unless it is asked for by name.
  @Test func expectedCounterexample() async throws {
    let all = try await Library.run(.verdicts)
    #expect(
      all.stableOutput.contains(
        """
          expected violation: violates "below" (as expected)
            3 distinct, 3 generated, depth 3, TIME, MEMORY
            in 3 states; shown by --model "expected violation"
          expected deadlock
        """))
    let named = try await Library.run(.verdicts, "--model", "expected violation")
    #expect(
      named.stableOutput == """
        verdicts.swift
          expected violation: violates "below" (as expected)
            3 distinct, 3 generated, depth 3, TIME, MEMORY
              1. Initial state
                   n: 0
              2. Up
                   n: 0 → 1
              3. Up
                   n: 1 → 2
            replay: distcheck verdicts.swift --replay TOKEN

        """)
  }

  @Test func witness() async throws {
    let outcome = try await Library.run(.constants, "--model", "small", "--witness", "all seen")
    #expect(outcome.code == 0)
    #expect(
      outcome.stableOutput == """
        constants.swift
          small: holds
            32 distinct, 121 generated, depth 7, TIME, MEMORY
            never enabled: Green (guard at constants.swift:25)
            a shortest path to "all seen":
              1. Initial state
                   n: 0
                   seen: {}
                   network: {}
              2. See(0)
                   seen: + 0
              3. See(1)
                   seen: + 1

        """)
  }

  @Test func coverage() async throws {
    let outcome = try await Library.run(.constants, "--model", "small", "--coverage")
    #expect(outcome.code == 0)
    #expect(
      outcome.stableOutput == """
        constants.swift
          small: holds
            32 distinct, 121 generated, depth 7, TIME, MEMORY
            never enabled: Green (guard at constants.swift:25)
            action   enabled  taken  new states
            Up            24     24          24
            See           32     64          32
            Green          0      0           0
            Send          16     16          16
            Receive       16     16           0
            Lose           0      0           0

        """)
  }

  /// The order of states, and so every trace, depends on the specification alone.
  @Test func deterministic() async throws {
    let first = try await Library.run(.verdicts)
    let second = try await Library.run(.verdicts)
    #expect(first.stableOutput == second.stableOutput)
    #expect(first.token == second.token)
  }
}
