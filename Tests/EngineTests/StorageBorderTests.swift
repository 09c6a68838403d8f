import DistCheck
import Foundation
import Testing

@testable import DistCheckEngine
import TestSupport

/// The borders of the storage, which only millions of states reach otherwise: its thresholds are 1, 2 and 3 here, so that
/// tables grow, trees are cut anew and give way to whole states, and items go to disk, in systems of some thousand states.
@Suite(.needsOptimization) struct StorageBorderTests {
  /// Three of four have all their states within reach and nothing wrong: some in few wide levels, some in more levels than
  /// the label of a depth tells apart.
  private func system(_ seed: Int) -> (TransitionSystem, TableSystem, RandomEncoding, [Int]) {
    var generator = SplitMix64(seed: seed)
    let count = Int.random(in: 2000...6000, using: &generator)
    let encoding = RandomEncoding(count: count, fieldCount: Int.random(in: 5...8, using: &generator), using: &generator)
    let instanceCounts = [Int.random(in: 1...6, using: &generator), 2]
    var table = TableSystem.random(
      stateCount: encoding.words.count, instanceCounts: instanceCounts, using: &generator)
    if seed % 4 != 0 {
      (table.broken, table.brokenSteps) = ([[]], [])
      table.mayStop = table.mayStop.map { _ in true }
      table.isOutside = table.isOutside.map { _ in false }
      for state in 0..<table.stateCount { table.actions[1][state][0] = (state + 1) % table.stateCount }
      // A violation far from the initial states, whose trace goes through much of what is on disk.
      if seed % 4 == 1 { table.broken = [[(table.initial[0] + table.stateCount / 2) % table.stateCount]] }
    }
    return (TransitionSystem(table, encoding), table, encoding, instanceCounts)
  }

  private func agree(_ seed: Int, _ searches: [(String, SearchOptions)]) {
    let (system, table, encoding, instanceCounts) = system(seed)
    let plain = Checker(system, options: SearchOptions(threads: 1, storage: .full)).check()
    if seed % 4 > 1 { #expect(plain.distinctStates == table.stateCount) }
    expectAgreement(plain, table, radices: instanceCounts.map { [$0] }, seed: seed) { number in
      encoding.layout.value(at: encoding.words[number])
    }
    for (label, options) in searches {
      expectSame(Checker(system, options: options).check(), plain, "seed \(seed), \(label)")
    }
  }

  @Test(arguments: 0..<24) func inMemory(seed: Int) {
    var searches: [(String, SearchOptions)] = []
    for threads in [1, 2, 3] {
      let ways: [(String, SearchOptions.Storage, StorageThresholds)] = [
        ("reshaping", .compact, .tiny(threads)),
        ("small chunks", .full, .tiny(threads)),
        ("going over soon", .automatic, .goingOver(at: 1, threads)),
        ("going over later", .automatic, .goingOver(at: 1500, threads)),
        ("running out", .automatic, .runningOut(at: 40_000, threads)),
      ]
      for (label, storage, thresholds) in ways {
        var options = SearchOptions(threads: threads, storage: storage)
        options.thresholds = thresholds
        searches.append(("\(threads) threads, \(label)", options))
      }
    }
    agree(seed, searches)
  }

  /// Items go to disk before states do, and states as soon as a table is full. Nodes stay in memory.
  @Test(arguments: 0..<16) func onDisk(seed: Int) {
    let (system, _, _, _) = system(seed)
    let inMemory = Checker(system, options: SearchOptions(threads: 1, storage: .full)).check()
    let spilled = expectSameOnDisk(system, inMemory, "seed \(seed)")
    if inMemory.distinctStates > 2000 { #expect(spilled > 0, "seed \(seed)") }
  }

  /// Searches with items, states or both on disk, in every number of threads.
  ///
  /// - Returns: How many bytes went there.
  private func expectSameOnDisk(_ system: TransitionSystem, _ inMemory: CheckResult, _ label: String) -> Int {
    let folder = "/tmp/distcheck-borders-\(UInt64.random(in: 0...UInt64.max))"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var spilled = 0
    for threads in [1, 2, 3] {
      for (itemShare, tableSlots) in [(1 << 20, 1 << 20), (4, 1), (1 << 20, 1)] {
        var options = SearchOptions(threads: threads, spillFolder: folder)
        options.thresholds = .tiny(threads)
        options.thresholds.itemShare = itemShare
        options.thresholds.mostTableSlots = max(tableSlots, 4 * threads * 512)
        var result = Checker(system, bounds: Bounds(memory: 1 << 30), options: options).check()
        spilled += result.spilledBytes
        // What is found once more after it went to disk counts twice there.
        for k in result.actions.indices {
          result.actions[k].coverage.newStates = inMemory.actions[k].coverage.newStates
        }
        expectSame(result, inMemory, "\(label), \(threads) threads, one part in \(itemShare) for items")
      }
    }
    return spilled
  }

  /// A tree that must stay one stops the search when it has no numbers left; nothing is made up.
  @Test(arguments: [1, 2, 3]) func numbersThatRunOut(threads: Int) {
    let (system, _, _, _) = system(1)
    var options = SearchOptions(threads: threads, storage: .compact)
    options.thresholds = .tiny(threads)
    let whole = Checker(system, options: options).check()
    #expect(whole.stateBits > 64)
    options.thresholds.nodeLimit = 4096 * threads
    let result = Checker(system, options: options).check()
    #expect(result.stopReason == .memory)
    #expect(result.distinctStates < whole.distinctStates)
  }

  /// Orbits, in every storage.
  @Test(arguments: 0..<60) func symmetry(seed: Int) throws {
    var generator = SplitMix64(seed: seed)
    let specification = RuledNodes(rules: .random(using: &generator))
    var system = try specification.lowered()
    system.isSymmetric = true
    let plain = Checker(system, options: SearchOptions(threads: 1, storage: .full)).check()
    #expect(plain.distinctStates == specification.orbits(levels: plain.depth), "seed \(seed)")
    for threads in [1, 2, 3] {
      for thresholds in [StorageThresholds.tiny(threads), .goingOver(at: 1, threads), .goingOver(at: 40, threads)] {
        var options = SearchOptions(threads: threads)
        options.thresholds = thresholds
        expectSame(Checker(system, options: options).check(), plain, "seed \(seed), \(threads) threads")
      }
    }
  }

  /// Orbits that do not fit in memory: states and items on disk, in every number of threads.
  @Test(arguments: 0..<6) func symmetryOnDisk(seed: Int) throws {
    var generator = SplitMix64(seed: seed)
    let specification = Walkers(using: &generator)
    var system = try specification.lowered()
    system.isSymmetric = true
    let plain = Checker(system, options: SearchOptions(threads: 1, storage: .full)).check()
    #expect(plain.isComplete && plain.distinctStates == specification.orbits)
    let spilled = expectSameOnDisk(system, plain, "seed \(seed)")
    #expect(spilled > 8 * specification.orbits)
  }

  /// As many levels as states: no level costs more for those before it.
  @Test(.timeLimit(.minutes(1)), arguments: [SearchOptions.Storage.compact, .full, .automatic])
  func manyLevels(storage: SearchOptions.Storage) throws {
    let system = try chain(to: 200_000).lowered()
    let result = Checker(system, options: SearchOptions(threads: 2, storage: storage)).check()
    #expect(result.distinctStates == 200_001)
    #expect(result.depth == 200_001)
    #expect(result.isComplete)
  }

  /// Nothing in a state repeats, or nearly everything: `auto` takes about as much memory as the better of the two.
  @Test(arguments: [true, false], [1, 2]) func automaticStorage(isHashed: Bool, threads: Int) throws {
    let system = try unfolding(isHashed: isHashed).lowered()
    let results = [SearchOptions.Storage.full, .compact, .automatic].map { storage in
      var options = SearchOptions(threads: threads, storage: storage)
      // However slow the machine is, there is time to choose a tree.
      (options.thresholds.reshapeShare, options.thresholds.reshapeGrace) = (1000, .seconds(1000))
      return Checker(system, options: options).check()
    }
    for result in results { #expect(result.distinctStates == 400_001 && result.isComplete) }
    let (full, compact, automatic) = (results[0].searchMemory, results[1].searchMemory, results[2].searchMemory)
    #expect(isHashed ? full * 2 < compact : compact * 2 < full)
    #expect(automatic * 10 < min(full, compact) * 12)
  }

  private struct Words: BitwiseCopyable {
    var n: UInt64 = 0
    var a: UInt64 = 0, b: UInt64 = 0, c: UInt64 = 0, d: UInt64 = 0, e: UInt64 = 0, f: UInt64 = 0, g: UInt64 = 0
  }

  /// A counter, and seven words that are hashes of it or of little.
  private func unfolding(isHashed: Bool) -> Sketch<Words> {
    func word(_ x: UInt64) -> UInt64 { isHashed ? mix(x, 0x9E37_79B9_7F4A_7C15) : mix(x & 15, 0x9E37_79B9_7F4A_7C15) }
    return Sketch(Words()) {
      Action("Next", for: Bounded<1, 2>.self) { s, k in
        s.n * 2 + UInt64(k.value) <= 400_000
      } then: { s, k in
        s.n = s.n * 2 + UInt64(k.value)
        s.a = word(s.n)
        s.b = word(s.a)
        s.c = word(s.b)
        s.d = word(s.c)
        s.e = word(s.d)
        s.f = word(s.e)
        s.g = word(s.f)
      }
    }
  }

  /// What takes long can be given up: at the first moment at which it is asked, at the second, and so on.
  @Test(arguments: 0..<40) func conversionsThatAreGivenUp(patience: Int) throws {
    let width = 3
    var thresholds = StorageThresholds.tiny(2)
    thresholds.stripeSlots = 64
    let workers = 1 + patience % 2
    let store = try CompactStore(width: width, bits: 180, workers: workers, thresholds)
    defer { store.deallocate() }
    let team = WorkerTeam(count: workers)
    var generator = SplitMix64(seed: patience)
    var states: [[UInt64]] = []
    var items: [UInt64] = []
    var (asked, heard) = (0, 0)
    func work() -> StoreWork {
      asked = 0
      return StoreWork(team: team, mostBytes: 1 << 30, elapsed: .seconds(1)) {
        asked += 1
        if asked > patience { heard += 1 }
        return asked > patience
      }
    }
    func insert(_ count: Int) throws {
      guard store.claim(count) else { return }
      let probe = store.probe(worker: 0)
      var inserted = 0
      for _ in 0..<count {
        let state = [generator.next() % 50, generator.next() % 1000, generator.next() % 70]
        var item: UInt64 = 0
        // Of a state with nodes that nobody has numbered.
        if probe.insert(key: UInt64.max, state, label: 1, item: &item) == 0 {
          inserted += 1
          states.append(state)
          items.append(item)
        }
      }
      store.settle(count, inserted: inserted, worker: 0)
    }
    for _ in 0..<8 {
      try insert(200)
      items.withUnsafeMutableBufferPointer { items in
        store.reshape(items: [ItemRun(items: items.baseAddress!, count: items.count, depth: 1)], work())
      }
      // Every item still is the state that it was, and every state is there.
      let probe = store.probe(worker: 0)
      var memo = [UInt32](repeating: 0, count: store.memoWidth + 1)
      for (item, state) in zip(items, states) {
        var (item, packed) = (item, [UInt64](repeating: 0, count: width))
        probe.load(&item, into: &packed, memo: &memo)
        #expect(packed == state)
        #expect(probe.find(key: item, packed) == 1)
      }
    }
    if workers == 1 && patience < 20 { #expect(heard > 0) }
    // A growth that is given up loses no state.
    var found = 0
    store.claimAll()
    try? store.grow(items: [], work())
    store.forEachState(label: 1, part: 0, of: 1) { _ in found += 1 }
    #expect(found == states.count)
  }
}

extension CompactStore {
  /// As if the table were full.
  fileprivate func claimAll() { while claim(512) {} }
}

/// Three walkers who are alike, on places that random rules lead to; no place has room for all.
private struct Walkers: Specification {
  enum Kind {}
  typealias Walker = ID<Kind, 3>
  typealias Place = Bounded<0, 35>

  struct State: BitwiseCopyable { var place = Walker.Map<Place>(0) }

  var rules: [[Int]]

  init() { rules = [] }

  init(using generator: inout SplitMix64) {
    // One rule goes round, so that every place is reached.
    rules = [(0..<36).map { ($0 + 1) % 36 }, (0..<36).map { _ in Int.random(in: 0..<36, using: &generator) }]
  }

  /// How many sets of places, with repetition, can be reached: counted on sorted arrays.
  var orbits: Int {
    var seen: Set<[Int]> = [[0, 0, 0]]
    var open = [[0, 0, 0]]
    while let places = open.popLast() {
      for walker in 0..<3 {
        for rule in rules {
          var next = places
          next[walker] = rule[places[walker]]
          if places.count(where: { $0 == next[walker] }) < 2, seen.insert(next.sorted()).inserted {
            open.append(next.sorted())
          }
        }
      }
    }
    return seen.count
  }

  var initial: Initial<State> { State() }

  var actions: Actions<State> {
    Action("Walk", for: Walker.self, Bool.self) { s, walker, chance in
      let target = rules[chance ? 1 : 0][s.place[walker].value]
      return Walker.all.count { s.place[$0] == target } < 2
    } then: { s, walker, chance in
      s.place[walker] = Place(rules[chance ? 1 : 0][s.place[walker].value])
    }
  }

  var properties: Properties<State> {
    Sometimes("all at the end") { s in Walker.all.count { s.place[$0] == 35 } == 2 }
  }

  func mayStop(_ s: borrowing State) -> Bool { true }

  var interchangeable: Interchangeable { Walker.self }
}
