/// How much the parts of the storage hold, and when they change.
///
/// What a search finds does not depend on any of these numbers: they are what is fast. A test sets them to 1, 2 and 3, so
/// that a system of a few hundred states comes to every border that otherwise only millions of states reach.
public struct StorageThresholds: Equatable, Sendable {
  // MARK: Tables

  /// Slots that the table of states begins with, or more where a block of each worker would not fit.
  public var tableSlots = 1 << 12
  /// Slots that the table of states has at most; what does not fit goes to disk, where there is one.
  public var mostTableSlots = Int.max / 16
  /// Slots of a table that a worker moves at a time while the table grows.
  public var stripeSlots = 1 << 18
  /// Words of a chunk of the frontier's items. A chunk holds at least `leastChunkItems`.
  public var chunkWords = 8192
  public var leastChunkItems = 32

  // MARK: Trees

  /// Slots that the index of nodes begins with, or more where a block of each worker would not fit.
  public var nodeSlots = 1 << 12
  /// Numbers of nodes that a worker takes at a time.
  public var nodeChunk = 64
  /// Numbers of nodes that there are, at most 2 to the 28.
  public var nodeLimit = 1 << NodeTable.idBits
  /// States at which the tree's cuts are chosen by a sample for the first time, and by how much there have to be more for
  /// the next time.
  public var firstReshape = 1 << 14
  public var reshapeFactor = 8
  /// Bits of the states of a sample.
  public var sampleBits = 1 << 22
  /// The share of its memory that the store has to keep at most under other cuts for them to be taken.
  public var reshapeGain = 0.9
  /// The share of a run's time that choosing the cuts may take, and the time that it may take in any case.
  public var reshapeShare = 0.1
  public var reshapeGrace = Duration.milliseconds(100)
  /// States at which trees are compared with whole states for the first time.
  public var firstReview = 1 << 15
  /// Trees give way to whole states when they take more than so many times their memory, and what came since they were
  /// compared last more than so many times.
  public var reviewRatio = 1.1
  public var reviewRatioOfNew = 0.85
  /// States that a worker gives a new form at a time, while the others wait for nothing.
  public var conversionBlock = 512

  // MARK: Disk

  /// Items have one part in so many of the memory, where there is a disk to go to; the store has the rest.
  public var itemShare = 4

  public init() {}
}
