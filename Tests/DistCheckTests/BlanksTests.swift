import DistCheck
import Testing

@testable import DistCheckEngine
import TestSupport

/// Bytes that mean nothing: whatever they are, they are cleared or left out, and nothing else is.
///
/// Which bytes of a value mean nothing is found out without `Blanks`: those whose bits `Layout.canonicalize`, by way of the
/// Swift runtime, all sets back when they are turned over. Bytes that hold nothing but an enum's tag are left alone, as Swift
/// never writes any other tag; so are the places of lists, which are zero by construction beyond the count.
@Suite struct BlanksTests {
  /// Values of a type, and what to expect of it.
  private func expectCleared<T: BitwiseCopyable>(
    _ values: [T], isPadded: Bool = false, sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let layout = try Layout.of(T.self)
    let blanks = Blanks(layout)
    #expect(blanks.isPadded == isPadded, sourceLocation: sourceLocation)
    var random = SplitMix64(seed: 7)
    for value in values {
      let canonical = slowly(bytes(of: value), layout)
      let fixed = fixedBytes(layout)
      let free = (0..<canonical.count).filter { byte in
        !fixed.contains(byte)
          && (0..<8).allSatisfy { bit in
            var turned = canonical
            turned[byte] ^= 1 << UInt8(bit)
            return slowly(turned, layout) == canonical
          }
      }
      for _ in 0..<200 {
        var dirty = canonical
        let isAll = random.next() % 8 == 0
        for byte in free where isAll || random.next() % 2 == 0 {
          dirty[byte] = UInt8(truncatingIfNeeded: random.next())
        }
        var cleared = dirty
        cleared.withUnsafeMutableBytes { blanks.clearAll($0.baseAddress!) }
        guard cleared == canonical else {
          Issue.record("\(T.self): \(dirty) becomes \(cleared), not \(canonical)", sourceLocation: sourceLocation)
          return
        }
        // As a part of a state, what is not padding is cleared in place, and the rest is not packed.
        let words = Packing(layout)
        #expect(words.pack(words.canonical(padded(dirty))) == words.pack(words.canonical(padded(canonical))))
        #expect(words.unpack(words.pack(words.canonical(padded(dirty)))) == padded(canonical))
      }
    }
    expectOrder(values, layout, blanks, sourceLocation)
  }

  /// The bytes behind the payloads of enums, and places in lists.
  private func fixedBytes(_ layout: Layout) -> Set<Int> {
    func moved(_ layout: Layout, _ distance: Int) -> [Int] { fixedBytes(layout).map { $0 + distance } }
    switch layout.kind {
    case .integer, .ordinal, .subset: return []
    case .record(let fields): return Set(fields.flatMap { moved($0.layout, $0.offset) })
    case .packet(let from, let to, let body): return Set([from, to, body].flatMap { moved($0.layout, $0.offset) })
    case .hidden(let hidden, let shown): return Set([hidden, shown].flatMap { moved($0.layout, $0.offset) })
    case .map(let keys, let value): return Set(keys.indices.flatMap { moved(value, $0 * value.stride) })
    case .list(let list): return Set(0..<list.countOffset)
    case .enumeration(let enumeration):
      let payloads = enumeration.cases.compactMap(\.payload)
      return Set(payloads.flatMap { moved($0, 0) }).union((payloads.map(\.size).max() ?? 0)..<layout.size)
    }
  }

  /// Cleared values are equal exactly when their canonical bytes are.
  private func expectOrder<T: BitwiseCopyable>(
    _ values: [T], _ layout: Layout, _ blanks: Blanks, _ sourceLocation: Testing.SourceLocation
  ) {
    for left in values {
      for right in values {
        let (first, second) = (slowly(bytes(of: left), layout), slowly(bytes(of: right), layout))
        let order = first.withUnsafeBytes { first in
          second.withUnsafeBytes { blanks.compare(first.baseAddress!, $0.baseAddress!) }
        }
        #expect((order == 0) == (first == second), sourceLocation: sourceLocation)
      }
    }
  }

  private func slowly(_ bytes: [UInt8], _ layout: Layout) -> [UInt8] {
    var words = padded(bytes)
    words.withUnsafeMutableBytes { layout.canonicalize($0.baseAddress!) }
    return words.withUnsafeBytes { Array($0.prefix(bytes.count)) }
  }

  private func padded(_ bytes: [UInt8]) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: max(1, (bytes.count + 7) / 8))
    words.withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
    return words
  }

  // MARK: Types

  typealias Ballot = Bounded<-1, 3>
  enum Two: BitwiseCopyable { case small(UInt8), wide(UInt32) }
  enum Message: BitwiseCopyable {
    case prepare(Ballot)
    case promise(Ballot, Ballot, Three?, Three)
    case accept(Ballot, Three)
    case stop, halt
  }
  enum Large: BitwiseCopyable { case none, words(InlineArray<3, Int>), byte(UInt8), halves(InlineArray<8, UInt16>) }
  struct Padded: BitwiseCopyable {
    var narrow: UInt8
    var wide: UInt32
    var last: Bool
  }
  enum Holder: BitwiseCopyable { case one(Padded), two(UInt16, UInt8), none }
  enum Nested: BitwiseCopyable { case inner(Two), other(Two?), number(UInt16), nothing }
  enum Deep: BitwiseCopyable { case nested(Nested, Message), flag(Bool), list(Log<2, UInt32>) }
  struct Colored: BitwiseCopyable {
    var color: Color
    var number: UInt8
  }
  enum Many: BitwiseCopyable {
    case value(UInt8)
    case a, b, c, d, e, f
  }

  private let messages: [Message] = [
    .prepare(3), .promise(-1, 2, nil, 2), .promise(0, 0, 1, 0), .accept(3, 2), .stop, .halt,
  ]
  private let twos: [Two] = [.small(0), .small(255), .wide(0), .wide(.max)]

  @Test func optionals() throws {
    try expectCleared([Three?.none, 0, 2])
    try expectCleared([UInt8?.none, 0, 255])
    try expectCleared([Bounded<0, 300>?.none, 0, 300])
    try expectCleared([Int?.none, 0, -1, .min])
    try expectCleared([Bool?.none, true, false])
    try expectCleared([Color?.none, .red, .blue])
    try expectCleared([Three??.none, .some(nil), .some(1)])
    try expectCleared([Colored?.none, Colored(color: .blue, number: 255), Colored(color: .red, number: 0)])
    try expectCleared([Two?.none] + twos.map { $0 })
    try expectCleared([Message?.none] + messages.map { $0 })
  }

  @Test func enumsWithPayloads() throws {
    try expectCleared(twos)
    try expectCleared(messages)
    try expectCleared([
      Large.none, .words(InlineArray(repeating: -1)), .byte(255), .halves(InlineArray(repeating: .max)), .byte(0),
    ])
    try expectCleared([Many.value(0), .value(255), .a, .b, .f])
    try expectCleared(
      twos.map { Nested.inner($0) } + twos.map { .other($0) } + [.other(nil), .number(.max), .nothing])
    try expectCleared(
      messages.map { Deep.nested(.other(nil), $0) } + twos.map { .nested(.inner($0), .stop) }
        + [.flag(true), .flag(false), .list(Log())])
  }

  @Test func padding() throws {
    let one = Padded(narrow: 255, wide: .max, last: true)
    try expectCleared([one, Padded(narrow: 0, wide: 1, last: false)], isPadded: true)
    try expectCleared([Holder.one(one), .two(.max, 255), .none], isPadded: true)
    try expectCleared([(one, Three?.none), (one, 1)] as [(Padded, Three?)], isPadded: true)
    try expectCleared([Padded?.none, one], isPadded: true)
  }

  @Test func parts() throws {
    var states: [State] = [State(), State()]
    states[1].optional = 2
    states[1].map[1] = nil
    states[1].maps[0][2] = .wide(7)
    states[1].message = .promise(1, 1, nil, 1)
    states[1].log.append(.small(1))
    states[1].network.send(.accept(1, 1))
    try expectCleared(states, isPadded: true)
  }

  struct State: BitwiseCopyable {
    var optional: Three? = nil
    var flag = true
    var map = Three.Map<Bounded<0, 3>?>(3)
    var maps = Three.Map<Three.Map<Two>>(Three.Map(.small(9)))
    var message = Message.stop
    var word: UInt64 = .max
    var log = Log<2, Two>()
    var network = Network<2, Letter>(.unordered)
  }
  typealias Letter = Packetless
  enum Packetless: NetworkMessage { case accept(Ballot, Three), stop }

  // MARK: Containers

  /// What a set holds is found whatever lies in the blanks of what is looked for.
  @Test func containersLookAtWhatMeansSomething() throws {
    let layout = try Layout.of(Padded.self)
    var random = SplitMix64(seed: 3)
    for _ in 0..<100 {
      var set = ValueSet<4, Padded>()
      var bag = Bag<4, Padded>()
      var network = Network<4, PaddedMessage>(.unordered)
      for number in 0..<3 {
        for _ in 0..<(number == 1 ? 2 : 1) {
          let value = dirty(Padded(narrow: 5, wide: UInt32(number), last: true), layout, &random)
          set.insert(value)
          bag.insert(value)
          network.send(PaddedMessage(body: value))
        }
      }
      #expect(set.count == 3 && bag.count == 4 && network.count == 4)
      let sought = dirty(Padded(narrow: 5, wide: 1, last: true), layout, &random)
      #expect(set.contains(sought) && bag.contains(sought) && network.contains(PaddedMessage(body: sought)))
      #expect(bag.multiplicity(of: sought) == 2)
      bag.remove(sought)
      network.remove(PaddedMessage(body: sought))
      set.remove(sought)
      #expect(set.count == 2 && bag.multiplicity(of: sought) == 1 && network.count == 3)
    }
  }

  struct PaddedMessage: NetworkMessage { var body: Padded }

  private func dirty<T: BitwiseCopyable>(_ value: T, _ layout: Layout, _ random: inout SplitMix64) -> T {
    var value = value
    withUnsafeMutableBytes(of: &value) { bytes in
      for (k, mask) in layout.occupiedBits.enumerated() { bytes[k] |= UInt8(truncatingIfNeeded: random.next()) & ~mask }
    }
    return value
  }
}
