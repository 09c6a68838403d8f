import DistCheckEngine
import DistCheckTemporal

/// What the shortest lassos of a table system are that are fair and violate a formula, found without any cleverness: for
/// every node of the product with an automaton, a breadth-first search over nodes and all that was seen on the way.
///
/// The automaton is tested by itself, and every lasso is judged by the formula. Nothing else is shared with the engine.
struct LivenessReference {
  let table: TableSystem
  let radices: [[Int]]
  let property: TemporalTable
  private let automaton: BuchiAutomaton
  private var conditions: [[Int]: Int] = [:]
  private var strengths: [Fairness.Strength] = []

  private struct Edge {
    var target: Int
    var action: Int
    var ordinal: Int
  }

  init(_ table: TableSystem, _ property: TemporalTable, radices: [[Int]]) {
    self.table = table
    self.radices = radices
    self.property = property
    automaton = try! BuchiAutomaton(.not(property.formula), entryAtoms: 0)
    for action in table.actions.indices {
      for ordinal in 0..<table.actions[action].reduce(0, { max($0, $1.count) }) {
        guard let key = key(action, ordinal) else { continue }
        if conditions[key] == nil {
          conditions[key] = strengths.count
          strengths.append(table.fairness[action].strength!)
        }
      }
    }
  }

  var conditionCount: Int { strengths.count }

  /// What instances of the same condition have in common.
  private func key(_ action: Int, _ ordinal: Int) -> [Int]? {
    guard !table.fairness.isEmpty, let strength = table.fairness[action].strength else { return nil }
    let fairness = table.fairness[action]
    var (digits, rest) = ([Int](), ordinal)
    for radix in radices[action] {
      digits.append(rest % radix)
      rest /= radix
    }
    // Groups have all members of one strength and scope.
    var key = fairness.group == nil ? [action, 0, 0] : [-1, strength == .weak ? 0 : 1, 0]
    if case .each(let parameters) = fairness.scope {
      key[2] = 1 + parameters.reduce(0) { $0 * 10 + $1 + 1 }
      key += parameters.isEmpty ? digits : parameters.map { digits[$0] }
    }
    return key
  }

  private func condition(_ action: Int, _ ordinal: Int) -> Int? { key(action, ordinal).flatMap { conditions[$0] } }

  /// Instances that change a state, also those that lead outside the constraint.
  private func instances(_ state: Int) -> [Edge] {
    table.actions.indices.flatMap { action in
      table.actions[action][state].enumerated().compactMap { ordinal, target in
        target.flatMap { $0 == state ? nil : Edge(target: $0, action: action, ordinal: ordinal) }
      }
    }
  }

  func letter(_ before: Int, _ after: Int) -> UInt64 {
    property.atoms.indices.reduce(0) { letter, atom in
      let place = property.isOfSteps[atom] ? before * table.stateCount + after : before
      return property.atoms[atom].contains(place) ? letter | 1 << UInt64(atom) : letter
    }
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

  private func edges(_ node: Node) -> [(edge: Edge, node: Node, marks: UInt64)] {
    instances(node.state).filter { !table.isOutside[$0.target] }.flatMap { edge in
      automaton.states[node.automaton].filter { $0.admits(letter(node.state, edge.target)) }.map {
        (edge, Node(state: edge.target, automaton: $0.target), $0.marks)
      }
    }
  }

  private func enabled(_ state: Int) -> UInt64 {
    instances(state).reduce(0) { $0 | (condition($1.action, $1.ordinal).map { 1 << UInt64($0) } ?? 0) }
  }

  /// The number of steps of a shortest lasso, stem and loop together; nil when there is none.
  func shortest() -> Int? {
    // Depths of states, then of nodes: a node is entered in a state at no cost.
    var depths: [Node: Int] = [:]
    var stateDepths: [Int: Int] = [:]
    var level = Array(Set(table.initial.filter { !table.isOutside[$0] }))
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
        for edge in instances(state) where !table.isOutside[edge.target] && stateDepths[edge.target] == nil {
          stateDepths[edge.target] = depth + 1
          nextLevel.append(edge.target)
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
      if enabled(node.state) == 0 && automaton.accepts(constant: letter(node.state, node.state), from: node.automaton) {
        best = min(best ?? Int.max, depth)
      } else if let loop = shortestLoop(node, most: (best ?? Int.max) - depth) {
        best = min(best ?? Int.max, depth + loop)
      }
    }
    return best
  }

  private func shortestLoop(_ start: Node, most: Int) -> Int? {
    let (all, full) = ((UInt64(1) << UInt64(strengths.count)) - 1, (UInt64(1) << UInt64(automaton.markCount)) - 1)
    let weak = strengths.indices.reduce(UInt64(0)) { strengths[$1] == .weak ? $0 | 1 << UInt64($1) : $0 }
    var level = [Visit(node: start)]
    var seen = Set(level)
    var length = 0
    while !level.isEmpty && length < most {
      length += 1
      var next: [Visit] = []
      for var visit in level {
        let enabled = enabled(visit.node.state)
        visit.enabled |= enabled & ~weak
        visit.disabled |= ~enabled & weak & all
        for (edge, node, marks) in edges(visit.node) {
          var after = visit
          after.node = node
          after.marks |= marks
          if let condition = condition(edge.action, edge.ordinal) { after.taken |= 1 << UInt64(condition) }
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
