import DistCheckEngine

/// Carries values over to a type that differs from theirs in sizes: from `[ID<Kind, 3>]` to `[ID<Kind, 4>]`.
///
/// What is of the same type is copied as Swift copies it; finite types go part by part (``Layout``); arrays, sets,
/// dictionaries, structs, tuples and enums element by element. Nothing is guessed: a map over other keys has no value for
/// the new ones, so it is refused.
enum ValueTransfer {
  /// There is no such value.
  struct Failure: Error {
    var reason: String
  }

  /// Overwrites a value.
  static func replace(
    _ target: UnsafeMutableRawPointer, as type: Any.Type, by source: UnsafeRawPointer, as oldType: Any.Type
  ) throws(Failure) {
    func open<T>(_: T.Type) throws(Failure) {
      let value = try make(T.self, from: source, as: oldType)
      target.assumingMemoryBound(to: T.self).pointee = value
    }
    try _openExistential(type, do: open)
  }

  /// The value of another type.
  fileprivate static func make<T>(
    _: T.Type, from source: UnsafeRawPointer, as oldType: Any.Type
  ) throws(Failure) -> T {
    let size = max(1, MemoryLayout<T>.size)
    let target = UnsafeMutablePointer<T>.allocate(capacity: 1)
    defer { target.deallocate() }
    UnsafeMutableRawPointer(target).initializeMemory(as: UInt8.self, repeating: 0, count: size)
    try initialize(UnsafeMutableRawPointer(target), as: T.self, from: source, as: oldType)
    return target.move()
  }

  /// Writes to memory that is zero and holds no value. What was written before a failure is lost.
  private static func initialize(
    _ target: UnsafeMutableRawPointer, as type: Any.Type, from source: UnsafeRawPointer, as oldType: Any.Type
  ) throws(Failure) {
    if type == oldType {
      func copy<T>(_: T.Type) {
        target.initializeMemory(as: T.self, to: source.assumingMemoryBound(to: T.self).pointee)
      }
      return _openExistential(type, do: copy)
    }
    if let layout = try? Layout.of(type), let oldLayout = try? Layout.of(oldType) {
      return try oldLayout.transfer(source, to: target, as: layout)
    }
    if let collection = type as? any TransferableCollection.Type {
      return try collection.initialize(target, from: source, as: oldType)
    }
    switch (MetadataKind(of: type), MetadataKind(of: oldType)) {
    case (.structure, .structure), (.tuple, .tuple):
      let (fields, oldFields) = (StoredProperty.all(of: type), StoredProperty.all(of: oldType))
      guard fields.map(\.name) == oldFields.map(\.name), !String(reflecting: type).hasPrefix("Swift.") else {
        throw noCounterpart(oldType, type)
      }
      for (field, old) in zip(fields, oldFields) {
        try initialize(target + field.offset, as: field.type, from: source + old.offset, as: old.type)
      }
    case (.enumeration, .enumeration), (.optional, .optional):
      guard let metadata = try? EnumMetadata(type), let oldMetadata = try? EnumMetadata(oldType) else {
        throw noCounterpart(oldType, type)
      }
      let old = oldMetadata.cases[oldMetadata.tag(source)]
      guard let tag = metadata.cases.firstIndex(where: { $0.name == old.name }) else {
        throw noCounterpart(oldType, type)
      }
      if let payload = metadata.cases[tag].payload, let oldPayload = old.payload {
        let result = oldMetadata.withPayload(of: source, oldType) { value in
          Result { () throws(Failure) in try initialize(target, as: payload, from: value, as: oldPayload) }
        }
        try result.get()
      }
      metadata.inject(target, tag)
    default: throw noCounterpart(oldType, type)
    }
  }

  fileprivate static func noCounterpart(_ oldType: Any.Type, _ type: Any.Type) -> Failure {
    Failure(reason: "a value of type \(oldType) is none of type \(type)")
  }
}

/// A collection of the standard library whose elements can be carried over one by one.
private protocol TransferableCollection: Sequence {
  init(transferred elements: [Element])
}

extension Array: TransferableCollection {
  fileprivate init(transferred elements: [Element]) { self = elements }
}

extension Set: TransferableCollection {
  fileprivate init(transferred elements: [Element]) { self.init(elements) }
}

extension Dictionary: TransferableCollection {
  fileprivate init(transferred elements: [Element]) {
    self.init(elements.map { ($0.key, $0.value) }) { first, _ in first }
  }
}

extension TransferableCollection {
  fileprivate static func initialize(
    _ target: UnsafeMutableRawPointer, from source: UnsafeRawPointer, as oldType: Any.Type
  ) throws(ValueTransfer.Failure) {
    guard let old = oldType as? any TransferableCollection.Type, name(old) == name(Self.self) else {
      throw ValueTransfer.noCounterpart(oldType, Self.self)
    }
    target.initializeMemory(as: Self.self, to: Self(transferred: try old.elements(at: source, as: Element.self)))
  }

  private static func elements<T>(at source: UnsafeRawPointer, as type: T.Type) throws(ValueTransfer.Failure) -> [T] {
    var elements: [T] = []
    for element in source.assumingMemoryBound(to: Self.self).pointee {
      elements.append(
        try withMemory(of: element) { element throws(ValueTransfer.Failure) in
          try ValueTransfer.make(T.self, from: element, as: Element.self)
        })
    }
    return elements
  }

  private static func name(_ type: Any.Type) -> Substring { "\(type)".prefix { $0 != "<" } }
}
