internal import CDistCheckEngine

/// Numbers for 64-bit values: the nodes of the trees that states are compressed to. A value is kept once, however many
/// states share it.
///
/// Values lie in the order of their numbers, at most 2 to the 28; beside them is an index of 32-bit slots, 28 bits of
/// number and 4 of hash, never more than half full. Takes 16 to 24 bytes a value.
struct NodeTable {
  static let idBits = 28
  private static let idMask: UInt32 = (1 << 28) - 1

  private let shared: UnsafeMutablePointer<Shared>
  private let cursors: UnsafeMutablePointer<Cursor>
  private let workers: Int

  private struct Shared {
    var values: PagedMemory
    var index: PagedMemory
    var claims = Claims()
    var nextChunk: UInt64 = 0
  }

  /// Numbers that a worker takes at a time, and the most values that there can be: workers leave a part of their last
  /// chunk unused.
  private let chunk: Int
  private let limit: Int

  /// The numbers that a worker may give out next.
  struct Cursor {
    var next = 0
    var end = 0
    /// Values numbered since the last claim was settled.
    var made = 0
  }

  /// - Parameters:
  ///   - room: How many values a worker may claim at once.
  ///   - expected: About how many values there will be.
  init(workers: Int, room: Int, expected: Int = 0, _ thresholds: StorageThresholds) throws(OutOfMemory) {
    let slots = max(thresholds.nodeSlots, 4 * workers * room, 2 * expected)
    guard let values = PagedMemory.reserve(8 << Self.idBits) else { throw OutOfMemory() }
    guard let index = PagedMemory(byteCount: slots * 4) else {
      values.release()
      throw OutOfMemory()
    }
    self.workers = workers
    chunk = thresholds.nodeChunk
    limit = min(values.byteCount / 8, thresholds.nodeLimit) - (workers + 1) * chunk
    shared = .allocate(capacity: 1)
    shared.initialize(to: Shared(values: values, index: index))
    cursors = .allocate(capacity: workers)
    cursors.initialize(repeating: Cursor(), count: workers)
  }

  func deallocate() {
    shared.pointee.values.release()
    shared.pointee.index.release()
    shared.deallocate()
    cursors.deallocate()
  }

  /// Numbers given out, or about to be.
  var count: Int { shared.pointee.claims.count }
  var byteCount: Int { Int(shared.pointee.nextChunk) * chunk * 8 + shared.pointee.index.byteCount }

  func probe(worker: Int) -> Probe {
    Probe(
      values: shared.pointee.values.base.assumingMemoryBound(to: UInt64.self),
      slots: shared.pointee.index.base.assumingMemoryBound(to: UInt32.self),
      slotCount: shared.pointee.index.byteCount / 4, nextChunk: nextChunk, chunk: chunk, cursor: cursors + worker)
  }

  private var nextChunk: UnsafeMutablePointer<UInt64> {
    (UnsafeMutableRawPointer(shared) + MemoryLayout<Shared>.offset(of: \.nextChunk)!)
      .assumingMemoryBound(to: UInt64.self)
  }

  // MARK: Growth

  func claim(_ values: Int) -> Bool {
    shared.pointee.claims.claim(values, limit: min(shared.pointee.index.byteCount / 8, limit))
  }

  /// Gives back what a worker has claimed, less what it has used of it.
  func settle(_ claimed: Int, worker: Int) {
    shared.pointee.claims.giveBack(claimed - cursors[worker].made)
    cursors[worker].made = 0
  }

  /// Makes room for every worker to claim again. No worker is at work.
  ///
  /// - Parameters:
  ///   - claim: How many values a worker claims at a time.
  ///   - mostBytes: What the table may take.
  ///   - stripe: How many slots a worker goes through at a time.
  /// - Throws: `OutOfMemory` when there are no numbers left, or no memory, or it was given up; the table is then as it was.
  func grow(claim: Int, mostBytes: Int, stripe: Int, _ work: StoreWork) throws(OutOfMemory) {
    let wanted = count + workers * claim
    guard wanted <= limit else { throw OutOfMemory() }
    var bytes = shared.pointee.index.byteCount
    while bytes / 8 < wanted { bytes *= 2 }
    guard bytes > shared.pointee.index.byteCount else { return }
    guard byteCount + bytes <= mostBytes, let larger = PagedMemory(byteCount: bytes) else { throw OutOfMemory() }
    let old = shared.pointee.index
    shared.pointee.index = larger
    let slots = old.base.assumingMemoryBound(to: UInt32.self)
    let isDone = work.team.forEachRange(of: old.byteCount / 4, by: stripe) { worker, range in
      let probe = probe(worker: worker)
      for slot in range where slots[slot] != 0 { probe.enter(Int(slots[slot] & Self.idMask) - 1) }
      return worker > 0 || !work.isToStop()
    }
    if isDone {
      old.release()
    } else {
      shared.pointee.index = old
      larger.release()
      throw OutOfMemory()
    }
  }

  // MARK: Checkpoints

  private var slots: UnsafeBufferPointer<UInt32> {
    UnsafeBufferPointer(
      start: shared.pointee.index.base.assumingMemoryBound(to: UInt32.self), count: shared.pointee.index.byteCount / 4)
  }

  var entryCount: Int { slots.reduce(0) { $0 + ($1 != 0 ? 1 : 0) } }

  /// Calls the body with every number that is given out, and its value.
  func forEachEntry(_ body: (Int, UInt64) -> Void) {
    let values = shared.pointee.values.base.assumingMemoryBound(to: UInt64.self)
    for slot in slots where slot != 0 {
      let id = Int(slot & Self.idMask) - 1
      body(id, values[id])
    }
  }

  /// Makes room for so many values, which are about to be restored. The table is empty.
  func reserve(_ count: Int) throws(OutOfMemory) {
    var bytes = shared.pointee.index.byteCount
    while bytes / 8 < count { bytes *= 2 }
    try shared.pointee.index.enlarge(byteCount: bytes)
    shared.pointee.claims = Claims(count)
  }

  /// Gives a value the number that it had.
  func restore(_ id: Int, _ value: UInt64) {
    shared.pointee.values.base.assumingMemoryBound(to: UInt64.self)[id] = value
    shared.pointee.nextChunk = max(shared.pointee.nextChunk, UInt64(id / chunk + 1))
    // What chunks have lost counts, too, as there are no numbers beyond the limit.
    shared.pointee.claims = Claims(max(count, Int(shared.pointee.nextChunk) * chunk))
    probe(worker: 0).enter(id)
  }

  /// Finds and gives out numbers, for one worker; good until the table grows.
  struct Probe {
    fileprivate let values: UnsafeMutablePointer<UInt64>
    fileprivate let slots: UnsafeMutablePointer<UInt32>
    fileprivate let slotCount: Int
    fileprivate let nextChunk: UnsafeMutablePointer<UInt64>
    fileprivate let chunk: Int
    fileprivate let cursor: UnsafeMutablePointer<Cursor>

    /// The value with a number.
    @inline(__always)
    func value(_ id: UInt32) -> UInt64 { values[Int(id)] }

    static var none: UInt32 { UInt32.max }

    /// The number of a value; `none` when it has none.
    @inline(__always)
    func find(_ value: UInt64) -> UInt32 { number(value) { _, _ in Self.none } }

    /// The number of a value; a new one when it has none. Room has been claimed.
    @inline(__always)
    func id(_ value: UInt64) -> UInt32 { number(value) { insert(value, tag: $0, at: $1) } }

    /// The number of a value; when it has none, what is made of its tag and the free slot where it was looked for last.
    @inline(__always)
    private func number(_ value: UInt64, otherwise: (_ tag: UInt32, _ place: Int) -> UInt32) -> UInt32 {
      let hash = hash(value)
      let tag = UInt32(truncatingIfNeeded: hash) << UInt32(NodeTable.idBits)
      var place = slot(hash: hash, of: slotCount)
      while true {
        let entry = ce_load32(slots + place)
        if entry == 0 { return otherwise(tag, place) }
        if (entry ^ tag) & ~NodeTable.idMask == 0 {
          let id = (entry & NodeTable.idMask) &- 1
          if values[Int(id)] == value { return id }
        }
        place = next(place)
      }
    }

    @inline(__always)
    private func next(_ place: Int) -> Int { place &+ 1 == slotCount ? 0 : place &+ 1 }

    @inline(never)
    private func insert(_ value: UInt64, tag: UInt32, at place: Int) -> UInt32 {
      if cursor.pointee.next == cursor.pointee.end {
        cursor.pointee.next = Int(ce_add(nextChunk, 1)) * chunk
        cursor.pointee.end = cursor.pointee.next + chunk
      }
      let new = cursor.pointee.next
      values[new] = value
      var place = place
      while true {
        var entry = ce_load32(slots + place)
        if entry == 0 {
          entry = ce_compare_exchange32(slots + place, 0, tag | UInt32(truncatingIfNeeded: new + 1))
          if entry == 0 {
            cursor.pointee.next = new + 1
            cursor.pointee.made &+= 1
            return UInt32(truncatingIfNeeded: new)
          }
        }
        let id = (entry & NodeTable.idMask) &- 1
        if (entry ^ tag) & ~NodeTable.idMask == 0 && values[Int(id)] == value { return id }
        place = next(place)
      }
    }

    fileprivate func enter(_ id: Int) {
      let hash = hash(values[id])
      let tag = UInt32(truncatingIfNeeded: hash) << UInt32(NodeTable.idBits)
      var place = slot(hash: hash, of: slotCount)
      let entry = tag | UInt32(truncatingIfNeeded: id + 1)
      while ce_load32(slots + place) != 0 || ce_compare_exchange32(slots + place, 0, entry) != 0 { place = next(place) }
    }
  }
}
