internal import CDistCheckEngine

/// Breadth-first search, level by level, by all workers at once: every counterexample is as short as any, unless the store
/// is lossy.
///
/// The workers take blocks of the level from a common counter and share the store; between levels they wait for each
/// other. A level is explored to its end even when something is wrong in it. So which states there are at which depth, what
/// is counted, and what is reported depend on the specification alone.
///
/// Nothing is stored to find the way back to a state; its predecessors are recomputed, level by level, when a trace is
/// asked for. With a lossy store, which of two states that it cannot tell apart is kept depends on which came first, and a
/// log on disk tells the way.
final class BreadthFirstSearch<Store: StateStore> {
  let system: TransitionSystem
  let packing: Packing
  let store: Store
  let arena: ItemArena
  let team: WorkerTeam
  private let expanders: [Expander<Store>]
  private let control: UnsafeMutablePointer<SearchControl>
  private let bounds: Bounds
  private let start = ContinuousClock.now
  private let report: ((Progress) -> Void)?
  private var nextReport: ContinuousClock.Instant

  /// The states to explore next, and for each depth, from 1 on, the items that are kept.
  private var frontier: [ItemRun] = []
  private var kept: [[ItemRun]] = [[]]
  /// States on the longest shortest path, the initial state being 1; 0 before there is any state.
  private(set) var depth = 0
  private(set) var findings: Findings
  /// The `sometimes` properties that have no witness yet.
  private var goals: [(index: Int, holds: (UnsafeRawPointer) -> Bool)] = []

  init(
    _ system: TransitionSystem, _ packing: Packing, _ store: Store, _ arena: ItemArena, workers: Int, bounds: Bounds,
    report: ((Progress) -> Void)?
  ) {
    self.system = system
    self.packing = packing
    self.store = store
    self.arena = arena
    self.bounds = bounds
    self.report = report
    nextReport = start + .milliseconds(500)
    let control = UnsafeMutablePointer<SearchControl>.allocate(capacity: 1)
    control.initialize(to: SearchControl())
    if let most = bounds.maxStates { control.pointee.maxStates = UInt64(most) }
    self.control = control
    team = WorkerTeam(count: workers)
    expanders = (0..<workers).map { Expander(system, packing, store, arena, worker: $0, control: control) }
    findings = Findings(propertyCount: system.properties.count)
    for (index, property) in system.properties.enumerated() {
      if case .sometimes(let holds) = property.predicate { goals.append((index, holds)) }
    }
  }

  deinit {
    for expander in expanders { expander.deallocate() }
    control.deallocate()
    store.deallocate()
    arena.deallocate()
  }

  // MARK: Levels

  func run() {
    for expander in expanders { expander.live.pointee.goals = goals }
    var first = 0
    while first < system.initialStates.count && !isStopped {
      first += expanders[0].beginInitial(from: first)
      repeat { expanders[0].advanceGuarded() } while makeRoom()
    }
    endLevel()
    while !isOver && !frontier.isEmpty {
      if depth >= bounds.maxDepth ?? Int.max {
        control.pointee.request(.maxDepth)
        break
      }
      exploreLevel()
      endLevel()
    }
  }

  /// What was found, what was wrong with the specification, or why the search was stopped.
  var isOver: Bool { isStopped || findings.endSearch(system) }
  private var isStopped: Bool { control.pointee.isStopped }
  var stopReason: StopReason? { control.pointee.stopReason }

  private func exploreLevel() {
    let blocks = FrontierBlocks(frontier, workers: team.count)
    control.pointee.nextBlock = 0
    let isSmall = blocks.count < 4
    repeat {
      team.run(alone: isSmall) { worker in work(expanders[worker], blocks, isFirst: worker == 0) }
    } while makeRoom()
  }

  /// What a worker does in a level, until nothing is left of it or the store has to grow.
  private func work(_ expander: Expander<Store>, _ blocks: FrontierBlocks, isFirst: Bool) {
    while !control.pointee.isStopped {
      if expander.isBusy {
        expander.advanceGuarded()
        if expander.live.pointee.wantsRoom {
          ce_store(&control.pointee.rest, 1)
          return
        }
      }
      if control.pointee.isResting { return }
      let number = Int(ce_add(&control.pointee.nextBlock, 1))
      guard let block = blocks[number, arena.itemWords] else { return }
      expander.begin(block.items, count: block.count, depth: depth)
      if isFirst { pause() }
    }
  }

  /// Lets the store grow if a worker waits for that. Whether there is work left to go on with.
  private func makeRoom() -> Bool {
    guard expanders.contains(where: { $0.live.pointee.wantsRoom }) else { return false }
    do {
      let current = expanders.flatMap { $0.live.pointee.cursor.runs }
      try store.grow(team, items: store.keepsItems ? kept.flatMap { $0 } + current : [])
    } catch {
      control.pointee.request(.memory)
      return false
    }
    control.pointee.rest = 0
    for (worker, expander) in expanders.enumerated() {
      expander.live.pointee.wantsRoom = false
      expander.live.pointee.probe = store.probe(worker: worker)
    }
    return true
  }

  private func endLevel() {
    let explored = frontier
    frontier = expanders.flatMap { $0.live.pointee.cursor.runs }
    if !frontier.isEmpty { depth += 1 }
    let keeps = store.keepsItems || depth > DepthLabel.exact && !Store.isLossy
    kept.append(keeps ? frontier : [])
    for expander in expanders {
      expander.live.pointee.cursor = ItemCursor(
        after: expander.live.pointee.cursor, depth: depth + 1, sharesChunks: keeps)
      findings.merge(expander.live.pointee.findings)
    }
    if Store.isLossy || !(store.keepsItems || depth > DepthLabel.exact + 1) { arena.recycle(explored) }
    store.reshape(
      items: (store.keepsItems ? [] : kept.flatMap { $0 }) + (keeps ? [] : frontier), mostBytes: bounds.memory)
    for (worker, expander) in expanders.enumerated() { expander.live.pointee.probe = store.probe(worker: worker) }
    goals.removeAll { findings.properties[$0.index] != nil }
    for expander in expanders { expander.live.pointee.goals = goals }
  }

  /// Now and then: has a bound been reached, is it time to report?
  private func pause() {
    if ce_interrupted() { control.pointee.request(.interrupt) }
    let now = ContinuousClock.now
    if let timeout = bounds.timeout, now - start >= timeout { control.pointee.request(.timeout) }
    if byteCount > bounds.memory { control.pointee.request(.memory) }
    if now >= nextReport, let report {
      nextReport = now + .milliseconds(500)
      report(
        Progress(
          distinctStates: storedStates, generatedStates: generatedStates, depth: depth,
          queued: storedStates - exploredStates, elapsed: now - start, memory: byteCount))
    }
  }

  var byteCount: Int { store.byteCount + arena.byteCount }

  // MARK: What was counted

  var elapsed: Duration { ContinuousClock.now - start }
  var storedStates: Int { expanders.reduce(0) { $0 + $1.live.pointee.storedStates } }
  var exploredStates: Int { expanders.reduce(0) { $0 + $1.live.pointee.exploredStates } }
  var generatedStates: Int { expanders.reduce(0) { $0 + $1.live.pointee.generatedStates } }
  var statesOutsideConstraint: Int { expanders.reduce(0) { $0 + $1.live.pointee.statesOutsideConstraint } }
  var coverage: [ActionCoverage] {
    system.actions.indices.map { action in
      expanders.reduce(into: ActionCoverage()) { $0 += $1.live.pointee.coverage[action] }
    }
  }

  /// Calls the body with the packed form of every state of a level, or of one part of it.
  func forEachState(depth: Int, part: Int, of parts: Int, _ body: (UnsafePointer<UInt64>) -> Void) {
    let runs = depth < kept.count ? kept[depth] : []
    if !store.keepsItems && depth <= DepthLabel.exact {
      store.forEachState(
        label: DepthLabel.label(depth: depth), part: part, of: parts, probe: store.probe(worker: part), body)
      return
    }
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: packing.width) { packed in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: store.memoWidth + 1) { memo in
        let probe = store.probe(worker: part)
        for (number, run) in runs.enumerated() where number % parts == part {
          for k in 0..<run.count {
            probe.load(run.items + k * store.itemWords, into: packed.baseAddress!, memo: memo.baseAddress!)
            body(packed.baseAddress!)
          }
        }
      }
    }
  }
}

extension Findings {
  /// Whether something was found after which there is no use in going on.
  func endSearch(_ system: TransitionSystem) -> Bool {
    if deadlock != nil || fault != nil || notCanonical != nil || asymmetry != nil { return true }
    return zip(system.properties, properties).contains { property, position in
      if case .sometimes = property.predicate { false } else { position != nil }
    }
  }
}

/// A level cut into blocks: numbers for the workers to take.
struct FrontierBlocks {
  let count: Int
  private let size: Int
  private let runs: [(first: Int, run: ItemRun)]

  /// - Parameter workers: In a small level blocks are small, so that there is one for each of them.
  init(_ frontier: [ItemRun], workers: Int) {
    let states = frontier.reduce(0) { $0 + $1.count }
    size = min(SuccessorBlock.sourceLimit, max(8, states / (workers * 8)))
    var runs: [(Int, ItemRun)] = []
    var count = 0
    for run in frontier {
      runs.append((count, run))
      count += (run.count + size - 1) / size
    }
    self.runs = runs
    self.count = count
  }

  /// The items of a block; nil behind the last one.
  subscript(number: Int, itemWords: Int) -> (items: UnsafeMutablePointer<UInt64>, count: Int)? {
    guard number < count else { return nil }
    var (low, high) = (0, runs.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if runs[middle].first <= number { low = middle } else { high = middle }
    }
    let offset = (number - runs[low].first) * size
    let run = runs[low].run
    return (run.items + offset * itemWords, min(size, run.count - offset))
  }
}
