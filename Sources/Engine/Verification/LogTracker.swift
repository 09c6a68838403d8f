internal import CDistCheckEngine

/// Follows a log through a specification: after each line it has the set of all states that the specification can be in.
///
/// The log is rejected by the line after which that set is empty. A state is left out of it only when no step that the
/// specification allows leads to it, so whatever is rejected is no behaviour of the specification as long as the mapping
/// says no more than the log does; and whatever is accepted is one.
///
/// The state constraint bounds a search, and is not asked. Invariants and properties of steps are evaluated in every state
/// and for every step. A behaviour that breaks one is followed further, but told from those that break none; once there are
/// none of these, the log breaks the property.
///
/// Memory is proportional to the set; see `BehaviourHistory` for what is kept of the past. Time for each line is
/// proportional to the instances that it may stand for, in every state of the set.
public final class LogTracker {
  public struct Options {
    /// No more states are kept at a time.
    public var maxStates = 1_000_000
    /// Bytes that the set of states may take.
    public var memory = 2 << 30
    public var hidden = HiddenSteps()
    /// Whether it is counted what the log exercises.
    public var countsCoverage = false
    public var historyLimit = 1 << 20
    /// Whether every way to a state is kept, for ``drawing(_:)``, and not the first alone.
    public var keepsAllWays = false
    /// Asked now and then; true stops the line at work.
    public var isStopped: () -> Bool = { false }

    public init() {}
  }

  public enum Outcome: Equatable {
    /// So many states are left.
    case fits(Int)
    case rejected
    /// Every behaviour that is left has broken a property, by its place.
    case broken(property: Int)
    /// There are more states than may be kept.
    case tooMany
    case stopped
    /// The specification fails wherever it could go on.
    case fails(SpecificationFault, place: String)
  }

  let system: TransitionSystem
  /// The same system as a person is to see it: with the names that a log has for identities.
  public private(set) var shown: TransitionSystem
  /// Makes it what it is to be now, before a person is told something.
  public var naming: (() -> TransitionSystem)?
  let options: Options
  let matcher: StepMatcher
  let history: BehaviourHistory
  private var packer: StatePacker?
  private var key: [UInt64] = []
  private let invariants: [(index: Int, holds: (UnsafeRawPointer) -> Bool)]
  private let stepProperties: [(index: Int, holds: (UnsafeRawPointer, UnsafeRawPointer) -> Bool)]

  /// The states before the line that is read next, or before the one that was rejected.
  private(set) var current: StateSet
  /// Those before the line before that.
  private(set) var previous: StateSet
  private var next: StateSet
  private let live: UnsafeMutablePointer<Live>
  private var actors: [(line: Int, actor: (() -> Value)?)] = []
  /// Places in a set that hidden steps have changed.
  private var changed: [Int] = []

  /// A line that takes more than so many instances is given up as one with too many states.
  public var lineWorkLimit = Int.max

  /// How many lines were followed.
  public private(set) var lineCount = 0
  /// The most states that there were after a line.
  public private(set) var mostStates = 0
  /// Steps that broke a property though another behaviour of the same log does not.
  public private(set) var firstBroken: (property: Int, line: Int)?
  public let coverage: LogCoverage

  /// What changes while the specification's code runs: a fault leaves that by a jump.
  private struct Live {
    var source = 0
    var parent: Int32 = -1
    var broken: Int32 = -1
    var isHidden = false
    var isTooMany = false
    var place: SpecificationPart?
  }

  public init(_ system: TransitionSystem, options: Options = Options()) {
    self.system = system
    shown = system
    self.options = options
    matcher = StepMatcher(system)
    history = BehaviourHistory(limit: options.historyLimit)
    let words = system.layout.words
    current = StateSet(words: words)
    previous = StateSet(words: words)
    next = StateSet(words: words)
    live = .allocate(capacity: 1)
    live.initialize(to: Live())
    coverage = LogCoverage(system)
    invariants = system.properties.enumerated().compactMap { index, property in
      if case .always(let holds) = property.predicate { (index, holds) } else { nil }
    }
    stepProperties = system.properties.enumerated().compactMap { index, property in
      if case .step(let holds) = property.predicate { (index, holds) } else { nil }
    }
  }

  deinit {
    packer?.deallocate()
    live.deallocate()
  }

  /// Begins in the states of a set, whatever led to them.
  func adopt(_ set: StateSet) {
    for index in 0..<set.count { _ = insert(set[index], into: current, broken: set.note(index).broken) }
  }

  /// A tracker in the same states, which goes its own way.
  public func copy() -> LogTracker {
    let other = LogTracker(system, options: options)
    other.naming = naming
    other.adopt(current)
    return other
  }

  /// One of the states; nil where there is none.
  public var firstState: Value? {
    refreshShown()
    return current.count > 0 ? shown.layout.value(at: current[0]) : nil
  }

  /// The steps that are enabled in at least one of the first states, each once, up to a limit. An action that fails has none.
  public func enabledSteps(limit: Int, ofFirst states: Int = .max) -> [(action: String, arguments: [Value])] {
    refreshShown()
    let scan = SuccessorScan(system)
    defer { scan.deallocate() }
    let found = EnabledSteps()
    for index in 0..<min(current.count, states) {
      let state = Array(UnsafeBufferPointer(start: current[index], count: current.words))
      for number in system.actions.indices {
        try? catchingFaults { [action = shown.actions[number]] in
          scan.forEachSuccessor(of: state, action: number) { choice, _ in
            found.add(action.name, action.arguments(state, choice.ordinal))
            return found.list.count < limit
          }
        }
      }
    }
    return found.list
  }

  private final class EnabledSteps {
    var list: [(action: String, arguments: [Value])] = []
    private var titles: Set<String> = []

    func add(_ action: String, _ arguments: [Value]) {
      if titles.insert(TransitionSystem.title(action, arguments)).inserted { list.append((action, arguments)) }
    }
  }

  /// From now on new sets keep one of the states that differ only in an exchange of identities of these kinds.
  ///
  /// That is lawful where no line that is still to be followed tells such identities apart: then it fits one such state
  /// exactly if it fits the other. It is the specification that says which kinds are interchangeable.
  public func mergeStates(upTo kinds: [Layout.IdentityKind]) {
    let symmetry = Symmetry(system.layout, kinds: kinds)
    guard !symmetry.kinds.isEmpty else { return }
    packer?.deallocate()
    packer = StatePacker(system.packing, symmetry)
    key = [UInt64](repeating: 0, count: system.packing.width)
  }

  /// Takes the place of the states that there are.
  func replaceCurrent(by set: StateSet, lineCount: Int) {
    current = set
    previous.removeAll()
    self.lineCount = lineCount
    mostStates = max(mostStates, set.count)
  }

  /// Adds a state that was reached in whatever way.
  func insert(_ state: UnsafePointer<UInt64>, into set: StateSet, broken: Int32) -> (index: Int, isNew: Bool) {
    live.pointee = Live()
    live.pointee.broken = broken
    return insert(state, into: set)
  }

  /// Adds the states after a line, from one state, to a set: those that break nothing, and at most so many.
  ///
  /// - Parameter body: Called with the steps to each that is new.
  /// - Returns: Whether something that fits breaks a property, or fails; and whether there may be more.
  func follow(
    _ observation: Observation, from state: [UInt64], into target: StateSet, limit: Int,
    _ body: @escaping (_ steps: [Path.Choice], _ hidden: Int) -> Void
  ) -> (isBroken: Bool, isCut: Bool) {
    let limits = Limits(room: limit)
    if history.isFull { history.collect([previous, current]) }
    let sources = emptySet()
    _ = insert(state, into: sources, broken: -1)
    if options.hidden.limit > 0 {
      let (isDone, fault) = addHidden(to: sources)
      if !isDone || fault != nil { limits.isBroken = true }
    }
    for index in 0..<sources.count {
      let hidden = sources.note(index).node
      let prefix =
        hidden < 0
        ? [] : history.steps(to: hidden).map { Path.Choice(action: Int($0.action), ordinal: Int($0.ordinal)) }
      live.pointee = Live(broken: sources.note(index).broken)
      if live.pointee.broken >= 0 { limits.isBroken = true; continue }
      matcher.wantsMore = true
      do {
        try catchingFaults { [self] in
          matcher.forEachMatch(from: sources[index], observation) { [self] after in
            keep(after, from: sources[index], target, prefix, limits, body)
          }
        }
      } catch { limits.isBroken = true }
      matcher.wantsMore = true
      if limits.room == 0 { break }
    }
    return (limits.isBroken, limits.room == 0)
  }

  private final class Limits {
    var room: Int
    var isBroken = false
    init(room: Int) { self.room = room }
  }

  private func keep(
    _ state: UnsafePointer<UInt64>, from origin: UnsafePointer<UInt64>, _ target: StateSet, _ prefix: [Path.Choice],
    _ limits: Limits, _ body: ([Path.Choice], Int) -> Void
  ) {
    system.packing.clearPadding(UnsafeMutablePointer(mutating: state))
    if brokenOnTheWay(origin, state) >= 0 { return limits.isBroken = true }
    live.pointee.broken = -1
    guard insert(state, into: target).isNew else { return }
    body(prefix + matcher.trail, prefix.count)
    limits.room -= 1
    if limits.room == 0 { matcher.wantsMore = false }
  }

  /// How many states there are.
  public var stateCount: Int { current.count }

  func refreshShown() { if let naming { shown = naming() } }

  /// Whether whoever asked for it wants it to stop.
  public var isStopped: Bool { options.isStopped() }

  /// How many instances of actions were tried, about.
  public var work: Int { matcher.work }

  // MARK: Beginning

  /// Begins in the initial states.
  ///
  /// - Throws: `SpecificationFault` where a property cannot be evaluated in one.
  public func begin() throws(SpecificationFault) -> Outcome {
    let set = current
    try catchingFaults { [self] in
      for (number, state) in system.initialStates.enumerated() {
        live.pointee = Live()
        live.pointee.broken = state.withUnsafeBufferPointer { brokenInvariant($0.baseAddress!) }
        state.withUnsafeBufferPointer { state in
          let (index, isNew) = insert(state.baseAddress!, into: set)
          if isNew { set.setNode(history.addInitial(number), of: index) }
        }
      }
    }
    return outcome(of: current)
  }

  // MARK: Lines

  /// Follows a line. Where it cannot be followed the states before it stay, for ``explain(_:)``.
  public func advance(_ observation: Observation) -> Outcome {
    if history.isFull { history.collect([previous, current]) }
    lineCount += 1
    noteActor(observation, line: lineCount)
    var fault: (SpecificationFault, String)?
    if options.hidden.limit > 0 {
      let (isDone, failure) = addHidden(to: current)
      if !isDone {
        lineCount -= 1
        return options.isStopped() ? .stopped : .tooMany
      }
      fault = failure
      mostStates = max(mostStates, current.count)
    }
    next.removeAll()
    if let outcome = follow(observation, from: current, into: next, &fault) {
      lineCount -= 1
      return outcome
    }
    if next.count == 0 {
      if let fault { return .fails(fault.0, place: fault.1) }
      return .rejected
    }
    (previous, current, next) = (current, next, previous)
    return outcome(of: current)
  }

  private static let rememberedActors = 512

  /// Who acted in one of the last lines.
  func noteActor(_ observation: Observation, line: Int) {
    if actors.isEmpty { actors = Array(repeating: (-1, nil), count: Self.rememberedActors) }
    actors[line % Self.rememberedActors] = (line, observation.actor)
  }

  /// Who acted, as far as that was said and is remembered.
  func actor(ofLine line: Int) -> Value? {
    guard !actors.isEmpty, line >= 0, actors[line % Self.rememberedActors].line == line else { return nil }
    return actors[line % Self.rememberedActors].actor?()
  }

  /// Adds the states after a line to a set.
  ///
  /// - Returns: Why that was not done to its end; nil where it was.
  func follow(
    _ observation: Observation, from source: StateSet, into target: StateSet,
    _ fault: inout (SpecificationFault, String)?
  ) -> Outcome? {
    let work = matcher.work
    for index in 0..<source.count {
      if index & 63 == 63 && options.isStopped() { return .stopped }
      if matcher.work &- work > lineWorkLimit { return .tooMany }
      live.pointee = Live(source: index, parent: source.note(index).node, broken: source.note(index).broken)
      do {
        try catchingFaults { [self] in match(observation, source, target) }
      } catch {
        if let failure = recover(error, observation, source, target) { fault = failure }
      }
      if live.pointee.isTooMany { return .tooMany }
    }
    return nil
  }

  private func match(_ observation: Observation, _ source: StateSet, _ target: StateSet) {
    let origin = source[live.pointee.source]
    if options.countsCoverage { coverage.noteEnabled(in: origin) }
    matcher.forEachMatch(from: origin, observation) { [self] state in reach(state, from: origin, target) }
  }

  /// After a fault: what has been found stays, and the rest is tried one instance at a time.
  ///
  /// - Returns: What fails; nil where nothing did once it was tried one by one.
  private func recover(
    _ fault: SpecificationFault, _ observation: Observation, _ source: StateSet, _ target: StateSet
  ) -> (SpecificationFault, String)? {
    let place = (live.pointee.place ?? matcher.place)?.name(in: system) ?? "specification"
    guard observation.alternatives.allSatisfy({ $0.count <= 1 }) else { return (fault, place) }
    refreshShown()
    var found = (fault, place)
    let origin = source[live.pointee.source]
    let patterns = observation.alternatives.isEmpty ? [.any] : observation.alternatives.compactMap(\.first)
    for pattern in patterns {
      for number in pattern.action.map({ $0..<$0 + 1 }) ?? system.actions.indices {
        var ordinals: [Int] = []
        let collected = Ordinals()
        try? catchingFaults { [self] in
          matcher.forEachOrdinal(of: pattern, action: number, in: origin) { collected.list.append($0) }
        }
        ordinals = collected.list
        for ordinal in ordinals {
          live.pointee.place = nil
          do {
            try catchingFaults { [self] in
              matcher.forEachMatch(from: origin, observation, only: Path.Choice(action: number, ordinal: ordinal)) {
                [self] state in reach(state, from: origin, target)
              }
            }
          } catch {
            let choice = Path.Choice(action: number, ordinal: ordinal)
            found = (error, live.pointee.place?.name(in: system) ?? "action \(shown.title(of: choice, in: origin))")
          }
        }
      }
    }
    return found
  }

  private final class Ordinals { var list: [Int] = [] }

  /// Takes note of a state that a line, or a hidden step, leads to.
  private func reach(_ state: UnsafePointer<UInt64>, from origin: UnsafePointer<UInt64>, _ target: StateSet) {
    system.packing.clearPadding(UnsafeMutablePointer(mutating: state))
    let parent = live.pointee.broken
    if parent < 0 {
      live.pointee.broken = brokenOnTheWay(origin, state)
    }
    let (index, isNew) = insert(state, into: target)
    if isNew && live.pointee.isHidden { changed.append(index) }
    if options.countsCoverage { coverage.noteTaken(matcher.trail, line: lineCount) }
    if isNew {
      if parent < 0 && live.pointee.broken >= 0 && firstBroken == nil {
        firstBroken = (Int(live.pointee.broken), lineCount)
      }
      var node = live.pointee.parent
      for choice in matcher.trail {
        node = history.add(parent: node, choice, line: lineCount, isHidden: live.pointee.isHidden)
      }
      target.setNode(node, of: index)
      if target.count > options.maxStates || target.memory > options.memory { live.pointee.isTooMany = true }
    }
    if !isNew && options.keepsAllWays && matcher.trail.count == 1 {
      history.addEdge(to: target.note(index).node, from: live.pointee.parent, matcher.trail[0])
    }
    live.pointee.broken = parent
  }

  private func insert(_ state: UnsafePointer<UInt64>, into set: StateSet) -> (index: Int, isNew: Bool) {
    guard let packer, set.hasKeys else { return set.insert(state, broken: live.pointee.broken) }
    packer.pack(state, into: &key)
    return key.withUnsafeBufferPointer { set.insert(state, key: $0.baseAddress!, broken: live.pointee.broken) }
  }

  private func brokenInvariant(_ state: UnsafePointer<UInt64>) -> Int32 {
    for property in invariants {
      live.pointee.place = .property(property.index)
      let holds = evaluating { property.holds(state) }
      if !holds { return Int32(property.index) }
    }
    live.pointee.place = nil
    return -1
  }

  /// The property that the steps of the trail break first, or a state that they lead to; -1 where there is none. Without a step
  /// there is nothing that was not looked at before.
  private func brokenOnTheWay(_ origin: UnsafePointer<UInt64>, _ state: UnsafePointer<UInt64>) -> Int32 {
    let count = matcher.trail.count
    var before = origin
    for step in 0..<count {
      let after = step == count - 1 ? state : matcher.intermediate(step)
      let broken = brokenInvariant(after)
      if broken >= 0 { return broken }
      let brokenStep = brokenStep(before, after)
      if brokenStep >= 0 { return brokenStep }
      before = after
    }
    return -1
  }

  private func brokenStep(_ before: UnsafePointer<UInt64>, _ after: UnsafePointer<UInt64>) -> Int32 {
    for property in stepProperties {
      live.pointee.place = .property(property.index)
      let holds = evaluating { property.holds(before, after) }
      if !holds { return Int32(property.index) }
    }
    live.pointee.place = nil
    return -1
  }

  /// What there is to say of a set that is not empty.
  private func outcome(of set: StateSet) -> Outcome {
    mostStates = max(mostStates, set.count)
    for index in 0..<set.count where set.note(index).broken < 0 { return .fits(set.count) }
    return .broken(property: Int(set.note(0).broken))
  }

  // MARK: Hidden steps

  /// Adds what hidden steps lead to, level by level.
  ///
  /// - Returns: False where there are too many states, or where it was stopped; and what fails.
  func addHidden(to set: StateSet) -> (Bool, (SpecificationFault, String)?) {
    var fault: (SpecificationFault, String)?
    // What a level has added, or has found another way to that breaks nothing.
    var level = Array(0..<set.count)
    for _ in 0..<options.hidden.limit where !level.isEmpty {
      changed.removeAll(keepingCapacity: true)
      // As they are now: what this level changes counts for the next one.
      let sources = level.map { (index: $0, note: set.note($0)) }
      for (number, source) in sources.enumerated() {
        if number & 63 == 63 && options.isStopped() { return (false, fault) }
        live.pointee = Live(source: source.index, parent: source.note.node, broken: source.note.broken, isHidden: true)
        // The set may move while it grows.
        let origin = Array(UnsafeBufferPointer(start: set[source.index], count: set.words))
        do {
          try catchingFaults { [self] in
            matcher.forEachStep(from: origin, actions: options.hidden.actions) { [self] state in
              origin.withUnsafeBufferPointer { reach(state, from: $0.baseAddress!, set) }
            }
          }
        } catch {
          fault = (error, (live.pointee.place ?? matcher.place)?.name(in: system) ?? "specification")
        }
        if live.pointee.isTooMany { return (false, fault) }
      }
      level = changed
    }
    return (true, fault)
  }

  /// A set of the same kind, empty.
  func emptySet() -> StateSet { StateSet(words: system.layout.words, keyWords: key.count) }
}

extension TransitionSystem {
  /// `RMPrepare(2)`
  func title(of choice: Path.Choice, in state: UnsafePointer<UInt64>) -> String {
    Self.title(actions[choice.action].name, actions[choice.action].arguments(state, choice.ordinal))
  }

  static func title(_ action: String, _ arguments: [Value]) -> String {
    arguments.isEmpty ? action : "\(action)(\(arguments.map(\.description).joined(separator: ", ")))"
  }
}
