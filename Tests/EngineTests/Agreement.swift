import DistCheckEngine
import Testing

/// Compares what the engine found with the reference.
///
/// - Parameters:
///   - radices: For each action, how many values each parameter has; arguments are integers, the first changes fastest.
///   - value: How the engine shows a numbered state.
func expectAgreement(
  _ result: CheckResult, _ table: TableSystem, radices: [[Int]], seed: Int, value: (Int) -> Value
) {
  let reference = table.explore()
  let lengths = reference.invariants + reference.steps + [reference.deadlock]
  let shortest = lengths.compactMap { $0 }.min()
  let reported = result.properties.first { $0.verdict == .violated && $0.kind != .sometimes }
  #expect(result.fault?.fault == nil, "seed \(seed)")
  if let shortest, let reported {
    #expect(result.verdict == .violated, "seed \(seed)")
    let expected =
      switch reported.kind {
      case .always: reference.invariants[Int(reported.name.dropFirst("always ".count))!]
      case .step: reference.steps[Int(reported.name.dropFirst("step ".count))!]
      default: reference.deadlock
      }
    #expect(reported.trace?.steps.count == expected, "seed \(seed)")
    // A deadlock is noticed after the violations among the successors of the states beside it.
    let slack = reported.kind == .deadlock ? 0 : 1
    #expect((shortest...(shortest + slack)).contains(expected ?? 0), "seed \(seed)")
    if let trace = reported.trace {
      expectExecution(trace, table, radices: radices, seed: seed, value: value)
      let last = trace.steps.last!.state
      switch reported.kind {
      case .always:
        let broken = table.broken[Int(reported.name.dropFirst("always ".count))!]
        #expect(broken.contains { value($0) == last }, "seed \(seed)")
      case .deadlock:
        let isStuck = (0..<table.stateCount).contains { state in
          value(state) == last && table.actions.allSatisfy { $0[state].allSatisfy { $0 == nil } }
        }
        #expect(isStuck, "seed \(seed)")
      default: break
      }
    }
  } else {
    #expect(shortest == nil, "seed \(seed): the engine misses a violation")
    #expect(reported == nil, "seed \(seed): the engine makes up a violation")
    #expect(result.isComplete, "seed \(seed)")
    #expect(result.holds == reference.isReached.allSatisfy { $0 }, "seed \(seed)")
    #expect(result.distinctStates == reference.distinct, "seed \(seed)")
    #expect(result.generatedStates == reference.generated, "seed \(seed)")
    #expect(result.depth == reference.depth, "seed \(seed)")
    #expect(result.statesOutsideConstraint == reference.outside, "seed \(seed)")
    let goals = result.properties.filter { $0.kind == .sometimes }.map { $0.verdict == .holds }
    #expect(goals == reference.isReached, "seed \(seed)")
    #expect(result.unexploredStates == 0, "seed \(seed)")
    #expect(result.actions.map(\.coverage.newStates).reduce(0, +) <= reference.distinct, "seed \(seed)")
  }
}

/// Every step of the trace is one that the tables allow.
func expectExecution(
  _ trace: Trace, _ table: TableSystem, radices: [[Int]], seed: Int, value: (Int) -> Value
) {
  guard var state = table.initial.first(where: { value($0) == trace.steps[0].state }) else {
    Issue.record("seed \(seed): the trace does not begin in an initial state")
    return
  }
  for step in trace.steps.dropFirst() {
    let action = Int(step.action!)!
    var (ordinal, weight) = (0, 1)
    for (argument, radix) in zip(step.arguments, radices[action]) {
      guard case .integer(let digit) = argument else { break }
      ordinal += digit * weight
      weight *= radix
    }
    guard let next = table.actions[action][state][ordinal] else {
      Issue.record("seed \(seed): the trace takes an instance that is not enabled")
      return
    }
    state = next
    #expect(step.state == value(state), "seed \(seed)")
  }
}
