/// The smallest change that would have let a rejected line pass.
public struct Hint: Equatable {
  public enum Kind: Equatable {
    /// The line left out.
    case withoutLine
    /// The line exchanged with the next one.
    case swappedWithNext
    /// The line exchanged with the one before it.
    case swappedWithPrevious
    /// A step that left no line.
    case hiddenStep(String)
    /// One field as the specification has it.
    case otherField(name: String, logged: String, specified: String)
    /// The same action with other arguments.
    case otherArguments(step: String)
  }
  public var kind: Kind
  /// How many lines could then be followed, the rejected one first.
  public var lines: Int
}

extension LogTracker {
  /// Looks for changes that let the rejected line pass, and all lines behind it that are known.
  ///
  /// - Parameters:
  ///   - observation: The line that was rejected.
  ///   - before: The line before it, if there is one.
  ///   - following: Lines behind it.
  /// - Returns: The changes after which most lines can be followed: none where that are none of those behind it, if there
  ///   are any.
  public func hints(_ observation: Observation, before: Observation?, following: [Observation]) -> [Hint] {
    refreshShown()
    var hints: [Hint] = []
    let rest = following.count
    func note(_ kind: Hint.Kind, _ lines: Int, outOf total: Int) {
      if lines == total { hints.append(Hint(kind: kind, lines: lines)) }
    }
    note(.withoutLine, survived(from: current, following), outOf: max(1, rest))
    if let next = following.first {
      note(
        .swappedWithNext, survived(from: current, [next, observation] + following.dropFirst()), outOf: rest + 1)
    }
    if let before, previous.count > 0 {
      note(.swappedWithPrevious, survived(from: previous, [observation, before] + following), outOf: rest + 2)
    }
    for index in observation.fields.indices {
      var relaxed = observation
      let field = relaxed.fields.remove(at: index)
      guard survived(from: current, [relaxed] + following) == rest + 1, let specified = specified(field, relaxed) else {
        continue
      }
      hints.append(
        Hint(kind: .otherField(name: field.name, logged: field.logged(), specified: specified), lines: rest + 1))
    }
    for index in observation.parameters.indices {
      var relaxed = observation
      let field = relaxed.parameters.remove(at: index)
      guard survived(from: current, [relaxed] + following) == rest + 1 else { continue }
      hints.append(
        Hint(kind: .otherField(name: field.name, logged: field.logged(), specified: "another"), lines: rest + 1))
    }
    for index in observation.alternatives.indices where observation.alternatives[index].count == 1 {
      guard !observation.alternatives[index][0].arguments.isEmpty else { continue }
      var relaxed = observation
      relaxed.alternatives[index][0].arguments = []
      guard survived(from: current, [relaxed] + following) == rest + 1,
        let step = firstStep(relaxed)
      else { continue }
      hints.append(Hint(kind: .otherArguments(step: step), lines: rest + 1))
    }
    return hiddenStep(observation, following) + hints
  }

  private static let mostTrials = 200

  /// A step more, of any action, before the line.
  private func hiddenStep(_ observation: Observation, _ following: [Observation]) -> [Hint] {
    var trials = 0
    for number in system.actions.indices {
      for index in 0..<min(current.count, 4) {
        let state = Array(UnsafeBufferPointer(start: current[index], count: current.words))
        let successors = Successors()
        try? catchingFaults { [self] in
          let scan = SuccessorScan(system)
          defer { scan.deallocate() }
          scan.forEachSuccessor(of: state, action: number) { choice, successor in
            successors.list.append((choice, Array(UnsafeBufferPointer(start: successor, count: state.count))))
            return successors.list.count < Self.mostTrials
          }
        }
        for (choice, successor) in successors.list {
          trials += 1
          if trials > Self.mostTrials || options.isStopped() { return [] }
          let set = emptySet()
          let canonical = system.packing.canonical(successor)
          _ = insert(canonical, into: set, broken: -1)
          if survived(from: set, [observation] + following) == following.count + 1 {
            return [Hint(kind: .hiddenStep(shown.title(of: choice, in: state)), lines: following.count + 1)]
          }
        }
      }
    }
    return []
  }

  private final class Successors { var list: [(Path.Choice, [UInt64])] = [] }

  /// A step that fits a line, for a person.
  private func firstStep(_ observation: Observation) -> String? {
    for index in 0..<current.count {
      let state = Array(UnsafeBufferPointer(start: current[index], count: current.words))
      let found = Text()
      try? catchingFaults { [matcher, shown] in
        matcher.forEachMatch(from: state, observation) { _ in
          if found.value == nil, let choice = matcher.trail.first { found.value = shown.title(of: choice, in: state) }
        }
      }
      if let text = found.value { return text }
    }
    return nil
  }

  /// What a field is in a state that the rest of its line fits.
  private func specified(_ field: StateField, _ relaxed: Observation) -> String? {
    for index in 0..<current.count {
      let state = Array(UnsafeBufferPointer(start: current[index], count: current.words))
      let found = Text()
      try? catchingFaults { [matcher] in
        matcher.forEachMatch(from: state, relaxed) { after in
          if found.value == nil { found.value = field.specified(state, after) }
        }
      }
      if let text = found.value { return text }
    }
    return nil
  }

  private final class Text { var value: String? }

  /// How many of some lines can be followed from the states of a set.
  private func survived(from set: StateSet, _ observations: [Observation]) -> Int {
    guard set.count <= 1000 else { return 0 }
    var options = options
    options.maxStates = 10_000
    options.countsCoverage = false
    options.historyLimit = 1 << 16
    let trial = LogTracker(system, options: options)
    trial.adopt(set)
    for (count, observation) in observations.enumerated() {
      switch trial.advance(observation) {
      case .fits, .broken: continue
      default: return count
      }
    }
    return observations.count
  }
}
