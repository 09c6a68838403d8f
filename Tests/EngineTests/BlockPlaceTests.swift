import DistCheck
import Testing

@testable import DistCheckEngine

/// One thing is wrong, at every place of a full block in turn: as many states as make full blocks of 64 for one worker.
struct BlockPlaceTests {
  private typealias Leaf = Bounded<0, 640>

  /// The root leads to all leaves, and each of them to itself.
  private func system(
    deadlock: Int? = nil, outside: Int? = nil, @PropertiesBuilder<Leaf> properties: () -> Properties<Leaf> = { [] }
  ) -> Sketch<Leaf> {
    Sketch(
      0, constraint: { s in s.value != outside }, mayStop: { _ in false },
      actions: {
        Action("Go", for: Leaf.self) { s, leaf in
          s == 0 && leaf != 0
        } then: { s, leaf in
          s = leaf
        }
        Action("Stay") { s in
          s.value != deadlock
        } then: { _ in
        }
      },
      properties: properties)
  }

  private func result(_ system: Sketch<Leaf>) throws -> CheckResult {
    Checker(try system.lowered(), options: SearchOptions(threads: 1, storage: .full)).check()
  }

  @Test func everyPlace() throws {
    for leaf in 1...640 {
      let deadlock = try result(system(deadlock: leaf))
      #expect(deadlock.properties.last?.trace?.steps.last?.state == .integer(leaf), "deadlock at \(leaf)")
      let invariant = try result(system { Always("not there") { s in s.value != leaf } })
      #expect(invariant.properties[0].trace?.steps.last?.state == .integer(leaf), "invariant at \(leaf)")
      let step = try result(system { Step("not to there") { _, t in t.value != leaf } })
      #expect(step.properties[0].trace?.steps.last?.state == .integer(leaf), "step to \(leaf)")
      let goal = try result(system { Sometimes("there") { s in s.value == leaf } })
      #expect(goal.holds, "witness at \(leaf)")
      let constraint = try result(system(outside: leaf))
      #expect(constraint.distinctStates == 640 && constraint.statesOutsideConstraint == 1, "outside at \(leaf)")
    }
  }
}
