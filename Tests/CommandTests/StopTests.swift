import Foundation
import Testing

/// A search that time or a signal ends: what it has covered is still reported.
@Suite struct StopTests {
  @Test func timeout() async throws {
    let outcome = try await Library.run(.large, "--timeout", "300ms")
    #expect(outcome.code == 20)
    #expect(
      outcome.output.contains("  large: inconclusive: stopped by --timeout; nothing wrong in what was explored\n"))
    #expect(outcome.errors.isEmpty)
  }

  @Test func timeoutIsKept() async throws {
    let outcome = try await Library.run(.large, "--timeout", "0.5s", "--json")
    let seconds = try #require(outcome.output.firstMatch(of: /"seconds":(\d+\.\d+)/)).output.1
    #expect((0.5..<2).contains(try #require(Double(seconds))))
  }

  @Test func timeoutOfSomethingEndless() async throws {
    let outcome = try await Library.run(.faults, "--model", "endless", "--timeout", "300ms")
    #expect(outcome.code == 20)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.contains("  endless: inconclusive: stopped by --timeout; "))
    #expect(outcome.output.contains("\n    action Endless did not come to its end in a state, and was left "))
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func signal(number: Int32) async throws {
    try await Library.compiled.wait(for: .large)
    let outcome = try await Library.workspace.run("large.swift", signals: [(.seconds(1), number)])
    #expect(outcome.code == 20)
    #expect(outcome.output.contains("  large: inconclusive: interrupted; nothing wrong in what was explored\n"))
    #expect(outcome.errors.isEmpty)
  }

  @Test func secondSignalEndsSomethingEndless() async throws {
    try await Library.compiled.wait(for: .faults)
    let outcome = try await Library.workspace.run(
      "faults.swift", "--model", "endless", signals: [(.seconds(1), SIGINT), (.milliseconds(1100), SIGINT)])
    #expect(outcome.code == 20)
  }

  @Test func interruptionSkipsTheOtherFiles() async throws {
    try await Library.compiled.wait(for: .large)
    let outcome = try await Library.workspace.run(
      "large.swift", "counter.swift", signals: [(.seconds(1), SIGINT)])
    #expect(outcome.code == 20)
    #expect(!outcome.output.contains("counter"))
  }
}
