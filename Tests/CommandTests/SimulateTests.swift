import Foundation
import TestSupport
import Testing

/// `distcheck simulate`: what it prints, with which exit code, and what it refuses.
@Suite struct SimulateTests {
  private func simulate(_ fixture: Fixture, _ arguments: String...) async throws -> Outcome {
    try await Library.compiled.wait(for: fixture)
    let words = (["simulate", fixture.name] + arguments).map { "'\($0)'" }.joined(separator: " ")
    return try await Library.workspace.shell("exec \"$distcheck\" \(words)")
  }

  @Test(arguments: [
    ("holds", 0, "  holds: inconclusive: nothing wrong in 50 random walks\n"),
    ("expected violation", 0, "  expected violation: violates \"below\" in random walk 1 (as expected)\n"),
    ("expected deadlock", 0, "  expected deadlock: deadlock in random walk 1 (as expected)\n"),
    ("no violation", 20, "    expected violates \"below\", but no walk came by it\n"),
    ("wrong count", 0, "  wrong count: inconclusive: nothing wrong in 50 random walks\n"),
    ("deadlock", 11, "  deadlock: deadlock in random walk 1\n"),
    ("other violation", 12, "    expected violates \"below\", but it violates \"steady\"\n"),
    ("always", 12, "  always: violates \"below\" in random walk 1\n"),
    ("step", 12, "  step: violates \"steady\" in random walk 1\n"),
    ("sometimes", 0, "    no walk reached \"there\"\n"),
  ])
  func verdict(model: String, code: Int32, line: String) async throws {
    for strategy in ["swarm", "uniform", "pct"] {
      let outcome = try await simulate(.verdicts, "--model", model, "--walks", "50", "--strategy", strategy)
      #expect(outcome.code == code)
      #expect(outcome.output.contains(line))
      #expect(!outcome.output.contains("holds\n"))
      #expect(outcome.errors.isEmpty)
    }
  }

  /// Walks that run into something else first do not hide what a model is there to show.
  @Test func whatIsExpectedIsWaitedFor() async throws {
    let file = try Library.workspace.write(
      "both.swift",
      """
      import DistCheck

      struct Both: Specification {
        var isReachable = true
        struct State: BitwiseCopyable {
          var n: UInt8 = 0
        }
        var initial: Initial<State> { State() }
        var actions: Actions<State> {
          Action("Right") { s in s.n == 0 } then: { s in s.n = 1 }
          Action("Left") { s in s.n == 0 && isReachable } then: { s in s.n = 2 }
        }
        var properties: Properties<State> {
          Always("not right") { s in s.n != 1 }
          Always("not left") { s in s.n != 2 }
          Always("not far") { s in s.n != 3 }
        }
        static var models: Models {
          Model("right", Both()).expects(.violates("not right"))
          Model("far", Both()).expects(.violates("not far"))
        }
      }

      """)
    #expect(file.lastPathComponent == "both.swift")
    let outcome = try await Library.workspace.run("simulate", "both.swift", "--walks", "40", "--seed", "1")
    #expect(outcome.code == 12)
    #expect(outcome.output.contains("  right: violates \"not right\" in random walk 1 (as expected)\n"))
    #expect(outcome.output.contains("  far: violates \"not right\" in random walk 1\n    40 walks"))
    #expect(outcome.output.contains("    expected violates \"not far\", but it violates \"not right\"\n"))
  }

  @Test func allModels() async throws {
    let outcome = try await simulate(.verdicts, "--walks", "20")
    #expect(outcome.code == 12)
    #expect(outcome.output.hasSuffix("models: 5 passed, 6 failed\n"))
    #expect(outcome.errors.contains("the assumption \"the limit is positive\" is false"))
  }

  @Test func specificationFault() async throws {
    let outcome = try await simulate(.faults, "--model", "index", "--walks", "50")
    #expect(outcome.code == 75)
    #expect(outcome.output.contains("  index: fails: a log with 0 entries has none at index 2 in random walk 1\n"))
    #expect(outcome.output.contains(/faults\.swift:\d+: action Index: a log with 0 entries has none at index 2\n/))
  }

  @Test func somethingEndless() async throws {
    let outcome = try await simulate(.faults, "--model", "endless", "--timeout", "300ms")
    #expect(outcome.code == 20)
    #expect(
      outcome.errors
        == "distcheck: faults.swift: endless: stopped while a guard, effect or property did not come to its end\n")
  }

  // MARK: Seed

  @Test func theSeedThatIsPrintedMakesTheSameWalks() async throws {
    let first = try await simulate(.values, "--walks", "100")
    #expect(first.code == 12)
    let seed = String(try #require(first.output.firstMatch(of: /depth 100, seed (\d+)\n/)).output.1)
    for threads in ["1", "4"] {
      let again = try await simulate(.values, "--walks", "100", "--seed", seed, "--threads", threads)
      #expect(stable(again) == stable(first))
    }
    let other = try await simulate(.values, "--walks", "100")
    #expect(other.output.firstMatch(of: /seed (\d+)\n/)?.output.1 != Substring(seed))
  }

  private func stable(_ outcome: Outcome) -> String { outcome.stableOutput.replacing(/[\d,]+ steps\/s/, with: "RATE") }

  @Test func tokenReplays() async throws {
    let found = try await simulate(.values, "--walks", "100")
    let replayed = try await Library.run(.values, "--replay", try #require(found.token))
    #expect(replayed.code == 0)
    #expect(replayed.output.hasSuffix("    violates \"unfinished\"\n"))
  }

  @Test func constants() async throws {
    let outcome = try await simulate(.verdicts, "-D", "always=2", "--walks", "5")
    #expect(outcome.code == 12)
    #expect(outcome.output.contains("    replay: distcheck verdicts.swift -D always=2 --replay "))
  }

  // MARK: Stops

  @Test func timeout() async throws {
    let outcome = try await simulate(.large, "--timeout", "400ms", "--strategy", "uniform")
    #expect(outcome.code == 12 || outcome.code == 0 || outcome.code == 11)
    let stopped = try await simulate(.constants, "--model", "small", "--timeout", "400ms")
    #expect(stopped.code == 0)
    #expect(
      stopped.output.contains(/small: inconclusive: nothing wrong in [\d,]+ random walks, stopped by its time limit\n/))
  }

  @Test(arguments: [SIGINT, SIGTERM]) func signal(number: Int32) async throws {
    try await Library.compiled.wait(for: .constants)
    let outcome = try await Library.workspace.run(
      "simulate", "constants.swift", "--timeout", "60s", signals: [(.seconds(2), number)])
    #expect(outcome.output.contains(/small: inconclusive: nothing wrong in [\d,]+ random walks, interrupted\n/))
    #expect(!outcome.output.contains("blind"))
  }

  // MARK: Output

  @Test func statistics() async throws {
    let outcome = try await simulate(.constants, "--model", "small", "--walks", "30", "--seed", "1", "--statistics")
    #expect(outcome.output.contains("    walks ended\n"))
    #expect(outcome.output.contains(/"all seen" +\d+\n/))
    #expect(outcome.output.contains(/action +enabled +taken\n +Up +[\d,]+ +[\d,]+\n/))
    #expect(outcome.output.contains(/states on a walk: \d+ to \d+, mean \d+\.\d\n +\d+-\d+ +\d+ +#+\n/))
  }

  @Test func json() async throws {
    let outcome = try await simulate(
      .values, "--walks", "100", "--seed", "7", "--json", "--strategy", "pct", "--change-points", "2")
    #expect(outcome.code == 12)
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(report["schema"] as? Int == 1)
    #expect(report["kind"] as? String == "simulation")
    #expect(report["verdict"] as? String == "violated")
    #expect(report["complete"] as? Bool == false)
    #expect(report["stopReason"] is NSNull)
    #expect(report["strategy"] as? String == "pct")
    #expect(report["changePoints"] as? Int == 2)
    #expect(report["seed"] as? Int == 7)
    #expect(report["maxDepth"] as? Int == 100)
    #expect(try #require(report["walks"] as? Int) >= 1)
    let found = try #require(report["found"] as? [String: Any])
    #expect(found["walk"] as? Int == report["walks"] as? Int)
    #expect(try #require(found["length"] as? Int) >= 6)
    let property = try #require((report["properties"] as? [[String: Any]])?.first)
    #expect(property["verdict"] as? String == "violated")
    let trace = try #require(property["trace"] as? [String: Any])
    #expect((trace["steps"] as? [Any])?.count == 6)
    let actions = try #require(report["actions"] as? [[String: Any]])
    #expect(actions.allSatisfy { $0.keys.sorted() == ["enabled", "line", "name", "optional", "taken"] })
    #expect((report["lengths"] as? [String: Any])?.keys.sorted() == ["histogram", "longest", "mean", "shortest"])
    #expect((report["endings"] as? [String: Any])?["found"] as? Int == 1)
    #expect((report["expectation"] as? [String: Any])?["met"] as? Bool == false)
  }

  // MARK: Refused

  @Test(arguments: [
    ([], "Missing expected argument '<path>' (see distcheck --help)"),
    (["missing.swift"], "missing.swift: no such file or folder"),
    (["."], ".: is a folder; simulate takes one specification"),
    (["counter.swift", "--walks", "0"], "--walks 0: must be at least 1 (see distcheck --help)"),
    (["counter.swift", "--depth", "0"], "--depth 0: must be at least 1 (see distcheck --help)"),
    (["counter.swift", "--depth", "100001"], "--depth 100001: must be at most 100,000 (see distcheck --help)"),
    (["counter.swift", "--threads", "0"], "--threads 0: must be at least 1 (see distcheck --help)"),
    (["counter.swift", "--threads", "257"], "--threads 257: must be at most 256 (see distcheck --help)"),
    (["counter.swift", "--seed=-1"], "--seed -1: must be at least 0 (see distcheck --help)"),
    (
      ["counter.swift", "--seed", "x"], "The value 'x' is invalid for '--seed <seed>' (see distcheck --help)"
    ),
    (
      ["counter.swift", "--timeout", "soon"],
      "--timeout soon: write a time such as 90, 90s, 5m or 2h (see distcheck --help)"
    ),
    (["counter.swift", "--change-points", "3"], "--change-points is for --strategy pct (see distcheck --help)"),
    (
      ["counter.swift", "--strategy", "pct", "--change-points=-1"],
      "--change-points -1: must be at least 0 (see distcheck --help)"
    ),
    (
      ["counter.swift", "--strategy", "pct", "--change-points", "1001"],
      "--change-points 1001: must be at most 1,000 (see distcheck --help)"
    ),
    (
      ["counter.swift", "--json", "--statistics"],
      "--json has the statistics already: leave out --statistics (see distcheck --help)"
    ),
    (
      ["counter.swift", "--json", "--full"],
      "--json shows whole states already: leave out --full (see distcheck --help)"
    ),
    (["counter.swift", "-D", "n=1...3"], "-D n: simulate takes one value; ranges are for checking"),
    (["counter.swift", "-D", "n=1", "-D", "n=2"], "-D n: is given twice"),
    (["counter.swift", "-D", "n"], "-D n: write -D name=value, -D name=3...6 or -D name=1,3,5"),
  ])
  func refused(arguments: [String], message: String) async throws {
    let quoted = arguments.map { "'\($0)'" }.joined(separator: " ")
    let outcome = try await Library.workspace.shell("exec \"$distcheck\" simulate \(quoted)")
    #expect(outcome.code == 64)
    #expect(outcome.errors == "distcheck: \(message)\n")
    #expect(outcome.output.isEmpty)
  }

  @Test func unknownNames() async throws {
    let model = try await simulate(.constants, "--model", "huge")
    #expect(model.code == 64)
    #expect(model.errors == "distcheck: constants.swift: no model \"huge\"; there are \"small\", \"blind\"\n")
    let strategy = try await simulate(.constants, "--strategy", "luck")
    #expect(strategy.code == 64)
    #expect(strategy.errors.contains("The value 'luck' is invalid for '--strategy <strategy>'"))
    let constant = try await simulate(.counter, "-D", "n=1")
    #expect(constant.code == 64)
    #expect(constant.errors == "distcheck: Counter has no constant \"n\": it has none\n")
  }
}
