internal import CDistCheckEngine

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension BreadthFirstSearch {
  /// Looks at the temporal properties between two levels, now and then.
  func lookAtLiveness() {
    guard let liveness, storedStates >= liveness.nextLook, !isOver, !frontier.isEmpty else { return }
    liveness.noteLook(at: storedStates)
    checkLiveness(isFinal: false, mostVisits: storedStates / 8)
  }

  /// Checks what temporal properties there are on the states that are stored.
  func checkLiveness(isFinal: Bool, mostVisits: Int? = nil) {
    guard let liveness else { return }
    // By name, so that all that the check does is compiled for each of the stores.
    switch self {
    case let search as BreadthFirstSearch<CompactStore>: search.check(liveness, isFinal, mostVisits)
    case let search as BreadthFirstSearch<FullStore>: search.check(liveness, isFinal, mostVisits)
    default: liveness.refuse(.lossy)
    }
  }
}

extension BreadthFirstSearch where Store: NumberedStore {
  /// Each property is checked by one thread, and several side by side as long as what they take is no more than what the
  /// states take.
  private func check(_ liveness: Liveness, _ isFinal: Bool, _ mostVisits: Int?) {
    if let obstacle = livenessObstacle { return liveness.refuse(obstacle) }
    let properties = liveness.properties
    let results = LivenessResults(count: properties.count, workers: team.count)
    defer { results.deallocate() }
    let initial = initialNumbers
    let items = store.keepsItems ? (kept + [next]).flatMap(\.runs) : []
    let arrayBytes = properties.map { $0.automaton.stateCount }.max()! * store.numberLimit * 4
    let atOnce = max(1, min(team.count, properties.count, store.byteCount / max(1, arrayBytes)))
    team.run(alone: atOnce == 1) { [self] worker in
      guard worker < atOnce else { return }
      let expansion = NumberedExpansion(system, packing, store, worker: worker)
      defer { expansion.deallocate() }
      while true {
        let number = Int(ce_add(results.next, 1))
        guard number < properties.count else { return }
        if worker == 0 { liveness.current = properties[number].index }
        let check = LivenessCheck(
          system: system, packing: packing, property: properties[number], explains: liveness.explains,
          expansion: expansion, initial: initial, items: items,
          pause: { [self] bytes in
            results.bytes[worker] = UInt64(bytes)
            return livenessPause(results.byteCount, reports: worker == 0)
          },
          obstacle: { [self] _ in byteCount + results.byteCount > bounds.memory ? .memory : .stopped })
        do throws(SpecificationFault) {
          try catchingFaults { results.outcomes[number] = check.check(isFinal: isFinal, mostVisits: mostVisits) }
        } catch {
          if !error.isEndless { results.faults[number] = (error, expansion.packedState) }
        }
        results.bytes[worker] = 0
      }
      _ = ce_add(results.done, 1)
      // The first worker tells how it goes, also when nothing is left for itself.
      while worker == 0 && ce_load(results.done) < atOnce {
        usleep(10_000)
        pause()
      }
    }
    liveness.current = nil
    for (number, property) in properties.enumerated() {
      liveness.outcomes[property.index] = results.outcomes[number]
      guard let (fault, state) = results.faults[number] else { continue }
      findings.note(
        Findings.Fault(
          place: .property(property.index), at: .state(state, depth: depth(of: state), nil), fault: fault))
    }
    if isFinal { takeBackWithoutBehaviour(liveness, initial, items) }
  }

  /// Where every fair behaviour leaves the state constraint, all temporal properties are true of those that stay, and
  /// none of them was checked.
  ///
  /// Looks for one fair behaviour, once for all properties. That ends with the first one that is met; only if there is none
  /// it goes through all states.
  private func takeBackWithoutBehaviour(_ liveness: Liveness, _ initial: [Int], _ items: [ItemRun]) {
    guard counters.statesOutsideConstraint > 0, liveness.isAnythingHeld, !liveness.isViolated else { return }
    // Every behaviour violates it.
    guard let automaton = try? ProductAutomaton(violating: TemporalProperty(formula: .constant(false), atoms: []))
    else {
      return liveness.takeBack(because: .stopped)
    }
    let expansion = NumberedExpansion(system, packing, store)
    defer {
      expansion.deallocate()
      automaton.deallocate()
    }
    let check = LivenessCheck(
      system: system, packing: packing,
      property: Liveness.Property(index: 0, automaton: automaton, conditions: FairnessConditions(system)),
      explains: false, expansion: expansion, initial: initial, items: items,
      pause: { [self] in livenessPause($0, reports: true) }, obstacle: { _ in .stopped })
    var obstacle: LivenessOutcome.Obstacle? = .stopped
    try? catchingFaults {
      do throws(OutOfMemory) {
        if let isViolable = try check.isViolable() { obstacle = isViolable ? nil : .noBehaviour }
      } catch { obstacle = .memory }
    }
    if let obstacle { liveness.takeBack(because: obstacle) }
  }

  private var initialNumbers: [Int] {
    let expansion = NumberedExpansion(system, packing, store)
    let packer = StatePacker(packing, system.symmetry)
    defer {
      expansion.deallocate()
      packer.deallocate()
    }
    var numbers: [Int] = []
    var known: Set<Int> = []
    for state in system.initialStates {
      let number = expansion.number(of: packer.pack(state))
      if number >= 0 && known.insert(number).inserted { numbers.append(number) }
    }
    return numbers
  }

  /// Why temporal properties cannot be checked.
  private var livenessObstacle: LivenessOutcome.Obstacle? {
    if !(liveness?.isWanted ?? false) { return .unwanted }
    if spill?.hasStates ?? false { return .disk }
    let isOfInstances = system.actions.contains { action in
      action.fairness.strength != nil && (action.fairness.scope != .action || action.isFair != nil)
    }
    return system.isSymmetric && isOfInstances ? .symmetry : nil
  }

  /// The depth at which a state was met.
  private func depth(of state: [UInt64]) -> Int {
    for depth in 1...max(1, depth + 1) {
      var isThere = false
      forEachState(depth: depth, part: 0, of: 1) { packed in
        if (0..<packing.width).allSatisfy({ packed[$0] == state[$0] }) { isThere = true }
      }
      if isThere { return depth }
    }
    return 1
  }
}

/// What workers have come to, each property by one of them; and the bytes that each has in use.
private struct LivenessResults {
  let next: UnsafeMutablePointer<UInt64>
  /// How many workers have nothing left to do.
  let done: UnsafeMutablePointer<UInt64>
  let outcomes: UnsafeMutablePointer<LivenessOutcome>
  let faults: UnsafeMutablePointer<(fault: SpecificationFault, state: [UInt64])?>
  let bytes: UnsafeMutablePointer<UInt64>
  private let count: Int
  private let workers: Int

  init(count: Int, workers: Int) {
    self.count = count
    self.workers = workers
    next = .allocate(capacity: 1)
    next.initialize(to: 0)
    done = .allocate(capacity: 1)
    done.initialize(to: 0)
    outcomes = .allocate(capacity: count)
    outcomes.initialize(repeating: LivenessOutcome(obstacle: .stopped), count: count)
    faults = .allocate(capacity: count)
    faults.initialize(repeating: nil, count: count)
    bytes = .allocate(capacity: workers)
    bytes.initialize(repeating: 0, count: workers)
  }

  func deallocate() {
    next.deallocate()
    done.deallocate()
    outcomes.deinitialize(count: count)
    outcomes.deallocate()
    faults.deinitialize(count: count)
    faults.deallocate()
    bytes.deallocate()
  }

  var byteCount: Int { (0..<workers).reduce(0) { $0 + Int(ce_load(bytes + $1)) } }
}
