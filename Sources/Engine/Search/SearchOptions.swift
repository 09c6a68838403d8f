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

  public init(threads: Int? = nil, storage: Storage = .automatic) {
    self.threads = threads
    self.storage = storage
  }
}
