import Foundation
import TestSupport
import Testing

/// `--self-check`: what a specification cannot be trusted in.
@Suite struct SelfCheckTests {
  /// Counts to 200; from 100 on something in it is not a function of the state, or of the state alone.
  private static let shaky = Fixture(
    name: "shaky.swift",
    source: """
      import DistCheck

      nonisolated(unsafe) var calls = 0

      /// False at each third call.
      func isCalm() -> Bool {
        calls += 1
        return calls % 3 != 0
      }

      struct Shaky: Specification {
        enum Trouble: Enumeration { case none, effect, always, sometimes, constraint, otherEffect, otherProperty, otherGuard }
        var trouble = Trouble.none
        struct State: BitwiseCopyable {
          var n: UInt8 = 0
          var mark = false
        }
        var initial: Initial<State> { State() }
        var actions: Actions<State> {
          Action("Wait") { s in s.n < 200 } then: { s in }
          Action("Up") { s in s.n < 200 } then: { s in
            s.n += 1
            s.mark = false
            if trouble == .effect && s.n >= 100 { s.mark = isCalm() }
            if trouble == .otherEffect && s.n == 100 { s.mark = _isDebugAssertConfiguration() }
          }
          Action("Restart") { s in s.n == 100 && (trouble == .otherGuard && _isDebugAssertConfiguration()) } then: { s in
            s.n = 0
          }
        }
        var properties: Properties<State> {
          Always("calm") { s in s.n < 100 || trouble != .always || isCalm() }
          Sometimes("met") { s in s.n >= 100 && (trouble != .sometimes || isCalm()) }
          Sometimes("there") { s in
            s.n == 100 || trouble == .otherProperty && s.n == 150 && _isDebugAssertConfiguration()
          }
        }
        func constraint(_ s: State) -> Bool { s.n < 100 || trouble != .constraint || isCalm() }
        func mayStop(_ s: State) -> Bool { true }
        static var models: Models {
          for trouble in Trouble.allCases { Model("\\(trouble)", Shaky(trouble: trouble)) }
        }
      }

      """)

  private static let compiled = Compiled()

  private actor Compiled {
    private var task: Task<Void, any Error>?

    func wait() async throws {
      let task =
        task
        ?? Task {
          try Library.workspace.write(shaky.name, shaky.source)
          _ = try await Library.workspace.run(shaky.name, "--model", "none", "--self-check")
        }
      self.task = task
      try await task.value
    }
  }

  private func run(_ arguments: String) async throws -> Outcome {
    try await Self.compiled.wait()
    return try await Library.workspace.shell("exec \"$distcheck\" shaky.swift \(arguments)")
  }

  @Test func nothingIsWrong() async throws {
    let outcome = try await run("--model none --self-check")
    #expect(outcome.code == 0)
    #expect(outcome.errors.isEmpty)
    #expect(
      outcome.stableOutput.replacing(/\n +never enabled: [^\n]*/, with: "") == """
        shaky.swift
          none: holds
            201 distinct, 401 generated, depth 201, TIME, MEMORY
            evaluated twice, in an optimized and in an unoptimized build, without a difference

        """)
  }

  /// The numbers are those without the self-check.
  @Test func numbersAreTheSame() async throws {
    let plain = try #require(Numbers(try await run("--model none --json")))
    #expect(Numbers(try await run("--model none --json --self-check --threads 2")) == plain)
  }

  @Test func violationIsTheSame() async throws {
    let plain = try await Library.run(.verdicts, "--model", "always")
    let checked = try await Library.run(.verdicts, "--model", "always", "--self-check")
    #expect(checked.code == 12)
    #expect(checked.token == plain.token)
    #expect(checked.stableOutput == plain.stableOutput)
  }

  /// Evaluated twice in the same build, and named.
  @Test(arguments: [
    ("effect", "action Up"), ("always", "property \"calm\""), ("sometimes", "property \"met\""),
    ("constraint", "state constraint"),
  ])
  func notDeterministic(model: String, place: String) async throws {
    let outcome = try await run("--model \(model) --self-check --threads 1")
    #expect(outcome.code == 75)
    #expect(outcome.errors.isEmpty)
    #expect(
      outcome.output.contains(
        "\(place): it is not deterministic: evaluated twice in the same state it gave two results; "
          + "choice belongs in an action's parameters"))
    let json = try await run("--model \(model) --self-check --threads 1 --json")
    #expect(json.code == 75)
    #expect(json.report?["verdict"] as? String == "spec-error")
    #expect(json.report?["complete"] as? Bool == false)
    #expect((json.report?["error"] as? [String: Any])?["place"] as? String == place)
  }

  /// The state that counts n is at depth n+1.
  @Test(arguments: [
    ("otherEffect", "action Up", 100), ("otherProperty", "property \"there\"", 151),
    ("otherGuard", "action Restart", 101),
  ])
  func otherBuild(model: String, place: String, depth: Int) async throws {
    let plain = try await run("--model \(model) --no-self-check")
    #expect(plain.code == 0)
    let outcome = try await run("--model \(model) --self-check")
    #expect(outcome.code == 75)
    #expect(outcome.errors.isEmpty)
    #expect(
      outcome.output.contains(
        "  \(model): fails: self-check: \(place) is not the same in an unoptimized build, in some state at depth \(depth); or it is not deterministic\n"
      ))
  }

  @Test(arguments: [
    ("--lossy bitstate", "--self-check and --lossy exclude each other: it compares whole searches"),
    ("--spill disk", "--self-check and --spill exclude each other: it compares whole searches"),
    ("--checkpoint saved", "--self-check and --checkpoint exclude each other: it compares whole searches"),
    (
      "--strategy depth-first",
      "--strategy depth-first and --self-check exclude each other: states are kept with their depth"
    ),
    ("--list", "--list and --self-check exclude each other"),
    ("--replay x", "--replay and --self-check exclude each other"),
  ])
  func refused(options: String, message: String) async throws {
    let outcome = try await Library.workspace.shell("exec \"$distcheck\" counter.swift --self-check \(options)")
    #expect(outcome.code == 64)
    #expect(outcome.errors == "distcheck: \(message) (see distcheck --help)\n")
    #expect(outcome.output.isEmpty)
    #expect(!Library.workspace.names().contains("disk"))
    #expect(!Library.workspace.names().contains("saved"))
  }
}
