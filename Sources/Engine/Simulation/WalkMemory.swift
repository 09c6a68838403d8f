/// The states that a walk has been in, by their hashes.
///
/// Two states with the same 64 bits of hash would be taken for one. That can keep a walk from a step; it cannot make a
/// finding false, and another walk can take the step.
struct WalkMemory {
  private let mask: Int
  private let entries: UnsafeMutablePointer<Entry>
  private let walk: UnsafeMutablePointer<Int>

  /// An entry of an earlier walk is an empty one, so that nothing has to be cleared.
  private struct Entry {
    var walk = 0
    var hash: UInt64 = 0
  }

  init(capacity: Int) {
    var size = 16
    while size < 2 * capacity { size *= 2 }
    mask = size - 1
    entries = .allocate(capacity: size)
    entries.initialize(repeating: Entry(), count: size)
    walk = .allocate(capacity: 1)
    walk.initialize(to: 0)
  }

  func deallocate() {
    entries.deallocate()
    walk.deallocate()
  }

  func clear() { walk.pointee += 1 }

  func insert(_ hash: UInt64) {
    var slot = Int(truncatingIfNeeded: hash) & mask
    while entries[slot].walk == walk.pointee && entries[slot].hash != hash { slot = (slot &+ 1) & mask }
    entries[slot] = Entry(walk: walk.pointee, hash: hash)
  }

  @inline(__always)
  func contains(_ hash: UInt64) -> Bool {
    var slot = Int(truncatingIfNeeded: hash) & mask
    while entries[slot].walk == walk.pointee {
      if entries[slot].hash == hash { return true }
      slot = (slot &+ 1) & mask
    }
    return false
  }
}
