/// How a search is done: what it costs, not what it finds.
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
    /// `compact` for states of up to 56 bits and of more than 64, `full` for those between.
    case automatic = "auto"
    /// Every state as it is packed.
    case full
    /// Eight bytes a state, beside a table of what states have in common.
    case compact
  }

  public var strategy = Strategy.breadthFirst
  /// Threads; nil for one for each processor that this process may use. Depth-first there is one.
  public var threads: Int?
  /// Depth-first there is no choice.
  public var storage = Storage.automatic

  public init(strategy: Strategy = .breadthFirst, threads: Int? = nil, storage: Storage = .automatic) {
    self.strategy = strategy
    self.threads = threads
    self.storage = storage
  }
}
