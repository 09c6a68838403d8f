import DistCheck
import Testing
import TestSupport

/// Bags and sets of values beside arrays that are sorted.
@Suite struct BagTests {
  enum Message: Hashable {
    case idle
    case vote(Three, granted: Bool)
    case hint(Color?)

    static func random(using generator: inout SplitMix64) -> Message {
      switch Int.random(in: 0...2, using: &generator) {
      case 0: .idle
      case 1: .vote(Three(Int.random(in: 0...2, using: &generator)), granted: Bool.random(using: &generator))
      default: .hint(Color?(ordinal: Int.random(in: 0...3, using: &generator)))
      }
    }
  }

  /// More than eight bytes, so that it is compared byte by byte.
  struct Wide: Hashable {
    var first: UInt16
    var between = Bounded<0, 9>(7), behind = Bounded<0, 9>(8), last = Bounded<0, 9>(9)
    var second: UInt16

    init(_ first: UInt16, _ second: UInt16) {
      self.first = first
      self.second = second
    }
  }

  private func expectLikeMultisets<Element: BitwiseCopyable & Hashable>(
    seed: Int, _ random: (inout SplitMix64) -> Element
  ) {
    var generator = SplitMix64(seed: seed)
    var (bag, counts) = (Bag<6, Element>(), [Element: Int]())
    var seen: [[Element: Int]: [UInt8]] = [:]
    for _ in 0..<500 {
      let element = random(&generator)
      let total = counts.values.reduce(0, +)
      if Bool.random(using: &generator), total < 6 {
        bag.insert(element)
        counts[element, default: 0] += 1
      } else if let count = counts[element] {
        bag.remove(element)
        counts[element] = count == 1 ? nil : count - 1
      }
      #expect(bag.count == counts.values.reduce(0, +) && bag.isEmpty == counts.isEmpty, "seed \(seed)")
      #expect(bag.multiplicity(of: element) == counts[element, default: 0], "seed \(seed)")
      #expect(bag.contains(element) == (counts[element] != nil), "seed \(seed)")
      let choices = (0..<bag.choiceCount).compactMap { bag.choice(at: $0) }
      #expect(choices.count == counts.count && Set(choices) == Set(counts.keys), "seed \(seed)")
      // However it came about, an equal bag has equal bytes.
      let known = seen.updateValue(bytes(of: bag), forKey: counts)
      #expect(known == nil || known == bytes(of: bag), "seed \(seed)")
      var rebuilt = Bag<6, Element>()
      for (element, count) in counts { for _ in 0..<count { rebuilt.insert(element) } }
      #expect(rebuilt == bag && bytes(of: rebuilt) == bytes(of: bag), "seed \(seed)")
    }
    #expect(Set(seen.values).count == seen.count, "seed \(seed)")
  }

  @Test func likeMultisets() {
    typealias Small = Bounded<-1, 2>
    expectLikeMultisets(seed: 1) { Small(Int.random(in: -1...2, using: &$0)) }
    expectLikeMultisets(seed: 2) { Message.random(using: &$0) }
    expectLikeMultisets(seed: 3) {
      Wide(UInt16.random(in: 0...2, using: &$0), UInt16.random(in: 0...2, using: &$0) << 8)
    }
  }

  private func expectLikeSets<Element: BitwiseCopyable & Hashable>(
    seed: Int, _ random: (inout SplitMix64) -> Element
  ) {
    var generator = SplitMix64(seed: seed)
    var (values, set) = (ValueSet<5, Element>(), Set<Element>())
    for _ in 0..<500 {
      let element = random(&generator)
      if Bool.random(using: &generator), set.count < 5 || set.contains(element) {
        values.insert(element)
        set.insert(element)
      } else {
        values.remove(element)
        set.remove(element)
      }
      #expect(values.count == set.count && values.isEmpty == set.isEmpty, "seed \(seed)")
      #expect(values.contains(element) == set.contains(element), "seed \(seed)")
      #expect(values.contains { $0 == element } == set.contains(element), "seed \(seed)")
      #expect(values.allSatisfy { $0 != element } != set.contains(element), "seed \(seed)")
      #expect(Set((0..<values.choiceCount).compactMap { values.choice(at: $0) }) == set, "seed \(seed)")
      var rebuilt = ValueSet<5, Element>()
      for element in set { rebuilt.insert(element) }
      #expect(rebuilt == values && bytes(of: rebuilt) == bytes(of: values), "seed \(seed)")
    }
  }

  @Test func likeSets() {
    expectLikeSets(seed: 4) { Int16.random(in: -4...4, using: &$0) }
    expectLikeSets(seed: 5) { Message.random(using: &$0) }
    expectLikeSets(seed: 6) { Wide(1, UInt16.random(in: 0...7, using: &$0) << 7) }
  }

  @Test func printing() throws {
    var bag = Bag<4, Message>()
    bag.insert(.hint(nil))
    bag.insert(.hint(nil))
    bag.insert(.vote(2, granted: true))
    guard case .set(let elements) = try read(bag) else {
      Issue.record("a bag is not shown as a set")
      return
    }
    #expect(elements.map(\.description).sorted() == ["hint(nil)", "hint(nil)", "vote(2, granted: true)"])
  }

  @Test func faults() {
    expectFault("the bag does not contain the element that is removed") {
      var bag = Bag<2, Color>()
      bag.insert(.red)
      bag.remove(.blue)
    }
    expectFault("a bag of capacity 2 is full") {
      var bag = Bag<2, Color>()
      for _ in 0..<3 { bag.insert(.red) }
    }
    expectFault("a set of capacity 1 is full") {
      var set = ValueSet<1, Color>()
      for color in [Color.red, .red, .blue] { set.insert(color) }
    }
  }

  /// A parameter ranges over the elements, each once.
  @Test func choosing() throws {
    var bag = Bag<3, Color>()
    for color in [Color.red, .blue, .red] { bag.insert(color) }
    struct State: BitwiseCopyable { var bag: Bag<3, Color> }
    let result = try check(
      Sketch(State(bag: bag)) {
        Action("Take", each: \.bag) { _, _ in
          true
        } then: { s, color in
          s.bag.remove(color)
        }
      })
    // rrb, rb, rr, r, b, nothing; two choices in rrb and rb, one in rr, r and b.
    #expect(result.distinctStates == 6 && result.generatedStates == 1 + 2 + 2 + 3)
  }
}
