internal import CDistCheckEngine

/// 56 bits of each state, from which it can be restored, and its depth: eight bytes in an open-addressing table, and
/// nothing else.
///
/// A packed state of at most 56 bits is stored as it is. A larger one becomes a tree: parts of it are numbered by a
/// `NodeTable`, pairs of numbers are values again and are numbered in turn, and so on until two numbers are left, which
/// are stored (Laarman, van de Pol, Weber: "Parallel Recursive State Compression for Free", 2011). States share most of
/// their nodes, so the nodes are few. A successor differs from its source in a few places; only what lies above those is
/// looked up again. Where the tree cuts a state is chosen anew as the store grows, see `reshape`.
///
/// The table grows by a third when it is four fifths full. As a state's slot grows with its hash, the larger table is
/// filled in the order of the smaller one, whose pages are given back on the way: both together never take much more
/// memory than the larger one alone.
///
/// Insertion and membership take O(1) expected time; 10 to 13.4 bytes a state, and 16 to 24 a node.
struct CompactStore: StateStore {
  /// Bits of a state that is stored as it is.
  static let directBits = 56

  let width: Int
  let bits: Int
  private let workers: Int
  private let shared: UnsafeMutablePointer<Shared>

  private struct Shared {
    var table: PagedMemory
    var claimed: UInt64 = 0
    var shape: TreeShape
    var nodes: NodeTable?
    /// How many states there are when the cuts are chosen anew.
    var nextShape = 1 << 14
  }

  /// - Parameters:
  ///   - width: Words of a packed state.
  ///   - bits: Significant bits of it.
  init(width: Int, bits: Int, workers: Int) throws(OutOfMemory) {
    self.width = width
    self.bits = bits
    self.workers = workers
    let isDirect = bits <= Self.directBits
    let shape = isDirect ? TreeShape(directWidth: width) : TreeShape(width: width, bits: bits)
    let nodes = isDirect ? nil : try Self.nodes(for: shape, workers: workers)
    guard let table = PagedMemory(byteCount: max(8 << 12, 2 * workers * SuccessorBlock.capacity * 16)) else {
      throw OutOfMemory()
    }
    shared = .allocate(capacity: 1)
    shared.initialize(to: Shared(table: table, shape: shape, nodes: nodes))
  }

  private static func nodes(for shape: TreeShape, workers: Int) throws(OutOfMemory) -> NodeTable {
    try NodeTable(workers: workers, room: SuccessorBlock.capacity * shape.nodeCount)
  }

  func deallocate() {
    shared.pointee.table.release()
    shared.pointee.nodes?.deallocate()
    shared.pointee.shape.deallocate()
    shared.deinitialize(count: 1)
    shared.deallocate()
  }

  var itemWords: Int { 1 }
  var keepsItems: Bool { false }
  var memoWidth: Int { bits <= Self.directBits ? 0 : TreeShape.nodeLimit(width: width) }
  var byteCount: Int { shared.pointee.table.byteCount + (shared.pointee.nodes?.byteCount ?? 0) }

  func probe(worker: Int) -> CompactProbe {
    CompactProbe(
      shape: shared.pointee.shape, nodes: shared.pointee.nodes?.probe(worker: worker), table: shared.pointee.table,
      memoWidth: memoWidth)
  }

  // MARK: Growth

  private static func threshold(bytes: Int) -> Int { bytes / 8 / 5 * 4 }

  func claim(_ states: Int) -> Bool {
    let before = Int(ce_add(&shared.pointee.claimed, UInt64(states)))
    if before + states <= Self.threshold(bytes: shared.pointee.table.byteCount),
      shared.pointee.nodes?.claim(states * shared.pointee.shape.nodeCount) ?? true
    {
      return true
    }
    _ = ce_add(&shared.pointee.claimed, UInt64(bitPattern: Int64(-states)))
    return false
  }

  func settle(_ claimed: Int, inserted: Int, worker: Int) {
    _ = ce_add(&shared.pointee.claimed, UInt64(bitPattern: Int64(inserted - claimed)))
    shared.pointee.nodes?.settle(claimed * shared.pointee.shape.nodeCount, worker: worker)
  }

  func grow(_ team: WorkerTeam, items: [ItemRun], mostBytes: Int) throws(OutOfMemory) {
    try shared.pointee.nodes?.grow(
      claim: SuccessorBlock.capacity * shared.pointee.shape.nodeCount,
      mostBytes: mostBytes - shared.pointee.table.byteCount)
    let wanted = Int(shared.pointee.claimed) + workers * SuccessorBlock.capacity
    var bytes = shared.pointee.table.byteCount
    while Self.threshold(bytes: bytes) < wanted { bytes = (bytes + bytes / 3) / 8 * 8 }
    guard bytes > shared.pointee.table.byteCount else { return }
    // The last step takes what is left.
    bytes = min(bytes, (mostBytes - (shared.pointee.nodes?.byteCount ?? 0)) / 8 * 8)
    guard Self.threshold(bytes: bytes) >= wanted else { throw OutOfMemory() }
    guard let larger = PagedMemory(byteCount: bytes) else { throw OutOfMemory() }
    let old = shared.pointee.table
    shared.pointee.table = larger
    let stripe = 1 << 18
    let slotCount = old.byteCount / 8
    let next = UnsafeMutablePointer<UInt64>.allocate(capacity: 1)
    next.initialize(to: 0)
    defer { next.deallocate() }
    team.run(alone: slotCount <= 2 * stripe) { worker in
      let probe = probe(worker: worker)
      let slots = old.base.assumingMemoryBound(to: UInt64.self)
      while true {
        let first = Int(ce_add(next, 1)) * stripe
        guard first < slotCount else { return }
        let last = min(first + stripe, slotCount)
        for slot in first..<last where slots[slot] != 0 { probe.enter(slots[slot]) }
        old.discard(first * 8..<last * 8)
      }
    }
    old.release()
  }

  // MARK: States

  func forEachState(
    label: UInt64, part: Int, of parts: Int, probe: CompactProbe, _ body: (UnsafePointer<UInt64>) -> Void
  ) {
    let count = shared.pointee.table.byteCount / 8
    let slots = count / parts * part..<(part == parts - 1 ? count : count / parts * (part + 1))
    probe.forEachState(slots: slots) { entry, packed in
      if entry &>> 56 == label { body(packed()) }
    }
  }

  // MARK: Numbers

  /// A state's number is its slot.
  var numberLimit: Int { shared.pointee.table.byteCount / 8 }

  func forEachNumber(items: [ItemRun], _ body: (Int) -> Void) {
    let entries = entries
    for slot in 0..<entries.count where entries[slot] != 0 { body(slot) }
  }

  // MARK: Checkpoints

  var shapeCuts: [Int] { shared.pointee.shape.cuts }
  var nodes: NodeTable? { shared.pointee.nodes }
  /// The slots of the table, empty ones too.
  var entries: UnsafeBufferPointer<UInt64> {
    UnsafeBufferPointer(
      start: shared.pointee.table.base.assumingMemoryBound(to: UInt64.self), count: shared.pointee.table.byteCount / 8)
  }
  var entryCount: Int { entries.reduce(0) { $0 + ($1 != 0 ? 1 : 0) } }

  /// Takes the cuts of another store over. This one is empty.
  func adopt(cuts: [Int]) throws(OutOfMemory) {
    if cuts == shapeCuts { return }
    let shape = TreeShape(width: width, bits: bits, cuts: cuts)
    let nodes = try Self.nodes(for: shape, workers: workers)
    shared.pointee.nodes?.deallocate()
    shared.pointee.shape.deallocate()
    shared.pointee.nodes = nodes
    shared.pointee.shape = shape
  }

  /// Makes room for so many states, which are about to be entered. This store is empty.
  func reserve(_ states: Int) throws(OutOfMemory) {
    var bytes = shared.pointee.table.byteCount
    while Self.threshold(bytes: bytes) < states + workers * SuccessorBlock.capacity {
      bytes = (bytes + bytes / 3) / 8 * 8
    }
    if bytes > shared.pointee.table.byteCount {
      guard let table = PagedMemory(byteCount: bytes) else { throw OutOfMemory() }
      shared.pointee.table.release()
      shared.pointee.table = table
    }
    shared.pointee.claimed = UInt64(states)
    while shared.pointee.nextShape <= states { shared.pointee.nextShape *= 8 }
  }

  // MARK: On disk

  func moveStates(to spill: Spill) throws(FileError) {
    let slots = shared.pointee.table.base.assumingMemoryBound(to: UInt64.self)
    for slot in 0..<shared.pointee.table.byteCount / 8
    where slots[slot] != 0 && slots[slot] &>> 56 != DepthLabel.duplicate {
      try spill.states.append(slots[slot])
    }
    try spill.states.flush()
    shared.pointee.table.clear()
    shared.pointee.claimed = 0
  }

  func forEachState(
    label: UInt64, part: Int, of parts: Int, probe: CompactProbe, in spill: Spill,
    _ body: (UnsafePointer<UInt64>) -> Void
  ) throws(FileError) {
    try spill.states.forEach(part: part, of: parts) { entries in
      probe.forEachState(entries) { entry, packed in
        if entry &>> 56 == label { body(packed()) }
      }
    }
  }
}

extension CompactStore {
  /// Chooses the tree's cuts by the states that there are, if there are eight times as many as the last time, and gives
  /// every state its new key. No worker is at work.
  ///
  /// For that time the old and the new table are both in memory.
  ///
  /// - Parameters:
  ///   - items: All items that are still wanted; they are rewritten.
  ///   - mostBytes: Is left undone when it would take more memory than this.
  func reshape(items: [ItemRun], mostBytes: Int) {
    guard let nodes = shared.pointee.nodes, shared.pointee.claimed >= UInt64(shared.pointee.nextShape) else { return }
    shared.pointee.nextShape *= 8
    guard byteCount * 2 < mostBytes else { return }
    let old = probe(worker: 0)
    let shape = TreeShape(width: width, bits: bits, sample: sample(old, count: (1 << 22) / bits))
    if shape.cuts == shared.pointee.shape.cuts { return shape.deallocate() }
    let (oldShape, oldTable) = (shared.pointee.shape, shared.pointee.table)
    guard let table = PagedMemory(byteCount: oldTable.byteCount),
      let newNodes = try? Self.nodes(for: shape, workers: workers)
    else { return shape.deallocate() }
    shared.pointee.shape = shape
    shared.pointee.table = table
    shared.pointee.nodes = newNodes

    var new = probe(worker: 0)
    var claimed = 0
    /// Makes room for the nodes of one more state.
    func claim() {
      if claimed > 0 {
        claimed -= 1
        return
      }
      newNodes.settle(SuccessorBlock.capacity * shape.nodeCount, worker: 0)
      while !newNodes.claim(SuccessorBlock.capacity * shape.nodeCount) {
        do {
          try newNodes.grow(claim: SuccessorBlock.capacity * shape.nodeCount, mostBytes: Int.max)
        } catch { fatalError("the operating system gives no memory for the nodes of a tree") }
        new = probe(worker: 0)
      }
      claimed = SuccessorBlock.capacity - 1
    }
    _ = newNodes.claim(SuccessorBlock.capacity * shape.nodeCount)
    old.forEachState(slots: 0..<oldTable.byteCount / 8) { entry, packed in
      claim()
      new.enter(entry & ~CompactProbe.keyMask | new.makeKey(packed()))
    }
    old.rewrite(items) { packed in
      claim()
      return new.makeKey(packed)
    }
    newNodes.settle(SuccessorBlock.capacity * shape.nodeCount, worker: 0)
    oldTable.release()
    nodes.deallocate()
    oldShape.deallocate()
  }

  /// States from all over the table.
  private func sample(_ probe: CompactProbe, count: Int) -> [UInt64] {
    let slotCount = shared.pointee.table.byteCount / 8
    let states = Int(shared.pointee.claimed)
    let stride = max(1, states / count)
    var sample: [UInt64] = []
    sample.reserveCapacity(min(states, count) * width)
    var number = 0
    probe.forEachState(slots: 0..<slotCount) { _, packed in
      if number % stride == 0 { sample += UnsafeBufferPointer(start: packed(), count: width) }
      number += 1
    }
    return sample
  }
}

struct CompactProbe: StateProbe {
  fileprivate static let keyMask: UInt64 = (1 << 56) - 1
  private static let idMask: UInt64 = (1 << 28) - 1
  /// Of a state with nodes that no state in the table has. Not 56 bits, so in no entry.
  private static let noKey = UInt64.max

  private let shape: TreeShape
  private let nodes: NodeTable.Probe?
  private let memoWidth: Int
  private let slots: UnsafeMutablePointer<UInt64>
  private let slotCount: Int

  fileprivate init(shape: TreeShape, nodes: NodeTable.Probe?, table: PagedMemory, memoWidth: Int) {
    self.shape = shape
    self.nodes = nodes
    self.memoWidth = memoWidth
    slots = table.base.assumingMemoryBound(to: UInt64.self)
    slotCount = table.byteCount / 8
  }

  // MARK: Trees

  @inline(__always)
  func load(
    _ item: UnsafePointer<UInt64>, into packed: UnsafeMutablePointer<UInt64>, memo: UnsafeMutablePointer<UInt32>
  ) {
    guard let nodes else {
      packed[0] = item[0]
      return
    }
    memo[shape.root.left] = UInt32(truncatingIfNeeded: item[0] & Self.idMask)
    memo[shape.root.right] = UInt32(truncatingIfNeeded: item[0] &>> 28)
    var k = shape.pairs.count
    while k > 0 {
      k &-= 1
      let value = nodes.value(memo[shape.pairs[k].node])
      memo[shape.pairs[k].left] = UInt32(truncatingIfNeeded: value & Self.idMask)
      memo[shape.pairs[k].right] = UInt32(truncatingIfNeeded: value &>> 28)
    }
    for word in 0..<shape.width { packed[word] = 0 }
    for leaf in 0..<shape.leafCount {
      shape.put(shape.isDirect(leaf) ? UInt64(memo[leaf]) : nodes.value(memo[leaf]), leaf, into: packed)
    }
  }

  @inline(__always)
  func encode(_ block: EncodingBlock, into keys: UnsafeMutablePointer<UInt64>) {
    if let nodes { return encodeTrees(block, into: keys, nodes) }
    for k in 0..<block.count { keys[k] = block.packed[k] }
  }

  private func encodeTrees(_ block: EncodingBlock, into keys: UnsafeMutablePointer<UInt64>, _ nodes: NodeTable.Probe) {
    let (shape, none) = (shape, NodeTable.Probe.none)
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: shape.nodeCount) { ids in
      var k = 0
      for run in 0..<block.runCount {
        if block.runs[run].source < 0 {
          while k < block.runs[run].end {
            keys[k] = findKey(block.packed + k &* shape.width, nodes)
            k &+= 1
          }
          continue
        }
        let source = block.sources + block.runs[run].source &* shape.width
        let memo = block.memos + block.runs[run].source &* memoWidth
        while k < block.runs[run].end {
          let packed = block.packed + k &* shape.width
          var isKnown = true
          for leaf in 0..<shape.leafCount where isKnown {
            let value = shape.value(leaf, in: packed)
            if value == shape.value(leaf, in: source) {
              ids[leaf] = memo[leaf]
            } else if shape.isDirect(leaf) {
              ids[leaf] = UInt32(truncatingIfNeeded: value)
            } else {
              ids[leaf] = nodes.find(value)
              isKnown = ids[leaf] != none
            }
          }
          for pair in shape.pairs where isKnown {
            let (left, right) = (ids[pair.left], ids[pair.right])
            if left == memo[pair.left] && right == memo[pair.right] {
              ids[pair.node] = memo[pair.node]
            } else {
              ids[pair.node] = nodes.find(UInt64(left) | UInt64(right) &<< 28)
              isKnown = ids[pair.node] != none
            }
          }
          keys[k] = isKnown ? UInt64(ids[shape.root.left]) | UInt64(ids[shape.root.right]) &<< 28 : Self.noKey
          k &+= 1
        }
      }
    }
  }

  /// The key of a state without a source; `noKey` when it has nodes that are not numbered.
  @inline(never)
  private func findKey(_ packed: UnsafePointer<UInt64>, _ nodes: NodeTable.Probe) -> UInt64 {
    key(packed) { nodes.find($0) }
  }

  /// The key of a state that has nodes which are not numbered yet: numbers them.
  @inline(never)
  fileprivate func makeKey(_ packed: UnsafePointer<UInt64>) -> UInt64 {
    guard let nodes else { return packed[0] }
    return key(packed) { nodes.id($0) }
  }

  /// The key of a state, its nodes numbered by a function; `noKey` when that has no number for one.
  @inline(__always)
  private func key(_ packed: UnsafePointer<UInt64>, _ number: (UInt64) -> UInt32) -> UInt64 {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: shape.nodeCount) { ids in
      for leaf in 0..<shape.leafCount {
        let value = shape.value(leaf, in: packed)
        ids[leaf] = shape.isDirect(leaf) ? UInt32(truncatingIfNeeded: value) : number(value)
        if ids[leaf] == NodeTable.Probe.none { return Self.noKey }
      }
      for pair in shape.pairs {
        ids[pair.node] = number(UInt64(ids[pair.left]) | UInt64(ids[pair.right]) &<< 28)
        if ids[pair.node] == NodeTable.Probe.none { return Self.noKey }
      }
      return UInt64(ids[shape.root.left]) | UInt64(ids[shape.root.right]) &<< 28
    }
  }

  /// Calls the body with every entry in a range of slots, and with a function that restores its state.
  fileprivate func forEachState(slots range: Range<Int>, _ body: (UInt64, () -> UnsafePointer<UInt64>) -> Void) {
    forEachState(UnsafeBufferPointer(start: slots + range.lowerBound, count: range.count), body)
  }

  fileprivate func forEachState(
    _ entries: UnsafeBufferPointer<UInt64>, _ body: (UInt64, () -> UnsafePointer<UInt64>) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: shape.width + 1) { packed in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: shape.nodeCount + 1) { memo in
        for entry in entries where entry != 0 {
          body(entry) {
            var key = entry & Self.keyMask
            load(&key, into: packed.baseAddress!, memo: memo.baseAddress!)
            return UnsafePointer(packed.baseAddress!)
          }
        }
      }
    }
  }

  /// Replaces the keys of items by what they become.
  fileprivate func rewrite(_ items: [ItemRun], _ key: (UnsafePointer<UInt64>) -> UInt64) {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: shape.width + 1) { packed in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: shape.nodeCount + 1) { memo in
        for run in items {
          for k in 0..<run.count {
            load(run.items + k, into: packed.baseAddress!, memo: memo.baseAddress!)
            run.items[k] = key(packed.baseAddress!)
          }
        }
      }
    }
  }

  // MARK: Table

  @inline(__always)
  private func home(_ key: UInt64) -> Int { slot(hash: hash(key), of: slotCount) }

  @inline(__always)
  private func next(_ slot: Int) -> Int { slot &+ 1 == slotCount ? 0 : slot &+ 1 }

  @inline(__always)
  func prefetch(key: UInt64) { ce_prefetch(slots + home(key)) }

  @inline(__always)
  func prefetchState(key: UInt64) {}

  @inline(__always)
  func find(key: UInt64, _ packed: UnsafePointer<UInt64>) -> UInt64 {
    var slot = home(key)
    while true {
      let entry = ce_load(slots + slot)
      if entry & Self.keyMask == key && entry != 0 { return entry &>> 56 }
      if entry == 0 { return 0 }
      slot = next(slot)
    }
  }

  @inline(__always)
  func insert(
    key: UInt64, _ packed: UnsafePointer<UInt64>, label: UInt64, item: UnsafeMutablePointer<UInt64>
  ) -> UInt64 {
    let key = key == Self.noKey ? makeKey(packed) : key
    item[0] = key
    var slot = home(key)
    while true {
      var entry = ce_load(slots + slot)
      if entry == 0 {
        entry = ce_compare_exchange(slots + slot, 0, label &<< 56 | key)
        if entry == 0 { return 0 }
      }
      if entry & Self.keyMask == key { return entry &>> 56 }
      slot = next(slot)
    }
  }

  @inline(__always)
  func number(key: UInt64, _ packed: UnsafePointer<UInt64>) -> Int {
    if key == Self.noKey { return -1 }
    var slot = home(key)
    while true {
      let entry = slots[slot]
      if entry == 0 { return -1 }
      if entry & Self.keyMask == key { return slot }
      slot = next(slot)
    }
  }

  @inline(__always)
  func restore(_ number: Int, into packed: UnsafeMutablePointer<UInt64>, memo: UnsafeMutablePointer<UInt32>) {
    var key = slots[number] & Self.keyMask
    load(&key, into: packed, memo: memo)
  }

  /// Marks the states of a table that are among entries on disk, and that seemed to be new.
  func markDuplicates(
    _ entries: UnsafeBufferPointer<UInt64>, label: UInt64, count: UnsafeMutablePointer<UInt64>
  ) {
    let distance = 16
    var marked: UInt64 = 0
    for index in 0..<entries.count {
      if index &+ distance < entries.count { prefetch(key: entries[index &+ distance] & Self.keyMask) }
      let key = entries[index] & Self.keyMask
      var slot = home(key)
      while true {
        let entry = slots[slot]
        if entry == 0 { break }
        if entry & Self.keyMask == key {
          if entry &>> 56 == label {
            slots[slot] = DepthLabel.duplicate &<< 56 | key
            marked &+= 1
          }
          break
        }
        slot = next(slot)
      }
    }
    _ = ce_add(count, marked)
  }

  func isDuplicate(_ key: UInt64) -> Bool {
    withUnsafePointer(to: key) { find(key: key, $0) } == DepthLabel.duplicate
  }

  /// Puts an entry of another table where it belongs.
  @inline(__always)
  func enter(_ entry: UInt64) {
    var slot = home(entry & Self.keyMask)
    while ce_load(slots + slot) != 0 || ce_compare_exchange(slots + slot, 0, entry) != 0 { slot = next(slot) }
  }
}
