/// How far a search has come.
public struct Progress {
  public var distinctStates: Int
  public var generatedStates: Int
  /// States on the longest shortest path so far, the initial state being 1.
  public var depth: Int
  /// States that are found but not yet explored.
  public var queued: Int
  public var elapsed: Duration
  /// The temporal property that is being checked, while the search rests.
  public var property: String?
  /// Bytes that the states and their table take.
  public var memory: Int
}
