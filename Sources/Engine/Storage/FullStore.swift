internal import CDistCheckEngine

/// Every state as it is packed, beside an open-addressing table.
///
/// States lie where the frontier's items lie, `width` words each. An entry of the table is 64 bits: 16 bits of the hash,
/// to reject nearly every other state without looking at it, 8 bits of depth, and 40 bits of index. The table grows by
/// half when it is three quarters full, and is then rebuilt from the states in one sequential pass, so the old and the new
/// table are never in memory together.
///
/// Insertion and membership take O(1) expected time; `8 × width` bytes a state plus 11 to 16 bytes for the table.
struct FullStore: NumberedStore {
  let width: Int
  private let arena: ItemArena
  private let workers: Int
  private let shared: UnsafeMutablePointer<Shared>

  private struct Shared {
    var table: PagedMemory
    var claims = Claims()
  }

  init(
    width: Int, arena: ItemArena, workers: Int, _ thresholds: StorageThresholds = StorageThresholds()
  ) throws(OutOfMemory) {
    self.width = width
    self.arena = arena
    self.workers = workers
    let slots = max(thresholds.tableSlots, 4 * workers * SuccessorBlock.capacity)
    guard let table = PagedMemory(byteCount: slots * 8) else { throw OutOfMemory() }
    shared = .allocate(capacity: 1)
    shared.initialize(to: Shared(table: table))
  }

  func deallocate() {
    shared.pointee.table.release()
    shared.deallocate()
  }

  var itemWords: Int { width }
  var memoWidth: Int { 0 }
  var keepsItems: Bool { true }
  var byteCount: Int { shared.pointee.table.byteCount }

  func probe(worker: Int) -> FullProbe {
    FullProbe(states: arena.base, width: width, table: shared.pointee.table)
  }

  // MARK: Numbers

  /// A state's number is its place in the arena.
  var numberLimit: Int { arena.itemLimit }

  func forEachNumber(items: [ItemRun], _ body: (Int) -> Void) {
    for run in items {
      let first = (run.items - arena.base) / width
      for number in first..<first + run.count { body(number) }
    }
  }

  // MARK: Growth

  func claim(_ states: Int) -> Bool {
    shared.pointee.claims.claim(
      states, limit: TableGrowth.byHalf.threshold(bytes: shared.pointee.table.byteCount))
  }

  func settle(_ claimed: Int, inserted: Int, worker: Int) { shared.pointee.claims.giveBack(claimed - inserted) }

  func grow(items: [ItemRun], _ work: StoreWork) throws(OutOfMemory) {
    let old = shared.pointee.table.byteCount
    let bytes = TableGrowth.byHalf.bytes(
      from: old, entries: shared.pointee.claims.count + workers * SuccessorBlock.capacity)
    guard bytes > old else { return }
    guard bytes <= work.mostBytes else { throw OutOfMemory() }
    // The new table is filled from the states, not from the old table, which can go first.
    let isLarger = shared.pointee.table.replace(byteCount: bytes)
    let isFilled = fill(items, work)
    if !isLarger || !isFilled { throw OutOfMemory() }
  }

  /// Bytes of a table that has room for half as many states again.
  static func tableBytes(states: Int) -> Int { states * 2 * 8 }

  /// Makes room for so many states, which are about to be entered. The store is empty.
  func reserve(_ states: Int) throws(OutOfMemory) {
    try shared.pointee.table.enlarge(byteCount: Self.tableBytes(states: states))
    shared.pointee.claims = Claims(states)
  }

  /// Enters all states into an empty table. False when that was given up.
  private func fill(_ items: [ItemRun], _ work: StoreWork) -> Bool {
    work.team.forEachRange(of: items.count, by: 1) { worker, range in
      let probe = probe(worker: worker)
      let block = 64
      withUnsafeTemporaryAllocation(of: UInt64.self, capacity: block) { keys in
        let run = items[range.lowerBound]
        let label = DepthLabel.label(depth: run.depth)
        var first = 0
        while first < run.count {
          let last = min(first + block, run.count)
          for index in first..<last {
            keys[index - first] = hash(run.items + index * width, width: width)
            probe.prefetch(key: keys[index - first])
          }
          for index in first..<last {
            probe.enter(key: keys[index - first], label: label, item: run.items + index * width)
          }
          first = last
        }
      }
      return worker > 0 || !work.isToStop()
    }
  }
}

struct FullProbe: NumberedProbe {
  private let states: UnsafeMutablePointer<UInt64>
  private let width: Int
  private let slots: Slots

  private static let indexMask: UInt64 = (1 << 40) - 1
  private static let tagMask: UInt64 = 0xFFFF << 48

  fileprivate init(states: UnsafeMutablePointer<UInt64>, width: Int, table: PagedMemory) {
    self.states = states
    self.width = width
    slots = Slots(table)
  }

  @inline(__always)
  func load(
    _ item: UnsafePointer<UInt64>, into packed: UnsafeMutablePointer<UInt64>, memo: UnsafeMutablePointer<UInt32>
  ) {
    for k in 0..<width { packed[k] = item[k] }
  }

  /// The key is the hash.
  @inline(__always)
  func encode(_ block: EncodingBlock, into keys: UnsafeMutablePointer<UInt64>) {
    block.hashStates(width: width, into: keys)
  }

  @inline(__always)
  func prefetch(key: UInt64) { slots.prefetch(key) }

  @inline(__always)
  func prefetchState(key: UInt64) {
    let entry = slots[slots.home(key)]
    if entry != 0 { ce_prefetch(state(entry)) }
  }

  /// The state that an entry names: its index is counted from 1, so that an entry is never 0.
  @inline(__always)
  private func state(_ entry: UInt64) -> UnsafeMutablePointer<UInt64> {
    states + (Int(truncatingIfNeeded: entry & Self.indexMask) &- 1) &* width
  }

  /// The tag is the lower bits of the hash, whose upper bits choose the slot.
  @inline(__always)
  private func entry(key: UInt64, label: UInt64, item: UnsafeMutablePointer<UInt64>) -> UInt64 {
    key &<< 48 | label &<< 40 | UInt64(truncatingIfNeeded: (item - states) / width &+ 1)
  }

  @inline(__always)
  private static func label(_ entry: UInt64) -> UInt64 { entry &>> 40 & 0xFF }

  /// The entry of a state; 0 when it is not there.
  @inline(__always)
  private func entry(of key: UInt64, _ packed: UnsafePointer<UInt64>) -> UInt64 {
    slots.find(key) { isEntry($0, of: key, packed) }.entry
  }

  @inline(__always)
  private func isEntry(_ entry: UInt64, of key: UInt64, _ packed: UnsafePointer<UInt64>) -> Bool {
    (entry ^ key &<< 48) & Self.tagMask == 0 && equal(state(entry), packed, width: width)
  }

  @inline(__always)
  func find(key: UInt64, _ packed: UnsafePointer<UInt64>) -> UInt64 { Self.label(entry(of: key, packed)) }

  @inline(__always)
  func insert(
    key: UInt64, _ packed: UnsafePointer<UInt64>, label: UInt64, item: UnsafeMutablePointer<UInt64>
  ) -> UInt64 {
    for k in 0..<width { item[k] = packed[k] }
    let new = entry(key: key, label: label, item: item)
    return Self.label(slots.insert(new, key) { isEntry($0, of: key, packed) })
  }

  /// An entry counts from 1, so that what is not there has the number -1.
  @inline(__always)
  func number(key: UInt64, _ packed: UnsafePointer<UInt64>) -> Int {
    Int(truncatingIfNeeded: entry(of: key, packed) & Self.indexMask) &- 1
  }

  @inline(__always)
  func restore(_ number: Int, into packed: UnsafeMutablePointer<UInt64>, memo: UnsafeMutablePointer<UInt32>) {
    load(states + number &* width, into: packed, memo: memo)
  }

  /// Enters a state that is not in the table.
  @inline(__always)
  func enter(key: UInt64, label: UInt64, item: UnsafeMutablePointer<UInt64>) {
    slots.enter(entry(key: key, label: label, item: item), key)
  }
}
