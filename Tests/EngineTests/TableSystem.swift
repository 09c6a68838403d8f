import DistCheckEngine
import TestSupport

/// A transition system as tables over numbered states.
struct TableSystem {
  var stateCount: Int
  var initial: [Int]
  /// By action, state and ordinal: the successor, or nil where the instance is not enabled.
  var actions: [[[Int?]]]
  /// The states in which each invariant is false.
  var broken: [Set<Int>]
  /// The transitions, `before * stateCount + after`, for which each step property is false.
  var brokenSteps: [Set<Int>]
  /// The states in which each `sometimes` is true.
  var goals: [Set<Int>]
  var isOutside: [Bool]
  var mayStop: [Bool]
  /// By action.
  var fairness: [Fairness] = []
  /// By action: in which states, for which ordinals (`state * 16 + ordinal`), its fairness is said; nil for all.
  var fairParts: [Set<Int>?] = []
  var temporal: [TemporalTable] = []
}

extension TableSystem {
  /// Sparse enough that some systems deadlock, some hold, and levels are many.
  static func random(stateCount: Int, instanceCounts: [Int], using generator: inout SplitMix64) -> TableSystem {
    let instances = instanceCounts.reduce(0, +)
    let degree = Double.random(in: 0.8...4, using: &generator)
    let isLocal = Bool.random(using: &generator)
    func successor(of state: Int) -> Int {
      isLocal
        ? (state + Int.random(in: 0...3, using: &generator)) % stateCount
        : Int.random(in: 0..<stateCount, using: &generator)
    }
    func states(_ probability: Double) -> Set<Int> {
      Set((0..<stateCount).filter { _ in generator.chance(probability) })
    }
    let actions = instanceCounts.map { count in
      (0..<stateCount).map { state in
        (0..<count).map { _ in generator.chance(degree / Double(instances)) ? successor(of: state) : nil }
      }
    }
    let rare = 1 / Double(stateCount)
    let mayStop = [0, 0.5, 1, 1].randomElement(using: &generator)!
    let outside = [0, 0, 0.1].randomElement(using: &generator)!
    return TableSystem(
      stateCount: stateCount,
      initial: (0..<Int.random(in: 1...4, using: &generator)).map { _ in
        Int.random(in: 0..<stateCount, using: &generator)
      },
      actions: actions,
      broken: (0..<Int.random(in: 0...2, using: &generator)).map { _ in
        generator.chance(0.5) ? states(rare) : []
      },
      brokenSteps: (0..<Int.random(in: 0...1, using: &generator)).map { _ in
        Set(
          (0..<Int.random(in: 0...stateCount, using: &generator)).map { _ in
            let before = Int.random(in: 0..<stateCount, using: &generator)
            return before * stateCount + successor(of: before)
          })
      },
      goals: (0..<Int.random(in: 0...1, using: &generator)).map { _ in states(0.1) },
      isOutside: (0..<stateCount).map { _ in generator.chance(outside) },
      mayStop: (0..<stateCount).map { _ in generator.chance(mayStop) })
  }
}

extension TableSystem {
  func isFair(_ action: Int, _ state: Int, _ ordinal: Int) -> Bool {
    guard !fairParts.isEmpty, let part = fairParts[action] else { return true }
    return part.contains(state * 16 + ordinal)
  }
}

/// What a search that is too simple to be wrong finds out about a system.
struct ReferenceResult: Equatable {
  var distinct = 0
  var generated = 0
  var depth = 0
  var outside = 0
  /// By action: states in which it is enabled, instances taken, and those that lead to a state one level deeper.
  var coverage: [ActionCoverage]
  /// Length of the shortest counterexample to each invariant, step property, and to the absence of deadlocks.
  var invariants: [Int?]
  var steps: [Int?]
  var deadlock: Int?
  var isReached: [Bool]
  /// States of the last level that were not looked at because of the bound.
  var cutOff = 0

  var isViolated: Bool { (invariants + steps + [deadlock]).contains { $0 != nil } }
}

extension TableSystem {
  /// Level by level. A level in which something is wrong is explored to its end, and is the last.
  ///
  /// - Parameters:
  ///   - mostDepth: States at this depth are not explored.
  ///   - goesOn: Whether to explore everything whatever is wrong.
  func explore(mostDepth: Int = Int.max, goesOn: Bool = false) -> ReferenceResult {
    var result = ReferenceResult(
      coverage: actions.map { _ in ActionCoverage() }, invariants: broken.map { _ in nil },
      steps: brokenSteps.map { _ in nil }, isReached: goals.map { _ in false })
    var depths: [Int: Int] = [:]
    var level: [Int] = []
    var depth = 1

    func visit(_ state: Int, into level: inout [Int]) {
      result.generated += 1
      guard depths[state] == nil else { return }
      for (index, states) in broken.enumerated() where states.contains(state) {
        result.invariants[index] = result.invariants[index] ?? depth
      }
      for (index, states) in goals.enumerated() where states.contains(state) { result.isReached[index] = true }
      guard !isOutside[state] else {
        result.outside += 1
        return
      }
      depths[state] = depth
      level.append(state)
    }

    for state in initial { visit(state, into: &level) }
    while !level.isEmpty {
      result.depth = depth
      if result.isViolated && !goesOn { break }
      if depth >= mostDepth {
        result.cutOff = level.count
        break
      }
      depth += 1
      var next: [Int] = []
      for state in level {
        for (action, table) in actions.enumerated() {
          let successors = table[state].compactMap { $0 }
          result.coverage[action].taken += successors.count
          if !successors.isEmpty { result.coverage[action].enabled += 1 }
          for successor in successors {
            for (index, pairs) in brokenSteps.enumerated() where pairs.contains(state * stateCount + successor) {
              result.steps[index] = result.steps[index] ?? depth
            }
            visit(successor, into: &next)
            if depths[successor] == depth { result.coverage[action].newStates += 1 }
          }
        }
        if actions.allSatisfy({ $0[state].allSatisfy { $0 == nil } }) && !mayStop[state] {
          result.deadlock = result.deadlock ?? depth - 1
        }
      }
      level = next
    }
    result.distinct = depths.count
    return result
  }
}
