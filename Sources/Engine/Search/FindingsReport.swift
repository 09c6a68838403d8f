/// What was found, as a part of the result, with a trace for each finding, replayed through the specification.
struct FindingsReport {
  let system: TransitionSystem
  let findings: Findings
  let wantedWitnesses: Set<String>
  /// Of the search. Once that is stopped there is a moment for traces, and what was found is reported without those that
  /// take longer.
  let control: UnsafeMutablePointer<SearchControl>
  /// Finds a path to each of some positions; nil where there is none.
  let paths: ([Position]) -> [Path?]

  func add(to result: inout CheckResult) {
    var violated = system.properties.indices.filter { isViolated($0) }
    let wanted = system.properties.indices.filter {
      isSometimes($0) && findings.properties[$0] != nil && wantedWitnesses.contains(system.properties[$0].name)
    }
    var deadlock = findings.deadlock
    // Either what is violated or a failure is reported: whatever a shorter path shows, and of the same length the former.
    let length = (violated.compactMap { findings.properties[$0]?.length } + [deadlock?.length].compactMap { $0 }).min()
    let fault = findings.fault.flatMap { $0.at.length < length ?? Int.max ? $0 : nil }
    if fault != nil { (violated, deadlock) = ([], nil) }

    // Nothing that is found means anything then.
    if let (flaw, position) = findings.flaw { return refuse(flaw, at: position, in: &result) }
    let positions =
      (violated + wanted).map { findings.properties[$0]! } + [deadlock, fault?.at].compactMap { $0 }
    let found = self.paths(positions)
    guard !found.contains(where: { $0 == nil }) || isLeft else { return refuse(noExecution, at: nil, in: &result) }
    var paths = found[...]
    for property in violated {
      result.properties[property].verdict = .violated
      let trace = paths.popFirst()!.flatMap { self.trace($0, violating: property) }
      if trace == nil && !isLeft { return refuse(noExecution, at: nil, in: &result) }
      result.properties[property].trace = trace
    }
    for property in wanted { result.properties[property].trace = paths.popFirst()!.flatMap { trace($0) } }
    if deadlock != nil {
      result.properties[system.properties.count].verdict = .violated
      result.properties[system.properties.count].trace = paths.popFirst()!.flatMap { trace($0) }
    }
    if let fault { result.fault = locate(fault, paths.popFirst()!) }
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
        result.isComplete && !result.properties.contains { $0.verdict == .inconclusive } ? .holds : .inconclusive
      }
    if let (flaw, position, trace) = flawOnTraces(result) { refuse(flaw, at: position, trace, in: &result) }
  }

  private var isLeft: Bool { control.pointee.isLeft }

  private func isSometimes(_ property: Int) -> Bool {
    if case .sometimes = system.properties[property].predicate { true } else { false }
  }

  private func isViolated(_ property: Int) -> Bool { !isSometimes(property) && findings.properties[property] != nil }

  /// - Returns: nil where the search was stopped first.
  private func trace(_ path: Path, failing: Path.Choice? = nil) -> Trace? {
    do {
      return try Trace(path, of: system, failing: failing, control: control)
    } catch .stopped {
      return nil
    } catch {
      preconditionFailure("a path does not survive its replay: \(error)")
    }
  }

  // MARK: Violations

  /// The trace to a violation; nil when it does not survive its replay.
  private func trace(_ path: Path, violating property: Int) -> Trace? {
    if let trace = try? Trace(path, of: system, control: control), violates(property, trace) { return trace }
    // Under symmetry the last step was one of a representative; the execution has one like it.
    guard system.isSymmetric, case .step = system.properties[property].predicate, let choice = path.choices.last else {
      return nil
    }
    for other in instances(of: choice.action, after: path.dropLast()) where !isLeft {
      if let trace = try? Trace(other, of: system), violates(property, trace) { return trace }
    }
    return nil
  }

  private func violates(_ property: Int, _ trace: Trace) -> Bool {
    switch system.properties[property].predicate {
    case .always(let holds): !holds(trace.lastState)
    case .step(let holds):
      (try? Trace(trace.path.dropLast(), of: system)).map { !holds($0.lastState, trace.lastState) } ?? false
    case .sometimes, .temporal: false
    }
  }

  /// A path extended by each instance of an action, enabled or not.
  private func instances(of action: Int, after path: Path) -> [Path] {
    guard let state = trace(path)?.lastState else { return [] }
    var count = 0
    try? catchingFaults { count = system.actions[action].instanceCount(state) }
    return (0..<count).map {
      Path(initial: path.initial, choices: path.choices + [Path.Choice(action: action, ordinal: $0)])
    }
  }

  // MARK: Flaws

  var noExecution: Flaw {
    system.isSymmetric
      ? Flaw(
        place: "symmetry",
        message: "what was found of representatives is no execution, so the specification is not symmetric; "
          + "remove a kind from `interchangeable`, or check without symmetry")
      : DeterminismCheck.reasonForNoExecution(system)
  }

  /// Evaluates every state of every trace that is shown once more.
  private func flawOnTraces(_ result: CheckResult) -> (Flaw, at: Position, Trace?)? {
    let traces = result.properties.compactMap(\.trace) + [result.fault?.trace].compactMap { $0 }
    let packing = system.packing
    let check = DeterminismCheck(system, packing)
    for trace in traces {
      for (index, state) in ((try? trace.path.states(in: system, control: control)) ?? []).enumerated() where !isLeft {
        let packed = packing.pack(state)
        let position = Position.state(packed, depth: index + 1, nil)
        guard let flaw = check.examine(packed, position) else { continue }
        let path = Path(initial: trace.path.initial, choices: Array(trace.path.choices.prefix(index)))
        return (flaw, position, try? Trace(path, of: system))
      }
    }
    return nil
  }

  /// - Parameter trace: To the position, where it is at hand.
  func refuse(_ flaw: Flaw, at position: Position?, _ trace: Trace? = nil, in result: inout CheckResult) {
    result.verdict = .specificationError
    result.isComplete = false
    for k in result.properties.indices {
      (result.properties[k].verdict, result.properties[k].trace) = (.inconclusive, nil)
    }
    var message = flaw.message
    if flaw.namesState, let position, case .state(let state, let depth, _) = position {
      message += " (depth \(depth), \(system.text(state, system.packing)))"
    }
    result.isEngineFault = flaw.place == Flaw.otherWhenRestored.place
    result.fault = CheckResult.Fault(
      fault: SpecificationFault(message: message, frames: [], isTrap: false), place: flaw.place,
      trace: trace ?? position.flatMap { paths([$0])[0] }.flatMap { try? Trace($0, of: system) })
  }

  // MARK: Faults

  private func locate(_ found: Findings.Fault, _ path: Path?) -> CheckResult.Fault {
    func fault(at place: String, _ trace: Trace?) -> CheckResult.Fault {
      CheckResult.Fault(fault: found.fault, place: place, trace: trace)
    }
    let place = found.place.name(in: system)
    guard case .action = found.place else { return fault(at: place, path.flatMap { trace($0) }) }
    guard let path else { return fault(at: place, nil) }
    // Where no instance fails by itself, the state is all there is to tell.
    guard let choice = failing(path) else { return fault(at: place, trace(path.dropLast())) }
    let failed = trace(path.dropLast(), failing: choice)
    return fault(at: failed.map { "action \($0.steps.last!.title)" } ?? place, failed)
  }

  /// The instance that fails where a path ends: its last one, or under symmetry one like it.
  private func failing(_ path: Path) -> Path.Choice? {
    let choice = path.choices.last!
    if choice.ordinal < 0 || !system.isSymmetric { return choice.ordinal < 0 ? nil : choice }
    let scan = SuccessorScan(system)
    defer { scan.deallocate() }
    guard let state = trace(path.dropLast())?.lastState else { return nil }
    return instances(of: choice.action, after: path.dropLast()).map { $0.choices.last! }.first { choice in
      do {
        try catchingFaults { _ = scan.successor(of: state, choice) }
        return false
      } catch { return true }
    }
  }
}
