import DistCheckEngine
import DistCheckTemporal

/// A system as an explicit graph, with the conditions of fairness that its steps satisfy.
struct LivenessGraph {
  struct Edge {
    /// nil for a state that is not explored.
    var target: Int?
    var condition: Int?
  }

  var initial: [Int]
  /// By state: all instances that change it.
  var edges: [[Edge]]
  /// By condition.
  var strengths: [Fairness.Strength?]
  /// By condition, the action that it is of, where that is known.
  var actions: [String] = []
  /// The atoms that are true of a step.
  var letter: (_ before: Int, _ after: Int) -> UInt64
}

/// What the shortest lassos of a graph are that are fair and violate a formula, found without any cleverness: for every
/// node of the product with an automaton, a breadth-first search over nodes and all that was seen on the way.
///
/// The automaton is tested by itself, and every lasso is judged by the formula. Nothing else is shared with the engine.
struct LivenessReference {
  let graph: LivenessGraph
  private let automaton: BuchiAutomaton

  init(_ graph: LivenessGraph, _ formula: LTL) {
    self.graph = graph
    automaton = try! BuchiAutomaton(.not(formula), entryAtoms: 0)
  }

  private struct Node: Hashable {
    var state: Int
    var automaton: Int
  }

  /// A node, and what was seen since a loop began.
  private struct Visit: Hashable {
    var node: Node
    var marks: UInt64 = 0
    var taken: UInt64 = 0
    var enabled: UInt64 = 0
    var disabled: UInt64 = 0
  }

  private func edges(_ node: Node) -> [(edge: LivenessGraph.Edge, node: Node, marks: UInt64)] {
    graph.edges[node.state].flatMap { edge in
      guard let target = edge.target else { return [] as [(edge: LivenessGraph.Edge, node: Node, marks: UInt64)] }
      let letter = graph.letter(node.state, target)
      return automaton.states[node.automaton].filter { $0.admits(letter) }.map {
        (edge, Node(state: target, automaton: $0.target), $0.marks)
      }
    }
  }

  private func enabled(_ state: Int) -> UInt64 {
    graph.edges[state].reduce(0) { $0 | ($1.condition.map { bit($0) } ?? 0) }
  }

  private func bit(_ condition: Int) -> UInt64 { graph.strengths[condition] == nil ? 0 : 1 << UInt64(condition) }

  private func conditions(_ strength: Fairness.Strength) -> UInt64 {
    graph.strengths.indices.reduce(0) { graph.strengths[$1] == strength ? $0 | 1 << UInt64($1) : $0 }
  }

  /// The number of steps of a shortest lasso, stem and loop together; nil when there is none.
  func shortest() -> Int? {
    // Depths of states, then of nodes: a node is entered in a state at no cost.
    var depths: [Node: Int] = [:]
    var stateDepths: [Int: Int] = [:]
    var level = Array(Set(graph.initial))
    for state in level { stateDepths[state] = 0 }
    var nodes: [Node] = []
    func enter(_ state: Int, _ depth: Int) {
      for entry in automaton.entries {
        let node = Node(state: state, automaton: entry.state)
        if depths[node] == nil {
          depths[node] = depth
          nodes.append(node)
        }
      }
    }
    var depth = 0
    for state in level { enter(state, 0) }
    while !level.isEmpty || !nodes.isEmpty {
      var (nextLevel, nextNodes) = ([Int](), [Node]())
      for state in level {
        for target in graph.edges[state].compactMap(\.target) where stateDepths[target] == nil {
          stateDepths[target] = depth + 1
          nextLevel.append(target)
        }
      }
      for node in nodes {
        for (_, target, _) in edges(node) where depths[target] == nil {
          depths[target] = depth + 1
          nextNodes.append(target)
        }
      }
      (level, nodes) = (nextLevel, nextNodes)
      depth += 1
      if automaton.entersAnywhere { for state in level { enter(state, depth) } }
    }
    var best: Int?
    for (node, depth) in depths {
      let letter = graph.letter(node.state, node.state)
      if enabled(node.state) == 0 && automaton.accepts(constant: letter, from: node.automaton) {
        best = min(best ?? Int.max, depth)
      } else if let loop = shortestLoop(node, most: (best ?? Int.max) - depth) {
        best = min(best ?? Int.max, depth + loop)
      }
    }
    return best
  }

  private func shortestLoop(_ start: Node, most: Int) -> Int? {
    let full = (UInt64(1) << UInt64(automaton.markCount)) - 1
    let (weak, strong) = (conditions(.weak), conditions(.strong))
    var level = [Visit(node: start)]
    var seen = Set(level)
    var length = 0
    while !level.isEmpty && length < most {
      length += 1
      var next: [Visit] = []
      for var visit in level {
        let enabled = enabled(visit.node.state)
        visit.enabled |= enabled & strong
        visit.disabled |= ~enabled & weak
        for (edge, node, marks) in edges(visit.node) {
          var after = visit
          after.node = node
          after.marks |= marks
          // Whatever leads to the same state is taken as well.
          for other in graph.edges[visit.node.state] where other.target == edge.target {
            if let condition = other.condition { after.taken |= bit(condition) }
          }
          let isFair = weak & ~(after.disabled | after.taken) == 0 && after.enabled & ~after.taken == 0
          if node == start && isFair && after.marks == full { return length }
          if seen.insert(after).inserted { next.append(after) }
        }
      }
      level = next
    }
    return nil
  }
}

// MARK: Graphs

extension LivenessGraph {
  /// The graph of a table, and the assumptions of fairness in it: by condition, which one it belongs to.
  init(_ table: TableSystem, _ property: TemporalTable, radices: [[Int]]) {
    var conditions: [[Int]: Int] = [:]
    var strengths: [Fairness.Strength?] = []
    func condition(_ action: Int, _ ordinal: Int, in state: Int) -> Int? {
      guard !table.fairness.isEmpty, let strength = table.fairness[action].strength,
        table.isFair(action, state, ordinal)
      else { return nil }
      let fairness = table.fairness[action]
      var (digits, rest) = ([Int](), ordinal)
      for radix in radices[action] {
        digits.append(rest % radix)
        rest /= radix
      }
      // Groups have all members of one strength, and are of actions or of single values.
      var key = fairness.group == nil ? [action, 0, 0] : [-1, strength == .weak ? 0 : 1, 0]
      if case .each(let parameters) = fairness.scope {
        // A group is of the values of parameters, wherever its members have them.
        if fairness.group == nil { key[2] = 1 + parameters.reduce(0) { $0 * 10 + $1 + 1 } }
        key += parameters.isEmpty ? digits : parameters.map { digits[$0] }
      }
      if let known = conditions[key] { return known }
      conditions[key] = strengths.count
      strengths.append(strength)
      return strengths.count - 1
    }
    let stateCount = table.stateCount
    edges = (0..<stateCount).map { state in
      table.actions.indices.flatMap { action in
        table.actions[action][state].enumerated().compactMap { ordinal, target -> Edge? in
          guard let target, target != state else { return nil }
          return Edge(
            target: table.isOutside[target] ? nil : target, condition: condition(action, ordinal, in: state))
        }
      }
    }
    initial = table.initial.filter { !table.isOutside[$0] }
    self.strengths = strengths
    letter = { property.letter($0, $1, stateCount: stateCount) }
  }
}

extension TemporalTable {
  func letter(_ before: Int, _ after: Int, stateCount: Int) -> UInt64 {
    atoms.indices.reduce(0) { letter, atom in
      let place = isOfSteps[atom] ? before * stateCount + after : before
      return atoms[atom].contains(place) ? letter | 1 << UInt64(atom) : letter
    }
  }
}
