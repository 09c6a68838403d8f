internal import CDistCheckEngine

/// Goes through the successors of single states: for walks, traces, and whatever else is no search of all states.
///
/// A search of all states goes block by block instead (`Expander`), and through states that it has stored many successors
/// at a time (`NumberedExpansion`).
struct SuccessorScan {
  /// Successors that are generated before they are looked at.
  private static let capacity = 64

  private let system: TransitionSystem
  private let words: Int
  private let successors: UnsafeMutablePointer<UInt64>
  private let ordinals: UnsafeMutablePointer<UInt32>

  init(_ system: TransitionSystem) {
    self.system = system
    words = system.layout.words
    successors = .allocate(capacity: Self.capacity * words)
    // A successor's last word may hold bytes that the specification never writes.
    successors.initialize(repeating: 0, count: Self.capacity * words)
    ordinals = .allocate(capacity: Self.capacity)
  }

  func deallocate() {
    successors.deallocate()
    ordinals.deallocate()
  }

  /// Calls the body with each successor under one action, in the order of exploration, until it returns false.
  ///
  /// - Returns: Whether the body has seen all of them.
  @inline(__always) @discardableResult
  func forEachSuccessor(
    of state: UnsafePointer<UInt64>, action: Int, _ body: (Path.Choice, UnsafePointer<UInt64>) -> Bool
  ) -> Bool {
    var next = 0
    repeat {
      var buffer = SuccessorBuffer(
        next: UnsafeMutableRawPointer(successors), room: Self.capacity, stride: words &* 8, ordinals: ordinals)
      ce_enter()
      next = system.actions[action].expand(state, &buffer, next, Int.max)
      ce_leave()
      let count = Self.capacity &- buffer.room
      system.packing.clearBlanks(successors, count: count)
      for k in 0..<count {
        if !body(Path.Choice(action: action, ordinal: Int(ordinals[k])), successors + k &* words) { return false }
      }
    } while next >= 0
    return true
  }

  /// Calls the body with each successor, in the order of exploration, until it returns false.
  ///
  /// - Parameter action: The only one to try; all if it is nil.
  func forEachSuccessor(
    of state: [UInt64], action: Int? = nil, _ body: (Path.Choice, UnsafePointer<UInt64>) -> Bool
  ) {
    for action in action.map({ $0..<$0 + 1 }) ?? system.actions.indices {
      guard forEachSuccessor(of: state, action: action, body) else { return }
    }
  }

  /// Calls the body with the successor under one instance of one action, if that is enabled.
  @inline(__always)
  func successor(
    of state: UnsafePointer<UInt64>, _ choice: Path.Choice, _ body: (Path.Choice, UnsafePointer<UInt64>) -> Void
  ) {
    var buffer = SuccessorBuffer(
      next: UnsafeMutableRawPointer(successors), room: 1, stride: words &* 8, ordinals: ordinals)
    ce_enter()
    _ = system.actions[choice.action].expand(state, &buffer, choice.ordinal, choice.ordinal &+ 1)
    ce_leave()
    guard buffer.room == 0 else { return }
    system.packing.clearBlanks(successors)
    body(choice, successors)
  }

  /// The successor under one instance of one action, or nil when that is not enabled.
  func successor(of state: [UInt64], _ choice: Path.Choice) -> [UInt64]? {
    var found: [UInt64]?
    successor(of: state, choice) { _, successor in
      found = Array(UnsafeBufferPointer(start: successor, count: words))
    }
    return found
  }
}
