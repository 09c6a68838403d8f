import DistCheck
import DistCheckEngine
import Testing

/// Identities, bounded integers, enumerations and optionals.
@Suite struct FiniteTests {
  typealias Signed = Bounded<-2, 2>
  typealias Wide = Bounded<-1000, 1000>
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
        // As nothing but a `Small` will do.
        let sums: [(Int, () -> Small)] = [
          (left + right, { Small(left) + right }), (left - right, { Small(left) - right }),
        ]
        for (sum, compute) in sums {
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
    value += Signed(-1)
    value -= Bounded<1, 900>(3)
    #expect(value == -3)
    // Not of a variable outside: what is left in the midst of an access is never taken for accessed to the end.
    expectFault("-4 is below -3, the lower end of a Bounded") {
      var value: Small = -3
      value -= 1
    }
    expectFault("5 is above 4, the upper end of a Bounded") {
      var value: Small = -3
      value += Bounded<1, 900>(8)
    }
  }

  /// What is calculated is an `Int`, whatever the ranges are.
  @Test func boundedIntegersAreIntegers() {
    for left in -2...2 {
      for right in [-900, -3, -1, 1, 2, 7, 1000] {
        let (small, wide) = (Signed(left), Wide(right))
        #expect(small + right == left + right && left + wide == left + right && small + wide == left + right)
        #expect(small - right == left - right && left - wide == left - right && small - wide == left - right)
        #expect(small * right == left * right && left * wide == left * right && small * wide == left * right)
        #expect(small / right == left / right && left / wide == left / right && small / wide == left / right)
        #expect(small % right == left % right && left % wide == left % right && small % wide == left % right)
        #expect((small == right) == (left == right) && (left == wide) == (left == right))
        #expect((small == wide) == (left == right) && (small != wide) == (left != right))
        #expect((small != right) == (left != right) && (left != wide) == (left != right))
        #expect(
          (small < right) == (left < right) && (left < wide) == (left < right) && (small < wide) == (left < right))
        #expect(
          (small > right) == (left > right) && (left > wide) == (left > right) && (small > wide) == (left > right))
        #expect((small <= right) == (left <= right) && (left <= wide) == (left <= right))
        #expect((small <= wide) == (left <= right) && (small >= wide) == (left >= right))
        #expect((small >= right) == (left >= right) && (left >= wide) == (left >= right))
        #expect(Int(wide) == right)
      }
    }
  }

  @Test func boundedRing() {
    #expect(Signed(2).next == -2 && Signed(-2).previous == 2 && Signed(0).next == 1 && Signed(0).previous == -1)
    #expect(Bounded<7, 7>(7).next == 7 && Bounded<7, 7>(7).previous == 7)
  }

  @Test func allValues() {
    #expect(Array(Three.allValues) == [0, 1, 2])
    #expect(Array(Color?.allValues) == [nil, .red, .green, .blue])
    #expect(Subset<Three>.allValues.count == 8)
    #expect(Set(Subset<Three>.allValues).count == 8)
    // The first key changes fastest.
    let maps = Map<Bool, 2, Color>.allValues.map { [$0[false], $0[true]] }
    let colors: [Color] = [.red, .green, .blue]
    #expect(maps == colors.flatMap { last in colors.map { [$0, last] } })
    #expect(Map<Bool, 2, Color>.allValues.map { $0.ordinal } == Array(0..<9))
    expectFault("the maps from 64 keys to 2 values are too many to choose from") {
      _ = Map<ID<Node, 64>, 64, Bool>.allValues.count
    }
  }
}
