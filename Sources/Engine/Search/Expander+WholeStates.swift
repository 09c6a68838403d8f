extension Expander where Store == FullStore {
  /// Goes on with the block that another expander has in work, in another store.
  ///
  /// Relies on `Live` being the same whatever the store is: it is not copied, so that nothing of it can be forgotten. What
  /// of the block was looked up is looked up once more.
  ///
  /// - Parameter depth: Of the successors.
  init(takingOver other: Expander<CompactStore>, _ store: FullStore, _ arena: ItemArena, depth: Int) {
    system = other.system
    packing = other.packing
    self.store = store
    self.arena = arena
    worker = other.worker
    block = other.block
    canonicalizer = other.canonicalizer
    symmetryCheck = other.symmetryCheck
    control = other.control
    invariants = other.invariants
    stepProperties = other.stepProperties
    determinism = other.determinism
    sums = other.sums
    precondition(MemoryLayout<Live>.size == MemoryLayout<Expander<CompactStore>.Live>.size)
    live = UnsafeMutableRawPointer(other.live).bindMemory(to: Live.self, capacity: 1)
    live.pointee.cursor = ItemCursor(arena, depth: depth)
    live.pointee.wantsRoom = false
    probe = .allocate(capacity: 1)
    probe.initialize(to: store.probe(worker: other.worker))
    other.probe.deallocate()
  }
}
