internal import CDistCheckEngine
import Synchronization

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
  let expanders: [Expander<Store>]
  let control: UnsafeMutablePointer<SearchControl>
  let bounds: Bounds
  /// Nil where the store cannot be on disk.
  let disk: Disk?
  /// The store again, if it adapts to the states that there are.
  private let adaptable: (any AdaptableStore)?
  private let start: ContinuousClock.Instant
  private let thresholds: SearchThresholds
  /// How many times the workers have rested.
  private var rests = 0
  /// Whether the search was given up, and nothing is to be done any more.
  private(set) var isAbandoned = false
  /// Says when a signal or the limit of time ends the search.
  let watch: Watch
  private let report: ((Progress) -> Void)?
  private var nextReport: ContinuousClock.Instant
  /// The temporal properties, if there are any.
  var liveness: Liveness?

  /// The states to explore next, those found for the level after, and for each depth, from 1 on, the items that are kept.
  var frontier = Frontier()
  var next = Frontier()
  var kept: [Frontier] = [Frontier()]
  /// States on the longest shortest path, the initial state being 1; 0 before there is any state.
  var depth = 0
  var findings: Findings
  /// The `sometimes` properties that have no witness yet.
  private var goals: [(index: Int, holds: (UnsafeRawPointer) -> Bool)] = []
  /// What was counted before a resumption, and states that were taken for new until they were found on disk.
  var earlier = SearchCounters()
  private(set) var duplicates = 0
  /// Whether the segment was read from disk, where it still is.
  private var isLoaded = false
  /// Bytes of the arena that are not for the next level.
  private var otherItemBytes = 0
  /// Whether every state was explored. Temporal properties are checked after that, and that can be stopped by itself.
  private(set) var isExplored = false
  /// Whether a store of whole states is to take the place of this one, see `BreadthFirstSearch+WholeStates`.
  private(set) var isOutdone = false
  /// Whether another search goes on with the workers of this one.
  private var isTakenOver = false
  /// What the workers rest for.
  private var activity: Progress.Activity?
  /// Why the disk was given up.
  private(set) var fileError: FileError?
  /// Why states could not be read back when ways to them were sought, by several threads.
  let readFailure = Mutex<FileError?>(nil)

  init(
    _ system: TransitionSystem, _ packing: Packing, _ store: Store, _ arena: ItemArena, workers: Int, bounds: Bounds,
    disk: Disk? = nil, checksItself: Bool = false, thresholds: SearchThresholds = SearchThresholds(),
    report: ((Progress) -> Void)?
  ) {
    self.system = system
    self.packing = packing
    self.store = store
    self.arena = arena
    self.bounds = bounds
    self.disk = disk
    adaptable = store as? any AdaptableStore
    self.thresholds = thresholds
    self.report = report
    start = ContinuousClock.now
    nextReport = start + .milliseconds(500)
    let control = UnsafeMutablePointer<SearchControl>.allocate(capacity: 1)
    control.initialize(to: SearchControl())
    if let most = bounds.maxStates { control.pointee.maxStates = UInt64(most) }
    self.control = control
    watch = Watch(control, deadline: bounds.timeout.map { [start] in start + $0 })
    team = WorkerTeam(count: workers)
    team.identity = watch.identity
    expanders = (0..<workers).map {
      Expander(
        system, packing, store, arena, worker: $0, control: control, checksItself: checksItself,
        capacity: thresholds.successors)
    }
    findings = Findings(propertyCount: system.properties.count)
  }

  /// Goes on with what another search has come to, in the midst of a level, with its workers and in another store.
  init(
    takingOver other: BreadthFirstSearch<CompactStore>, _ store: FullStore, _ arena: ItemArena, kept: [Frontier],
    frontier: Frontier, next: Frontier
  ) where Store == FullStore {
    system = other.system
    packing = other.packing
    self.store = store
    self.arena = arena
    bounds = other.bounds
    disk = nil
    adaptable = nil
    thresholds = other.thresholds
    rests = other.rests
    watch = other.watch
    report = other.report
    start = other.start
    nextReport = other.nextReport
    control = other.control
    team = other.team
    expanders = other.expanders.map { Expander(takingOver: $0, store, arena, depth: other.depth + 1) }
    liveness = other.liveness
    self.kept = kept
    self.frontier = frontier
    self.next = next
    depth = other.depth
    findings = other.findings
    earlier = other.earlier
    sums = other.sums
    other.isTakenOver = true
  }

  deinit {
    if !isTakenOver {
      watch.end()
      for expander in expanders { expander.deallocate() }
      control.deallocate()
    }
    store.deallocate()
    arena.deallocate()
  }

  // MARK: Levels

  /// From the initial states on.
  func run() {
    setGoals()
    expanders[0].checkInitialSymmetry()
    var first = 0
    while first < system.initialStates.count && !isStopped {
      first += expanders[0].beginInitial(from: first)
      repeat { expanders[0].advanceGuarded() } while attend()
    }
    endLevel()
    goOn()
  }

  /// From the level in `frontier` on.
  func goOn() {
    setGoals()
    control.pointee.takenStates = UInt64(storedStates)
    // A search that was stopped at the very end of a level has only the next one left; one that was taken over there may
    // have nothing but the last blocks of its workers.
    while !isOver && !(frontier.isEmpty && next.isEmpty && !expanders.contains { $0.isBusy }) {
      if depth >= bounds.maxDepth ?? Int.max {
        control.pointee.request(.maxDepth)
        break
      }
      exploreLevel()
      if isOutdone { return }
      if isStopped { break }
      endLevel()
      lookAtLiveness()
    }
    if isAbandoned { return }
    checkDeterminismAgain()
    isExplored = !isStopped
    if isStopped { endEarly() }
    // What is wrong with single states and steps comes first; under a bound, a violation may still be there.
    if findings.endSearch(system) || liveness?.isViolated ?? false || stopReason == .disk { return }
    checkLiveness(isFinal: isExplored)
    if isExplored && isStopped && !(liveness?.isViolated ?? false) { writeCheckpoint() }
  }

  /// Goes on with the trees all the same, where there was no memory for whole states beside them.
  func stayWithTrees() where Store == CompactStore {
    isOutdone = false
    store.endReview()
    if expanders.contains(where: { $0.live.pointee.wantsRoom }) { control.pointee.request(.memory) }
    goOn()
  }

  /// What a stopped search has come to.
  private func endEarly() {
    if stopReason != .disk { _ = settleNextLevel() }
    gatherFindings()
    if findings.endSearch(system) { return }
    writeCheckpoint()
    if !next.isEmpty { depth += 1 }
  }

  /// Takes over what the workers have found. What is known of the whole search is in `findings` then, and nowhere else.
  private func gatherFindings() {
    for expander in expanders { findings.merge(expander.live.pointee.findings) }
  }

  /// Writes a checkpoint in the midst of a level, when it is time for one.
  ///
  /// What ends the search is not written down: the level is explored to its end instead, and then the search is over.
  private func writeCheckpointIfDue() {
    rests += 1
    let isTime = thresholds.restsPerCheckpoint.map { rests % $0 == 0 } ?? checkpoints?.isDue ?? false
    guard checkpoints != nil, isTime, expanders.allSatisfy({ !$0.isBusy }) else { return }
    gatherFindings()
    if !findings.endSearch(system) { writeCheckpoint() }
  }

  /// Moves what the workers have found to where a checkpoint looks for it. False when the disk fails, and when successors
  /// are left over that nobody would look at again.
  func prepareForCheckpoint() -> Bool {
    fileError == nil && expanders.allSatisfy { !$0.isBusy && !$0.live.pointee.hasOmitted } && settleNextLevel()
  }

  /// Lets the workers go on with the level that was read from a checkpoint.
  func resumeWorkers() {
    beginWriting(depth: depth + 1)
    refreshProbes()
  }

  /// What was found, what was wrong with the specification, or why the search was stopped.
  var isOver: Bool { isStopped || findings.endSearch(system) || liveness?.isViolated ?? false }
  var isStopped: Bool { control.pointee.isStopped }
  var stopReason: StopReason? { control.pointee.stopReason }

  private func exploreLevel() {
    while let segment = loadSegment(), !isStopped {
      let blocks = FrontierBlocks(segment, workers: team.count, most: thresholds.sources)
      control.pointee.nextBlock = 0
      let isSmall = blocks.count < 4 && !expanders.contains { $0.isBusy }
      repeat {
        team.run(alone: isSmall) { worker in work(expanders[worker], blocks, isFirst: worker == 0) }
        // What nobody has taken yet is what a checkpoint has to hold.
        frontier.segment = blocks.rest(after: Int(control.pointee.nextBlock), itemWords: arena.itemWords)
      } while attend()
      if isOutdone { (frontier.runs, frontier.segment) = (frontier.segment + frontier.runs, []) }
      if isStopped || isOutdone { return }
      if !keeps(depth) || isLoaded { arena.recycle(segment) }
      frontier.segment = []
    }
  }

  /// The next states of the level, as many as there is memory for.
  private func loadSegment() -> [ItemRun]? {
    let found = next.runs + expanders.flatMap { $0.live.pointee.cursor.runs }
    defer { otherItemBytes = arena.byteCount - found.reduce(0) { $0 + $1.count * arena.itemWords * 8 } }
    isLoaded = false
    // Workers that were taken over may have the last blocks of the level.
    if !frontier.runs.isEmpty || expanders.contains(where: { $0.isBusy }) {
      frontier.segment = frontier.runs
      frontier.runs = []
      return frontier.segment
    }
    guard let spill, let run = frontier.spilled.popLast() else { return nil }
    let most = max(arena.chunkItems, itemMemory / 16)
    var part = run
    if run.count > most {
      part.count = most
      frontier.spilled.append(SpilledRun(first: run.first + most, count: run.count - most))
    }
    do throws(FileError) {
      frontier.segment = try arena.fill(part, from: spill.items, depth: depth)
      isLoaded = true
    } catch {
      giveUp(error)
      return nil
    }
    return frontier.segment
  }

  /// What a worker does in a level, until nothing is left of it or it has to rest.
  private func work(_ expander: Expander<Store>, _ blocks: FrontierBlocks, isFirst: Bool) {
    while true {
      if expander.isBusy {
        expander.advanceGuarded()
        if expander.live.pointee.wantsRoom {
          ce_store(&control.pointee.rest, 1)
          return
        }
      }
      if control.pointee.isResting || control.pointee.isStopped { return }
      let number = Int(ce_add(&control.pointee.nextBlock, 1))
      guard let block = blocks[number, arena.itemWords] else { return }
      expander.begin(block.items, count: block.count, depth: depth)
      expander.checkSymmetry()
      expander.checkDeterminism()
      if isFirst { pause() }
    }
  }

  private func endLevel() {
    if !settleNextLevel() { return }
    beginWriting(depth: depth + 2)
    noteSums()
    if depth & (depth - 1) == 0 { checkDeterminismAgain() }
    frontier = next
    next = Frontier()
    if !frontier.isEmpty { depth += 1 }
    if keeps(depth) {
      // Items of deep levels are kept, on disk where not all is in memory.
      if spill?.hasStates ?? false { moveToDisk(&frontier) }
      kept.append(frontier)
    } else {
      kept.append(Frontier())
    }
    gatherFindings()
    if wantsReshape { reshape() }
    setGoals()
  }

  private var wantsReshape: Bool { adaptable?.wantsReshape ?? false }

  /// Adapts how states are kept. No worker has a block, and what they have found is in `next`.
  ///
  /// Not where anything is on disk: what is there would have to get its new form, too.
  private func reshape() {
    guard let adaptable, spill?.isEmpty ?? true else { return }
    let items = kept.flatMap(\.runs) + (keeps(depth) ? [] : frontier.segment + frontier.runs) + next.runs
    during(.choosingTrees) { adaptable.reshape(items: items, $0) }
    refreshProbes()
  }

  /// Does what takes long while no worker explores: progress is reported, and signals and the clock are heard.
  ///
  /// - Parameter mayGiveUp: Whether it is to be given up when the search is to end.
  func during<Result, Failure>(
    _ activity: Progress.Activity, mayGiveUp: Bool = true, _ body: (StoreWork) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    self.activity = activity
    defer { self.activity = nil }
    return try body(
      StoreWork(
        team: team, mostBytes: storeMemory, elapsed: elapsed,
        isToStop: { [self] in
          pause()
          return isStopped && mayGiveUp
        }))
  }

  /// Whether the items of a level are needed after it is explored.
  private func keeps(_ depth: Int) -> Bool {
    store.keepsItems || depth > DepthLabel.exact && !Store.isLossy
  }

  /// What the workers have written of the next level; they go on behind it.
  private func takeRuns() -> [ItemRun] {
    defer { beginWriting(depth: depth + 1) }
    return expanders.flatMap { $0.live.pointee.cursor.runs }
  }

  /// The workers write items of a depth from here on.
  private func beginWriting(depth: Int) {
    for expander in expanders {
      expander.live.pointee.cursor = ItemCursor(
        after: expander.live.pointee.cursor, depth: depth, sharesChunks: keeps(depth - 1) && spill == nil)
    }
  }

  /// While temporal properties are checked: whether to give that up, for lack of time or memory.
  ///
  /// - Parameter reports: Of the first worker only.
  func livenessPause(_ bytes: Int, reports: Bool) -> Bool {
    if reports { pause() }
    if byteCount + bytes > bounds.memory { return true }
    return stopReason == .interrupt || stopReason == .timeout
  }

  private func checkDeterminismAgain() {
    for expander in expanders {
      expander.checkDeterminismAgain()
      if let (flaw, position) = expander.live.pointee.findings.flaw { findings.note(flaw, at: position) }
    }
  }

  private func setGoals() {
    goals = []
    // In the level that a witness was found in, one that comes first by content may still be found.
    for (index, property) in system.properties.enumerated()
    where findings.properties[index].map({ $0.length > depth }) ?? true {
      if case .sometimes(let holds) = property.predicate { goals.append((index, holds)) }
    }
    for expander in expanders {
      expander.live.pointee.goals = goals
      expander.live.pointee.storedBefore = storedStates
    }
  }

  private func refreshProbes() {
    for (worker, expander) in expanders.enumerated() { expander.probe.pointee = store.probe(worker: worker) }
  }

  // MARK: While the workers rest

  /// Does what can only be done while no worker is at work: makes room, moves to disk, writes a checkpoint.
  ///
  /// - Returns: Whether the workers have rested for that, and are to go on.
  private func attend() -> Bool {
    guard control.pointee.isResting || expanders.contains(where: { $0.live.pointee.wantsRoom }) else { return false }
    control.pointee.rest = 0
    if expanders.contains(where: { $0.live.pointee.wantsRoom }) {
      guard makeRoom() else {
        // In the midst of the initial states there is no level to go on with.
        if let adaptable, adaptable.mayBeOutdone, depth > 0, !isStopped {
          isOutdone = true
        } else {
          control.pointee.request(.memory)
        }
        return false
      }
      for expander in expanders { expander.live.pointee.wantsRoom = false }
    }
    if depth > 0, let adaptable, adaptable.isOutdone(itemBytes: arena.byteCount) {
      isOutdone = true
      return false
    }
    if depth > 0, wantsReshape, expanders.allSatisfy({ !$0.isBusy }), settleNextLevel() { reshape() }
    if nextItemBytes > itemMemory / 2 { moveNextToDisk() }
    writeCheckpointIfDue()
    if rests == thresholds.restsBeforeDeath {
      isAbandoned = true
      control.pointee.request(.interrupt)
    }
    refreshProbes()
    return !isStopped || expanders.contains { $0.isBusy }
  }

  private func makeRoom() -> Bool {
    let current = expanders.flatMap { $0.live.pointee.cursor.runs }
    let items = store.keepsItems ? kept.flatMap(\.runs) + next.runs + current : []
    // What is written down has to be whole, so it is not given up there.
    let mayGiveUp = spill == nil && checkpoints == nil
    if (try? during(.growing, mayGiveUp: mayGiveUp) { work throws(OutOfMemory) in try store.grow(items: items, work) })
      != nil
    {
      return true
    }
    guard let disk, let spill, settleNextLevel() else { return false }
    for level in kept.indices where level < depth { moveToDisk(&kept[level]) }
    do throws(FileError) {
      try during(.spilling, mayGiveUp: false) { work throws(FileError) in try disk.store.moveStates(to: spill, work) }
    } catch {
      giveUp(error)
      return false
    }
    return
      (try? during(.growing, mayGiveUp: false) { work throws(OutOfMemory) in try store.grow(items: [], work) }) != nil
  }

  /// Where to go when memory is full; nil to stop then.
  var spill: Spill? { disk?.spill }
  var checkpoints: CheckpointSchedule? { disk?.checkpoints }

  /// Memory for the store and for items: where there is a disk to go to, a quarter is for the items.
  private var storeMemory: Int { spill == nil ? bounds.memory - arena.byteCount : bounds.memory - itemMemory }
  private var itemMemory: Int { spill.map { bounds.memory / $0.itemShare } ?? Int.max / 16 }

  /// Bytes of the items found for the next level that are in memory.
  private var nextItemBytes: Int { spill == nil ? 0 : arena.byteCount - otherItemBytes }

  /// Tells which states of the next level are new, and drops the others: those that are on disk. What is left is in
  /// `next`, and is not looked at again: a state of it can be found once more in this level, and only that one is dropped.
  ///
  /// - Returns: False when the disk fails; the search is over then.
  private func settleNextLevel() -> Bool {
    var runs = takeRuns()
    if let disk, let spill, spill.hasStates {
      do throws(FileError) {
        duplicates += try during(.merging, mayGiveUp: false) { work throws(FileError) in
          try disk.store.markDuplicates(spill, label: DepthLabel.label(depth: depth + 1), work)
        }
      } catch {
        giveUp(error)
        return false
      }
      control.pointee.takenStates = UInt64(storedStates)
      let verified = runs.map { disk.store.withoutDuplicates($0) }
      arena.recycle(verified.filter { $0.count == 0 })
      runs = verified.filter { $0.count > 0 }
    }
    next.runs += runs
    return true
  }

  private func moveNextToDisk() {
    if settleNextLevel() { moveToDisk(&next) }
  }

  private func moveToDisk(_ frontier: inout Frontier) {
    guard let spill else { return }
    do throws(FileError) {
      let first = spill.items.count
      for run in frontier.runs { try spill.items.append(UnsafeBufferPointer(start: run.items, count: run.count)) }
      if spill.items.count > first {
        frontier.spilled.append(SpilledRun(first: first, count: spill.items.count - first))
      }
      arena.recycle(frontier.runs)
      frontier.runs = []
    } catch { giveUp(error) }
  }

  private func giveUp(_ error: FileError) {
    fileError = fileError ?? error
    control.pointee.request(.disk)
  }

  /// What did not come to its end when the search was stopped.
  var unfinished: Int? { expanders.lazy.compactMap { $0.live.pointee.unfinished }.first }

  /// Now and then, by the first worker: has a bound been reached, is it time to report?
  func pause() {
    let now = ContinuousClock.now
    if spill == nil && byteCount > bounds.memory { control.pointee.request(.memory) }
    if nextItemBytes > itemMemory / 2 || checkpoints?.isDue ?? false || thresholds.restsPerCheckpoint != nil
      || wantsReshape && spill?.isEmpty ?? true
    {
      ce_store(&control.pointee.rest, 1)
    }
    if now >= nextReport, let report {
      nextReport = now + .milliseconds(500)
      report(
        Progress(
          distinctStates: storedStates, generatedStates: counters.generatedStates, depth: depth,
          queued: storedStates - counters.exploredStates, elapsed: elapsed,
          property: liveness?.current.map { system.properties[$0].name }, activity: activity, memory: MachineMemory.peak
        ))
    }
  }

  var byteCount: Int { store.byteCount + arena.byteCount }

  // MARK: What was counted

  var elapsed: Duration { earlier.elapsed + (ContinuousClock.now - start) }

  var storedStates: Int { counters.storedStates - duplicates }

  /// All that was counted, before a resumption and since.
  var counters: SearchCounters {
    var counters = earlier
    for expander in expanders {
      // Field by field: the others change while the first worker looks.
      counters.storedStates += expander.live.pointee.storedStates
      counters.exploredStates += expander.live.pointee.exploredStates
      counters.generatedStates += expander.live.pointee.generatedStates
      counters.statesOutsideConstraint += expander.live.pointee.statesOutsideConstraint
    }
    return counters
  }

  var coverage: [ActionCoverage] {
    system.actions.indices.map { action in
      expanders.reduce(into: earlier.coverage.isEmpty ? ActionCoverage() : earlier.coverage[action]) {
        $0 += $1.live.pointee.coverage[action]
      }
    }
  }

  /// In the self-check: for each depth that was explored the sums over it and all before it.
  private(set) var sums: [[UInt64]] = []

  private func noteSums() {
    guard let first = expanders[0].sums else { return }
    sums.append(
      (0..<first.sumCount).map { place in expanders.reduce(0) { $0 &+ $1.sums!.sums[place] } })
  }

  // MARK: States of a level

  /// Calls the body with the packed form of every state of a level, or of one part of it; with none where the store is
  /// lossy, which has forgotten them.
  func forEachState(depth: Int, part: Int, of parts: Int, _ body: (UnsafePointer<UInt64>) -> Void) {
    if !keeps(depth), let store = store as? any RestorableStore {
      let label = DepthLabel.label(depth: depth)
      store.forEachState(label: label, part: part, of: parts, body)
      if let disk, let spill {
        do throws(FileError) {
          try disk.store.forEachState(label: label, part: part, of: parts, in: spill, body)
        } catch { readFailure.withLock { $0 = $0 ?? error } }
      }
      return
    }
    guard depth < kept.count else { return }
    let probe = store.probe(worker: part)
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: packing.width) { packed in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: store.memoWidth + 1) { memo in
        func visit(_ item: UnsafePointer<UInt64>) {
          probe.load(item, into: packed.baseAddress!, memo: memo.baseAddress!)
          body(packed.baseAddress!)
        }
        for (number, run) in kept[depth].runs.enumerated() where number % parts == part {
          for k in 0..<run.count { visit(run.items + k * store.itemWords) }
        }
        for run in kept[depth].spilled where part == 0 {
          do throws(FileError) {
            try spill!.items.forEach(in: run.first..<(run.first + run.count)) { items in
              for k in 0..<items.count { visit(items.baseAddress! + k) }
            }
          } catch { readFailure.withLock { $0 = $0 ?? error } }
        }
      }
    }
  }
}

/// What a search counts, apart from coverage.
struct SearchCounters {
  var storedStates = 0
  var exploredStates = 0
  var generatedStates = 0
  var statesOutsideConstraint = 0
  var coverage: [ActionCoverage] = []
  var elapsed = Duration.zero
}

extension Findings {
  /// Whether something was found after which there is no use in going on.
  func endSearch(_ system: TransitionSystem) -> Bool {
    if deadlock != nil || fault != nil || flaw != nil { return true }
    return zip(system.properties, properties).contains { property, position in
      if case .sometimes = property.predicate { false } else { position != nil }
    }
  }
}
