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
  /// Exact: no state is taken for another. Counterexamples are shortest, unless the search is depth-first, and are
  /// replayed through the specification before they are returned. A fault inside the specification is part of the result,
  /// not thrown. The result is the same for any number of threads, unless a bound on states or time, or the memory, ends
  /// the search.
  ///
  /// - Precondition: Only a breadth-first search has several threads or a choice of storage.
  public func check() -> CheckResult {
    let packing = Packing(system.layout)
    if options.strategy != .breadthFirst { return checkDepthFirst(packing) }
    let workers = options.threads ?? Int(ce_processors())
    let isCompact =
      switch options.storage {
      case .full: false
      case .compact: true
      case .automatic: packing.bits <= CompactStore.directBits || packing.width > 1
      }
    do {
      if isCompact {
        let store = try CompactStore(width: packing.width, bits: packing.bits, workers: workers)
        return search(packing, store, workers, try ItemArena(itemWords: store.itemWords))
      } else {
        let arena = try ItemArena(itemWords: packing.width)
        return search(packing, try FullStore(width: packing.width, arena: arena, workers: workers), workers, arena)
      }
    } catch {
      return CheckResult(noMemoryFor: system)
    }
  }

  private func search<Store: StateStore>(
    _ packing: Packing, _ store: Store, _ workers: Int, _ arena: ItemArena
  ) -> CheckResult {
    let search = BreadthFirstSearch(
      system, packing, store, arena, workers: workers, bounds: bounds, report: onProgress)
    search.run()
    return search.result(wantedWitnesses: wantedWitnesses)
  }

  private func checkDepthFirst(_ packing: Packing) -> CheckResult {
    precondition(options.threads ?? 1 == 1, "a depth-first search has one thread")
    precondition(options.storage == .automatic, "a depth-first search has its own store")
    do {
      let store = try DepthStore(width: packing.width, limit: bounds.maxStates)
      let search = DepthFirstSearch(
        system, packing, store, try ItemArena(itemWords: store.itemWords), strategy: options.strategy, bounds: bounds,
        report: onProgress)
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
          case .sometimes: break
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
