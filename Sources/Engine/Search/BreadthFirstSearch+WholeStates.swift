extension BreadthFirstSearch where Store == CompactStore {
  /// The same search, with whole states in place of trees, which do not pay; nil where there is no memory for both at
  /// once, or where it was stopped meanwhile. This one is as it was then.
  ///
  /// Workers may be in the midst of a block: it is taken over with them.
  func withWholeStates() -> BreadthFirstSearch<FullStore>? {
    let rest = frontier.runs
    let found = next.runs + expanders.flatMap { $0.live.pointee.cursor.runs }
    let move = StateMove(store, depth: depth, rest: rest, next: found, kept: kept.map(\.runs))
    guard byteCount + move.bytes <= bounds.memory,
      let arena = try? ItemArena(itemWords: packing.width, store.thresholds)
    else { return nil }
    guard let wholes = try? FullStore(width: packing.width, arena: arena, workers: team.count, store.thresholds)
    else {
      arena.deallocate()
      return nil
    }
    guard let moved = during(.goingOver, { move.run(to: wholes, arena, $0) }) else {
      wholes.deallocate()
      arena.deallocate()
      return nil
    }
    return BreadthFirstSearch<FullStore>(
      takingOver: self, wholes, arena, kept: moved.levels.map { Frontier(runs: $0) },
      frontier: Frontier(runs: moved.rest), next: Frontier(runs: moved.next))
  }
}
