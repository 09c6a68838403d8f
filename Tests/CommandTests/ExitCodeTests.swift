import Foundation
import Testing

/// What each verdict, met or not, means for a script.
@Suite struct ExitCodeTests {
  @Test(arguments: [
    ("holds", 0, "  holds: holds\n"),
    ("expected violation", 0, "  expected violation: violates \"below\" (as expected)\n"),
    ("expected deadlock", 0, "  expected deadlock: deadlock (as expected)\n"),
    ("no violation", 10, "    expected violates \"below\", but it holds\n"),
    ("wrong count", 10, "    expected 5 distinct states, found 4\n    expected 6 generated states, found 4\n"),
    ("deadlock", 11, "  deadlock: deadlock\n"),
    ("other violation", 12, "    expected violates \"below\", but it violates \"steady\"\n"),
    ("always", 12, "  always: violates \"below\"\n"),
    ("step", 12, "  step: violates \"steady\"\n"),
    ("sometimes", 12, "  sometimes: never reached: \"there\"\n"),
  ])
  func verdict(model: String, code: Int32, line: String) async throws {
    let outcome = try await Library.run(.verdicts, "--model", model)
    #expect(outcome.code == code)
    #expect(outcome.output.contains(line))
    #expect(outcome.errors.isEmpty)
  }

  @Test func falseAssumption() async throws {
    let outcome = try await Library.run(.verdicts, "--model", "false assumption")
    #expect(outcome.code == 10)
    #expect(
      outcome.errors
        == "distcheck: verdicts.swift:13: model \"false assumption\": the assumption \"the limit is positive\" is false\n"
    )
  }

  @Test func mostSeriousOfSeveralDecides() async throws {
    let outcome = try await Library.run(.verdicts)
    #expect(outcome.code == 12)
  }

  @Test(arguments: [
    (["--max-states", "1000"], "stopped at the number of states given by --max-states"),
    (["--max-depth", "3"], "stopped at the depth given by --max-depth"),
  ])
  func bound(options: [String], reason: String) async throws {
    let outcome = try await Library.run(.large, options[0], options[1])
    #expect(outcome.code == 20)
    #expect(outcome.output.contains("  large: inconclusive: \(reason); nothing wrong in what was explored\n"))
    #expect(outcome.output.contains("not explored\n"))
  }

  @Test func boundThatIsNotReached() async throws {
    let outcome = try await Library.run(.verdicts, "--model", "holds", "--max-depth", "5", "--max-states", "5")
    #expect(outcome.code == 0)
  }

  @Test func violationWithinBounds() async throws {
    let outcome = try await Library.run(.verdicts, "--model", "always", "--max-depth", "3")
    #expect(outcome.code == 12)
  }

  @Test func holdsIsNeverClaimedOfATruncatedSearch() async throws {
    let outcome = try await Library.run(.verdicts, "--model", "no violation", "--max-depth", "2")
    #expect(outcome.code == 20)
    #expect(!outcome.output.contains("holds"))
  }
}
