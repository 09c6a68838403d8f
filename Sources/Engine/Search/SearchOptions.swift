/// How a search is done: what it costs, not what it finds; unless it is lossy.
public struct SearchOptions: Equatable, Sendable {
  /// In which order states are explored.
  public enum Strategy: String, CaseIterable, Sendable {
    /// Level by level, by all threads: counterexamples are shortest.
    case breadthFirst = "breadth-first"
    /// Along one path as far as it goes, or to the bound on the depth: counterexamples are found early, and are long.
    case depthFirst = "depth-first"
    /// Depth-first under a bound of 1, 2, 3 and so on: counterexamples are shortest, and all is done over and over.
    case iterativeDeepening = "iterative-deepening"
  }

  /// How states are kept.
  public enum Storage: String, CaseIterable, Sendable {
    /// `compact` for states of up to 56 bits, `full` for those of 57 to 64, and for larger ones `compact` as long as it takes
    /// less memory, then `full`.
    case automatic = "auto"
    /// Every state as it is packed.
    case full
    /// Eight bytes a state, beside a table of what states have in common.
    case compact
  }

  /// How states are kept so that some may be taken for others, and omitted.
  public enum Lossy: Equatable, Sendable {
    /// A signature of so many bits for each state, 8 to 32.
    case hashCompaction(bits: Int)
    /// Three bits for each state in an array of so many bytes; nil for 256 MB, or a quarter of the memory
    /// for states if that is less: all of it is in use soon.
    case bitstate(bytes: Int?)
  }

  public var strategy = Strategy.breadthFirst
  /// Threads; nil for one for each processor that this process may use. Depth-first there is one.
  public var threads: Int?
  /// Depth-first there is no choice.
  public var storage = Storage.automatic
  /// `storage` has no meaning then.
  public var lossy: Lossy?
  /// Chooses among the hash functions of a lossy search: another seed omits other states.
  public var hashSeed: UInt64 = 0

  /// What the parts of the storage hold; no concern of whoever searches.
  public var thresholds = StorageThresholds()

  /// The folder for what does not fit in memory; nil to stop when that is full.
  public var spillFolder: String?
  /// Where and how often the search is written down; nil for never.
  public var checkpoint: CheckpointOptions?

  public init(
    strategy: Strategy = .breadthFirst, threads: Int? = nil, storage: Storage = .automatic, lossy: Lossy? = nil,
    spillFolder: String? = nil,
    checkpoint: CheckpointOptions? = nil
  ) {
    self.strategy = strategy
    self.threads = threads
    self.storage = storage
    self.lossy = lossy
    self.spillFolder = spillFolder
    self.checkpoint = checkpoint
  }

  /// Whether everything is evaluated twice and every state's bytes are checked.
  public var checksItself = false

  /// Whether to check temporal properties; if not, they stay inconclusive.
  public var checksLiveness = true
  /// Whether to look at temporal properties on the way, too, and to end the search with the first that is violated. If not,
  /// they are looked at once all is explored.
  public var looksAtLivenessOnTheWay = true

  /// Whether to find out for every temporal property that holds which fairness it needs, whatever that costs; where it costs
  /// little it is done anyhow.
  public var explains = false

  var searchThresholds = SearchThresholds()

  /// Whether states have to be of eight bytes each, because they are written to disk.
  var needsCompactStorage: Bool { spillFolder != nil || checkpoint != nil }
}
