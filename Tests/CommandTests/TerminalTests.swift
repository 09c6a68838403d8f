import Foundation
import TestSupport
import Testing

private let hasScript = FileManager.default.isExecutableFile(atPath: "/usr/bin/script")

/// Colour and progress are for terminals.
@Suite struct TerminalTests {
  /// Runs with standard output and standard error on a terminal, except where the line redirects them.
  private func onTerminal(_ line: String, environment: [String: String?] = [:]) async throws -> Outcome {
    try await Library.workspace.shell(
      "exec script -qec '\"$distcheck\" \(line)' /dev/null", environment: environment)
  }

  @Test func plainElsewhere() async throws {
    let outcome = try await Library.run(.verdicts)
    #expect(!outcome.output.contains("\u{1B}"))
    let long = try await Library.run(.large, "--timeout", "1500ms")
    #expect(!long.output.contains("\u{1B}"))
    #expect(long.errors.isEmpty)
  }

  @Test(.enabled(if: hasScript)) func color() async throws {
    try await Library.compiled.wait(for: .verdicts)
    let outcome = try await onTerminal("verdicts.swift --model always 2> /dev/null")
    #expect(outcome.code == 12)
    #expect(outcome.output.contains("\u{1B}[31mviolates \"below\"\u{1B}[0m"))
    #expect(outcome.output.contains("\u{1B}[1mUp\u{1B}[0m"))
  }

  @Test(.enabled(if: hasScript), arguments: [["NO_COLOR": "1"], ["TERM": "dumb"]])
  func colorIsDeclined(environment: [String: String?]) async throws {
    try await Library.compiled.wait(for: .verdicts)
    let outcome = try await onTerminal("verdicts.swift --model always", environment: environment)
    #expect(outcome.code == 12)
    #expect(outcome.output.contains("  always: violates \"below\"\r\n"))
    #expect(!outcome.output.contains("\u{1B}"))
  }

  @Test(.enabled(if: hasScript)) func noColorThatIsEmpty() async throws {
    try await Library.compiled.wait(for: .verdicts)
    let outcome = try await onTerminal("verdicts.swift --model always 2> /dev/null", environment: ["NO_COLOR": ""])
    #expect(outcome.output.contains("\u{1B}[31m"))
  }

  /// What a pipe reads is plain even when progress goes to a terminal.
  @Test(.enabled(if: hasScript)) func progress() async throws {
    try await Library.compiled.wait(for: .large)
    let outcome = try await onTerminal("large.swift --timeout 3s > output")
    #expect(outcome.code == 20)
    let line = /\r\x{1B}\[K[\d,]+ states, [\d,]+\/s, depth \d+, [\d,]+ queued, \d+\.\d MB, (\d+\.\d+) s/
    let times = outcome.output.matches(of: line).compactMap { Double($0.output.1) }
    #expect(times.count >= 3)
    for (earlier, later) in zip([0] + times, times + [3]) { #expect(later - earlier <= 1) }
    #expect(outcome.output.hasSuffix("\r\u{1B}[K"))
    #expect(try !Library.workspace.contents(of: "output").contains("\u{1B}"))
  }
}
