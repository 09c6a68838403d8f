import TestSupport
import Testing

/// What takes memory each time it is evaluated is said, with its line; what does not, is not.
struct AllocationTests {
  static let counters = Fixture(
    name: "counters.swift",
    source: """
      import DistCheck

      struct Counters: Specification {
        struct State: BitwiseCopyable { var values: ID<Counters, 3>.Map<Bounded<0, 2>> = .init(0) }
        typealias Counter = ID<Counters, 3>

        var initial: Initial<State> { State() }

        var actions: Actions<State> {
          Action("Up", for: Counter.self) { s, c in
            s.values[c] < 2
          } then: { s, c in
            s.values[c] += 1
          }
          Action("Level", for: Counter.self) { s, c in
            let sorted = Counter.all.map { s.values[$0].value }.sorted()
            return sorted[0] == s.values[c].value && sorted[0] == 2
          } then: { s, c in
            s.values[c] = 0
          }
        }

        var properties: Properties<State> {
          Always("bounded") { s in Counter.all.allSatisfy { s.values[$0] <= 2 } }
          Always("summed") { s in
            Counter.all.map { s.values[$0].value }.reduce(0, +) <= 6
          }
        }

        static var models: Models { Model("three", Counters()).expects(.holds, distinctStates: 27) }
      }
      """)

  @Test func whatAllocatesIsSaid() async throws {
    let workspace = try Workspace()
    try workspace.write(Self.counters.name, Self.counters.source)
    let outcome = try await workspace.run(Self.counters.name)
    #expect(outcome.code == 0)
    let remarks = outcome.output.split(separator: "\n").filter { $0.contains("allocates") }
    #expect(
      remarks == [
        "    slow: action Level allocates memory each time it is evaluated (counters.swift:16)",
        "    slow: property \"summed\" allocates memory each time it is evaluated (counters.swift:26)",
      ])
  }
}
