import DistCheck
import DistCheckEngine
import Testing

/// Invariants, step properties, goals, deadlock and the state constraint.
@Suite struct PropertyTests {
  private func property(_ name: String, of result: CheckResult) throws -> CheckResult.Property {
    try #require(result.properties.first { $0.name == name })
  }

  // MARK: Deadlock

  @Test func deadlock() throws {
    let result = try check(chain(to: 4, mayStop: false))
    #expect(result.verdict == .violated)
    let deadlock = try property("deadlock", of: result)
    #expect(deadlock.kind == .deadlock && deadlock.verdict == .violated)
    #expect(deadlock.trace?.steps.count == 5)
    #expect(deadlock.trace?.steps.last?.state == .integer(4))
    #expect(try check(chain(to: 4)).holds)
  }

  @Test func deadlockOfAnInitialState() throws {
    let stuck = Sketch(7, mayStop: { _ in false }) {
      Action("Never") { _ in
        false
      } then: { s in
        s = 0
      }
    }
    #expect(try check(stuck).counterexample?.steps.count == 1)
  }

  @Test func mayStopInSomeStates() throws {
    func halving(mayStopAt end: Int) -> Sketch<Int> {
      Sketch(12, mayStop: { $0 == end }) {
        Action("Halve") { s in
          s % 2 == 0
        } then: { s in
          s /= 2
        }
      }
    }
    #expect(try check(halving(mayStopAt: 3)).holds)
    #expect(try check(halving(mayStopAt: 6)).verdict == .violated)
  }

  // MARK: Invariants

  @Test func counterexampleIsShortest() throws {
    let system = Sketch(1) {
      Action("Increment") { s in
        s < 100
      } then: { s in
        s += 1
      }
      Action("Double") { s in
        s < 50
      } then: { s in
        s *= 2
      }
    } properties: {
      Always("not 23") { s in s != 23 }
    }
    let trace = try #require(try check(system).counterexample)
    // Backwards: 23 22 11 10 5 4 2 1.
    #expect(trace.steps.count == 8)
    #expect(trace.steps.map(\.state).last == .integer(23))
    #expect(trace.steps[0].title == "Initial state")
    #expect(trace.steps.dropFirst().allSatisfy { $0.title == "Increment" || $0.title == "Double" })
  }

  @Test func violationInAnInitialState() throws {
    let system = Sketch(3, 8) {
      Action("Next") { s in
        s < 20
      } then: { s in
        s += 1
      }
    } properties: {
      Always("not 8") { s in s != 8 }
    }
    let trace = try #require(try check(system).counterexample)
    #expect(trace.steps.map(\.state) == [.integer(8)])
  }

  @Test func counterexampleFromTheNearestInitialState() throws {
    let system = Sketch(0, 7, 7) {
      Action("Next") { s in
        s < 20
      } then: { s in
        s += 1
      }
    } properties: {
      Always("not 9") { s in s != 9 }
    }
    #expect(try check(system).counterexample?.steps.map(\.state) == [.integer(7), .integer(8), .integer(9)])
  }

  @Test func traceTellsChanges() throws {
    struct Pair: BitwiseCopyable { var left = 0, right = 0 }
    let system = Sketch(Pair()) {
      Action("Left", for: Bounded<1, 2>.self) { s, _ in
        s.left == 0
      } then: { s, k in
        s.left = k.value
      }
      Action("Right") { s in
        s.left == 2
      } then: { s in
        s.right = 5
      }
    } properties: {
      Always("right is 0") { s in s.right == 0 }
    }
    let trace = try #require(try check(system).counterexample)
    #expect(trace.steps.map(\.title) == ["Initial state", "Left(2)", "Right"])
    #expect(trace.steps.map { $0.changes.map(\.path) } == [[], ["left"], ["right"]])
    #expect(trace.steps[1].changes[0].kind == .replaced(before: "0", after: "2"))
    #expect(trace.steps[2].changes[0].kind == .replaced(before: "0", after: "5"))
  }

  // MARK: Steps

  @Test func stepSeesEveryTransition() throws {
    func system(_ holds: @escaping (Int, Int) -> Bool) -> Sketch<Int> {
      Sketch(0) {
        Action("Next") { _ in
          true
        } then: { s in
          s = (s + 1) % 10
        }
        Action("Stay") { s in
          s == 6
        } then: { _ in
        }
      } properties: {
        Step("claim") { before, after in holds(before, after) }
      }
    }
    #expect(try check(system { before, after in after == before || after == (before + 1) % 10 }).holds)
    // The step back to a known state.
    let wrap = try #require(try check(system { before, after in after >= before }).counterexample)
    #expect(wrap.steps.count == 11)
    #expect(wrap.steps.suffix(2).map(\.state) == [.integer(9), .integer(0)])
    // The step that changes nothing.
    let stay = try #require(try check(system { before, after in after != before }).counterexample)
    #expect(stay.steps.count == 8)
    #expect(stay.steps.last?.action == "Stay")
  }

  // MARK: Goals

  @Test func sometimes() throws {
    let system = chain(to: 9) {
      Sometimes("five") { s in s == 5 }
      Sometimes("start") { s in s == 0 }
    }
    let result = try check(system)
    #expect(result.holds)
    #expect(try property("five", of: result).trace == nil)
    let witnessed = Checker(try system.lowered(), wantedWitnesses: ["five"]).check()
    #expect(try property("five", of: witnessed).trace?.steps.count == 6)
    #expect(try property("start", of: witnessed).trace == nil)
  }

  @Test func sometimesThatNeverIs() throws {
    let result = try check(
      chain(to: 9) {
        Sometimes("ten") { s in s == 10 }
        Sometimes("nine") { s in s == 9 }
      })
    #expect(result.verdict == .violated && result.isComplete)
    #expect(try property("ten", of: result).verdict == .violated)
    #expect(try property("nine", of: result).verdict == .holds)
    #expect(result.counterexample == nil)
  }

  /// What was not searched is not claimed.
  @Test func sometimesBesideAViolation() throws {
    let result = try check(
      chain(to: 9) {
        Sometimes("one") { s in s == 1 }
        Sometimes("ten") { s in s == 10 }
        Always("below 4") { s in s < 4 }
        Always("below 100") { s in s < 100 }
      })
    #expect(result.verdict == .violated && !result.isComplete)
    #expect(try property("one", of: result).verdict == .holds)
    #expect(try property("ten", of: result).verdict == .inconclusive)
    #expect(try property("below 4", of: result).verdict == .violated)
    #expect(try property("below 100", of: result).verdict == .inconclusive)
    #expect(try property("deadlock", of: result).verdict == .inconclusive)
  }

  // MARK: Constraint

  /// Counts without end, cut off after 5.
  private func constrained(@PropertiesBuilder<Int> _ properties: () -> Properties<Int>) -> Sketch<Int> {
    Sketch(
      0, constraint: { $0 <= 5 }, mayStop: { _ in false },
      actions: {
        Action("Next") { s in
          s != 6
        } then: { s in
          s += 1
        }
      }, properties: properties)
  }

  @Test func stateOutsideTheConstraintIsNeitherCountedNorExplored() throws {
    // Nothing is enabled in 6: were it explored, it would be a deadlock.
    let result = try check(constrained { Always("at most 6") { s in s <= 6 } })
    #expect(result.holds)
    #expect(result.distinctStates == 6)
    #expect(result.generatedStates == 7)
    #expect(result.depth == 6)
    #expect(result.statesOutsideConstraint == 1)
  }

  @Test func stateOutsideTheConstraintIsChecked() throws {
    let invariant = try check(constrained { Always("not 6") { s in s != 6 } })
    #expect(invariant.counterexample?.steps.count == 7)
    let step = try check(constrained { Step("not from 5 to 6") { before, after in before != 5 || after != 6 } })
    #expect(step.counterexample?.steps.count == 7)
    #expect(try check(constrained { Sometimes("six") { s in s == 6 } }).holds)
  }

  @Test func initialStateOutsideTheConstraint() throws {
    let system = Sketch(10, 2, constraint: { $0 < 5 }) {
      Action("Next") { _ in
        true
      } then: { s in
        s += 1
      }
    }
    let result = try check(system)
    #expect(result.holds)
    #expect(result.distinctStates == 3)
    #expect(result.generatedStates == 5)
    #expect(result.depth == 3)
  }
}
