internal import CDistCheckEngine

/// Moves the states of a compact store to a store of whole states, where those of one level lie side by side.
///
/// The table of a compact store knows the depths up to `DepthLabel.exact`; deeper levels are in the items that the search
/// keeps. Nothing of the compact store is changed.
struct StateMove {
  /// What has become of the levels, of the states that are still to be explored, and of those found for the next level.
  struct Moved {
    var levels: [[ItemRun]]
    var rest: [ItemRun]
    var next: [ItemRun]
  }

  private let source: CompactStore
  /// The level that is being explored.
  private let depth: Int
  private let rest: [ItemRun]
  /// By depth: the items, where they are kept.
  private let items: [[ItemRun]]
  /// By depth: how many states there are.
  private let counts: [Int]
  private let thresholds: StorageThresholds

  /// - Parameters:
  ///   - depth: Of the level that is being explored.
  ///   - rest: Items of it that nobody has taken yet.
  ///   - next: Items found for the next level.
  ///   - kept: By depth, from 0 on: the items, where they are kept.
  init(_ source: CompactStore, depth: Int, rest: [ItemRun], next: [ItemRun], kept: [[ItemRun]]) {
    self.source = source
    self.depth = depth
    self.rest = rest
    thresholds = source.thresholds
    items = (0...depth + 1).map { level in
      level <= DepthLabel.exact ? [] : level <= depth ? kept[level] : next
    }
    var counts = items.map { $0.reduce(0) { $0 + $1.count } }
    for entry in source.entries where entry != 0 && entry &>> 56 <= DepthLabel.exact { counts[Int(entry &>> 56)] += 1 }
    self.counts = counts
  }

  private var stateCount: Int { counts.reduce(0, +) }

  /// Bytes that the states will take, and their table.
  var bytes: Int { stateCount * source.width * 8 + FullStore.tableBytes(states: stateCount) }

  /// - Returns: Nil when it was given up; what was moved so far means nothing then.
  func run(to target: FullStore, _ arena: ItemArena, _ work: StoreWork) -> Moved? {
    guard (try? target.reserve(stateCount)) != nil, let base = arena.takeChunks(items: stateCount) else { return nil }
    // Where the next state of each level goes.
    let places = UnsafeMutablePointer<UInt64>.allocate(capacity: counts.count)
    defer { places.deallocate() }
    var first: [Int] = []
    for level in counts.indices {
      first.append(level == 0 ? 0 : first[level - 1] + counts[level - 1])
      places[level] = UInt64(first[level])
    }
    let restCount = rest.reduce(0) { $0 + $1.count }
    let copy = StateCopy(source, target, base, places, thresholds, work)
    // The others of the level are told by not being there.
    guard copy.items(rest, depth: depth, areThere: false) else { return nil }
    guard copy.table(labels: 1..<min(counts.count, DepthLabel.exact + 1), checking: depth) else { return nil }
    for level in items.indices where !items[level].isEmpty {
      guard copy.items(items[level], depth: level, areThere: level == depth) else { return nil }
    }
    func runs(_ level: Int, from offset: Int, count: Int) -> [ItemRun] {
      stride(from: 0, to: count, by: arena.chunkItems).map { done in
        ItemRun(
          items: base + (first[level] + offset + done) * source.width, count: min(arena.chunkItems, count - done),
          depth: level)
      }
    }
    let restRuns = runs(depth, from: 0, count: restCount)
    var levels = (0...depth).map { $0 == depth ? [] : runs($0, from: 0, count: counts[$0]) }
    levels[depth] = restRuns + runs(depth, from: restCount, count: counts[depth] - restCount)
    return Moved(levels: levels, rest: restRuns, next: runs(depth + 1, from: 0, count: counts[depth + 1]))
  }
}

/// What all workers do with blocks of states.
private struct StateCopy {
  private let source: CompactStore
  private let target: FullStore
  private let base: UnsafeMutablePointer<UInt64>
  private let places: UnsafeMutablePointer<UInt64>
  private let thresholds: StorageThresholds
  private let work: StoreWork

  init(
    _ source: CompactStore, _ target: FullStore, _ base: UnsafeMutablePointer<UInt64>,
    _ places: UnsafeMutablePointer<UInt64>, _ thresholds: StorageThresholds, _ work: StoreWork
  ) {
    self.source = source
    self.target = target
    self.base = base
    self.places = places
    self.thresholds = thresholds
    self.work = work
  }

  /// Copies the states of a level that are items.
  ///
  /// - Parameter areThere: Some of them were copied before.
  func items(_ runs: [ItemRun], depth: Int, areThere: Bool) -> Bool {
    let blocks = runs.flatMap { run in
      stride(from: 0, to: run.count, by: thresholds.conversionBlock).map { first in
        ItemRun(items: run.items + first, count: min(thresholds.conversionBlock, run.count - first), depth: depth)
      }
    }
    return work.team.forEachRange(of: blocks.count, by: 1) { worker, range in
      let (probe, targetProbe) = (source.probe(worker: worker), target.probe(worker: worker))
      let block = blocks[range.lowerBound]
      probe.forEachItem(block.items, count: block.count) { _, packed in
        put(packed, depth: depth, checking: areThere, targetProbe)
      }
      return worker > 0 || !work.isToStop()
    }
  }

  /// Copies the states whose depths are in the table.
  ///
  /// - Parameter level: Some of that depth were copied before.
  func table(labels: Range<Int>, checking level: Int) -> Bool {
    work.team.forEachRange(of: source.entries.count, by: thresholds.conversionBlock) { worker, range in
      let (probe, targetProbe) = (source.probe(worker: worker), target.probe(worker: worker))
      probe.forEachState(slots: range) { entry, packed in
        let depth = Int(entry &>> 56)
        if labels.contains(depth) { put(packed(), depth: depth, checking: depth == level, targetProbe) }
      }
      return worker > 0 || !work.isToStop()
    }
  }

  private func put(_ packed: UnsafePointer<UInt64>, depth: Int, checking: Bool, _ probe: FullProbe) {
    let key = hash(packed, width: source.width)
    if checking && probe.find(key: key, packed) != 0 { return }
    let item = base + Int(ce_add(places + depth, 1)) * source.width
    item.update(from: packed, count: source.width)
    probe.enter(key: key, label: DepthLabel.label(depth: depth), item: item)
  }
}
