/// What states take in memory, kept in either way; as a mean over the time between two growths of a table.
enum TreeCost {
  /// Entries of eight bytes in a table that is between three and four fifths full, and nodes.
  static func bytes(states: Int, nodes: Int) -> Int { states * 12 + nodes * 20 }
  /// Entries in a table that is between half and three quarters full, and the states.
  static func wholeBytes(states: Int, width: Int) -> Int { states * (13 + 8 * width) }
}

/// Compares trees with whole states while the store grows.
///
/// What it compares is both all that there is and what came since the last time: trees cost most at the beginning, where
/// every part of a state is new.
struct TreeReview {
  /// How many states there are when they are compared next.
  private var next: Int
  private var lastStates = 0
  private var lastBytes = 0
  private let ratio: Double
  private let ratioOfNew: Double

  init(_ thresholds: StorageThresholds) {
    next = thresholds.firstReview
    ratio = thresholds.reviewRatio
    ratioOfNew = thresholds.reviewRatioOfNew
  }

  /// The trees have another shape from here on.
  mutating func begin(states: Int, nodes: Int) {
    lastStates = states
    lastBytes = TreeCost.bytes(states: states, nodes: nodes)
    next = max(next, states + states / 4)
  }

  /// Whether trees take about as much memory as whole states would, or more. Whole states take less time.
  mutating func isOutdone(states: Int, nodes: Int, itemBytes: Int, width: Int) -> Bool {
    guard states >= next else { return false }
    let bytes = TreeCost.bytes(states: states, nodes: nodes) + itemBytes
    defer {
      (lastStates, lastBytes) = (states, bytes)
      next = states + states / 4 + 1
    }
    let wholeBytes = TreeCost.wholeBytes(states: states, width: width)
    let newWholeBytes = TreeCost.wholeBytes(states: states - lastStates, width: width)
    return Double(bytes) > ratio * Double(wholeBytes) && Double(bytes - lastBytes) > ratioOfNew * Double(newWholeBytes)
  }
}

extension CompactStore {
  func isOutdone(itemBytes: Int) -> Bool {
    guard let nodes = shared.pointee.nodes else { return false }
    return shared.pointee.review?.isOutdone(
      states: shared.pointee.claims.count, nodes: nodes.count, itemBytes: itemBytes, width: width) ?? false
  }

  var mayBeOutdone: Bool { shared.pointee.review != nil }

  /// From now on this store stays what it is, whatever that costs: there is no memory for whole states beside it.
  func endReview() { shared.pointee.review = nil }
}
