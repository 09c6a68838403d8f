/// What a search remembers of the states that it has met: each with the depth at which it was met first.
///
/// Shared by all workers. The table has no locks: an insertion is one compare-and-exchange, and whoever comes second finds
/// what the first has put there. It grows only while no worker is at work, so a worker first claims the room for a block
/// of states, and goes to rest when there is none.
///
/// `FullStore` keeps states as they are packed; `CompactStore` keeps 56 bits of each, from which it can be restored.
/// `HashStore` and `BitStore` keep so little that states can be taken for others; the search is then lossy. What not every
/// store can do is in protocols of its own, see `StateStore+Capabilities.swift`.
/// Expanders are specialised for each, so the protocol costs nothing where states are explored.
protocol StateStore {
  associatedtype Probe: StateProbe

  /// Whether a state can be taken for another: whether it is a `LossyStore`, known where states are explored.
  static var isLossy: Bool { get }

  /// Words of what a frontier holds for each state that is to be explored.
  var itemWords: Int { get }
  /// How many 32-bit numbers a probe notes of each source state, to encode its successors faster.
  var memoWidth: Int { get }

  /// What a worker needs to look up and insert. Good until the store grows.
  func probe(worker: Int) -> Probe

  /// Claims room for states. False when the store has to grow first.
  func claim(_ states: Int) -> Bool
  /// Gives back what a worker has claimed, less what it has used of it.
  func settle(_ claimed: Int, inserted: Int, worker: Int)

  /// Makes room for all workers to claim a block each. No worker is at work.
  ///
  /// - Parameter items: All states that were inserted.
  /// - Throws: `OutOfMemory` when what the store may take is not enough, or the operating system gives no more; the store
  ///   is then as it was. Or when it was given up because the search is to end: states can be restored then, but not be
  ///   looked up any more.
  func grow(items: [ItemRun], _ work: StoreWork) throws(OutOfMemory)

  /// Bytes in use.
  var byteCount: Int { get }
  /// Whether the frontier's items of all levels are kept, because the states themselves are in them.
  var keepsItems: Bool { get }

  func deallocate()
}

extension StateStore {
  static var isLossy: Bool { false }
}

/// Looks up and inserts states, for one worker.
protocol StateProbe {
  /// Restores the packed form of a state of the frontier.
  func load(
    _ item: UnsafePointer<UInt64>, into packed: UnsafeMutablePointer<UInt64>, memo: UnsafeMutablePointer<UInt32>)

  /// Computes the keys of packed states, by which they are looked up.
  func encode(_ block: EncodingBlock, into keys: UnsafeMutablePointer<UInt64>)

  /// Fetches the place where a key will be looked for. Called for a whole block before it is probed, so that the
  /// latencies of memory overlap.
  func prefetch(key: UInt64)
  /// Fetches the state that a key's first entry points to, where there is such a thing.
  func prefetchState(key: UInt64)

  /// The label of a state, its `DepthLabel`; 0 when it is not there.
  func find(key: UInt64, _ packed: UnsafePointer<UInt64>) -> UInt64

  /// Inserts a state that `find` did not find, and writes its frontier item. Room has been claimed.
  ///
  /// - Returns: 0, or the label that it has when it has been inserted in the meantime; the item then means nothing.
  func insert(
    key: UInt64, _ packed: UnsafePointer<UInt64>, label: UInt64, item: UnsafeMutablePointer<UInt64>
  ) -> UInt64

  // What is called for each new state, and does something only where the store is lossy

  /// Counts the risk that a state which was new, and is not inserted, had been taken for known.
  func weigh(key: UInt64)
  /// Whether the log has room for another entry; false when it cannot be written.
  func ensureLogRoom() -> Bool
  /// Notes how the state was reached that was inserted last, whose item this is.
  func record(_ entry: LogEntry, in item: UnsafeMutablePointer<UInt64>)
}

/// An exact store risks nothing, and has no log.
///
/// These are no protocol of their own: they are called from the innermost loop, where only a requirement is bound to the
/// store without being looked up.
extension StateProbe {
  @inline(__always)
  func weigh(key: UInt64) {}
  @inline(__always)
  func ensureLogRoom() -> Bool { true }
  @inline(__always)
  func record(_ entry: LogEntry, in item: UnsafeMutablePointer<UInt64>) {}
}

/// Packed states and the states that they are successors of, most of whose words they share.
struct EncodingBlock {
  var count: Int
  var packed: UnsafePointer<UInt64>
  var sources: UnsafePointer<UInt64>
  var memos: UnsafePointer<UInt32>
  var runs: UnsafePointer<SuccessorRun>
  var runCount: Int

  /// The keys of stores that know states by their hashes.
  @inline(__always)
  func hashStates(width: Int, into keys: UnsafeMutablePointer<UInt64>) {
    for k in 0..<count { keys[k] = hash(packed + k &* width, width: width) }
  }
}

/// Adjacent successors in a block of one source under one action; -1 for the initial states, which have neither.
struct SuccessorRun {
  var end: Int
  var source: Int
  var action: Int
  /// How many of them are states of the next level.
  var deeper = 0
}

/// A depth in eight bits, none of them 0: exact up to 127; beyond that it repeats every 127 levels.
enum DepthLabel {
  static let exact = 127
  /// Of a state of the table that is on disk as well.
  static let duplicate: UInt64 = 255

  static func label(depth: Int) -> UInt64 {
    UInt64(depth <= exact ? depth : 128 + depth % 127)
  }
}

/// What a store is given for work that takes long.
struct StoreWork {
  let team: WorkerTeam
  /// What the store may take.
  let mostBytes: Int
  /// How long the search has been at work.
  let elapsed: Duration
  /// Is called by the first worker at short intervals. True when the work is to be given up.
  let isToStop: () -> Bool
}

/// The operating system gives no more memory.
struct OutOfMemory: Error {}
