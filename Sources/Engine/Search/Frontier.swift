/// The states of a level.
struct Frontier {
  /// Those that are being explored, those that are in memory as well, and those on disk.
  var segment: [ItemRun] = []
  var runs: [ItemRun] = []
  var spilled: [SpilledRun] = []

  var isEmpty: Bool { segment.isEmpty && runs.isEmpty && spilled.isEmpty }
}

/// A part of a level cut into blocks: numbers for the workers to take.
struct FrontierBlocks {
  let count: Int
  private let size: Int
  private let runs: [(first: Int, run: ItemRun)]

  /// - Parameters:
  ///   - workers: In a small level blocks are small, so that there are about eight for each of them.
  ///   - most: Items in a block.
  init(_ segment: [ItemRun], workers: Int, most: Int) {
    let states = segment.reduce(0) { $0 + $1.count }
    size = min(most, max(8, states / (workers * 8)))
    var runs: [(Int, ItemRun)] = []
    var count = 0
    for run in segment {
      runs.append((count, run))
      count += (run.count + size - 1) / size
    }
    self.runs = runs
    self.count = count
  }

  /// The items of a block; nil behind the last one.
  subscript(number: Int, itemWords: Int) -> (items: UnsafeMutablePointer<UInt64>, count: Int)? {
    guard number < count else { return nil }
    var (low, high) = (0, runs.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if runs[middle].first <= number { low = middle } else { high = middle }
    }
    let offset = (number - runs[low].first) * size
    let run = runs[low].run
    return (run.items + offset * itemWords, min(size, run.count - offset))
  }

  /// What is left when so many blocks were taken.
  func rest(after taken: Int, itemWords: Int) -> [ItemRun] {
    runs.compactMap { first, run in
      let skipped = min(run.count, max(0, taken - first) * size)
      return skipped == run.count
        ? nil
        : ItemRun(items: run.items + skipped * itemWords, count: run.count - skipped, depth: run.depth)
    }
  }
}
