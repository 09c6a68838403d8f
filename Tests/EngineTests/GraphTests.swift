import DistCheck
import Testing

@testable import DistCheckEngine
import TestSupport

/// Graphs whose counts can be computed by hand.
@Suite(.needsOptimization) struct GraphTests {
  enum Item {}

  private func expect<State>(
    _ specification: Sketch<State>, distinct: Int, generated: Int, depth: Int,
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let result = try check(specification)
    #expect(result.holds && result.isComplete, sourceLocation: sourceLocation)
    #expect(result.distinctStates == distinct, sourceLocation: sourceLocation)
    #expect(result.generatedStates == generated, sourceLocation: sourceLocation)
    #expect(result.depth == depth, sourceLocation: sourceLocation)
    #expect(result.unexploredStates == 0, sourceLocation: sourceLocation)
  }

  @Test(arguments: [0, 1, 63, 64, 65, 1000]) func chains(last: Int) throws {
    try expect(chain(to: last), distinct: last + 1, generated: last + 1, depth: last + 1)
  }

  @Test(arguments: [1, 2, 300]) func cycles(length: Int) throws {
    let cycle = Sketch(0) {
      Action("Next") { _ in
        true
      } then: { s in
        s = (s + 1) % length
      }
    }
    try expect(cycle, distinct: length, generated: length + 1, depth: length)
  }

  @Test func completeGraph() throws {
    typealias Vertex = Bounded<0, 99>
    let graph = Sketch(Vertex(0)) {
      Action("Go", for: Vertex.self) { _, _ in
        true
      } then: { s, to in
        s = to
      }
    }
    try expect(graph, distinct: 100, generated: 1 + 100 * 100, depth: 2)
  }

  /// The successors of a single state fill the block several times.
  @Test func star() throws {
    typealias Leaf = Bounded<0, 4999>
    let star = Sketch(Leaf(0)) {
      Action("Go", for: Leaf.self) { s, _ in
        s == 0
      } then: { s, to in
        s = to
      }
    }
    try expect(star, distinct: 5000, generated: 1 + 5000, depth: 2)
  }

  @Test func binaryTree() throws {
    let tree = Sketch(1) {
      Action("Child", for: Bool.self) { s, _ in
        s < 1 << 11
      } then: { s, right in
        s = 2 * s + right.ordinal
      }
    }
    try expect(tree, distinct: (1 << 12) - 1, generated: (1 << 12) - 1, depth: 12)
  }

  @Test func grid() throws {
    struct Place: BitwiseCopyable { var x = 0, y = 0 }
    let grid = Sketch(Place()) {
      Action("Right") { s in
        s.x < 29
      } then: { s in
        s.x += 1
      }
      Action("Up") { s in
        s.y < 19
      } then: { s in
        s.y += 1
      }
    }
    try expect(grid, distinct: 600, generated: 1 + 29 * 20 + 30 * 19, depth: 49)
    let actions = try check(grid).actions
    #expect(actions.map(\.coverage.enabled) == [29 * 20, 30 * 19])
    #expect(actions.map(\.coverage.taken) == [29 * 20, 30 * 19])
    #expect(actions.map(\.coverage.newStates) == [29 * 20, 30 * 19])
  }

  /// Large enough for the table of states to grow many times.
  @Test func hypercube() throws {
    typealias Corner = ID<Item, 17>.Set
    let lattice = Sketch(Corner()) {
      Action("Insert", for: ID<Item, 17>.self) { s, k in
        !s.contains(k)
      } then: { s, k in
        s.insert(k)
      }
    }
    try expect(lattice, distinct: 1 << 17, generated: 1 + 17 << 16, depth: 18)
    let cube = Sketch(Corner()) {
      Action("Flip", for: ID<Item, 17>.self) { _, _ in
        true
      } then: { s, k in
        if s.contains(k) { s.remove(k) } else { s.insert(k) }
      }
    }
    try expect(cube, distinct: 1 << 17, generated: 1 + 17 << 17, depth: 18)
  }

  /// Enough states with the same first word for some to agree in the few bits of the hash that the table holds, too.
  @Test(arguments: [SearchOptions.Storage.full, .compact])
  func statesThatDifferInTheirSecondWord(storage: SearchOptions.Storage) throws {
    struct Pair: BitwiseCopyable { var first: UInt64 = 0, second: UInt64 = 0 }
    let tree = Sketch(Pair()) {
      Action("Child", for: Bounded<1, 8>.self) { s, _ in
        s.second < 37_449  // 1 + 8 + … + 8^5
      } then: { s, k in
        s.second = 8 * s.second + UInt64(k.value)
      }
    }
    let result = Checker(try tree.lowered(), options: SearchOptions(threads: 2, storage: storage)).check()
    #expect(result.holds)
    #expect(result.distinctStates == 8 * 37_449 + 1)
  }

  @Test func permutations() throws {
    typealias Row = InlineArray<7, UInt8>
    let sort = Sketch(Row { UInt8($0) }) {
      Action("Swap", for: Bounded<0, 5>.self) { _, _ in
        true
      } then: { s, k in
        s.swapAt(k.value, k.value + 1)
      }
    }
    // An adjacent transposition changes the number of inversions, 0 to 21, by one.
    try expect(sort, distinct: 5040, generated: 1 + 6 * 5040, depth: 22)
  }

  @Test func severalInitialStatesWithDuplicates() throws {
    let system = Sketch(5, 0, 5, 3, 0) {
      Action("Down") { s in
        s > 0
      } then: { s in
        s -= 1
      }
    }
    try expect(system, distinct: 6, generated: 5 + 5, depth: 3)
  }

  /// An effect without effect is a step, and counts.
  @Test func selfLoop() throws {
    let loop = Sketch(0) {
      Action("Stay", for: Bounded<1, 7>.self) { _, _ in
        true
      } then: { _, _ in
      }
    }
    try expect(loop, distinct: 1, generated: 8, depth: 1)
  }

  @Test func emptyState() throws {
    struct Nothing: BitwiseCopyable {}
    let system = Sketch(Nothing(), Nothing()) {
      Action("Stay") { _ in
        true
      } then: { _ in
      }
    }
    try expect(system, distinct: 1, generated: 3, depth: 1)
    #expect(try check(system).stateBits == 0)
  }

  @Test func sameResultEachTime() throws {
    for seed in 0..<100 {
      var generator = SplitMix64(seed: seed)
      let encoding = RandomEncoding(count: 200, fieldCount: 4, using: &generator)
      let table = TableSystem.random(stateCount: encoding.words.count, instanceCounts: [3, 2, 4], using: &generator)
      let system = TransitionSystem(table, encoding)
      let (first, second) = (Checker(system).check(), Checker(system).check())
      #expect(first.verdict == second.verdict, "seed \(seed)")
      #expect(first.distinctStates == second.distinctStates, "seed \(seed)")
      #expect(first.generatedStates == second.generatedStates, "seed \(seed)")
      #expect(first.actions.map(\.coverage) == second.actions.map(\.coverage), "seed \(seed)")
      #expect(first.counterexample?.token == second.counterexample?.token, "seed \(seed)")
    }
  }
}
