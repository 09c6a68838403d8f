internal import CDistCheckEngine

/// The one place that expands a state: guards and effects, then, block by block, packing, de-duplication, properties and
/// constraint. One for each worker; they share the store and the arena, and nothing else that changes.
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
  private let canonicalizer: Canonicalizer?
  private let symmetryCheck: SymmetryCheck?
  private let control: UnsafeMutablePointer<SearchControl>

  // The properties by kind, so that the loops over them are short
  private let invariants: [(index: Int, holds: (UnsafeRawPointer) -> Bool)]
  private let stepProperties: [(index: Int, holds: (UnsafeRawPointer, UnsafeRawPointer) -> Bool)]

  /// All that changes.
  let live: UnsafeMutablePointer<Live>

  struct Live {
    var probe: Store.Probe
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
  }

  /// What a worker is doing.
  enum Site { case none, expanding, flushing, stopping }

  init(
    _ system: TransitionSystem, _ packing: Packing, _ store: Store, _ arena: ItemArena, worker: Int,
    control: UnsafeMutablePointer<SearchControl>
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
      case .sometimes: break
      }
    }
    self.invariants = invariants
    stepProperties = steps
    let symmetry = system.symmetry
    canonicalizer = symmetry.map { Canonicalizer($0) }
    symmetryCheck = symmetry.map { SymmetryCheck($0, system) }
    block = SuccessorBlock(stateWords: packing.stateWords, width: packing.width, memoWidth: store.memoWidth)
    let coverage = UnsafeMutablePointer<ActionCoverage>.allocate(capacity: system.actions.count)
    coverage.initialize(repeating: ActionCoverage(), count: system.actions.count)
    live = .allocate(capacity: 1)
    live.initialize(
      to: Live(
        probe: store.probe(worker: worker), cursor: ItemCursor(arena),
        findings: Findings(propertyCount: system.properties.count), coverage: coverage))
  }

  func deallocate() {
    live.pointee.coverage.deallocate()
    live.deinitialize(count: 1)
    live.deallocate()
    block.deallocate()
    canonicalizer?.deallocate()
    symmetryCheck?.deallocate()
  }

  // MARK: A block

  /// Takes up states that lie side by side in the frontier, `sourceLimit` at most.
  func begin(_ items: UnsafePointer<UInt64>, count: Int, depth: Int) {
    let probe = live.pointee.probe
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
        if live.pointee.count == SuccessorBlock.capacity {
          flush()
          if live.pointee.wantsRoom { return }
        }
        let count = live.pointee.count
        live.pointee.site = .expanding
        var buffer = SuccessorBuffer(
          next: UnsafeMutableRawPointer(block.successors + count &* words), room: SuccessorBlock.capacity &- count,
          stride: words &* 8, ordinals: block.ordinals + count)
        let next = expand(block.sources + source &* words, &buffer, live.pointee.ordinal, Int.max)
        keep(SuccessorBlock.capacity &- buffer.room &- count)
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
      if block.successorCounts[source] == 0 && !system.mayStop(block.sources + source &* words) {
        live.pointee.findings.note(deadlock: position(ofSource: source))
      }
      live.pointee.source += 1
    }
    live.pointee.site = .none
    live.pointee.exploredStates += sourceCount
    live.pointee.sourceCount = 0
  }

  /// Takes note of successors that were just written behind the others.
  @inline(__always)
  private func keep(_ added: Int) {
    if added == 0 { return }
    live.pointee.count &+= added
    block.runs[live.pointee.runCount] = SuccessorRun(
      end: live.pointee.count, source: live.pointee.source, action: live.pointee.action)
    live.pointee.runCount &+= 1
    live.pointee.taken &+= added
  }

  /// Every instance of the action was tried for the source.
  @inline(__always)
  private func finishSource() {
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
    let states = system.initialStates[first...].prefix(SuccessorBlock.capacity)
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
    let probe = live.pointee.probe
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
    let probe = live.pointee.probe
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
        break
      }
      if Store.isLossy && !probe.ensureLogRoom() {
        control.pointee.request(.disk)
        break
      }
      if isBounded && !takeOne() { break }
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
    if let canonicalizer {
      for k in 0..<live.pointee.count { canonicalizer.canonicalize(block.successors + k &* packing.stateWords) }
    }
    packing.pack(block.successors, into: block.packed, count: live.pointee.count)
    live.pointee.isPrepared = true
  }

  // MARK: Positions

  func position(ofSource source: Int) -> Position {
    .state(packedSource(source), depth: live.pointee.depth, lineage(ofSource: source))
  }

  private func packedSource(_ source: Int) -> [UInt64] {
    Array(UnsafeBufferPointer(start: block.packedSources + source * packing.width, count: packing.width))
  }

  private func position(ofSuccessor k: Int) -> Position {
    .state(
      Array(UnsafeBufferPointer(start: block.packed + k * packing.width, count: packing.width)),
      depth: live.pointee.depth + 1, lineage(ofSuccessor: k))
  }

  private func transition(_ k: Int, in run: SuccessorRun) -> Position {
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
      for index in 0..<newCount where !holds(block.successors + block.newcomers[index] &* words) {
        live.pointee.findings.note(property: property.index, position(ofSuccessor: block.newcomers[index]))
      }
    }
    for goal in live.pointee.goals {
      let isReached = goal.holds
      for index in 0..<newCount where isReached(block.successors + block.newcomers[index] &* words) {
        live.pointee.findings.note(property: goal.index, position(ofSuccessor: block.newcomers[index]))
      }
    }
    let isWithinConstraint = system.isWithinConstraint
    var outside = 0
    for index in 0..<newCount {
      let isOutside = !isWithinConstraint(block.successors + block.newcomers[index] &* words)
      block.isOutside[index] = isOutside
      if isOutside { outside &+= 1 } else { sampleCanonical(block.newcomers[index]) }
    }
    return outside
  }

  private func checkSteps() {
    let words = packing.stateWords
    var k = 0
    for run in 0..<live.pointee.runCount where block.runs[run].action >= 0 {
      let before = block.sources + block.runs[run].source &* words
      while k < block.runs[run].end {
        for property in stepProperties where !property.holds(before, block.successors + k &* words) {
          live.pointee.findings.note(property: property.index, transition(k, in: block.runs[run]))
        }
        k &+= 1
      }
    }
  }

  /// A state whose bytes are not canonical would count as another state than its twin. The compiler leaves canonical
  /// bytes for the types that are admitted; should it ever not, the sample notices.
  @inline(__always)
  private func sampleCanonical(_ k: Int) {
    let words = block.packed + k &* packing.width
    if live.pointee.canonicalSamples < 256 || hash(words[0] &+ 31 &* words[packing.width &- 1]) & 1023 == 0 {
      checkCanonical(k)
    }
  }

  @inline(never)
  private func checkCanonical(_ k: Int) {
    live.pointee.canonicalSamples += 1
    let words = packing.stateWords
    let state = Array(UnsafeBufferPointer(start: block.successors + k * words, count: words))
    var canonical = state
    canonical.withUnsafeMutableBytes { system.layout.canonicalize($0.baseAddress!) }
    if packing.pack(canonical) != packing.pack(state) {
      live.pointee.findings.note(notCanonical: position(ofSuccessor: k))
    }
  }
}

// MARK: - Symmetry

extension Expander {
  /// Compares sources of the block with states of their orbits, all of them near the initial states and a sample later
  /// on; which ones does not depend on who explores them.
  func checkSymmetry() {
    guard let symmetryCheck else { return }
    let isThorough = live.pointee.depth <= 3
    for source in 0..<live.pointee.sourceCount {
      let seed = hash(block.packedSources + source * packing.width, width: packing.width)
      guard isThorough || seed & 63 == 0 else { continue }
      let state = block.sources + source * packing.stateWords
      let found = UnsafeMutablePointer<Asymmetry?>.allocate(capacity: 1)
      found.initialize(to: nil)
      // What fails here fails where it is explored, too, and is reported there.
      try? catchingFaults {
        found.pointee = symmetryCheck.asymmetry(
          of: state, thorough: isThorough, seed: Int(truncatingIfNeeded: seed >> 8))
      }
      if let asymmetry = found.pointee { live.pointee.findings.note(asymmetry, at: position(ofSource: source)) }
      found.deinitialize(count: 1)
      found.deallocate()
    }
  }

  func checkInitialSymmetry() {
    if let asymmetry = symmetryCheck?.asymmetryOfInitialStates() {
      live.pointee.findings.asymmetry = (asymmetry, .state(packing.pack(system.initialStates[0]), depth: 1, nil))
    }
  }
}

// MARK: - Faults

extension Expander {
  /// Works on the block under a guard until it is done or the store has to grow, whatever fails in it.
  func advanceGuarded() {
    while isBusy && !live.pointee.wantsRoom {
      do {
        try catchingFaults { advance() }
      } catch {
        recover(error)
      }
    }
  }

  /// Finds out what has failed, notes it, and sees to it that `advance` goes on behind it.
  private func recover(_ fault: SpecificationFault) {
    switch live.pointee.site {
    case .none: preconditionFailure("a fault outside the specification: \(fault.message)")
    case .expanding: recoverExpanding(fault)
    case .flushing:
      precondition(!live.pointee.isCareful, "a fault outside the specification: \(fault.message)")
      live.pointee.isCareful = true
    case .stopping:
      live.pointee.findings.note(
        Findings.Fault(place: .mayStop, at: position(ofSource: live.pointee.source), fault: fault))
      live.pointee.source += 1
    }
  }

  /// Tries the instances of the action one by one, each under its own guard, until one fails again.
  private func recoverExpanding(_ fault: SpecificationFault) {
    let words = packing.stateWords
    let state = block.sources + live.pointee.source * words
    let action = system.actions[live.pointee.action]
    func note(_ fault: SpecificationFault, ordinal: Int) {
      block.successorCounts[live.pointee.source] += 1  // a state with an action that fails is no deadlock
      live.pointee.findings.note(
        Findings.Fault(place: .action(live.pointee.action), at: transition(ordinal: ordinal), fault: fault))
    }
    var instances = 0
    do {
      try catchingFaults { instances = action.instanceCount(state) }
    } catch {
      note(error, ordinal: -1)  // not even how many instances there are can be told
      return finishSource()
    }
    while live.pointee.ordinal < instances {
      if live.pointee.count == SuccessorBlock.capacity { return }  // `advance` makes room, and comes back
      let (count, ordinal) = (live.pointee.count, live.pointee.ordinal)
      live.pointee.ordinal += 1
      do {
        try catchingFaults {
          // Not captured: a jump would leave Swift's record of exclusive accesses to a captured variable behind.
          var buffer = SuccessorBuffer(
            next: UnsafeMutableRawPointer(block.successors + count * words), room: 1, stride: words * 8,
            ordinals: block.ordinals + count)
          _ = action.expand(state, &buffer, ordinal, ordinal + 1)
          keep(1 - buffer.room)
        }
      } catch {
        return note(error, ordinal: ordinal)
      }
    }
    note(fault, ordinal: -1)  // it fails only when many are tried at once: not deterministic
    finishSource()
  }

  /// What `check` does, with a guard around each evaluation. A state that cannot be evaluated is as if outside.
  private func checkCarefully(_ newCount: Int) -> Int {
    let words = packing.stateWords
    var outside = 0
    for index in 0..<newCount {
      let k = block.newcomers[index]
      let state = block.successors + k * words
      for property in invariants where evaluate(.property(property.index), k, { property.holds(state) }) == false {
        live.pointee.findings.note(property: property.index, position(ofSuccessor: k))
      }
      for goal in live.pointee.goals where evaluate(.property(goal.index), k, { goal.holds(state) }) == true {
        live.pointee.findings.note(property: goal.index, position(ofSuccessor: k))
      }
      block.isOutside[index] = evaluate(.constraint, k) { system.isWithinConstraint(state) } != true
      if block.isOutside[index] { outside += 1 }
    }
    return outside
  }

  private func evaluate(_ place: FaultPlace, _ k: Int, _ predicate: @escaping () -> Bool) -> Bool? {
    evaluate(place, position(ofSuccessor: k), predicate)
  }

  /// The value of a predicate; nil when it fails, which is noted.
  private func evaluate(_ place: FaultPlace, _ position: Position, _ predicate: @escaping () -> Bool) -> Bool? {
    let value = UnsafeMutablePointer<Bool>.allocate(capacity: 1)
    defer { value.deallocate() }
    do {
      try catchingFaults { value.initialize(to: predicate()) }
      return value.pointee
    } catch {
      live.pointee.findings.note(Findings.Fault(place: place, at: position, fault: error))
      return nil
    }
  }

  private func checkStepsCarefully() {
    let words = packing.stateWords
    var k = 0
    for run in 0..<live.pointee.runCount where block.runs[run].action >= 0 {
      let before = block.sources + block.runs[run].source * words
      while k < block.runs[run].end {
        let (after, position) = (block.successors + k * words, transition(k, in: block.runs[run]))
        for property in stepProperties
        where evaluate(.property(property.index), position, { property.holds(before, after) }) == false {
          live.pointee.findings.note(property: property.index, position)
        }
        k += 1
      }
    }
  }
}
