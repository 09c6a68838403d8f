import DistCheckEngine

extension Finite {
  /// All values, in the order of their ordinals: of an enum, of identities, and also of sets, maps and optionals where they
  /// are few. `for voters in Node.Set.allValues { … }` goes through every set of nodes.
  @inlinable @inline(__always)
  public static var allValues: AllValues<Self> { AllValues() }
}

/// All values of a finite type, in the order of their ordinals. Takes no memory.
@frozen
public struct AllValues<Element: Finite>: RandomAccessCollection {
  @inlinable @inline(__always)
  init() {}

  @inlinable @inline(__always)
  public var startIndex: Int { 0 }

  @inlinable @inline(__always)
  public var endIndex: Int { Element.count }

  @inlinable @inline(__always)
  public subscript(position: Int) -> Element { Element(ordinal: position) }
}

/// Every assignment of values to keys: at most 2 to the 20. The value of the first key changes fastest.
extension Map: Finite where Value: Finite {
  @inlinable @inline(__always)
  public static var count: Int {
    var product = 1
    for _ in 0..<Key.count {
      product *= Value.count
      if product > 1 << 20 {
        specificationFailure("the maps from % keys to % values are too many to choose from", Key.count, Value.count)
      }
    }
    return product
  }

  @inlinable @inline(__always)
  public init(ordinal: Int) {
    checkOrdinal(ordinal, of: Self.count)
    self.init(uncheckedOrdinal: ordinal)
  }

  @inlinable @inline(__always)
  public init(uncheckedOrdinal ordinal: Int) {
    var rest = ordinal
    self.init { (_: Key) in digit(Value.self, &rest) }
  }

  @inlinable @inline(__always)
  public var ordinal: Int {
    var ordinal = 0
    var place = size
    while place > 0 {
      place &-= 1
      // Less than the number of maps.
      ordinal = ordinal &* Value.count &+ storage[place].ordinal
    }
    return ordinal
  }

  @inlinable @inline(__always)
  public static var hasCheckedOrdinals: Bool { Value.hasCheckedOrdinals }
}
