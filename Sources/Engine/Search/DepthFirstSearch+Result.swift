extension DepthFirstSearch {
  /// Turns what the search has come to into a report, with every counterexample replayed.
  ///
  /// States are those of the last pass; whatever was done again counts again.
  func result(wantedWitnesses: Set<String>) -> CheckResult {
    var result = CheckResult(system, coverage)
    result.strategy = options.strategy
    control.pointee.beginPhase()
    result.elapsed = elapsed
    result.unfinished = unfinished.map { StateEvaluation.name(of: $0, in: system) }
    result.distinctStates = store.count
    result.generatedStates = generatedStates
    result.depth = options.strategy == .iterativeDeepening ? store.greatestDepthNow : store.deepest
    result.unexploredStates = store.count - store.expandedCount
    result.statesOutsideConstraint = statesOutsideConstraint
    result.stateBits = packing.bits
    result.searchMemory = byteCount
    result.isComplete = !isOver
    result.stopReason = findings.endSearch(system) ? nil : stopReason
    result.noteWhetherAnythingWasChecked()
    if result.isComplete { for k in result.properties.indices { result.properties[k].verdict = .holds } }
    if let liveness = Liveness(system, options) {
      liveness.refuse(.depthFirst)
      liveness.add(to: &result, system, control)
    }
    let report = FindingsReport(
      system: system, findings: findings, wantedWitnesses: wantedWitnesses, control: control
    ) { [self] in
      paths(to: $0)
    }
    report.add(to: &result)
    result.peakMemory = MachineMemory.peak
    return result
  }
}
