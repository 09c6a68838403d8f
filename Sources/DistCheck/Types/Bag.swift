import DistCheckEngine

/// A bounded multiset: an element can be in it several times.
///
/// `capacity` strides of an element plus two bytes. Elements lie in the order of their bytes, so equal bags have equal
/// bytes. Two elements are the same when `==` says so, where they have one, and so do their bytes; blanks are left out
/// (``Blanks``). Operations are O(capacity); exceeding the capacity is an error of the specification.
@frozen
public struct Bag<let capacity: Int, Element: BitwiseCopyable>: BitwiseCopyable {
  @usableFromInline var elements = Elements<capacity, Element>()

  @inlinable @inline(__always)
  public init() {}

  /// How many elements there are, each counted as often as it is in the bag.
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

  /// How often an element is in the bag.
  @inlinable @inline(__always)
  public func multiplicity(of element: Element) -> Int {
    let (first, isPresent) = elements.place(of: BlankTypes.cleared(element))
    if !isPresent { return 0 }
    var last = first
    while last < count, elements.areSame(first, last) { last &+= 1 }
    return last - first
  }

  @inlinable @inline(__always)
  public mutating func insert(_ element: Element) {
    let element = BlankTypes.cleared(element)
    elements.insert(element, at: elements.place(of: element).index, full: "a bag of capacity % is full")
  }

  /// Removes one copy of an element; an error of the specification when there is none.
  @inlinable @inline(__always)
  public mutating func remove(_ element: Element) {
    let place = elements.place(of: BlankTypes.cleared(element))
    if !place.isPresent { specificationFailure("the bag does not contain the element that is removed") }
    elements.remove(at: place.index)
  }
}

extension Bag: Sequence {
  @inlinable @inline(__always)
  public func makeIterator() -> ElementIterator<capacity, Element> { ElementIterator(elements) }
}

extension Bag: Choosable {
  @inlinable @inline(__always)
  public var choiceCount: Int { count }
  /// Each element once, however often it is in the bag.
  @inlinable @inline(__always)
  public func choice(at index: Int) -> Element? {
    index > 0 && elements.areSame(index &- 1, index) ? nil : elements[index]
  }
}

extension Bag: Equatable {
  @inlinable
  public static func == (left: Self, right: Self) -> Bool {
    left.elements.hasSameElements(as: right.elements)
  }
}

extension Bag: LayoutDescribing {
  public static func layout() throws(LayoutError) -> Layout {
    try Elements<capacity, Element>.layout(isOrdered: false)
  }
}
