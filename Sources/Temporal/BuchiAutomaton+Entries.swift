extension BuchiAutomaton {
  /// Removes the initial state when runs only begin or wait there.
  ///
  /// It waits when it can stay with any letter, though not for ever; then a run may as well begin later, and what leads
  /// back can be left out, since the run could have stayed until then. Where the words that its other transitions
  /// accept are those of other states behind a cube, these are entered at once: marks on a finite prefix do not matter.
  mutating func simplifyEntry(atoms: UInt64) {
    guard entries.count == 1, entries[0].cube == .all else { return }
    let initial = entries[0].state
    let components = Components(states)
    let own = components.of[initial]
    if components.isCyclic[own] {
      guard !components.isAccepting(own, allMarks),
        states[initial].contains(where: { $0.target == initial && $0.cube == .all })
      else { return }
      entersAnywhere = true
      for state in states.indices { states[state].removeAll { $0.target == initial } }
    }
    markBridges(0)
    if let cover = cover(of: initial, SimulationRelation(self), atoms: atoms) {
      entries = cover
    } else {
      // What all of its transitions demand is demanded at the entry.
      guard let first = states[initial].first else { return }
      var shared = states[initial].reduce(first.cube) { $0.shared($1.cube) }
      shared = Cube(positive: shared.positive & atoms, negative: shared.negative & atoms)
      entries[0].cube = shared
      for place in states[initial].indices {
        states[initial][place].cube = states[initial][place].cube.without(shared)
      }
    }
  }

  /// Other states and cubes that together stand for a state outside cycles.
  private func cover(of initial: Int, _ simulation: SimulationRelation, atoms: UInt64) -> [Entry]? {
    let edges = states[initial]
    /// The transitions of a candidate, behind its cube.
    func guarded(_ entry: Entry) -> [Transition] {
      states[entry.state].compactMap { transition in
        var transition = transition
        transition.cube = transition.cube.and(entry.cube)
        return transition.cube.isContradictory ? nil : transition
      }
    }
    func isComplete(_ candidates: [Entry]) -> Bool {
      let all = candidates.flatMap(guarded)
      return edges.allSatisfy { simulation.isMatched($0, by: all, ignoringMarks: true) }
    }
    var candidates: [Entry] = []
    for state in states.indices where state != initial {
      for edge in edges {
        for other in states[state] where edge.cube.implies(other.cube) {
          let entry = Entry(state: state, cube: edge.cube.without(other.cube))
          if (entry.positive | entry.negative) & ~atoms == 0, simulation.isAbove(other.target, edge.target),
            !candidates.contains(entry),
            guarded(entry).allSatisfy({ simulation.isMatched($0, by: edges, ignoringMarks: true) })
          {
            candidates.append(entry)
          }
        }
      }
    }
    guard isComplete(candidates) else { return nil }
    // The ones that are entered less often go first.
    for candidate in candidates.sorted(by: { $0.cube.literalCount > $1.cube.literalCount }) {
      let fewer = candidates.filter { $0 != candidate }
      if isComplete(fewer) { candidates = fewer }
    }
    return candidates
  }
}
