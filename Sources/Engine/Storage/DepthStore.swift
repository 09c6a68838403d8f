/// Every state as it is packed, with the least depth at which it was met so far: what a depth-first search remembers.
///
/// For one worker. A state that is met at a smaller depth than before counts as not there, so that it is explored again.
/// States are numbered in the order in which they are met, and an item is the number. An entry of the table is 24 bits of
/// the hash and 40 bits of number, counted from 1; the table grows by half when it is three quarters full, and is then
/// filled again from the states.
///
/// Insertion and membership take O(1) expected time; `8 × width + 4` bytes a state plus 11 to 16 bytes for the table.
struct DepthStore: StateStore {
  /// Depths that can be told apart; paths are not longer.
  static let greatestDepth = Int(DepthStore.depthMask)
  /// What `find` says of a state that need not be explored: no `DepthLabel`, so it counts as nothing new.
  fileprivate static let known: UInt64 = 1 << 8
  /// A depth takes 31 bits; the last one says whether the state was ever expanded.
  fileprivate static let depthMask = UInt32.max >> 1

  private let width: Int
  private let shared: UnsafeMutablePointer<Shared>

  fileprivate struct Shared {
    var table: PagedMemory
    /// Address space for the packed states, and for their depths.
    let states: PagedMemory
    let depths: PagedMemory
    var count = 0
    /// The most states that are stored, and whether one more was to be.
    var limit: Int
    var isFull = false
    var expandedCount = 0
    /// The depth at which states are met now.
    var meetingDepth: UInt32 = 1
    /// The bound on the depth, and how many states have it for their depth.
    var bound: UInt32 = 1
    var countAtBound = 0
    /// The largest depth at which a state was ever stored.
    var deepest: UInt32 = 0
    var reexplores = true
  }

  /// - Parameters:
  ///   - width: Words of a packed state.
  ///   - limit: The most states to store; nil for as many as there is room for.
  init(width: Int, limit: Int?) throws(OutOfMemory) {
    self.width = width
    guard let table = PagedMemory(byteCount: 8 << 12) else { throw OutOfMemory() }
    guard let states = PagedMemory.reserve(1 << 40) else {
      table.release()
      throw OutOfMemory()
    }
    guard let depths = PagedMemory.reserve(1 << 38) else {
      table.release()
      states.release()
      throw OutOfMemory()
    }
    shared = .allocate(capacity: 1)
    shared.initialize(to: Shared(table: table, states: states, depths: depths, limit: max(0, limit ?? Int.max)))
  }

  func deallocate() {
    shared.pointee.table.release()
    shared.pointee.states.release()
    shared.pointee.depths.release()
    shared.deallocate()
  }

  var itemWords: Int { 1 }
  var memoWidth: Int { 0 }
  var keepsItems: Bool { false }
  var byteCount: Int { shared.pointee.table.byteCount + shared.pointee.count * (width * 8 + 4) }

  func probe(worker: Int) -> DepthProbe { DepthProbe(width: width, shared) }

  // MARK: Growth

  /// States that the reserved address space holds.
  private var capacity: Int {
    min(shared.pointee.states.byteCount / (width * 8), shared.pointee.depths.byteCount / 4, 1 << 40 - 1)
  }

  func claim(_ states: Int) -> Bool {
    shared.pointee.count + states
      <= min(TableGrowth.byHalf.threshold(bytes: shared.pointee.table.byteCount), capacity)
  }

  func settle(_ claimed: Int, inserted: Int, worker: Int) {}

  /// - Parameter items: Are not needed: the store has all states.
  func grow(items: [ItemRun], _ work: StoreWork) throws(OutOfMemory) {
    let wanted = shared.pointee.count + SuccessorBlock.capacity
    guard wanted <= capacity else { throw OutOfMemory() }
    let bytes = TableGrowth.byHalf.bytes(from: shared.pointee.table.byteCount, entries: wanted)
    let isLarger = shared.pointee.table.replace(byteCount: bytes)
    let isDone = probe(worker: 0).enterAll(count: shared.pointee.count, unless: work.isToStop)
    if !isLarger || !isDone { throw OutOfMemory() }
  }
}

extension DepthStore {
  /// Forgets all states, and begins anew.
  ///
  /// - Parameters:
  ///   - bound: The depth at which states are stored but not explored.
  ///   - reexplores: Whether a state that is met at a smaller depth counts as not there.
  func begin(bound: Int, reexplores: Bool) {
    let table = shared.pointee.table
    if shared.pointee.count > 0 { table.base.initializeMemory(as: UInt8.self, repeating: 0, count: table.byteCount) }
    shared.pointee.count = 0
    shared.pointee.expandedCount = 0
    shared.pointee.countAtBound = 0
    shared.pointee.bound = UInt32(bound)
    shared.pointee.reexplores = reexplores
  }

  /// From now on states are met at this depth.
  func meet(at depth: UInt32) { shared.pointee.meetingDepth = depth }

  /// Distinct states.
  var count: Int { shared.pointee.count }
  /// Of those, the ones that were expanded at least once.
  var expandedCount: Int { shared.pointee.expandedCount }
  /// Of those, the ones that no path shorter than the bound has reached: nothing is known of their successors.
  var cutOffCount: Int { shared.pointee.countAtBound }
  /// Whether a state was not stored because there are as many as there may be.
  var isFull: Bool { shared.pointee.isFull }
  /// The largest depth at which a state was stored, also before the last `begin`.
  var deepest: Int { Int(shared.pointee.deepest) }

  /// The largest of the depths that states have now: after a pass to the end, that of the longest shortest path.
  var greatestDepthNow: Int { (0..<count).reduce(0) { max($0, Int(depth(of: UInt64($1)))) } }

  /// The least depth at which a state was met.
  func depth(of item: UInt64) -> UInt32 { entry(item).pointee & Self.depthMask }

  /// Takes note that a state is expanded.
  func noteExpanded(_ item: UInt64) {
    if entry(item).pointee > Self.depthMask { return }
    entry(item).pointee |= ~Self.depthMask
    shared.pointee.expandedCount += 1
  }

  private func entry(_ item: UInt64) -> UnsafeMutablePointer<UInt32> {
    shared.pointee.depths.base.assumingMemoryBound(to: UInt32.self) + Int(item)
  }

  func packed(_ item: UInt64) -> [UInt64] {
    let states = shared.pointee.states.base.assumingMemoryBound(to: UInt64.self)
    return Array(UnsafeBufferPointer(start: states + Int(item) * width, count: width))
  }
}

/// Relies on there being one worker: nothing is written atomically.
struct DepthProbe: StateProbe {
  private let width: Int
  private let shared: UnsafeMutablePointer<DepthStore.Shared>
  private let states: UnsafeMutablePointer<UInt64>
  private let depths: UnsafeMutablePointer<UInt32>
  private let slots: Slots

  private static let numberMask: UInt64 = (1 << 40) - 1

  fileprivate init(width: Int, _ shared: UnsafeMutablePointer<DepthStore.Shared>) {
    self.width = width
    self.shared = shared
    states = shared.pointee.states.base.assumingMemoryBound(to: UInt64.self)
    depths = shared.pointee.depths.base.assumingMemoryBound(to: UInt32.self)
    slots = Slots(shared.pointee.table)
  }

  func load(
    _ item: UnsafePointer<UInt64>, into packed: UnsafeMutablePointer<UInt64>, memo: UnsafeMutablePointer<UInt32>
  ) {
    let state = states + Int(item[0]) &* width
    for k in 0..<width { packed[k] = state[k] }
  }

  /// The key is the hash.
  func encode(_ block: EncodingBlock, into keys: UnsafeMutablePointer<UInt64>) {
    block.hashStates(width: width, into: keys)
  }

  func prefetch(key: UInt64) { slots.prefetch(key) }
  func prefetchState(key: UInt64) {}

  /// The entry of a state, and its slot; 0 and the free slot that it goes to when it is not there.
  private func place(_ key: UInt64, _ packed: UnsafePointer<UInt64>) -> (entry: UInt64, slot: Int) {
    slots.find(key) { entry in
      (entry ^ key &<< 40) &>> 40 == 0
        && equal(states + (Int(entry & Self.numberMask) &- 1) &* width, packed, width: width)
    }
  }

  /// Whether a state that is there need not be explored at the depth at which it is met.
  private func isSettled(_ number: Int) -> Bool {
    !shared.pointee.reexplores || depths[number] & DepthStore.depthMask <= shared.pointee.meetingDepth
  }

  func find(key: UInt64, _ packed: UnsafePointer<UInt64>) -> UInt64 {
    let entry = place(key, packed).entry
    return entry != 0 && isSettled(Int(entry & Self.numberMask) &- 1) ? DepthStore.known : 0
  }

  /// Stores a new state, or lowers the depth of a known one, and returns 0 in both cases.
  func insert(
    key: UInt64, _ packed: UnsafePointer<UInt64>, label: UInt64, item: UnsafeMutablePointer<UInt64>
  ) -> UInt64 {
    let (entry, slot) = place(key, packed)
    let depth = shared.pointee.meetingDepth
    var number = Int(entry & Self.numberMask) &- 1
    if number >= 0 {
      if isSettled(number) { return DepthStore.known }
      if depths[number] & DepthStore.depthMask == shared.pointee.bound { shared.pointee.countAtBound &-= 1 }
      depths[number] = depths[number] & ~DepthStore.depthMask | depth
    } else {
      number = shared.pointee.count
      if number >= shared.pointee.limit {
        shared.pointee.isFull = true
        return DepthStore.known
      }
      for k in 0..<width { states[number &* width &+ k] = packed[k] }
      depths[number] = depth
      slots.base[slot] = key &<< 40 | UInt64(number &+ 1)
      shared.pointee.count = number &+ 1
      if depth == shared.pointee.bound { shared.pointee.countAtBound &+= 1 }
      if depth > shared.pointee.deepest { shared.pointee.deepest = depth }
    }
    item[0] = UInt64(number)
    return 0
  }

  /// Enters the first states into an empty table. False when that was given up.
  fileprivate func enterAll(count: Int, unless isToStop: () -> Bool) -> Bool {
    for number in 0..<count {
      if number & 0xFFFF == 0 && isToStop() { return false }
      let key = hash(states + number &* width, width: width)
      slots.base[slots.find(key) { _ in false }.slot] = key &<< 40 | UInt64(number &+ 1)
    }
    return true
  }
}
