internal import CDistCheckEngine

/// Exact depth-first search under a bound on the length of paths, and iterative deepening: the same under a bound of 1, 2,
/// 3 and so on. One thread.
///
/// Complete within the bound: every state that some path of at most so many states reaches is visited, and every one that
/// a shorter path reaches is expanded. A state remembers the least depth at which it was met, and is explored again when it
/// is met at a smaller one. So, when the stack is empty, every state below the bound was expanded at the depth that is
/// stored of it; its successors were met at one more, and are stored with no more than that. By induction along a
/// shortest path, no state is stored with more than the length of its shortest path. What is left is the states that are
/// stored with the bound itself, and whose successors nobody looked at: if there is none, everything was explored.
///
/// Where the bound is never reached there is no need to explore anything twice. So depth-first begins with a pass that does
/// not, and is over with it unless a state is met at the bound; then it begins anew. A state can be expanded as many times as
/// there are depths to meet it at.
///
/// The search ends with the first state in which something is wrong. The path to it is the one that was taken, and is in
/// general not shortest; with iterative deepening it is, because all shorter ones were explored under the bound before. (For
/// each property: a deadlock shows only when its state is expanded, under a bound of one more than its length.)
final class DepthFirstSearch {
  /// The bound where none is given.
  static let defaultBound = 10_000

  let system: TransitionSystem
  let packing: Packing
  let store: DepthStore
  let options: SearchOptions
  private let arena: ItemArena
  private let team = WorkerTeam(count: 1)
  private let expander: Expander<DepthStore>
  let control: UnsafeMutablePointer<SearchControl>
  /// Says when a signal or the limit of time ends the search.
  let watch: Watch
  private let bounds: Bounds
  private let start = ContinuousClock.now
  private let report: ((Progress) -> Void)?
  private var nextReport: ContinuousClock.Instant
  private var steps = 0

  /// What is to be explored, the next last: successors of states on the path.
  private var stack: [Entry] = []
  /// The states that lead to the one that is explored, which is the last.
  private var path: [UInt64] = []
  /// The cursor as it is before anything is written: at the beginning of a chunk.
  private let emptyCursor: ItemCursor
  /// The properties of which a violation ends the search.
  private let violable: [Int]
  /// The `sometimes` properties that have no witness yet, and the states that lead to the witnesses of the others.
  private var goals: [(index: Int, holds: (UnsafeRawPointer) -> Bool)] = []
  private var witnesses: [(position: Position, chain: [[UInt64]])] = []

  private struct Entry {
    var item: UInt64
    var depth: UInt32
  }

  init(
    _ system: TransitionSystem, _ packing: Packing, _ store: DepthStore, _ arena: ItemArena,
    options: SearchOptions, bounds: Bounds, report: ((Progress) -> Void)?
  ) {
    self.system = system
    self.packing = packing
    self.store = store
    self.arena = arena
    self.options = options
    self.bounds = bounds
    self.report = report
    nextReport = start + .milliseconds(500)
    control = .allocate(capacity: 1)
    control.initialize(to: SearchControl())
    watch = Watch(control, deadline: bounds.timeout.map { [start] in start + $0 })
    team.identity = watch.identity
    expander = Expander(system, packing, store, arena, worker: 0, control: control)
    var cursor = ItemCursor(arena)
    if !cursor.ensurePlace(arena) { control.pointee.request(.memory) }
    emptyCursor = cursor
    expander.live.pointee.cursor = cursor
    var violable: [Int] = []
    for (index, property) in system.properties.enumerated() {
      switch property.predicate {
      case .sometimes(let holds): goals.append((index, holds))
      case .always, .step: violable.append(index)
      case .temporal: break
      }
    }
    self.violable = violable
  }

  deinit {
    watch.end()
    expander.deallocate()
    control.deallocate()
    store.deallocate()
    arena.deallocate()
  }

  // MARK: Passes

  func run() {
    expander.live.pointee.goals = goals
    expander.checkInitialSymmetry()
    let most = min(max(1, bounds.maxDepth ?? Self.defaultBound), DepthStore.greatestDepth)
    if options.strategy == .iterativeDeepening {
      var bound = 0
      repeat {
        bound += 1
        explore(bound: bound, reexplores: true)
      } while !isOver && store.cutOffCount > 0 && bound < most
    } else {
      explore(bound: most, reexplores: false)
      if !isOver && store.cutOffCount > 0 { explore(bound: most, reexplores: true) }
    }
    expander.checkDeterminismAgain()
    if !isOver && store.cutOffCount > 0 { control.pointee.request(.maxDepth) }
  }

  /// What was found, what was wrong with the specification, or why the search was stopped.
  var isOver: Bool { isStopped || isFound }
  private var isStopped: Bool { control.pointee.isStopped }
  var stopReason: StopReason? { control.pointee.stopReason }

  /// Whether something was found after which there is no use in going on.
  private var isFound: Bool {
    let live = expander.live
    if live.pointee.findings.deadlock != nil || live.pointee.findings.fault != nil { return true }
    if live.pointee.findings.flaw != nil { return true }
    for index in violable where live.pointee.findings.properties[index] != nil { return true }
    return false
  }

  /// One pass over all paths of at most `bound` states.
  ///
  /// - Parameter reexplores: Whether a state that is met at a smaller depth than before is explored again. Otherwise the
  ///   pass ends with the first state that is met at the bound.
  private func explore(bound: Int, reexplores: Bool) {
    store.begin(bound: bound, reexplores: reexplores)
    stack.removeAll(keepingCapacity: true)
    path.removeAll(keepingCapacity: true)
    store.meet(at: 1)
    var first = 0
    while first < system.initialStates.count && !isStopped {
      first += expander.beginInitial(from: first)
      advance()
      push(depth: 1, bound: bound)
    }
    while !isOver, reexplores || store.cutOffCount == 0, let next = stack.popLast() {
      pause()
      // Met again at a smaller depth, and explored there by now.
      if isStopped || store.depth(of: next.item) < next.depth { continue }
      expand(next)
      push(depth: next.depth + 1, bound: bound)
    }
  }

  private func expand(_ entry: Entry) {
    // Whatever lay on the stack above was further down, so what is above in the path is explored.
    let depth = Int(entry.depth)
    path.removeSubrange((depth - 1)...)
    path.append(entry.item)
    store.noteExpanded(entry.item)
    store.meet(at: entry.depth + 1)
    withUnsafePointer(to: entry.item) { expander.begin($0, count: 1, depth: depth) }
    expander.live.pointee.storedBefore = expander.live.pointee.storedStates
    expander.checkSymmetry()
    expander.checkDeterminism()
    advance()
  }

  /// Expands what the expander has taken up.
  private func advance() {
    while expander.isBusy && !isStopped {
      expander.advanceGuarded()
      guard expander.live.pointee.wantsRoom else { continue }
      do {
        try store.grow(
          items: [],
          StoreWork(team: team, mostBytes: Int.max, elapsed: elapsed) { [self] in
            pause(atOnce: true)
            return isStopped
          })
      } catch {
        control.pointee.request(.memory)
      }
      expander.live.pointee.wantsRoom = false
      expander.probe.pointee = store.probe(worker: 0)
    }
    if store.isFull { control.pointee.request(.maxStates) }
    if !goals.isEmpty { keepWitnesses() }
  }

  /// Puts what was found last onto the stack, the first on top; at the bound it stays where it is.
  private func push(depth: UInt32, bound: Int) {
    let first = emptyCursor.place
    let count = expander.live.pointee.cursor.place - first
    if count == 0 { return }
    if 0 < count && count < arena.chunkItems {
      if depth < bound { push(first, count, depth) }
    } else {
      let runs = expander.live.pointee.cursor.runs
      if depth < bound { for run in runs.reversed() { push(run.items, run.count, depth) } }
      arena.recycle(Array(runs.dropFirst()))
    }
    expander.live.pointee.cursor = emptyCursor
  }

  private func push(_ items: UnsafePointer<UInt64>, _ count: Int, _ depth: UInt32) {
    var k = count
    while k > 0 {
      k &-= 1
      stack.append(Entry(item: items[k], depth: depth))
    }
  }

  /// Keeps the first path to what a `sometimes` property asks for.
  private func keepWitnesses() {
    let live = expander.live
    for goal in goals {
      guard let position = live.pointee.findings.properties[goal.index] else { continue }
      witnesses.append((position, chain(to: position)))
    }
    if goals.contains(where: { live.pointee.findings.properties[$0.index] != nil }) {
      goals.removeAll { live.pointee.findings.properties[$0.index] != nil }
      live.pointee.goals = goals
    }
  }

  /// Now and then: has a bound been reached, is it time to report?
  private func pause(atOnce: Bool = false) {
    steps &+= 1
    if steps & 63 != 1 && !atOnce { return }
    let now = ContinuousClock.now
    if byteCount > bounds.memory { control.pointee.request(.memory) }
    if now >= nextReport, let report {
      nextReport = now + .milliseconds(500)
      report(
        Progress(
          distinctStates: store.count, generatedStates: generatedStates, depth: store.deepest, queued: stack.count,
          elapsed: now - start, memory: MachineMemory.peak))
    }
  }

  // MARK: Paths

  /// Paths to positions: the witnesses' as they were kept, the others' are where the search has ended.
  func paths(to positions: [Position]) -> [Path?] {
    positions.map { position in
      let chain = witnesses.first { $0.position == position }?.chain ?? chain(to: position)
      return Path(through: chain, of: system, packing)?.extended(to: position)
    }
  }

  /// The states that lead to a position that was found while the last state of the path was expanded.
  private func chain(to position: Position) -> [[UInt64]] {
    switch position {
    case .state(let state, let depth, _), .transition(let state, let depth, _, _):
      path.prefix(depth - 1).map { store.packed($0) } + [state]
    }
  }

  // MARK: What was counted

  var unfinished: Int? { expander.live.pointee.unfinished }

  var elapsed: Duration { ContinuousClock.now - start }
  var byteCount: Int {
    store.byteCount + arena.byteCount + stack.capacity * MemoryLayout<Entry>.stride + path.capacity * 8
  }
  var findings: Findings { expander.live.pointee.findings }
  var generatedStates: Int { expander.live.pointee.generatedStates }
  var statesOutsideConstraint: Int { expander.live.pointee.statesOutsideConstraint }
  var coverage: [ActionCoverage] { system.actions.indices.map { expander.live.pointee.coverage[$0] } }
}
