import DistCheckEngine

extension Layout {
  /// Carries a value over to a finite type that differs in its sizes: an identity to the same one of more or fewer, a set
  /// to the set of the same elements.
  ///
  /// - Parameter target: Where to write; zero.
  func transfer(
    _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, as other: Layout
  ) throws(ValueTransfer.Failure) {
    switch (kind, other.kind) {
    case (.integer, .integer) where size == other.size:
      target.copyMemory(from: source, byteCount: size)
    case (.ordinal(let values), .ordinal(let others)):
      let value = values[Self.load(source, size)]
      guard let ordinal = others.firstIndex(of: value) else {
        throw .init(reason: "there is no \(value) in \(other.typeName)")
      }
      Self.store(ordinal, target, other.size)
    case (.subset(let elements), .subset(let others)):
      let bits = source.loadUnaligned(as: UInt64.self)
      var result: UInt64 = 0
      for index in elements.indices where bits >> UInt64(index) & 1 == 1 {
        guard let ordinal = others.firstIndex(of: elements[index]) else {
          throw .init(reason: "its element \(elements[index]) is none of \(other.typeName)")
        }
        result |= 1 << UInt64(ordinal)
      }
      target.storeBytes(of: result, as: UInt64.self)
    case (.map(let keys, let value), .map(let others, let otherValue)):
      guard keys == others else {
        throw .init(reason: "it has values for \(keys.count) keys, and there are \(others.count)")
      }
      for index in keys.indices {
        try value.transfer(source + index * value.stride, to: target + index * otherValue.stride, as: otherValue)
      }
    case (.list(let list), .list(let otherList)):
      try transfer(list, source, to: target, as: otherList)
    case (.record(let fields), .record(let others)) where fields.map(\.name) == others.map(\.name):
      try transfer(fields, source, to: target, as: others)
    case (.packet(let from, let to, let body), .packet(let otherFrom, let otherTo, let otherBody)):
      try transfer([from, to, body], source, to: target, as: [otherFrom, otherTo, otherBody])
    case (.hidden(let hidden, let shown), .hidden(let otherHidden, let otherShown)):
      try transfer([hidden, shown], source, to: target, as: [otherHidden, otherShown])
    case (.enumeration(let enumeration), .enumeration(let otherEnumeration)):
      try transfer(enumeration, source, to: target, as: otherEnumeration)
    default: throw .init(reason: "a value of type \(typeName) is none of type \(other.typeName)")
    }
  }

  private func transfer(
    _ fields: [Field], _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, as others: [Field]
  ) throws(ValueTransfer.Failure) {
    for (field, other) in zip(fields, others) {
      try field.layout.transfer(source + field.offset, to: target + other.offset, as: other.layout)
    }
  }

  private func transfer(
    _ list: List, _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, as other: List
  ) throws(ValueTransfer.Failure) {
    let count = Self.load(source + list.countOffset, 2)
    guard count <= other.capacity else {
      throw .init(reason: "it has \(count) elements, and there is room for \(other.capacity)")
    }
    Self.store(count, target + other.countOffset, 2)
    for index in 0..<count {
      let (old, new) = (
        source + list.elementsOffset + index * list.element.stride,
        target + other.elementsOffset + index * other.element.stride
      )
      try list.element.transfer(old, to: new, as: other.element)
      // Elements without order lie in the order of their bytes.
      if !list.isOrdered {
        let isSame =
          list.element.size == other.element.size
          && (0..<list.element.size).allSatisfy {
            old.load(fromByteOffset: $0, as: UInt8.self) == new.load(fromByteOffset: $0, as: UInt8.self)
          }
        guard isSame else { throw .init(reason: "its elements are in another order in \(other.element.typeName)") }
      }
    }
  }

  private func transfer(
    _ enumeration: Enumeration, _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, as other: Enumeration
  ) throws(ValueTransfer.Failure) {
    let old = enumeration.cases[enumeration.tag(source)]
    guard let tag = other.cases.firstIndex(where: { $0.name == old.name }) else {
      throw .init(reason: "there is no case \(old.name)")
    }
    if let payload = old.payload, let otherPayload = other.cases[tag].payload {
      let copy = UnsafeMutableRawPointer.allocate(byteCount: max(1, size), alignment: 16)
      defer { copy.deallocate() }
      copy.copyMemory(from: source, byteCount: size)
      enumeration.project(copy)
      try payload.transfer(copy, to: target, as: otherPayload)
    }
    other.inject(target, tag)
  }

  private static func load(_ source: UnsafeRawPointer, _ size: Int) -> Int {
    (0..<size).reduce(0) { $0 | Int(source.load(fromByteOffset: $1, as: UInt8.self)) << ($1 * 8) }
  }

  private static func store(_ value: Int, _ target: UnsafeMutableRawPointer, _ size: Int) {
    for byte in 0..<size {
      target.storeBytes(of: UInt8(truncatingIfNeeded: value >> (byte * 8)), toByteOffset: byte, as: UInt8.self)
    }
  }
}
