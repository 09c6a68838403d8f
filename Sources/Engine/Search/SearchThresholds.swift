/// Sizes that are chosen for speed and decide nothing: whatever they are, a search finds the same. Tests make them small, so
/// that every border is crossed, and end searches in their midst.
struct SearchThresholds: Equatable, Sendable {
  /// States that an expander takes at a time, and how many successors of theirs it gathers before it looks them up; no more
  /// than `SuccessorBlock` has by default.
  var sources = SuccessorBlock.sourceLimit
  var successors = SuccessorBlock.capacity
  /// Stored states at which temporal properties are looked at on the way, and by what that number grows.
  var firstLook = 1 << 14
  var lookFactor = 8
  /// Lets the workers rest after every block, writes a checkpoint at each of so many rests, and gives the search up at one of
  /// them, as if the process had been killed.
  var restsPerCheckpoint: Int?
  var restsBeforeDeath: Int?
}
