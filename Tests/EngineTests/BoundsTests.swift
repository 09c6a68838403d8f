import DistCheck
import DistCheckEngine
import Testing

/// A search that is cut short says so, and never that everything holds.
@Suite struct BoundsTests {
  /// Never ends.
  private var counter: Sketch<UInt64> {
    Sketch(0) {
      Action("Next", for: Bounded<1, 8>.self) { _, _ in
        true
      } then: { s, k in
        s = s &* 8 &+ UInt64(k.value)
      }
    }
  }

  @Test func maxDepth() throws {
    let result = try check(chain(to: 99), bounds: Bounds(maxDepth: 40))
    #expect(result.verdict == .inconclusive && result.stopReason == .maxDepth)
    #expect(!result.isComplete && !result.holds)
    #expect(result.distinctStates == 40)
    #expect(result.depth == 40)
    #expect(result.unexploredStates == 1)
    #expect(try check(chain(to: 99), bounds: Bounds(maxDepth: 101)).holds)
    #expect(try check(chain(to: 99), bounds: Bounds(maxDepth: 99)).verdict == .inconclusive)
  }

  @Test func depthOfOneAndLess() throws {
    for depth in [1, 0, -1] {
      let result = try check(chain(to: 99), bounds: Bounds(maxDepth: depth))
      #expect(result.verdict == .inconclusive, "maxDepth \(depth)")
    }
  }

  @Test func maxStates() throws {
    let result = try check(chain(to: 99), bounds: Bounds(maxStates: 40))
    #expect(result.verdict == .inconclusive && result.stopReason == .maxStates)
    #expect(result.distinctStates == 40)
    #expect(try check(chain(to: 99), bounds: Bounds(maxStates: 100)).holds)
    #expect(try check(chain(to: 99), bounds: Bounds(maxStates: 99)).verdict == .inconclusive)
  }

  @Test func moreInitialStatesThanAllowed() throws {
    let system = Sketch(0, 1, 2, 3) {
      Action("Next") { s in
        s < 1000
      } then: { s in
        s += 1
      }
    }
    for states in [3, 2, 0] {
      let result = try check(system, bounds: Bounds(maxStates: states))
      #expect(result.verdict == .inconclusive && result.stopReason == .maxStates, "maxStates \(states)")
      #expect(result.distinctStates == states)
    }
  }

  @Test func timeout() throws {
    let result = try check(counter, bounds: Bounds(timeout: .milliseconds(20)))
    #expect(result.verdict == .inconclusive && result.stopReason == .timeout)
    #expect(try check(counter, bounds: Bounds(timeout: .zero)).verdict == .inconclusive)
  }

  @Test func memory() throws {
    let result = try check(counter, bounds: Bounds(memory: 1 << 20))
    #expect(result.verdict == .inconclusive && result.stopReason == .memory)
  }

  @Test func violationWithinTheBound() throws {
    func system(_ limit: Int) -> Sketch<Int> { chain(to: 99) { Always("small") { s in s < limit } } }
    let found = try check(system(10), bounds: Bounds(maxDepth: 40))
    #expect(found.verdict == .violated && found.stopReason == nil)
    let missed = try check(system(50), bounds: Bounds(maxDepth: 40))
    #expect(missed.verdict == .inconclusive)
    #expect(missed.properties.allSatisfy { $0.verdict == .inconclusive })
  }

  @Test func sometimesIsOpenUntilTheEnd() throws {
    let system = chain(to: 99) {
      Sometimes("late") { s in s == 90 }
      Sometimes("early") { s in s == 3 }
    }
    let result = try check(system, bounds: Bounds(maxStates: 10))
    #expect(result.verdict == .inconclusive)
    #expect(result.properties.map(\.verdict) == [.inconclusive, .holds, .inconclusive])
  }
}
