internal import CDistCheckEngine

/// Exact breadth-first search, level by level: every counterexample is as short as any.
///
/// Deterministic: the order of states depends on the specification alone. Nothing is stored to find the way back to a
/// state; its predecessors are recomputed, level by level, when a trace is asked for.
struct BreadthFirstSearch {
  let expander: Expander
  /// What the specification failed with, if it did.
  private(set) var fault: SpecificationFault?
  /// `levels[d]` is the index of the first state at depth `d + 1`; the last entry is where the next level would begin.
  private(set) var levels: [Int] = [0]
  private let bounds: Bounds
  private let start: ContinuousClock.Instant
  private let report: ((Progress) -> Void)?
  private var nextReport: ContinuousClock.Instant
  private(set) var stop: StopReason?
  /// States whose successors have been generated.
  private(set) var explored = 0

  init(_ system: TransitionSystem, bounds: Bounds, report: ((Progress) -> Void)?) throws(OutOfMemory) {
    expander = try Expander(system, bounds: bounds)
    self.bounds = bounds
    self.report = report
    start = ContinuousClock.now
    nextReport = start + .milliseconds(500)
  }

  /// States on the longest shortest path, the initial state being 1; 0 before there is any state.
  var depth: Int { levels.count - 1 }

  mutating func run() {
    catchFaults { [expander] in expander.addInitialStates() }
    endLevel()
    while !isOver, levels[depth] > levels[depth - 1] {
      if depth >= bounds.maxDepth ?? Int.max {
        stop = .maxDepth
        break
      }
      var next = levels[depth - 1]
      let end = levels[depth]
      while next < end, !isOver {
        let last = min(next + Expander.sourceLimit, end)
        catchFaults { [expander, next] in expander.expand(next..<last) }
        if !isOver { explored = last }
        pause()
        next = last
      }
      endLevel()
    }
    if levels.count > 1, levels[depth] == levels[depth - 1] { levels.removeLast() }
  }

  var isOver: Bool { stop != nil || fault != nil || expander.isOver }

  private mutating func catchFaults(_ body: @escaping () -> Void) {
    do {
      try catchingFaults(body)
    } catch {
      fault = error
    }
  }

  private mutating func endLevel() { levels.append(expander.visited.count) }

  /// Now and then: has a bound been reached, is it time to report?
  private mutating func pause() {
    if isOver { return }
    if ce_interrupted() { stop = .interrupt }
    if expander.visited.byteCount > bounds.memory { stop = .memory }
    let now = ContinuousClock.now
    if let timeout = bounds.timeout, now - start >= timeout { stop = .timeout }
    if now >= nextReport, let report {
      nextReport = now + .milliseconds(500)
      report(
        Progress(
          distinctStates: expander.visited.count, generatedStates: expander.generatedStates, depth: depth,
          queued: expander.visited.count - explored, elapsed: now - start, memory: expander.visited.byteCount))
    }
  }

  var elapsed: Duration { ContinuousClock.now - start }
}
