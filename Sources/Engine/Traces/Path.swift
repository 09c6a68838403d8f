/// An execution by its choices alone: where it begins, and which instance of which action it takes at each step.
struct Path: Equatable {
  struct Choice: Equatable {
    var action: Int
    var ordinal: Int
  }
  var initial: Int
  var choices: [Choice]

  /// The states that it leads through, the initial one first.
  ///
  /// - Throws: `ReplayFailure` when a step is not enabled where the path takes it.
  func states(
    in system: TransitionSystem, control: UnsafeMutablePointer<SearchControl>? = nil
  ) throws(ReplayFailure) -> [[UInt64]] {
    guard system.initialStates.indices.contains(initial) else { throw .noSuchInitialState(initial) }
    let scan = SuccessorScan(system)
    defer { scan.deallocate() }
    var states = [system.initialStates[initial]]
    for (index, choice) in choices.enumerated() {
      if control?.pointee.isLeft ?? false { throw .stopped }
      guard system.actions.indices.contains(choice.action),
        choice.ordinal < system.actions[choice.action].instanceCount(states.last!),
        let next = scan.successor(of: states.last!, choice)
      else { throw .notEnabled(step: index + 1) }
      states.append(next)
    }
    return states
  }

  func dropLast() -> Path { Path(initial: initial, choices: choices.dropLast()) }
}
