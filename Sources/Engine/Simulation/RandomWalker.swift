/// Makes random walks, one after another, and checks what they come by.
///
/// At each state all successors are generated, as in the exhaustive search, and all are checked: step properties,
/// invariants, constraint. Only then is one taken, at random, of those within the constraint. So what a walk could have
/// run into with its next step is found whichever step it takes.
///
/// A fault inside the specification leaves these functions by a jump. So what has to survive it is behind a pointer.
struct RandomWalker {
  /// How often a walk goes back, and how many states it remembers, however often that would be.
  private static let maxRetreats = 64
  private let maxSteps: Int
  /// Steps between two looks at whether to go on.
  private static let patience = 128

  let system: TransitionSystem
  private let options: SimulationOptions
  private let packing: Packing
  private let words: Int
  private let invariants: [(index: Int, holds: (UnsafeRawPointer) -> Bool)]
  private let stepProperties: [(index: Int, holds: (UnsafeRawPointer, UnsafeRawPointer) -> Bool)]
  private let goals: [(index: Int, holds: (UnsafeRawPointer) -> Bool)]

  private let state: UnsafeMutablePointer<UInt64>
  /// The states of the walk, one after another.
  private let trail: UnsafeMutablePointer<UInt64>
  private let chosen: UnsafeMutablePointer<UInt64>
  private let packed: UnsafeMutablePointer<UInt64>
  private let scan: SuccessorScan
  private let choices: UnsafeMutablePointer<Path.Choice>
  private let visited: WalkMemory
  private let weights: UnsafeMutablePointer<Double>
  /// By goal: the last walk that reached it.
  private let reachedBy: UnsafeMutablePointer<Int>
  private let priorities: Priorities?
  private let live: UnsafeMutablePointer<Live>

  private struct Live {
    var statistics: WalkStatistics
    var finding: WalkFinding.Kind?
    var site = WalkSite()
    var initial = 0
    /// States on the walk's execution now, and when it was longest.
    var length = 0
    var longest = 0
  }

  init(_ system: TransitionSystem, _ options: SimulationOptions) {
    self.system = system
    self.options = options
    packing = system.packing
    words = system.layout.words
    var invariants: [(Int, (UnsafeRawPointer) -> Bool)] = []
    var steps: [(Int, (UnsafeRawPointer, UnsafeRawPointer) -> Bool)] = []
    var goals: [(Int, (UnsafeRawPointer) -> Bool)] = []
    for (index, property) in system.properties.enumerated() {
      switch property.predicate {
      case .always(let holds): invariants.append((index, holds))
      case .step(let holds): steps.append((index, holds))
      case .sometimes(let holds): goals.append((index, holds))
      case .temporal: break
      }
    }
    self.invariants = invariants
    stepProperties = steps
    self.goals = goals
    state = .allocate(capacity: words)
    state.initialize(repeating: 0, count: words)
    trail = .allocate(capacity: words * options.depth)
    chosen = .allocate(capacity: words)
    chosen.initialize(repeating: 0, count: words)
    packed = .allocate(capacity: packing.width)
    scan = SuccessorScan(system)
    choices = .allocate(capacity: options.depth)
    maxSteps = options.depth * 4 + 1024
    visited = WalkMemory(capacity: maxSteps + 1)
    weights = .allocate(capacity: max(1, system.actions.count))
    weights.initialize(repeating: 1, count: max(1, system.actions.count))
    reachedBy = .allocate(capacity: max(1, goals.count))
    reachedBy.initialize(repeating: -1, count: max(1, goals.count))
    live = .allocate(capacity: 1)
    if case .priorities(let count) = options.strategy {
      priorities = Priorities(actionCount: system.actions.count, changePoints: count, depth: options.depth)
    } else {
      priorities = nil
    }
    live.initialize(to: Live(statistics: WalkStatistics(system)))
  }

  func deallocate() {
    priorities?.deallocate()
    live.deinitialize(count: 1)
    live.deallocate()
    for memory in [state, trail, chosen, packed] { memory.deallocate() }
    scan.deallocate()
    choices.deallocate()
    visited.deallocate()
    weights.deallocate()
    reachedBy.deallocate()
  }

  /// What was done since this was asked the last time.
  func takeStatistics() -> WalkStatistics {
    defer { live.pointee.statistics = WalkStatistics(system) }
    return live.pointee.statistics
  }

  /// Makes one walk.
  ///
  /// - Parameter isOver: Asked now and then; a walk that is broken off counts as none, but its steps do.
  /// - Returns: What it ran into, if it did.
  func walk(_ number: Int, isOver: @escaping () -> Bool) -> WalkFinding? {
    live.pointee.finding = nil
    live.pointee.site = WalkSite()
    do {
      try catchingFaults { [self] in
        if let ending = run(number, isOver) { end(ending) }
      }
    } catch {
      live.pointee.finding = .fault(error, live.pointee.site)
    }
    guard let kind = live.pointee.finding else { return nil }
    end(\.found)
    let count = live.pointee.length - 1
    return WalkFinding(
      walk: number, kind: kind,
      path: Path(initial: live.pointee.initial, choices: Array(UnsafeBufferPointer(start: choices, count: count))))
  }

  private func end(_ ending: WritableKeyPath<SimulationResult.Endings, Int>) {
    live.pointee.statistics.end(length: live.pointee.longest, depth: options.depth, ending)
  }

  /// - Returns: How the walk ended, or first had nowhere to go; nil when something was found, or when it was broken off.
  private func run(_ number: Int, _ isOver: () -> Bool) -> WritableKeyPath<SimulationResult.Endings, Int>? {
    var random = RandomSource(seed: options.seed, walk: number)
    let initial = random.below(system.initialStates.count)
    live.pointee.initial = initial
    var steps = 0
    live.pointee.length = 1
    live.pointee.longest = 1
    system.initialStates[initial].withUnsafeBufferPointer { state.update(from: $0.baseAddress!, count: words) }
    visited.clear()
    visited.insert(stateHash(state))
    prepare(&random)
    guard check(state, number, last: nil) else { return nil }
    if !isWithin(state, last: nil) { return \.constraint }
    trail.update(from: state, count: words)
    var retreats = 0
    var firstEnding: WritableKeyPath<SimulationResult.Endings, Int>?
    while live.pointee.length < options.depth && steps < maxSteps {
      steps += 1
      if steps % Self.patience == 0 && isOver() { return nil }
      var selection = Selection()
      for action in 0..<system.actions.count {
        guard explore(action, number, &selection, &random) else { return nil }
      }
      if let choice = selection.choice {
        take(choice)
        continue
      }
      if !selection.isEnabled {
        live.pointee.site = WalkSite(part: .mayStop)
        if !system.mayStop(state) {
          live.pointee.finding = .deadlock
          return nil
        }
      }
      firstEnding =
        firstEnding ?? (selection.isWithin ? \.exhausted : selection.isEnabled ? \.constraint : \.stopped)
      if options.strategy != .swarm || retreats == Self.maxRetreats { return firstEnding }
      retreats += 1
      retreat(to: random.below(live.pointee.length))
    }
    return live.pointee.length < options.depth ? firstEnding ?? \.exhausted : \.depth
  }

  /// Goes back to an earlier state of the walk; what came after it is no longer part of the walk's execution.
  private func retreat(to place: Int) {
    live.pointee.length = place + 1
    state.update(from: trail + place * words, count: words)
  }

  /// Draws what a walk is to go by.
  private func prepare(_ random: inout RandomSource) {
    switch options.strategy {
    case .uniform: break
    case .swarm:
      for action in 0..<system.actions.count { weights[action] = Self.weight(random.below(Self.weightCount)) }
    case .priorities: priorities!.begin(&random)
    }
  }

  /// Weights are 1, 1/2, 1/4 … down to 2 to the -15, each as likely.
  private static let weightCount = 16
  private static func weight(_ number: Int) -> Double { 1 / Double(1 << number) }

  private func stateHash(_ state: UnsafePointer<UInt64>) -> UInt64 {
    packing.pack(state, into: packed)
    return hash(packed, width: packing.width)
  }

  private func take(_ choice: Path.Choice) {
    choices[live.pointee.length - 1] = choice
    state.update(from: chosen, count: words)
    visited.insert(stateHash(state))
    priorities?.take(choice.action, depth: live.pointee.length)
    (trail + live.pointee.length * words).update(from: state, count: words)
    live.pointee.length += 1
    live.pointee.longest = max(live.pointee.longest, live.pointee.length)
    live.pointee.statistics.steps += 1
    live.pointee.statistics.taken[choice.action] += 1
  }

  // MARK: One step

  /// The step to take, as far as it is known: of the successors seen so far.
  private struct Selection {
    var choice: Path.Choice?
    var isEnabled = false
    /// Whether one was within the constraint, new or not.
    var isWithin = false
    /// Successors seen within the constraint: of all actions, or of the one at hand.
    var count = 0
    /// Total weight of the actions that had one, and whether the one at hand was chosen among them.
    var weight = 0.0
    var isChosen = false
    var priority: UInt64 = 0
  }

  /// Generates and checks the successors of the state under one action, and has each stand for selection.
  ///
  /// - Returns: False when something was found.
  private func explore(
    _ action: Int, _ number: Int, _ selection: inout Selection, _ random: inout RandomSource
  ) -> Bool {
    if options.strategy == .swarm { selection.count = 0 }
    var isEnabled = false
    live.pointee.site = WalkSite(part: .action(action))
    let isDone = scan.forEachSuccessor(of: state, action: action) { choice, successor in
      isEnabled = true
      for property in stepProperties {
        live.pointee.site = WalkSite(part: .property(property.index), last: choice)
        if !property.holds(state, successor) {
          live.pointee.finding = .violation(property: property.index, last: choice)
          return false
        }
      }
      guard check(successor, number, last: choice) else { return false }
      if isWithin(successor, last: choice) {
        selection.isWithin = true
        if !visited.contains(stateHash(successor)) { consider(choice, successor, &selection, &random) }
      }
      live.pointee.site = WalkSite(part: .action(action))
      return true
    }
    if !isDone { return false }
    if isEnabled {
      selection.isEnabled = true
      live.pointee.statistics.enabled[action] += 1
    }
    return true
  }

  /// Whether a successor displaces the one selected so far. Sampling from a stream: none is stored but the selected one.
  @inline(__always)
  private func consider(
    _ choice: Path.Choice, _ successor: UnsafePointer<UInt64>, _ selection: inout Selection,
    _ random: inout RandomSource
  ) {
    switch options.strategy {
    case .uniform:
      selection.count &+= 1
      if random.below(selection.count) != 0 { return }
    case .swarm:
      selection.count &+= 1
      if selection.count == 1 {
        let weight = weights[choice.action]
        selection.weight += weight
        selection.isChosen = random.fraction() * selection.weight < weight
        if !selection.isChosen { return }
      } else if !selection.isChosen || random.below(selection.count) != 0 {
        return
      }
    case .priorities:
      let priority = priorities!.priority(of: choice.action)
      if priority < selection.priority { return }
      if priority > selection.priority {
        selection.priority = priority
        selection.count = 0
      }
      selection.count &+= 1
      if random.below(selection.count) != 0 { return }
    }
    selection.choice = choice
    chosen.update(from: successor, count: words)
  }

  // MARK: Properties

  private func check(_ state: UnsafeRawPointer, _ number: Int, last: Path.Choice?) -> Bool {
    live.pointee.statistics.checkedStates &+= 1
    for property in invariants {
      live.pointee.site = WalkSite(part: .property(property.index), last: last)
      if !property.holds(state) {
        live.pointee.finding = .violation(property: property.index, last: last)
        return false
      }
    }
    for k in 0..<goals.count where reachedBy[k] != number {
      live.pointee.site = WalkSite(part: .property(goals[k].index), last: last)
      if goals[k].holds(state) {
        reachedBy[k] = number
        live.pointee.statistics.reached[goals[k].index] += 1
      }
    }
    return true
  }

  private func isWithin(_ state: UnsafeRawPointer, last: Path.Choice?) -> Bool {
    live.pointee.site = WalkSite(part: .constraint, last: last)
    let isWithin = system.isWithinConstraint(state)
    if !isWithin { live.pointee.statistics.statesOutsideConstraint &+= 1 }
    return isWithin
  }
}

/// What a walk ran into.
struct WalkFinding {
  enum Kind {
    /// In the walk's last state, or with or after a step from there.
    case violation(property: Int, last: Path.Choice?)
    case deadlock
    case fault(SpecificationFault, WalkSite)
  }
  var walk: Int
  var kind: Kind
  /// The states that the walk has been in.
  var path: Path
}

/// What of the specification is being evaluated, in the walk's last state or in the one that a step leads to from there.
struct WalkSite: Equatable {
  var part: SpecificationPart?
  var last: Path.Choice?
}
