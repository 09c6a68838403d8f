extension BreadthFirstSearch {
  /// Turns what the search has come to into a report, with every counterexample replayed.
  func result(wantedWitnesses: Set<String>) -> CheckResult {
    var result = CheckResult(system, expander.coverage)
    result.distinctStates = expander.visited.count
    result.generatedStates = expander.generatedStates
    result.depth = depth
    result.unexploredStates = expander.visited.count - explored
    result.statesOutsideConstraint = expander.statesOutsideConstraint
    result.elapsed = elapsed
    result.stateBits = expander.packing.bits
    if let fault {
      result.verdict = .specificationError
      result.fault = locate(fault)
    } else if let finding = expander.finding {
      add(finding, to: &result)
    } else if let reason = stop ?? expander.stop {
      result.verdict = .inconclusive
      result.stopReason = reason
    } else {
      result.isComplete = true
      result.verdict = .holds
      for k in result.properties.indices { result.properties[k].verdict = .holds }
    }
    addWitnesses(to: &result, wanted: wantedWitnesses)
    if result.properties.contains(where: { $0.verdict == .violated }) { result.verdict = .violated }
    result.peakMemory = MachineMemory.peak
    return result
  }

  private func add(_ finding: Finding, to result: inout CheckResult) {
    switch finding {
    case .violation(let property, let position):
      result.verdict = .violated
      let trace = trace(to: position)
      precondition(violates(property, trace), "a counterexample does not survive its replay")
      result.properties[property].verdict = .violated
      result.properties[property].trace = trace
    case .deadlock(let position):
      result.verdict = .violated
      result.properties[system.properties.count].verdict = .violated
      result.properties[system.properties.count].trace = trace(to: position)
    case .notCanonical(let position):
      result.verdict = .specificationError
      result.fault = CheckResult.Fault(
        fault: SpecificationFault(
          message: "the bytes of the state are not canonical: order the fields of messages from wide to narrow",
          frames: [], isTrap: false),
        place: "state", trace: trace(to: position))
    }
  }

  /// A `sometimes` property holds as soon as it has a witness, and is violated when a complete search found none.
  private func addWitnesses(to result: inout CheckResult, wanted: Set<String>) {
    for (index, property) in system.properties.enumerated() {
      guard case .sometimes = property.predicate else { continue }
      if let witness = expander.witnesses[index] {
        result.properties[index].verdict = .holds
        if wanted.contains(property.name) { result.properties[index].trace = trace(to: witness) }
      } else {
        result.properties[index].verdict = result.isComplete ? .violated : .inconclusive
      }
    }
  }

  private var system: TransitionSystem { expander.system }

  private func trace(to position: Position, failing: Path.Choice? = nil) -> Trace {
    do {
      return try Trace(path(to: position), of: system, failing: failing)
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

  private func locate(_ fault: SpecificationFault) -> CheckResult.Fault {
    switch expander.site {
    case .none, .propertyOfNewcomer, .constraintOfNewcomer:
      return CheckResult.Fault(fault: fault, place: "specification", trace: nil)
    case .property(let index, let position):
      return CheckResult.Fault(
        fault: fault, place: "property \"\(system.properties[index].name)\"", trace: trace(to: position))
    case .constraint(let position):
      return CheckResult.Fault(fault: fault, place: "state constraint", trace: trace(to: position))
    case .mayStop(let source):
      return CheckResult.Fault(fault: fault, place: "mayStop", trace: trace(to: .stored(source)))
    case .action(let action, let source): return locate(fault, action: action, source: source)
    }
  }

  /// Which instance of the action it was: each is tried by itself until one fails again.
  private func locate(_ fault: SpecificationFault, action: Int, source: Int) -> CheckResult.Fault {
    let name = "action \(system.actions[action].name)"
    var state = [UInt64](repeating: 0, count: expander.packing.stateWords)
    expander.packing.unpack(expander.visited[source], into: &state)
    let scan = SuccessorScan(system)
    defer { scan.deallocate() }
    var ordinal = 0
    var again: SpecificationFault?
    let instances = (try? value { system.actions[action].instanceCount(state) }) ?? 0
    while ordinal < instances, again == nil {
      do {
        try catchingFaults { _ = scan.successor(of: state, Path.Choice(action: action, ordinal: ordinal)) }
        ordinal += 1
      } catch {
        again = error
      }
    }
    guard let again else { return CheckResult.Fault(fault: fault, place: name, trace: trace(to: .stored(source))) }
    let trace = trace(to: .stored(source), failing: Path.Choice(action: action, ordinal: ordinal))
    return CheckResult.Fault(fault: again, place: "action \(trace.steps.last!.title)", trace: trace)
  }

  private func value(_ body: @escaping () -> Int) throws(SpecificationFault) -> Int {
    var value = 0
    try catchingFaults { value = body() }
    return value
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
    stateBits = 0
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
