@testable import DistCheck
@testable import DistCheckEngine
import TestSupport

enum KindA {}
enum KindB {}

/// A permutation of the identities of two kinds.
struct Permutation {
  var a: [Int]
  var b: [Int]

  static func all(_ a: Int, _ b: Int) -> [Permutation] {
    arrangements(Array(0..<a)).flatMap { a in arrangements(Array(0..<b)).map { Permutation(a: a, b: $0) } }
  }

  private static func arrangements(_ items: [Int]) -> [[Int]] {
    if items.isEmpty { return [[]] }
    return items.flatMap { item in arrangements(items.filter { $0 != item }).map { [item] + $0 } }
  }
}

/// A type whose values are permuted by its own operations: the reference for what the engine does with bytes.
protocol Permutable: BitwiseCopyable {
  static func random(using generator: inout SplitMix64) -> Self
  func permuted(_ permutation: Permutation) -> Self
}

extension Bool: Permutable {
  static func random(using generator: inout SplitMix64) -> Bool { generator.next() & 1 == 0 }
  func permuted(_: Permutation) -> Bool { self }
}
extension UInt8: Permutable {
  static func random(using generator: inout SplitMix64) -> UInt8 { UInt8(generator.next() % 3) }
  func permuted(_: Permutation) -> UInt8 { self }
}
extension Bounded: Permutable {
  static func random(using generator: inout SplitMix64) -> Self {
    Self(ordinal: Int.random(in: 0..<count, using: &generator))
  }
  func permuted(_: Permutation) -> Self { self }
}
extension ID: Permutable {
  static func random(using generator: inout SplitMix64) -> Self { Self(Int.random(in: 0..<count, using: &generator)) }
  func permuted(_ permutation: Permutation) -> Self {
    Kind.self == KindA.self ? Self(permutation.a[index]) : Kind.self == KindB.self ? Self(permutation.b[index]) : self
  }
}
extension Optional: Permutable where Wrapped: Permutable {
  static func random(using generator: inout SplitMix64) -> Wrapped? {
    generator.chance(0.4) ? nil : Wrapped.random(using: &generator)
  }
  func permuted(_ permutation: Permutation) -> Wrapped? { map { $0.permuted(permutation) } }
}
extension Subset: Permutable where Element: Permutable {
  static func random(using generator: inout SplitMix64) -> Self {
    var set = Self()
    let chance = [0.1, 0.5, 0.9].randomElement(using: &generator)!
    for element in Element.all where generator.chance(chance) { set.insert(element) }
    return set
  }
  func permuted(_ permutation: Permutation) -> Self {
    var set = Self()
    for element in self { set.insert(element.permuted(permutation)) }
    return set
  }
}
extension Map: Permutable where Key: Permutable, Value: Permutable {
  static func random(using generator: inout SplitMix64) -> Self {
    var map = Self(Value.random(using: &generator))
    for ordinal in 0..<Key.count where generator.chance(0.5) {
      map[Key(ordinal: ordinal)] = .random(using: &generator)
    }
    return map
  }
  func permuted(_ permutation: Permutation) -> Self {
    var map = self
    for key in (0..<Key.count).map({ Key(ordinal: $0) }) {
      map[key.permuted(permutation)] = self[key].permuted(permutation)
    }
    return map
  }
}
extension Log: Permutable where Entry: Permutable {
  static func random(using generator: inout SplitMix64) -> Self {
    var log = Self()
    for _ in 0..<Int.random(in: 0...capacity, using: &generator) { log.append(.random(using: &generator)) }
    return log
  }
  func permuted(_ permutation: Permutation) -> Self {
    var log = Self()
    for entry in self { log.append(entry.permuted(permutation)) }
    return log
  }
}
extension Queue: Permutable where Element: Permutable {
  static func random(using generator: inout SplitMix64) -> Self {
    var queue = Self()
    for _ in 0..<Int.random(in: 0...capacity, using: &generator) { queue.enqueue(.random(using: &generator)) }
    return queue
  }
  func permuted(_ permutation: Permutation) -> Self {
    var queue = Self()
    for element in self { queue.enqueue(element.permuted(permutation)) }
    return queue
  }
}
extension Bag: Permutable where Element: Permutable {
  static func random(using generator: inout SplitMix64) -> Self {
    var bag = Self()
    for _ in 0..<Int.random(in: 0...capacity, using: &generator) { bag.insert(.random(using: &generator)) }
    return bag
  }
  func permuted(_ permutation: Permutation) -> Self {
    var bag = Self()
    for element in self { bag.insert(element.permuted(permutation)) }
    return bag
  }
}
extension ValueSet: Permutable where Element: Permutable {
  static func random(using generator: inout SplitMix64) -> Self {
    var set = Self()
    for _ in 0..<Int.random(in: 0...capacity, using: &generator) { set.insert(.random(using: &generator)) }
    return set
  }
  func permuted(_ permutation: Permutation) -> Self {
    var set = Self()
    for element in self { set.insert(element.permuted(permutation)) }
    return set
  }
}
extension Network: Permutable where Message: Permutable {
  static func random(using generator: inout SplitMix64) -> Self {
    let transports: [Transport] = [.growing, .unordered, .unordered.duplicating, .fifo, .fifo.losing]
    var network = Self(transports.randomElement(using: &generator)!)
    for _ in 0..<Int.random(in: 0...capacity, using: &generator) { network.send(.random(using: &generator)) }
    return network
  }
  func permuted(_ permutation: Permutation) -> Self {
    var network = Self(transport)
    for message in self { network.send(message.permuted(permutation)) }
    return network
  }
}
extension Packet: Permutable where Node: Permutable, Body: Permutable {
  static func random(using generator: inout SplitMix64) -> Self {
    Self(from: .random(using: &generator), to: .random(using: &generator), .random(using: &generator))
  }
  func permuted(_ permutation: Permutation) -> Self {
    Self(from: from.permuted(permutation), to: to.permuted(permutation), body.permuted(permutation))
  }
}

/// Two things in one state, of any types.
struct Pair<First: Permutable, Second: Permutable>: Permutable {
  var first: First
  var second: Second
  static func random(using generator: inout SplitMix64) -> Self {
    Self(first: .random(using: &generator), second: .random(using: &generator))
  }
  func permuted(_ permutation: Permutation) -> Self {
    Self(first: first.permuted(permutation), second: second.permuted(permutation))
  }
}

/// An enum whose payloads can contain anything.
enum Choice<First: Permutable, Second: Permutable>: Permutable {
  case first(First)
  case both(First, Second)
  case number(UInt8)
  case flagged(First, Bool)
  case nothing
  case nobody

  static func random(using generator: inout SplitMix64) -> Self {
    switch Int.random(in: 0...5, using: &generator) {
    case 0: .first(.random(using: &generator))
    case 1: .both(.random(using: &generator), .random(using: &generator))
    case 2: .number(.random(using: &generator))
    case 3: .flagged(.random(using: &generator), .random(using: &generator))
    case 4: .nothing
    default: .nobody
    }
  }
  func permuted(_ permutation: Permutation) -> Self {
    switch self {
    case .first(let first): .first(first.permuted(permutation))
    case .both(let first, let second): .both(first.permuted(permutation), second.permuted(permutation))
    case .flagged(let first, let flag): .flagged(first.permuted(permutation), flag)
    case .number, .nothing, .nobody: self
    }
  }
}

/// Messages on links that are sets of sender and receiver, or all on the same.
struct Letter<Body: Permutable>: NetworkMessage, Permutable {
  var body: Body
  var to: ID<KindA, 3>
  var link: Int { to.ordinal }
  static func random(using generator: inout SplitMix64) -> Self {
    Self(body: .random(using: &generator), to: .random(using: &generator))
  }
  func permuted(_ permutation: Permutation) -> Self {
    Self(body: body.permuted(permutation), to: to.permuted(permutation))
  }
}

/// A finite type of the specification's own, that contains identities.
struct Edge: Finite, Permutable {
  var from: ID<KindA, 3>
  var to: ID<KindA, 3>
  init(from: ID<KindA, 3>, to: ID<KindA, 3>) { (self.from, self.to) = (from, to) }
  static var count: Int { 9 }
  init(ordinal: Int) { self.init(from: ID(ordinal: ordinal % 3), to: ID(ordinal: ordinal / 3)) }
  var ordinal: Int { from.ordinal + 3 * to.ordinal }
  static func random(using generator: inout SplitMix64) -> Self {
    Self(from: .random(using: &generator), to: .random(using: &generator))
  }
  func permuted(_ permutation: Permutation) -> Self {
    Self(from: from.permuted(permutation), to: to.permuted(permutation))
  }
}

/// Brings values of a type into canonical form.
struct CanonicalForms<State: BitwiseCopyable> {
  let layout: Layout
  let symmetry: Symmetry
  let canonicalizer: Canonicalizer

  init(kinds: [Layout.IdentityKind]) throws {
    layout = try Layout.of(State.self)
    symmetry = Symmetry(layout, kinds: kinds)
    canonicalizer = Canonicalizer(symmetry)
  }

  func deallocate() { canonicalizer.deallocate() }

  /// The significant bits of a value.
  func words(_ value: State) -> [UInt64] {
    masked(layout.words(of: value))
  }

  /// Whether the bytes are what they should be: code that is not specialised leaves litter in short payloads.
  func isClean(_ value: State) -> Bool {
    let raw = layout.words(of: value)
    var words = raw
    words.withUnsafeMutableBytes { layout.canonicalize($0.baseAddress!) }
    return masked(words) == masked(raw)
  }

  func masked(_ words: [UInt64]) -> [UInt64] { zip(words, symmetry.mask).map { $0 & $1 } }

  /// The significant bits of the canonical form, made from a value with litter behind it.
  func canonical(_ value: State) -> [UInt64] {
    var words = words(value)
    if layout.size % 8 != 0 { words[words.count - 1] |= 0xA5C3_9669_3C5A_F00F << UInt64(layout.size % 8 * 8) }
    canonicalizer.canonicalize(&words)
    return masked(words)
  }
}
