import DistCheckTemporal

/// Checks temporal properties on the states that a search has stored. For one thread, while the search rests.
struct LivenessCheck<Store: StateStore> {
  let system: TransitionSystem
  let packing: Packing
  let liveness: Liveness
  let expansion: NumberedExpansion<Store>
  /// The initial states, and all states, by number.
  let initial: [Int]
  let items: [ItemRun]
  /// Called now and then with the bytes in use; true to give up.
  let pause: (Int) -> Bool
  /// Why it was given up, with so many bytes in use.
  let obstacle: (Int) -> LivenessOutcome.Obstacle

  /// Whether a property is violated by a behaviour within the stored states, and if so by which.
  ///
  /// - Parameters:
  ///   - isFinal: Whether the states are all there are: a property that is not violated holds, and is explained.
  ///   - mostVisits: Give up when so many nodes of the product were visited and no violation was found; nil not to.
  func check(_ property: Liveness.Property, isFinal: Bool, mostVisits: Int? = nil) -> LivenessOutcome {
    let strengths = liveness.conditions.assumptions.map { Optional($0.strength) }
    var outcome = LivenessOutcome()
    do throws(OutOfMemory) {
      if let mostVisits {
        let glance = try product(property, strengths, isQuick: true, mostVisits: mostVisits)
        if !glance.isViolated {
          outcome.obstacle = .stopped
          return outcome
        }
      }
      let search = try product(property, strengths, isQuick: false)
      outcome.productStates = search.visited
      outcome.isCut = search.isCut
      guard !search.isGivenUp else {
        outcome.obstacle = obstacle(search.byteCount)
        return outcome
      }
      if search.isViolated {
        let finder = try LassoFinder(search, property.automaton, liveness.conditions, expansion) {
          pause(search.byteCount)
        }
        guard let lasso = finder.find(from: initial) else {
          outcome.obstacle = obstacle(search.byteCount)
          return outcome
        }
        outcome.lasso = Lasso(lasso, of: system, packing, property.automaton) { number in
          expansion.load(number)
          return expansion.packedState
        }?.shortened(violating: property.automaton.property, of: system, liveness.conditions)
        // No execution: the specification is not what it says it is.
        if outcome.lasso == nil { outcome.isNoExecution = true }
        return outcome
      }
      if isFinal {
        outcome.isVacuous = isVacuous(property)
        // Each assumption costs about as much as the check itself.
        if liveness.explains || search.visited * (strengths.count + 1) <= 1 << 20 {
          outcome.needs = try needs(property, strengths)
        }
      }
    } catch {
      outcome.obstacle = .memory
    }
    return outcome
  }

  private func product(
    _ property: Liveness.Property, _ strengths: [Fairness.Strength?], isQuick: Bool, mostVisits: Int = .max
  ) throws(OutOfMemory) -> ProductSearch<Store> {
    let search = try ProductSearch(
      property.automaton, liveness.conditions, strengths: strengths, expansion, isQuick: isQuick,
      mostVisits: mostVisits,
      pause: pause)
    if property.automaton.automaton.entersAnywhere {
      expansion.store.forEachNumber(items: items) { search.enter($0) }
    } else {
      for number in initial { search.enter(number) }
    }
    return search
  }

  /// A smallest set of assumptions under which a property holds that holds under all: one after another is left out, or
  /// made weak, if that does not break it.
  ///
  /// - Returns: nil when there was no time to find it.
  private func needs(
    _ property: Liveness.Property, _ declared: [Fairness.Strength?]
  ) throws(OutOfMemory) -> [String]? {
    var strengths = declared
    for assumption in declared.indices {
      for weaker in declared[assumption] == .strong ? [nil, Fairness.Strength.weak] : [nil] {
        let old = strengths[assumption]
        strengths[assumption] = weaker
        let search = try product(property, strengths, isQuick: true)
        if search.isViolated {
          strengths[assumption] = old
        } else if search.isGivenUp {
          return nil
        } else {
          break
        }
      }
    }
    return zip(liveness.conditions.assumptions, strengths).compactMap { assumption, strength in
      strength.map { "\($0.rawValue) fairness of \(assumption.subject)" }
    }
  }

  /// Whether what the property hinges on is true in no state.
  private func isVacuous(_ property: Liveness.Property) -> Bool {
    let automaton = property.automaton
    let triggers = automaton.property.triggers
    guard !triggers.isEmpty, triggers.allSatisfy({ $0.atoms & ~automaton.stateAtoms == 0 }) else { return false }
    let isTriggered = UnsafeMutablePointer<Bool>.allocate(capacity: 1)
    isTriggered.initialize(to: false)
    defer { isTriggered.deallocate() }
    expansion.store.forEachNumber(items: items) { number in
      if isTriggered.pointee { return }
      expansion.load(number)
      let letter = automaton.letter(expansion.source)
      if triggers.contains(where: { $0.value(letter) }) { isTriggered.pointee = true }
    }
    return !isTriggered.pointee
  }
}

extension BreadthFirstSearch {
  /// Looks at the temporal properties between two levels, now and then.
  func lookAtLiveness() {
    guard let liveness, storedStates >= liveness.nextLook, !isOver, !frontier.isEmpty else { return }
    while liveness.nextLook <= storedStates { liveness.nextLook *= 8 }
    checkLiveness(isFinal: false, mostVisits: storedStates / 8)
  }

  /// Checks what temporal properties there are on the states that are stored.
  func checkLiveness(isFinal: Bool, mostVisits: Int? = nil) {
    guard let liveness else { return }
    if let obstacle = livenessObstacle {
      for property in liveness.properties { liveness.outcomes[property.index] = LivenessOutcome(obstacle: obstacle) }
      return
    }
    let expansion = NumberedExpansion(system, packing, store)
    let packer = StatePacker(packing, system.symmetry)
    defer {
      expansion.deallocate()
      packer.deallocate()
    }
    var initial: [Int] = []
    for state in system.initialStates {
      let number = expansion.number(of: packer.pack(state))
      if number >= 0 && !initial.contains(number) { initial.append(number) }
    }
    let check = LivenessCheck(
      system: system, packing: packing, liveness: liveness, expansion: expansion, initial: initial,
      items: store.keepsItems ? (kept + [next]).flatMap(\.runs) : [], pause: { [self] in livenessPause($0) },
      obstacle: { [self] in byteCount + $0 > bounds.memory ? .memory : .stopped })
    defer { liveness.current = nil }
    for property in liveness.properties {
      liveness.current = property.index
      let outcome = UnsafeMutablePointer<LivenessOutcome>.allocate(capacity: 1)
      outcome.initialize(to: LivenessOutcome(obstacle: .stopped))
      defer {
        outcome.deinitialize(count: 1)
        outcome.deallocate()
      }
      do {
        try catchingFaults { outcome.pointee = check.check(property, isFinal: isFinal, mostVisits: mostVisits) }
      } catch {
        let state = expansion.packedState
        findings.note(
          Findings.Fault(
            place: .property(property.index), at: .state(state, depth: depth(of: state), nil), fault: error))
      }
      liveness.outcomes[property.index] = outcome.pointee
    }
  }

  /// Why temporal properties cannot be checked.
  private var livenessObstacle: LivenessOutcome.Obstacle? {
    if !(liveness?.isWanted ?? false) { return .unwanted }
    if Store.isLossy { return .lossy }
    if spill?.hasStates ?? false { return .disk }
    let isOfInstances = system.actions.contains { action in
      if action.fairness.strength != nil, case .each = action.fairness.scope { true } else { false }
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
