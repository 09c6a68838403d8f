internal import CDistCheckEngine

/// Three bits of each state in an array of a fixed size: bitstate hashing (Holzmann: "An Improved Protocol Reachability
/// Analysis Technique", 1988; "An Analysis of Bitstate Hashing", 1998, where more than one hash function pays).
///
/// A state all of whose bits are set already is taken for known: it is lost, and what only it leads to. The array never
/// grows, and no number of states fills it; it only gets worse.
///
/// Lookups and insertions are without locks but for one thing: of two workers that insert the same state at the same time
/// each could find one of its bits unset. So insertions of states with the same hash wait for each other.
struct BitStore: LossyStore {
  /// Spin's default.
  static let hashFunctions = 3

  let records: LossRecords
  private let array: PagedMemory
  private let shared: UnsafeMutablePointer<UInt64>
  private let locks: UnsafeMutablePointer<UInt64>

  fileprivate static let lockCount = 1 << 12

  /// - Parameter bytes: Of the array.
  init(width: Int, bytes: Int, seed: UInt64, workers: Int) throws(OutOfMemory) {
    guard let array = PagedMemory(byteCount: max(1, bytes / 8) * 8) else { throw OutOfMemory() }
    self.array = array
    records = LossRecords(width: width, seed: seed, workers: workers)
    shared = .allocate(capacity: 1)
    shared.initialize(to: 0)
    locks = .allocate(capacity: Self.lockCount)
    locks.initialize(repeating: 0, count: Self.lockCount)
  }

  func deallocate() {
    array.release()
    shared.deallocate()
    locks.deallocate()
    records.deallocate()
  }

  var byteCount: Int { array.byteCount }

  func probe(worker: Int) -> BitProbe {
    BitProbe(items: records.items(worker), array: array, locks: locks)
  }

  var loss: Loss {
    let bits = array.byteCount * 8
    return Loss(
      kind: .bitstate, bits: bits,
      expectedOmissions: records.expectedOmissions,
      fill: Double(shared.pointee) / Double(bits))
  }

  func claim(_ states: Int) -> Bool { true }

  /// Workers tell each other how many bits they have set; a block later than it happened is soon enough.
  func settle(_ claimed: Int, inserted: Int, worker: Int) {
    let tally = records.tally(worker)
    let added = tally.pointee.setBits
    tally.pointee.knownBits = Int(ce_add(shared, UInt64(added))) + added
    tally.pointee.setBits = 0
  }

  func grow(items: [ItemRun], _ work: StoreWork) throws(OutOfMemory) {}
}

struct BitProbe: LossyProbe {
  let items: LossyItems
  private let words: UnsafeMutablePointer<UInt64>
  private let bitCount: Int
  private let locks: UnsafeMutablePointer<UInt64>

  fileprivate init(items: LossyItems, array: PagedMemory, locks: UnsafeMutablePointer<UInt64>) {
    self.items = items
    self.locks = locks
    words = array.base.assumingMemoryBound(to: UInt64.self)
    bitCount = array.byteCount &* 8
  }

  /// The number of a state's bit, by each of the hash functions.
  @inline(__always)
  private func places(_ key: UInt64) -> (Int, Int, Int) {
    (
      slot(hash: key, of: bitCount), slot(hash: mix(key, 0x8EBC_6AF0_9C88_C6E3), of: bitCount),
      slot(hash: mix(key, 0x5899_65CC_7537_4CC3), of: bitCount)
    )
  }

  @inline(__always)
  private func isSet(_ place: Int) -> Bool { ce_load(words + place &>> 6) &>> UInt64(place & 63) & 1 != 0 }

  @inline(__always)
  func prefetch(key: UInt64) {
    let places = places(key)
    ce_prefetch(words + places.0 &>> 6)
    ce_prefetch(words + places.1 &>> 6)
    ce_prefetch(words + places.2 &>> 6)
  }

  @inline(__always)
  func find(key: UInt64, _ packed: UnsafePointer<UInt64>) -> UInt64 {
    let places = places(key)
    return isSet(places.0) && isSet(places.1) && isSet(places.2) ? LossyItems.known : 0
  }

  func insert(
    key: UInt64, _ packed: UnsafePointer<UInt64>, label: UInt64, item: UnsafeMutablePointer<UInt64>
  ) -> UInt64 {
    items.write(packed, to: item)
    let odds = odds
    let lock = locks + Int(truncatingIfNeeded: key & UInt64(BitStore.lockCount - 1))
    while ce_compare_exchange(lock, 0, 1) != 0 {}
    let places = places(key)
    let added = set(places.0) &+ set(places.1) &+ set(places.2)
    ce_store(lock, 0)
    if added == 0 { return LossyItems.known }
    items.tally.pointee.expectedOmissions += odds
    items.tally.pointee.setBits &+= added
    return 0
  }

  /// Sets a bit. 1 when it was not set, else 0.
  @inline(__always)
  private func set(_ place: Int) -> Int {
    let bit: UInt64 = 1 &<< UInt64(place & 63)
    return ce_or(words + place &>> 6, bit) & bit == 0 ? 1 : 0
  }

  func weigh(key: UInt64) { items.tally.pointee.expectedOmissions += odds }

  /// (1 − s) / s, where 1 − s = fill³ is the probability that all bits of a new state are set.
  private var odds: Double {
    let fill = Double(items.tally.pointee.knownBits &+ items.tally.pointee.setBits) / Double(bitCount)
    let omitted = fill * fill * fill
    // Beyond one bit left there is no state that could be found new.
    return omitted / max(1 - omitted, 1 / Double(bitCount))
  }
}
