import DistCheckEngine

/// A counted run of elements in place: what logs, queues, bags and networks are made of.
///
/// Bytes beyond the count are zero, so that equal runs have equal bytes. Exceeding the capacity is an error of the
/// specification. Insertion and removal move the elements behind: O(capacity).
@frozen @usableFromInline
struct Elements<let capacity: Int, Element: BitwiseCopyable>: BitwiseCopyable {
  @usableFromInline var size: UInt16
  @usableFromInline var storage: InlineArray<capacity, Element>

  @inlinable @inline(__always)
  init() {
    size = 0
    storage = InlineArray(repeating: Self.zero)
  }

  /// All bytes zero: a value of every type that is admitted to a state.
  @inlinable @inline(__always)
  static var zero: Element {
    withUnsafeTemporaryAllocation(of: Element.self, capacity: 1) { place in
      let bytes = UnsafeMutableRawPointer(place.baseAddress!)
      bytes.initializeMemory(as: UInt8.self, repeating: 0, count: MemoryLayout<Element>.stride)
      return bytes.load(as: Element.self)
    }
  }

  @inlinable @inline(__always)
  var count: Int { Int(size) }

  /// Unchecked but for the capacity: the callers know the count.
  @inlinable @inline(__always)
  subscript(index: Int) -> Element {
    @inline(__always) get { storage[index] }
    @inline(__always) set { storage[index] = newValue }
  }

  @inlinable @inline(__always)
  mutating func append(_ element: Element, full: StaticString) {
    if count == capacity { specificationFailure(full, capacity) }
    storage[count] = element
    size &+= 1
  }

  @inlinable @inline(__always)
  mutating func insert(_ element: Element, at index: Int, full: StaticString) {
    if count == capacity { specificationFailure(full, capacity) }
    var place = count
    while place > index {
      storage[place] = storage[place &- 1]
      place &-= 1
    }
    storage[index] = element
    size &+= 1
  }

  @inlinable @inline(__always)
  mutating func remove(at index: Int) {
    var place = index
    while place &+ 1 < count {
      storage[place] = storage[place &+ 1]
      place &+= 1
    }
    size &-= 1
    storage[count] = Self.zero
  }

  @inlinable @inline(__always)
  mutating func truncate(to newCount: Int) {
    while count > newCount {
      size &-= 1
      storage[count] = Self.zero
    }
  }

  // MARK: Order by bytes

  /// Where an element is, or would have to be inserted, among elements in the order of their bytes.
  @inlinable @inline(__always)
  func place(of element: Element) -> (index: Int, isPresent: Bool) {
    var index = 0
    while index < count {
      let order = compareBytes(storage[index], element)
      if order >= 0 { return (index, order == 0) }
      index &+= 1
    }
    return (index, false)
  }
}

/// Compares two values by their bytes; negative when the left one comes first.
@inlinable @inline(__always)
func compareBytes<T: BitwiseCopyable>(_ left: T, _ right: T) -> Int {
  if MemoryLayout<T>.size <= 8 {
    let (left, right) = (firstWord(left), firstWord(right))
    return left == right ? 0 : left < right ? -1 : 1
  }
  return withUnsafeBytes(of: left) { left in
    withUnsafeBytes(of: right) { right in
      for index in 0..<MemoryLayout<T>.size where left[index] != right[index] {
        return left[index] < right[index] ? -1 : 1
      }
      return 0
    }
  }
}

/// The bytes of a value of at most eight bytes, as an integer.
@inlinable @inline(__always)
func firstWord<T: BitwiseCopyable>(_ value: T) -> UInt64 {
  var word: UInt64 = 0
  withUnsafeMutableBytes(of: &word) { word in
    withUnsafeBytes(of: value) { word.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0.prefix(8))) }
  }
  return word
}

/// Goes through the elements of a log, queue, bag, set or network, in order.
@frozen
public struct ElementIterator<let capacity: Int, Element: BitwiseCopyable>: IteratorProtocol {
  @usableFromInline let elements: Elements<capacity, Element>
  @usableFromInline var index = 0

  @inlinable @inline(__always)
  init(_ elements: Elements<capacity, Element>) { self.elements = elements }

  @inlinable @inline(__always)
  public mutating func next() -> Element? {
    if index == elements.count { return nil }
    index &+= 1
    return elements[index &- 1]
  }
}

extension Elements {
  @usableFromInline
  static func layout(
    isOrdered: Bool, comparesBytes: Bool, links: Layout.Links? = nil
  ) throws(LayoutError) -> Layout {
    guard (1...65_535).contains(capacity) else { throw LayoutError("a capacity must be 1 to 65,535, not \(capacity)") }
    let element = try Layout.of(Element.self)
    if comparesBytes && element.hasPadding {
      throw LayoutError(
        "\(Element.self) has padding between its fields, and its values are compared by their bytes: "
          + "order its fields from wide to narrow")
    }
    return Layout(
      typeName: "\(Self.self)", size: MemoryLayout<Self>.size, stride: MemoryLayout<Self>.stride,
      kind: .list(
        .init(
          capacity: capacity, countOffset: 0, elementsOffset: MemoryLayout<Self>.offset(of: \.storage)!,
          element: element, isOrdered: isOrdered, links: links)))
  }
}
