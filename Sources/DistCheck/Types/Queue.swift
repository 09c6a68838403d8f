import DistCheckEngine

/// A bounded first-in, first-out queue.
///
/// `capacity` strides of an element. Enqueueing on a full queue and dequeuing from an empty one are
/// errors of the specification. Dequeuing moves the rest: O(capacity).
@frozen
public struct Queue<let capacity: Int, Element: BitwiseCopyable>: BitwiseCopyable {
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

  /// The element that is dequeued next.
  @inlinable @inline(__always)
  public var front: Element? { isEmpty ? nil : elements[0] }

  /// The element that was enqueued last.
  @inlinable @inline(__always)
  public var back: Element? { isEmpty ? nil : elements[count &- 1] }

  /// The element at a position, 0 being the front.
  @inlinable @inline(__always)
  public subscript(position: Int) -> Element {
    if position < 0 || position >= count {
      specificationFailure("a queue of % elements has none at position %", count, position)
    }
    return elements[position]
  }

  @inlinable @inline(__always)
  public mutating func enqueue(_ element: Element) {
    elements.append(BlankTypes.cleared(element), full: "a queue of capacity % is full")
  }

  @inlinable @inline(__always) @discardableResult
  public mutating func dequeue() -> Element {
    if isEmpty { specificationFailure("an empty queue has nothing to dequeue") }
    let element = elements[0]
    elements.remove(at: 0)
    return element
  }

  /// Removes and returns the element at a position, 0 being the front.
  @inlinable @inline(__always) @discardableResult
  public mutating func remove(at position: Int) -> Element {
    let element = self[position]
    elements.remove(at: position)
    return element
  }

  @inlinable @inline(__always)
  public mutating func removeAll() { elements.truncate(to: 0) }
}

extension Queue: Equatable where Element: Equatable {
  @inlinable
  public static func == (left: Self, right: Self) -> Bool {
    guard left.count == right.count else { return false }
    for index in 0..<left.count where left.elements[index] != right.elements[index] { return false }
    return true
  }
}

extension Queue: Sequence {
  @inlinable @inline(__always)
  public func makeIterator() -> ElementIterator<capacity, Element> { ElementIterator(elements) }
}

extension Queue: Choosable {
  @inlinable @inline(__always)
  public var choiceCount: Int { count }
  @inlinable @inline(__always)
  public func choice(at index: Int) -> Element? { elements[index] }
}

extension Queue: LayoutDescribing {
  public static func layout() throws(LayoutError) -> Layout {
    try Elements<capacity, Element>.layout(isOrdered: true)
  }
}
