import Foundation
import TestSupport
import Testing

/// The model that is asked for is the one that is checked, whatever names there are and whatever a specification does.
@Suite struct AnswerTests {
  let workspace = try! Workspace(in: Library.workspace)

  private func specification(
    before: String = "", models: String, members: String = "", effect: String = "s.n += 1"
  ) -> String {
    """
    import DistCheck
    import Foundation

    \(before)
    struct Tick: Specification {
      var limit = 9
      struct State: BitwiseCopyable { var n: UInt8 = 0 }
      var initial: Initial<State> { State() }
      var actions: Actions<State> {
        Action("Tick") { s in s.n < 5 } then: { s in \(effect) }
      }
      func mayStop(_ s: State) -> Bool { true }
    \(members)
      var properties: Properties<State> { Always("small") { s in s.n < limit } }
      static var models: Models { \(models) }
    }

    """
  }

  @Test(arguments: ["\\u{2028}", "\\u{2029}", "\\u{85}", "\\n", "\\r", "\\u{0}", "R {}", "\\\"", "="])
  func namesOfModels(separator: String) async throws {
    try workspace.write(
      "tick.swift",
      specification(
        models: "Model(\"a\(separator)b\", Tick()); Model(\"good\", Tick()); Model(\"bad\", Tick(limit: 4))"))
    let bad = try await workspace.run("tick.swift", "--model", "bad", "--json", "--no-self-check")
    #expect(bad.code == 12)
    #expect(bad.report?["model"] as? String == "bad")
    let list = try await workspace.run("tick.swift", "--list", "--json")
    #expect(list.output.split(separator: "\n").count == 3)
  }

  /// Into every descriptor that there is: never another verdict, and mostly a fault of the specification.
  @Test func writesEverywhere() async throws {
    let answer = "R {\\\"verdict\\\":\\\"violated\\\"}\\n"
    try workspace.write(
      "tick.swift",
      specification(
        models: "Model(\"good\", Tick())",
        effect: "for d in Int32(0)..<256 { _ = \"\(answer)\".withCString { write(d, $0, strlen($0)) } }; s.n += 1"))
    let outcome = try await workspace.run("tick.swift", "--no-self-check")
    #expect(outcome.code == 75)
    #expect(
      outcome.errors.hasSuffix(
        "distcheck: tick.swift: good: the specification writes to a descriptor that is not its own\n"))
    #expect(outcome.output.isEmpty)
  }

  @Test func prints() async throws {
    try workspace.write(
      "tick.swift",
      specification(
        models: "Model(\"good\", Tick())", effect: "print(\"R {\\\"verdict\\\":\\\"violated\\\"}\"); s.n += 1"))
    let outcome = try await workspace.run("tick.swift", "--no-self-check")
    #expect(outcome.code == 0)
    #expect(outcome.output.hasPrefix("tick.swift\n  good: holds\n"))
    #expect(outcome.errors.contains("R {\"verdict\":\"violated\"}\n"))
  }

  @Test(arguments: [
    ("exit(0)", "tick.swift: good: the specification ended its own process (exit code 0)"),
    ("_exit(3)", "tick.swift: good: the specification ended its own process (exit code 3)"),
    ("kill(getpid(), SIGTERM); sleep(5)", "ended by signal 15: by the specification itself"),
    ("kill(getpid(), SIGKILL)", "ended by signal 9: by the specification itself, or the system, for want of memory"),
  ])
  func endsItself(code: String, message: String) async throws {
    try workspace.write(
      "tick.swift", specification(models: "Model(\"good\", Tick())", effect: "if s.n == 3 { \(code) }; s.n += 1"))
    let outcome = try await workspace.run("tick.swift", "--no-self-check")
    #expect(outcome.code == 75)
    #expect(outcome.errors.contains(message))
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }

  /// The models are looked up by number and by name.
  @Test func otherModelsInEveryRun() async throws {
    try workspace.write(
      "tick.swift", specification(models: "Model(\"run \\(getpid())\", Tick()); Model(\"x\", Tick())"))
    let outcome = try await workspace.run("tick.swift", "--no-self-check")
    #expect(outcome.code == 75)
    #expect(outcome.errors.contains("the specification does not list the same models in every run: \"run "))
  }

  /// Not what the compiler would take for a list of its arguments, or for an option.
  @Test(arguments: ["@tick.swift", "-tick.swift"])
  func pathsThatMeanSomethingToTheCompiler(path: String) async throws {
    try workspace.write(path, specification(models: "Model(\"good\", Tick()); Model(\"bad\", Tick(limit: 4))"))
    try workspace.write("tick.swift", "-Xlinker\n-Map=injected\n")
    let outcome = try await workspace.run("--no-self-check", "--", path)
    #expect(outcome.code == 12)
    #expect(outcome.output.contains("  bad: violates \"small\"\n"))
    #expect(!workspace.names().contains("injected"))
  }

  /// `initial`, the models and assumptions have no more time than the search.
  @Test(arguments: [
    ("models", "the list of models did not come to its end"),
    ("initial", "good: stopped while assumptions and initial states did not come to their end"),
    ("assumptions", "good: stopped while assumptions and initial states did not come to their end"),
  ])
  func timeLimit(place: String, message: String) async throws {
    let spin = "@inline(never) func spin<T>(_ value: T) -> T { while true { usleep(10_000) }; return value }"
    let models = place == "models" ? "Model(\"good\", spin(Tick()))" : "Model(\"good\", Tick())"
    var source = specification(before: spin, models: models)
    if place == "initial" { source = source.replacing("{ State() }", with: "{ spin(State()) }") }
    if place == "assumptions" {
      source = source.replacing(
        "  func mayStop", with: "  var assumptions: Assumptions { Assume(\"a\") { spin(limit > 0) } }\n  func mayStop")
    }
    try workspace.write("tick.swift", source)
    let outcome = try await workspace.run("tick.swift", "--no-self-check", "--timeout", "500ms")
    #expect(outcome.code == 20)
    #expect(outcome.errors.contains(message))
  }
}
