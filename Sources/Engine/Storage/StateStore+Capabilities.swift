/// A store whose states have numbers, by which the liveness check knows them.
protocol NumberedStore: StateStore where Probe: NumberedProbe {
  /// Every state in the store has a number less than this; good until the store grows.
  var numberLimit: Int { get }
  /// Calls the body with the number of every state, in no particular order.
  ///
  /// - Parameter items: All states that were inserted, where the items are kept.
  func forEachNumber(items: [ItemRun], _ body: (Int) -> Void)
}

protocol NumberedProbe: StateProbe {
  /// The number of a state; -1 when it is not there.
  func number(key: UInt64, _ packed: UnsafePointer<UInt64>) -> Int
  /// Restores the packed form of a state by its number.
  func restore(_ number: Int, into packed: UnsafeMutablePointer<UInt64>, memo: UnsafeMutablePointer<UInt32>)
}

/// A store from which states can be restored, so that the items of a level need not be kept.
protocol RestorableStore: StateStore {
  /// Restores the packed form of every state in memory that was first met at a depth, in no particular order.
  ///
  /// - Parameter part: Which of so many parts of the table to go through; by the worker with that number.
  func forEachState(label: UInt64, part: Int, of parts: Int, _ body: (UnsafePointer<UInt64>) -> Void)
}

/// A store that changes how it keeps states with the states that there are.
protocol AdaptableStore: StateStore {
  /// Whether it is time for `reshape`.
  var wantsReshape: Bool { get }
  /// Adapts how states are kept to the states that there are. No worker is at work, and none has a block.
  ///
  /// Is left undone where it would take too much memory or time, or where the system refuses memory; everything is
  /// then as it was.
  ///
  /// - Parameter items: All items that are still wanted; they may be rewritten. None is on disk.
  func reshape(items: [ItemRun], _ work: StoreWork)
  /// Whether a store of whole states would take less memory than this one, and is to take its place.
  ///
  /// - Parameter itemBytes: What items take beside the store.
  func isOutdone(itemBytes: Int) -> Bool
  /// Whether that can be at all.
  var mayBeOutdone: Bool { get }
}

/// A store that goes on when memory is full, with its states on disk.
protocol SpillableStore: RestorableStore {
  /// Marks the states of the table that seemed to be new at a depth, but are on disk, and says how many there are.
  func markDuplicates(_ spill: Spill, label: UInt64, _ work: StoreWork) throws(FileError) -> Int
  /// Drops the items of a run whose states are marked.
  func withoutDuplicates(_ run: ItemRun) -> ItemRun
  /// Moves every state to disk that is not there yet; the table is empty then.
  func moveStates(to spill: Spill, _ work: StoreWork) throws(FileError)
  /// The same as without a spill, of the states on disk.
  func forEachState(
    label: UInt64, part: Int, of parts: Int, in spill: Spill, _ body: (UnsafePointer<UInt64>) -> Void
  ) throws(FileError)
}

/// A store that a checkpoint holds. An item is a word, the key of its state, whose upper eight bits are 0.
protocol SavedStore: StateStore {
  func save(to writer: inout CheckpointWriter) throws(FileError)
  /// Takes up what was saved. The store is empty.
  func restore(from reader: inout CheckpointReader) throws(FileError)
  /// States in memory that are not on disk as well.
  var newEntryCount: Int { get }
}

/// What a search has on disk, and the store, which can be there.
struct Disk {
  let store: any SpillableStore & SavedStore
  /// Where to go when memory is full; nil to stop then.
  let spill: Spill?
  /// Writes the search down, now and then.
  let checkpoints: CheckpointSchedule?
}
