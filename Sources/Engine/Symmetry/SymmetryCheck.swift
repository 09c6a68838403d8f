/// Finds what is not symmetric in a specification, by comparing states with their images.
///
/// Exploring one state of each orbit is right when all states of an orbit have the same properties, and successors in the
/// same orbits. That is what is compared, on the states that it is asked about: it is a test, not a proof. A difference
/// that shows in other states only is not found. It is enough to compare with the images under permutations that generate
/// all others: if each of those changes nothing in any state of an orbit, no permutation does.
///
/// Allocates, and evaluates the specification, which may fail: call it under `catchingFaults`.
struct SymmetryCheck {
  private let symmetry: Symmetry
  private let system: TransitionSystem
  private let packing: Packing
  private let permuter: Permuter
  private let canonicalizer: Canonicalizer
  private let scan: SuccessorScan
  /// A successor and its packed form.
  private let scratch: UnsafeMutablePointer<UInt64>
  private let packed: UnsafeMutablePointer<UInt64>

  init(_ symmetry: Symmetry, _ system: TransitionSystem) {
    self.symmetry = symmetry
    self.system = system
    packing = system.packing
    permuter = Permuter(symmetry)
    canonicalizer = Canonicalizer(symmetry)
    scan = SuccessorScan(system)
    scratch = .allocate(capacity: packing.stateWords)
    packed = .allocate(capacity: packing.width)
  }

  func deallocate() {
    permuter.deallocate()
    canonicalizer.deallocate()
    scan.deallocate()
    scratch.deallocate()
    packed.deallocate()
  }

  /// Compares a state with images of it: properties, constraint, `mayStop`, and the orbits of the successors of each
  /// action, with what the step properties say of them. A state outside the constraint is not expanded.
  ///
  /// - Parameters:
  ///   - state: As it is before packing.
  ///   - thorough: Compare with the image under every generator of the group: exchanges of neighbours, and a rotation.
  ///   - seed: Chooses a permutation with whose image the state is compared.
  /// - Returns: nil when nothing differs.
  func asymmetry(of state: UnsafePointer<UInt64>, thorough: Bool, seed: Int) -> Flaw? {
    guard !symmetry.kinds.isEmpty else { return nil }
    let state = Array(UnsafeBufferPointer(start: state, count: symmetry.words))
    let before = observe(state)
    if thorough {
      for exchange in neighbours {
        if let difference = difference(before, observe(image(of: state, under: exchange)), exchange) {
          return difference
        }
      }
      for rotation in symmetry.kinds.indices.map({ rotation(of: $0) }) {
        if let difference = difference(state, before, rotation) { return difference }
      }
    }
    return difference(state, before, shuffle(seed: seed))
  }

  /// What a permutation, as exchanges one after another, makes different.
  private func difference(_ state: [UInt64], _ before: Observation, _ exchanges: [Exchange]) -> Flaw? {
    guard let last = exchanges.last else { return nil }
    var images = [state]
    for exchange in exchanges { images.append(image(of: images.last!, under: exchange)) }
    guard difference(before, observe(images.last!), last) != nil else { return nil }
    // When it makes a difference, one of the exchanges does.
    for (k, exchange) in exchanges.enumerated() {
      if let difference = difference(observe(images[k]), observe(images[k + 1]), exchange) { return difference }
    }
    return nil
  }

  /// Whether the initial states are closed under permutation.
  func asymmetryOfInitialStates() -> Flaw? {
    let initial = Set(system.initialStates.map { packing.pack($0) })
    for state in system.initialStates {
      for exchange in neighbours where !initial.contains(packing.pack(image(of: state, under: exchange))) {
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

  private var neighbours: [Exchange] {
    symmetry.kinds.indices.flatMap { kind in
      (1..<symmetry.kinds[kind].count).map { Exchange(kind: kind, first: $0 - 1, second: $0) }
    }
  }

  /// Each identity becomes the next one.
  private func rotation(of kind: Int) -> [Exchange] {
    (1..<symmetry.kinds[kind].count).map { Exchange(kind: kind, first: 0, second: $0) }
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

  /// What must be the same in all states of an orbit. What is a set of successors is a sum of hashes.
  private struct Observation {
    /// By property, all that it says of the state alone, a bit each.
    var holds: [UInt64]
    var isWithinConstraint: Bool
    var mayStop: Bool
    /// By action: how many successors there are, and which.
    var counts: [Int]
    var successors: [UInt64]
    /// By property, for step properties: what it says of which successors.
    var steps: [UInt64]
  }

  private func observe(_ state: [UInt64]) -> Observation {
    var observation = Observation(
      holds: system.properties.map {
        switch $0.predicate {
        case .always(let holds), .sometimes(let holds): holds(state) ? 1 : 0
        case .step: 0
        case .temporal(let property): property.atoms.reduce(0) { $0 << 1 | ($1.value(state) ?? false ? 1 : 0) }
        }
      },
      isWithinConstraint: system.isWithinConstraint(state), mayStop: system.mayStop(state),
      counts: system.actions.map { _ in 0 }, successors: system.actions.map { _ in 0 },
      steps: system.properties.map { _ in 0 })
    guard observation.isWithinConstraint else { return observation }
    scan.forEachSuccessor(of: state) { choice, successor in
      scratch.update(from: successor, count: symmetry.words)
      canonicalizer.canonicalize(scratch)
      packing.pack(scratch, into: packed)
      let orbit = hash(packed, width: packing.width)
      observation.counts[choice.action] += 1
      observation.successors[choice.action] &+= orbit
      for (index, property) in system.properties.enumerated() {
        switch property.predicate {
        case .step(let holds): observation.steps[index] &+= mix(orbit, holds(state, successor) ? 3 : 1)
        case .temporal(let property) where property.hasSteps:
          observation.steps[index] &+= mix(orbit, property.letter(state, successor) &* 2 &+ 1)
        default: break
        }
      }
      return true
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
    for (index, action) in system.actions.enumerated()
    where before.successors[index] != after.successors[index] || before.counts[index] != after.counts[index] {
      let (old, new) = (before.counts[index], after.counts[index])
      return asymmetry(
        "action \(action.name)",
        old == new
          ? "it is not symmetric: what it leads to from some state is another thing"
          : "it is not symmetric: it is enabled for \(old) of its instances in some state, but for \(new)")
    }
    for (index, property) in system.properties.enumerated() {
      if before.holds[index] != after.holds[index] {
        let isTemporal = if case .temporal = property.predicate { true } else { false }
        return asymmetry(
          "property \"\(property.name)\"",
          !isTemporal
            ? "it is not symmetric: it is \(before.holds[index] == 1) in some state, but \(after.holds[index] == 1)"
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
