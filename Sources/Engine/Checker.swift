internal import CDistCheckEngine

/// Explores a transition system and says what holds.
public struct Checker {
  public var system: TransitionSystem
  public var bounds: Bounds
  public var options: SearchOptions
  /// The `sometimes` properties whose shortest witness is wanted.
  public var wantedWitnesses: Set<String>
  /// Called about twice a second.
  public var onProgress: ((Progress) -> Void)?

  public init(
    _ system: TransitionSystem, bounds: Bounds = Bounds(), options: SearchOptions = SearchOptions(),
    wantedWitnesses: Set<String> = [], onProgress: ((Progress) -> Void)? = nil
  ) {
    self.system = system
    self.bounds = bounds
    self.options = options
    self.wantedWitnesses = wantedWitnesses
    self.onProgress = onProgress
  }

  /// Searches from the initial states; breadth-first, unless the options say otherwise.
  ///
  /// Exact: no state is taken for another. Counterexamples are shortest, and are replayed through the specification
  /// before they are returned. A fault inside the specification is part of the result, not thrown. The result is the
  /// same for any number of threads, unless a bound on states or time, or the memory, ends the search.
  ///
  /// With `options.lossy` states may be omitted: the verdict is never `holds`, counterexamples are real but perhaps not
  /// shortest, and with several threads counts can differ from run to run.
  public func check() -> CheckResult {
    let packing = system.packing
    if options.strategy != .breadthFirst { return checkDepthFirst(packing) }
    switch options.lossy {
    case .hashCompaction(let bits):
      let made = try? HashStore(
        width: packing.width, bits: bits, seed: options.hashSeed, workers: workers, mostBytes: bounds.memory)
      guard let store = made, let arena = try? ItemArena(itemWords: store.itemWords) else {
        return CheckResult(noMemoryFor: system)
      }
      return search(packing, store, arena) { $0.run() }
    case .bitstate(let bytes):
      let made = try? BitStore(
        width: packing.width, bytes: bytes ?? min(1 << 28, bounds.memory / 4), seed: options.hashSeed,
        workers: workers)
      guard let store = made, let arena = try? ItemArena(itemWords: store.itemWords) else {
        return CheckResult(noMemoryFor: system)
      }
      return search(packing, store, arena) { $0.run() }
    case nil: break
    }
    guard isCompact(packing) else {
      guard let arena = try? ItemArena(itemWords: packing.width, options.thresholds),
        let store = try? FullStore(width: packing.width, arena: arena, workers: workers, options.thresholds)
      else { return CheckResult(noMemoryFor: system) }
      return search(packing, store, arena) { $0.run() }
    }
    var spill: Spill?
    var checkpoints: CheckpointSchedule?
    do throws(FileError) {
      if let checkpoint = options.checkpoint { checkpoints = try CheckpointSchedule(checkpoint, resumes: false) }
      if let folder = options.spillFolder { spill = try Spill(folder: folder, isNameless: options.checkpoint == nil) }
      spill?.itemShare = options.thresholds.itemShare
    } catch {
      var result = CheckResult(system, system.actions.map { _ in ActionCoverage() })
      result.stopReason = .disk
      result.diskFailure = error
      return result
    }
    guard let (store, arena) = compactStore(packing) else { return CheckResult(noMemoryFor: system) }
    let disk = Disk(store: store, spill: spill, checkpoints: checkpoints)
    return search(packing, store, arena, disk) { $0.run() }
  }

  /// Goes on with a search that was written down, to the same counts as if it had never been interrupted.
  ///
  /// - Throws: `FileError` when the checkpoint is torn, or does not belong to this system.
  public func resume(from folder: String) throws(FileError) -> CheckResult {
    let packing = system.packing
    guard CheckpointFile.isOurs(CheckpointFile.path(in: folder)) != nil else {
      throw FileError(folder, reason: "there is no checkpoint here")
    }
    // From before it is read on, nobody else is to go on from it.
    let checkpoints = try CheckpointSchedule(
      options.checkpoint ?? CheckpointOptions(folder: folder), resumes: true)
    var reader = try CheckpointReader(folder: folder)
    for _ in 0..<(try reader.readCount("the number of notes")) { _ = try reader.readText() }
    guard try reader.readWords() == CheckpointIdentity(system, packing).words else {
      throw FileError(reader.path, reason: "the checkpoint belongs to another specification, or to other constants")
    }
    let spill = try reader.openSpill()
    spill?.itemShare = options.thresholds.itemShare
    guard let (store, arena) = compactStore(packing) else { return CheckResult(noMemoryFor: system) }
    defer { withExtendedLifetime(checkpoints) {} }
    let disk = Disk(store: store, spill: spill, checkpoints: options.checkpoint == nil ? nil : checkpoints)
    return try search(packing, store, arena, disk) { search throws(FileError) in
      try search.readCheckpoint(&reader)
      search.goOn()
    }
  }

  private func search<Store: StateStore, Failure: Error>(
    _ packing: Packing, _ store: Store, _ arena: ItemArena, _ disk: Disk? = nil,
    _ run: (BreadthFirstSearch<Store>) throws(Failure) -> Void
  ) throws(Failure) -> CheckResult {
    let search = BreadthFirstSearch(
      system, packing, store, arena, workers: workers, bounds: bounds, disk: disk,
      checksItself: options.checksItself, thresholds: options.searchThresholds, report: onProgress)
    search.liveness = Liveness(system, options)
    let before = ce_work_for(search.watch.identity)
    defer { _ = ce_work_for(before) }
    try run(search)
    if search.isOutdone, let trees = search as? BreadthFirstSearch<CompactStore> {
      if let wholes = trees.withWholeStates() {
        wholes.goOn()
        return wholes.result(wantedWitnesses: wantedWitnesses)
      }
      trees.stayWithTrees()
    }
    return search.result(wantedWitnesses: wantedWitnesses)
  }

  private func compactStore(_ packing: Packing) -> (CompactStore, ItemArena)? {
    // What is written to disk is trees, and stays that.
    let isReviewed = options.storage == .automatic && !options.needsCompactStorage
    let made = try? CompactStore(
      width: packing.width, bits: packing.bits, workers: workers, isReviewed: isReviewed, options.thresholds)
    guard let store = made, let arena = try? ItemArena(itemWords: store.itemWords, options.thresholds)
    else { return nil }
    return (store, arena)
  }

  private var workers: Int { options.threads ?? Int(ce_processors()) }

  private func isCompact(_ packing: Packing) -> Bool {
    switch options.storage {
    case .full: false
    case .compact: true
    case .automatic: options.needsCompactStorage || packing.bits <= CompactStore.directBits || packing.width > 1
    }
  }

  private func checkDepthFirst(_ packing: Packing) -> CheckResult {
    precondition(options.threads ?? 1 == 1, "a depth-first search has one thread")
    precondition(options.storage == .automatic, "a depth-first search has its own store")
    do {
      let store = try DepthStore(width: packing.width, limit: bounds.maxStates)
      let search = DepthFirstSearch(
        system, packing, store, try ItemArena(itemWords: store.itemWords), options: options, bounds: bounds,
        report: onProgress)
      let before = ce_work_for(search.watch.identity)
      defer { _ = ce_work_for(before) }
      search.run()
      return search.result(wantedWitnesses: wantedWitnesses)
    } catch {
      var result = CheckResult(noMemoryFor: system)
      result.strategy = options.strategy
      return result
    }
  }

  /// Replays a token.
  ///
  /// - Returns: The trace, and the names of the properties that its last state or step violates; or the fault that
  ///   ended it.
  /// - Throws: `ReplayFailure` when the token does not fit the system.
  public func replay(_ token: ReplayToken) throws(ReplayFailure) -> Replay {
    guard token.fingerprint == system.fingerprint else { throw .otherSystem }
    if let loop = token.loop { return try replay(Lasso(path: token.path, loop: loop)) }
    var path = token.path
    var outcome: Result<Trace, ReplayFailure>?
    func attempt(_ path: Path, failing: Path.Choice?) -> SpecificationFault? {
      do {
        try catchingFaults {
          do throws(ReplayFailure) {
            outcome = .success(try Trace(path, of: system, failing: failing))
          } catch {
            outcome = .failure(error)
          }
        }
        return nil
      } catch {
        return error
      }
    }
    guard let fault = attempt(path, failing: nil) else {
      let trace = try outcome!.get()
      return Replay(trace: trace, violated: violatedProperties(trace), fault: nil)
    }
    // The last step is the one that fails, or the token is of another build of the specification.
    guard let last = path.choices.popLast(), attempt(path, failing: last) == nil else {
      throw .notEnabled(step: path.choices.count + 1)
    }
    return Replay(trace: try outcome!.get(), violated: [], fault: fault)
  }

  /// Replays a lasso: which temporal properties does it violate? The fingerprint of its token says that it is fair.
  private func replay(_ lasso: Lasso) throws(ReplayFailure) -> Replay {
    var outcome: Result<Replay, ReplayFailure>?
    do {
      try catchingFaults {
        do throws(ReplayFailure) {
          let check = try LassoCheck(lasso, of: system, FairnessConditions(system))
          let violated = system.properties.filter {
            if case .temporal(let property) = $0.predicate { check.violates(property) } else { false }
          }
          outcome = .success(Replay(trace: try Trace(check), violated: violated.map(\.name), fault: nil))
        } catch {
          outcome = .failure(error)
        }
      }
    } catch {
      throw .notEnabled(step: lasso.path.choices.count)
    }
    return try outcome!.get()
  }

  private func violatedProperties(_ trace: Trace) -> [String] {
    let before = trace.path.choices.isEmpty ? nil : try? Trace(trace.path.dropLast(), of: system).lastState
    var violated: [String] = []
    for property in system.properties {
      var holds = true
      do {
        try catchingFaults {
          switch property.predicate {
          case .always(let predicate): holds = predicate(trace.lastState)
          case .step(let predicate): holds = before.map { predicate($0, trace.lastState) } ?? true
          case .sometimes, .temporal: break
          }
        }
      } catch { holds = false }
      if !holds { violated.append(property.name) }
    }
    return violated.isEmpty && isDeadlock(trace.lastState) ? ["deadlock"] : violated
  }

  private func isDeadlock(_ state: [UInt64]) -> Bool {
    var isDeadlock = false
    try? catchingFaults {
      let scan = SuccessorScan(system)
      defer { scan.deallocate() }
      isDeadlock = !system.mayStop(state)
      scan.forEachSuccessor(of: state) { _, _ in
        isDeadlock = false
        return false
      }
    }
    return isDeadlock
  }
}

public struct Replay {
  public var trace: Trace
  /// Invariants that are false in the last state, and step properties that its last step breaks; where there are none,
  /// `deadlock`, if the last state is one.
  public var violated: [String]
  public var fault: SpecificationFault?
}
