import DistCheckEngine

/// A set of values of a finite type: of identities, of cases, of a small range.
///
/// Eight bytes, one bit for each possible element, so at most 64 of them. Every operation takes a few instructions;
/// iteration goes by ordinal.
@frozen
public struct Subset<Element: Finite>: BitwiseCopyable, Hashable {
  @usableFromInline var bits: UInt64

  @inlinable @inline(__always)
  init(bits: UInt64) { self.bits = bits }

  /// The empty set.
  @inlinable @inline(__always)
  public init() { bits = 0 }

  /// The set of one element.
  @inlinable @inline(__always)
  public init(_ element: Element) { bits = Self.bit(element) }

  /// The set of some elements: `Subset(quorum)`, `Subset([a, b])`.
  @inlinable @inline(__always)
  public init(_ elements: some Sequence<Element>) {
    bits = 0
    for element in elements { bits |= Self.bit(element) }
  }

  /// The elements that satisfy a predicate.
  @inlinable @inline(__always)
  public init(where predicate: (Element) -> Bool) {
    bits = 0
    for ordinal in 0..<Element.count where predicate(Element(uncheckedOrdinal: ordinal)) {
      bits |= Self.bit(Element(uncheckedOrdinal: ordinal))
    }
  }

  /// The set of all elements.
  @inlinable @inline(__always)
  public static var all: Self {
    checkSize()
    return Self(bits: Element.count == 64 ? UInt64.max : (1 << UInt64(Element.count)) - 1)
  }

  @inlinable @inline(__always)
  static func bit(_ element: Element) -> UInt64 {
    checkSize()
    let ordinal = element.ordinal
    if !Element.hasCheckedOrdinals { checkOrdinal(ordinal, of: Element.count) }
    return 1 &<< UInt64(truncatingIfNeeded: ordinal)  // at most 63
  }

  /// Decided when it is compiled: nothing is left of the check where it passes.
  @inlinable @inline(__always)
  static func checkSize() {
    if Element.count > 64 { specificationFailure("a Subset has at most 64 possible elements, not %", Element.count) }
  }

  // MARK: Elements

  @inlinable @inline(__always)
  public func contains(_ element: Element) -> Bool { bits & Self.bit(element) != 0 }

  @inlinable @inline(__always)
  public mutating func insert(_ element: Element) { bits |= Self.bit(element) }

  @inlinable @inline(__always)
  public mutating func remove(_ element: Element) { bits &= ~Self.bit(element) }

  @inlinable @inline(__always)
  public mutating func removeAll() { bits = 0 }

  @inlinable @inline(__always)
  public var isEmpty: Bool { bits == 0 }

  @inlinable @inline(__always)
  public var count: Int { bits.nonzeroBitCount }

  // MARK: Set algebra

  @inlinable @inline(__always)
  public func union(_ other: Self) -> Self { Self(bits: bits | other.bits) }

  @inlinable @inline(__always)
  public func intersection(_ other: Self) -> Self { Self(bits: bits & other.bits) }

  @inlinable @inline(__always)
  public func subtracting(_ other: Self) -> Self { Self(bits: bits & ~other.bits) }

  @inlinable @inline(__always)
  public mutating func formUnion(_ other: Self) { bits |= other.bits }

  @inlinable @inline(__always)
  public mutating func formIntersection(_ other: Self) { bits &= other.bits }

  @inlinable @inline(__always)
  public mutating func subtract(_ other: Self) { bits &= ~other.bits }

  /// The elements that are not in the set.
  @inlinable @inline(__always)
  public var complement: Self { Self.all.subtracting(self) }

  @inlinable @inline(__always)
  public func isSubset(of other: Self) -> Bool { bits & ~other.bits == 0 }

  @inlinable @inline(__always)
  public func isSuperset(of other: Self) -> Bool { other.isSubset(of: self) }

  @inlinable @inline(__always)
  public func isDisjoint(with other: Self) -> Bool { bits & other.bits == 0 }

  // MARK: Quorums

  /// Whether it holds more than half of all elements. Two majorities always share one.
  @inlinable @inline(__always)
  public var isMajority: Bool { count * 2 > Element.count }

  /// Whether it holds at least `size` elements.
  @inlinable @inline(__always)
  public func isQuorum(ofAtLeast size: Int) -> Bool { count >= size }
}

extension Subset: ExpressibleByArrayLiteral {
  /// `[]`, `[a, b]`.
  @inlinable @inline(__always)
  public init(arrayLiteral elements: Element...) {
    bits = 0
    for element in elements { bits |= Self.bit(element) }
  }
}

extension Subset: Sequence {
  @frozen
  public struct Iterator: IteratorProtocol {
    @usableFromInline var rest: UInt64
    @inlinable @inline(__always)
    init(rest: UInt64) { self.rest = rest }
    @inlinable @inline(__always)
    public mutating func next() -> Element? {
      guard rest != 0 else { return nil }
      let ordinal = rest.trailingZeroBitCount
      rest &= rest &- 1  // clears the lowest bit
      return Element(uncheckedOrdinal: ordinal)
    }
  }

  @inlinable @inline(__always)
  public func makeIterator() -> Iterator { Iterator(rest: bits) }

  @inlinable @inline(__always)
  public var underestimatedCount: Int { count }
}

/// Every subset, as a parameter: 2 to the number of elements, of which there can be at most 20.
extension Subset: Finite {
  @inlinable @inline(__always)
  public static var count: Int {
    if Element.count > 20 {
      specificationFailure("the subsets of % elements are too many to choose from", Element.count)
    }
    return 1 << Element.count
  }
  @inlinable @inline(__always)
  public init(ordinal: Int) {
    checkOrdinal(ordinal, of: Self.count)
    self.init(uncheckedOrdinal: ordinal)
  }
  @inlinable @inline(__always)
  public init(uncheckedOrdinal ordinal: Int) { bits = UInt64(ordinal) }
  @inlinable @inline(__always)
  public var ordinal: Int { Int(bits) }
  @inlinable @inline(__always)
  public static var hasCheckedOrdinals: Bool { true }
}

extension Subset: Choosable {
  @inlinable @inline(__always)
  public var choiceCount: Int { Element.count }
  @inlinable @inline(__always)
  public func choice(at index: Int) -> Element? {
    // An index is less than `choiceCount`, which is at most 64.
    bits & (1 &<< UInt64(truncatingIfNeeded: index)) == 0 ? nil : Element(uncheckedOrdinal: index)
  }
}

extension Subset: LayoutDescribing {
  public static func layout() throws(LayoutError) -> Layout {
    try Element.checkOrdinals()
    let elements = try Element.values()
    guard elements.count <= 64 else {
      throw LayoutError("a Subset has at most 64 possible elements, not \(elements.count)")
    }
    return Layout(typeName: "\(Self.self)", size: 8, stride: 8, kind: .subset(elements), domain: try Element.domain())
  }
}
