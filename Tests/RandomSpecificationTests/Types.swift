/// A type of a random specification. Named types are known by their place in ``Declarations``.
indirect enum Type: Hashable {
  case bool
  case bounded(Int, Int)
  case integer(bits: Int, isSigned: Bool)
  case enumeration(Int)
  case identity(Int)
  case optional(Type)
  case structure(Int)
  case payload(Int)
  case tuple([Type])
  case inline(Int, Type)
  case subset(Type)
  case map(Type, Type)
  case log(Int, Type)
  case queue(Int, Type)
  case bag(Int, Type)
  case valueSet(Int, Type)
  case network(Int, Type)
  case packet(Type, Type)
}

/// A struct of the specification. The first one declared is the state.
struct Structure {
  var fields: [Type]
  /// Whether it is a message, and by which field its link is, if that is not 0 for all. (`nil` is link 0.)
  var isMessage = false
  var link: Int?
  /// Whether it is a finite type of the specification's own: all of its fields are finite, the first changes fastest.
  var isFinite = false
}

/// An enum with payloads.
struct Payload {
  var cases: [[Type]]
  /// Whether payloads have labels.
  var isLabelled = false
  var isMessage = false
  /// The link of the messages of each case; nil when all are on the one that they have if nothing is said.
  var links: [Int]?
}

/// An identity type: `enum K {}`, `ID<K, count>`.
struct Identity {
  var count: Int
  /// Whether the specification says that these identities are alike, and treats them so.
  var isInterchangeable = false
}

/// The named types of a specification.
struct Declarations {
  /// How many cases each `Enumeration` has.
  var enumerations: [Int] = []
  var identities: [Identity] = []
  var structures: [Structure] = []
  var payloads: [Payload] = []
}

extension Declarations {
  /// How many values a finite type has; nil when it is not `Finite`.
  func count(of type: Type) -> Int? {
    switch type {
    case .bool: 2
    case .bounded(let lower, let upper): upper - lower + 1
    case .enumeration(let number): enumerations[number]
    case .identity(let number): identities[number].count
    case .optional(let wrapped): count(of: wrapped).map { $0 + 1 }
    case .subset(let element): count(of: element).flatMap { $0 <= 10 ? 1 << $0 : nil }
    case .structure(let number) where structures[number].isFinite:
      structures[number].fields.reduce(1) { $0 * count(of: $1)! }
    case .map(let key, let value):
      count(of: key).flatMap { keys in
        count(of: value).flatMap { values in
          keys <= 6 && values <= 4 ? (0..<keys).reduce(1) { product, _ in product * values } : nil
        }
      }
    default: nil
    }
  }

  /// All values of a finite type, in the order of their ordinals.
  func values(of type: Type) -> [Plain] {
    switch type {
    case .bool: [.bool(false), .bool(true)]
    case .bounded(let lower, let upper): (lower...upper).map { .number($0) }
    case .enumeration(let number): (0..<enumerations[number]).map { .number($0) }
    case .identity(let number): (0..<identities[number].count).map { .number($0) }
    case .optional(let wrapped): [.none] + values(of: wrapped).map { .some($0) }
    case .subset(let element):
      { elements in
        (0..<1 << elements.count).map { bits in
          .list(elements.indices.filter { bits >> $0 & 1 == 1 }.map { elements[$0] }.sorted())
        }
      }(values(of: element))
    case .structure(let number) where structures[number].isFinite:
      structures[number].fields.reduce([Plain.list([])]) { before, type in
        values(of: type).flatMap { value in before.map { .list($0.parts + [value]) } }
      }
    case .map(let key, let type):
      (0..<count(of: key)!).reduce([Plain.list([])]) { before, _ in
        values(of: type).flatMap { value in before.map { .list($0.parts + [value]) } }
      }
    default: preconditionFailure("\(type) is not finite")
    }
  }

  /// The number of a value of a finite type.
  func ordinal(of value: Plain, in type: Type) -> Int {
    switch type {
    case .bounded(let lower, _): value.number - lower
    case .optional(let wrapped): value.tag == 0 ? 0 : 1 + ordinal(of: value.parts[0], in: wrapped)
    case .subset(let element): value.parts.reduce(0) { $0 | 1 << ordinal(of: $1, in: element) }
    case .structure(let number):
      zip(structures[number].fields, value.parts).reversed().reduce(0) {
        $0 * count(of: $1.0)! + ordinal(of: $1.1, in: $1.0)
      }
    case .map(_, let type):
      value.parts.reversed().reduce(0) { $0 * count(of: type)! + ordinal(of: $1, in: type) }
    default: value.number
    }
  }

  /// Whether `==` is there for a type without a word of the specification.
  func isEquatable(_ type: Type) -> Bool {
    switch type {
    case .bool, .bounded, .integer, .enumeration, .identity, .subset, .bag, .valueSet: true
    case .tuple, .inline, .network, .packet: false
    case .optional(let type), .map(_, let type), .log(_, let type), .queue(_, let type): isEquatable(type)
    case .structure(let number): structures[number].fields.allSatisfy(isEquatable)
    case .payload(let number): payloads[number].cases.allSatisfy { $0.allSatisfy(isEquatable) }
    }
  }

  /// Whether a type has something of an interchangeable kind in it.
  func hasInterchangeable(_ type: Type) -> Bool {
    switch type {
    case .bool, .bounded, .integer, .enumeration: false
    case .identity(let number): identities[number].isInterchangeable
    case .optional(let type), .subset(let type), .inline(_, let type), .log(_, let type), .queue(_, let type),
      .bag(_, let type), .valueSet(_, let type), .network(_, let type):
      hasInterchangeable(type)
    case .map(let key, let value), .packet(let key, let value): hasInterchangeable(key) || hasInterchangeable(value)
    case .tuple(let types): types.contains(where: hasInterchangeable)
    case .structure(let number): structures[number].fields.contains(where: hasInterchangeable)
    case .payload(let number): payloads[number].cases.contains { $0.contains(where: hasInterchangeable) }
    }
  }

  /// The link of a message, by which a first-in, first-out network orders.
  func link(of message: Plain, _ type: Type) -> Int {
    switch type {
    case .packet(let node, _):
      ordinal(of: message.parts[1], in: node) * count(of: node)! + ordinal(of: message.parts[2], in: node)
    case .structure(let number):
      structures[number].link.map { ordinal(of: message.parts[$0], in: structures[number].fields[$0]) } ?? 0
    case .payload(let number): payloads[number].links?[message.tag] ?? 0
    default: preconditionFailure("\(type) is no message")
    }
  }
}
