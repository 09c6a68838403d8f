extension Simulation {
  /// Turns what a walk ran into into a trace: shortened, and replayed through the specification.
  func add(_ finding: WalkFinding, to result: inout SimulationResult) {
    var execution = Execution(finding, of: system)
    result.origin = SimulationResult.Origin(walk: finding.walk + 1, length: execution.length)
    if options.shortens, let shorter = Shortening(system, execution.goal).shortened(execution) { execution = shorter }
    let trace = execution.trace(of: system)
    switch execution.goal {
    case .violation(let property):
      result.verdict = .violated
      result.properties[property].verdict = .violated
      result.properties[property].trace = trace
    case .deadlock:
      result.verdict = .violated
      result.properties[system.properties.count].verdict = .violated
      result.properties[system.properties.count].trace = trace
    case .fault(let place, let fault):
      result.verdict = .specificationError
      result.fault = CheckResult.Fault(fault: fault, place: describe(place, trace), trace: trace)
    }
  }

  private func describe(_ place: SpecificationPart?, _ trace: Trace) -> String {
    guard let place else { return "specification" }
    if case .action = place, let last = trace.steps.last, last.state == nil { return "action \(last.title)" }
    return place.name(in: system)
  }
}

/// What an execution ends with.
enum ExecutionGoal {
  case violation(Int)
  case deadlock
  /// Something fails; nil where it is not known what.
  case fault(SpecificationPart?, SpecificationFault)
}

/// An execution that ends with something wrong.
struct Execution {
  var goal: ExecutionGoal
  /// Up to the state in which it goes wrong, or whose next step does.
  var path: Path
  /// The step that breaks a property, or leads to a state that does or at which something fails.
  var last: Path.Choice?
  /// The instance that fails.
  var failing: Path.Choice?

  /// States, a step that fails included.
  var length: Int { path.choices.count + 1 + (last == nil ? 0 : 1) + (failing == nil ? 0 : 1) }

  init(goal: ExecutionGoal, path: Path, last: Path.Choice?, failing: Path.Choice?) {
    self.goal = goal
    self.path = path
    self.last = last
    self.failing = failing
  }

  init(_ finding: WalkFinding, of system: TransitionSystem) {
    path = finding.path
    switch finding.kind {
    case .violation(let property, let last):
      goal = .violation(property)
      self.last = last
    case .deadlock: goal = .deadlock
    case .fault(let fault, let site):
      goal = .fault(site.part, fault)
      last = site.last
      if case .action(let action) = site.part { locate(action, fault, in: system) }
    }
  }

  /// Which instance of the action it was: each is tried by itself until one fails again.
  mutating func locate(_ action: Int, _ fault: SpecificationFault, in system: TransitionSystem) {
    guard let state = (try? Trace(path, of: system))?.lastState else { return }
    let scan = SuccessorScan(system)
    defer { scan.deallocate() }
    let count = UnsafeMutablePointer<Int>.allocate(capacity: 1)
    defer { count.deallocate() }
    count.pointee = 0
    try? catchingFaults { count.pointee = system.actions[action].instanceCount(state) }
    for ordinal in 0..<count.pointee {
      let choice = Path.Choice(action: action, ordinal: ordinal)
      do {
        try catchingFaults { _ = scan.successor(of: state, choice) }
      } catch {
        goal = .fault(.action(action), error)
        failing = choice
        return
      }
    }
  }

  /// The trace, replayed through the specification.
  func trace(of system: TransitionSystem) -> Trace {
    var path = path
    if let last { path.choices.append(last) }
    do {
      return try Trace(path, of: system, failing: failing)
    } catch {
      preconditionFailure("a walk does not survive its replay: \(error)")
    }
  }
}
