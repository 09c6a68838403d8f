import DistCheckEngine

/// A counted run of elements in place: what logs, queues, bags and networks are made of.
///
/// Elements have canonical bytes (``Blanks``): whoever puts one here, or looks for one, clears it first. And places beyond the count are zero, so that equal runs have equal
/// bytes. Exceeding the capacity is an error of the specification. Insertion and removal move the elements behind:
/// O(capacity).
///
/// Elements are written through pointers: Swift 6.3 can otherwise take a whole array from before one of its elements was
/// stored.
@frozen @usableFromInline
struct Elements<let capacity: Int, Element: BitwiseCopyable>: BitwiseCopyable {
  @usableFromInline var storage: InlineArray<capacity, Element>
  /// How many there are. Behind the elements, where there is no gap before it but with an odd number of bytes.
  @usableFromInline var size: UInt16

  @inlinable @inline(__always)
  init() {
    storage = InlineArray(repeating: Self.zero)
    size = 0
    BlankTypes.learn(Element.self)
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
  var count: Int {
    @inline(__always) get { Int(size) }
    // A capacity is at most 65,535.
    @inline(__always) set { size = UInt16(truncatingIfNeeded: newValue) }
  }

  /// The callers know the count.
  @inlinable @inline(__always)
  subscript(index: Int) -> Element {
    @inline(__always) get { storage[index] }
    @inline(__always) set { put(newValue, at: index) }
  }

  @inlinable @inline(__always)
  mutating func append(_ element: Element, full: StaticString) {
    let end = count
    if end == capacity { specificationFailure(full, capacity) }
    put(element, at: end)
    count = end &+ 1
  }

  @inlinable @inline(__always)
  mutating func insert(_ element: Element, at index: Int, full: StaticString) {
    let end = count
    if end == capacity { specificationFailure(full, capacity) }
    withPlaces { places in
      var place = end
      while place > index {
        places[place] = places[place &- 1]
        place &-= 1
      }
    }
    put(element, at: index)
    count = end &+ 1
  }

  @inlinable @inline(__always)
  mutating func remove(at index: Int) {
    let last = count &- 1
    withPlaces { places in
      var place = index
      while place < last {
        places[place] = places[place &+ 1]
        place &+= 1
      }
      places[last] = Self.zero
    }
    count = last
  }

  @inlinable @inline(__always)
  mutating func truncate(to newCount: Int) {
    let end = count
    if newCount >= end { return }
    withPlaces { places in
      var place = newCount
      while place < end {
        places[place] = Self.zero
        place &+= 1
      }
    }
    count = newCount
  }

  /// Writes an element without blanks.
  @inlinable @inline(__always)
  mutating func put(_ element: Element, at index: Int) {
    precondition(index >= 0 && index < capacity)
    withPlaces { $0[index] = element }
  }

  /// The callers keep to the capacity.
  @inlinable @inline(__always)
  mutating func withPlaces(_ body: (UnsafeMutablePointer<Element>) -> Void) {
    withUnsafeMutablePointer(to: &storage) {
      body(UnsafeMutableRawPointer($0).assumingMemoryBound(to: Element.self))
    }
  }
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
  static func layout(isOrdered: Bool, links: Layout.Links? = nil) throws(LayoutError) -> Layout {
    guard (1...65_535).contains(capacity) else { throw LayoutError("a capacity must be 1 to 65,535, not \(capacity)") }
    let element = try Layout.of(Element.self)
    return Layout(
      typeName: "\(Self.self)", size: MemoryLayout<Self>.size, stride: MemoryLayout<Self>.stride,
      kind: .list(
        .init(
          capacity: capacity, countOffset: MemoryLayout<Self>.offset(of: \.size)!,
          elementsOffset: MemoryLayout<Self>.offset(of: \.storage)!, element: element, isOrdered: isOrdered,
          links: links)))
  }
}
