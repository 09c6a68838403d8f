/// Sums over all that was evaluated, by which the self-check compares two builds of a specification.
///
/// A sum is over hashes of state, instance and successor, or of state and value, in no order, so it does not depend on
/// who evaluates what. They are in the order of `StateEvaluation`.
struct EvaluationSums {
  private let width: Int
  let sums: UnsafeMutablePointer<UInt64>
  let sumCount: Int

  init(_ system: TransitionSystem, _ packing: Packing) {
    width = packing.width
    sumCount = system.actions.count + system.properties.count + 2
    sums = .allocate(capacity: sumCount)
    sums.initialize(repeating: 0, count: sumCount)
  }

  func deallocate() { sums.deallocate() }

  /// Adds the transitions of a block.
  func add(_ block: SuccessorBlock, runCount: Int) {
    var k = 0
    for run in 0..<runCount {
      guard block.runs[run].action >= 0 else {
        k = block.runs[run].end
        continue
      }
      let source = hash(block.packedSources + block.runs[run].source * width, width: width)
      while k < block.runs[run].end {
        let successor = hash(block.packed + k * width, width: width)
        sums[block.runs[run].action] &+= mix(source &+ UInt64(block.ordinals[k]), successor | 1)
        k += 1
      }
    }
  }
}
