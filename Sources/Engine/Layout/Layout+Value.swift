extension Layout {
  /// Reads the value at an address.
  public func value(at address: UnsafeRawPointer) -> Value {
    switch kind {
    case .integer(let isSigned):
      switch integer(at: address, isSigned: isSigned) {
      case let value where value < 0 && !isSigned: .name("\(UInt(bitPattern: value))")
      case let value: .integer(value)
      }
    case .ordinal(let values):
      switch integer(at: address, isSigned: false) {
      case let ordinal where values.indices.contains(ordinal): values[ordinal]
      case let ordinal: .name("invalid(\(ordinal))")
      }
    case .enumeration(let enumeration): enumeration.value(at: address, size: size)
    case .record(let fields):
      .record(fields.map { .init(name: $0.name, value: $0.value(in: address)) })
    case .subset(let elements):
      .set(
        elements.indices.filter { address.loadUnaligned(as: UInt64.self) >> UInt64($0) & 1 == 1 }.map { elements[$0] })
    case .map(let keys, let value):
      .map(keys.indices.map { .init(key: keys[$0], value: value.value(at: address + $0 * value.stride)) })
    case .list(let list): list.value(at: address)
    case .packet(let from, let to, let body):
      .packet(from: from.value(in: address), to: to.value(in: address), body: body.value(in: address))
    case .hidden(_, let shown): shown.value(in: address)
    }
  }

  func integer(at address: UnsafeRawPointer, isSigned: Bool) -> Int {
    switch (size, isSigned) {
    case (0, _): 0
    case (1, false): Int(address.load(as: UInt8.self))
    case (1, true): Int(address.load(as: Int8.self))
    case (2, false): Int(address.loadUnaligned(as: UInt16.self))
    case (2, true): Int(address.loadUnaligned(as: Int16.self))
    case (4, false): Int(address.loadUnaligned(as: UInt32.self))
    case (4, true): Int(address.loadUnaligned(as: Int32.self))
    default: address.loadUnaligned(as: Int.self)
    }
  }
}

extension Layout.Field {
  func value(in address: UnsafeRawPointer) -> Value { layout.value(at: address + offset) }
}

extension Layout.Enumeration {
  func value(at address: UnsafeRawPointer, size: Int) -> Value {
    let tag = tag(address)
    guard cases.indices.contains(tag) else { return .name("invalid(\(tag))") }
    guard let payload = cases[tag].payload else { return .name(isOptional ? "nil" : cases[tag].name) }
    let value = withUnsafeTemporaryAllocation(byteCount: max(size, 1), alignment: 16) { copy in
      copy.copyMemory(from: UnsafeRawBufferPointer(start: address, count: size))
      project(copy.baseAddress!)
      return payload.value(at: copy.baseAddress!)
    }
    return isOptional ? value : .variant(cases[tag].name, value)
  }
}

extension Layout.List {
  func count(at address: UnsafeRawPointer) -> Int {
    min(Int(address.loadUnaligned(fromByteOffset: countOffset, as: UInt16.self)), capacity)
  }

  func value(at address: UnsafeRawPointer) -> Value {
    let elements = (0..<count(at: address)).map {
      element.value(at: address + elementsOffset + $0 * element.stride)
    }
    return isOrdered ? .sequence(elements) : .set(elements)
  }
}
