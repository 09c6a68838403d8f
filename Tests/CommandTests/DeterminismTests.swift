import Foundation
import TestSupport
import Testing

/// What is not a function of the state is noticed in every search, without asking.
@Suite struct DeterminismTests {
  /// Counts to nine; something in it depends on more than the state.
  private static let hidden = Fixture(
    name: "hidden.swift",
    source: """
      import DistCheck

      nonisolated(unsafe) var calls = 0

      /// Something else at each call.
      func odd() -> Bool {
        calls += 1
        return calls % 2 == 1
      }

      /// False from the hundredth call on.
      func fresh() -> Bool {
        calls += 1
        return calls < 100
      }

      struct Hidden: Specification {
        enum Trouble: Enumeration {
          case none, guards, effect, always, sometimes, step, temporal, constraint, mayStop, captured, late
        }
        var trouble = Trouble.none
        struct State: BitwiseCopyable {
          var n: UInt8 = 0
          var mark = false
        }
        var initial: Initial<State> { State() }
        var actions: Actions<State> {
          var taken = 0
          Action("Up") { s in
            (trouble != .guards || Bool.random()) && s.n < 9 && (trouble != .late || fresh())
          } then: { s in
            s.n += 1
            if trouble == .effect { s.mark = Bool.random() }
            if trouble == .captured {
              taken += 1
              s.mark = taken % 2 == 1
            }
          }
        }
        var properties: Properties<State> {
          Always("calm") { s in s.n < 3 || trouble != .always || odd() }
          Sometimes("met") { s in s.n == 9 && (trouble != .sometimes || odd()) }
          Step("grows") { s, t in t.n > s.n && (trouble != .step || s.n < 3 || odd()) }
          AlwaysEventually("ends") { s in s.n == 9 || trouble == .temporal && odd() }
        }
        func constraint(_ s: State) -> Bool { s.n < 3 || trouble != .constraint || odd() }
        func mayStop(_ s: State) -> Bool { s.n < 3 || trouble != .mayStop || odd() }
        static var models: Models {
          for trouble in Trouble.allCases { Model("\\(trouble)", Hidden(trouble: trouble)).fairness(.weak, of: "Up") }
        }
      }

      """)

  private static let compiled = Task {
    try Library.workspace.write(hidden.name, hidden.source)
    _ = try await Library.workspace.run(hidden.name, "--list")
  }

  private func run(_ arguments: String) async throws -> Outcome {
    try await Self.compiled.value
    return try await Library.workspace.shell("exec \"$distcheck\" hidden.swift --no-self-check \(arguments)")
  }

  @Test func nothingIsWrong() async throws {
    #expect(try await run("--model none").code == 0)
    #expect(try await run("--model none --strategy depth-first --safety").code == 0)
  }

  /// - Parameter depth: Of the least state in which it shows.
  @Test(arguments: [
    ("guards", "action Up", 1), ("effect", "action Up", 1), ("always", "property \"calm\"", 4),
    ("sometimes", "property \"met\"", 10), ("step", "property \"grows\"", 4), ("temporal", "property \"ends\"", 1),
    ("constraint", "state constraint", 4), ("mayStop", "mayStop", 4), ("captured", "action Up", 1),
  ])
  func noticed(model: String, place: String, depth: Int) async throws {
    let outcome = try await run("--model \(model) --threads 1")
    #expect(outcome.code == 75)
    #expect(outcome.errors.isEmpty)
    #expect(
      outcome.output.contains(
        "\(place): it is not deterministic: evaluated twice in the same state it gave two results; choice belongs in an "
          + "action's parameters (depth \(depth), n: \(depth - 1), mark: "))
  }

  @Test(arguments: ["--lossy bits=24", "--strategy depth-first", "--strategy iterative-deepening", "--storage full"])
  func noticedInEverySearch(options: String) async throws {
    let outcome = try await run("--model guards \(options)")
    #expect(outcome.code == 75)
    #expect(outcome.output.contains("action Up: it is not deterministic"))
  }

  /// Whatever shows only later: some states are evaluated again then.
  @Test func noticedLater() async throws {
    let outcome = try await run("--model late --threads 1")
    #expect(outcome.code == 75)
    #expect(outcome.output.contains("action Up: it is not deterministic"))
  }

  /// A `Set` of the standard library has the same order in every run.
  @Test func hashingIsDeterministic() async throws {
    let source = Fixture.counter().replacing("s.n += 1", with: "s.n = [1: 1, 2: 2, 3: 3].keys.first! > 0 ? 3 : 3")
    try Library.workspace.write(
      "hashed.swift", source.replacing("s.n < 3 }", with: "s.n < 3 && Set([1, 2, 3, 4, 5]).first! > 2 }"))
    var outputs: Set<String> = []
    for _ in 0..<8 {
      outputs.insert(try await Library.workspace.run("hashed.swift", "--no-self-check").stableOutput)
    }
    #expect(outputs.count == 1)
  }
}
