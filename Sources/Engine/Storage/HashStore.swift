internal import CDistCheckEngine

/// A signature of 8 to 32 bits of each state: hash compaction (Wolper, Leroy: "Reliable Hashing without Collision
/// Detection", 1993; Stern, Dill: "Improved Probabilistic Verification by Hash Compaction", 1995).
///
/// A table is an array of words, each with as many signatures as fit. The upper bits of the hash choose the word where a
/// signature is looked for first, the lower 32 the signature; so the two are independent in tables of up to 2 to the 32
/// words. A state that has the signature of one that it is compared with is taken for known: it is lost, and what only it
/// leads to.
///
/// Nothing is left of a state from which its place in a larger table could be computed. So when the table is three
/// quarters full, another as large as all before is added (three times as large while they are small), and insertions go
/// there; lookups go through all of them.
///
/// `bits / 8` bytes a state, times 1.3 right before a table is added and 2.7 right after, rounded up to so many to a word.
struct HashStore: LossyStore {
  let records: LossRecords
  private let bits: Int
  private let workers: Int
  private let shared: UnsafeMutablePointer<Shared>
  private let tables: UnsafeMutablePointer<PagedMemory>

  /// More than there are, as each doubles the memory.
  private static let tableLimit = 64

  private struct Shared {
    var tableCount = 1
    /// States in the last table, or to be put there.
    var claims = Claims()
    var inEarlierTables = 0
  }

  /// - Parameters:
  ///   - bits: Of a signature, 8 to 32.
  ///   - seed: Chooses among hash functions.
  ///   - mostBytes: The first table takes no more than a quarter of it.
  init(width: Int, bits: Int, seed: UInt64, workers: Int, mostBytes: Int) throws(OutOfMemory) {
    precondition((8...32).contains(bits))
    self.bits = bits
    self.workers = workers
    let least = 16 * workers * SuccessorBlock.capacity
    guard let table = PagedMemory(byteCount: max(least, min(4 << 20, mostBytes / 4) / 8 * 8)) else {
      throw OutOfMemory()
    }
    records = LossRecords(width: width, seed: seed, workers: workers)
    tables = .allocate(capacity: Self.tableLimit)
    tables.initialize(to: table)
    shared = .allocate(capacity: 1)
    shared.initialize(to: Shared())
  }

  func deallocate() {
    for k in 0..<shared.pointee.tableCount { tables[k].release() }
    tables.deallocate()
    shared.deallocate()
    records.deallocate()
  }

  var byteCount: Int { (0..<shared.pointee.tableCount).reduce(0) { $0 + tables[$1].byteCount } }

  func probe(worker: Int) -> HashProbe {
    HashProbe(
      items: records.items(worker), tables: tables, tableCount: shared.pointee.tableCount, bits: bits)
  }

  var loss: Loss {
    let inserted = shared.pointee.inEarlierTables + shared.pointee.claims.count
    return Loss(
      kind: .hashCompaction, bits: bits,
      expectedOmissions: records.expectedOmissions,
      fill: Double(inserted) / Double(byteCount / 8 * (64 / bits)))
  }

  // MARK: Growth

  private var threshold: Int { tables[shared.pointee.tableCount - 1].byteCount / 8 * (64 / bits) / 4 * 3 }

  func claim(_ states: Int) -> Bool { shared.pointee.claims.claim(states, limit: threshold) }

  func settle(_ claimed: Int, inserted: Int, worker: Int) { shared.pointee.claims.giveBack(claimed - inserted) }

  func grow(items: [ItemRun], _ work: StoreWork) throws(OutOfMemory) {
    guard shared.pointee.claims.count + workers * SuccessorBlock.capacity > threshold else { return }
    let wanted = byteCount < 16 << 20 ? 3 * byteCount : byteCount
    let bytes = min(wanted, work.mostBytes - byteCount) / 8 * 8
    guard bytes >= 16 * workers * SuccessorBlock.capacity, bytes >= byteCount / 16,
      shared.pointee.tableCount < Self.tableLimit, let table = PagedMemory(byteCount: bytes)
    else { throw OutOfMemory() }
    (tables + shared.pointee.tableCount).initialize(to: table)
    shared.pointee.tableCount += 1
    shared.pointee.inEarlierTables += shared.pointee.claims.count
    shared.pointee.claims = Claims()
  }
}

struct HashProbe: LossyProbe {
  let items: LossyItems
  private let tables: UnsafeMutablePointer<PagedMemory>
  private let tableCount: Int
  private let bits: UInt64
  private let signaturesInWord: Int
  /// The largest signature; they are counted from 1, as 0 is an empty place.
  private let largest: UInt64
  /// What one comparison with the signature of another state multiplies 1 / s by.
  private let factor: Double

  fileprivate init(items: LossyItems, tables: UnsafeMutablePointer<PagedMemory>, tableCount: Int, bits: Int) {
    self.items = items
    self.tables = tables
    self.tableCount = tableCount
    self.bits = UInt64(bits)
    signaturesInWord = 64 / bits
    largest = 1 &<< UInt64(bits) &- 1
    factor = 1 / (1 - 1 / Double(largest))
  }

  /// 1 to `largest`, from the lower half of the hash.
  @inline(__always)
  private func signature(_ key: UInt64) -> UInt64 { ((key & 0xFFFF_FFFF) &* largest) &>> 32 &+ 1 }

  @inline(__always)
  func prefetch(key: UInt64) {
    for table in 0..<tableCount { Slots(tables[table]).prefetch(key) }
  }

  @inline(__always)
  func find(key: UInt64, _ packed: UnsafePointer<UInt64>) -> UInt64 {
    let signature = signature(key)
    var table = tableCount
    repeat {
      table &-= 1
      if isIn(table, key, signature) { return LossyItems.known }
    } while table > 0
    return 0
  }

  @inline(__always)
  private func isIn(_ table: Int, _ key: UInt64, _ signature: UInt64) -> Bool {
    let words = Slots(tables[table])
    var word = words.home(key)
    while true {
      var rest = words[word]
      var k = signaturesInWord
      repeat {
        if rest & largest == signature { return true }
        if rest & largest == 0 { return false }
        rest &>>= bits
        k &-= 1
      } while k > 0
      word = words.next(word)
    }
  }

  @inline(__always)
  func insert(
    key: UInt64, _ packed: UnsafePointer<UInt64>, label: UInt64, item: UnsafeMutablePointer<UInt64>
  ) -> UInt64 {
    items.write(packed, to: item)
    let inverse = enter(key, inserting: true)
    if inverse == 0 { return LossyItems.known }
    items.tally.pointee.expectedOmissions += inverse - 1
    return 0
  }

  func weigh(key: UInt64) {
    let inverse = enter(key, inserting: false)
    if inverse > 0 { items.tally.pointee.expectedOmissions += inverse - 1 }
  }

  /// Compares a state with all that it could be taken for, and puts its signature into the first place that is free.
  ///
  /// - Returns: 1 / s, where s is the probability that it is none of them; 0 when it is one.
  private func enter(_ key: UInt64, inserting: Bool) -> Double {
    let signature = signature(key)
    var inverse = 1.0
    for table in 0..<tableCount {
      let words = Slots(tables[table])
      var word = words.home(key)
      search: while true {
        var content = words[word]
        var shift: UInt64 = 0
        var k = signaturesInWord
        while k > 0 {
          let other = content &>> shift & largest
          if other == signature { return 0 }
          if other == 0 {
            guard inserting && table == tableCount &- 1 else { break search }
            let found = ce_compare_exchange(words.base + word, content, content | signature &<< shift)
            if found == content { return inverse }
            content = found  // somebody has put something into this word: look at the place again
            continue
          }
          inverse *= factor
          shift &+= bits
          k &-= 1
        }
        word = words.next(word)
      }
    }
    return inverse
  }
}
