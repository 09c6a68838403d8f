internal import CDistCheckEngine

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

/// Goes through the successors of single states, where speed does not matter.
struct SuccessorScan {
  private let system: TransitionSystem
  private let words: Int
  private let capacity = 64
  private let successors: UnsafeMutablePointer<UInt64>
  private let ordinals: UnsafeMutablePointer<UInt32>

  init(_ system: TransitionSystem) {
    self.system = system
    words = system.layout.words
    successors = .allocate(capacity: capacity * words)
    successors.initialize(repeating: 0, count: capacity * words)
    ordinals = .allocate(capacity: capacity)
  }

  func deallocate() {
    successors.deallocate()
    ordinals.deallocate()
  }

  /// Calls the body with each successor, in the order of exploration, until it returns false.
  ///
  /// - Parameter action: The only one to try; all if it is nil.
  func forEachSuccessor(
    of state: [UInt64], action: Int? = nil, _ body: (Path.Choice, UnsafePointer<UInt64>) -> Bool
  ) {
    for action in action.map({ $0..<$0 + 1 }) ?? system.actions.indices {
      var next = 0
      repeat {
        var buffer = SuccessorBuffer(
          next: successors, room: capacity, stride: words * 8, ordinals: ordinals)
        ce_enter()
        next = system.actions[action].expand(state, &buffer, next, Int.max)
        ce_leave()
        system.packing.clearBlanks(successors, count: capacity - buffer.room)
        for k in 0..<(capacity - buffer.room) {
          let choice = Path.Choice(action: action, ordinal: Int(ordinals[k]))
          if !body(choice, successors + k * words) { return }
        }
      } while next >= 0
    }
  }

  /// The successor under one instance of one action, or nil when that is not enabled.
  func successor(of state: [UInt64], _ choice: Path.Choice) -> [UInt64]? {
    var buffer = SuccessorBuffer(next: successors, room: 1, stride: words * 8, ordinals: ordinals)
    ce_enter()
    _ = system.actions[choice.action].expand(state, &buffer, choice.ordinal, choice.ordinal + 1)
    ce_leave()
    guard buffer.room == 0 else { return nil }
    system.packing.clearBlanks(successors)
    return Array(UnsafeBufferPointer(start: successors, count: words))
  }
}
