extension BuchiAutomaton {
  /// Makes the automaton smaller; the words that it accepts stay the same.
  mutating func simplify(entryAtoms: UInt64) {
    reduce()
    simplifyEntry(atoms: entryAtoms)
    reduce()
    markBridges(allMarks)
    separateTransitions(SimulationRelation(self))
    reduceMarks()
  }

  /// Repeats, until nothing changes, what makes the automaton smaller.
  private mutating func reduce() {
    trim()
    mergeEqual()
    var before: Size
    repeat {
      before = size
      simulate()
      reduceMarks()
      simulate()
      markBridges(allMarks)
      simulate()
      markBridges(0)
      trim()
    } while size != before
  }

  private mutating func simulate() {
    let simulation = SimulationRelation(self)
    simplifyTransitions(simulation)
    mergeTransient(simulation)
    trim()
    mergeSimilar(SimulationRelation(self))
    trim()
  }

  private struct Size: Equatable { var states, transitions, literals, marks, entries: Int }

  private var size: Size {
    Size(
      states: states.count, transitions: states.reduce(0) { $0 + $1.count },
      literals: states.joined().reduce(0) { $0 + $1.cube.literalCount }, marks: markCount, entries: entries.count)
  }
}
