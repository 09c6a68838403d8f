internal import CDistCheckEngine

/// Expands stored states one at a time: their successors by number, without those that change nothing.
///
/// No step is stored; whoever needs them once more computes them once more. All successors of a state, or as many as
/// there is room for, are packed and encoded and their places prefetched before they are looked up, so that the latencies
/// of memory overlap.
///
/// The specification is not expected to fail here: every instance in every state has been tried by the search before.
/// Where it does, because it is not deterministic, or an atom fails, this is left by a jump, and may be used again.
struct NumberedExpansion<Store: NumberedStore> {
  /// Successors at a time.
  static var capacity: Int { 256 }

  let system: TransitionSystem
  let packing: Packing
  let store: Store
  let probe: Store.Probe
  private let canonicalizer: Canonicalizer?
  private let scratch: UnsafeMutablePointer<UInt64>
  private let words: Int

  /// The state: as the specification sees it, packed, and what the store notes of it.
  let source: UnsafeMutablePointer<UInt64>
  private let packedSource: UnsafeMutablePointer<UInt64>
  private let memo: UnsafeMutablePointer<UInt32>

  private let successors: UnsafeMutablePointer<UInt64>
  private let rawOrdinals: UnsafeMutablePointer<UInt32>
  private let packed: UnsafeMutablePointer<UInt64>
  private let keys: UnsafeMutablePointer<UInt64>
  private let run: UnsafeMutablePointer<SuccessorRun>
  private let rawActions: UnsafeMutablePointer<Int32>
  private let place: UnsafeMutablePointer<Place>

  /// Where to go on.
  private struct Place {
    var action = 0
    var ordinal = 0
  }

  /// The successors at hand: the number of each, -1 where it is not stored; the action and the instance; and which of the
  /// states that were written it is.
  let numbers: UnsafeMutablePointer<Int>
  let actions: UnsafeMutablePointer<Int32>
  let ordinals: UnsafeMutablePointer<UInt32>
  private let origins: UnsafeMutablePointer<Int32>

  init(_ system: TransitionSystem, _ packing: Packing, _ store: Store, worker: Int = 0) {
    self.system = system
    self.packing = packing
    self.store = store
    probe = store.probe(worker: worker)
    canonicalizer = system.symmetry.map { Canonicalizer($0) }
    words = packing.stateWords
    scratch = .allocate(capacity: words)
    let capacity = Self.capacity
    source = .allocate(capacity: words)
    source.initialize(repeating: 0, count: words)
    packedSource = .allocate(capacity: packing.width)
    memo = .allocate(capacity: store.memoWidth + 1)
    successors = .allocate(capacity: capacity * words)
    // A successor's last word may hold bytes that the specification never writes.
    successors.initialize(repeating: 0, count: capacity * words)
    rawOrdinals = .allocate(capacity: capacity)
    rawActions = .allocate(capacity: capacity)
    packed = .allocate(capacity: capacity * packing.width)
    keys = .allocate(capacity: capacity)
    run = .allocate(capacity: 1)
    place = .allocate(capacity: 1)
    numbers = .allocate(capacity: capacity)
    actions = .allocate(capacity: capacity)
    ordinals = .allocate(capacity: capacity)
    origins = .allocate(capacity: capacity)
  }

  func deallocate() {
    canonicalizer?.deallocate()
    scratch.deallocate()
    source.deallocate()
    packedSource.deallocate()
    memo.deallocate()
    successors.deallocate()
    rawOrdinals.deallocate()
    rawActions.deallocate()
    packed.deallocate()
    keys.deallocate()
    run.deallocate()
    place.deallocate()
    numbers.deallocate()
    actions.deallocate()
    ordinals.deallocate()
    origins.deallocate()
  }

  /// Takes up a state.
  @inline(__always)
  func load(_ number: Int) {
    probe.restore(number, into: packedSource, memo: memo)
    packing.unpack(packedSource, into: source)
    place.pointee = Place()
  }

  /// The packed form of the state that was taken up.
  var packedState: [UInt64] { Array(UnsafeBufferPointer(start: packedSource, count: packing.width)) }

  /// The number of a packed state; -1 when it is not stored.
  func number(of state: [UInt64]) -> Int {
    run.pointee = SuccessorRun(end: 1, source: -1, action: -1)
    for word in 0..<packing.width { packed[word] = state[word] }
    encode(1)
    return probe.number(key: keys[0], packed)
  }

  private func encode(_ count: Int) {
    probe.encode(
      EncodingBlock(count: count, packed: packed, sources: packedSource, memos: memo, runs: run, runCount: 1),
      into: keys)
  }

  /// Whether all successors of the state have been at hand.
  @inline(__always)
  var isDone: Bool { place.pointee.action == system.actions.count }

  /// A successor at hand, as the action has written it.
  @inline(__always)
  func successor(_ k: Int) -> UnsafePointer<UInt64> {
    UnsafePointer(successors + Int(origins[k]) &* words)
  }

  /// What tells a successor at hand from every other: under symmetry its contents, as its number is that of its orbit.
  func member(_ k: Int) -> [UInt64] {
    if canonicalizer == nil { return [UInt64(numbers[k])] }
    return Array(UnsafeBufferPointer(start: successor(k), count: words))
  }

  /// Computes the next successors, and says how many that change something are at hand; call it until `isDone`.
  func advance() -> Int {
    let width = packing.width
    var count = 0
    while place.pointee.action < system.actions.count && count < Self.capacity {
      var buffer = SuccessorBuffer(
        next: UnsafeMutableRawPointer(successors + count &* words), room: Self.capacity &- count, stride: words &* 8,
        ordinals: rawOrdinals + count)
      let action = place.pointee.action
      ce_enter()
      let next = system.actions[action].expand(source, &buffer, place.pointee.ordinal, Int.max)
      ce_leave()
      let end = Self.capacity &- buffer.room
      while count < end {
        rawActions[count] = Int32(truncatingIfNeeded: action)
        count &+= 1
      }
      if next >= 0 {
        place.pointee.ordinal = next
        break
      }
      place.pointee = Place(action: action &+ 1)
    }
    if count == 0 { return 0 }
    // What changes nothing is told before the representatives are taken: a step within an orbit changes something.
    packing.clearBlanks(successors, count: count)
    packing.pack(successors, into: packed, count: count)
    var kept = 0
    for k in 0..<count {
      var changes = false
      for word in 0..<width where packed[k &* width &+ word] != packedSource[word] { changes = true }
      guard changes else { continue }
      if let canonicalizer {
        scratch.update(from: successors + k &* words, count: words)
        canonicalizer.canonicalize(scratch)
        packing.pack(scratch, into: packed + kept &* width)
      } else if kept < k {
        for word in 0..<width { packed[kept &* width &+ word] = packed[k &* width &+ word] }
      }
      actions[kept] = rawActions[k]
      ordinals[kept] = rawOrdinals[k]
      origins[kept] = Int32(truncatingIfNeeded: k)
      kept &+= 1
    }
    run.pointee = SuccessorRun(end: kept, source: 0, action: 0)
    encode(kept)
    for k in 0..<kept { probe.prefetch(key: keys[k]) }
    for k in 0..<kept { probe.prefetchState(key: keys[k]) }
    for k in 0..<kept { numbers[k] = probe.number(key: keys[k], packed + k &* width) }
    return kept
  }
}
