import DistCheckTemporal

/// A lasso, replayed step by step: what is enabled on its loop, what is taken, and what the property says of it.
///
/// Made from the specification alone, with nothing that the search has computed, so it tells whether the search is right.
struct LassoCheck {
  struct Instance {
    var action: Int
    var ordinal: Int
    var arguments: [String]
    var condition: Int
    /// What tells it apart from all other instances of the system.
    var identity: Int
  }

  let system: TransitionSystem
  let conditions: FairnessConditions
  /// The conditions that there would be if each instance of each action were fair by itself.
  private let identities: FairnessConditions
  let lasso: Lasso
  /// The states of the path.
  let states: [[UInt64]]
  /// For each position of the loop, the instances that would change its state; and of these, the ones that lead to the next
  /// state: all of them are taken by the step, as in TLA+, whichever is named for it.
  private(set) var enabled: [[Instance]] = []
  private(set) var taken: [[Instance]] = []

  /// - Throws: `ReplayFailure` when it is no execution, or does not go back to where it says.
  init(_ lasso: Lasso, of system: TransitionSystem, _ conditions: FairnessConditions) throws(ReplayFailure) {
    self.system = system
    self.conditions = conditions
    self.lasso = lasso
    var finest = system
    for action in finest.actions.indices { finest.actions[action].fairness = .weak.each }
    identities = FairnessConditions(finest)
    let packing = system.packing
    let states = try lasso.path.states(in: system)
    guard lasso.loop < states.count, packing.pack(states[lasso.loop]) == packing.pack(states.last!) else {
      throw .noLoop
    }
    self.states = states
    let scan = SuccessorScan(system)
    defer { scan.deallocate() }
    for position in lasso.loop...max(lasso.loop, states.count - 2) {
      let packed = packing.pack(states[position])
      let next = lasso.stops ? nil : packing.pack(states[position + 1])
      var (instances, steps) = ([Instance](), [Instance]())
      scan.forEachSuccessor(of: states[position]) { choice, successor in
        let after = packing.pack(Array(UnsafeBufferPointer(start: successor, count: packing.stateWords)))
        if after != packed { instances.append(instance(choice, in: states[position])) }
        if after == next { steps.append(instances.last!) }
        return true
      }
      enabled.append(instances)
      taken.append(steps)
    }
  }

  private func instance(_ choice: Path.Choice, in state: [UInt64]) -> Instance {
    Instance(
      action: choice.action, ordinal: choice.ordinal,
      arguments: system.actions[choice.action].arguments(state, choice.ordinal).map(\.description),
      condition: conditions.condition(of: choice.action, choice.ordinal, in: state),
      identity: identities.condition(of: choice.action, choice.ordinal, in: state))
  }

  /// Whether the behaviour does not satisfy a property.
  func violates(_ property: TemporalProperty) -> Bool {
    var letters = zip(states, states.dropFirst()).map { property.letter($0, $1) }
    if lasso.stops { letters.append(property.letter(states.last!, states.last!)) }
    return !property.formula.holds(stem: Array(letters[..<lasso.loop]), loop: Array(letters[lasso.loop...]))
  }

  /// Whether it satisfies every fairness condition.
  var isFair: Bool {
    conditions.owners.indices.allSatisfy { condition in
      if taken.joined().contains(where: { $0.condition == condition }) { return true }
      let isEnabled = enabled.map { $0.contains { $0.condition == condition } }
      switch conditions.assumptions[conditions.owners[condition]].strength {
      case .weak: return isEnabled.contains(false)
      case .strong: return !isEnabled.contains(true)
      }
    }
  }

  // MARK: For a reader

  /// Where on the loop fairness is satisfied, each condition at one place: by the step that is taken at a position, or if
  /// there is none, in a state because nothing of the kind is enabled there.
  var satisfied: [(step: [String], state: [String])] {
    // Of what is never enabled on the loop nobody would think.
    var open = Set(conditions.owners.indices).intersection(enabled.joined().map(\.condition))
    func satisfy(_ satisfied: Set<Int>) -> [Int] {
      defer { open.subtract(satisfied) }
      return open.intersection(satisfied).sorted()
    }
    let steps = taken.map { satisfy(Set($0.map(\.condition))) }
    let states = enabled.map { instances in
      satisfy(open.filter { assumption($0).strength == .weak }.subtracting(instances.map(\.condition)))
    }
    return zip(steps, states).map { step, state in
      (step.map { describe($0) }, state.map { "\(describe($0)): not enabled" })
    }
  }

  /// `weak fairness of Enter`; of what is fair to each instance, or for each value of some parameters, the one that is
  /// meant: `weak fairness of Enter(0)`.
  private func describe(_ condition: Int) -> String {
    let assumption = assumption(condition)
    guard let instance = enabled.joined().first(where: { $0.condition == condition }),
      case let fairness = system.actions[instance.action].fairness, case .each(let parameters) = fairness.scope
    else { return assumption.description }
    let arguments = parameters.isEmpty ? instance.arguments : parameters.map { instance.arguments[$0] }
    return "\(assumption.strength.rawValue) fairness of \(fairness.group ?? system.actions[instance.action].name)"
      + "(\(arguments.joined(separator: ", ")))"
  }

  private func assumption(_ condition: Int) -> FairnessConditions.Assumption {
    conditions.assumptions[conditions.owners[condition]]
  }

  /// The fairness assumptions, each by itself, under which this would be no behaviour: for each action the weakest.
  var excludedBy: [String] {
    system.actions.indices.compactMap { action in
      let name = system.actions[action].name
      let all = enabled.map { $0.filter { $0.action == action } }
      if all.allSatisfy(\.isEmpty) { return nil }
      let isTaken = taken.joined().contains { $0.action == action }
      if !isTaken && all.allSatisfy({ !$0.isEmpty }) { return "weak fairness of \(name)" }
      let missed = Set(all.joined().map(\.identity)).subtracting(taken.joined().map(\.identity))
      func example(_ instances: Set<Int>) -> String? {
        all.joined().first { instances.contains($0.identity) }
          .map { "\(name)(\($0.arguments.joined(separator: ", ")))" }
      }
      let continuous = missed.filter { identity in all.allSatisfy { $0.contains { $0.identity == identity } } }
      if let example = example(continuous) { return "weak fairness of each \(name), here \(example)" }
      if !isTaken { return "strong fairness of \(name)" }
      if let example = example(missed) { return "strong fairness of each \(name), here \(example)" }
      return nil
    }
  }
}
