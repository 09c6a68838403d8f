import DistCheckEngine

/// A bounded sequence of entries, numbered from 1 as in the literature; 0 is the index before the first.
///
/// `capacity` strides of an entry. Appending to a full log is an error of the specification.
@frozen
public struct Log<let capacity: Int, Entry: BitwiseCopyable>: BitwiseCopyable {
  @usableFromInline var elements = Elements<capacity, Entry>()

  @inlinable @inline(__always)
  public init() {}

  /// How many entries there are, which is the index of the last one.
  @inlinable @inline(__always)
  public var count: Int { elements.count }

  /// The index of the last entry; 0 when there is none.
  @inlinable @inline(__always)
  public var lastIndex: Int { elements.count }

  @inlinable @inline(__always)
  public var isEmpty: Bool { elements.count == 0 }

  @inlinable @inline(__always)
  public var isFull: Bool { elements.count == capacity }

  /// How many entries there is room for.
  @inlinable @inline(__always)
  public var capacity: Int { Self.capacity }

  /// The last entry.
  @inlinable @inline(__always)
  public var last: Entry? { isEmpty ? nil : elements[elements.count &- 1] }

  /// The entry at an index from 1 to `lastIndex`; an error of the specification elsewhere.
  @inlinable @inline(__always)
  public subscript(index: Int) -> Entry {
    @inline(__always) get {
      check(index)
      return elements[index &- 1]
    }
    @inline(__always) set {
      check(index)
      elements[index &- 1] = BlankTypes.cleared(newValue)
    }
  }

  @inlinable @inline(__always)
  func check(_ index: Int) {
    if index < 1 || index > elements.count {
      specificationFailure("a log with % entries has none at index %", elements.count, index)
    }
  }

  /// The indices of the entries, 1 to `lastIndex`.
  @inlinable @inline(__always)
  public var indices: Range<Int> { 1..<elements.count &+ 1 }

  /// Whether there is an entry at an index.
  @inlinable @inline(__always)
  public func contains(index: Int) -> Bool { index >= 1 && index <= elements.count }

  @inlinable @inline(__always)
  public mutating func append(_ entry: Entry) {
    elements.append(BlankTypes.cleared(entry), full: "a log of capacity % is full")
  }

  /// Removes every entry after an index; all of them for 0. Nothing happens when there are none.
  @inlinable @inline(__always)
  public mutating func truncate(after index: Int) { elements.truncate(to: index < 0 ? 0 : index) }
}

extension Log where Entry: Equatable {
  /// Whether the other log begins with all entries of this one.
  @inlinable @inline(__always)
  public func isPrefix(of other: Self) -> Bool { count <= other.count && agrees(with: other, upTo: count) }

  /// Whether both logs have the same entries at 1 to an index, and reach that far.
  @inlinable @inline(__always)
  public func agrees(with other: Self, upTo index: Int) -> Bool {
    if index > count || index > other.count { return false }
    var place = 0
    while place < index {
      if elements[place] != other.elements[place] { return false }
      place &+= 1
    }
    return true
  }
}

extension Log: Equatable where Entry: Equatable {
  @inlinable
  public static func == (left: Self, right: Self) -> Bool {
    left.count == right.count && left.isPrefix(of: right)
  }
}

extension Log: Sequence {
  @inlinable @inline(__always)
  public func makeIterator() -> ElementIterator<capacity, Entry> { ElementIterator(elements) }
}

extension Log: Choosable {
  @inlinable @inline(__always)
  public var choiceCount: Int { count }
  @inlinable @inline(__always)
  public func choice(at index: Int) -> Entry? { elements[index] }
}

extension Log: LayoutDescribing {
  public static func layout() throws(LayoutError) -> Layout {
    try Elements<capacity, Entry>.layout(isOrdered: true)
  }
}
