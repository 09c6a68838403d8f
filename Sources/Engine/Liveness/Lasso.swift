/// A behaviour that goes on for ever: a path, and the place on it to which it goes back from its end. Where that is the
/// end itself, it stops there.
struct Lasso {
  var path: Path
  /// How many steps come before the loop.
  var loop: Int

  var stops: Bool { loop == path.choices.count }
}

/// A lasso of the product, by the numbers of states.
struct NumberedLasso {
  struct Step {
    var action: Int
    var ordinal: Int
    var number: Int
    /// The atoms about steps that are true of it; nil where they do not matter.
    var letter: UInt64?
    /// Under symmetry, the fairness conditions that the step is to satisfy. Of two steps into an orbit by the same action, one
    /// can be a step of another action too.
    var conditions: Set<Int> = []
  }
  var initial: Int
  var steps: [Step]
  var loop: Int
}

extension Lasso {
  /// The execution that a lasso of stored states stands for.
  ///
  /// Under symmetry those are representatives: the steps of the execution lead into their orbits, by the same actions. The
  /// loop is gone round until it ends where it began: an exchange of identities, repeated, is none at some time.
  ///
  /// nil when there is no such execution: the specification is not symmetric then, or not deterministic.
  init?(
    _ lasso: NumberedLasso, of system: TransitionSystem, _ packing: Packing, _ automaton: ProductAutomaton,
    _ conditions: FairnessConditions, state: (Int) -> [UInt64]
  ) {
    let packer = StatePacker(packing, system.symmetry)
    defer { packer.deallocate() }
    let scan = SuccessorScan(system)
    defer { scan.deallocate() }
    let first = state(lasso.initial)
    guard let initial = system.initialStates.firstIndex(where: { packer.pack($0) == first }) else { return nil }
    path = Path(initial: initial, choices: [])
    loop = lasso.loop
    var current = system.initialStates[initial]
    func take(_ step: NumberedLasso.Step) -> Bool {
      if !system.isSymmetric {
        let choice = Path.Choice(action: step.action, ordinal: step.ordinal)
        guard let successor = scan.successor(of: current, choice) else { return false }
        path.choices.append(choice)
        current = successor
        return true
      }
      let target = state(step.number)
      let before = packing.pack(current)
      var candidates: [(choice: Path.Choice, state: [UInt64])] = []
      var satisfied: [[UInt64]: Set<Int>] = [:]
      scan.forEachSuccessor(of: current) { choice, successor in
        let words = Array(UnsafeBufferPointer(start: successor, count: packing.stateWords))
        if !step.conditions.isEmpty {
          satisfied[packing.pack(words), default: []].insert(
            conditions.condition(of: choice.action, choice.ordinal, in: current))
        }
        if choice.action == step.action && packer.pack(words) == target && packing.pack(words) != before
          && step.letter ?? automaton.letter(current, words) == automaton.letter(current, words)
        {
          candidates.append((choice, words))
        }
        return true
      }
      let found = candidates.first { step.conditions.isSubset(of: satisfied[packing.pack($0.state)] ?? []) }
      guard let found else { return false }
      path.choices.append(found.choice)
      current = found.state
      return true
    }
    for step in lasso.steps[..<lasso.loop] where !take(step) { return nil }
    if lasso.loop == lasso.steps.count { return }
    // Where the loop was entered so far.
    var entries = [packing.pack(current)]
    while true {
      for step in lasso.steps[lasso.loop...] where !take(step) { return nil }
      if let round = entries.firstIndex(of: packing.pack(current)) {
        loop += round * (lasso.steps.count - lasso.loop)
        return
      }
      entries.append(packing.pack(current))
    }
  }
}
