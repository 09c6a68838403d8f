#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Whether what a specification says of a state depends on the state alone: states are evaluated again, in every search a
/// sample, in the self-check all.
///
/// One for each worker. The sample: the initial states (1,024 a worker at most), the first states of the worker, and then
/// about one in a thousand. The very first are evaluated several times, so that a guard that tosses a coin is
/// noticed in a model of two states; a few are kept and evaluated once more at later levels and at the end, for what depends
/// on how often it was asked. What happens rarely is still missed.
///
/// States are evaluated as they were restored from the store, so a fault of packing cannot look like one of the
/// specification. Whether a state is restored as it was is looked at, too.
final class DeterminismCheck {
  private static let thorough = 4
  private static let firstStates = 256
  private static let firstInitialStates = 1024
  /// What evaluating the first states may take altogether.
  private static let firstTime = Duration.microseconds(500)
  private static let keptStates = 16
  /// How often the first states are evaluated again, however long that takes: of two orders of a set, one in as many begins
  /// with the same element.
  private static let fewest = 5

  private let system: TransitionSystem
  private let packing: Packing
  private let evaluation: StateEvaluation
  private var first: [UInt64]
  private var examined = 0
  private var spent = Duration.zero
  private var kept: [(state: [UInt64], hashes: [UInt64], at: Position)] = []

  init(_ system: TransitionSystem, _ packing: Packing) {
    self.system = system
    self.packing = packing
    evaluation = StateEvaluation(system, packing)
    first = [UInt64](repeating: 0, count: evaluation.count)
  }

  /// The numbers of the places, see `StateEvaluation`.
  var constraintPlace: Int { evaluation.constraint }
  var mayStopPlace: Int { evaluation.mayStop }
  /// What did not come to its end when the search was stopped, if that was the last that was evaluated.
  var unfinished: Int? { evaluation.isCut ? evaluation.place : nil }

  /// Whether the next state belongs to the first ones.
  func wantsNext(depth: Int) -> Bool {
    if examined < Self.thorough { return true }
    return depth == 1 ? examined < Self.firstInitialStates : examined < Self.firstStates && spent < Self.firstTime
  }

  /// Evaluates a state twice, or one of the very first several times; returns what is wrong.
  func examine(_ packed: UnsafePointer<UInt64>, _ position: @autoclosure () -> Position) -> Flaw? {
    let start = ContinuousClock.now
    defer { spent += ContinuousClock.now - start }
    let state = packing.unpack(Array(UnsafeBufferPointer(start: packed, count: packing.width)))
    let most = examined < Self.thorough ? 16 : examined < 4 * Self.thorough ? 4 : 2
    if let flaw = repeated(state, most, since: start) { return flaw }
    if evaluation.isCut { return nil }
    if kept.count < Self.keptStates { kept.append((state, first, position())) }
    return restored(state)
  }

  /// - Parameter sums: Where truth values are added up, so that builds can be compared.
  func examineThoroughly(_ packed: UnsafePointer<UInt64>, _ sums: UnsafeMutablePointer<UInt64>) -> Flaw? {
    let state = packing.unpack(Array(UnsafeBufferPointer(start: packed, count: packing.width)))
    let flaw = repeated(state, 2, since: nil)
    let hash = hash(packed, width: packing.width)
    for place in system.actions.count..<evaluation.count { sums[place] &+= mix(hash, first[place]) }
    return flaw
  }

  /// Evaluates a state again and again; the results are in `first`.
  ///
  /// Each thing several times in a row, and every second state once more than asked for: what differs at each second or
  /// third call would else keep step.
  private func repeated(_ state: [UInt64], _ most: Int, since start: ContinuousClock.Instant?) -> Flaw? {
    examined += 1
    evaluation.evaluate(state)
    if evaluation.isCut { return nil }
    for place in 0..<evaluation.count { first[place] = evaluation.hashes[place] }
    for round in 1..<(most + examined & 1) {
      // What depends on where something lies in memory, as the order of a `Set` does, is to find it elsewhere.
      let moved = stride(from: 24, to: 1032, by: 16).map { malloc($0) }
      evaluation.evaluate(state, repeats: true)
      for block in moved { free(block) }
      if let flaw = difference(from: first) { return flaw }
      if evaluation.isCut { return nil }
      if round >= Self.fewest, let start, ContinuousClock.now - start > Self.firstTime { break }
    }
    return nil
  }

  private func difference(from hashes: [UInt64]) -> Flaw? {
    // What lies outside the constraint has no actions, so that goes first.
    if evaluation.isCut { return nil }
    return ([evaluation.constraint] + hashes.indices).first { hashes[$0] != evaluation.hashes[$0] }
      .map { .notDeterministic(StateEvaluation.name(of: $0, in: system)) }
  }

  /// Evaluates the states that were kept once more: what depends on how often it was asked may differ by now.
  func examineAgain() -> (flaw: Flaw, at: Position)? {
    for (state, hashes, position) in kept {
      evaluation.evaluate(state)
      if let flaw = difference(from: hashes) { return (flaw, position) }
    }
    return nil
  }

  // MARK: The engine's part

  /// Whether a successor of the state, once stored and restored, is another state to the specification.
  private func restored(_ state: [UInt64]) -> Flaw? {
    guard let raw = firstChanged(state) else { return nil }
    evaluation.evaluate(raw)
    if evaluation.isCut { return nil }
    for place in 0..<evaluation.count { first[place] = evaluation.hashes[place] }
    evaluation.evaluate(packing.unpack(packing.pack(raw)))
    guard difference(from: first) != nil else { return nil }
    evaluation.evaluate(raw)
    if evaluation.isCut { return nil }
    return difference(from: first) == nil ? .otherWhenRestored : nil
  }

  /// The first successor with a bit that is not stored: padding, as a rule.
  private func firstChanged(_ state: [UInt64]) -> [UInt64]? {
    let found = UnsafeMutablePointer<[UInt64]?>.allocate(capacity: 1)
    found.initialize(to: nil)
    defer {
      found.deinitialize(count: 1)
      found.deallocate()
    }
    let scan = SuccessorScan(system)
    defer { scan.deallocate() }
    try? catchingFaults { [packing] in
      scan.forEachSuccessor(of: state) { _, successor in
        let raw = Array(UnsafeBufferPointer(start: successor, count: packing.stateWords))
        if packing.unpack(packing.pack(raw)) == raw { return true }
        found.pointee = raw
        return false
      }
    }
    return found.pointee
  }

  /// Why an execution that the search has found is none: looks at states near the initial ones.
  static func reasonForNoExecution(_ system: TransitionSystem) -> Flaw {
    let packing = system.packing
    let check = DeterminismCheck(system, packing)
    var queue = system.initialStates.prefix(1024).map { packing.pack($0) }
    var seen = Set(queue)
    var next = 0
    while next < queue.count && next < 2048 {
      let state = packing.unpack(queue[next])
      next += 1
      if let flaw = check.repeated(state, 2, since: nil) ?? check.restored(state) { return flaw }
      check.evaluation.evaluate(state) { found in
        let packed = Array(UnsafeBufferPointer(start: found, count: packing.width))
        if queue.count < 4096 && seen.insert(packed).inserted { queue.append(packed) }
      }
    }
    return .notDeterministic("specification")
  }
}

extension Expander {
  /// Evaluates sources of the block again, those of the sample or in the self-check all.
  func checkDeterminism() {
    defer { live.pointee.unfinished = live.pointee.unfinished ?? determinism.unfinished }
    let (depth, count, explored) = (live.pointee.depth, live.pointee.sourceCount, live.pointee.exploredStates)
    func note(_ flaw: Flaw?, _ source: Int) {
      if let flaw { live.pointee.findings.note(flaw, at: position(ofSource: source)) }
    }
    if let sums {
      for source in 0..<count {
        note(determinism.examineThoroughly(block.packedSources + source * packing.width, sums.sums), source)
      }
      return
    }
    if determinism.wantsNext(depth: depth) {
      for source in 0..<count where determinism.wantsNext(depth: depth) && !control.pointee.isLeft { examine(source) }
    } else if explored >> 10 != (explored + count) >> 10 {
      examine((explored >> 10) % count)
    }
    func examine(_ source: Int) {
      let packed = block.packedSources + source * packing.width
      note(determinism.examine(packed, position(ofSource: source)), source)
    }
  }

  /// Evaluates some of the first states once more.
  func checkDeterminismAgain() {
    if let (flaw, position) = determinism.examineAgain() { live.pointee.findings.note(flaw, at: position) }
  }
}
