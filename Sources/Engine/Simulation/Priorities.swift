/// The priorities of one walk in probabilistic concurrency testing.
///
/// A thread of control is an action; which of its instances goes is left to even chances. (With a priority for each
/// instance instead, eight runs of five seconds did not find the loss of a committed entry in `Specs/raft.swift` once;
/// with one for each action five of eight did.)
struct Priorities {
  private let actionCount: Int
  private let priorities: UnsafeMutablePointer<UInt64>
  private let changePoints: UnsafeMutablePointer<Int>
  private let changePointCount: Int
  private let depth: Int
  private let lowest: UnsafeMutablePointer<UInt64>

  init(actionCount: Int, changePoints count: Int, depth: Int) {
    self.actionCount = actionCount
    self.depth = depth
    changePointCount = count
    priorities = .allocate(capacity: max(1, actionCount))
    changePoints = .allocate(capacity: max(1, count))
    lowest = .allocate(capacity: 1)
  }

  func deallocate() {
    priorities.deallocate()
    changePoints.deallocate()
    lowest.deallocate()
  }

  /// Gives every action another priority, and draws the depths at which one is lowered.
  func begin(_ random: inout RandomSource) {
    lowest.pointee = 1 << 62
    for action in 0..<actionCount { priorities[action] = random.next() | 1 << 63 }
    for k in 0..<changePointCount { changePoints[k] = 1 + random.below(depth) }
  }

  @inline(__always)
  func priority(of action: Int) -> UInt64 { priorities[action] }

  /// Notes that the walk takes a step of this action from a state at this depth; at a change point the action becomes
  /// the lowest of all.
  func take(_ action: Int, depth: Int) {
    for k in 0..<changePointCount where changePoints[k] == depth {
      lowest.pointee -= 1
      priorities[action] = lowest.pointee
    }
  }
}
