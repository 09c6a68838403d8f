import DistCheck
import DistCheckEngine
import Testing

/// What may be part of a state, how it is printed, and that no two of its values are taken for one.
@Suite struct LayoutTests {
  // MARK: Refusals

  private func refusal<State: BitwiseCopyable>(of state: State) -> String {
    do {
      _ = try check(
        Sketch(state) {
          Action("No") { _ in
            false
          } then: { _ in
          }
        })
      return "nothing"
    } catch {
      return error.description
    }
  }

  struct Inner<T: BitwiseCopyable>: BitwiseCopyable {
    var good = 1
    var bad: T
  }
  struct Outer<T: BitwiseCopyable>: BitwiseCopyable {
    var flag = false
    var inner: Inner<T>
  }
  enum Choice<T: BitwiseCopyable>: BitwiseCopyable { case none, some(T) }

  @Test func refusalsNameTheField() {
    func expectRefusal<T: BitwiseCopyable>(_ value: T, sourceLocation: Testing.SourceLocation = #_sourceLocation) {
      for (text, path) in [
        (refusal(of: value), "State"), (refusal(of: Inner(bad: value)), "State.bad"),
        (refusal(of: Outer(inner: Inner(bad: value))), "State.inner.bad"),
        (refusal(of: Choice.some(value)), "State.some"),
        (refusal(of: InlineArray<2, T>(repeating: value)), "State"),
      ] {
        #expect(text.hasPrefix(path), "\(text)", sourceLocation: sourceLocation)
        #expect(text.hasSuffix("is not a finite type"), "\(text)", sourceLocation: sourceLocation)
        #expect(!text.contains("\n"), sourceLocation: sourceLocation)
      }
    }
    expectRefusal(1.5)
    expectRefusal(Float(1.5))
    expectRefusal(UnsafeRawPointer(bitPattern: 8)!)
    expectRefusal(UnsafePointer<Int>(bitPattern: 8)!)
    expectRefusal(ObjectIdentifier(Int.self))
  }

  @Test func limits() {
    #expect(
      refusal(of: Limits<ID<Node, 65>>(part: ID(uncheckedOrdinal: 0)))
        == "State.part: there can be 1 to 64 identities of a kind, not 65")
    #expect(
      refusal(of: Limits<Bounded<0, 65_536>>(part: Bounded(uncheckedOrdinal: 0)))
        == "State.part: 0...65536 has more than 65,536 values")
    #expect(
      refusal(of: Limits<Subset<Bounded<0, 64>>>(part: .init()))
        == "State.part: a Subset has at most 64 possible elements, not 65")
    #expect(
      refusal(of: Limits<Log<65_536, UInt8>>(part: .init()))
        == "State.part: a capacity must be 1 to 65,535, not 65536")
  }

  struct Limits<Part: BitwiseCopyable>: BitwiseCopyable { var part: Part }

  @Test func noStateAndNoActions() {
    #expect(throws: SpecificationError.noInitialState) {
      try check(
        Sketch<Int>(all: []) {
          Action("No") { _ in
            false
          } then: { _ in
          }
        })
    }
    #expect(throws: SpecificationError.noActions) { try check(Sketch(1) {}) }
    let twice = #expect(throws: SpecificationError.self) {
      try check(
        Sketch(1) {
          Action("Twice") { _ in
            false
          } then: { _ in
          }
          Action("Twice") { _ in
            false
          } then: { _ in
          }
        })
    }
    if case .duplicateName("Twice", _) = twice { return }
    Issue.record("\(String(describing: twice))")
  }

  // MARK: Every value

  struct Framed<Value: BitwiseCopyable>: BitwiseCopyable {
    var before = true
    var value: Value
    var after: UInt8 = 0xA5
  }

  /// Each of the values is another state, is printed as expected, and is found again from every other one.
  private func expectDistinct<T: BitwiseCopyable>(
    _ values: [T], _ texts: [String], sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let printed = try values.map(text)
    #expect(printed == texts, sourceLocation: sourceLocation)
    let system = Sketch(all: (values + values).map { Framed(value: $0) }) {
      Action("Go", for: Bounded<0, 255>.self) { _, k in
        k.value < values.count
      } then: { s, k in
        s.value = values[k.value]
      }
    } properties: {
      Always("intact") { s in s.before && s.after == 0xA5 }
      Step("known") { _, after in texts.contains(try! text(after.value)) }
    }
    let result = try check(system)
    #expect(result.holds, "\(String(describing: result.fault))", sourceLocation: sourceLocation)
    #expect(result.distinctStates == values.count, sourceLocation: sourceLocation)
    #expect(result.generatedStates == values.count * (2 + values.count), sourceLocation: sourceLocation)
    #expect(result.depth == 1, sourceLocation: sourceLocation)
  }

  enum Single { case only }
  enum Wrapped { case only(UInt8) }
  enum Generic<A: BitwiseCopyable, B: BitwiseCopyable>: BitwiseCopyable { case first(A), second(B), neither }
  enum Wide { case long(UInt64), short(UInt8), pair(UInt16, flag: Bool), none }
  struct Empty: BitwiseCopyable {}
  struct Flags: BitwiseCopyable { var left: Bool, right: Bool }
  enum Tagged { case flags(Flags), color(Color), other(Bool), none }

  @Test func optionals() throws {
    try expectDistinct([nil, false, true] as [Bool?], ["nil", "false", "true"])
    try expectDistinct([nil, 0, 1, 255] as [UInt8?], ["nil", "0", "1", "255"])
    try expectDistinct([nil, 0, -1, .min] as [Int?], ["nil", "0", "-1", "\(Int.min)"])
    try expectDistinct([nil, .red, .blue] as [Color?], ["nil", "red", "blue"])
    try expectDistinct([.none, .some(.none), .some(.red)] as [Color??], ["nil", "nil", "red"])
    try expectDistinct([nil, .only] as [Single?], ["nil", "only"])
    try expectDistinct([nil, Three(0), Three(2)] as [Three?], ["nil", "0", "2"])
    try expectDistinct([nil, 7, 9] as [Bounded<7, 9>?], ["nil", "7", "9"])
  }

  @Test func enums() throws {
    try expectDistinct([Single.only], ["only"])
    try expectDistinct([Wrapped.only(0), .only(255)], ["only(0)", "only(255)"])
    try expectDistinct(
      [Generic<UInt8, Bool>.first(0), .first(1), .second(false), .second(true), .neither],
      ["first(0)", "first(1)", "second(false)", "second(true)", "neither"])
    try expectDistinct(
      [
        Generic<Color, Generic<Three, Color?>>.first(.red), .second(.first(2)), .second(.second(nil)),
        .second(.second(.blue)), .second(.neither), .neither,
      ],
      ["first(red)", "second(first(2))", "second(second(nil))", "second(second(blue))", "second(neither)", "neither"])
    try expectDistinct(
      [Generic<Three.Set, Three.Map<Bool>>.first(.all), .first(.init()), .second(.init(true)), .neither],
      ["first({0, 1, 2})", "first({})", "second([0: true, 1: true, 2: true])", "neither"])
  }

  /// The tag lies in bits that no payload uses.
  @Test func tagInSpareBits() throws {
    #expect(MemoryLayout<Tagged>.size == 2)
    try expectDistinct(
      [
        .flags(Flags(left: true, right: false)), .flags(Flags(left: false, right: true)), .color(.red), .color(.blue),
        .other(false), .other(true), Tagged.none,
      ],
      [
        "flags(left: true, right: false)", "flags(left: false, right: true)", "color(red)", "color(blue)",
        "other(false)", "other(true)", "none",
      ])
  }

  @Test func payloadsOfSeveralSizes() throws {
    try expectDistinct(
      [.long(0), .long(5 << 40), .short(0), .short(255), .pair(0, flag: false), .pair(65_535, flag: true), Wide.none],
      [
        "long(0)", "long(5497558138880)", "short(0)", "short(255)", "pair(0, flag: false)", "pair(65535, flag: true)",
        "none",
      ])
    // A short value over a long one: nothing of the long one may stay.
    let system = Sketch(Wide.long(.max)) {
      Action("Shorten") { _ in
        true
      } then: { s in
        s = .short(7)
      }
      Action("Pair") { _ in
        true
      } then: { s in
        s = .pair(1, flag: true)
      }
      Action("Lengthen") { _ in
        true
      } then: { s in
        s = .long(.max)
      }
    }
    let result = try check(system)
    #expect(result.holds && result.distinctStates == 3, "\(String(describing: result.fault))")
  }

  @Test func structsTuplesAndArrays() throws {
    struct Named: BitwiseCopyable {
      var wide: UInt32
      var pair: (Bool, tag: Color)
      var empty = Empty()
    }
    try expectDistinct([Empty()], ["()"])
    try expectDistinct(
      [Named(wide: 0, pair: (true, tag: .red)), Named(wide: .max, pair: (false, tag: .blue))],
      ["(wide: 0, pair: (true, tag: red), empty: ())", "(wide: 4294967295, pair: (false, tag: blue), empty: ())"])
    typealias Row = InlineArray<2, Color?>
    try expectDistinct(
      [Row { $0 == 0 ? nil : .red }, Row { $0 == 0 ? .blue : nil }],
      ["[0: nil, 1: red]", "[0: blue, 1: nil]"])
  }

  @Test func integers() throws {
    try expectDistinct([Int8.min, -1, 0, .max], ["-128", "-1", "0", "127"])
    try expectDistinct([Int16.min, -1, 0, .max], ["-32768", "-1", "0", "32767"])
    try expectDistinct([Int32.min, -1, 0, .max], ["-2147483648", "-1", "0", "2147483647"])
    try expectDistinct([UInt16.max, 0, 256], ["65535", "0", "256"])
    try expectDistinct([UInt(Int.max), 0], ["\(Int.max)", "0"])
  }

  @Test func unsignedBeyondInt() throws {
    #expect(try text(UInt64.max) == "18446744073709551615")
  }

  /// Types of all kinds inside one another, in a generic specification's own types.
  @Test func nestedInAGenericType() throws {
    typealias Sized = Container<4>
    try expectDistinct(
      [Sized.Message.vote(3, granted: true), .vote(0, granted: false), .entries(Sized.log([1, 3])), .entries(Log())],
      ["vote(3, granted: true)", "vote(0, granted: false)", "entries([1, 3])", "entries([])"])
  }

  struct Container<let size: Int> {
    typealias Member = ID<Node, size>
    enum Message { case vote(Member, granted: Bool), entries(Log<2, Member>) }
    static func log(_ members: [Int]) -> Log<2, Member> {
      var log = Log<2, Member>()
      for member in members { log.append(Member(member)) }
      return log
    }
  }

  /// Types that only a function knows.
  @Test func localTypes() throws {
    enum Local { case number(UInt8), flag(Bool) }
    enum Outer { case local(Local), nothing }
    try expectDistinct(
      [Outer.local(.number(9)), .local(.flag(true)), .local(.flag(false)), .nothing],
      ["local(number(9))", "local(flag(true))", "local(flag(false))", "nothing"])
  }

  // MARK: Bits

  @Test func significantBits() throws {
    func bits<State: BitwiseCopyable>(_ state: State) throws -> Int {
      try check(
        Sketch(state) {
          Action("Stay") { _ in
            true
          } then: { _ in
          }
        }
      ).stateBits
    }
    #expect(try bits(Three(0)) == 2)
    #expect(try bits(ID<Node, 1>(0)) == 0)
    #expect(try bits(Bounded<0, 64>(0)) == 7)
    #expect(try bits(Three.Set()) == 3)
    #expect(try bits(Three.Map<Color?>(nil)) == 6)
    #expect(try bits(Log<3, Bool>()) == 2 + 3)
    #expect(try bits(Color?.none) == 2)
    #expect(try bits(UInt8?.none) == 9)
    #expect(try bits(Int32(0)) == 32)
  }
}
