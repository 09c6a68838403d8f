import DistCheckTemporal

/// Checks a temporal property on the states that a search has stored, by one thread, while the search rests.
struct LivenessCheck<Store: NumberedStore> {
  let system: TransitionSystem
  let packing: Packing
  let property: Liveness.Property
  /// Whether to say which fairness it needs, whatever that costs.
  let explains: Bool
  let expansion: NumberedExpansion<Store>
  /// The initial states, and all states, by number.
  let initial: [Int]
  let items: [ItemRun]
  /// Called now and then with the bytes in use; true to give up.
  let pause: (Int) -> Bool
  /// Why it was given up, with so many bytes in use.
  let obstacle: (Int) -> LivenessOutcome.Obstacle

  /// Whether the property is violated by a behaviour within the stored states, and if so by which.
  ///
  /// - Parameters:
  ///   - isFinal: Whether the states are all there are: a property that is not violated holds, and is explained.
  ///   - mostVisits: Give up when so many nodes of the product were visited and no violation was found; nil not to.
  func check(isFinal: Bool, mostVisits: Int? = nil) -> LivenessOutcome {
    let strengths = property.conditions.assumptions.map { Optional($0.strength) }
    var outcome = LivenessOutcome()
    do throws(OutOfMemory) {
      if let mostVisits {
        // Whether it finds something depends on the order in which it goes, which is one and the same for all searches.
        let glance = try product(strengths, isQuick: true, mostVisits: mostVisits)
        if !glance.isViolated {
          outcome.obstacle = .stopped
          return outcome
        }
      }
      let search = try product(strengths, isQuick: false)
      outcome.productStates = search.visited
      outcome.isCut = search.isCut
      guard !search.isGivenUp else {
        outcome.obstacle = obstacle(search.byteCount)
        return outcome
      }
      if search.isViolated {
        outcome.isViolated = true
        let finder = try LassoFinder(search, property.automaton, property.conditions, expansion) {
          pause(search.byteCount)
        }
        guard let lasso = finder.find(from: initial) else { return outcome }
        outcome.lasso = Lasso(lasso, of: system, packing, property.automaton, property.conditions) { number in
          expansion.load(number)
          return expansion.packedState
        }
        // No execution: the specification is not what it says it is.
        if outcome.lasso == nil { outcome.isNoExecution = true }
        return outcome
      }
      if isFinal {
        outcome.isVacuous = isVacuous
        // Each assumption costs about as much as the check itself.
        if explains || search.visited * (strengths.count + 1) <= 1 << 20 {
          outcome.needs = try needs(strengths)
        }
      }
    } catch {
      if !outcome.isViolated { outcome.obstacle = .memory }
    }
    return outcome
  }

  /// Whether there is any fair behaviour within the stored states that violates the property; nil when that was given up.
  func isViolable() throws(OutOfMemory) -> Bool? {
    let search = try product(property.conditions.assumptions.map(\.strength), isQuick: true)
    return search.isViolated ? true : search.isGivenUp ? nil : false
  }

  private func product(
    _ strengths: [Fairness.Strength?], isQuick: Bool, mostVisits: Int = .max
  ) throws(OutOfMemory) -> ProductSearch<Store> {
    let search = try ProductSearch(
      property.automaton, property.conditions, strengths: strengths, expansion, isQuick: isQuick,
      mostVisits: mostVisits,
      pause: pause)
    if !property.automaton.automaton.entersAnywhere {
      for number in initial { search.enter(number) }
    } else if mostVisits == .max {
      expansion.store.forEachNumber(items: items) { search.enter($0) }
    } else {
      enterInOrder(search, mostStates: mostVisits)
    }
    return search
  }

  /// Enters the product at the first states of a breadth-first search. Numbers depend on which worker was faster; what a
  /// search finds that is given up on the way must not.
  private func enterInOrder(_ search: ProductSearch<Store>, mostStates: Int) {
    var known = Set(initial)
    var queue = initial
    var next = 0
    while next < min(queue.count, mostStates) && !search.isGivenUp {
      let number = queue[next]
      next += 1
      search.enter(number)
      expansion.load(number)
      while !expansion.isDone {
        for k in 0..<expansion.advance() {
          let successor = expansion.numbers[k]
          if successor >= 0 && known.insert(successor).inserted { queue.append(successor) }
        }
      }
    }
  }

  /// A smallest set of assumptions under which a property holds that holds under all: one after another is left out, or
  /// made weak, if that does not break it.
  ///
  /// - Returns: nil when there was no time to find it.
  private func needs(_ declared: [Fairness.Strength?]) throws(OutOfMemory) -> [String]? {
    var strengths = declared
    for assumption in declared.indices {
      for weaker in declared[assumption] == .strong ? [nil, Fairness.Strength.weak] : [nil] {
        let old = strengths[assumption]
        strengths[assumption] = weaker
        let search = try product(strengths, isQuick: true)
        if search.isViolated {
          strengths[assumption] = old
        } else if search.isGivenUp {
          return nil
        } else {
          break
        }
      }
    }
    return zip(property.conditions.assumptions, strengths).compactMap { assumption, strength in
      guard let strength else { return nil }
      var needed = assumption
      needed.strength = strength
      return needed.description
    }
  }

  /// Whether what the property hinges on is true in no state.
  private var isVacuous: Bool {
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
