internal import CDistCheckEngine

/// Every state that has been reached, stored exactly, in the order in which it was found.
///
/// States lie one after another, `width` words each; a state's index is its place. Beside them, an open-addressing table
/// of 64-bit entries: 24 bits of the hash, to reject nearly every other state without looking at it, and 40 bits of
/// index. The table grows by half when it is three quarters full, and is then rebuilt from the states in one sequential
/// pass, so the old and the new table are never in memory together.
///
/// Insertion and membership take O(1) expected time; `8 × width` bytes a state plus 11 to 16 bytes for the table.
struct VisitedSet {
  /// Words of a state.
  let width: Int
  /// States in the set.
  private(set) var count = 0
  private var states: PagedMemory
  private var words: UnsafeMutablePointer<UInt64>
  private var table: PagedMemory
  /// Where to look: what is needed to find a state, in a form that stays in registers.
  private(set) var probe: Probe
  /// How many states fit before the table has to grow.
  private var threshold: Int

  /// - Parameter width: Words of a state.
  /// - Throws: `OutOfMemory` when not even address space is to be had.
  init(width: Int) throws(OutOfMemory) {
    self.width = width
    guard let states = Self.reserve(), let table = PagedMemory(byteCount: 8 << 12) else { throw OutOfMemory() }
    self.states = states
    self.table = table
    words = states.base.assumingMemoryBound(to: UInt64.self)
    probe = Probe(words: words, width: width, table: table)
    threshold = Self.threshold(slots: probe.slotCount)
  }

  func deallocate() {
    states.release()
    table.release()
  }

  /// Address space for more states than the machine's memory holds; half as much while the system refuses.
  private static func reserve() -> PagedMemory? {
    var byteCount = 1 << 42
    while byteCount >= 1 << 24 {
      if let memory = PagedMemory(byteCount: byteCount, sparse: true) { return memory }
      byteCount /= 2
    }
    return nil
  }

  private static func threshold(slots: Int) -> Int { slots / 4 * 3 }

  /// Bytes in use.
  var byteCount: Int { count * width * 8 + table.byteCount }

  @inline(__always)
  subscript(index: Int) -> UnsafeMutablePointer<UInt64> { words + index &* width }

  // MARK: Insertion

  /// Makes room for further states, so that a block of insertions needs no check.
  ///
  /// - Throws: `OutOfMemory` when the operating system gives no more; the set is then as it was.
  mutating func reserve(_ additional: Int) throws(OutOfMemory) {
    guard (count + additional) * width * 8 <= states.byteCount else { throw OutOfMemory() }
    while count + additional > threshold { try grow() }
  }

  /// Adds a state that `find` did not find, at the slot that it named. Room must have been reserved.
  @inline(__always)
  mutating func insert(_ state: UnsafePointer<UInt64>, hash: UInt64, slot: Int) {
    let place = self[count]
    for k in 0..<width { place[k] = state[k] }
    count &+= 1
    probe.slots[slot] = Probe.entry(hash: hash, index: count &- 1)
  }

  // MARK: Growth

  private mutating func grow() throws(OutOfMemory) {
    // The new table is filled from the states, not from the old table, which can go first.
    let old = table.byteCount
    table.release()
    guard let larger = PagedMemory(byteCount: (old + old / 2) / 8 * 8) else {
      guard let same = PagedMemory(byteCount: old) else { throw OutOfMemory() }
      fill(same)
      throw OutOfMemory()
    }
    fill(larger)
  }

  /// Enters all states into an empty table.
  private mutating func fill(_ memory: PagedMemory) {
    table = memory
    let probe = Probe(words: words, width: width, table: memory)
    self.probe = probe
    threshold = Self.threshold(slots: probe.slotCount)
    let block = 64
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: block) { hashes in
      var first = 0
      while first < count {
        let last = min(first + block, count)
        for index in first..<last {
          let hash = hash(self[index], width: width)
          hashes[index - first] = hash
          probe.prefetch(hash: hash)
        }
        for index in first..<last {
          let hash = hashes[index - first]
          probe.slots[probe.firstFree(hash: hash)] = Probe.entry(hash: hash, index: index)
        }
        first = last
      }
    }
  }
}

/// Finds states in a visited set. A copy is good until the set grows.
struct Probe {
  fileprivate let words: UnsafeMutablePointer<UInt64>
  fileprivate let width: Int
  fileprivate let slots: UnsafeMutablePointer<UInt64>
  fileprivate let slotCount: Int

  private static let indexMask: UInt64 = (1 << 40) - 1

  fileprivate init(words: UnsafeMutablePointer<UInt64>, width: Int, table: PagedMemory) {
    self.words = words
    self.width = width
    slots = table.base.assumingMemoryBound(to: UInt64.self)
    slotCount = table.byteCount / 8
  }

  /// An entry: the lower 24 bits of the hash, whose upper bits choose the slot, and the index plus 1, so that 0 is none.
  @inline(__always)
  fileprivate static func entry(hash: UInt64, index: Int) -> UInt64 {
    hash &<< 40 | UInt64(truncatingIfNeeded: index &+ 1)
  }

  /// The first slot to look at (Lemire 2019: a multiplication instead of a remainder, so any size will do).
  @inline(__always)
  private func home(_ hash: UInt64) -> Int {
    Int(truncatingIfNeeded: hash.multipliedFullWidth(by: UInt64(truncatingIfNeeded: slotCount)).high)
  }

  @inline(__always)
  private func next(_ slot: Int) -> Int { slot &+ 1 == slotCount ? 0 : slot &+ 1 }

  /// Fetches the place where a hash will be looked for. Called for a whole block before it is probed, so that the
  /// latencies of memory overlap.
  @inline(__always)
  func prefetch(hash: UInt64) { ce_prefetch(slots + home(hash)) }

  /// Fetches the state that a hash's first entry points to.
  @inline(__always)
  func prefetchState(hash: UInt64) {
    let entry = slots[home(hash)]
    if entry != 0 { ce_prefetch(words + (Int(truncatingIfNeeded: entry & Self.indexMask) &- 1) &* width) }
  }

  /// Where the state is, or where it would go.
  enum Place {
    case present(index: Int)
    case absent(slot: Int)
  }

  @inline(__always)
  func find(_ state: UnsafePointer<UInt64>, hash: UInt64) -> Place {
    let tag = hash &<< 40
    var slot = home(hash)
    while true {
      let entry = slots[slot]
      if entry == 0 { return .absent(slot: slot) }
      if (entry ^ tag) & ~Self.indexMask == 0 {
        let index = Int(truncatingIfNeeded: entry & Self.indexMask) &- 1
        if equal(words + index &* width, state) { return .present(index: index) }
      }
      slot = next(slot)
    }
  }

  @inline(__always)
  fileprivate func firstFree(hash: UInt64) -> Int {
    var slot = home(hash)
    while slots[slot] != 0 { slot = next(slot) }
    return slot
  }

  @inline(__always)
  private func equal(_ left: UnsafePointer<UInt64>, _ right: UnsafePointer<UInt64>) -> Bool {
    var k = 0
    repeat {
      if left[k] != right[k] { return false }
      k &+= 1
    } while k < width
    return true
  }
}

/// The operating system gives no more memory.
struct OutOfMemory: Error {}
