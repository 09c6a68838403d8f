import DistCheckEngine

// The order of elements by their bytes, in which bags, sets and networks keep them. Where bytes mean nothing
// (``Blanks``), they are left out; that is looked up only in programs that have such types. What is looked for has no blanks
// but for padding.

extension Elements {
  /// Where an element is, or would have to be inserted, among elements in the order of their bytes.
  @inlinable @inline(__always)
  func place(of element: Element) -> (index: Int, isPresent: Bool) {
    if BlankTypes.arePadded { return placeBesidePadding(of: element) }
    var index = 0
    while index < count {
      let order = compareBytes(storage[index], element)
      if order >= 0 { return (index, order == 0) }
      index &+= 1
    }
    return (index, false)
  }

  @inlinable @inline(never)
  func placeBesidePadding(of element: Element) -> (index: Int, isPresent: Bool) {
    var index = 0
    while index < count {
      let order = BlankTypes.compare(storage[index], element)
      if order >= 0 { return (index, order == 0) }
      index &+= 1
    }
    return (index, false)
  }

  /// Where an element is first, in whatever order; nil when it is not there.
  @inlinable @inline(__always)
  func firstIndex(of element: Element) -> Int? {
    var index = 0
    while index < count {
      if Self.areSame(storage[index], element) { return index }
      index &+= 1
    }
    return nil
  }

  /// Whether two of the elements are the same.
  @inlinable @inline(__always)
  func areSame(_ first: Int, _ second: Int) -> Bool { Self.areSame(storage[first], storage[second]) }

  /// Whether two runs have the same elements.
  @inlinable
  func hasSameElements(as other: Self) -> Bool {
    guard count == other.count else { return false }
    for index in 0..<count where !Self.areSame(storage[index], other.storage[index]) { return false }
    return true
  }

  /// Of elements that have no blanks but for padding, as those that are stored.
  @inlinable @inline(__always)
  static func areSame(_ left: Element, _ right: Element) -> Bool {
    BlankTypes.arePadded ? BlankTypes.compare(left, right) == 0 : compareBytes(left, right) == 0
  }
}
