import DistCheckTemporal

/// Finds a short lasso among those that a product search has found to exist.
///
/// Goes through the product once more, breadth-first from the initial states, until no lasso that is left to find can be
/// shorter than the shortest found: its stem alone would be as long. For each node on a fair cycle, and each in which one
/// may stop, the shortest fair loop through it is looked for; exactly, over nodes and what is known of the way to them,
/// while there is a budget for that, and greedily beyond it (from one missing mark to the nearest next).
///
/// Levels are gone through in the order of their contents, so the lasso depends on the specification alone.
final class LassoFinder<Store: NumberedStore> {
  private let search: ProductSearch<Store>
  private let automaton: ProductAutomaton
  private let conditions: FairnessConditions
  private let expansion: NumberedExpansion<Store>
  private let limit: Int
  private let pause: () -> Bool
  /// Whether there is no time left: asked for again and again, wherever something takes its time.
  private var isGivenUp = false
  /// Of nodes on fair cycles: what leads on.
  private var cache: [Int: Outgoing] = [:]
  /// How many pairs of a node and a set the search for shortest loops may look at, all together.
  private var budget = 1 << 20
  /// By node: from where it was reached first, plus one; itself for one that is initial. The nodes that only wait for the
  /// automaton to be entered come last.
  private let memory: PagedMemory
  private let parents: UnsafeMutablePointer<UInt32>

  private struct Edge {
    var target: Int
    var set: UInt32
    var action: Int
    var ordinal: Int
    var letter: UInt64
    /// Under symmetry, the fairness conditions that the step satisfies, whichever instance is named for it.
    var conditions: Set<Int> = []
  }

  private struct Outgoing {
    var set: UInt32
    var edges: [Edge]
    var canStop: Bool
  }

  /// A node on the way of a loop, and what is known of the way.
  private struct Visit {
    var node: Int
    var parent = -1
    var edge: Edge?
    var set = MarkSets.identity
    var depth = 0
  }

  private struct Candidate {
    var node: Int
    var depth: Int
    var loop: [Edge]
    var length: Int { depth + loop.count }
  }

  init(
    _ search: ProductSearch<Store>, _ automaton: ProductAutomaton, _ conditions: FairnessConditions,
    _ expansion: NumberedExpansion<Store>, pause: @escaping () -> Bool
  ) throws(OutOfMemory) {
    self.search = search
    self.automaton = automaton
    self.conditions = conditions
    self.expansion = expansion
    self.pause = pause
    limit = expansion.store.numberLimit
    memory = try ProductSearch<Store>.array(nodes: (automaton.stateCount + 1) * limit)
    parents = memory.base.assumingMemoryBound(to: UInt32.self)
  }

  deinit { memory.release() }

  private func mustGiveUp() -> Bool {
    if !isGivenUp { isGivenUp = pause() }
    return isGivenUp
  }

  private var waiting: Int { automaton.stateCount }

  /// A shortest lasso, or one near it; nil when there was no time for it.
  func find(from initial: [Int]) -> NumberedLasso? {
    var level: [Int] = []
    for number in initial {
      if automaton.automaton.entersAnywhere {
        meet(waiting * limit + number, from: nil, &level)
      } else {
        for entry in entries(of: number) { meet(entry * limit + number, from: nil, &level) }
      }
    }
    var best: Candidate?
    var depth = 0
    while !level.isEmpty && depth < best?.length ?? Int.max {
      // Where the automaton is entered, no step is taken.
      for node in level where node / limit == waiting {
        for entry in entries(of: node % limit) { meet(entry * limit + node % limit, from: node, &level) }
      }
      guard let inOrder = sorted(level) else { return nil }
      level = inOrder
      var next: [Int] = []
      for node in level {
        if mustGiveUp() { return nil }
        if node / limit == waiting {
          for target in successors(of: node % limit) { meet(waiting * limit + target, from: node, &next) }
          continue
        }
        let outgoing = expand(node)
        consider(node, outgoing, depth, &best)
        if isGivenUp { return nil }
        for edge in outgoing.edges { meet(edge.target, from: node, &next) }
      }
      level = next
      depth += 1
    }
    return best.map(lasso)
  }

  private func meet(_ node: Int, from parent: Int?, _ level: inout [Int]) {
    guard parents[node] == 0 else { return }
    parents[node] = UInt32((parent ?? node) + 1)
    level.append(node)
  }

  /// By the contents of their states, and then by their automaton states. Nil when there is no time left.
  private func sorted(_ nodes: [Int]) -> [Int]? {
    var keys: [[UInt64]] = []
    keys.reserveCapacity(nodes.count)
    for node in nodes {
      if keys.count & 4095 == 4095 && mustGiveUp() { return nil }
      expansion.load(node % limit)
      keys.append(expansion.packedState)
    }
    return nodes.indices.sorted {
      keys[$0] == keys[$1] ? nodes[$0] / limit < nodes[$1] / limit : keys[$0].lexicographicallyPrecedes(keys[$1])
    }.map { nodes[$0] }
  }

  /// The automaton states that a state may enter.
  private func entries(of number: Int) -> [Int] {
    expansion.load(number)
    let letter = automaton.letter(expansion.source)
    return automaton.automaton.entries.filter { $0.admits(letter) }.map(\.state)
  }

  private func successors(of number: Int) -> [Int] {
    expansion.load(number)
    var successors: [Int] = []
    while !expansion.isDone {
      for k in 0..<expansion.advance() where expansion.numbers[k] >= 0 { successors.append(expansion.numbers[k]) }
    }
    return successors
  }

  /// What leads on from a node, in the order of exploration.
  private func expand(_ node: Int) -> Outgoing {
    if let known = cache[node] { return known }
    let (automatonState, number) = (node / limit, node % limit)
    expansion.load(number)
    let letter = automaton.letter(expansion.source)
    let transitions = automaton.automaton.states[automatonState]
    var edges: [Edge] = []
    var enabled: [Int] = []
    /// For each edge the state that it leads to, and by such a state what a step that leads there takes, whichever instance
    /// is named for it. Under symmetry, two members of one orbit are two states.
    var members: [[UInt64]] = []
    var taken: [[UInt64]: UInt32] = [:]
    var conditionsTaken: [[UInt64]: Set<Int>] = [:]
    while !expansion.isDone {
      for k in 0..<expansion.advance() {
        let (action, ordinal) = (Int(expansion.actions[k]), Int(expansion.ordinals[k]))
        let condition = conditions.condition(of: action, ordinal, in: expansion.source)
        if condition >= 0 { enabled.append(condition) }
        let successor = expansion.numbers[k]
        guard successor >= 0 else { continue }
        let member = expansion.member(k)
        taken[member] = search.sets.union(
          taken[member] ?? MarkSets.identity, search.sets.step(marks: 0, condition: condition))
        if expansion.system.isSymmetric && condition >= 0 { conditionsTaken[member, default: []].insert(condition) }
        let stepLetter = automaton.letter(expansion.source, expansion.successor(k))
        for transition in transitions where transition.admits(letter | stepLetter) {
          edges.append(
            Edge(
              target: transition.target * limit + successor,
              set: search.sets.step(marks: transition.marks, condition: condition), action: action, ordinal: ordinal,
              letter: stepLetter))
          members.append(member)
        }
      }
    }
    for (index, member) in members.enumerated() {
      edges[index].set = search.sets.union(edges[index].set, taken[member]!)
      edges[index].conditions = conditionsTaken[member] ?? []
    }
    search.sets.beginState()
    for condition in enabled { search.sets.enable(condition) }
    let set = search.sets.endState()
    let result = Outgoing(
      set: set, edges: edges,
      canStop: search.sets.hasNothingEnabled(set) && automaton.acceptsStop(expansion.source, from: automatonState))
    if search.isFair(node) {
      if cache.count == 1 << 16 { cache.removeAll(keepingCapacity: true) }
      cache[node] = result
    }
    return result
  }

  // MARK: Loops

  /// Whether a node ends the stem of a lasso that is shorter than the best one.
  private func consider(_ node: Int, _ outgoing: Outgoing, _ depth: Int, _ best: inout Candidate?) {
    guard depth < best?.length ?? Int.max else { return }
    if outgoing.canStop {
      best = Candidate(node: node, depth: depth, loop: [])
    } else if search.isFair(node), let loop = shortestLoop(from: node, shorterThan: (best?.length ?? Int.max) - depth) {
      best = Candidate(node: node, depth: depth, loop: loop)
    } else if search.isFair(node), best == nil, let loop = greedyLoop(from: node) {
      best = Candidate(node: node, depth: depth, loop: loop)
    }
  }

  /// A shortest fair loop; nil when it is too long, or the budget is used up, or there is no time left.
  private func shortestLoop(from start: Int, shorterThan limit: Int) -> [Edge]? {
    var visits = [Visit(node: start)]
    var seen: Set<UInt64> = []
    var index = 0
    while index < visits.count && budget > 0 && !mustGiveUp() {
      let visit = visits[index]
      if visit.depth + 1 >= limit { return nil }
      budget -= 1
      let outgoing = expand(visit.node)
      let set = search.sets.union(visit.set, outgoing.set)
      for edge in outgoing.edges where search.isFair(edge.target) {
        let after = search.sets.union(set, edge.set)
        if edge.target == start && search.sets.isFair(after) {
          return way(through: edge, from: index, in: visits)
        }
        if seen.insert(UInt64(edge.target) << 32 | UInt64(after)).inserted {
          visits.append(Visit(node: edge.target, parent: index, edge: edge, set: after, depth: visit.depth + 1))
        }
      }
      index += 1
    }
    return nil
  }

  /// A fair loop: from one mark that is missing to the nearest next, and back. Nil when there is no time left.
  private func greedyLoop(from start: Int) -> [Edge]? {
    // All that is ever enabled in the component has to be taken, unless it is disabled on the way.
    var whole = MarkSets.identity
    var (nodes, index) = ([start], 0)
    var known: Set<Int> = [start]
    while index < nodes.count {
      if mustGiveUp() { return nil }
      let outgoing = expand(nodes[index])
      whole = search.sets.union(whole, outgoing.set)
      for edge in outgoing.edges where search.isFair(edge.target) && known.insert(edge.target).inserted {
        nodes.append(edge.target)
      }
      index += 1
    }
    var (loop, node, set) = ([Edge](), start, MarkSets.identity)
    while true {
      let lacking = search.sets.lacking(search.sets.union(set, expand(node).set), of: whole)
      if lacking == 0 && node == start { return loop }
      let way = self.way(from: node) { edge in
        if lacking == 0 { return edge.target == start }
        let after = search.sets.union(search.sets.union(set, edge.set), expand(edge.target).set)
        return search.sets.lacking(after, of: whole) < lacking
      }
      guard let way else { return nil }
      for edge in way {
        set = search.sets.union(search.sets.union(set, expand(node).set), edge.set)
        node = edge.target
      }
      loop += way
    }
  }

  /// The shortest way from a node over edges between fair nodes, up to an edge that is sought. Nil when there is no time left.
  private func way(from start: Int, to isSought: (Edge) -> Bool) -> [Edge]? {
    var visits = [Visit(node: start)]
    var known: Set<Int> = [start]
    var index = 0
    while index < visits.count {
      if mustGiveUp() { return nil }
      for edge in expand(visits[index].node).edges where search.isFair(edge.target) {
        if isSought(edge) {
          return way(through: edge, from: index, in: visits)
        }
        if known.insert(edge.target).inserted { visits.append(Visit(node: edge.target, parent: index, edge: edge)) }
      }
      index += 1
    }
    preconditionFailure("a component that is fair has no fair loop")
  }

  /// The edges that led to a visit, and one more.
  private func way(through last: Edge, from index: Int, in visits: [Visit]) -> [Edge] {
    var way = [last]
    var index = index
    while let edge = visits[index].edge {
      way.append(edge)
      index = visits[index].parent
    }
    return way.reversed()
  }

  // MARK: The result

  private func lasso(_ candidate: Candidate) -> NumberedLasso {
    var nodes = [candidate.node]
    while Int(parents[nodes.last!]) - 1 != nodes.last! { nodes.append(Int(parents[nodes.last!]) - 1) }
    nodes.reverse()
    var steps: [NumberedLasso.Step] = []
    for (node, target) in zip(nodes, nodes.dropFirst()) {
      // Where the automaton was entered, no step was taken.
      if node / limit == waiting && target / limit != waiting { continue }
      steps.append(step(from: node, to: target))
    }
    let loop = candidate.loop.map {
      NumberedLasso.Step(
        action: $0.action, ordinal: $0.ordinal, number: $0.target % limit, letter: $0.letter,
        conditions: $0.conditions)
    }
    return NumberedLasso(initial: nodes[0] % limit, steps: steps + loop, loop: steps.count)
  }

  private func step(from node: Int, to target: Int) -> NumberedLasso.Step {
    if node / limit != waiting {
      let edge = expand(node).edges.first { $0.target == target }!
      return NumberedLasso.Step(
        action: edge.action, ordinal: edge.ordinal, number: target % limit, letter: edge.letter)
    }
    expansion.load(node % limit)
    while !expansion.isDone {
      for k in 0..<expansion.advance() where expansion.numbers[k] == target % limit {
        return NumberedLasso.Step(
          action: Int(expansion.actions[k]), ordinal: Int(expansion.ordinals[k]), number: target % limit)
      }
    }
    preconditionFailure("a step of the product is not there any more")
  }
}
