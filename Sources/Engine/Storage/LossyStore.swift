/// A store that takes states for others. Neither states nor their depths can be restored from it; a log says how each
/// was reached.
protocol LossyStore: StateStore where Probe: LossyProbe {
  var records: LossRecords { get }
  /// What has been lost.
  var loss: Loss { get }
}

extension LossyStore {
  static var isLossy: Bool { true }

  var log: TransitionLog { records.log }
  var itemWords: Int { records.width + 1 }
  var memoWidth: Int { LossyItems.memoWidth }
  var keepsItems: Bool { false }
}

/// What a lossy store notes beside its states: how each was reached, and what every worker expects to have lost.
struct LossRecords {
  /// Words of a packed state.
  let width: Int
  let log: TransitionLog
  private let seed: UInt64
  private let workers: Int
  private let tallies: UnsafeMutablePointer<LossTally>

  /// A cache line is shared by no two workers' tallies.
  private static let tallyStride = 8

  /// - Parameter seed: Chooses among hash functions.
  init(width: Int, seed: UInt64, workers: Int) {
    self.width = width
    self.seed = seed
    self.workers = workers
    log = TransitionLog(workers: workers)
    tallies = .allocate(capacity: workers * Self.tallyStride)
    tallies.initialize(repeating: LossTally(), count: workers * Self.tallyStride)
  }

  func deallocate() {
    tallies.deallocate()
    log.deallocate()
  }

  func tally(_ worker: Int) -> UnsafeMutablePointer<LossTally> { tallies + worker * Self.tallyStride }

  func items(_ worker: Int) -> LossyItems {
    LossyItems(width: width, seed: seed, writer: log.writer(worker), tally: tally(worker))
  }

  var expectedOmissions: Double { (0..<workers).reduce(0) { $0 + tally($1).pointee.expectedOmissions } }
}

/// What one worker adds up of the omissions that are to be expected.
struct LossTally {
  var expectedOmissions = 0.0
  /// Of bitstate: bits that this worker has set since it told the others, and those that it knew of then.
  var setBits = 0
  var knownBits = 0
}

/// What the items of the lossy stores have in common: the packed state, since the store has forgotten it, and a word
/// that says where the log tells how it was reached.
struct LossyItems {
  /// What `find` says of a known state, whose depth nobody remembers: the label of no depth.
  static let known: UInt64 = 256
  /// Numbers for a memo: the two halves of the entry in the log.
  static let memoWidth = 2

  let width: Int
  let seed: UInt64
  let writer: UnsafeMutablePointer<LogWriter>
  let tally: UnsafeMutablePointer<LossTally>

  @inline(__always)
  func write(_ packed: UnsafePointer<UInt64>, to item: UnsafeMutablePointer<UInt64>) {
    for k in 0..<width { item[k] = packed[k] }
  }
}

/// A probe of a lossy store: what it does with keys is its own, what it does with items is the same for all.
protocol LossyProbe: StateProbe {
  var items: LossyItems { get }
}

extension LossyProbe {
  @inline(__always)
  func load(
    _ item: UnsafePointer<UInt64>, into packed: UnsafeMutablePointer<UInt64>, memo: UnsafeMutablePointer<UInt32>
  ) {
    let width = items.width
    for k in 0..<width { packed[k] = item[k] }
    memo[0] = UInt32(truncatingIfNeeded: item[width])
    memo[1] = UInt32(truncatingIfNeeded: item[width] &>> 32)
  }

  /// The key is a hash, another one for every seed.
  @inline(__always)
  func encode(_ block: EncodingBlock, into keys: UnsafeMutablePointer<UInt64>) {
    let (width, seed) = (items.width, items.seed)
    for k in 0..<block.count { keys[k] = mix(hash(block.packed + k &* width, width: width), seed) }
  }

  @inline(__always)
  func prefetchState(key: UInt64) {}

  func ensureLogRoom() -> Bool { items.writer.pointee.ensureRoom() }

  func record(_ entry: LogEntry, in item: UnsafeMutablePointer<UInt64>) {
    item[items.width] = items.writer.pointee.append(entry)
  }
}
