/// What walks have done, added up.
struct WalkStatistics {
  static let histogramSize = 10

  var walks = 0
  /// Transitions taken.
  var steps = 0
  /// States checked: those on the walks, and all their successors.
  var checkedStates = 0
  var statesOutsideConstraint = 0
  // Lengths, in states.
  var totalLength = 0
  var shortest = Int.max
  var longest = 0
  var histogram = [Int](repeating: 0, count: histogramSize)
  var endings = SimulationResult.Endings()
  /// By action: states on walks in which at least one instance was enabled, and steps that took one.
  var enabled: [Int]
  var taken: [Int]
  /// By property: the walks that reached what a `sometimes` asks for.
  var reached: [Int]

  init(_ system: TransitionSystem) {
    enabled = system.actions.map { _ in 0 }
    taken = enabled
    reached = system.properties.map { _ in 0 }
  }

  mutating func end(length: Int, depth: Int, _ ending: WritableKeyPath<SimulationResult.Endings, Int>) {
    walks += 1
    endings[keyPath: ending] += 1
    totalLength += length
    shortest = min(shortest, length)
    longest = max(longest, length)
    histogram[(length - 1) * Self.histogramSize / depth] += 1
  }

  mutating func add(_ other: WalkStatistics) {
    walks += other.walks
    steps += other.steps
    checkedStates += other.checkedStates
    statesOutsideConstraint += other.statesOutsideConstraint
    totalLength += other.totalLength
    shortest = min(shortest, other.shortest)
    longest = max(longest, other.longest)
    for k in histogram.indices { histogram[k] += other.histogram[k] }
    endings.depth += other.endings.depth
    endings.stopped += other.endings.stopped
    endings.constraint += other.endings.constraint
    endings.exhausted += other.endings.exhausted
    endings.found += other.endings.found
    for k in enabled.indices {
      enabled[k] += other.enabled[k]
      taken[k] += other.taken[k]
    }
    for k in reached.indices { reached[k] += other.reached[k] }
  }
}
