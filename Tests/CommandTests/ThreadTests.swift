import TestSupport
import Testing

/// What is printed depends on the specification alone, not on how many threads explore it.
@Suite struct ThreadTests {
  /// Violations, deadlocks, faults, traces and coverage.
  @Test(arguments: ["verdicts", "constants", "values", "counter", "faults"])
  func sameOutput(name: String) async throws {
    let fixture: Fixture =
      switch name {
      case "verdicts": .verdicts
      case "constants": .constants
      case "values": .values
      case "counter": .counter
      default: .faults
      }
    // One of the faults is that a loop does not end.
    let options = ["--coverage"] + (name == "faults" ? ["--timeout", "400ms"] : [])
    var outcomes: [Outcome] = []
    for threads in ["1", "2"] {
      try await Library.compiled.wait(for: fixture)
      outcomes.append(
        try await Library.workspace.shell(
          "exec \"$distcheck\" \(fixture.name) --threads \(threads) \(options.joined(separator: " "))"))
    }
    #expect(outcomes[0].code == outcomes[1].code)
    #expect(outcomes[0].errors == outcomes[1].errors)
    #expect(withoutCosts(outcomes[0]) == withoutCosts(outcomes[1]))
  }

  /// Levels of thousands of states, and as many violations in the last one.
  @Test(arguments: ["narrow wrong", "wide wrong"])
  func sameViolation(model: String) async throws {
    var numbers: [Numbers?] = []
    for threads in ["1", "2", "5"] {
      numbers.append(
        Numbers(
          try await Library.run(
            .long, "--model", model, "--threads", threads, "--json", "-D", "limit=14", "-D", "wrong=35")))
    }
    #expect(numbers[0] != nil)
    #expect(numbers[1] == numbers[0])
    #expect(numbers[2] == numbers[0])
  }

  /// Tokens stay: they say which of several counterexamples it is.
  private func withoutCosts(_ outcome: Outcome) -> String {
    outcome.output.replacing(/\d+\.\d+ s, +\d+\.\d+ MB/, with: "TIME, MEMORY")
  }
}
