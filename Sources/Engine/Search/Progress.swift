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
  /// What the search rests for, where that is not a temporal property.
  public var activity: Activity?
  /// The most memory that the process had in use, in bytes.
  public var memory: Int

  /// Work on what is stored, while nothing is explored.
  public enum Activity: String, Sendable {
    case growing = "making room for more states"
    case spilling = "moving states to disk"
    case merging = "looking up new states on disk"
    case choosingTrees = "choosing how states are kept"
    case goingOver = "going over to whole states"
  }
}
