import Foundation
import TestSupport
import Testing

/// `--strategy`: another order of exploration, and what is said of it.
@Suite struct StrategyTests {
  /// A long way and a short one to the same place.
  private static let ways = Fixture(
    name: "ways.swift",
    source: """
      import DistCheck

      struct Ways: Specification {
        struct State: BitwiseCopyable { var n: UInt8 = 0 }
        var initial: Initial<State> { State() }
        var actions: Actions<State> {
          Action("Walk") { s in s.n < 9 } then: { s in s.n += 1 }
          Action("Ride") { s in s.n == 0 } then: { s in s.n = 20 }
          Action("Alight") { s in s.n == 20 } then: { s in s.n = 7 }
        }
        var properties: Properties<State> {
          Always("not nine") { s in s.n != 9 }
          Sometimes("five") { s in s.n == 5 }
        }
        func mayStop(_ s: State) -> Bool { s.n == 9 }
        static var models: Models { Model("ways", Ways()) }
      }

      """)

  /// Once, because the tests run side by side.
  private static let written: URL? = try? Library.workspace.write(ways.name, ways.source)

  private func run(_ arguments: String) async throws -> Outcome {
    _ = try #require(Self.written)
    return try await Library.workspace.shell("exec \"$distcheck\" ways.swift \(arguments)")
  }

  @Test func depthFirst() async throws {
    let outcome = try await run("--strategy depth-first --witness five")
    #expect(outcome.code == 12)
    #expect(outcome.errors.isEmpty)
    let lines = outcome.stableOutput.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(
      lines.prefix(6) == [
        "ways.swift", "ways: violates \"not nine\"", "11 distinct, 11 generated, depth 10, TIME, MEMORY",
        "expected holds, but it violates \"not nine\"", "a path that was taken depth-first; there can be a shorter one",
        "a path to \"five\":",
      ])
    #expect(lines.contains("10. Walk"))
  }

  @Test func iterativeDeepening() async throws {
    let outcome = try await run("--strategy iterative-deepening --witness five")
    #expect(outcome.code == 12)
    #expect(!outcome.output.contains("depth-first"))
    #expect(outcome.output.contains("5. Walk") && !outcome.output.contains("10. Walk"))
    let deeper = try await run("--strategy iterative-deepening --max-depth 3 --witness five")
    #expect(deeper.code == 20)
  }

  @Test func theSameToken() async throws {
    let breadthFirst = try await run("")
    let deepening = try await run("--strategy iterative-deepening")
    #expect(breadthFirst.token != nil && breadthFirst.token == deepening.token)
    let token = try #require(try await run("--strategy depth-first").token)
    let replay = try await run("--replay \(token)")
    #expect(replay.code == 0)
    #expect(replay.output.hasSuffix("    violates \"not nine\"\n"))
  }

  @Test func bound() async throws {
    let outcome = try await run("--strategy depth-first --max-depth 3")
    #expect(outcome.code == 20)
    #expect(
      outcome.output.contains(
        "  ways: inconclusive: no paths of more than 3 states, see --max-depth; nothing wrong in what was explored\n"))
    // 0, 1 and 2; 20 and 7.
    #expect(outcome.output.contains("    5 distinct, "))
    #expect(outcome.output.contains(", 2 not explored\n"))
  }

  @Test func json() async throws {
    for (option, strategy) in [
      ("", "breadth-first"), ("--strategy breadth-first", "breadth-first"), ("--strategy depth-first", "depth-first"),
      ("--strategy iterative-deepening --threads 1", "iterative-deepening"),
    ] {
      let outcome = try await run("--json \(option)")
      #expect(outcome.code == 12)
      #expect(outcome.output.contains("\"strategy\":\"\(strategy)\""))
      if strategy != "breadth-first" { #expect(outcome.output.contains("\"threads\":1,")) }
    }
  }

  /// Counts that depend on the order are not compared with what a model expects.
  @Test(arguments: ["depth-first", "iterative-deepening"]) func expectations(strategy: String) async throws {
    let holds = try await Library.run(.verdicts, "--strategy", strategy, "--model", "holds")
    #expect(holds.code == 0)
    let wrong = try await Library.run(.verdicts, "--strategy", strategy, "--model", "wrong count")
    #expect(wrong.code == 10)
    #expect(wrong.output.contains("expected 5 distinct states, found 4") && !wrong.output.contains("generated states"))
  }

  @Test(arguments: ["depth-first", "iterative-deepening"]) func timeAndSignals(strategy: String) async throws {
    // Depth-first, its deadlock would be found at once.
    let source = Fixture.large.source.replacing("Large", with: "Wide").replacing(
      "static var models", with: "func mayStop(_ s: State) -> Bool { true }\n  static var models")
    try Library.workspace.write("wide-\(strategy).swift", source)
    _ = try await Library.workspace.run("wide-\(strategy).swift", "--list")
    let arguments = ["wide-\(strategy).swift", "--strategy", strategy]
    let timeout = try await Library.workspace.run(arguments[0], arguments[1], arguments[2], "--timeout", "300ms")
    #expect(timeout.code == 20)
    #expect(timeout.output.contains("  large: inconclusive: stopped by --timeout; nothing wrong"))
    let states = try await Library.workspace.run(arguments[0], arguments[1], arguments[2], "--max-states", "1000")
    #expect(states.code == 20)
    #expect(states.output.contains("    1,000 distinct, "))
    let signal = try await Library.workspace.run(
      arguments[0], arguments[1], arguments[2], signals: [(.seconds(1), SIGINT)])
    #expect(signal.code == 20)
    #expect(signal.output.contains("  large: inconclusive: interrupted; nothing wrong in what was explored\n"))
  }

  @Test func faults() async throws {
    let breadthFirst = try await Library.run(.faults, "--model", "log")
    let depthFirst = try await Library.run(.faults, "--model", "log", "--strategy", "depth-first")
    #expect(breadthFirst.code == depthFirst.code)
    #expect(depthFirst.output.split(separator: "\n").last == breadthFirst.output.split(separator: "\n").last)
  }
}
