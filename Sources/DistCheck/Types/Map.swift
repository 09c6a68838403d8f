import DistCheckEngine

/// A value for each value of a finite type.
///
/// For identities write `Server.Map<Role>`; for an enum write its number of cases: `Map<Color, 3, Bool>`.
/// Takes `size` strides of the value. Access takes one indexed load.
@frozen
public struct Map<Key: Finite, let size: Int, Value: BitwiseCopyable>: BitwiseCopyable {
  @usableFromInline var storage: InlineArray<size, Value>

  /// The same value for every key.
  @inlinable @inline(__always)
  public init(_ value: Value) {
    if size != Key.count { specificationFailure("a Map with % places has % keys", size, Key.count) }
    storage = InlineArray(repeating: value)
  }

  /// A value computed for each key.
  @inlinable @inline(__always)
  public init(_ value: (Key) -> Value) {
    if size != Key.count { specificationFailure("a Map with % places has % keys", size, Key.count) }
    storage = InlineArray { value(Key(uncheckedOrdinal: $0)) }
  }

  @inlinable @inline(__always)
  public subscript(key: Key) -> Value {
    @inline(__always) get { storage[key.ordinal] }
    @inline(__always) set {
      let place = key.ordinal
      precondition(place >= 0 && place < size)
      // Through a pointer: Swift 6.3 can otherwise take the whole map from before one of its values was stored.
      withUnsafeMutablePointer(to: &storage) {
        UnsafeMutableRawPointer($0).assumingMemoryBound(to: Value.self)[place] = newValue
      }
    }
  }

  /// Whether some value satisfies the predicate.
  @inlinable @inline(__always)
  public func contains(where predicate: (Value) -> Bool) -> Bool {
    for index in 0..<size where predicate(storage[index]) { return true }
    return false
  }

  /// Whether every value satisfies the predicate.
  @inlinable @inline(__always)
  public func allSatisfy(_ predicate: (Value) -> Bool) -> Bool {
    for index in 0..<size where !predicate(storage[index]) { return false }
    return true
  }

  /// How many values satisfy the predicate.
  @inlinable @inline(__always)
  public func count(where predicate: (Value) -> Bool) -> Int {
    var result = 0
    for index in 0..<size where predicate(storage[index]) { result += 1 }
    return result
  }

  /// The keys whose values satisfy the predicate. There can be at most 64 keys.
  @inlinable @inline(__always)
  public func keys(where predicate: (Value) -> Bool) -> Subset<Key> {
    Subset { predicate(self[$0]) }
  }
}

extension Map where Value: Equatable {
  /// Whether some key has this value.
  @inlinable @inline(__always)
  public func contains(_ value: Value) -> Bool { contains { $0 == value } }
}

extension Map: Equatable where Value: Equatable {
  @inlinable
  public static func == (left: Self, right: Self) -> Bool {
    for index in 0..<size where left.storage[index] != right.storage[index] { return false }
    return true
  }
}

extension Map where Value: Comparable {
  /// The largest value.
  @inlinable @inline(__always)
  public var max: Value {
    var result = storage[0]
    for index in 1..<size where storage[index] > result { result = storage[index] }
    return result
  }

  /// The smallest value.
  @inlinable @inline(__always)
  public var min: Value {
    var result = storage[0]
    for index in 1..<size where storage[index] < result { result = storage[index] }
    return result
  }
}

extension Map: LayoutDescribing {
  public static func layout() throws(LayoutError) -> Layout {
    try Key.checkOrdinals()
    let keys = try Key.values()
    guard size == keys.count else { throw LayoutError("a Map of \(size) values has \(keys.count) keys") }
    return Layout(
      typeName: "\(Self.self)", size: MemoryLayout<Self>.size, stride: MemoryLayout<Self>.stride,
      kind: .map(keys: keys, value: try Layout.of(Value.self)), domain: try Key.domain())
  }
}
