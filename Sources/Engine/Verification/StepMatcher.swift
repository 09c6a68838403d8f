internal import CDistCheckEngine

/// Finds the states that a specification can be in after a line of a log: takes each step that the line may stand for, and
/// keeps what agrees with all that it shows.
///
/// Where a line fixes its step, one instance is tried; parameters that are known are compared before an instance is.
///
/// A fault inside the specification leaves these functions by a jump, so nothing here holds what must be released.
final class StepMatcher {
  let system: TransitionSystem
  /// One for each step of a sequence.
  private var levels: [Level] = []
  /// By action, what its parameters' numbers of values are; nil where they range over what is in the state.
  private let counts: [[Int]?]
  /// By action, how many instances there are to try, about.
  private let instanceCounts: [Int]
  private let scratch: UnsafeMutableRawPointer

  /// The steps that have led to the state that the body is called with.
  private(set) var trail: [Path.Choice] = []
  /// In which order instances are tried. It matters to whoever takes the first that fits.
  enum Sequence {
    /// As a search of all states explores them: the first parameter changes fastest.
    case ordinals
    /// The last parameter changes fastest: whoever acts goes on acting for as long as that fits.
    case firstParameterFirst
    /// The same from the end.
    case reversed
  }

  var sequence = Sequence.ordinals
  /// Set to false by the body when it has enough.
  var wantsMore = true
  /// How many instances were tried, about.
  private(set) var work = 0
  /// Where the specification is being evaluated.
  private(set) var place: SpecificationPart?

  /// A class, as a scan has many parts to retain.
  private final class Level {
    let scan: SuccessorScan
    let state: UnsafeMutablePointer<UInt64>

    init(_ system: TransitionSystem) {
      scan = SuccessorScan(system)
      state = .allocate(capacity: system.layout.words)
    }

    deinit {
      scan.deallocate()
      state.deallocate()
    }
  }

  init(_ system: TransitionSystem) {
    self.system = system
    var limit = 8
    counts = system.actions.map { action in
      switch action.identity {
      case .ordinals(let parameters, let counts): return parameters == 0 ? [] : counts()
      case .bytes(_, let bytes, _):
        limit = max(limit, bytes)
        return nil
      }
    }
    instanceCounts = counts.map { $0?.reduce(1, *) ?? 32 }
    scratch = .allocate(byteCount: limit, alignment: 16)
  }

  deinit { scratch.deallocate() }

  /// The state that a step of the trail led to, if it is not the last one.
  func intermediate(_ step: Int) -> UnsafePointer<UInt64> { UnsafePointer(levels[step].state) }

  // MARK: Lines

  /// Calls the body with each state after a line, as often as it is found.
  func forEachMatch(
    from state: UnsafePointer<UInt64>, _ observation: Observation, _ body: (UnsafePointer<UInt64>) -> Void
  ) {
    trail.removeAll(keepingCapacity: true)
    for field in observation.fields where field.isBefore && !field.agrees(state, state) { return }
    if observation.alternatives.isEmpty {
      return match(state, from: state, [.any], 0, observation, body)
    }
    for alternative in observation.alternatives where wantsMore {
      match(state, from: state, alternative, 0, observation, body)
    }
  }

  /// The same for one instance alone, of a line that stands for at most one step.
  func forEachMatch(
    from state: UnsafePointer<UInt64>, _ observation: Observation, only choice: Path.Choice,
    _ body: (UnsafePointer<UInt64>) -> Void
  ) {
    trail.removeAll(keepingCapacity: true)
    if levels.isEmpty { addLevel() }
    for field in observation.fields where field.isBefore && !field.agrees(state, state) { return }
    guard mismatch(observation.parameters, action: choice.action, choice.ordinal, state) == nil else { return }
    place = .action(choice.action)
    levels[0].scan.successor(of: state, choice) { choice, successor in
      trail.append(choice)
      match(state, from: successor, [], 0, observation, body)
    }
  }

  private func addLevel() {
    levels.append(Level(system))
  }

  private func match(
    _ origin: UnsafePointer<UInt64>, from state: UnsafePointer<UInt64>, _ steps: [StepPattern], _ index: Int,
    _ observation: Observation, _ body: (UnsafePointer<UInt64>) -> Void
  ) {
    if index == steps.count {
      for field in observation.fields where !field.isBefore && !field.agrees(origin, state) { return }
      return body(state)
    }
    if levels.count == index { addLevel() }
    forEachInstance(of: steps[index], in: state, observation.parameters, level: levels[index]) { choice, successor in
      trail.append(choice)
      if index + 1 == steps.count {
        match(origin, from: successor, steps, index + 1, observation, body)
      } else {
        // Its memory is used again before all that follows it is known.
        levels[index].state.update(from: successor, count: system.layout.words)
        match(origin, from: levels[index].state, steps, index + 1, observation, body)
      }
      trail.removeLast()
    }
  }

  /// Calls the body with each state that one of these actions leads to.
  func forEachStep(
    from state: UnsafePointer<UInt64>, actions: [Int], _ body: (UnsafePointer<UInt64>) -> Void
  ) {
    trail.removeAll(keepingCapacity: true)
    if levels.isEmpty { addLevel() }
    for action in actions {
      forEachInstance(of: StepPattern(action: action), in: state, [], level: levels[0]) { choice, successor in
        trail.append(choice)
        body(successor)
        trail.removeLast()
      }
    }
  }

  // MARK: Instances

  private func forEachInstance(
    of pattern: StepPattern, in state: UnsafePointer<UInt64>, _ fields: [ParameterField], level: Level,
    _ body: (Path.Choice, UnsafePointer<UInt64>) -> Void
  ) {
    let actions = pattern.action.map { $0..<$0 + 1 } ?? system.actions.indices
    for index in actions {
      guard wantsMore else { return }
      let number = sequence == .reversed ? actions.upperBound - 1 - (index - actions.lowerBound) : index
      place = .action(number)
      if sequence == .ordinals && pattern.arguments.isEmpty && !hasField(fields, number) {
        work &+= instanceCounts[number]
        level.scan.forEachSuccessor(of: state, action: number) { choice, successor in
          body(choice, successor)
          return wantsMore
        }
      } else {
        forEachOrdinal(of: pattern, action: number, in: state) { ordinal in
          work &+= 1
          guard wantsMore, mismatch(fields, action: number, ordinal, state) == nil else { return }
          level.scan.successor(of: state, Path.Choice(action: number, ordinal: ordinal), body)
        }
      }
    }
  }

  private func hasField(_ fields: [ParameterField], _ action: Int) -> Bool {
    for field in fields where system.actions[action].parameterTypes.contains(where: { $0 == field.type }) {
      return true
    }
    return false
  }

  /// Calls the body with the ordinals whose parameters have the values that are known, enabled or not.
  func forEachOrdinal(
    of pattern: StepPattern, action number: Int, in state: UnsafePointer<UInt64>, _ body: (Int) -> Void
  ) {
    if let counts = counts[number] {
      forEachOrdinal(counts, pattern.arguments, 0, 1, 0, body)
      return
    }
    let action = system.actions[number]
    guard case .bytes(_, _, let write) = action.identity else { return }
    let instances = action.instanceCount(state)
    for index in 0..<instances {
      let ordinal = sequence == .reversed ? instances - 1 - index : index
      var agrees = true
      for (parameter, argument) in pattern.arguments.enumerated() where argument != .unknown && agrees {
        let count = write(state, ordinal, parameter, scratch)
        agrees = count >= 0 && Self.agrees(argument, scratch, count)
      }
      if agrees { body(ordinal) }
    }
  }

  private static func agrees(_ argument: StepPattern.Argument, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Bool {
    switch argument {
    case .unknown: return true
    case .ordinal(let ordinal): return count == 8 && bytes.load(as: UInt64.self) == UInt64(ordinal)
    case .bytes(let value):
      guard count == value.count else { return false }
      for k in 0..<count where bytes.load(fromByteOffset: k, as: UInt8.self) != value[k] { return false }
      return true
    }
  }

  private func forEachOrdinal(
    _ counts: [Int], _ arguments: [StepPattern.Argument], _ parameter: Int, _ weight: Int, _ sum: Int,
    _ body: (Int) -> Void
  ) {
    if parameter == counts.count { return body(sum) }
    if parameter < arguments.count, case .ordinal(let value) = arguments[parameter] {
      return forEachOrdinal(counts, arguments, parameter + 1, weight &* counts[parameter], sum &+ value &* weight, body)
    }
    for index in 0..<counts[parameter] where wantsMore {
      let value = sequence == .reversed ? counts[parameter] - 1 - index : index
      forEachOrdinal(counts, arguments, parameter + 1, weight &* counts[parameter], sum &+ value &* weight, body)
    }
  }

  /// The place of the first field of a parameter that an instance does not agree with; nil where it agrees with all.
  func mismatch(
    _ fields: [ParameterField], action number: Int, _ ordinal: Int, _ state: UnsafePointer<UInt64>
  ) -> Int? {
    if fields.isEmpty { return nil }
    let types = system.actions[number].parameterTypes
    for (index, field) in fields.enumerated() {
      for (parameter, type) in types.enumerated() where type == field.type {
        guard writeParameter(parameter, action: number, ordinal, state), field.agrees(scratch) else { return index }
      }
    }
    return nil
  }

  /// How many of the fields an instance agrees with before the first that it does not.
  func agreement(_ fields: [ParameterField], action: Int, _ ordinal: Int, _ state: UnsafePointer<UInt64>) -> Int {
    mismatch(fields, action: action, ordinal, state) ?? fields.count
  }

  /// What a field is in an instance, for a person.
  func specified(_ field: ParameterField, action number: Int, _ ordinal: Int, _ state: UnsafePointer<UInt64>) -> String
  {
    guard let parameter = system.actions[number].parameterTypes.firstIndex(where: { $0 == field.type }),
      writeParameter(parameter, action: number, ordinal, state)
    else { return "none" }
    return field.specified(scratch)
  }

  private func writeParameter(
    _ parameter: Int, action number: Int, _ ordinal: Int, _ state: UnsafePointer<UInt64>
  ) -> Bool {
    if let counts = counts[number] {
      var rest = ordinal
      for count in counts[..<parameter] { rest /= count }
      scratch.storeBytes(of: UInt64(rest % counts[parameter]), as: UInt64.self)
      return true
    }
    guard case .bytes(_, _, let write) = system.actions[number].identity else { return false }
    return write(state, ordinal, parameter, scratch) >= 0
  }
}
