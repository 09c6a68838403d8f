extension BreadthFirstSearch {
  /// Turns what the search has come to into a report, with every counterexample replayed.
  func result(wantedWitnesses: Set<String>) -> CheckResult {
    var result = CheckResult(system, coverage)
    control.pointee.beginPhase()
    result.elapsed = elapsed
    result.unfinished = unfinished.map { StateEvaluation.name(of: $0, in: system) }
    result.isAbandoned = isAbandoned
    if isAbandoned { return result }
    result.distinctStates = storedStates
    result.generatedStates = counters.generatedStates
    result.depth = depth
    result.unexploredStates = storedStates - counters.exploredStates
    result.statesOutsideConstraint = counters.statesOutsideConstraint
    result.spilledBytes = spill?.byteCount ?? 0
    result.diskFailure = fileError
    result.checkpoint = checkpoints.map { .init(isWritten: $0.isWritten, failure: $0.failure) }
    result.stateBits = packing.bits
    result.threads = team.count
    result.searchMemory = byteCount
    let lossy = store as? any LossyStore
    result.loss = lossy?.loss
    result.sums = sums
    if let failure = lossy?.log.failure { result.diskFailure = failure }
    result.isComplete = isExplored && !findings.endSearch(system) && frontier.isEmpty && !Store.isLossy
    result.stopReason = findings.endSearch(system) ? nil : stopReason ?? (Store.isLossy ? .lossy : nil)
    result.noteWhetherAnythingWasChecked()
    if result.isComplete { for k in result.properties.indices { result.properties[k].verdict = .holds } }
    liveness?.add(to: &result, system, control)
    let finder = PathFinder(system: system, packing: packing, team: team, control: control) { [self] in
      forEachState(depth: $0, part: $1, of: $2, $3)
    }
    let report = FindingsReport(
      system: system, findings: findings, wantedWitnesses: wantedWitnesses, control: control
    ) { [self] in
      lossy?.log.paths(to: $0, of: system, packing) ?? finder.paths(to: $0)
    }
    report.add(to: &result)
    if liveness?.outcomes.values.contains(where: \.isNoExecution) ?? false {
      report.refuse(report.noExecution, at: nil, in: &result)
    }
    if let failure = readFailure.withLock({ $0 }) { result.noteNoTraces(failure, findings) }
    // A signal can come when nothing is left to do.
    if result.verdict == .holds { result.stopReason = nil }
    // Nothing is left to resume where the search is done, or has found what it was to find.
    if checkpoints != nil && result.diskFailure == nil
      && (result.stopReason == nil || !isStopped || findings.endSearch(system))
    {
      checkpoints?.remove()
      spill?.remove()
    }
    result.peakMemory = MachineMemory.peak
    return result
  }
}

extension CheckResult {
  /// Nothing is known yet.
  init(_ system: TransitionSystem, _ coverage: [ActionCoverage]) {
    strategy = .breadthFirst
    verdict = .inconclusive
    isComplete = false
    distinctStates = 0
    generatedStates = 0
    depth = 0
    unexploredStates = 0
    statesOutsideConstraint = 0
    elapsed = .zero
    peakMemory = 0
    searchMemory = 0
    spilledBytes = 0
    stateBits = 0
    threads = 1
    isSymmetric = system.isSymmetric
    sums = []
    constants = system.constants
    properties =
      system.properties.map { Property(name: $0.name, kind: $0.kind, verdict: .inconclusive) }
      + [Property(name: "deadlock", kind: .deadlock, verdict: .inconclusive)]
    actions = zip(system.actions, coverage).map {
      Action(name: $0.name, location: $0.location, coverage: $1, isOptional: $0.isOptional)
    }
  }

  /// A search without a single state has shown nothing.
  mutating func noteWhetherAnythingWasChecked() {
    guard isComplete || stopReason == .lossy, distinctStates == 0 else { return }
    isComplete = false
    stopReason = .constraint
  }

  /// What was found stands, but the ways to it could not be read back from disk.
  mutating func noteNoTraces(_ failure: FileError, _ findings: Findings) {
    diskFailure = failure
    stopReason = .disk
    isComplete = false
    fault = nil
    verdict = .inconclusive
    for property in properties.indices {
      properties[property].trace = nil
      properties[property].verdict = .inconclusive
      let isFound =
        property < findings.properties.count ? findings.properties[property] != nil : findings.deadlock != nil
      guard isFound else { continue }
      properties[property].verdict = properties[property].kind == .sometimes ? .holds : .violated
      if properties[property].kind != .sometimes { verdict = .violated }
    }
  }

  /// The search could not even begin.
  init(noMemoryFor system: TransitionSystem) {
    self.init(system, system.actions.map { _ in ActionCoverage() })
    stopReason = .memory
  }
}

extension PropertyTable {
  var kind: CheckResult.Property.Kind {
    switch predicate {
    case .always: .always
    case .step: .step
    case .sometimes: .sometimes
    case .temporal: .temporal
    }
  }
}
