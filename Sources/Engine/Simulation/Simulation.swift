internal import CDistCheckEngine

/// Random walks through a transition system: finds violations in systems too large to be explored, and proves nothing.
///
/// Properties, deadlock, constraint and faults are those of the exhaustive search. What is found is replayed through the
/// specification before it is returned.
public struct Simulation {
  public var system: TransitionSystem
  public var options: SimulationOptions
  /// Called about twice a second with the walks and steps made so far, and the time.
  public var onProgress: ((_ walks: Int, _ steps: Int, _ elapsed: Duration) -> Void)?

  public init(
    _ system: TransitionSystem, _ options: SimulationOptions = SimulationOptions(),
    onProgress: ((_ walks: Int, _ steps: Int, _ elapsed: Duration) -> Void)? = nil
  ) {
    self.system = system
    self.options = options
    self.onProgress = onProgress
  }

  /// Walks until something is found, all walks are made, or time or a signal stops it.
  ///
  /// The finding is that of the walk with the lowest number.
  public func run() -> SimulationResult {
    let start = ContinuousClock.now
    guard !system.initialStates.isEmpty else {
      return SimulationResult(system, options, WalkStatistics(system))
    }
    let ledger = WalkLedger(system, walks: options.walks)
    let clock = SimulationClock(start: start, timeout: options.timeout)
    var nextReport = start + .milliseconds(500)
    WorkerTeam(count: options.threads).run { thread in
      let walker = RandomWalker(system, options)
      defer { walker.deallocate() }
      while let (number, walks) = ledger.claim() {
        let isCut = make(walks, batch: number, walker, ledger, clock)
        if isCut { break }
        if thread == 0, let onProgress, ContinuousClock.now >= nextReport {
          nextReport = ContinuousClock.now + .milliseconds(500)
          let (walks, steps) = ledger.progress
          onProgress(walks, steps, ContinuousClock.now - start)
        }
      }
    }
    let (statistics, finding) = ledger.outcome
    var result = SimulationResult(system, options, statistics)
    result.elapsed = ContinuousClock.now - start
    if let finding {
      add(finding, to: &result)
    } else {
      result.stopReason = clock.stop
    }
    result.peakMemory = MachineMemory.peak
    return result
  }

  /// - Returns: Whether time or a signal broke it off.
  private func make(
    _ walks: Range<Int>, batch: Int, _ walker: RandomWalker, _ ledger: WalkLedger, _ clock: SimulationClock
  ) -> Bool {
    let isOver = { clock.isOver || ledger.isObsolete(batch) }
    var finding: WalkFinding?
    var aside: WalkFinding?
    var isCut = false
    for walk in walks where finding == nil && !isCut {
      if isOver() {
        isCut = true
      } else {
        let found = walker.walk(walk, isOver: isOver)
        if let found, !isAwaited(found) { aside = aside ?? found } else { finding = found }
      }
    }
    isCut = isCut || clock.isOver
    ledger.add(WalkLedger.Batch(statistics: walker.takeStatistics(), finding: finding, aside: aside), as: batch)
    return isCut
  }

  private func isAwaited(_ finding: WalkFinding) -> Bool {
    switch (finding.kind, options.awaited) {
    case (_, nil), (.fault, _), (.deadlock, .deadlock): true
    case (.violation(let index, _), .violation(let property)): system.properties[index].name == property
    default: false
    }
  }
}

/// When a search has to stop. Read by all threads; nothing in it changes.
private struct SimulationClock {
  let start: ContinuousClock.Instant
  let timeout: Duration?

  var stop: StopReason? {
    if ce_interrupted() { return .interrupt }
    if let timeout, ContinuousClock.now - start >= timeout { return .timeout }
    return nil
  }
  var isOver: Bool { stop != nil }
}
