/// The priorities of one walk in probabilistic concurrency testing.
///
/// A thread of control is an instance of an action: the pair of action and ordinal. Its priority is a hash of walk and
/// pair, so that no table of all instances is needed. An instance is lowered below all others at a change point, and
/// when the step that it took leads to a state that the walk has been in: an instance that is always enabled and gets
/// nowhere would otherwise keep the rest of the walk, as a spinning thread would.
struct Priorities {
  private let changePoints: UnsafeMutablePointer<Int>
  private let changePointCount: Int
  private let depth: Int
  private let mask: Int
  /// Open addressing; an entry of an earlier walk is an empty one.
  private let entries: UnsafeMutablePointer<Entry>
  private var walk = 0
  private var key: UInt64 = 0
  private var lowest: UInt64 = 0

  private struct Entry {
    var walk = 0
    var key: UInt64 = 0
    var priority: UInt64 = 0
  }

  init(changePoints count: Int, depth: Int) {
    changePointCount = count
    self.depth = depth
    changePoints = .allocate(capacity: max(1, count))
    var size = 16
    while size < 2 * depth + 2 { size *= 2 }
    mask = size - 1
    entries = .allocate(capacity: size)
    entries.initialize(repeating: Entry(), count: size)
  }

  func deallocate() {
    changePoints.deallocate()
    entries.deallocate()
  }

  /// Gives every instance another priority, and draws the depths at which one is lowered.
  mutating func begin(_ random: inout RandomSource) {
    walk += 1
    key = random.next()
    lowest = 1 << 62
    for k in 0..<changePointCount { changePoints[k] = 1 + random.below(max(1, depth - 1)) }
  }

  /// Hashes have the uppermost bit, priorities that were lowered have not.
  @inline(__always)
  func priority(action: Int, ordinal: Int) -> UInt64 {
    let hash = hash(action, ordinal)
    var slot = Int(truncatingIfNeeded: hash) & mask
    while entries[slot].walk == walk {
      if entries[slot].key == hash { return entries[slot].priority }
      slot = (slot &+ 1) & mask
    }
    return hash | 1 << 63
  }

  /// Notes the step that the walk takes from a state at this depth.
  mutating func take(action: Int, ordinal: Int, depth: Int) {
    var lowers = false
    for k in 0..<changePointCount where changePoints[k] == depth { lowers = true }
    guard lowers else { return }
    lowest -= 1
    let hash = hash(action, ordinal)
    var slot = Int(truncatingIfNeeded: hash) & mask
    while entries[slot].walk == walk && entries[slot].key != hash { slot = (slot + 1) & mask }
    entries[slot] = Entry(walk: walk, key: hash, priority: lowest)
  }

  @inline(__always)
  private func hash(_ action: Int, _ ordinal: Int) -> UInt64 {
    mix(mix(key, UInt64(truncatingIfNeeded: action)), UInt64(truncatingIfNeeded: ordinal))
  }
}
