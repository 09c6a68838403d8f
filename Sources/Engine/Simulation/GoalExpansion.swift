/// Expands single states and notices when that reaches what an execution is to end with.
///
/// A fault inside the specification leaves it by a jump, so what changes is behind a pointer.
struct GoalExpansion {
  enum Outcome {
    /// By this step; nil when it is the state itself.
    case goal(Path.Choice?)
    /// Something else is wrong here.
    case failed
    case successors
  }

  let goal: ExecutionGoal
  private let system: TransitionSystem
  private let words: Int
  private let source: UnsafeMutablePointer<UInt64>
  private let scan: SuccessorScan
  private let live: UnsafeMutablePointer<Live>

  private struct Live {
    var site = WalkSite()
    var reached: Path.Choice?
    var isReached = false
    /// The successors within the constraint.
    var choices: [Path.Choice] = []
    var states: [UInt64] = []
    var isEnabled = false
  }

  init(_ system: TransitionSystem, _ goal: ExecutionGoal) {
    self.system = system
    self.goal = goal
    words = system.layout.words
    source = .allocate(capacity: words)
    scan = SuccessorScan(system)
    live = .allocate(capacity: 1)
    live.initialize(to: Live())
  }

  func deallocate() {
    source.deallocate()
    scan.deallocate()
    live.deinitialize(count: 1)
    live.deallocate()
  }

  func expand(_ state: [UInt64]) -> Outcome {
    state.withUnsafeBufferPointer { source.update(from: $0.baseAddress!, count: words) }
    live.pointee.choices.removeAll(keepingCapacity: true)
    live.pointee.states.removeAll(keepingCapacity: true)
    live.pointee.isReached = false
    live.pointee.reached = nil
    live.pointee.isEnabled = false
    live.pointee.site = WalkSite()
    do {
      try catchingFaults { [self] in generate() }
    } catch {
      guard case .fault(let place?, let sought) = goal, error.message == sought.message, live.pointee.site.part == place
      else { return .failed }
      return .goal(live.pointee.site.last)
    }
    return live.pointee.isReached ? .goal(live.pointee.reached) : .successors
  }

  private func generate() {
    for action in 0..<system.actions.count {
      live.pointee.site = WalkSite(part: .action(action))
      let isDone = scan.forEachSuccessor(of: source, action: action) { choice, successor in
        live.pointee.isEnabled = true
        if reaches(successor, by: choice) {
          live.pointee.reached = choice
          live.pointee.isReached = true
          return false
        }
        live.pointee.site = WalkSite(part: .constraint, last: choice)
        if system.isWithinConstraint(successor) {
          live.pointee.choices.append(choice)
          live.pointee.states.append(contentsOf: UnsafeBufferPointer(start: successor, count: words))
        }
        live.pointee.site = WalkSite(part: .action(action))
        return true
      }
      if !isDone { return }
    }
    guard !live.pointee.isEnabled else { return }
    live.pointee.site = WalkSite(part: .mayStop)
    let mayStop = system.mayStop(source)
    if case .deadlock = goal, !mayStop { live.pointee.isReached = true }
  }

  /// Evaluates the property that the goal is about, which may be what fails.
  private func reaches(_ successor: UnsafePointer<UInt64>, by choice: Path.Choice) -> Bool {
    let property: Int
    switch goal {
    case .violation(let index), .fault(.property(let index), _): property = index
    default: return false
    }
    live.pointee.site = WalkSite(part: .property(property), last: choice)
    let holds =
      switch system.properties[property].predicate {
      case .always(let holds): holds(successor)
      case .step(let holds): holds(source, successor)
      case .sometimes(let holds): holds(successor) || true
      case .temporal: true
      }
    if case .violation = goal { return !holds }
    return false
  }

  // MARK: The successors of the state expanded last

  func forEachSuccessor(_ body: (Path.Choice, [UInt64]) -> Void) {
    for index in live.pointee.choices.indices { body(live.pointee.choices[index], state(index)) }
  }

  func successor(_ choice: Path.Choice) -> [UInt64]? {
    live.pointee.choices.firstIndex(of: choice).map { state($0) }
  }

  /// The successor under the instance of an action that has these arguments here.
  func successor(of state: [UInt64], action: Int, arguments: [Value]) -> (choice: Path.Choice, state: [UInt64])? {
    for (index, choice) in live.pointee.choices.enumerated() where choice.action == action {
      if system.actions[action].arguments(state, choice.ordinal) == arguments { return (choice, self.state(index)) }
    }
    return nil
  }

  private func state(_ index: Int) -> [UInt64] {
    Array(live.pointee.states[index * words..<(index + 1) * words])
  }
}
