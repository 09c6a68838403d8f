import DistCheck
import DistCheckEngine
import Testing

/// Depth-first search on graphs that can be computed by hand, and its bounds.
@Suite struct DepthFirstGraphTests {
  enum Item {}

  private func check<S: Specification>(
    _ specification: S, _ strategy: SearchOptions.Strategy, _ bounds: Bounds = Bounds(), witnesses: Set<String> = []
  ) throws -> CheckResult {
    Checker(
      try specification.lowered(), bounds: bounds, options: SearchOptions(strategy: strategy),
      wantedWitnesses: witnesses
    ).check()
  }

  static let strategies = [SearchOptions.Strategy.depthFirst, .iterativeDeepening]

  /// 0 to 99 by steps of 1, and from 0 by way of 200 to 50.
  private func shortcut(@PropertiesBuilder<Int> properties: () -> Properties<Int> = { [] }) -> Sketch<Int> {
    Sketch(
      0,
      actions: {
        Action("Next") { s in
          s < 99
        } then: { s in
          s += 1
        }
        Action("Jump") { s in
          s == 0
        } then: { s in
          s = 200
        }
        Action("Land") { s in
          s == 200
        } then: { s in
          s = 50
        }
      }, properties: properties)
  }

  @Test(arguments: strategies) func chains(strategy: SearchOptions.Strategy) throws {
    for last in [0, 1, 63, 64, 200] {
      let result = try check(chain(to: last), strategy)
      #expect(result.holds && result.isComplete)
      #expect(result.distinctStates == last + 1 && result.unexploredStates == 0)
      #expect(result.depth == last + 1)
      // Under each bound as many states are generated as it allows, and the last bound allows one more than there are.
      let passes = (last + 1) * (last + 2) / 2 + last + 1
      #expect(result.generatedStates == (strategy == .depthFirst ? last + 1 : passes))
    }
  }

  /// More successors than fit into the expander's block, and into a chunk of the arena.
  @Test(arguments: strategies) func star(strategy: SearchOptions.Strategy) throws {
    typealias Leaf = Bounded<0, 49_999>
    let star = Sketch(Leaf(0)) {
      Action("Go", for: Leaf.self) { s, _ in
        s == 0
      } then: { s, to in
        s = to
      }
    } properties: {
      Sometimes("last") { s in s == 49_999 }
    }
    let result = try check(star, strategy, witnesses: ["last"])
    #expect(result.holds)
    #expect(result.distinctStates == 50_000)
    #expect(result.depth == 2)
    #expect(result.properties[0].trace?.steps.map(\.title) == ["Initial state", "Go(49999)"])
  }

  /// The first successor first; large enough for the table to grow many times.
  @Test func hypercube() throws {
    typealias Corner = ID<Item, 15>.Set
    let cube = Sketch(Corner()) {
      Action("Flip", for: ID<Item, 15>.self) { _, _ in
        true
      } then: { s, k in
        if s.contains(k) { s.remove(k) } else { s.insert(k) }
      }
    } properties: {
      Always("not all") { s in s.count < 15 }
    }
    let bounded = try check(cube, .depthFirst, Bounds(maxDepth: 8))
    // The corners with at most seven elements, of which those with seven are at the bound.
    #expect(bounded.verdict == .inconclusive && bounded.stopReason == .maxDepth)
    #expect(bounded.distinctStates == 1 << 14)
    #expect(bounded.unexploredStates == 6435)
    let found = try check(cube, .iterativeDeepening)
    #expect(found.verdict == .violated)
    #expect(found.counterexample?.steps.count == 16)
  }

  /// What a long path reached first is explored again from the short one.
  @Test(arguments: strategies) func shortcuts(strategy: SearchOptions.Strategy) throws {
    let bounded = try check(shortcut(), strategy, Bounds(maxDepth: 20))
    #expect(bounded.verdict == .inconclusive && bounded.stopReason == .maxDepth)
    #expect(bounded.distinctStates == 39)
    #expect(bounded.unexploredStates == 2)
    #expect(bounded.depth == 20)
    // 50 is the third state on its path, 99 the 52nd; 49 is the 50th.
    #expect(try check(shortcut(), strategy, Bounds(maxDepth: 53)).holds)
    #expect(try check(shortcut(), strategy, Bounds(maxDepth: 52)).verdict == .inconclusive)
    let all = try check(shortcut(), strategy)
    #expect(all.holds && all.distinctStates == 101)
    #expect(all.depth == (strategy == .depthFirst ? 100 : 52))
  }

  @Test func lengths() throws {
    let broken = shortcut { Always("not 60") { s in s != 60 } }
    #expect(try check(broken, .depthFirst).counterexample?.steps.count == 61)
    #expect(try check(broken, .depthFirst, Bounds(maxDepth: 30)).counterexample?.steps.count == 13)
    #expect(try check(broken, .iterativeDeepening).counterexample?.steps.count == 13)
    #expect(try check(broken, .iterativeDeepening, Bounds(maxDepth: 12)).verdict == .inconclusive)
  }

  /// The first path that was met, also where the search goes on for long.
  @Test func witnesses() throws {
    let system = shortcut { Sometimes("60") { s in s == 60 } }
    #expect(try check(system, .depthFirst, witnesses: ["60"]).properties[0].trace?.steps.count == 61)
    #expect(try check(system, .iterativeDeepening, witnesses: ["60"]).properties[0].trace?.steps.count == 13)
    #expect(try check(system, .iterativeDeepening).properties[0].trace == nil)
  }

  @Test(arguments: strategies) func deadlock(strategy: SearchOptions.Strategy) throws {
    let result = try check(chain(to: 9, mayStop: false), strategy)
    #expect(result.verdict == .violated && result.properties[0].kind == .deadlock)
    #expect(result.counterexample?.steps.count == 10)
    // At the bound nobody asks for an enabled action.
    #expect(try check(chain(to: 9, mayStop: false), strategy, Bounds(maxDepth: 10)).verdict == .inconclusive)
    #expect(try check(chain(to: 9, mayStop: false), strategy, Bounds(maxDepth: 11)).verdict == .violated)
  }

  @Test(arguments: strategies) func noStates(strategy: SearchOptions.Strategy) throws {
    struct Nothing: BitwiseCopyable {}
    let empty = Sketch(Nothing(), Nothing()) {
      Action("Stay") { _ in
        true
      } then: { _ in
      }
    }
    let result = try check(empty, strategy)
    #expect(result.holds && result.distinctStates == 1 && result.depth == 1)
  }

  // MARK: Bounds

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

  @Test(arguments: strategies) func depthOfOneAndLess(strategy: SearchOptions.Strategy) throws {
    for depth in [1, 0, -1] {
      let result = try check(chain(to: 99), strategy, Bounds(maxDepth: depth))
      #expect(result.verdict == .inconclusive && result.stopReason == .maxDepth, "maxDepth \(depth)")
      #expect(result.distinctStates == 1 && result.generatedStates <= 2)
    }
  }

  @Test func depthWithoutABound() throws {
    #expect(try check(chain(to: 9_998), .depthFirst).holds)
    let result = try check(chain(to: 9_999), .depthFirst)
    #expect(result.verdict == .inconclusive && result.stopReason == .maxDepth)
    #expect(result.depth == 10_000)
    #expect(try check(chain(to: 20_000), .depthFirst, Bounds(maxDepth: Int.max)).holds)
  }

  @Test(arguments: strategies) func maxStates(strategy: SearchOptions.Strategy) throws {
    let result = try check(chain(to: 99), strategy, Bounds(maxStates: 40))
    #expect(result.verdict == .inconclusive && result.stopReason == .maxStates)
    #expect(result.distinctStates == 40)
    #expect(try check(chain(to: 99), strategy, Bounds(maxStates: 100)).holds)
    #expect(try check(chain(to: 99), strategy, Bounds(maxStates: 99)).verdict == .inconclusive)
    for states in [3, 2, 0] {
      let few = try check(
        Sketch(0, 1, 2, 3) {
          Action("Next") { s in
            s < 1000
          } then: { s in
            s += 1
          }
        }, strategy, Bounds(maxStates: states))
      #expect(few.stopReason == .maxStates && few.distinctStates == states, "maxStates \(states)")
    }
  }

  @Test(arguments: strategies) func timeout(strategy: SearchOptions.Strategy) throws {
    let result = try check(counter, strategy, Bounds(timeout: .milliseconds(20)))
    #expect(result.verdict == .inconclusive && result.stopReason == .timeout)
    let none = try check(counter, strategy, Bounds(timeout: .zero))
    #expect(none.verdict == .inconclusive && none.stopReason == .timeout)
  }

  @Test(arguments: strategies) func memory(strategy: SearchOptions.Strategy) throws {
    let result = try check(counter, strategy, Bounds(memory: 1 << 20))
    #expect(result.verdict == .inconclusive && result.stopReason == .memory)
  }

  @Test func progress() throws {
    var reports = 0
    var checker = Checker(
      try counter.lowered(), bounds: Bounds(timeout: .milliseconds(700)), options: SearchOptions(strategy: .depthFirst))
    checker.onProgress = {
      reports += 1
      #expect($0.distinctStates > 0 && $0.depth > 1 && $0.memory > 0)
    }
    _ = checker.check()
    #expect(reports > 0)
  }

  // MARK: Faults

  /// The path to a violation leads past an instance that fails in the same state; that it fails is found as well.
  @Test(arguments: SearchOptions.Strategy.allCases) func violationBesideAFault(strategy: SearchOptions.Strategy) throws
  {
    let system = Sketch(0) {
      Action("Fail", for: Bounded<0, 3>.self) { s, k in
        s == 1 && k == 2
      } then: { s, _ in
        specificationFailure("too bad")
      }
      Action("Next", for: Bounded<0, 1>.self) { s, _ in
        s < 5
      } then: { s, k in
        s += 1 + k.value
      }
    } properties: {
      Always("not 3") { s in s != 3 }
    }
    let result = try check(system, strategy)
    #expect(result.verdict == .violated)
    #expect(result.counterexample?.steps.map(\.title).last == "Next(1)")
    #expect(result.counterexample?.steps.count == 3)
  }
}
