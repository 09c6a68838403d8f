internal import CDistCheckEngine

/// When the cuts of trees are chosen anew, and what that has cost.
struct TreeChoice {
  /// How many states there are when they are chosen next.
  private(set) var next: Int
  private let factor: Int
  var spent = Duration.zero
  /// What a state takes to get its new key, as far as that was tried.
  var timePerState = Duration.zero

  init(_ thresholds: StorageThresholds) {
    next = thresholds.firstReshape
    factor = max(2, thresholds.reshapeFactor)
  }

  mutating func skip(to states: Int) { while next <= states { next *= factor } }

  /// There was no time: with twice as many states the run will have lasted longer.
  mutating func postpone(at states: Int) { next = 2 * states }
}

extension CompactStore: AdaptableStore {
  var wantsReshape: Bool { shared.pointee.nodes != nil && shared.pointee.claims.count >= shared.pointee.choice.next }

  /// Chooses the tree's cuts by the states that there are, and gives every state its new key, by all workers.
  ///
  /// For that time the old and the new table are both in memory. Nothing is changed before everything has its new key, so
  /// that it can be given up at any time.
  func reshape(items: [ItemRun], _ work: StoreWork) {
    guard let nodes = shared.pointee.nodes, wantsReshape else { return }
    let states = shared.pointee.claims.count
    let start = ContinuousClock.now
    let share = work.elapsed * thresholds.reshapeShare
    let time = max(thresholds.reshapeGrace, share) - shared.pointee.choice.spent
    defer { shared.pointee.choice.spent += ContinuousClock.now - start }
    shared.pointee.choice.skip(to: states)
    guard byteCount * 2 < work.mostBytes else { return }
    let all = states + items.reduce(0) { $0 + $1.count }
    guard shared.pointee.choice.timePerState * all < time else { return shared.pointee.choice.postpone(at: states) }

    let sample = TreeSample(width: width, states: sampleStates(count: max(1, thresholds.sampleBits / bits)))
    let shape = TreeShape(width: width, bits: bits, sample: sample)
    let nodesBefore = sample.nodeCount(bits: bits, cuts: shapeCuts)
    let nodesAfter = sample.nodeCount(bits: bits, cuts: shape.cuts)
    // Nodes that are few by now are not worth the time that it takes.
    let expected = Int(Double(nodes.count) * Double(nodesAfter) / Double(max(1, nodesBefore)))
    let (bytes, expectedBytes) = (
      TreeCost.bytes(states: states, nodes: nodes.count), TreeCost.bytes(states: states, nodes: expected)
    )
    guard shape.cuts != shapeCuts, Double(expectedBytes) < thresholds.reshapeGain * Double(bytes),
      let conversion = try? TreeConversion(self, to: shape, items, expectedNodes: expected, work)
    else { return shape.deallocate() }

    let begin = ContinuousClock.now
    let isDone = conversion.run(until: start + time)
    let converted = max(1, conversion.convertedStates)
    shared.pointee.choice.timePerState = (ContinuousClock.now - begin) / converted
    guard isDone else {
      conversion.abandon()
      shape.deallocate()
      return shared.pointee.choice.postpone(at: states)
    }
    shared.pointee.table.release()
    nodes.deallocate()
    shared.pointee.shape.deallocate()
    shared.pointee.shape = shape
    shared.pointee.table = conversion.table
    shared.pointee.nodes = conversion.nodes
    conversion.replaceItems()
    shared.pointee.review?.begin(states: states, nodes: conversion.nodes.count)
  }

  /// States from all over the table.
  private func sampleStates(count: Int) -> [UInt64] {
    let states = max(1, shared.pointee.claims.count)
    let slotCount = Slots(shared.pointee.table).count
    // Runs of slots, as far from each other as there are states too many.
    let runSlots = 64
    let stride = max(runSlots, slotCount / states * runSlots, runSlots * (states / count))
    var sample: [UInt64] = []
    sample.reserveCapacity(2 * min(states, count) * width)
    let probe = probe(worker: 0)
    for first in Swift.stride(from: 0, to: slotCount, by: stride) {
      probe.forEachState(slots: first..<min(first + runSlots, slotCount)) { _, packed in
        sample += UnsafeBufferPointer(start: packed(), count: width)
      }
    }
    return sample
  }
}

/// Gives all states of a store, and all items that are wanted, their keys under another shape of trees.
///
/// The table, its nodes and the items stay as they are until it is done.
final class TreeConversion {
  let table: PagedMemory
  private(set) var nodes: NodeTable
  private(set) var convertedStates = 0
  private let shape: TreeShape
  private let old: CompactStore
  private let slotCount: Int
  private let items: [ItemRun]
  /// The new keys of all items, one after another, and for each run where its own begin.
  private let keys: PagedMemory
  private let firstKeys: [Int]
  private let itemCount: Int
  private let work: StoreWork
  private let block: Int

  init(
    _ store: CompactStore, to shape: TreeShape, _ items: [ItemRun], expectedNodes: Int, _ work: StoreWork
  ) throws(OutOfMemory) {
    old = store
    self.shape = shape
    self.items = items
    self.work = work
    block = store.thresholds.conversionBlock
    let oldTable = store.shared.pointee.table
    slotCount = Slots(oldTable).count
    var first = 0
    firstKeys = items.map { run in
      defer { first += run.count }
      return first
    }
    itemCount = first
    guard let table = PagedMemory(byteCount: oldTable.byteCount) else { throw OutOfMemory() }
    guard let keys = PagedMemory(byteCount: max(1, itemCount) * 8) else {
      table.release()
      throw OutOfMemory()
    }
    self.table = table
    self.keys = keys
    do {
      nodes = try CompactStore.nodes(
        for: shape, workers: store.workers, expected: expectedNodes, store.thresholds)
    } catch {
      table.release()
      keys.release()
      throw error
    }
  }

  private enum Signal { static let room: UInt64 = 1, giveUp: UInt64 = 2 }

  /// False when it was given up: for lack of time or memory, or because the search is to end.
  func run(until deadline: ContinuousClock.Instant) -> Bool {
    let workers = work.team.count
    let signal = UnsafeMutablePointer<UInt64>.allocate(capacity: 2)
    signal.initialize(repeating: 0, count: 2)
    let nextBlock = signal + 1
    // What a worker had no room for; it goes on with that.
    let pending = UnsafeMutablePointer<Range<Int>>.allocate(capacity: workers)
    pending.initialize(repeating: 0..<0, count: workers)
    defer {
      convertedStates = Int(nextBlock.pointee) * block
      signal.deallocate()
      pending.deallocate()
    }
    let total = slotCount + itemCount
    while true {
      signal.pointee = 0
      work.team.run(alone: total <= 4 * block) { worker in
        let probe = CompactProbe(
          shape: shape, nodes: nodes.probe(worker: worker), table: table, memoWidth: old.memoWidth)
        let oldProbe = old.probe(worker: worker)
        while ce_load(signal) == 0 {
          if pending[worker].isEmpty {
            let first = Int(ce_add(nextBlock, 1)) * block
            guard first < total else { return }
            pending[worker] = first..<min(first + block, total)
          }
          let claimed = pending[worker].count * shape.nodeCount
          guard nodes.claim(claimed) else { return ce_store(signal, Signal.room) }
          convert(pending[worker], from: oldProbe, to: probe)
          nodes.settle(claimed, worker: worker)
          pending[worker] = 0..<0
          if worker == 0 && (work.isToStop() || ContinuousClock.now > deadline) { ce_store(signal, Signal.giveUp) }
        }
      }
      if signal.pointee == Signal.giveUp { return false }
      if signal.pointee == 0 { return true }
      let most = work.mostBytes - old.byteCount - table.byteCount
      let stripe = old.thresholds.stripeSlots
      guard (try? nodes.grow(claim: block * shape.nodeCount, mostBytes: most, stripe: stripe, work)) != nil else {
        return false
      }
    }
  }

  /// Slots of the table come first, then the items.
  private func convert(_ range: Range<Int>, from old: CompactProbe, to new: CompactProbe) {
    if range.lowerBound < slotCount {
      old.forEachState(slots: range.clamped(to: 0..<slotCount)) { entry, packed in
        new.enter(entry & ~CompactProbe.keyMask | new.makeKey(packed()))
      }
    }
    guard range.upperBound > slotCount else { return }
    let wanted = max(0, range.lowerBound - slotCount)..<(range.upperBound - slotCount)
    let keys = keys.base.assumingMemoryBound(to: UInt64.self)
    // The last run that begins at or before the first of them.
    var (low, high) = (0, items.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if firstKeys[middle] <= wanted.lowerBound { low = middle } else { high = middle }
    }
    var next = wanted.lowerBound
    while next < wanted.upperBound {
      let run = items[low]
      let offset = next - firstKeys[low]
      let count = min(run.count - offset, wanted.upperBound - next)
      old.forEachItem(run.items + offset, count: count) { index, packed in keys[next + index] = new.makeKey(packed) }
      next += count
      low += 1
    }
  }

  /// Puts the new keys where the items are.
  func replaceItems() {
    let keys = keys.base.assumingMemoryBound(to: UInt64.self)
    for (run, first) in zip(items, firstKeys) { run.items.update(from: keys + first, count: run.count) }
    self.keys.release()
  }

  func abandon() {
    table.release()
    nodes.deallocate()
    keys.release()
  }
}
