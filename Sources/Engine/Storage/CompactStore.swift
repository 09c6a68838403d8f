internal import CDistCheckEngine

/// 56 bits of each state, from which it can be restored, and its depth: eight bytes in an open-addressing table, and
/// nothing else.
///
/// A packed state of at most 56 bits is stored as it is. A larger one becomes a tree: its words are numbered by a
/// `NodeTable`, pairs of numbers are values again and are numbered in turn, and so on until two numbers are left, which
/// are stored (Laarman, van de Pol, Weber: "Parallel Recursive State Compression for Free", 2011). States share most of
/// their nodes, so the nodes are few. A successor differs from its source in a few words; only what lies above those is
/// looked up again.
///
/// The table grows by a third when it is four fifths full. As a state's slot grows with its hash, the larger table is
/// filled in the order of the smaller one, whose pages are given back on the way: both together never take much more
/// memory than the larger one alone.
///
/// Insertion and membership take O(1) expected time; 10 to 13.4 bytes a state, and 16 to 24 a node.
struct CompactStore: StateStore {
  /// Bits of a state that is stored as it is.
  static let directBits = 56
  private static let load = (numerator: 4, denominator: 5)

  private let shape: TreeShape
  private let nodes: NodeTable?
  private let workers: Int
  private let shared: UnsafeMutablePointer<Shared>

  private struct Shared {
    var table: PagedMemory
    var claimed: UInt64 = 0
  }

  /// - Parameters:
  ///   - width: Words of a packed state.
  ///   - bits: Significant bits of it.
  init(width: Int, bits: Int, workers: Int) throws(OutOfMemory) {
    shape = TreeShape(width: width, bits: bits)
    self.workers = workers
    nodes =
      shape.nodeCount > 0
      ? try NodeTable(workers: workers, room: SuccessorBlock.capacity * shape.nodeCount) : nil
    let states = 2 * workers * SuccessorBlock.capacity
    guard let table = PagedMemory(byteCount: max(8 << 12, states * 16)) else { throw OutOfMemory() }
    shared = .allocate(capacity: 1)
    shared.initialize(to: Shared(table: table))
  }

  func deallocate() {
    shared.pointee.table.release()
    shared.deallocate()
    nodes?.deallocate()
    shape.deallocate()
  }

  var itemWords: Int { 1 }
  var keepsItems: Bool { false }
  var memoWidth: Int { shape.nodeCount }
  var byteCount: Int { shared.pointee.table.byteCount + (nodes?.byteCount ?? 0) }

  func probe(worker: Int) -> CompactProbe {
    CompactProbe(shape: shape, nodes: nodes?.probe(worker: worker), table: shared.pointee.table)
  }

  // MARK: Growth

  private static func threshold(bytes: Int) -> Int { bytes / 8 / load.denominator * load.numerator }

  func claim(_ states: Int) -> Bool {
    let before = Int(ce_add(&shared.pointee.claimed, UInt64(states)))
    guard before + states <= Self.threshold(bytes: shared.pointee.table.byteCount),
      nodes?.claim(states * shape.nodeCount) ?? true
    else {
      _ = ce_add(&shared.pointee.claimed, UInt64(bitPattern: Int64(-states)))
      return false
    }
    return true
  }

  func settle(_ claimed: Int, inserted: Int, worker: Int) {
    _ = ce_add(&shared.pointee.claimed, UInt64(bitPattern: Int64(inserted - claimed)))
    nodes?.settle(claimed * shape.nodeCount, worker: worker)
  }

  func grow(_ team: WorkerTeam, items: [ItemRun]) throws(OutOfMemory) {
    try nodes?.grow(claim: SuccessorBlock.capacity * shape.nodeCount)
    let wanted = Int(shared.pointee.claimed) + workers * SuccessorBlock.capacity
    var bytes = shared.pointee.table.byteCount
    while Self.threshold(bytes: bytes) < wanted { bytes = (bytes + bytes / 3) / 8 * 8 }
    guard bytes > shared.pointee.table.byteCount else { return }
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

  func forEachState(
    label: UInt64, part: Int, of parts: Int, probe: CompactProbe, _ body: (UnsafePointer<UInt64>) -> Void
  ) {
    let slots = shared.pointee.table.base.assumingMemoryBound(to: UInt64.self)
    let count = shared.pointee.table.byteCount / 8
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: shape.width) { packed in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: shape.nodeCount + 1) { memo in
        for slot in (count / parts * part)..<(part == parts - 1 ? count : count / parts * (part + 1))
        where slots[slot] >> 56 == label {
          var key = slots[slot] & CompactProbe.keyMask
          probe.load(&key, into: packed.baseAddress!, memo: memo.baseAddress!)
          body(packed.baseAddress!)
        }
      }
    }
  }
}

/// How the words of a packed state become 56 bits.
///
/// Nodes are numbered from the leaves: one for each word, then one for each pair of nodes, left to right, level by level; a
/// node without a partner goes up as it is. The root is no node: it is the key. A single word of more than 56 bits is
/// split into its 28 lowest bits and a node for the rest.
struct TreeShape {
  let width: Int
  let nodeCount: Int
  let splitsWord: Bool
  /// The nodes that are pairs, and the two whose numbers are the key.
  fileprivate let pairs: UnsafeBufferPointer<Pair>
  fileprivate let root: (left: Int, right: Int)

  struct Pair {
    var node: Int
    var left: Int
    var right: Int
  }

  init(width: Int, bits: Int) {
    self.width = width
    splitsWord = width == 1 && bits > CompactStore.directBits
    var pairs: [Pair] = []
    var root = (0, 0)
    var count = width > 1 ? width : splitsWord ? 1 : 0
    if width > 1 {
      var level = Array(0..<width)
      while level.count > 2 {
        var above: [Int] = []
        for k in stride(from: 0, to: level.count - 1, by: 2) {
          pairs.append(Pair(node: count, left: level[k], right: level[k + 1]))
          above.append(count)
          count += 1
        }
        if level.count % 2 == 1 { above.append(level.last!) }
        level = above
      }
      root = (level[0], level[1])
    }
    let memory = UnsafeMutableBufferPointer<Pair>.allocate(capacity: pairs.count)
    _ = memory.initialize(from: pairs)
    self.pairs = UnsafeBufferPointer(memory)
    self.root = root
    nodeCount = count
  }

  func deallocate() { pairs.deallocate() }
}

struct CompactProbe: StateProbe {
  fileprivate static let keyMask: UInt64 = (1 << 56) - 1
  private static let idMask: UInt64 = (1 << 28) - 1
  /// Of a state with nodes that no state in the table has. Not 56 bits, so in no entry.
  private static let noKey = UInt64.max

  private let width: Int
  private let nodeCount: Int
  private let splitsWord: Bool
  private let pairs: UnsafeBufferPointer<TreeShape.Pair>
  private let root: (left: Int, right: Int)
  private let nodes: NodeTable.Probe?
  private let slots: UnsafeMutablePointer<UInt64>
  private let slotCount: Int

  fileprivate init(shape: TreeShape, nodes: NodeTable.Probe?, table: PagedMemory) {
    width = shape.width
    nodeCount = shape.nodeCount
    splitsWord = shape.splitsWord
    pairs = shape.pairs
    root = shape.root
    self.nodes = nodes
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
    let left = UInt32(truncatingIfNeeded: item[0] & Self.idMask)
    let right = UInt32(truncatingIfNeeded: item[0] &>> 28)
    if splitsWord {
      memo[0] = right
      packed[0] = UInt64(left) | nodes.value(right) &<< 28
      return
    }
    memo[root.left] = left
    memo[root.right] = right
    var k = pairs.count
    while k > 0 {
      k &-= 1
      let value = nodes.value(memo[pairs[k].node])
      memo[pairs[k].left] = UInt32(truncatingIfNeeded: value & Self.idMask)
      memo[pairs[k].right] = UInt32(truncatingIfNeeded: value &>> 28)
    }
    for k in 0..<width { packed[k] = nodes.value(memo[k]) }
  }

  @inline(__always)
  func encode(_ block: EncodingBlock, into keys: UnsafeMutablePointer<UInt64>) {
    guard let nodes else {
      for k in 0..<block.count { keys[k] = block.packed[k] }
      return
    }
    if splitsWord {
      for k in 0..<block.count {
        let id = nodes.find(block.packed[k] &>> 28)
        keys[k] = id == NodeTable.Probe.none ? Self.noKey : block.packed[k] & Self.idMask | UInt64(id) &<< 28
      }
      return
    }
    encodeTrees(block, into: keys, nodes)
  }

  private func encodeTrees(_ block: EncodingBlock, into keys: UnsafeMutablePointer<UInt64>, _ nodes: NodeTable.Probe) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: nodeCount) { ids in
      var k = 0
      for run in 0..<block.runCount {
        if block.runs[run].source < 0 {
          while k < block.runs[run].end {
            keys[k] = Self.noKey
            k &+= 1
          }
          continue
        }
        let source = block.sources + block.runs[run].source &* width
        let memo = block.memos + block.runs[run].source &* nodeCount
        while k < block.runs[run].end {
          let packed = block.packed + k &* width
          var isKnown = true
          for leaf in 0..<width where isKnown {
            ids[leaf] = packed[leaf] == source[leaf] ? memo[leaf] : nodes.find(packed[leaf])
            isKnown = ids[leaf] != NodeTable.Probe.none
          }
          for pair in pairs where isKnown {
            let (left, right) = (ids[pair.left], ids[pair.right])
            ids[pair.node] =
              left == memo[pair.left] && right == memo[pair.right]
              ? memo[pair.node] : nodes.find(UInt64(left) | UInt64(right) &<< 28)
            isKnown = ids[pair.node] != NodeTable.Probe.none
          }
          keys[k] = isKnown ? UInt64(ids[root.left]) | UInt64(ids[root.right]) &<< 28 : Self.noKey
          k &+= 1
        }
      }
    }
  }

  /// The key of a state that has nodes which are not numbered yet: numbers them.
  @inline(never)
  private func makeKey(_ packed: UnsafePointer<UInt64>) -> UInt64 {
    guard let nodes else { return packed[0] }
    if splitsWord { return packed[0] & Self.idMask | UInt64(nodes.id(packed[0] &>> 28)) &<< 28 }
    return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: nodeCount) { ids in
      for leaf in 0..<width { ids[leaf] = nodes.id(packed[leaf]) }
      for pair in pairs { ids[pair.node] = nodes.id(UInt64(ids[pair.left]) | UInt64(ids[pair.right]) &<< 28) }
      return UInt64(ids[root.left]) | UInt64(ids[root.right]) &<< 28
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

  /// Puts an entry of a smaller table where it belongs.
  @inline(__always)
  fileprivate func enter(_ entry: UInt64) {
    var slot = home(entry & Self.keyMask)
    while ce_load(slots + slot) != 0 || ce_compare_exchange(slots + slot, 0, entry) != 0 { slot = next(slot) }
  }
}
