/// How the bytes of a finite type are to be read: the one description from which canonical bytes, packing, printing and
/// JSON are derived.
public struct Layout {
  /// As the specification writes it.
  public var typeName: String
  /// Bytes of a value, without padding at its end.
  public var size: Int
  /// Bytes from one value to the next in memory.
  public var stride: Int
  public var kind: Kind
  /// Of an identity: of which kind of things it is one. Its value is an `ordinal` of one byte.
  public var identity: IdentityKind?
  /// Of a subset the type of its elements, of a map that of its keys; nil where the keys are mere positions.
  public var domain: Domain?

  public indirect enum Kind {
    case integer(isSigned: Bool)
    /// An ordinal, stored as an unsigned integer of the layout's size; the values are its meanings.
    case ordinal([Value])
    /// A choice between cases, some with a payload.
    case enumeration(Enumeration)
    case record([Field])
    /// One bit for each ordinal of the elements.
    case subset([Value])
    /// One value for each key, in the order of the keys' ordinals.
    case map(keys: [Value], value: Layout)
    /// A counted run of elements; bytes beyond the count are zero.
    case list(List)
    case packet(from: Field, to: Field, body: Field)
    /// A part that is none of a reader's business, shown as the other one.
    case hidden(Field, behind: Field)
  }

  public struct Field {
    public var name: String
    public var offset: Int
    public var layout: Layout
    public init(name: String, offset: Int, layout: Layout) {
      self.name = name
      self.offset = offset
      self.layout = layout
    }
  }

  public struct Enumeration {
    public var cases: [Case]
    /// Which case a value is.
    public var tag: (UnsafeRawPointer) -> Int
    /// Overwrites a value by its payload, at offset 0. Afterwards it is no value until `inject`.
    public var project: (UnsafeMutableRawPointer) -> Void
    /// Makes a payload at offset 0 a value of the given case.
    public var inject: (UnsafeMutableRawPointer, Int) -> Void
    /// Shown as `nil` and the bare payload.
    public var isOptional: Bool

    public struct Case {
      public var name: String
      public var payload: Layout?
      public init(name: String, payload: Layout?) {
        self.name = name
        self.payload = payload
      }
    }

    public init(
      cases: [Case], isOptional: Bool, tag: @escaping (UnsafeRawPointer) -> Int,
      project: @escaping (UnsafeMutableRawPointer) -> Void, inject: @escaping (UnsafeMutableRawPointer, Int) -> Void
    ) {
      self.cases = cases
      self.isOptional = isOptional
      self.tag = tag
      self.project = project
      self.inject = inject
    }
  }

  public struct List {
    public var capacity: Int
    /// Where the count is: two bytes.
    public var countOffset: Int
    public var elementsOffset: Int
    public var element: Layout
    /// Whether the order of the elements means something, or is only the canonical one.
    public var isOrdered: Bool
    /// Of a network: which messages keep their order. Other lists without order lie in the order of their bytes.
    public var links: Links?
    /// Whether the elements at two addresses are equal by `==`; nil where their type has no `==`.
    public var areEqual: ((UnsafeRawPointer, UnsafeRawPointer) -> Bool)?

    public init(
      capacity: Int, countOffset: Int, elementsOffset: Int, element: Layout, isOrdered: Bool, links: Links? = nil,
      areEqual: ((UnsafeRawPointer, UnsafeRawPointer) -> Bool)? = nil
    ) {
      self.capacity = capacity
      self.countOffset = countOffset
      self.elementsOffset = elementsOffset
      self.element = element
      self.isOrdered = isOrdered
      self.links = links
      self.areEqual = areEqual
    }
  }

  public init(
    typeName: String, size: Int, stride: Int, kind: Kind, identity: IdentityKind? = nil, domain: Domain? = nil
  ) {
    self.typeName = typeName
    self.size = size
    self.stride = stride
    self.kind = kind
    self.identity = identity
    self.domain = domain
  }

  /// 64-bit words that hold a value.
  public var words: Int { max(1, (size + 7) / 8) }
}
