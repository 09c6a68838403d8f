import Synchronization

/// Hands out walks to threads, and adds up what they come to as if a single thread had made them in order.
///
/// Walks are handed out in batches. A thread's batch is added only after all earlier ones, and none after the first with
/// a finding: so neither finding nor statistics depend on how many threads there are or how they are scheduled, unless
/// time or a signal stops them.
final class WalkLedger: @unchecked Sendable {
  static let batchSize = 16

  struct Batch {
    var statistics: WalkStatistics
    var finding: WalkFinding?
    /// The first finding that is not what the search is for.
    var aside: WalkFinding?
  }

  private struct Contents {
    var total: WalkStatistics
    var waiting: [Int: Batch] = [:]
    var next = 0
    var finding: WalkFinding?
    var aside: WalkFinding?

    mutating func add(_ batch: Batch) {
      total.add(batch.statistics)
      finding = batch.finding
      aside = aside ?? batch.aside
    }
  }

  private let contents: Mutex<Contents>
  private let claimed = Atomic(0)
  /// The lowest batch with a finding.
  private let firstFinding = Atomic(Int.max)
  private let limit: Int

  init(_ system: TransitionSystem, walks: Int?) {
    contents = Mutex(Contents(total: WalkStatistics(system)))
    limit = walks ?? Int.max
  }

  /// The walks that a thread is to make next, and the number of the batch; nil when there are none.
  func claim() -> (batch: Int, walks: Range<Int>)? {
    let batch = claimed.wrappingAdd(1, ordering: .relaxed).oldValue
    let first = batch * Self.batchSize
    guard first < limit, !isObsolete(batch) else { return nil }
    return (batch, first..<min(first + Self.batchSize, limit))
  }

  /// Whether an earlier batch has a finding already.
  func isObsolete(_ batch: Int) -> Bool { firstFinding.load(ordering: .relaxed) < batch }

  func add(_ result: Batch, as batch: Int) {
    if result.finding != nil {
      var lowest = firstFinding.load(ordering: .relaxed)
      while batch < lowest {
        let (isDone, value) = firstFinding.compareExchange(expected: lowest, desired: batch, ordering: .relaxed)
        if isDone { break }
        lowest = value
      }
    }
    contents.withLock { contents in
      contents.waiting[batch] = result
      while contents.finding == nil, let batch = contents.waiting.removeValue(forKey: contents.next) {
        contents.next += 1
        contents.add(batch)
      }
    }
  }

  /// What all walks have come to; asked when the threads have ended.
  var outcome: (statistics: WalkStatistics, finding: WalkFinding?) {
    contents.withLock { contents in
      // Left behind only where an earlier batch is missing because time was up.
      for (_, batch) in contents.waiting.sorted(by: { $0.key < $1.key }) where contents.finding == nil {
        contents.add(batch)
      }
      return (contents.total, contents.finding ?? contents.aside)
    }
  }

  var progress: (walks: Int, steps: Int) { contents.withLock { ($0.total.walks, $0.total.steps) } }
}
