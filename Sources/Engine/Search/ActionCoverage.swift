/// How often an action was enabled, taken, and led to something new.
public struct ActionCoverage: Equatable {
  /// States in which at least one instance was enabled.
  public var enabled = 0
  /// Instances taken: the states that it generated.
  public var taken = 0
  /// Instances taken that led to a state which no shorter path reaches.
  public var newStates = 0

  public init() {}

  static func += (left: inout ActionCoverage, right: ActionCoverage) {
    left.enabled += right.enabled
    left.taken += right.taken
    left.newStates += right.newStates
  }
}
