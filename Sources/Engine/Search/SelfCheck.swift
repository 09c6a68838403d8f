/// What the self-check needs: a place for the second result of an evaluation, and sums over all that was evaluated, by which
/// two builds of a specification are compared.
///
/// A sum is over hashes of state, instance and successor, or of state and truth value, in no order, so it does not depend on
/// who evaluates what; one for each action, then one for each property, then one for the constraint.
struct SelfCheck {
  private let words: Int
  private let width: Int
  private let actionCount: Int
  let sums: UnsafeMutablePointer<UInt64>
  let sumCount: Int
  fileprivate let successors: UnsafeMutablePointer<UInt64>
  fileprivate let ordinals: UnsafeMutablePointer<UInt32>
  fileprivate let packed: UnsafeMutablePointer<UInt64>
  fileprivate let packedAgain: UnsafeMutablePointer<UInt64>

  init(_ system: TransitionSystem, _ packing: Packing) {
    words = packing.stateWords
    width = packing.width
    actionCount = system.actions.count
    sumCount = actionCount + system.properties.count + 1
    sums = .allocate(capacity: sumCount)
    sums.initialize(repeating: 0, count: sumCount)
    successors = .allocate(capacity: SuccessorBlock.capacity * words)
    successors.initialize(repeating: 0, count: SuccessorBlock.capacity * words)
    ordinals = .allocate(capacity: SuccessorBlock.capacity)
    packed = .allocate(capacity: SuccessorBlock.capacity * width)
    packedAgain = .allocate(capacity: SuccessorBlock.capacity * width)
  }

  func deallocate() {
    sums.deallocate()
    successors.deallocate()
    ordinals.deallocate()
    packed.deallocate()
    packedAgain.deallocate()
  }

  /// What the sums are of, for a report.
  static func names(_ system: TransitionSystem) -> [String] {
    system.actions.map { "action \($0.name)" } + system.properties.map { "property \"\($0.name)\"" }
      + ["state constraint"]
  }

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

  fileprivate func add(_ isTrue: Bool, _ place: Int, _ state: UnsafePointer<UInt64>) {
    if isTrue { sums[actionCount + place] &+= hash(state, width: width) }
  }
}

extension Expander {
  /// Applies the action to the source once more, from the same instance on, and compares what comes out.
  ///
  /// - Parameter added: How many successors were just written behind the others.
  func repeatExpansion(_ added: Int) {
    guard let selfCheck else { return }
    let (words, width) = (packing.stateWords, packing.width)
    let (first, source) = (live.pointee.count, live.pointee.source)
    var buffer = SuccessorBuffer(
      next: UnsafeMutableRawPointer(selfCheck.successors), room: SuccessorBlock.capacity - first, stride: words * 8,
      ordinals: selfCheck.ordinals)
    _ = system.actions[live.pointee.action].expand(
      block.sources + source * words, &buffer, live.pointee.ordinal, Int.max)
    packing.clearBlanks(block.successors + first * words, count: added)
    packing.clearBlanks(selfCheck.successors, count: added)
    packing.pack(block.successors + first * words, into: selfCheck.packed, count: added)
    packing.pack(selfCheck.successors, into: selfCheck.packedAgain, count: added)
    let isSame =
      SuccessorBlock.capacity - first - buffer.room == added
      && (0..<added).allSatisfy { selfCheck.ordinals[$0] == block.ordinals[first + $0] }
      && (0..<added * width).allSatisfy { selfCheck.packed[$0] == selfCheck.packedAgain[$0] }
    if !isSame {
      let name = system.actions[live.pointee.action].name
      live.pointee.findings.note(.notDeterministic("action \(name)"), at: position(ofSource: source))
    }
  }

  /// Evaluates what is said of the sources of the block twice.
  func repeatPredicates() {
    guard let selfCheck else { return }
    let last = system.properties.count
    for source in 0..<live.pointee.sourceCount {
      let state = UnsafeRawPointer(block.sources + source * packing.stateWords)
      func check(_ place: Int, _ name: String, _ predicate: @escaping (UnsafeRawPointer) -> Bool) {
        let values = UnsafeMutablePointer<Bool>.allocate(capacity: 2)
        defer { values.deallocate() }
        // What fails has failed where the state was new, and was reported there.
        let isEvaluated =
          (try? catchingFaults {
            values.initialize(to: predicate(state))
            (values + 1).initialize(to: predicate(state))
          }) != nil
        guard isEvaluated else { return }
        selfCheck.add(values[0], place, block.packedSources + source * packing.width)
        if values[0] != values[1] {
          live.pointee.findings.note(.notDeterministic(name), at: position(ofSource: source))
        }
      }
      for (index, property) in system.properties.enumerated() {
        switch property.predicate {
        case .always(let holds), .sometimes(let holds): check(index, "property \"\(property.name)\"", holds)
        case .step, .temporal: break
        }
      }
      check(last, "state constraint", system.isWithinConstraint)
    }
  }
}
