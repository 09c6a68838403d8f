import DistCheckTemporal

/// A lasso, replayed step by step: what is enabled on its loop, what is taken, and what the property says of it.
///
/// Made from the specification alone, with nothing that the search has computed, so it tells whether the search is right.
struct LassoCheck {
  struct Instance {
    var choice: Path.Choice
    var condition: Int
    /// Where on the loop it is enabled.
    var position: Int
  }

  let system: TransitionSystem
  let conditions: FairnessConditions
  let lasso: Lasso
  /// The states of the path.
  let states: [[UInt64]]
  /// For each position of the loop, the instances that would change its state; and of these, the ones that lead to the next
  /// state: all of them are taken by the step, as in TLA+, whichever is named for it.
  private(set) var enabled: [[Instance]] = []
  private(set) var taken: [[Instance]] = []

  /// - Throws: `ReplayFailure` when it is no execution, or does not go back to where it says.
  init(
    _ lasso: Lasso, of system: TransitionSystem, _ conditions: FairnessConditions,
    control: UnsafeMutablePointer<SearchControl>? = nil
  ) throws(ReplayFailure) {
    self.system = system
    self.conditions = conditions
    self.lasso = lasso
    let packing = system.packing
    let states = try lasso.path.states(in: system, control: control)
    guard lasso.loop < states.count, packing.pack(states[lasso.loop]) == packing.pack(states.last!) else {
      throw .noLoop
    }
    self.states = states
    let scan = SuccessorScan(system)
    defer { scan.deallocate() }
    var after = [UInt64](repeating: 0, count: packing.width)
    for position in lasso.loop...max(lasso.loop, states.count - 2) {
      if control?.pointee.isLeft ?? false { throw .stopped }
      let state = states[position]
      let packed = packing.pack(state)
      let next = lasso.stops ? nil : packing.pack(states[position + 1])
      var (instances, steps) = ([Instance](), [Instance]())
      scan.forEachSuccessor(of: state) { choice, successor in
        packing.pack(successor, into: &after)
        guard after != packed else { return true }
        instances.append(
          Instance(
            choice: choice, condition: conditions.condition(of: choice.action, choice.ordinal, in: state),
            position: position - lasso.loop))
        if after == next { steps.append(instances.last!) }
        return true
      }
      enabled.append(instances)
      taken.append(steps)
    }
  }

  private func state(of instance: Instance) -> [UInt64] { states[lasso.loop + instance.position] }

  private func arguments(of instance: Instance) -> [String] {
    system.actions[instance.choice.action].arguments(state(of: instance), instance.choice.ordinal).map(\.description)
  }

  /// Whether the behaviour does not satisfy a property.
  func violates(_ property: TemporalProperty) -> Bool {
    var letters = zip(states, states.dropFirst()).map { property.letter($0, $1) }
    if lasso.stops { letters.append(property.letter(states.last!, states.last!)) }
    return !property.formula.holds(stem: Array(letters[..<lasso.loop]), loop: Array(letters[lasso.loop...]))
  }

  /// Whether it satisfies every fairness condition.
  var isFair: Bool {
    let met = Set(taken.joined().lazy.map(\.condition))
    let sets = enabled.map { Set($0.lazy.map(\.condition)) }
    // Where a condition is enabled throughout, it is in the first state already.
    let always = sets.dropFirst().reduce(sets[0]) { $0.intersection($1) }
    func isMissed(_ condition: Int, _ strength: Fairness.Strength) -> Bool {
      condition >= 0 && assumption(condition).strength == strength && !met.contains(condition)
    }
    return !always.contains { isMissed($0, .weak) } && !sets.contains { $0.contains { isMissed($0, .strong) } }
  }

  // MARK: For a reader

  /// Where on the loop fairness is satisfied, each condition at one place: by the step that is taken at a position, or if
  /// there is none, in a state because nothing of the kind is enabled there.
  var satisfied: [(step: [String], state: [String])] {
    // Of what is never enabled on the loop nobody would think.
    var examples: [Int: Instance] = [:]
    for instance in enabled.joined() where instance.condition >= 0 && examples[instance.condition] == nil {
      examples[instance.condition] = instance
    }
    var open = Set(examples.keys)
    func satisfy(_ satisfied: Set<Int>) -> [Int] {
      defer { open.subtract(satisfied) }
      return open.intersection(satisfied).sorted()
    }
    let steps = taken.map { satisfy(Set($0.map(\.condition))) }
    let states = enabled.map { instances in
      satisfy(open.filter { assumption($0).strength == .weak }.subtracting(instances.map(\.condition)))
    }
    return zip(steps, states).map { step, state in
      (
        step.map { describe($0, examples[$0]!) }, state.map { "\(describe($0, examples[$0]!)): not enabled" }
      )
    }
  }

  /// `weak fairness of Enter`; of what is fair to each instance, or for each value of some parameters, the one that is
  /// meant: `weak fairness of Enter(0)`.
  private func describe(_ condition: Int, _ instance: Instance) -> String {
    let assumption = assumption(condition)
    let action = system.actions[instance.choice.action]
    guard case .each(let parameters) = action.fairness.scope else { return assumption.description }
    let all = arguments(of: instance)
    let arguments = parameters.isEmpty ? all : parameters.map { all[$0] }
    return "\(assumption.strength.rawValue) fairness of \(action.fairness.group ?? action.name)"
      + "(\(arguments.joined(separator: ", ")))"
  }

  private func assumption(_ condition: Int) -> FairnessConditions.Assumption {
    conditions.assumptions[conditions.owners[condition]]
  }

  /// The fairness assumptions, each by itself, under which this would be no behaviour: for each action the weakest.
  var excludedBy: [String] {
    let identities = identities
    /// By action: for each position, by what tells it apart from all others, the instances that are enabled.
    var enabledBy = [[Int: [Int: Instance]]](repeating: [:], count: system.actions.count)
    var takenBy = [Set<Int>](repeating: [], count: system.actions.count)
    func identity(_ instance: Instance) -> Int {
      identities.condition(of: instance.choice.action, instance.choice.ordinal, in: state(of: instance))
    }
    for instance in enabled.joined() {
      enabledBy[instance.choice.action][instance.position, default: [:]][identity(instance)] = instance
    }
    for instance in taken.joined() { takenBy[instance.choice.action].insert(identity(instance)) }
    return system.actions.indices.compactMap { action in
      let name = system.actions[action].name
      let all = enabledBy[action]
      if all.isEmpty { return nil }
      let isThroughout = all.count == enabled.count
      if takenBy[action].isEmpty && isThroughout { return "weak fairness of \(name)" }
      /// Of instances that are missed, the first in the order of exploration.
      func example(_ isMissed: (Int) -> Bool) -> String? {
        for position in all.keys.sorted() {
          let missed = all[position]!.filter { !takenBy[action].contains($0.key) && isMissed($0.key) }
          if let first = missed.values.min(by: { $0.choice.ordinal < $1.choice.ordinal }) {
            return "\(name)(\(arguments(of: first).joined(separator: ", ")))"
          }
        }
        return nil
      }
      if isThroughout, let example = example({ identity in all.values.allSatisfy { $0[identity] != nil } }) {
        return "weak fairness of each \(name), here \(example)"
      }
      if takenBy[action].isEmpty { return "strong fairness of \(name)" }
      return example { _ in true }.map { "strong fairness of each \(name), here \($0)" }
    }
  }

  /// The conditions that there would be if each instance of each action were fair by itself.
  private var identities: FairnessConditions {
    var finest = system
    for action in finest.actions.indices {
      finest.actions[action].fairness = .weak.each
      finest.actions[action].isFair = nil
      // Which instances there are becomes known as they are met: there can be millions.
      guard case .ordinals = finest.actions[action].identity else { continue }
      finest.actions[action].identity = .bytes(parameters: 1, limit: 8) { _, ordinal, _, bytes in
        bytes.storeBytes(of: ordinal, as: Int.self)
        return 8
      }
    }
    return FairnessConditions(finest)
  }
}
