import Foundation
import Testing

/// The token of a counterexample shows it again; no other token does.
@Suite struct ReplayTests {
  @Test func roundTrip() async throws {
    let found = try await Library.run(.values, "--full")
    let token = try #require(found.token)
    let replayed = try await Library.run(.values, "--full", "--replay", token)
    #expect(replayed.code == 0)
    #expect(replayed.errors.isEmpty)
    let steps = found.output.split(separator: "\n").drop { !$0.contains("1. Initial state") }.dropLast()
    #expect(
      replayed.output
        == "values.swift\n  values\n" + steps.joined(separator: "\n") + "\n    violates \"unfinished\"\n")
  }

  @Test func json() async throws {
    let found = try await Library.run(.values, "--json")
    let token = try #require(found.output.firstMatch(of: /"token":"([0-9a-z]+)"/)).output.1
    let replayed = try await Library.run(.values, "--json", "--replay", String(token))
    #expect(replayed.code == 0)
    let trace = try #require(replayed.output.firstMatch(of: /"trace":.*\]}/)).output
    #expect(found.output.contains(trace))
    #expect(
      replayed.output
        == #"{"schema":1,"spec":"values.swift","model":"values",\#(trace),"violated":["unfinished"],"error":null}"#
        + "\n")
  }

  @Test func deadlock() async throws {
    let found = try await Library.run(.verdicts, "--model", "deadlock")
    let replayed = try await Library.run(.verdicts, "--model", "deadlock", "--replay", try #require(found.token))
    #expect(replayed.code == 0)
    #expect(replayed.output.contains("  deadlock\n      1. Initial state\n           n: 0\n      2. Up\n"))
  }

  @Test func fault() async throws {
    let found = try await Library.run(.faults, "--model", "index")
    let replayed = try await Library.run(.faults, "--replay", try #require(found.token))
    #expect(replayed.code == 0)
    #expect(
      replayed.output.hasSuffix(
        """
              3. Index
                   the specification fails here
            fails: a log with 0 entries has none at index 2

        """))
  }

  @Test func otherConstants() async throws {
    let found = try await Library.run(.verdicts, "--model", "holds", "-D", "always=2")
    #expect(found.code == 12)
    #expect(found.output.contains("    replay: distcheck verdicts.swift -D always=2 --replay "))
    let token = try #require(found.token)
    let replayed = try await Library.run(.verdicts, "-D", "always=2", "--replay", token)
    #expect(replayed.code == 0)
    #expect(replayed.output.hasSuffix("    violates \"below\"\n"))
    let refused = try await Library.run(.verdicts, "-D", "always=3", "--replay", token)
    #expect(refused.code == 64)
  }

  @Test func otherSpecification() async throws {
    let found = try await Library.run(.verdicts, "--model", "always")
    let refused = try await Library.run(.constants, "--replay", try #require(found.token))
    #expect(refused.code == 64)
    #expect(refused.output.isEmpty)
    #expect(
      refused.errors
        == "distcheck: --replay: the token belongs to another specification, to other constants, or to an earlier version\n"
    )
  }

  @Test(arguments: ["garbage!", "abc", "0", "00000000000000000000", "zzzzzzzzzzzzzzzz", "ilou", "É"])
  func garbage(token: String) async throws {
    let outcome = try await Library.run(.counter, "--replay", token)
    #expect(outcome.code == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix("distcheck: --replay: "))
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }

  /// A token that is cut short, or goes on after its end, is refused or shows an execution; it never does harm.
  @Test func damaged() async throws {
    let found = try await Library.run(.values)
    let token = try #require(found.token)
    let half = token.dropLast(5)
    for damaged in [token.dropLast() + "", token + "0", token + "zz", token + token, half + "zzzzz"] {
      let outcome = try await Library.run(.values, "--replay", damaged)
      #expect([0, 64].contains(outcome.code), "\(damaged)")
      #expect(outcome.errors.split(separator: "\n").count == (outcome.code == 0 ? 0 : 1))
    }
  }
}
