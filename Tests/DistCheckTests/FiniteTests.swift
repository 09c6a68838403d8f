import DistCheck
import DistCheckEngine
import Testing

/// Identities, bounded integers, enumerations and optionals.
@Suite struct FiniteTests {
  typealias Signed = Bounded<-2, 2>
  enum Single: Enumeration { case only }
  enum Large: Enumeration { case a, b, c, d, e, f, g, h, i }

  private func expectOrdinals<T: Finite & Hashable>(_ type: T.Type, _ texts: [String]) throws {
    #expect(T.count == texts.count)
    let values = (0..<T.count).map { T(ordinal: $0) }
    #expect(values.map(\.ordinal) == Array(0..<T.count))
    #expect(Set(values).count == T.count)
    let layout = try Layout.of(T.self)
    #expect(values.map { withUnsafeBytes(of: $0) { layout.value(at: $0.baseAddress!).description } } == texts)
  }

  @Test func ordinals() throws {
    try expectOrdinals(Three.self, ["0", "1", "2"])
    try expectOrdinals(ID<Node, 64>.self, (0..<64).map(String.init))
    try expectOrdinals(Bounded<0, 0>.self, ["0"])
    try expectOrdinals(Signed.self, ["-2", "-1", "0", "1", "2"])
    try expectOrdinals(Bounded<1000, 66535>.self, (1000...66535).map(String.init))
    try expectOrdinals(Bool.self, ["false", "true"])
    try expectOrdinals(Color.self, ["red", "green", "blue"])
    try expectOrdinals(Single.self, ["only"])
    try expectOrdinals(Large.self, ["a", "b", "c", "d", "e", "f", "g", "h", "i"])
    try expectOrdinals(Color?.self, ["nil", "red", "green", "blue"])
    try expectOrdinals(Bool?.self, ["nil", "false", "true"])
    try expectOrdinals(Single?.self, ["nil", "only"])
    try expectOrdinals(Bounded<5, 6>?.self, ["nil", "5", "6"])
    try expectOrdinals(Subset<Bool>.self, ["{}", "{false}", "{true}", "{false, true}"])
  }

  @Test func ring() {
    for index in 0..<3 {
      #expect(Three(index).next.index == (index + 1) % 3)
      #expect(Three(index).previous.index == (index + 2) % 3)
    }
    #expect(ID<Node, 1>(0).next.index == 0 && ID<Node, 1>(0).previous.index == 0)
  }

  @Test func identityOutOfRange() {
    for index in [-1, 3, 256, Int.max, Int.min] {
      expectFault("there is no identity \(index): they are 0 to 2") { _ = Three(index) }
    }
  }

  @Test func boundedArithmetic() {
    typealias Small = Bounded<-3, 4>
    #expect(Small.min.value == -3 && Small.max.value == 4)
    for left in -3...4 {
      for right in -10...10 {
        for (sum, compute) in [(left + right, { Small(left) + right }), (left - right, { Small(left) - right })] {
          if (-3...4).contains(sum) {
            #expect(compute().value == sum)
          } else {
            expectFault("\(sum) is \(sum < -3 ? "below -3, the lower" : "above 4, the upper") end of a Bounded") {
              _ = compute()
            }
          }
        }
        if (-3...4).contains(right) {
          #expect((Small(left) < Small(right)) == (left < right))
          #expect((Small(left) == Small(right)) == (left == right))
        }
      }
    }
    var value: Small = 2
    value += 2
    value -= 3
    #expect(value == 1)
  }
}
