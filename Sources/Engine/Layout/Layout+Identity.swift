extension Layout {
  /// A kind of things that have identities: what a symmetry permutes.
  ///
  /// Two kinds are the same when their Swift types and their sizes are.
  public struct IdentityKind: Hashable {
    public var name: String
    /// How many there are.
    public var count: Int
    /// Of the Swift type.
    public let type: ObjectIdentifier

    public init(name: String, count: Int, type: Any.Type) {
      self.name = name
      self.count = count
      self.type = ObjectIdentifier(type)
    }

    public static func == (left: Self, right: Self) -> Bool { left.type == right.type && left.count == right.count }

    public func hash(into hasher: inout Hasher) {
      hasher.combine(type)
      hasher.combine(count)
    }
  }

  /// A finite type whose values stand for places: the elements of a subset, the keys of a map.
  public final class Domain {
    public let layout: Layout
    /// How many values there are.
    public let count: Int
    /// Writes the value with an ordinal.
    public let write: (_ ordinal: Int, UnsafeMutableRawPointer) -> Void
    /// The ordinal of a value.
    public let ordinal: (UnsafeRawPointer) -> Int

    public init(
      layout: Layout, count: Int, write: @escaping (Int, UnsafeMutableRawPointer) -> Void,
      ordinal: @escaping (UnsafeRawPointer) -> Int
    ) {
      self.layout = layout
      self.count = count
      self.write = write
      self.ordinal = ordinal
    }
  }

  /// How the messages of a network lie when it is a first-in, first-out one: by link, and on each link as they were sent.
  /// Those of other networks lie in the order of their bytes.
  public final class Links {
    /// Whether the network whose list of messages is at this address keeps their order.
    public let keepsOrder: (UnsafeRawPointer) -> Bool
    /// The link of the message at an address.
    public let link: (UnsafeRawPointer) -> Int

    public init(keepsOrder: @escaping (UnsafeRawPointer) -> Bool, link: @escaping (UnsafeRawPointer) -> Int) {
      self.keepsOrder = keepsOrder
      self.link = link
    }
  }

  /// Whether identities of some of the kinds can be in a value, or index a part of it.
  func contains(anyOf kinds: [IdentityKind]) -> Bool {
    if let identity { return kinds.contains(identity) }
    if let domain, domain.layout.contains(anyOf: kinds) { return true }
    return switch kind {
    case .integer, .ordinal, .subset: false
    case .enumeration(let enumeration): enumeration.cases.contains { $0.payload?.contains(anyOf: kinds) ?? false }
    case .record(let fields): fields.contains { $0.layout.contains(anyOf: kinds) }
    case .map(_, let value): value.contains(anyOf: kinds)
    case .list(let list): list.element.contains(anyOf: kinds)
    case .packet(let from, let to, let body): [from, to, body].contains { $0.layout.contains(anyOf: kinds) }
    case .hidden(let hidden, let shown): [hidden, shown].contains { $0.layout.contains(anyOf: kinds) }
    }
  }
}
