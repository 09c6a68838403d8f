extension BuchiAutomaton {
  /// Merges states with the same transitions, where transitions to merged states are the same.
  ///
  /// By refinement of the partition in which all states are one class; cheap, for automata too large for simulation.
  mutating func mergeEqual() {
    var classes = [Int](repeating: 0, count: states.count)
    var count = min(states.count, 1)
    while true {
      var numbers: [Signature: Int] = [:]
      classes = states.indices.map { state in
        let edges = states[state].map { transition in
          var transition = transition
          transition.target = classes[transition.target]
          return transition
        }
        let signature = Signature(own: classes[state], edges: Set(edges))
        let number = numbers[signature] ?? numbers.count
        numbers[signature] = number
        return number
      }
      if numbers.count == count { break }
      count = numbers.count
    }
    redirect(classes.map { classes.firstIndex(of: $0)! })
  }

  private struct Signature: Hashable {
    var own: Int
    var edges: Set<Transition>
  }

  /// Merges states each of which simulates the other, and drops entries that others make superfluous.
  mutating func mergeSimilar(_ simulation: SimulationRelation) {
    redirect(
      states.indices.map { state in
        states.indices.first { simulation.isAbove($0, state) && simulation.isAbove(state, $0) }!
      })
    var place = 0
    while place < entries.count {
      let entry = entries[place]
      let isSuperfluous = entries.indices.contains { other in
        other != place && entry.cube.implies(entries[other].cube)
          && simulation.isAbove(entries[other].state, entry.state)
      }
      if isSuperfluous { entries.remove(at: place) } else { place += 1 }
    }
  }

  /// Replaces each state outside cycles by another one that accepts the same words, whatever its own marks are: a run
  /// sees them once.
  mutating func mergeTransient(_ simulation: SimulationRelation) {
    let components = Components(states)
    var representatives = Array(states.indices)
    for state in states.indices where !components.isCyclic[components.of[state]] {
      // A higher number is not reachable, nor is the state from a lower one. All lead down, so that none is in a circle.
      let representative = states.indices.first { other in
        components.of[other] < components.of[state]
          && states[state].allSatisfy { simulation.isMatched($0, by: states[other], ignoringMarks: true) }
          && states[other].allSatisfy { simulation.isMatched($0, by: states[state], ignoringMarks: true) }
      }
      if let representative { representatives[state] = representative }
    }
    redirect(
      representatives.indices.map { state in
        var state = state
        while representatives[state] != state { state = representatives[state] }
        return state
      })
  }

  /// Drops transitions that others make superfluous, and literals that make no difference.
  ///
  /// Sound with one relation for all changes: whatever is removed or added, the automaton before and the one after
  /// simulate each other state by state.
  mutating func simplifyTransitions(_ simulation: SimulationRelation) {
    for state in states.indices {
      var edges = states[state]
      var isStable = false
      while !isStable {
        isStable = true
        var place = 0
        while place < edges.count {
          if simulation.isMatched(edges[place], by: edges[..<place] + edges[(place + 1)...]) {
            edges.remove(at: place)
            continue
          }
          for literal in edges[place].cube.literals {
            var flipped = edges[place]
            flipped.cube = flipped.cube.without(literal).and(literal.flipped)
            guard simulation.isMatched(flipped, by: edges) else { continue }
            edges[place].cube = edges[place].cube.without(literal)
            isStable = false
          }
          place += 1
        }
      }
      states[state] = edges
    }
  }

  /// Narrows transitions where a better one can be taken, so that fewer letters admit both.
  ///
  /// Better is an order, ties being broken by place, so that for each letter the best transitions stay.
  mutating func separateTransitions(_ simulation: SimulationRelation) {
    for state in states.indices {
      let edges = states[state]
      for place in edges.indices {
        let better = edges.indices.filter { other in
          other != place && simulation.dominates(edges[other], edges[place])
            && (other < place || !simulation.dominates(edges[place], edges[other]))
        }
        var cube = edges[place].cube
        while let literal = cube.extraLiteral(in: better.map { edges[$0].cube }) {
          cube = cube.and(literal.flipped)
        }
        states[state][place].cube = cube
      }
    }
  }
}
