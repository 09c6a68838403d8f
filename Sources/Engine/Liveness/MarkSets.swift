/// What is known of a part of a behaviour that is repeated for ever: each distinct set once, by number.
///
/// A set has three parts, with a bit for each mark: `seen`, what was taken; `always`, what was enabled in every state;
/// `ever`, the strong conditions that were enabled in some state. The acceptance marks of the automaton, and a mark that
/// every step has, count as enabled everywhere. What is repeated is fair, and accepted, when `always` and `ever` are in
/// `seen`: weak fairness has to be satisfied where a condition is enabled throughout, strong fairness where it is enabled
/// at all. (Generalised acceptance: nothing is multiplied out, whatever the number of conditions.)
///
/// Two parts that are repeated together have the union, the intersection and the union.
final class MarkSets {
  /// Of a part without any state: nothing is known.
  static let identity: UInt32 = 0

  /// Marks that are not conditions: that of every step, then the automaton's.
  let acceptanceCount: Int
  private let conditions: FairnessConditions
  /// Which assumptions count; the others are as if they were not declared.
  private let strengths: [Fairness.Strength?]

  /// Bytes in use for sets.
  var byteCount: Int { capacity * 3 * width * 8 + tableSize * 4 }

  /// Words of each of the three parts.
  private var width: Int
  private var words: UnsafeMutablePointer<UInt64>
  private var capacity = 1 << 8
  private(set) var count = 0
  private var table: UnsafeMutablePointer<UInt32>
  private var tableSize = 1 << 10
  /// How many sets are so many that some are to be forgotten.
  private var crowd = leastCrowd
  /// Unions that were asked for lately.
  private let cache: UnsafeMutablePointer<(key: UInt64, result: UInt32)>
  private static let cacheSize = 1 << 12
  /// The set that is being made, and the conditions of the state whose set is begun.
  private var scratch: UnsafeMutablePointer<UInt64>
  private var enabled: UnsafeMutablePointer<UInt64>
  /// The conditions that are strong, and all that count.
  private var strong: [UInt64] = []
  private var active: [UInt64] = []
  private var known = 0
  /// By set: 0 when nobody has asked, 1 when it is not fair, 2 when it is.
  private var fairness: [UInt8] = []

  /// - Parameter strengths: By assumption; nil to leave it out.
  init(_ conditions: FairnessConditions, strengths: [Fairness.Strength?], marks: Int) {
    self.conditions = conditions
    self.strengths = strengths
    acceptanceCount = marks + 1
    width = (acceptanceCount + conditions.count + 63) / 64
    words = .allocate(capacity: capacity * 3 * width)
    table = .allocate(capacity: tableSize)
    table.initialize(repeating: .max, count: tableSize)
    cache = .allocate(capacity: Self.cacheSize)
    cache.initialize(repeating: (.max, 0), count: Self.cacheSize)
    scratch = .allocate(capacity: 3 * width)
    scratch.initialize(repeating: 0, count: 3 * width)
    enabled = .allocate(capacity: width)
    enabled.initialize(repeating: 0, count: width)
    learnConditions()
    for word in 0..<width { scratch[width + word] = .max }
    _ = intern()
  }

  deinit {
    words.deallocate()
    table.deallocate()
    cache.deallocate()
    scratch.deallocate()
    enabled.deallocate()
  }

  // MARK: Making sets

  /// The set of a step.
  ///
  /// - Parameters:
  ///   - marks: The acceptance marks of the automaton's transition.
  ///   - condition: The condition that the step satisfies; -1 for none.
  func step(marks: UInt64, condition: Int) -> UInt32 {
    ensureWidth()
    for word in 0..<width {
      scratch[word] = 0
      scratch[width + word] = .max
      scratch[2 * width + word] = 0
    }
    scratch[0] = 1 | marks << 1
    if marks >> 63 != 0 { scratch[1] = 1 }
    if condition >= 0 { set(acceptanceCount + condition, in: scratch) }
    return intern()
  }

  /// Begins the set of a state.
  @inline(__always)
  func beginState() {
    ensureWidth()
    for word in 0..<width { enabled[word] = 0 }
  }

  /// A condition is enabled in the state.
  @inline(__always)
  func enable(_ condition: Int) {
    if condition >= known { learnMore() }
    set(acceptanceCount &+ condition, in: enabled)
  }

  /// The set of the state; nothing that does not count is in it.
  func endState() -> UInt32 {
    for word in 0..<width {
      let counting = enabled[word] & active[word]
      scratch[word] = 0
      scratch[width + word] = counting | acceptance(word)
      scratch[2 * width + word] = counting & strong[word]
    }
    scratch[2 * width] |= 1  // there is a state in it; and every state has a step
    return intern()
  }

  @inline(__always)
  private func set(_ bit: Int, in part: UnsafeMutablePointer<UInt64>) { part[bit &>> 6] |= 1 &<< UInt64(bit & 63) }

  // MARK: Questions

  /// What two parts are together.
  @inline(__always)
  func union(_ a: UInt32, _ b: UInt32) -> UInt32 {
    if a == b { return a }
    let key = UInt64(a) &<< 32 | UInt64(b)
    let slot = cache + Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) &>> 52)
    if slot.pointee.key == key { return slot.pointee.result }
    let result = makeUnion(a, b)
    slot.pointee = (key, result)
    return result
  }

  @inline(never)
  private func makeUnion(_ a: UInt32, _ b: UInt32) -> UInt32 {
    let (left, right) = (words + Int(a) * 3 * width, words + Int(b) * 3 * width)
    for word in 0..<width {
      scratch[word] = left[word] | right[word]
      scratch[width + word] = left[width + word] & right[width + word]
      scratch[2 * width + word] = left[2 * width + word] | right[2 * width + word]
    }
    return intern()
  }

  /// `isFair`, of a set that is asked for often.
  @inline(__always)
  func isKnownFair(_ set: UInt32) -> Bool {
    if Int(set) >= fairness.count || fairness[Int(set)] == 0 { noteFairness(set) }
    return fairness[Int(set)] == 2
  }

  @inline(never)
  private func noteFairness(_ set: UInt32) {
    while fairness.count < count { fairness.append(0) }
    fairness[Int(set)] = isFair(set) ? 2 : 1
  }

  /// Whether what has this set can be repeated for ever.
  func isFair(_ set: UInt32) -> Bool {
    let set = words + Int(set) * 3 * width
    return (0..<width).allSatisfy { (set[width + $0] | set[2 * width + $0]) & ~set[$0] == 0 }
  }

  /// Whether no part of what has this set can be repeated for ever: it lacks an acceptance mark, or a condition that is
  /// enabled throughout.
  func isHopeless(_ set: UInt32) -> Bool {
    let set = words + Int(set) * 3 * width
    return (0..<width).contains { set[width + $0] & ~set[$0] != 0 }
  }

  /// The strong conditions of a set that are enabled somewhere and never taken.
  func unfair(_ set: UInt32) -> [UInt64] {
    let set = words + Int(set) * 3 * width
    return (0..<width).map { set[2 * width + $0] & ~set[$0] }
  }

  /// Whether any of some conditions is enabled in the states of a set.
  func isEnabled(_ set: UInt32, anyOf conditions: [UInt64]) -> Bool {
    let set = words + Int(set) * 3 * width
    return (0..<min(width, conditions.count)).contains { set[width + $0] & conditions[$0] != 0 }
  }

  /// Whether no condition is enabled in the states of a set throughout: one may stop there.
  func hasNothingEnabled(_ set: UInt32) -> Bool {
    let set = words + Int(set) * 3 * width
    return (0..<width).allSatisfy { word in
      set[width + word] & ~acceptance(word) == 0
    }
  }

  private func acceptance(_ word: Int) -> UInt64 {
    let bits = acceptanceCount - word * 64
    return bits >= 64 ? .max : bits <= 0 ? 0 : (1 << UInt64(bits)) - 1
  }

  /// What a set lacks, of what has to be seen in a part that has the set `whole`: how many marks.
  func lacking(_ set: UInt32, of whole: UInt32) -> Int {
    let (set, whole) = (words + Int(set) * 3 * width, words + Int(whole) * 3 * width)
    return (0..<width).reduce(0) { count, word in
      let wanted = set[width + word] | whole[2 * width + word]
      return count + (wanted & ~set[word]).nonzeroBitCount
    }
  }

  // MARK: Interning

  private func intern() -> UInt32 {
    if count * 2 >= tableSize { growTable() }
    var slot = Int(truncatingIfNeeded: hash(scratch, width: 3 * width)) & (tableSize - 1)
    while table[slot] != .max {
      let other = words + Int(table[slot]) * 3 * width
      if (0..<3 * width).allSatisfy({ other[$0] == scratch[$0] }) { return table[slot] }
      slot = (slot + 1) & (tableSize - 1)
    }
    if count == capacity { growWords(to: width) }
    for word in 0..<3 * width { words[count * 3 * width + word] = scratch[word] }
    table[slot] = UInt32(count)
    count += 1
    return UInt32(count - 1)
  }

  private func growTable() {
    table.deallocate()
    tableSize *= 2
    table = .allocate(capacity: tableSize)
    table.initialize(repeating: .max, count: tableSize)
    rehash()
  }

  private func rehash() {
    for index in 0..<count {
      var slot = Int(truncatingIfNeeded: hash(words + index * 3 * width, width: 3 * width)) & (tableSize - 1)
      while table[slot] != .max { slot = (slot + 1) & (tableSize - 1) }
      table[slot] = UInt32(index)
    }
  }

  /// Makes room for more sets, and for wider ones.
  private func growWords(to newWidth: Int) {
    if count == capacity { capacity *= 2 }
    let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity * 3 * newWidth)
    for index in 0..<count {
      for part in 0..<3 {
        let (old, new) = (words + (index * 3 + part) * width, larger + (index * 3 + part) * newWidth)
        // Of a step nothing is known, also of conditions that come up later; of a state, that they are not enabled.
        let isOpen = part == 1 && words[(index * 3 + 2) * width] & 1 == 0
        for word in 0..<newWidth { new[word] = word < width ? old[word] : isOpen ? .max : 0 }
      }
    }
    words.deallocate()
    words = larger
  }

  // MARK: Forgetting sets

  /// Whether there are so many sets that those nobody knows any more are worth forgetting.
  @inline(__always)
  var isCrowded: Bool { count >= crowd }

  /// Forgets all sets but those that are kept, which get new numbers.
  ///
  /// - Parameter body: Is given a function that keeps a set, and returns its new number.
  func forget(keeping body: ((UInt32) -> UInt32) -> Void) {
    let (oldWords, oldCount) = (words, count)
    capacity = max(1 << 8, capacity / 2)
    words = .allocate(capacity: capacity * 3 * width)
    count = 0
    table.initialize(repeating: .max, count: tableSize)
    cache.initialize(repeating: (.max, 0), count: Self.cacheSize)
    fairness = []
    var numbers = [UInt32](repeating: .max, count: oldCount)
    func keep(_ set: UInt32) -> UInt32 {
      if numbers[Int(set)] == .max {
        for word in 0..<3 * width { scratch[word] = oldWords[Int(set) * 3 * width + word] }
        numbers[Int(set)] = intern()
      }
      return numbers[Int(set)]
    }
    _ = keep(Self.identity)
    body { keep($0) }
    oldWords.deallocate()
    crowd = max(Self.leastCrowd, 2 * count)
  }

  private static let leastCrowd = 1 << 14

  // MARK: Conditions that come up

  private func learnMore() {
    if acceptanceCount + conditions.count <= 64 * width { return learnConditions() }
    scratch.deallocate()
    scratch = .allocate(capacity: 3 * 2 * width)
    let old = enabled
    enabled = .allocate(capacity: 2 * width)
    for word in 0..<2 * width { enabled[word] = word < width ? old[word] : 0 }
    old.deallocate()
    growWords(to: 2 * width)
    width *= 2
    table.initialize(repeating: .max, count: tableSize)
    rehash()
    if acceptanceCount + conditions.count > 64 * width { return learnMore() }
    learnConditions()
  }

  private func ensureWidth() { if conditions.count > known { learnMore() } }

  private func learnConditions() {
    strong += Array(repeating: 0, count: width - strong.count)
    active = strong.indices.map { word in word < active.count ? active[word] : 0 }
    for word in 0..<width { active[word] |= acceptance(word) }
    for condition in known..<conditions.count {
      guard let strength = strengths[conditions.owners[condition]] else { continue }
      let bit = acceptanceCount + condition
      active[bit / 64] |= 1 << UInt64(bit % 64)
      if strength == .strong { strong[bit / 64] |= 1 << UInt64(bit % 64) }
    }
    known = conditions.count
  }
}
