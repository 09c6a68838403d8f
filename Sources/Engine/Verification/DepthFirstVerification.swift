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
  }

  private let tracker: LogTracker
  private let order: any EventOrder
  private let observations: [Observation]
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
    for index in 0..<tracker.current.count where tracker.current.note(index).broken < 0 {
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
      let result = tracker.follow(observations[event], from: state, into: set, limit: room) { [self] trail in
        origins[place, default: []].append(
          Origin(
            place: Int32(task.place), index: Int32(task.index), event: Int32(event), first: Int32(steps.count),
            count: Int32(trail.count)))
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
    if count > mostEvents { (mostEvents, furthest) = (count, [place]) } else if count == mostEvents,
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

  /// The behaviour that leads to a state of a place, given the one that leads to where this search began.
  func path(to place: Int, _ index: Int, from beginning: (Int) -> Path?) -> Path? {
    let all = origins(to: place, index)
    let first = all.first.map { (Int($0.place), Int($0.index)) } ?? (place, index)
    guard let start = origins[first.0]?[first.1], var path = beginning(Int(start.index)) else { return nil }
    for origin in all { path.choices += steps[Int(origin.first)..<Int(origin.first) + Int(origin.count)] }
    return path
  }
}

extension LogTracker {
  /// Goes on in the states that a depth-first search reached at a place, for ``explain(_:)`` and ``hints(_:before:following:)``.
  public func adopt(_ search: DepthFirstVerification, at place: Int, lineCount: Int) {
    let beginning = (0..<current.count).map { path(to: $0) }
    let states = search.states(at: place)
    let set = emptySet()
    for index in 0..<states.count {
      let (added, isNew) = insert(states[index], into: set, broken: -1)
      guard isNew else { continue }
      let path = search.path(to: place, index) { $0 < beginning.count ? beginning[$0] : nil }
      // Only the first few are shown.
      guard added < 3, let path else { continue }
      var node = history.addInitial(path.initial)
      for choice in path.choices { node = history.add(parent: node, choice, line: 0, isHidden: false) }
      set.setNode(node, of: added)
    }
    replaceCurrent(by: set, lineCount: lineCount)
  }
}
