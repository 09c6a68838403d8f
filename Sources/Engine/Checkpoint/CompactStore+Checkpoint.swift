extension CompactStore: SavedStore {
  var newEntryCount: Int {
    entries.reduce(0) { $0 + ($1 != 0 && $1 >> 56 != DepthLabel.duplicate ? 1 : 0) }
  }

  func save(to writer: inout CheckpointWriter) throws(FileError) {
    let cuts = shapeCuts
    try writer.put(cuts.map { UInt64($0) })
    try writer.put(nodes?.entryCount ?? 0)
    if let nodes {
      var failure: FileError?
      nodes.forEachEntry { id, value in
        guard failure == nil else { return }
        do throws(FileError) {
          try writer.put(UInt64(id))
          try writer.put(value)
        } catch { failure = error }
      }
      if let failure { throw failure }
    }
    try writer.put(entryCount)
    for entry in entries where entry != 0 { try writer.put(entry) }
  }

  func restore(from reader: inout CheckpointReader) throws(FileError) {
    var cuts: [Int] = []
    for word in try reader.readWords() {
      guard word < UInt64(bits) else { throw reader.damaged("a cut of trees is at \(word)") }
      cuts.append(Int(word))
    }
    guard cuts == shapeCuts || TreeShape.isShape(cuts, width: width, bits: bits) && !shapeCuts.isEmpty else {
      throw reader.damaged("the cuts of trees are \(cuts)")
    }
    do throws(OutOfMemory) { try adopt(cuts: cuts) } catch { throw noMemory(reader) }
    let nodeCount = try reader.readCount("the number of nodes", words: 2)
    guard nodes != nil || nodeCount == 0 else { throw reader.damaged("the number of nodes is \(nodeCount)") }
    var check: TreeCheck?
    defer { check?.deallocate() }
    if let nodes {
      do throws(OutOfMemory) { try nodes.reserve(nodeCount) } catch { throw noMemory(reader) }
      var seen = BitSet()
      for _ in 0..<nodeCount {
        let id = try reader.readNumber("the number of a node", atMost: (1 << NodeTable.idBits) - 2)
        let value = try reader.read()
        guard seen.insert(id), nodes.probe(worker: 0).find(value) == NodeTable.Probe.none else {
          throw reader.damaged("node \(id) is there twice")
        }
        nodes.restore(id, value)
      }
      check = TreeCheck(
        shape: TreeShape(width: width, bits: bits, cuts: cuts), nodes: nodes.probe(worker: 0), numbers: seen)
    }
    let count = try reader.readCount("the number of states in memory")
    do throws(OutOfMemory) { try reserve(count) } catch { throw noMemory(reader) }
    let probe = probe(worker: 0)
    for _ in 0..<count {
      let entry = try reader.read()
      let (label, key) = (entry >> 56, entry & (1 << 56 &- 1))
      guard label != 0, check?.isState(key) ?? (key >> UInt64(bits) == 0) else {
        throw reader.damaged("a state is \(entry)")
      }
      guard withUnsafePointer(to: key, { probe.find(key: key, $0) }) == 0 else {
        throw reader.damaged("a state is there twice")
      }
      probe.enter(entry)
    }
  }

  private func noMemory(_ reader: CheckpointReader) -> FileError {
    FileError(reader.path, reason: "the operating system gives no memory for what it holds")
  }
}

/// Whether keys can be restored: their trees have all nodes, and no bits that a state does not have.
private struct TreeCheck {
  private let shape: TreeShape
  private let nodes: NodeTable.Probe
  private let numbers: BitSet
  private let memo: UnsafeMutablePointer<UInt32>
  private let packed: UnsafeMutablePointer<UInt64>

  init(shape: TreeShape, nodes: NodeTable.Probe, numbers: BitSet) {
    self.shape = shape
    self.nodes = nodes
    self.numbers = numbers
    memo = .allocate(capacity: shape.nodeCount)
    packed = .allocate(capacity: shape.width)
  }

  func deallocate() {
    shape.deallocate()
    memo.deallocate()
    packed.deallocate()
  }

  func isState(_ key: UInt64) -> Bool {
    func split(_ value: UInt64, _ left: Int, _ right: Int) {
      memo[left] = UInt32(value & (1 << UInt64(NodeTable.idBits) &- 1))
      memo[right] = UInt32(value >> UInt64(NodeTable.idBits))
    }
    split(key, shape.root.left, shape.root.right)
    for pair in shape.pairs.reversed() {
      guard numbers.contains(Int(memo[pair.node])) else { return false }
      let value = nodes.value(memo[pair.node])
      guard value >> 56 == 0 else { return false }
      split(value, pair.left, pair.right)
    }
    packed.update(repeating: 0, count: shape.width)
    for leaf in 0..<shape.leafCount {
      guard shape.isDirect(leaf) || numbers.contains(Int(memo[leaf])) else { return false }
      shape.put(value(leaf), leaf, into: packed)
    }
    return (0..<shape.leafCount).allSatisfy { shape.value($0, in: packed) == value($0) }
  }

  private func value(_ leaf: Int) -> UInt64 {
    shape.isDirect(leaf) ? UInt64(memo[leaf]) : nodes.value(memo[leaf])
  }
}

/// Numbers that were seen, a bit each.
private struct BitSet {
  private var words: [UInt64] = []

  func contains(_ number: Int) -> Bool {
    number / 64 < words.count && words[number / 64] & 1 << UInt64(number % 64) != 0
  }

  /// False where it was there before.
  mutating func insert(_ number: Int) -> Bool {
    let word = number / 64
    if word >= words.count { words += [UInt64](repeating: 0, count: max(word + 1 - words.count, words.count)) }
    let bit: UInt64 = 1 << UInt64(number % 64)
    defer { words[word] |= bit }
    return words[word] & bit == 0
  }
}

extension TreeShape {
  /// Whether states can be cut at these places, see `cuts`.
  fileprivate static func isShape(_ cuts: [Int], width: Int, bits: Int) -> Bool {
    var rest = cuts[...]
    var ranges = [0..<bits]
    var nodes = 0
    while let range = ranges.popLast() {
      nodes += 1
      if range.count <= 64 && nodes > 1 { continue }
      guard let cut = rest.popFirst(), range.dropFirst().contains(cut), nodes <= nodeLimit(width: width) else {
        return false
      }
      ranges += [cut..<range.upperBound, range.lowerBound..<cut]
    }
    return rest.isEmpty && nodes <= nodeLimit(width: width)
  }
}
