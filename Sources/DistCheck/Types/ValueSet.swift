import DistCheckEngine

/// A bounded set of values of any type, finite or not. For sets of identities and other small finite types take
/// ``Subset``, which is smaller and faster.
///
/// `capacity` strides of an element plus two bytes. Elements lie in the order of their bytes, so equal sets have equal
/// bytes. Two elements are the same when `==` says so, where they have one, and so do their bytes; blanks are left out
/// (``Blanks``). Operations are O(capacity); exceeding the capacity is an error of the specification.
@frozen
public struct ValueSet<let capacity: Int, Element: BitwiseCopyable>: BitwiseCopyable {
  @usableFromInline var elements = Elements<capacity, Element>()

  @inlinable @inline(__always)
  public init() {}

  @inlinable @inline(__always)
  public var count: Int { elements.count }

  @inlinable @inline(__always)
  public var isEmpty: Bool { elements.count == 0 }

  @inlinable @inline(__always)
  public var isFull: Bool { elements.count == capacity }

  /// How many elements there is room for.
  @inlinable @inline(__always)
  public var capacity: Int { Self.capacity }

  @inlinable @inline(__always)
  public func contains(_ element: Element) -> Bool {
    elements.place(of: BlankTypes.cleared(element)).isPresent
  }

  @inlinable @inline(__always)
  public func contains(where predicate: (Element) -> Bool) -> Bool {
    for index in 0..<count where predicate(elements[index]) { return true }
    return false
  }

  @inlinable @inline(__always)
  public func allSatisfy(_ predicate: (Element) -> Bool) -> Bool { !contains { !predicate($0) } }

  /// Adds an element; nothing happens when it is there already.
  @inlinable @inline(__always)
  public mutating func insert(_ element: Element) {
    let element = BlankTypes.cleared(element)
    let place = elements.place(of: element)
    if !place.isPresent { elements.insert(element, at: place.index, full: "a set of capacity % is full") }
  }

  /// Removes an element; nothing happens when it is not there.
  @inlinable @inline(__always)
  public mutating func remove(_ element: Element) {
    let place = elements.place(of: BlankTypes.cleared(element))
    if place.isPresent { elements.remove(at: place.index) }
  }
}

extension ValueSet: Sequence {
  @inlinable @inline(__always)
  public func makeIterator() -> ElementIterator<capacity, Element> { ElementIterator(elements) }
}

extension ValueSet: Choosable {
  @inlinable @inline(__always)
  public var choiceCount: Int { count }
  @inlinable @inline(__always)
  public func choice(at index: Int) -> Element? { elements[index] }
}

extension ValueSet: Equatable {
  @inlinable
  public static func == (left: Self, right: Self) -> Bool {
    left.elements.hasSameElements(as: right.elements)
  }
}

extension ValueSet: LayoutDescribing {
  public static func layout() throws(LayoutError) -> Layout {
    try Elements<capacity, Element>.layout(isOrdered: false)
  }
}
