import DistCheckEngine

extension StorageThresholds {
  /// Everything small, and nothing left undone for lack of time or gain: cuts are chosen anew all the time, at ends of
  /// levels and within them.
  static func tiny(_ size: Int) -> StorageThresholds {
    var thresholds = StorageThresholds()
    thresholds.tableSlots = size
    thresholds.stripeSlots = 64 * size
    thresholds.chunkWords = size
    thresholds.leastChunkItems = size
    thresholds.nodeSlots = size
    thresholds.nodeChunk = size
    thresholds.firstReshape = size
    thresholds.reshapeFactor = 2
    thresholds.sampleBits = 4096 * size
    thresholds.reshapeGain = Double.infinity
    thresholds.reshapeShare = 1000
    thresholds.reshapeGrace = .seconds(1000)
    thresholds.firstReview = Int.max
    thresholds.conversionBlock = size
    return thresholds
  }

  /// Trees give way to whole states at the first look after so many states.
  static func goingOver(at states: Int, _ size: Int) -> StorageThresholds {
    var thresholds = tiny(size)
    thresholds.firstReview = states
    (thresholds.reviewRatio, thresholds.reviewRatioOfNew) = (0, 0)
    return thresholds
  }

  /// Numbers of nodes run out after so many.
  static func runningOut(at nodes: Int, _ size: Int) -> StorageThresholds {
    var thresholds = tiny(size)
    thresholds.nodeLimit = nodes
    return thresholds
  }
}

/// Ways to search in which the storage changes in the midst of it.
let changingSearches: [(label: String, options: SearchOptions)] = [1, 2].flatMap { (threads: Int) in
  let ways: [(String, StorageThresholds)] = [
    ("cut anew", .tiny(threads)), ("going over at once", .goingOver(at: 1, threads)),
    ("going over", .goingOver(at: 4, threads)),
  ]
  return ways.map { label, thresholds in
    var options = SearchOptions(threads: threads)
    options.thresholds = thresholds
    return ("\(threads) threads, \(label)", options)
  }
}
