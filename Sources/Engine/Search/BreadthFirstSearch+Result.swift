extension BreadthFirstSearch {
  /// Turns what the search has come to into a report, with every counterexample replayed.
  func result(wantedWitnesses: Set<String>) -> CheckResult {
    var result = CheckResult(system, coverage)
    result.elapsed = elapsed
    result.distinctStates = storedStates
    result.generatedStates = counters.generatedStates
    result.depth = depth
    result.unexploredStates = storedStates - counters.exploredStates
    result.statesOutsideConstraint = counters.statesOutsideConstraint
    result.spilledBytes = spill?.byteCount ?? 0
    result.diskFailure = fileError
    result.checkpoint = checkpoints.map { .init(isWritten: $0.isWritten, failure: $0.failure) }
    if !isStopped { checkpoints?.remove() }
    result.stateBits = packing.bits
    result.threads = team.count
    result.searchMemory = byteCount
    result.isComplete = !isOver
    if !isOver { for k in result.properties.indices { result.properties[k].verdict = .holds } }
    result.stopReason = findings.endSearch(system) ? nil : stopReason
    let finder = PathFinder(system: system, packing: packing, team: team) { [self] in
      forEachState(depth: $0, part: $1, of: $2, $3)
    }
    FindingsReport(system: system, findings: findings, finder: finder, wantedWitnesses: wantedWitnesses).add(to: &result)
    result.peakMemory = MachineMemory.peak
    return result
  }
}

/// What was found, as a part of the result.
struct FindingsReport {
  let system: TransitionSystem
  let findings: Findings
  let finder: PathFinder
  let wantedWitnesses: Set<String>

  func add(to result: inout CheckResult) {
    let violated = system.properties.indices.filter { isViolated($0) }
    let wanted = system.properties.indices.filter {
      isSometimes($0) && findings.properties[$0] != nil && wantedWitnesses.contains(system.properties[$0].name)
    }
    let deadlock = findings.deadlock
    // A violation that a shorter path shows than the failure is reported, and so is one on a path of the same length.
    let length = (violated.compactMap { findings.properties[$0]?.length } + [deadlock?.length].compactMap { $0 }).min()
    let fault = findings.fault.flatMap { length != nil ? nil : $0 }
    let notCanonical = fault == nil && length == nil ? findings.notCanonical : nil

    let positions =
      (violated + wanted).map { findings.properties[$0]! } + [deadlock, fault?.at, notCanonical].compactMap { $0 }
    var paths = finder.paths(to: positions)[...]
    for property in violated {
      result.properties[property].verdict = .violated
      let trace = trace(paths.popFirst()!)
      precondition(violates(property, trace), "a counterexample does not survive its replay")
      result.properties[property].trace = trace
    }
    for property in wanted { result.properties[property].trace = trace(paths.popFirst()!) }
    if deadlock != nil {
      result.properties[system.properties.count].verdict = .violated
      result.properties[system.properties.count].trace = trace(paths.popFirst()!)
    }
    if let fault { result.fault = locate(fault, paths.popFirst()!) }
    if notCanonical != nil {
      result.fault = CheckResult.Fault(
        fault: SpecificationFault(
          message: "the bytes of the state are not canonical: order the fields of messages from wide to narrow",
          frames: [], isTrap: false),
        place: "state", trace: trace(paths.popFirst()!))
    }
    // A `sometimes` property holds as soon as it has a witness, and is violated when a complete search found none.
    for property in system.properties.indices where isSometimes(property) {
      result.properties[property].verdict =
        findings.properties[property] != nil ? .holds : result.isComplete ? .violated : .inconclusive
    }
    result.verdict =
      if result.properties.contains(where: { $0.verdict == .violated }) {
        .violated
      } else if result.fault != nil {
        .specificationError
      } else {
        result.isComplete ? .holds : .inconclusive
      }
  }

  private func isSometimes(_ property: Int) -> Bool {
    if case .sometimes = system.properties[property].predicate { true } else { false }
  }

  private func isViolated(_ property: Int) -> Bool { !isSometimes(property) && findings.properties[property] != nil }

  private func trace(_ path: Path, failing: Path.Choice? = nil) -> Trace {
    do {
      return try Trace(path, of: system, failing: failing)
    } catch {
      preconditionFailure("a path does not survive its replay: \(error)")
    }
  }

  private func violates(_ property: Int, _ trace: Trace) -> Bool {
    switch system.properties[property].predicate {
    case .always(let holds): !holds(trace.lastState)
    case .step(let holds):
      (try? Trace(trace.path.dropLast(), of: system)).map { !holds($0.lastState, trace.lastState) } ?? false
    case .sometimes: false
    }
  }

  // MARK: Faults

  private func locate(_ found: Findings.Fault, _ path: Path) -> CheckResult.Fault {
    switch found.place {
    case .property(let index):
      return CheckResult.Fault(
        fault: found.fault, place: "property \"\(system.properties[index].name)\"", trace: trace(path))
    case .constraint: return CheckResult.Fault(fault: found.fault, place: "state constraint", trace: trace(path))
    case .mayStop: return CheckResult.Fault(fault: found.fault, place: "mayStop", trace: trace(path))
    case .action(let action):
      let choice = path.choices.last!
      // Where no instance fails by itself, the state is all there is to tell.
      if choice.ordinal < 0 {
        return CheckResult.Fault(
          fault: found.fault, place: "action \(system.actions[action].name)", trace: trace(path.dropLast()))
      }
      let trace = trace(path.dropLast(), failing: choice)
      return CheckResult.Fault(fault: found.fault, place: "action \(trace.steps.last!.title)", trace: trace)
    }
  }
}

extension CheckResult {
  /// Nothing is known yet.
  init(_ system: TransitionSystem, _ coverage: [ActionCoverage]) {
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
    constants = system.constants
    properties =
      system.properties.map { Property(name: $0.name, kind: $0.kind, verdict: .inconclusive) }
      + [Property(name: "deadlock", kind: .deadlock, verdict: .inconclusive)]
    actions = zip(system.actions, coverage).map {
      Action(name: $0.name, location: $0.location, coverage: $1, isOptional: $0.isOptional)
    }
  }

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
    }
  }
}
