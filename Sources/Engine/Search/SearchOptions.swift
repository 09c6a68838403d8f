/// How a search is done: what it costs, not what it finds.
public struct SearchOptions: Equatable, Sendable {
  /// How states are kept.
  public enum Storage: String, CaseIterable, Sendable {
    /// `compact` for states of up to 56 bits and of more than 64, `full` for those between.
    case automatic = "auto"
    /// Every state as it is packed.
    case full
    /// Eight bytes a state, beside a table of what states have in common.
    case compact
  }

  /// Threads; nil for one for each processor that this process may use.
  public var threads: Int?
  public var storage = Storage.automatic

  /// The folder for what does not fit in memory; nil to stop when that is full.
  public var spillFolder: String?
  /// Where and how often the search is written down; nil for never.
  public var checkpoint: CheckpointOptions?

  public init(
    threads: Int? = nil, storage: Storage = .automatic, spillFolder: String? = nil,
    checkpoint: CheckpointOptions? = nil
  ) {
    self.threads = threads
    self.storage = storage
    self.spillFolder = spillFolder
    self.checkpoint = checkpoint
  }

  /// Whether states have to be of eight bytes each, because they are written to disk.
  var needsCompactStorage: Bool { spillFolder != nil || checkpoint != nil }
}
