/// 56 bits of each state, from which it can be restored, and its depth: eight bytes in an open-addressing table, and
/// nothing else.
///
/// A packed state of at most 56 bits is stored as it is. A larger one becomes a tree: parts of it are numbered by a
/// `NodeTable`, pairs of numbers are values again and are numbered in turn, and so on until two numbers are left, which
/// are stored (Laarman, van de Pol, Weber: "Parallel Recursive State Compression for Free", 2011). States share most of
/// their nodes, so the nodes are few. A successor differs from its source in a few places; only what lies above those is
/// looked up again. Where the tree cuts a state is chosen anew as the store grows, see `reshape`.
///
/// The table grows by a third when it is four fifths full. As a state's slot grows with its hash, the larger table is
/// filled in the order of the smaller one, whose pages are given back on the way: both together never take much more
/// memory than the larger one alone.
///
/// Insertion and membership take O(1) expected time; 10 to 13.4 bytes a state, and 16 to 24 a node.
struct CompactStore: NumberedStore, RestorableStore {
  /// Bits of a state that is stored as it is.
  static let directBits = 56

  let width: Int
  let bits: Int
  let workers: Int
  let thresholds: StorageThresholds
  let shared: UnsafeMutablePointer<Shared>

  struct Shared {
    var table: PagedMemory
    /// What is left of a smaller table, where its growth was given up: its states are in no other.
    var unmoved: PagedMemory?
    var claims = Claims()
    var shape: TreeShape
    var nodes: NodeTable?
    var choice: TreeChoice
    /// Nil where the store stays what it is, whatever that costs.
    var review: TreeReview?
  }

  /// - Parameters:
  ///   - width: Words of a packed state.
  ///   - bits: Significant bits of it.
  ///   - isReviewed: Whether to find out if whole states would take less memory than trees.
  init(
    width: Int, bits: Int, workers: Int, isReviewed: Bool = false,
    _ thresholds: StorageThresholds = StorageThresholds()
  ) throws(OutOfMemory) {
    self.width = width
    self.bits = bits
    self.workers = workers
    self.thresholds = thresholds
    let isDirect = bits <= Self.directBits
    let shape = isDirect ? TreeShape(directWidth: width) : TreeShape(width: width, bits: bits)
    let nodes = isDirect ? nil : try Self.nodes(for: shape, workers: workers, thresholds)
    let slots = max(thresholds.tableSlots, 4 * workers * SuccessorBlock.capacity)
    guard let table = PagedMemory(byteCount: slots * 8) else { throw OutOfMemory() }
    shared = .allocate(capacity: 1)
    shared.initialize(
      to: Shared(
        table: table, shape: shape, nodes: nodes, choice: TreeChoice(thresholds),
        review: isReviewed && !isDirect ? TreeReview(thresholds) : nil))
  }

  static func nodes(
    for shape: TreeShape, workers: Int, expected: Int = 0, _ thresholds: StorageThresholds
  ) throws(OutOfMemory) -> NodeTable {
    try NodeTable(
      workers: workers, room: SuccessorBlock.capacity * shape.nodeCount, expected: expected, thresholds)
  }

  func deallocate() {
    shared.pointee.table.release()
    shared.pointee.unmoved?.release()
    shared.pointee.nodes?.deallocate()
    shared.pointee.shape.deallocate()
    shared.deinitialize(count: 1)
    shared.deallocate()
  }

  var itemWords: Int { 1 }
  var keepsItems: Bool { false }
  var memoWidth: Int { bits <= Self.directBits ? 0 : TreeShape.nodeLimit(width: width) }
  var byteCount: Int { shared.pointee.table.byteCount + (shared.pointee.nodes?.byteCount ?? 0) }

  func probe(worker: Int) -> CompactProbe {
    CompactProbe(
      shape: shared.pointee.shape, nodes: shared.pointee.nodes?.probe(worker: worker), table: shared.pointee.table,
      memoWidth: memoWidth)
  }

  // MARK: Growth

  func claim(_ states: Int) -> Bool {
    let limit = TableGrowth.byThird.threshold(bytes: shared.pointee.table.byteCount)
    guard shared.pointee.claims.claim(states, limit: limit) else { return false }
    if shared.pointee.nodes?.claim(states * shared.pointee.shape.nodeCount) ?? true { return true }
    shared.pointee.claims.giveBack(states)
    return false
  }

  func settle(_ claimed: Int, inserted: Int, worker: Int) {
    shared.pointee.claims.giveBack(claimed - inserted)
    shared.pointee.nodes?.settle(claimed * shared.pointee.shape.nodeCount, worker: worker)
  }

  func grow(items: [ItemRun], _ work: StoreWork) throws(OutOfMemory) {
    let stripe = thresholds.stripeSlots
    try shared.pointee.nodes?.grow(
      claim: SuccessorBlock.capacity * shared.pointee.shape.nodeCount,
      mostBytes: work.mostBytes - shared.pointee.table.byteCount, stripe: stripe, work)
    let wanted = shared.pointee.claims.count + workers * SuccessorBlock.capacity
    var bytes = TableGrowth.byThird.bytes(from: shared.pointee.table.byteCount, entries: wanted)
    guard bytes > shared.pointee.table.byteCount else { return }
    // The last step takes what is left.
    bytes = min(bytes, (work.mostBytes - (shared.pointee.nodes?.byteCount ?? 0)) / 8 * 8, thresholds.mostTableSlots * 8)
    guard TableGrowth.byThird.threshold(bytes: bytes) >= wanted else { throw OutOfMemory() }
    guard let larger = PagedMemory(byteCount: bytes) else { throw OutOfMemory() }
    let old = shared.pointee.table
    shared.pointee.table = larger
    let slots = Slots(old).base
    // What is moved is gone from the old table, so it is empty but for what is left where this is given up.
    let isDone = work.team.forEachRange(of: old.byteCount / 8, by: stripe) { worker, range in
      let probe = probe(worker: worker)
      for slot in range where slots[slot] != 0 { probe.enter(slots[slot]) }
      old.clear(range.lowerBound * 8..<range.upperBound * 8)
      return worker > 0 || !work.isToStop()
    }
    guard isDone else {
      shared.pointee.unmoved = old
      throw OutOfMemory()
    }
    old.release()
  }

  // MARK: States

  func forEachState(label: UInt64, part: Int, of parts: Int, _ body: (UnsafePointer<UInt64>) -> Void) {
    let probe = probe(worker: part)
    for table in [shared.pointee.table, shared.pointee.unmoved].compactMap({ $0 }) {
      let slots = Slots(table)
      let share = slots.count / parts
      let range = share * part..<(part == parts - 1 ? slots.count : share * (part + 1))
      let entries = UnsafeBufferPointer(start: slots.base, count: slots.count)[range]
      probe.forEachState(UnsafeBufferPointer(rebasing: entries)) { entry, packed in
        if entry &>> 56 == label { body(packed()) }
      }
    }
  }

  // MARK: Numbers

  /// A state's number is its slot.
  var numberLimit: Int { shared.pointee.table.byteCount / 8 }

  func forEachNumber(items: [ItemRun], _ body: (Int) -> Void) {
    let entries = entries
    for slot in 0..<entries.count where entries[slot] != 0 { body(slot) }
  }

  // MARK: Checkpoints

  var shapeCuts: [Int] { shared.pointee.shape.cuts }
  var nodes: NodeTable? { shared.pointee.nodes }
  /// The slots of the table, empty ones too.
  var entries: UnsafeBufferPointer<UInt64> {
    let slots = Slots(shared.pointee.table)
    return UnsafeBufferPointer(start: slots.base, count: slots.count)
  }
  var entryCount: Int { entries.reduce(0) { $0 + ($1 != 0 ? 1 : 0) } }

  /// Takes the cuts of another store over. This one is empty.
  func adopt(cuts: [Int]) throws(OutOfMemory) {
    if cuts == shapeCuts { return }
    let shape = TreeShape(width: width, bits: bits, cuts: cuts)
    let nodes = try Self.nodes(for: shape, workers: workers, thresholds)
    shared.pointee.nodes?.deallocate()
    shared.pointee.shape.deallocate()
    shared.pointee.nodes = nodes
    shared.pointee.shape = shape
  }

  /// Makes room for so many states, which are about to be entered. This store is empty.
  func reserve(_ states: Int) throws(OutOfMemory) {
    let bytes = TableGrowth.byThird.bytes(
      from: shared.pointee.table.byteCount, entries: states + workers * SuccessorBlock.capacity)
    try shared.pointee.table.enlarge(byteCount: bytes)
    shared.pointee.claims = Claims(states)
    shared.pointee.choice.skip(to: states)
  }
}
