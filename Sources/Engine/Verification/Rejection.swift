/// Why a line cannot be followed, for a person.
public struct Rejection {
  /// How many states the specification could be in before the line; candidates are of the first few of them.
  public var stateCount: Int
  public var candidates: [Candidate]
  /// Whether there are more candidates than are shown.
  public var isCut: Bool
  /// What the specification allows there instead, `RMPrepare(2)`, the actor's first; and how many more there are.
  public var allowed: [String]
  public var furtherAllowed: Int
  /// The last steps of a behaviour that fits the log so far, those of the actor where there is one.
  public var recent: [Step]

  /// A step that the line may stand for, and what is against it.
  public struct Candidate: Equatable {
    /// `RMPrepare(2)`; without arguments where none is fixed.
    public var title: String
    public var reason: Reason
    public var location: SourceLocation?
    /// In how many of the states that were looked at it is so.
    public var states = 1
  }

  public enum Reason: Equatable {
    /// Its guard is false.
    case notEnabled
    /// There is nothing for its parameter, such as no message.
    case noInstance
    /// The first field that does not agree.
    case field(name: String, logged: String, specified: String)
    case fault(String)
  }

  public struct Step: Equatable {
    public var line: Int
    public var title: String
    public var isHidden: Bool
  }
}

extension LogTracker {
  private static let mostCandidates = 8
  private static let mostAllowed = 8
  private static let mostRecent = 5
  private static let mostStates = 20

  /// Why the line that ``advance(_:)`` has just rejected cannot be followed.
  public func explain(_ observation: Observation) -> Rejection {
    refreshShown()
    var candidates: [Rejection.Candidate] = []
    for index in 0..<min(current.count, Self.mostStates) {
      let state = Array(UnsafeBufferPointer(start: current[index], count: current.words))
      for candidate in self.candidates(observation, in: state) {
        if let known = candidates.firstIndex(where: { $0.title == candidate.title && $0.reason == candidate.reason }) {
          candidates[known].states += 1
        } else {
          candidates.append(candidate)
        }
      }
    }
    let (allowed, further) = allowed(observation)
    let steps = steps(to: 0)
    return Rejection(
      stateCount: current.count, candidates: Array(candidates.prefix(Self.mostCandidates)),
      isCut: candidates.count > Self.mostCandidates || current.count > Self.mostStates, allowed: allowed,
      furtherAllowed: further, recent: recent(steps, observation))
  }

  // MARK: Candidates

  private func candidates(_ observation: Observation, in state: [UInt64]) -> [Rejection.Candidate] {
    for field in observation.fields where field.isBefore {
      guard let refusal = refusal(field, state, state) else { continue }
      return [Rejection.Candidate(title: "before the step", reason: refusal, location: nil)]
    }
    if observation.alternatives.isEmpty {
      // Any action: those that come nearest, not all that are disabled.
      let all = system.actions.indices.flatMap { candidates(StepPattern(action: $0), observation, in: state) }
      let near = all.filter { if case .field = $0.reason { true } else { false } }
      return near.isEmpty ? [Rejection.Candidate(title: "any action", reason: .notEnabled, location: nil)] : near
    }
    return observation.alternatives.flatMap { steps -> [Rejection.Candidate] in
      guard let first = steps.first else {
        let refusal = observation.fields.lazy.compactMap { self.refusal($0, state, state) }.first
        return refusal.map { [Rejection.Candidate(title: "no step", reason: $0, location: nil)] } ?? []
      }
      return candidates(first, observation, in: state, rest: Array(steps.dropFirst()))
    }
  }

  private func refusal(_ field: StateField, _ before: [UInt64], _ after: [UInt64]) -> Rejection.Reason? {
    let result = Found<Rejection.Reason?>(nil)
    do {
      try catchingFaults {
        if !field.agrees(before, after) {
          result.value = .field(name: field.name, logged: field.logged(), specified: field.specified(before, after))
        }
      }
    } catch { return .fault("\(field.name): \(error.message)") }
    return result.value
  }

  /// The instances of a pattern that come nearest, with what is against each.
  private func candidates(
    _ pattern: StepPattern, _ observation: Observation, in state: [UInt64], rest: [StepPattern] = []
  ) -> [Rejection.Candidate] {
    guard let number = pattern.action else {
      return [Rejection.Candidate(title: "any action", reason: .notEnabled, location: nil)]
    }
    let action = system.actions[number]
    let found = Found<[(agreement: Int, candidate: Rejection.Candidate)]>([])
    let ordinals = Found<[Int]>([])
    func add(_ agreement: Int, _ title: String, _ reason: Rejection.Reason) {
      found.value.append((agreement, .init(title: title, reason: reason, location: action.location)))
    }
    do {
      try catchingFaults { [matcher] in
        matcher.forEachOrdinal(of: pattern, action: number, in: state) { ordinals.value.append($0) }
      }
    } catch {
      return [Rejection.Candidate(title: action.name, reason: .fault(error.message), location: action.location)]
    }
    for ordinal in ordinals.value.prefix(10_000) {
      let choice = Path.Choice(action: number, ordinal: ordinal)
      do {
        try catchingFaults { [self] in
          let agreement = matcher.agreement(observation.parameters, action: number, ordinal, state)
          guard agreement == observation.parameters.count else {
            let field = observation.parameters[agreement]
            let specified = matcher.specified(field, action: number, ordinal, state)
            return add(
              agreement, shown.title(of: choice, in: state),
              .field(name: field.name, logged: field.logged(), specified: specified))
          }
          guard let after = successor(of: state, choice) else {
            return add(agreement + 1, title(choice, state, pattern), .notEnabled)
          }
          if !rest.isEmpty {
            return add(
              agreement + 2, shown.title(of: choice, in: state),
              .field(
                name: "the steps after it", logged: rest.map { name(of: $0) }.joined(separator: ", "),
                specified: "not enabled"))
          }
          for (index, field) in observation.fields.enumerated() {
            guard let reason = refusal(field, state, after) else { continue }
            return add(agreement + 2 + index, shown.title(of: choice, in: state), reason)
          }
        }
      } catch {
        add(observation.parameters.count + 1, title(choice, state, pattern), .fault(error.message))
      }
    }
    guard let best = found.value.map(\.agreement).max() else {
      return [Rejection.Candidate(title: name(of: pattern), reason: .noInstance, location: action.location)]
    }
    let nearest = found.value.filter { $0.agreement == best }.map(\.candidate)
    // Many instances that are all disabled say no more than one.
    if nearest.count > 3, nearest.allSatisfy({ $0.reason == .notEnabled }) {
      return [Rejection.Candidate(title: name(of: pattern), reason: .notEnabled, location: action.location)]
    }
    return nearest
  }

  /// Where a parameter ranges over what is in the state, an instance that is not enabled may have no arguments.
  private func title(_ choice: Path.Choice, _ state: [UInt64], _ pattern: StepPattern) -> String {
    if case .ordinals = system.actions[choice.action].identity { return shown.title(of: choice, in: state) }
    return name(of: pattern)
  }

  private func name(of pattern: StepPattern) -> String {
    pattern.action.map { system.actions[$0].name } ?? "any action"
  }

  func successor(of state: [UInt64], _ choice: Path.Choice) -> [UInt64]? {
    let scan = SuccessorScan(system)
    defer { scan.deallocate() }
    return scan.successor(of: state, choice)
  }

  // MARK: Context

  private func allowed(_ observation: Observation) -> ([String], Int) {
    let steps = enabledSteps(limit: 1000, ofFirst: Self.mostStates)
    let (own, others) = (
      steps.filter { isOfActor($0.arguments, observation) }, steps.filter { !isOfActor($0.arguments, observation) }
    )
    let all = (own + others).map { TransitionSystem.title($0.action, $0.arguments) }
    return (Array(all.prefix(Self.mostAllowed)), max(0, all.count - Self.mostAllowed))
  }

  /// Whether a step is one of whoever acts: its first parameter, or the receiver of its message.
  private func isOfActor(_ arguments: [Value], _ observation: Observation) -> Bool {
    guard let actor = observation.actor?(), let first = arguments.first else { return false }
    switch first {
    case .packet(_, let to, _): return to == actor
    case .record(let fields): return fields.contains { $0.name == "to" && $0.value == actor }
    default: return first == actor
    }
  }

  /// The same of a step that was taken: its line may have said who acted.
  private func isOfActor(
    _ step: BehaviourHistory.Node, _ choice: Path.Choice, _ before: [UInt64], _ observation: Observation
  ) -> Bool {
    guard let actor = observation.actor?() else { return true }
    if !step.isHidden, let known = self.actor(ofLine: Int(step.line)) { return known == actor }
    return isOfActor(shown.actions[choice.action].arguments(before, choice.ordinal), observation)
  }

  /// The steps that led to a state of the set, each with the state before it.
  func steps(to index: Int) -> [BehaviourHistory.Node] {
    guard index < current.count else { return [] }
    return history.steps(to: current.note(index).node)
  }

  private func recent(_ steps: [BehaviourHistory.Node], _ observation: Observation) -> [Rejection.Step] {
    guard let states = states(of: steps) else { return [] }
    var found: [Rejection.Step] = []
    for (index, step) in steps.enumerated().dropFirst().reversed() where found.count < Self.mostRecent {
      let choice = Path.Choice(action: Int(step.action), ordinal: Int(step.ordinal))
      let before = states[index - 1]
      guard isOfActor(step, choice, before, observation) else { continue }
      found.append(
        Rejection.Step(line: Int(step.line), title: shown.title(of: choice, in: before), isHidden: step.isHidden))
    }
    return found.reversed()
  }

  /// The path that led to a state of the set; nil where its beginning is forgotten.
  func path(to index: Int) -> Path? {
    let steps = steps(to: index)
    guard let first = steps.first, first.action < 0 else { return nil }
    return Path(
      initial: Int(first.ordinal),
      choices: steps.dropFirst().map { Path.Choice(action: Int($0.action), ordinal: Int($0.ordinal)) })
  }

  private func states(of steps: [BehaviourHistory.Node]) -> [[UInt64]]? {
    guard let first = steps.first, first.action < 0 else { return nil }
    let path = Path(
      initial: Int(first.ordinal),
      choices: steps.dropFirst().map { Path.Choice(action: Int($0.action), ordinal: Int($0.ordinal)) })
    return try? path.states(in: system)
  }

  /// A behaviour that leads to a state of the set; nil where its beginning is forgotten.
  ///
  /// - Parameter isWhole: Whether all its steps are wanted, which takes time and memory for each state. Without, there is the
  ///   last one, and the token.
  public func trace(of index: Int, isWhole: Bool = true) -> Trace? {
    refreshShown()
    guard let path = path(to: index) else { return nil }
    if isWhole { return try? Trace(path, of: shown) }
    guard let states = try? path.states(in: system), let last = states.last else { return nil }
    let after = shown.layout.value(at: last)
    var step = Trace.Step(action: nil, arguments: [], state: after, changes: [])
    if let choice = path.choices.last {
      let before = states[states.count - 2]
      step.action = shown.actions[choice.action].name
      step.arguments = shown.actions[choice.action].arguments(before, choice.ordinal)
      step.changes = Value.changes(from: shown.layout.value(at: before), to: after)
    }
    return Trace(
      steps: [step], loop: nil, token: ReplayToken(path, failing: nil, fingerprint: system.fingerprint),
      lastState: last, path: path)
  }
}

/// A value that code which a fault can leave writes to.
private final class Found<T> {
  var value: T
  init(_ value: T) { self.value = value }
}
