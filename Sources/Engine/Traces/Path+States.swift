extension Path {
  /// The choices that lead through packed states, or under symmetry through states of their orbits; of several that lead
  /// from one to the next, the first.
  ///
  /// Instances on the way may fail: they are gone round. nil when there is no such path: the specification is not
  /// symmetric then, or not deterministic.
  init?(
    through chain: [[UInt64]], of system: TransitionSystem, _ packing: Packing,
    control: UnsafeMutablePointer<SearchControl>? = nil
  ) {
    let packer = StatePacker(packing, system.symmetry)
    defer { packer.deallocate() }
    guard let initial = system.initialStates.firstIndex(where: { packer.pack($0) == chain[0] }) else { return nil }
    self.init(initial: initial, choices: [])
    let search = StepSearch(system, packer)
    defer { search.deallocate() }
    var state = system.initialStates[initial]
    for target in chain.dropFirst() {
      if control?.pointee.isLeft ?? false { return nil }
      guard let step = search.step(from: state, to: target) else { return nil }
      choices.append(step.choice)
      state = step.state
    }
  }
}

/// Looks for the instance that leads from a state to another. A class, because a fault leaves its functions by a jump.
private final class StepSearch {
  private let system: TransitionSystem
  private let packer: StatePacker
  private let scan: SuccessorScan
  private var packed: [UInt64]
  private var found: (choice: Path.Choice, state: [UInt64])?

  init(_ system: TransitionSystem, _ packer: StatePacker) {
    self.system = system
    self.packer = packer
    scan = SuccessorScan(system)
    packed = [UInt64](repeating: 0, count: packer.packing.width)
  }

  func deallocate() { scan.deallocate() }

  func step(from state: [UInt64], to target: [UInt64]) -> (choice: Path.Choice, state: [UInt64])? {
    found = nil
    do {
      try catchingFaults { [self] in
        scan.forEachSuccessor(of: state) { choice, successor in
          note(choice, successor, target)
          return found == nil
        }
      }
    } catch {
      tryOneByOne(state, target)
    }
    return found
  }

  private func tryOneByOne(_ state: [UInt64], _ target: [UInt64]) {
    for (number, action) in system.actions.enumerated() {
      var instances = 0
      try? catchingFaults { instances = action.instanceCount(state) }
      for ordinal in 0..<instances where found == nil {
        try? catchingFaults { [self] in
          let choice = Path.Choice(action: number, ordinal: ordinal)
          if let successor = scan.successor(of: state, choice) { note(choice, successor, target) }
        }
      }
    }
  }

  private func note(_ choice: Path.Choice, _ successor: UnsafePointer<UInt64>, _ target: [UInt64]) {
    packer.pack(successor, into: &packed)
    if packed == target {
      found = (choice, Array(UnsafeBufferPointer(start: successor, count: packer.packing.stateWords)))
    }
  }
}
