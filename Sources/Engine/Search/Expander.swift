internal import CDistCheckEngine

/// The one place that expands states for a search: guards and effects, then, block by block, packing, de-duplication,
/// properties and constraint. One for each worker; they share the store and the arena, and nothing else that changes.
///
/// What looks at single states goes through `SuccessorScan` instead, and the check of temporal properties through
/// `NumberedExpansion`.
///
/// Within a block each action is applied to all source states in turn, which keeps its code and its branches warm.
///
/// A fault inside the specification leaves these functions by a jump. So nothing that changes is in the structure itself,
/// where the compiler may keep it in registers: it is behind a pointer, and up to date whenever the specification is
/// called. Work on a block can be left at any call of the specification, and whenever the store is full, and taken up again.
struct Expander<Store: StateStore> {
  let system: TransitionSystem
  let packing: Packing
  let store: Store
  let arena: ItemArena
  let worker: Int
  let block: SuccessorBlock
  /// Under symmetry: what makes a successor the representative of its orbit.
  let canonicalizer: Canonicalizer?
  let symmetryCheck: SymmetryCheck?
  let control: UnsafeMutablePointer<SearchControl>

  // The properties by kind, so that the loops over them are short
  let invariants: [(index: Int, holds: (UnsafeRawPointer) -> Bool)]
  let stepProperties: [(index: Int, holds: (UnsafeRawPointer, UnsafeRawPointer) -> Bool)]

  /// Evaluates states again: a sample, or in the self-check all.
  let determinism: DeterminismCheck
  let sums: EvaluationSums?

  /// All that changes, and what looks into the store until that grows.
  let live: UnsafeMutablePointer<Live>
  let probe: UnsafeMutablePointer<Store.Probe>

  /// Nothing in it depends on the store, so that an expander with another one can go on with it.
  struct Live {
    var cursor: ItemCursor
    var findings: Findings
    let coverage: UnsafeMutablePointer<ActionCoverage>
    var generatedStates = 0
    var statesOutsideConstraint = 0
    /// States that this worker has inserted, and states whose successors it has generated.
    var storedStates = 0
    var exploredStates = 0
    /// The `sometimes` properties that had no witness when the level began.
    var goals: [(index: Int, holds: (UnsafeRawPointer) -> Bool)] = []
    var canonicalSamples = 0
    /// States that all workers had stored when the level began.
    var storedBefore = 0

    /// What is evaluated while the site is `flushing`: the number of a `StateEvaluation`'s place.
    var place = 0

    // The block in work.
    var site = Site.none
    /// The depth of its sources; 0 while the initial states are added.
    var depth = 0
    var sourceCount = 0
    /// What comes next: instances of this action, for this source, from this ordinal on.
    var action = 0
    var source = 0
    var ordinal = 0
    /// Instances of this action taken for this source so far.
    var taken = 0
    /// Successors and runs gathered.
    var count = 0
    var runCount = 0
    /// Whether what is gathered is packed, and its step properties are checked.
    var isPrepared = false
    /// Whether each evaluation has to be guarded by itself, because one of them fails.
    var isCareful = false
    /// Whether the store must grow before this worker can go on.
    var wantsRoom = false
    /// Whether successors were left out because a bound was reached, or the search was stopped: they are not found again.
    var hasOmitted = false
    /// What did not come to its end when the search was stopped: the number of a `StateEvaluation`'s place.
    var unfinished: Int?
  }

  /// What a worker is doing.
  enum Site { case none, expanding, flushing, stopping }

  init(
    _ system: TransitionSystem, _ packing: Packing, _ store: Store, _ arena: ItemArena, worker: Int,
    control: UnsafeMutablePointer<SearchControl>, checksItself: Bool = false, capacity: Int = SuccessorBlock.capacity
  ) {
    self.system = system
    self.packing = packing
    self.store = store
    self.arena = arena
    self.worker = worker
    self.control = control
    var invariants: [(Int, (UnsafeRawPointer) -> Bool)] = []
    var steps: [(Int, (UnsafeRawPointer, UnsafeRawPointer) -> Bool)] = []
    for (index, property) in system.properties.enumerated() {
      switch property.predicate {
      case .always(let holds): invariants.append((index, holds))
      case .step(let holds): steps.append((index, holds))
      case .sometimes, .temporal: break
      }
    }
    self.invariants = invariants
    stepProperties = steps
    let symmetry = system.symmetry
    canonicalizer = symmetry.map { Canonicalizer($0, control: control) }
    symmetryCheck = symmetry.map { SymmetryCheck($0, system) }
    determinism = DeterminismCheck(system, packing)
    sums = checksItself ? EvaluationSums(system, packing) : nil
    block = SuccessorBlock(
      stateWords: packing.stateWords, width: packing.width, memoWidth: store.memoWidth, capacity: capacity)
    let coverage = UnsafeMutablePointer<ActionCoverage>.allocate(capacity: system.actions.count)
    coverage.initialize(repeating: ActionCoverage(), count: system.actions.count)
    live = .allocate(capacity: 1)
    live.initialize(
      to: Live(
        cursor: ItemCursor(arena), findings: Findings(propertyCount: system.properties.count), coverage: coverage))
    probe = .allocate(capacity: 1)
    probe.initialize(to: store.probe(worker: worker))
  }

  func deallocate() {
    live.pointee.coverage.deallocate()
    live.deinitialize(count: 1)
    live.deallocate()
    probe.deallocate()
    block.deallocate()
    canonicalizer?.deallocate()
    symmetryCheck?.deallocate()
    sums?.deallocate()
  }

  // MARK: A block

  /// Takes up states that lie side by side in the frontier, `sourceLimit` at most.
  func begin(_ items: UnsafePointer<UInt64>, count: Int, depth: Int) {
    let probe = probe.pointee
    for k in 0..<count {
      probe.load(
        items + k &* store.itemWords, into: block.packedSources + k &* packing.width,
        memo: block.memos + k &* store.memoWidth)
      packing.unpack(block.packedSources + k &* packing.width, into: block.sources + k &* packing.stateWords)
      block.successorCounts[k] = 0
    }
    live.pointee.depth = depth
    live.pointee.sourceCount = count
    live.pointee.action = 0
    live.pointee.source = 0
    live.pointee.ordinal = 0
    live.pointee.taken = 0
  }

  /// Whether a block is in work.
  var isBusy: Bool { live.pointee.sourceCount > 0 || live.pointee.count > 0 }

  /// Works on the block until it is done, or until the store has to grow.
  func advance() {
    let words = packing.stateWords
    let sourceCount = live.pointee.sourceCount
    let actionCount = system.actions.count
    while live.pointee.action < actionCount && sourceCount > 0 {
      let action = live.pointee.action
      let expand = system.actions[action].expand
      while live.pointee.source < sourceCount {
        let source = live.pointee.source
        if control.pointee.isLeft { return leaveBlock() }
        if live.pointee.count == block.capacity {
          flush()
          if live.pointee.wantsRoom { return }
        }
        let count = live.pointee.count
        live.pointee.site = .expanding
        var buffer = SuccessorBuffer(
          next: UnsafeMutableRawPointer(block.successors + count &* words), room: block.capacity &- count,
          stride: words &* 8, ordinals: block.ordinals + count)
        ce_enter()
        let next = expand(block.sources + source &* words, &buffer, live.pointee.ordinal, Int.max)
        ce_leave()
        keep(block.capacity &- buffer.room &- count)
        if next >= 0 {
          live.pointee.ordinal = next
          flush()
          if live.pointee.wantsRoom { return }
        } else {
          finishSource()
        }
      }
      live.pointee.action += 1
      live.pointee.source = 0
    }
    if live.pointee.count > 0 {
      flush()
      if live.pointee.wantsRoom { return }
    }
    live.pointee.site = .stopping
    while live.pointee.source < sourceCount {
      let source = live.pointee.source
      if block.successorCounts[source] == 0 {
        ce_enter()
        let mayStop = system.mayStop(block.sources + source &* words)
        ce_leave()
        if !mayStop { live.pointee.findings.note(deadlock: position(ofSource: source)) }
      }
      live.pointee.source += 1
    }
    live.pointee.site = .none
    live.pointee.exploredStates += sourceCount
    live.pointee.sourceCount = 0
  }

  /// Gives the block up, because the search was stopped and is not to wait for it.
  func leaveBlock(unfinished place: Int? = nil) {
    live.pointee.site = .none
    live.pointee.hasOmitted = true
    live.pointee.unfinished = live.pointee.unfinished ?? place
    live.pointee.sourceCount = 0
    live.pointee.count = 0
    live.pointee.runCount = 0
    live.pointee.isPrepared = false
    live.pointee.isCareful = false
  }

  /// Takes note of successors that were just written behind the others.
  @inline(__always)
  func keep(_ added: Int) {
    if added == 0 { return }
    live.pointee.count &+= added
    block.runs[live.pointee.runCount] = SuccessorRun(
      end: live.pointee.count, source: live.pointee.source, action: live.pointee.action)
    live.pointee.runCount &+= 1
    live.pointee.taken &+= added
  }

  /// Every instance of the action was tried for the source.
  @inline(__always)
  func finishSource() {
    let taken = live.pointee.taken
    if taken > 0 {
      block.successorCounts[live.pointee.source] &+= taken
      live.pointee.coverage[live.pointee.action].enabled &+= 1
      live.pointee.coverage[live.pointee.action].taken &+= taken
      live.pointee.generatedStates &+= taken
      live.pointee.taken = 0
    }
    live.pointee.ordinal = 0
    live.pointee.source &+= 1
  }

  /// Puts initial states into the block, as many as fit, and says how many there were; `advance` then adds them.
  func beginInitial(from first: Int) -> Int {
    let states = system.initialStates[first...].prefix(block.capacity)
    for (k, state) in states.enumerated() {
      for word in 0..<packing.stateWords { block.successors[k * packing.stateWords + word] = state[word] }
      block.ordinals[k] = UInt32(first + k)
    }
    block.runs[0] = SuccessorRun(end: states.count, source: -1, action: -1)
    live.pointee.runCount = 1
    live.pointee.count = states.count
    live.pointee.generatedStates += states.count
    live.pointee.depth = 0
    live.pointee.sourceCount = 0
    return states.count
  }

  // MARK: Looking successors up

  /// Looks at the successors that are gathered: which are new, and whether the properties hold.
  ///
  /// Nothing is counted before everything is evaluated, so that it can be left and done once more.
  private func flush() {
    live.pointee.site = .flushing
    let count = live.pointee.count
    let (width, packed, keys) = (packing.width, block.packed, block.keys)
    if !live.pointee.isPrepared { prepare() }
    if control.pointee.isLeft { return leaveBlock() }
    let probe = probe.pointee
    probe.encode(
      EncodingBlock(
        count: count, packed: packed, sources: block.packedSources, memos: block.memos, runs: block.runs,
        runCount: live.pointee.runCount), into: keys)
    let stateDistance = SuccessorBlock.slotDistance / 2
    for k in 0..<SuccessorBlock.slotDistance { probe.prefetch(key: keys[k]) }
    for k in 0..<stateDistance { probe.prefetchState(key: keys[k]) }
    let label = DepthLabel.label(depth: live.pointee.depth &+ 1)
    var newCount = 0
    var k = 0
    for run in 0..<live.pointee.runCount {
      let end = block.runs[run].end
      var deeper = 0
      while k < end {
        probe.prefetch(key: keys[k &+ SuccessorBlock.slotDistance])
        probe.prefetchState(key: keys[k &+ stateDistance])
        let found = probe.find(key: keys[k], packed + k &* width)
        if found == 0 {
          block.newcomers[newCount] = k
          newCount &+= 1
        } else if found == label {
          deeper &+= 1
        }
        k &+= 1
      }
      block.runs[run].deeper = deeper
    }
    let outside = live.pointee.isCareful ? checkCarefully(newCount) : check(newCount)
    if newCount > outside {
      guard store.claim(newCount - outside) else {
        live.pointee.wantsRoom = true
        return
      }
      insert(newCount, claimed: newCount - outside, label: label)
    }
    if Store.isLossy && outside > 0 {
      for index in 0..<newCount where block.isOutside[index] { probe.weigh(key: keys[block.newcomers[index]]) }
    }
    live.pointee.statesOutsideConstraint &+= outside
    for run in 0..<live.pointee.runCount where block.runs[run].action >= 0 {
      live.pointee.coverage[block.runs[run].action].newStates &+= block.runs[run].deeper
    }
    live.pointee.count = 0
    live.pointee.runCount = 0
    live.pointee.isPrepared = false
    live.pointee.isCareful = false
    live.pointee.site = .none
  }

  /// Inserts the new states that the constraint admits.
  private func insert(_ newCount: Int, claimed: Int, label: UInt64) {
    let (width, packed, keys) = (packing.width, block.packed, block.keys)
    let probe = probe.pointee
    let isBounded = control.pointee.maxStates != UInt64.max
    var run = 0
    var inserted = 0
    for index in 0..<newCount where !block.isOutside[index] {
      let k = block.newcomers[index]
      while block.runs[run].end <= k { run &+= 1 }
      // A lossy store remembers no depths: there, a state of the next level counts once only.
      if !Store.isLossy { block.runs[run].deeper &+= 1 }
      guard live.pointee.cursor.ensurePlace(arena) else {
        control.pointee.request(.memory)
        live.pointee.hasOmitted = true
        break
      }
      if Store.isLossy && !probe.ensureLogRoom() {
        control.pointee.request(.disk)
        break
      }
      if isBounded && !takeOne() {
        live.pointee.hasOmitted = true
        break
      }
      // Two successors in the block can be the same state, and another worker can have been faster.
      if probe.insert(key: keys[k], packed + k &* width, label: label, item: live.pointee.cursor.place) == 0 {
        if Store.isLossy {
          block.runs[run].deeper &+= 1
          let entry = LogEntry(
            source: logEntry(ofSource: block.runs[run].source),
            action: UInt32(truncatingIfNeeded: block.runs[run].action), ordinal: block.ordinals[k])
          probe.record(entry, in: live.pointee.cursor.place)
        }
        live.pointee.cursor.commit()
        inserted &+= 1
      } else if isBounded {
        _ = ce_add(&control.pointee.takenStates, UInt64.max)
      }
    }
    live.pointee.storedStates &+= inserted
    store.settle(claimed, inserted: inserted, worker: worker)
  }

  /// Counts one state against the bound. False when that is reached.
  private func takeOne() -> Bool {
    if ce_add(&control.pointee.takenStates, 1) < control.pointee.maxStates { return true }
    _ = ce_add(&control.pointee.takenStates, UInt64.max)
    control.pointee.request(.maxStates)
    return false
  }

  private func prepare() {
    if !stepProperties.isEmpty { if live.pointee.isCareful { checkStepsCarefully() } else { checkSteps() } }
    packing.clearBlanks(block.successors, count: live.pointee.count)
    if let canonicalizer {
      for k in 0..<live.pointee.count { canonicalizer.canonicalize(block.successors + k &* packing.stateWords) }
    }
    packing.pack(block.successors, into: block.packed, count: live.pointee.count)
    live.pointee.isPrepared = true
    sums?.add(block, runCount: live.pointee.runCount)
  }

  // MARK: Positions

  func position(ofSource source: Int) -> Position {
    .state(packedSource(source), depth: live.pointee.depth, lineage(ofSource: source))
  }

  private func packedSource(_ source: Int) -> [UInt64] {
    Array(UnsafeBufferPointer(start: block.packedSources + source * packing.width, count: packing.width))
  }

  func position(ofSuccessor k: Int) -> Position {
    .state(
      Array(UnsafeBufferPointer(start: block.packed + k * packing.width, count: packing.width)),
      depth: live.pointee.depth + 1, lineage(ofSuccessor: k))
  }

  func transition(_ k: Int, in run: SuccessorRun) -> Position {
    .transition(
      from: packedSource(run.source), depth: live.pointee.depth,
      Path.Choice(action: run.action, ordinal: Int(block.ordinals[k])), lineage(ofSource: run.source))
  }

  func transition(ordinal: Int) -> Position {
    .transition(
      from: packedSource(live.pointee.source), depth: live.pointee.depth,
      Path.Choice(action: live.pointee.action, ordinal: ordinal), lineage(ofSource: live.pointee.source))
  }

  // Where the log of a lossy search tells how a state was reached.

  /// The lossy stores leave the number of a source's entry in its memo.
  private func logEntry(ofSource source: Int) -> UInt64 {
    if source < 0 { return LogEntry.origin }
    let memo = block.memos + source &* store.memoWidth
    return UInt64(memo[0]) | UInt64(memo[1]) &<< 32
  }

  private func lineage(ofSource source: Int) -> Lineage? {
    Store.isLossy ? Lineage(entry: logEntry(ofSource: source)) : nil
  }

  private func lineage(ofSuccessor k: Int) -> Lineage? {
    guard Store.isLossy else { return nil }
    var run = 0
    while block.runs[run].end <= k { run += 1 }
    return Lineage(
      entry: logEntry(ofSource: block.runs[run].source),
      choice: Path.Choice(action: block.runs[run].action, ordinal: Int(block.ordinals[k])))
  }

  // MARK: Properties

  /// Checks the new states of the block, property by property, and notes which lie outside the constraint.
  ///
  /// - Returns: How many lie outside.
  private func check(_ newCount: Int) -> Int {
    let words = packing.stateWords
    for property in invariants {
      let holds = property.holds
      live.pointee.place = system.actions.count &+ property.index
      ce_enter()
      for index in 0..<newCount {
        if !holds(block.successors + block.newcomers[index] &* words) {
          ce_leave()
          live.pointee.findings.note(property: property.index, position(ofSuccessor: block.newcomers[index]))
          ce_enter()
        }
        ce_go_on()
      }
      ce_leave()
    }
    for goal in live.pointee.goals {
      let isReached = goal.holds
      live.pointee.place = system.actions.count &+ goal.index
      ce_enter()
      for index in 0..<newCount {
        if isReached(block.successors + block.newcomers[index] &* words) {
          ce_leave()
          live.pointee.findings.note(property: goal.index, position(ofSuccessor: block.newcomers[index]))
          ce_enter()
        }
        ce_go_on()
      }
      ce_leave()
    }
    let isWithinConstraint = system.isWithinConstraint
    var outside = 0
    live.pointee.place = determinism.constraintPlace
    for index in 0..<newCount {
      ce_enter()
      let isOutside = !isWithinConstraint(block.successors + block.newcomers[index] &* words)
      ce_leave()
      block.isOutside[index] = isOutside
      if isOutside { outside &+= 1 } else { sampleCanonical(block.newcomers[index]) }
    }
    return outside
  }

  private func checkSteps() {
    let words = packing.stateWords
    for property in stepProperties {
      let holds = property.holds
      live.pointee.place = system.actions.count &+ property.index
      ce_enter()
      var k = 0
      for run in 0..<live.pointee.runCount where block.runs[run].action >= 0 {
        let before = block.sources + block.runs[run].source &* words
        while k < block.runs[run].end {
          if !holds(before, block.successors + k &* words) {
            ce_leave()
            live.pointee.findings.note(property: property.index, transition(k, in: block.runs[run]))
            ce_enter()
          }
          ce_go_on()
          k &+= 1
        }
      }
      ce_leave()
    }
  }

  /// States are compared with what they are when they are restored, and with what Swift's runtime says of their bytes: the
  /// first ones, and about one in a thousand.
  @inline(__always)
  private func sampleCanonical(_ k: Int) {
    let words = block.packed + k &* packing.width
    if live.pointee.canonicalSamples < 256 || sums != nil || hash(words, width: packing.width) & 1023 == 0 {
      checkCanonical(k)
    }
  }

  @inline(never)
  private func checkCanonical(_ k: Int) {
    live.pointee.canonicalSamples += 1
    let words = packing.stateWords
    let state = Array(UnsafeBufferPointer(start: block.successors + k * words, count: words))
    if let flaw = system.layout.flaw(of: state, packing) {
      live.pointee.findings.note(flaw, at: position(ofSuccessor: k))
    }
  }
}
