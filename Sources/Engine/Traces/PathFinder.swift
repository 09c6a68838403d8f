/// Finds shortest paths to positions by recomputation: for each level, from the last to the first, the states of the level
/// before are expanded, and of those that lead to the state that is sought the least is taken.
///
/// Takes at most about as long as the search itself, and no memory. All positions are sought in the same passes.
struct PathFinder {
  let system: TransitionSystem
  let packing: Packing
  let team: WorkerTeam
  /// Of the search, which can be stopped; there are no paths then.
  let control: UnsafeMutablePointer<SearchControl>
  /// Calls a body with the packed form of every state of a part of a level.
  let forEachState: (_ depth: Int, _ part: Int, _ parts: Int, _ body: (UnsafePointer<UInt64>) -> Void) -> Void

  /// A path to each of the positions; nil where there is none, see `Path.init(through:)`.
  func paths(to positions: [Position]) -> [Path?] {
    var chains = positions.map { position in
      switch position {
      case .state(let state, _, _), .transition(let state, _, _, _): [state]
      }
    }
    let depths = positions.map { position in
      switch position {
      case .state(_, let depth, _), .transition(_, let depth, _, _): depth
      }
    }
    for depth in (1..<(depths.max() ?? 1)).reversed() {
      let sought = positions.indices.filter { depths[$0] > depth && !chains[$0].isEmpty }
      let found = predecessors(of: sought.map { chains[$0].last! }, depth: depth)
      for (index, predecessor) in zip(sought, found) {
        // None where the specification is not deterministic: it led there once, and does not any more.
        if let predecessor { chains[index].append(predecessor) } else { chains[index] = [] }
      }
    }
    return zip(chains, positions).map { chain, position in
      chain.isEmpty
        ? nil : Path(through: chain.reversed(), of: system, packing, control: control)?.extended(to: position)
    }
  }

  /// For each target the least state of a level that leads to it.
  private func predecessors(of targets: [[UInt64]], depth: Int) -> [[UInt64]?] {
    let (parts, symmetry) = (team.count, system.symmetry)
    let results = UnsafeMutablePointer<[[UInt64]?]>.allocate(capacity: parts)
    results.initialize(repeating: targets.map { _ in nil }, count: parts)
    defer {
      results.deinitialize(count: parts)
      results.deallocate()
    }
    team.run { part in
      let search = PredecessorSearch(system, packing, symmetry, targets, control)
      forEachState(depth, part, parts) { search.visit($0) }
      search.finish()
      results[part] = search.found
      search.deallocate()
    }
    return targets.indices.map { target in
      (0..<parts).compactMap { results[$0][target] }.min { $0.lexicographicallyPrecedes($1) }
    }
  }
}

/// One worker's part in the search for predecessors.
private final class PredecessorSearch {
  private let system: TransitionSystem
  private let packing: Packing
  private let control: UnsafeMutablePointer<SearchControl>
  private let targets: [[UInt64]]
  private let packer: StatePacker
  private let scan: SuccessorScan
  private var batch: [[UInt64]] = []
  private(set) var found: [[UInt64]?]
  private var packed: [UInt64]

  init(
    _ system: TransitionSystem, _ packing: Packing, _ symmetry: Symmetry?, _ targets: [[UInt64]],
    _ control: UnsafeMutablePointer<SearchControl>
  ) {
    self.system = system
    self.control = control
    self.packing = packing
    self.targets = targets
    packer = StatePacker(packing, symmetry)
    scan = SuccessorScan(system)
    found = targets.map { _ in nil }
    packed = [UInt64](repeating: 0, count: packing.width)
  }

  func deallocate() {
    packer.deallocate()
    scan.deallocate()
  }

  /// States are gathered, so that one guard serves for many.
  func visit(_ state: UnsafePointer<UInt64>) {
    batch.append(Array(UnsafeBufferPointer(start: state, count: packing.width)))
    if batch.count == 64 { finish() }
  }

  func finish() {
    defer { batch.removeAll(keepingCapacity: true) }
    if control.pointee.isLeft { return }
    do {
      try catchingFaults { [self] in
        for state in batch {
          scan.forEachSuccessor(of: packing.unpack(state)) { _, successor in
            note(successor, of: state)
            return true
          }
        }
      }
    } catch {
      for state in batch where !control.pointee.isLeft { visitCarefully(state) }
    }
  }

  /// Some instances of some actions fail: goes round them.
  private func visitCarefully(_ state: [UInt64]) {
    let unpacked = packing.unpack(state)
    for (number, action) in system.actions.enumerated() {
      var instances = 0
      try? catchingFaults { instances = action.instanceCount(unpacked) }
      for ordinal in 0..<instances {
        if control.pointee.isLeft { return }
        var successor: [UInt64]?
        try? catchingFaults { [scan] in
          successor = scan.successor(of: unpacked, Path.Choice(action: number, ordinal: ordinal))
        }
        if let successor { note(successor, of: state) }
      }
    }
  }

  private func note(_ successor: UnsafePointer<UInt64>, of state: [UInt64]) {
    packer.pack(successor, into: &packed)
    for (index, target) in targets.enumerated() where packed == target {
      if found[index].map({ state.lexicographicallyPrecedes($0) }) ?? true { found[index] = state }
    }
  }
}
