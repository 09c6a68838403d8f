internal import CDistCheckEngine

/// Follows a log depth-first: one behaviour at a time, with a memory of all pairs of a place in the log and a state that were
/// tried, so that none is tried twice.
///
/// Where many states fit each line, a behaviour that fits to the end is found without knowing all the others. To reject a log
/// every pair has to be tried, as breadth-first; then the pairs that came furthest are all that there are.
///
/// Complexity: time and memory in proportion to the pairs that are tried, at most lines times states that fit each.
public final class DepthFirstVerification {
  public enum Outcome: Equatable {
    case accepted
    /// No behaviour goes further than these places.
    case rejected
    /// What fits breaks a property, or the specification fails: it has to be followed breadth-first.
    case unsettled
    case tooMany
    case stopped
    /// It was to try no more states.
    case gaveUp
  }

  private struct Task {
    var place: Int
    var index: Int
    /// How many successors it is to have at most; it is tried again for more.
    var limit: Int
  }

  /// How a state was reached.
  private struct Origin {
    var place: Int32
    var index: Int32
    var event: Int32
    /// The steps, in a list of all.
    var first: Int32
    var count: Int32
    /// How many of them left no line.
    var hidden: Int32 = 0
  }

  private let tracker: LogTracker
  private let order: any EventOrder
  let observations: [Observation]
  private var reached: [Int: StateSet] = [:]
  private var origins: [Int: [Origin]] = [:]
  private var steps: [Path.Choice] = []
  private var tasks: [Task] = []
  private var stateCount = 0
  private var isUnsettled = false
  /// The places that came furthest.
  public private(set) var furthest: [Int] = [0]
  private var mostEvents = 0
  private var end: (place: Int, index: Int)?

  /// How many states it expands at most.
  private let budget: Int

  /// - Parameters:
  ///   - tracker: It has the states in which the log begins.
  ///   - budget: How many states it expands at most.
  ///   - isReversed: Whether instances are tried from the last one on.
  public init(
    _ tracker: LogTracker, _ observations: [Observation], order: any EventOrder, budget: Int = .max,
    isReversed: Bool = false
  ) {
    self.budget = budget
    tracker.matcher.sequence = isReversed ? .reversed : .firstParameterFirst
    self.tracker = tracker
    self.order = order
    self.observations = observations
    let set = tracker.emptySet()
    var first: [Origin] = []
    for index in 0..<tracker.current.count {
      // A behaviour that has broken something may go further than all others.
      guard tracker.current.note(index).broken < 0 else {
        isUnsettled = true
        continue
      }
      let (_, isNew) = tracker.insert(tracker.current[index], into: set, broken: -1)
      if isNew { first.append(Origin(place: -1, index: Int32(index), event: -1, first: 0, count: 0)) }
    }
    reached[0] = set
    origins[0] = first
    for index in (0..<set.count).reversed() { tasks.append(Task(place: 0, index: index, limit: 16)) }
  }

  public func run() -> Outcome {
    defer { tracker.matcher.sequence = .ordinals }
    var round = 0
    while let task = tasks.popLast() {
      round &+= 1
      if round & 15 == 0 && tracker.isStopped { return .stopped }
      if round > budget { return .gaveUp }
      let next = order.next(at: task.place)
      if next.isEmpty && order.count(before: task.place) == observations.count {
        end = (task.place, task.index)
        return .accepted
      }
      if let outcome = expand(task, next) { return outcome }
    }
    return isUnsettled ? .unsettled : .rejected
  }

  private func expand(_ task: Task, _ next: [(event: Int, place: Int)]) -> Outcome? {
    var found: [Task] = []
    var room = task.limit
    var isCut = false
    for (event, place) in next {
      guard room > 0 else {
        isCut = true
        break
      }
      let set = reached[place] ?? tracker.emptySet()
      reached[place] = set
      let first = set.count
      guard let source = reached[task.place] else { continue }
      let state = Array(UnsafeBufferPointer(start: source[task.index], count: source.words))
      let result = tracker.follow(observations[event], from: state, into: set, limit: room) { [self] trail, hidden in
        origins[place, default: []].append(
          Origin(
            place: Int32(task.place), index: Int32(task.index), event: Int32(event), first: Int32(steps.count),
            count: Int32(trail.count), hidden: Int32(hidden)))
        steps += trail
      }
      if result.isBroken { isUnsettled = true }
      if result.isCut { isCut = true }
      room -= set.count - first
      stateCount += set.count - first
      for index in first..<set.count { found.append(Task(place: place, index: index, limit: 16)) }
      if set.count > first { note(place) }
      if stateCount > tracker.options.maxStates || stateCount * (set.words * 8 + 64) > tracker.options.memory {
        return .tooMany
      }
    }
    if isCut { tasks.append(Task(place: task.place, index: task.index, limit: min(task.limit * 4, 1 << 30))) }
    tasks += found.reversed()
    return nil
  }

  private func note(_ place: Int) {
    let count = order.count(before: place)
    if count > mostEvents {
      (mostEvents, furthest) = (count, [place])
    } else if count == mostEvents,
      !furthest.contains(place), furthest.count < 16
    {
      furthest.append(place)
    }
  }

  // MARK: Results

  /// Events that came before the places that came furthest.
  public var followedCount: Int { mostEvents }
  /// Pairs of a place and a state.
  public var pairCount: Int { stateCount }
  /// The states that were reached at a place.
  func states(at place: Int) -> StateSet { reached[place] ?? tracker.emptySet() }

  /// Events that can come next at a place.
  public func next(at place: Int) -> [Int] { order.next(at: place).map(\.event) }

  /// The events before a state of a place, in the order in which they were followed; those of the end where there is one.
  public func events(to place: Int, _ index: Int = 0) -> [Int] { origins(to: place, index).map { Int($0.event) } }

  private func origins(to place: Int, _ index: Int) -> [Origin] {
    var found: [Origin] = []
    var (place, index) = (place, index)
    while let origin = origins[place]?[index], origin.place >= 0 {
      found.append(origin)
      (place, index) = (Int(origin.place), Int(origin.index))
    }
    return found.reversed()
  }

  /// By step of that behaviour behind its beginning: the number of the event that it belongs to, from 1, and whether it left
  /// no line.
  func numbers(to place: Int, _ index: Int) -> [(event: Int, isHidden: Bool)] {
    origins(to: place, index).enumerated().flatMap { number, origin in
      (0..<Int(origin.count)).map { (number + 1, $0 < Int(origin.hidden)) }
    }
  }

  /// Counts what the behaviour that fits to the end exercises.
  public func noteCoverage(from beginning: (Int) -> [UInt64]?) {
    guard let end else { return }
    let all = origins(to: end.place, end.index)
    let first = all.first.map { (Int($0.place), Int($0.index)) } ?? (end.place, end.index)
    guard let start = origins[first.0]?[first.1], var state = beginning(Int(start.index)) else { return }
    let scan = SuccessorScan(tracker.system)
    defer { scan.deallocate() }
    for (number, origin) in all.enumerated() {
      tracker.coverage.noteEnabled(in: state)
      let choices = Array(steps[Int(origin.first)..<Int(origin.first) + Int(origin.count)])
      tracker.coverage.noteTaken(choices, line: tracker.lineCount + number + 1)
      for choice in choices { state = scan.successor(of: state, choice).map { tracker.system.canonical($0) } ?? state }
    }
  }

  /// The same from the states that the tracker has.
  public func noteCoverage() {
    guard tracker.options.countsCoverage else { return }
    noteCoverage { [tracker] index in
      index < tracker.current.count
        ? Array(UnsafeBufferPointer(start: tracker.current[index], count: tracker.current.words)) : nil
    }
  }

  /// The steps that lead to a state of a place, and which of the states that there were at the beginning they lead from.
  func steps(to place: Int, _ index: Int) -> (start: Int, choices: [Path.Choice])? {
    let all = origins(to: place, index)
    let first = all.first.map { (Int($0.place), Int($0.index)) } ?? (place, index)
    guard let start = origins[first.0]?[first.1] else { return nil }
    return (Int(start.index), all.flatMap { steps[Int($0.first)..<Int($0.first) + Int($0.count)] })
  }
}

extension LogTracker {
  /// Goes on in the states that a depth-first search reached at a place, for ``explain(_:)`` and ``hints(_:before:following:)``.
  public func adopt(_ search: DepthFirstVerification, at place: Int, lineCount: Int) {
    for (number, event) in search.events(to: place).enumerated() {
      noteActor(search.observations[event], line: lineCount - search.followedCount + number + 1)
    }
    let beginnings = (0..<current.count).map { steps(to: $0) }
    let states = search.states(at: place)
    let set = emptySet()
    for index in 0..<states.count {
      let (added, isNew) = insert(states[index], into: set, broken: -1)
      // Only the first few are shown.
      guard isNew, added < 3, let (start, choices) = search.steps(to: place, index),
        let first = beginnings[start].first, first.action < 0
      else { continue }
      var node = history.addInitial(Int(first.ordinal))
      for step in beginnings[start].dropFirst() {
        node = history.add(
          parent: node, Path.Choice(action: Int(step.action), ordinal: Int(step.ordinal)), line: Int(step.line),
          isHidden: step.isHidden)
      }
      for (choice, number) in zip(choices, search.numbers(to: place, index)) {
        node = history.add(
          parent: node, choice, line: lineCount - search.followedCount + number.event, isHidden: number.isHidden)
      }
      set.setNode(node, of: added)
    }
    replaceCurrent(by: set, lineCount: lineCount)
  }
}
