internal import CDistCheckEngine

/// Looks up and inserts the 56 bits of states, and makes them, for one worker.
struct CompactProbe: NumberedProbe {
  static let keyMask: UInt64 = (1 << 56) - 1
  private static let idMask: UInt64 = (1 << 28) - 1
  /// Of a state with nodes that no state in the table has. Not 56 bits, so in no entry.
  private static let noKey = UInt64.max

  private let shape: TreeShape
  private let nodes: NodeTable.Probe?
  private let memoWidth: Int
  private let slots: Slots

  init(shape: TreeShape, nodes: NodeTable.Probe?, table: PagedMemory, memoWidth: Int) {
    self.shape = shape
    self.nodes = nodes
    self.memoWidth = memoWidth
    slots = Slots(table)
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
  func makeKey(_ packed: UnsafePointer<UInt64>) -> UInt64 {
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
  func forEachState(slots range: Range<Int>, _ body: (UInt64, () -> UnsafePointer<UInt64>) -> Void) {
    forEachState(UnsafeBufferPointer(start: slots.base + range.lowerBound, count: range.count), body)
  }

  func forEachState(
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

  /// Calls the body with the state of each of so many items, and its index.
  func forEachItem(_ items: UnsafePointer<UInt64>, count: Int, _ body: (Int, UnsafePointer<UInt64>) -> Void) {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: shape.width + 1) { packed in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: shape.nodeCount + 1) { memo in
        for k in 0..<count {
          load(items + k, into: packed.baseAddress!, memo: memo.baseAddress!)
          body(k, packed.baseAddress!)
        }
      }
    }
  }

  // MARK: Table

  @inline(__always)
  func prefetch(key: UInt64) { slots.prefetch(hash(key)) }

  @inline(__always)
  func prefetchState(key: UInt64) {}

  @inline(__always)
  func find(key: UInt64, _ packed: UnsafePointer<UInt64>) -> UInt64 {
    slots.find(hash(key)) { $0 & Self.keyMask == key }.entry &>> 56
  }

  @inline(__always)
  func insert(
    key: UInt64, _ packed: UnsafePointer<UInt64>, label: UInt64, item: UnsafeMutablePointer<UInt64>
  ) -> UInt64 {
    let key = key == Self.noKey ? makeKey(packed) : key
    item[0] = key
    return slots.insert(label &<< 56 | key, hash(key)) { $0 & Self.keyMask == key } &>> 56
  }

  @inline(__always)
  func number(key: UInt64, _ packed: UnsafePointer<UInt64>) -> Int {
    if key == Self.noKey { return -1 }
    let found = slots.find(hash(key)) { $0 & Self.keyMask == key }
    return found.entry == 0 ? -1 : found.slot
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
      let found = slots.find(hash(key)) { $0 & Self.keyMask == key }
      if found.entry &>> 56 == label {
        slots.base[found.slot] = DepthLabel.duplicate &<< 56 | key
        marked &+= 1
      }
    }
    _ = ce_add(count, marked)
  }

  func isDuplicate(_ key: UInt64) -> Bool {
    withUnsafePointer(to: key) { find(key: key, $0) } == DepthLabel.duplicate
  }

  /// Puts an entry of another table where it belongs.
  @inline(__always)
  func enter(_ entry: UInt64) { slots.enter(entry, hash(entry & Self.keyMask)) }
}
