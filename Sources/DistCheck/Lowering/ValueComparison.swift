import DistCheckEngine

/// Whether two values of a type that is known only at run time are the same.
enum ValueComparison {
  /// - Returns: nil where that cannot be told: of closures, of instances of classes.
  static func areEqual(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ type: Any.Type) -> Bool? {
    func haveSameBytes<T>(_: T.Type) -> Bool {
      (0..<MemoryLayout<T>.size).allSatisfy {
        left.load(fromByteOffset: $0, as: UInt8.self) == right.load(fromByteOffset: $0, as: UInt8.self)
      }
    }
    if _openExistential(type, do: haveSameBytes) { return true }
    if let equatable = type as? any Equatable.Type { return equatable.areEqual(left, right) }
    if let layout = try? Layout.of(type) { return layout.value(at: left) == layout.value(at: right) }
    if let list = type as? any ComparableList.Type { return list.areEqualLists(left, right) }
    switch MetadataKind(of: type) {
    case .structure where !String(reflecting: type).hasPrefix("Swift."), .tuple:
      return all(StoredProperty.all(of: type)) { areEqual(left + $0.offset, right + $0.offset, $0.type) }
    case .enumeration, .optional:
      guard let metadata = try? EnumMetadata(type) else { return nil }
      let (tag, other) = (metadata.tag(left), metadata.tag(right))
      guard tag == other else { return false }
      guard let payload = metadata.cases[tag].payload else { return true }
      return metadata.withPayload(of: left, type) { left in
        metadata.withPayload(of: right, type) { right in areEqual(left, right, payload) }
      }
    default: return areEqualInside(left, right, type)
    }
  }

  /// Whether what is in two boxes is the same: `any Protocol`, `Any`.
  private static func areEqualInside(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ type: Any.Type) -> Bool? {
    func open<T>(_: T.Type) -> (Any, Any) {
      (left.assumingMemoryBound(to: T.self).pointee, right.assumingMemoryBound(to: T.self).pointee)
    }
    let (value, other) = _openExistential(type, do: open)
    let content = Swift.type(of: value)
    guard content != type else { return nil }
    guard content == Swift.type(of: other) else { return false }
    func inside<T>(_: T.Type) -> Bool? {
      guard let value = value as? T, let other = other as? T else { return nil }
      return withMemory(of: value) { left in
        withMemory(of: other) { right in areEqual(left, right, T.self) }
      }
    }
    return _openExistential(content, do: inside)
  }

  /// False as soon as one is; nil where it is not known of one.
  fileprivate static func all<S: Sequence>(_ elements: S, _ isTrue: (S.Element) -> Bool?) -> Bool? {
    var isKnown = true
    for element in elements {
      switch isTrue(element) {
      case true: break
      case false: return false
      case nil: isKnown = false
      }
    }
    return isKnown ? true : nil
  }
}

extension Equatable {
  fileprivate static func areEqual(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer) -> Bool {
    left.assumingMemoryBound(to: Self.self).pointee == right.assumingMemoryBound(to: Self.self).pointee
  }
}

/// An array whose elements have no `==`.
private protocol ComparableList {
  static func areEqualLists(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer) -> Bool?
}

extension Array: ComparableList {
  fileprivate static func areEqualLists(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer) -> Bool? {
    let (left, right) = (
      left.assumingMemoryBound(to: Self.self).pointee, right.assumingMemoryBound(to: Self.self).pointee
    )
    guard left.count == right.count else { return false }
    return ValueComparison.all(zip(left, right)) { left, right in
      withMemory(of: left) { left in
        withMemory(of: right) { right in ValueComparison.areEqual(left, right, Element.self) }
      }
    }
  }
}

extension EnumMetadata {
  /// Shows the payload of a value, which has to have one.
  func withPayload<Result>(
    of value: UnsafeRawPointer, _ type: Any.Type, _ body: (UnsafeMutableRawPointer) -> Result
  ) -> Result {
    func open<T>(_: T.Type) -> Result {
      let copy = UnsafeMutablePointer<T>.allocate(capacity: 1)
      copy.initialize(to: value.assumingMemoryBound(to: T.self).pointee)
      let tag = tag(copy)
      project(UnsafeMutableRawPointer(copy))
      defer {
        inject(UnsafeMutableRawPointer(copy), tag)
        copy.deinitialize(count: 1)
        copy.deallocate()
      }
      return body(UnsafeMutableRawPointer(copy))
    }
    return _openExistential(type, do: open)
  }
}
