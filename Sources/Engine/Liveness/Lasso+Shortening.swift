extension Lasso {
  /// The shortest of the lassos that lie within this one: a loop between two places with the same state, and a stem without
  /// detours. What is shortest in the product need not be shortest for a reader: a run of the automaton may need another
  /// round until it comes back to the same state of its own.
  ///
  /// Each is judged by the formula and by fairness themselves. At most a few hundred are tried, and none once the search is
  /// stopped.
  func shortened(
    violating property: TemporalProperty, of system: TransitionSystem, _ conditions: FairnessConditions,
    _ control: UnsafeMutablePointer<SearchControl>
  ) -> Lasso {
    guard let check = try? LassoCheck(self, of: system, conditions, control: control) else { return self }
    let packing = system.packing
    let states = check.states.map { packing.pack($0) }
    guard states.count <= 200 else { return self }
    var candidates: [(length: Int, lasso: Lasso)] = []
    for end in states.indices {
      for start in 0...end where states[start] == states[end] {
        // The shortest way to the start along the path: from each state on from where it occurs last.
        var stem: [Path.Choice] = []
        var place = 0
        while true {
          place = states[...start].lastIndex(of: states[place])!
          if place == start { break }
          stem.append(path.choices[place])
          place += 1
        }
        let choices = stem + path.choices[start..<end]
        guard choices.count < path.choices.count else { continue }
        candidates.append(
          (choices.count, Lasso(path: Path(initial: path.initial, choices: choices), loop: stem.count)))
      }
    }
    candidates.sort { ($0.length, -$0.lasso.loop) < ($1.length, -$1.lasso.loop) }
    for candidate in candidates.prefix(400) where !control.pointee.isStopped {
      if let check = try? LassoCheck(candidate.lasso, of: system, conditions, control: control), check.isFair,
        check.violates(property)
      {
        return candidate.lasso
      }
    }
    return self
  }
}
