/// Finds what is not symmetric in a specification, by comparing states with their images.
///
/// Exploring one state of each orbit is right when all states of an orbit have the same properties, and successors in the
/// same orbits. That is what is compared, on the states that it is asked about: it is a test, not a proof. A difference
/// that shows in other states only is not found.
///
/// Allocates, and evaluates the specification, which may fail: call it under `catchingFaults`.
struct SymmetryCheck {
  private let symmetry: Symmetry
  private let system: TransitionSystem
  private let packing: Packing
  private let permuter: Permuter
  private let canonicalizer: Canonicalizer
  private let scan: SuccessorScan

  init(_ symmetry: Symmetry, _ system: TransitionSystem) {
    self.symmetry = symmetry
    self.system = system
    packing = system.packing
    permuter = Permuter(symmetry)
    canonicalizer = Canonicalizer(symmetry)
    scan = SuccessorScan(system)
  }

  func deallocate() {
    permuter.deallocate()
    canonicalizer.deallocate()
    scan.deallocate()
  }

  /// Compares a state with images of it: properties, constraint, `mayStop`, and the orbits of the successors of each
  /// action, with what the step properties say of them. A state outside the constraint is not expanded.
  ///
  /// - Parameters:
  ///   - state: As it is before packing.
  ///   - thorough: Compare with every exchange of two identities, too.
  ///   - seed: Chooses the permutation with whose image the state is compared.
  /// - Returns: nil when nothing differs.
  func asymmetry(of state: UnsafePointer<UInt64>, thorough: Bool, seed: Int) -> Flaw? {
    guard !symmetry.kinds.isEmpty else { return nil }
    let state = Array(UnsafeBufferPointer(start: state, count: symmetry.words))
    let before = observe(state)
    if thorough {
      for exchange in allExchanges {
        let after = observe(image(of: state, under: exchange))
        if let difference = difference(before, after, exchange) { return difference }
      }
    }
    // A random permutation, as exchanges one after another; when it makes a difference, one of these does.
    var images = [state]
    let exchanges = shuffle(seed: seed)
    for exchange in exchanges { images.append(image(of: images.last!, under: exchange)) }
    guard let last = exchanges.last, difference(before, observe(images.last!), last) != nil else { return nil }
    for (k, exchange) in exchanges.enumerated() {
      if let difference = difference(observe(images[k]), observe(images[k + 1]), exchange) { return difference }
    }
    return nil
  }

  /// Whether the initial states are closed under permutation.
  func asymmetryOfInitialStates() -> Flaw? {
    let initial = Set(system.initialStates.map { packing.pack($0) })
    for state in system.initialStates {
      for exchange in allExchanges where !initial.contains(packing.pack(image(of: state, under: exchange))) {
        return Flaw(
          place: "initial states",
          message: "they differ under symmetry: one of them is none any more when \(describe(exchange)) are exchanged; "
            + "add the states that differ from it by an exchange, or remove \(name(exchange)) from `interchangeable`")
      }
    }
    return nil
  }

  // MARK: Permutations

  private struct Exchange {
    var kind: Int
    var first: Int
    var second: Int
  }

  private var allExchanges: [Exchange] {
    symmetry.kinds.indices.flatMap { kind in
      (1..<symmetry.kinds[kind].count).flatMap { second in
        (0..<second).map { Exchange(kind: kind, first: $0, second: second) }
      }
    }
  }

  /// Every permutation is as likely as any other (Fisher, Yates).
  private func shuffle(seed: Int) -> [Exchange] {
    var random = UInt64(truncatingIfNeeded: seed)
    return symmetry.kinds.indices.flatMap { kind in
      (1..<symmetry.kinds[kind].count).reversed().compactMap { second in
        random &+= 0x9E37_79B9_7F4A_7C15
        let first = Int(mix(random, 0xA076_1D64_78BD_642F) % UInt64(second + 1))
        return first == second ? nil : Exchange(kind: kind, first: first, second: second)
      }
    }
  }

  private func image(of state: [UInt64], under exchange: Exchange) -> [UInt64] {
    let images = permuter.images + symmetry.bases[exchange.kind]
    (images[exchange.first], images[exchange.second]) = (UInt8(exchange.second), UInt8(exchange.first))
    defer { (images[exchange.first], images[exchange.second]) = (UInt8(exchange.first), UInt8(exchange.second)) }
    return [UInt64](unsafeUninitializedCapacity: symmetry.words) { target, count in
      permuter.permute(state, into: target.baseAddress!)
      count = symmetry.words
    }
  }

  private func name(_ exchange: Exchange) -> String { symmetry.kinds[exchange.kind].name }

  private func describe(_ exchange: Exchange) -> String {
    "\(name(exchange)) \(exchange.first) and \(name(exchange)) \(exchange.second)"
  }

  // MARK: Comparison

  /// What must be the same in all states of an orbit.
  private struct Observation {
    /// By property, all that it says of the state alone.
    var holds: [[Bool]]
    var isWithinConstraint: Bool
    var mayStop: Bool
    /// By action: the canonical successors, in order.
    var successors: [[[UInt64]]]
    /// By property, for step properties: the canonical successors and what it says of each, in order.
    var steps: [[[UInt64]]]
  }

  private func observe(_ state: [UInt64]) -> Observation {
    var observation = Observation(
      holds: system.properties.map {
        switch $0.predicate {
        case .always(let holds), .sometimes(let holds): [holds(state)]
        case .step: []
        case .temporal(let property): property.atoms.compactMap { $0.value(state) }
        }
      },
      isWithinConstraint: system.isWithinConstraint(state), mayStop: system.mayStop(state),
      successors: system.actions.map { _ in [] }, steps: system.properties.map { _ in [] })
    guard observation.isWithinConstraint else { return observation }
    scan.forEachSuccessor(of: state) { choice, successor in
      var copy = Array(UnsafeBufferPointer(start: successor, count: symmetry.words))
      canonicalizer.canonicalize(&copy)
      let packed = packing.pack(copy)
      observation.successors[choice.action].append(packed)
      for (index, property) in system.properties.enumerated() {
        switch property.predicate {
        case .step(let holds): observation.steps[index].append(packed + [holds(state, successor) ? 1 : 0])
        case .temporal(let property) where property.hasSteps:
          observation.steps[index].append(packed + [property.letter(state, successor)])
        default: break
        }
      }
      return true
    }
    for action in observation.successors.indices {
      observation.successors[action].sort { $0.lexicographicallyPrecedes($1) }
    }
    for property in observation.steps.indices {
      observation.steps[property].sort { $0.lexicographicallyPrecedes($1) }
    }
    return observation
  }

  private func difference(_ before: Observation, _ after: Observation, _ exchange: Exchange) -> Flaw? {
    func asymmetry(_ place: String, _ difference: String) -> Flaw {
      Flaw(
        place: place,
        message: "\(difference) when \(describe(exchange)) are exchanged; make it not depend on which identity is "
          + "which (by index, next, previous or order), or remove \(name(exchange)) from `interchangeable`")
    }
    if before.isWithinConstraint != after.isWithinConstraint {
      return asymmetry(
        "state constraint",
        "it is not symmetric: it is \(before.isWithinConstraint) in some state, but \(after.isWithinConstraint)")
    }
    // Actions before properties: what they do wrong shows in the properties, too, where it is harder to understand.
    for (index, action) in system.actions.enumerated() where before.successors[index] != after.successors[index] {
      let (old, new) = (before.successors[index].count, after.successors[index].count)
      return asymmetry(
        "action \(action.name)",
        old == new
          ? "it is not symmetric: what it leads to from some state is another thing"
          : "it is not symmetric: it is enabled for \(old) of its instances in some state, but for \(new)")
    }
    for (index, property) in system.properties.enumerated() {
      if before.holds[index] != after.holds[index] {
        return asymmetry(
          "property \"\(property.name)\"",
          before.holds[index].count == 1
            ? "it is not symmetric: it is \(before.holds[index][0]) in some state, but \(after.holds[index][0])"
            : "it is not symmetric: a predicate of it is true in some state, and false")
      }
      if before.steps[index] != after.steps[index] {
        return asymmetry(
          "property \"\(property.name)\"", "it is not symmetric: it judges a step otherwise")
      }
    }
    if before.mayStop != after.mayStop {
      return asymmetry(
        "mayStop", "it is not symmetric: it is \(before.mayStop) in some state, but \(after.mayStop)")
    }
    return nil
  }
}
