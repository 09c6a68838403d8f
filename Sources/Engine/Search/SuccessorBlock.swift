/// Sources and their successors, side by side: what an expander works on at a time.
///
/// A random probe of a table that does not fit the cache costs a memory latency. So successors are gathered into a block
/// first; then all are packed and hashed and their slots prefetched; then they are probed.
struct SuccessorBlock {
  /// Successors in a block, and states that they may come from, at most.
  static let capacity = 512
  static let sourceLimit = 64
  let capacity: Int

  /// The sources: unpacked, packed, and what the store noted of them.
  let sources: UnsafeMutablePointer<UInt64>
  let packedSources: UnsafeMutablePointer<UInt64>
  let memos: UnsafeMutablePointer<UInt32>
  let successorCounts: UnsafeMutablePointer<Int>
  /// The successors.
  let successors: UnsafeMutablePointer<UInt64>
  let ordinals: UnsafeMutablePointer<UInt32>
  let packed: UnsafeMutablePointer<UInt64>
  let keys: UnsafeMutablePointer<UInt64>
  let runs: UnsafeMutablePointer<SuccessorRun>
  /// The successors that were not in the store, and whether the constraint excludes them.
  let newcomers: UnsafeMutablePointer<Int>
  let isOutside: UnsafeMutablePointer<Bool>

  /// Keys beyond the block are read and prefetched for nothing; that is cheaper than to ask.
  static let slotDistance = 32

  init(stateWords: Int, width: Int, memoWidth: Int, capacity: Int = Self.capacity) {
    precondition(1...Self.capacity ~= capacity)
    self.capacity = capacity
    sources = .allocate(capacity: Self.sourceLimit * stateWords)
    packedSources = .allocate(capacity: Self.sourceLimit * width)
    memos = .allocate(capacity: max(1, Self.sourceLimit * memoWidth))
    successorCounts = .allocate(capacity: Self.sourceLimit)
    successors = .allocate(capacity: capacity * stateWords)
    // A successor's last word may hold bytes that the specification never writes.
    successors.initialize(repeating: 0, count: capacity * stateWords)
    ordinals = .allocate(capacity: capacity)
    packed = .allocate(capacity: capacity * width)
    keys = .allocate(capacity: capacity + Self.slotDistance)
    keys.initialize(repeating: 0, count: capacity + Self.slotDistance)
    runs = .allocate(capacity: capacity)
    newcomers = .allocate(capacity: capacity)
    isOutside = .allocate(capacity: capacity)
  }

  func deallocate() {
    sources.deallocate()
    packedSources.deallocate()
    memos.deallocate()
    successorCounts.deallocate()
    successors.deallocate()
    ordinals.deallocate()
    packed.deallocate()
    keys.deallocate()
    runs.deallocate()
    newcomers.deallocate()
    isOutside.deallocate()
  }
}
