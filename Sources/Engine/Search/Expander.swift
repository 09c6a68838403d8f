/// The one place that expands a state: guards and effects, then, block by block, packing, de-duplication, properties and
/// constraint.
///
/// A random probe of a table that does not fit the cache costs a memory latency. So successors are gathered into a block
/// first; then all are packed and hashed and their slots prefetched; then they are probed. Within a block each action is
/// applied to all source states in turn, which keeps its code and its branches warm.
///
/// A fault inside the specification leaves these functions by a jump. So nothing that changes is in the structure itself,
/// where the compiler may keep it in registers: it is behind a pointer, and up to date whenever the specification is called.
struct Expander {
  /// Successors in a block, and states that they may come from.
  static let blockSize = 512
  static let sourceLimit = 64
  /// How many successors ahead of the one that is looked up its slot is fetched, and then the state that the slot names.
  private static let slotDistance = 32
  private static let stateDistance = 16

  let system: TransitionSystem
  let packing: Packing
  private let maxStates: Int

  // The properties by kind, so that the loops over them are short
  private let invariants: [(index: Int, holds: (UnsafeRawPointer) -> Bool)]
  private let stepProperties: [(index: Int, holds: (UnsafeRawPointer, UnsafeRawPointer) -> Bool)]

  // The block
  private let sources: UnsafeMutablePointer<UInt64>
  private let successorCounts: UnsafeMutablePointer<Int>
  private let successors: UnsafeMutablePointer<UInt64>
  private let ordinals: UnsafeMutablePointer<UInt32>
  private let packed: UnsafeMutablePointer<UInt64>
  private let hashes: UnsafeMutablePointer<UInt64>
  private let runs: UnsafeMutablePointer<Run>
  /// The successors that are not in the set, and whether the constraint excludes them.
  private let newcomers: UnsafeMutablePointer<Int>
  private let isOutside: UnsafeMutablePointer<Bool>
  private let canonical: UnsafeMutablePointer<UInt64>

  /// Adjacent successors of one source under one action.
  private struct Run {
    var end: Int
    var source: Int
    var action: Int
  }

  /// All that changes.
  private let live: UnsafeMutablePointer<Live>

  private struct Live {
    var visited: VisitedSet
    var finding: Finding?
    var stop: StopReason?
    var site = Site.none
    var generatedStates = 0
    var statesOutsideConstraint = 0
    var coverage: [ActionCoverage]
    var witnesses: [Position?]
    /// The `sometimes` properties that have no witness yet.
    var goals: [(index: Int, holds: (UnsafeRawPointer) -> Bool)]
    /// The first source of the block, and how many successors and runs are in it.
    var firstSource = 0
    var count = 0
    var runCount = 0
  }

  init(_ system: TransitionSystem, bounds: Bounds) throws(OutOfMemory) {
    self.system = system
    packing = Packing(system.layout)
    maxStates = bounds.maxStates ?? Int.max
    var invariants: [(Int, (UnsafeRawPointer) -> Bool)] = []
    var steps: [(Int, (UnsafeRawPointer, UnsafeRawPointer) -> Bool)] = []
    var goals: [(Int, (UnsafeRawPointer) -> Bool)] = []
    for (index, property) in system.properties.enumerated() {
      switch property.predicate {
      case .always(let holds): invariants.append((index, holds))
      case .step(let holds): steps.append((index, holds))
      case .sometimes(let holds): goals.append((index, holds))
      }
    }
    self.invariants = invariants
    stepProperties = steps
    let initial = Live(
      visited: try VisitedSet(width: packing.width), coverage: system.actions.map { _ in ActionCoverage() },
      witnesses: system.properties.map { _ in nil }, goals: goals)
    live = .allocate(capacity: 1)
    live.initialize(to: initial)
    let words = packing.stateWords
    sources = .allocate(capacity: Self.sourceLimit * words)
    successorCounts = .allocate(capacity: Self.sourceLimit)
    successors = .allocate(capacity: Self.blockSize * words)
    // A successor's last word may hold bytes that the specification never writes.
    successors.initialize(repeating: 0, count: Self.blockSize * words)
    ordinals = .allocate(capacity: Self.blockSize)
    packed = .allocate(capacity: Self.blockSize * packing.width)
    hashes = .allocate(capacity: Self.blockSize + Self.slotDistance)
    hashes.initialize(repeating: 0, count: Self.blockSize + Self.slotDistance)
    runs = .allocate(capacity: Self.blockSize)
    newcomers = .allocate(capacity: Self.blockSize)
    isOutside = .allocate(capacity: Self.blockSize)
    canonical = .allocate(capacity: words)
  }

  func deallocate() {
    live.pointee.visited.deallocate()
    live.deinitialize(count: 1)
    live.deallocate()
    sources.deallocate()
    successorCounts.deallocate()
    successors.deallocate()
    ordinals.deallocate()
    packed.deallocate()
    hashes.deallocate()
    runs.deallocate()
    newcomers.deallocate()
    isOutside.deallocate()
    canonical.deallocate()
  }

  // MARK: What was found

  var visited: VisitedSet { live.pointee.visited }
  var finding: Finding? { live.pointee.finding }
  var stop: StopReason? { live.pointee.stop }
  var generatedStates: Int { live.pointee.generatedStates }
  var statesOutsideConstraint: Int { live.pointee.statesOutsideConstraint }
  var coverage: [ActionCoverage] { live.pointee.coverage }
  var witnesses: [Position?] { live.pointee.witnesses }
  /// Where in the specification we are, for the report of a fault.
  var site: Site {
    switch live.pointee.site {
    case .propertyOfNewcomer(let property, let index): .property(property, at: position(newcomers[index]))
    case .constraintOfNewcomer(let index): .constraint(at: position(newcomers[index]))
    case let site: site
    }
  }

  /// Whether the search is over: something was found, or a bound reached.
  var isOver: Bool { finding != nil || stop != nil }

  // MARK: Initial states

  func addInitialStates() {
    for (index, words) in system.initialStates.enumerated() where !isOver {
      live.pointee.generatedStates += 1
      let packedState = packing.pack(words)
      let hash = hash(packedState, width: packing.width)
      guard reserve(1), case .absent(let slot) = visited.probe.find(packedState, hash: hash) else { continue }
      words.withUnsafeBytes { bytes in
        guard checkInitial(bytes.baseAddress!, index) else { return }
        if visited.count >= maxStates {
          live.pointee.stop = .maxStates
        } else {
          live.pointee.visited.insert(packedState, hash: hash, slot: slot)
        }
      }
    }
  }

  // MARK: Expansion

  /// Explores states that are next to each other, `sourceLimit` at most.
  func expand(_ states: Range<Int>) {
    let words = packing.stateWords
    let firstSource = states.lowerBound
    live.pointee.firstSource = firstSource
    for k in 0..<states.count {
      packing.unpack(visited[firstSource + k], into: sources + k * words)
      successorCounts[k] = 0
    }
    for action in 0..<system.actions.count {
      let expand = system.actions[action].expand
      for k in 0..<states.count {
        live.pointee.site = .action(action, source: firstSource + k)
        var taken = 0
        var next = 0
        repeat {
          let count = live.pointee.count
          var buffer = SuccessorBuffer(
            next: UnsafeMutableRawPointer(successors + count * words), room: Self.blockSize - count,
            stride: words * 8, ordinals: ordinals + count)
          next = expand(sources + k * words, &buffer, next, Int.max)
          let end = Self.blockSize - buffer.room
          if end > count {
            runs[live.pointee.runCount] = Run(end: end, source: k, action: action)
            live.pointee.runCount += 1
            live.pointee.count = end
            live.pointee.generatedStates += end - count
            taken += end - count
          }
          if next >= 0 {
            flush()
            if isOver { return }
            live.pointee.site = .action(action, source: firstSource + k)
          }
        } while next >= 0
        if taken > 0 {
          successorCounts[k] += taken
          live.pointee.coverage[action].enabled += 1
          live.pointee.coverage[action].taken += taken
        }
      }
    }
    flush()
    if isOver { return }
    for k in 0..<states.count where successorCounts[k] == 0 {
      live.pointee.site = .mayStop(source: firstSource + k)
      if !system.mayStop(sources + k * words) {
        live.pointee.finding = .deadlock(.stored(firstSource + k))
        return
      }
    }
    live.pointee.site = .none
  }

  /// Looks at the successors that are gathered: which are new, and whether the properties hold.
  private func flush() {
    live.pointee.site = .none
    let count = live.pointee.count
    let width = packing.width
    guard reserve(count) else { return }
    packing.pack(successors, into: packed, count: count)
    let (packed, hashes, probe) = (packed, hashes, visited.probe)
    // Hashes beyond the block are read and prefetched for nothing; that is cheaper than to ask.
    for k in 0..<count { hashes[k] = hash(packed + k &* width, width: width) }
    for k in 0..<Self.slotDistance { probe.prefetch(hash: hashes[k]) }
    for k in 0..<Self.stateDistance { probe.prefetchState(hash: hashes[k]) }
    if !stepProperties.isEmpty && !checkSteps() { return }
    var newCount = 0
    for k in 0..<count {
      probe.prefetch(hash: hashes[k &+ Self.slotDistance])
      probe.prefetchState(hash: hashes[k &+ Self.stateDistance])
      if case .absent = probe.find(packed + k &* width, hash: hashes[k]) {
        newcomers[newCount] = k
        newCount &+= 1
      }
    }
    let sound = check(newCount)
    var run = 0
    for index in 0..<sound where !isOutside[index] {
      let k = newcomers[index]
      // Two successors in the block can be the same state.
      guard case .absent(let slot) = probe.find(packed + k &* width, hash: hashes[k]) else { continue }
      while runs[run].end <= k { run &+= 1 }
      if visited.count >= maxStates {
        live.pointee.stop = .maxStates
        return
      }
      live.pointee.visited.insert(packed + k &* width, hash: hashes[k], slot: slot)
      live.pointee.coverage[runs[run].action].newStates += 1
    }
    if sound < newCount { return }
    live.pointee.count = 0
    live.pointee.runCount = 0
  }

  private func reserve(_ additional: Int) -> Bool {
    do {
      try live.pointee.visited.reserve(additional)
      return true
    } catch {
      live.pointee.stop = .memory
      return false
    }
  }

  /// How a successor in the block was reached.
  private func position(_ k: Int) -> Position {
    var run = 0
    while runs[run].end <= k { run += 1 }
    return position(k, in: runs[run])
  }

  private func position(_ k: Int, in run: Run) -> Position {
    .successor(of: live.pointee.firstSource + run.source, action: run.action, ordinal: Int(ordinals[k]))
  }

  // MARK: Properties

  /// Checks the new states of the block, property by property, and notes which lie outside the constraint.
  ///
  /// - Returns: How many there are before the first that violates something; all of them when none does.
  private func check(_ newCount: Int) -> Int {
    let words = packing.stateWords
    var sound = newCount
    for property in invariants {
      let holds = property.holds
      for index in 0..<sound {
        live.pointee.site = .propertyOfNewcomer(property.index, index)
        if !holds(successors + newcomers[index] &* words) {
          live.pointee.finding = .violation(property: property.index, at: position(newcomers[index]))
          sound = index
          break
        }
      }
    }
    var goal = 0
    while goal < live.pointee.goals.count {
      if let index = firstNewcomer(before: sound, reaching: live.pointee.goals[goal]) {
        live.pointee.witnesses[live.pointee.goals[goal].index] = position(newcomers[index])
        live.pointee.goals.remove(at: goal)
      } else {
        goal += 1
      }
    }
    let isWithinConstraint = system.isWithinConstraint
    for index in 0..<sound {
      live.pointee.site = .constraintOfNewcomer(index)
      isOutside[index] = !isWithinConstraint(successors + newcomers[index] &* words)
      if isOutside[index] {
        live.pointee.statesOutsideConstraint += 1
      } else if (visited.count &+ index) & 1023 == 0 || visited.count < 256 {
        live.pointee.site = .none
        checkCanonical(successors + newcomers[index] &* words, at: position(newcomers[index]))
        if case .notCanonical = live.pointee.finding { return index }
      }
    }
    live.pointee.site = .none
    return sound
  }

  private func firstNewcomer(
    before sound: Int, reaching goal: (index: Int, holds: (UnsafeRawPointer) -> Bool)
  ) -> Int? {
    for index in 0..<sound {
      live.pointee.site = .propertyOfNewcomer(goal.index, index)
      if goal.holds(successors + newcomers[index] &* packing.stateWords) { return index }
    }
    return nil
  }

  /// Checks an initial state. False when it is not to be stored.
  private func checkInitial(_ state: UnsafeRawPointer, _ number: Int) -> Bool {
    let position = Position.initial(number)
    for property in invariants {
      live.pointee.site = .property(property.index, at: position)
      if !property.holds(state) {
        live.pointee.finding = .violation(property: property.index, at: position)
        return false
      }
    }
    live.pointee.goals.removeAll { goal in
      live.pointee.site = .property(goal.index, at: position)
      guard goal.holds(state) else { return false }
      live.pointee.witnesses[goal.index] = position
      return true
    }
    live.pointee.site = .constraint(at: position)
    let isWithin = system.isWithinConstraint(state)
    live.pointee.site = .none
    if isWithin { checkCanonical(state, at: position) } else { live.pointee.statesOutsideConstraint += 1 }
    return isWithin && finding == nil
  }

  private func checkSteps() -> Bool {
    let words = packing.stateWords
    var k = 0
    for run in 0..<live.pointee.runCount {
      let before = sources + runs[run].source &* words
      while k < runs[run].end {
        for property in stepProperties {
          live.pointee.site = .property(property.index, at: position(k, in: runs[run]))
          if !property.holds(before, successors + k &* words) {
            live.pointee.finding = .violation(property: property.index, at: position(k, in: runs[run]))
            live.pointee.site = .none
            return false
          }
        }
        k &+= 1
      }
    }
    live.pointee.site = .none
    return true
  }

  /// A state whose bytes are not canonical would count as another state than its twin. The compiler leaves canonical
  /// bytes for the types that are admitted; should it ever not, the sample notices.
  private func checkCanonical(_ state: UnsafeRawPointer, at position: Position) {
    let words = packing.stateWords
    UnsafeMutableRawPointer(canonical).copyMemory(from: state, byteCount: words * 8)
    system.layout.canonicalize(canonical)
    let packedTwin = packing.pack(Array(UnsafeBufferPointer(start: canonical, count: words)))
    let packedState = packing.pack(
      Array(UnsafeBufferPointer(start: state.assumingMemoryBound(to: UInt64.self), count: words)))
    if packedTwin != packedState { live.pointee.finding = .notCanonical(position) }
  }
}

/// A state, by how it was reached.
enum Position: Equatable {
  case initial(Int)
  case stored(Int)
  case successor(of: Int, action: Int, ordinal: Int)
}

/// What ends a search.
enum Finding {
  case violation(property: Int, at: Position)
  case deadlock(Position)
  case notCanonical(Position)
}

/// What of the specification is being evaluated.
enum Site {
  case none
  case action(Int, source: Int)
  case property(Int, at: Position)
  case constraint(at: Position)
  case mayStop(source: Int)
  // The same two for a new state of the current block, whose position is worked out only when it is wanted.
  case propertyOfNewcomer(Int, Int)
  case constraintOfNewcomer(Int)
}

/// How often an action was enabled, taken, and led to something new.
public struct ActionCoverage: Equatable {
  /// States in which at least one instance was enabled.
  public var enabled = 0
  /// Instances taken: the states that it generated.
  public var taken = 0
  /// Generated states that were new.
  public var newStates = 0

  public init() {}
}
