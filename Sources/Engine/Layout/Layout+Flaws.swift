extension Layout {
  /// Why a state, as an effect has left it, is not what is stored; nil when it is.
  func flaw(of state: [UInt64], _ packing: Packing) -> Flaw? {
    var canonical = state
    canonical.withUnsafeMutableBytes { bytes in
      canonicalize(bytes.baseAddress!)
      for k in size..<bytes.count { bytes[k] = 0 }
    }
    let restored = packing.unpack(packing.pack(packing.canonical(state)))
    if canonical != restored {
      // A value that its type does not have is cut down to the bits that the type needs.
      let (before, after) = (value(at: canonical), value(at: restored))
      guard let change = Value.changes(from: before, to: after, path: "State").first else { return .notCanonical }
      return .noValue(change)
    }
    return canonical.withUnsafeBytes { flaw(at: $0.baseAddress!, { "State" }) }
  }
}

extension Layout {
  /// What is wrong with the value at an address that was made canonical; nil when nothing is.
  ///
  /// Looked at are the lists whose order means nothing: they have to lie in the order of their bytes, and their elements have
  /// to be equal by `==` exactly when their bytes are.
  ///
  /// - Parameter path: Where the value is, asked for only when something is wrong.
  func flaw(at address: UnsafeRawPointer, _ path: () -> String) -> Flaw? {
    switch kind {
    case .integer, .ordinal, .subset: return nil
    case .enumeration(let enumeration): return enumeration.flaw(at: address, size: size, path)
    case .record(let fields): return flaw(in: fields, at: address, path)
    case .packet(let from, let to, let body): return flaw(in: [from, to, body], at: address, path)
    case .hidden(_, let shown): return shown.layout.flaw(at: address + shown.offset, path)
    case .map(let keys, let value):
      for k in keys.indices {
        if let flaw = value.flaw(at: address + k * value.stride, { "\(path())[\(keys[k])]" }) { return flaw }
      }
      return nil
    case .list(let list): return list.flaw(at: address, path)
    }
  }

  private func flaw(in fields: [Field], at address: UnsafeRawPointer, _ path: () -> String) -> Flaw? {
    for field in fields {
      if let flaw = field.layout.flaw(at: address + field.offset, { "\(path()).\(field.name)" }) { return flaw }
    }
    return nil
  }
}

extension Layout.Enumeration {
  fileprivate func flaw(at address: UnsafeRawPointer, size: Int, _ path: () -> String) -> Flaw? {
    let tag = tag(address)
    guard cases.indices.contains(tag), let payload = cases[tag].payload else { return nil }
    return withUnsafeTemporaryAllocation(byteCount: max(size, 1), alignment: 16) { copy in
      copy.copyMemory(from: UnsafeRawBufferPointer(start: address, count: size))
      project(copy.baseAddress!)
      return payload.flaw(at: copy.baseAddress!, path)
    }
  }
}

extension Layout.List {
  fileprivate func flaw(at address: UnsafeRawPointer, _ path: () -> String) -> Flaw? {
    let count = count(at: address)
    func place(_ index: Int) -> UnsafeRawPointer { address + (elementsOffset + index * element.stride) }
    for index in 0..<count {
      if let flaw = element.flaw(at: place(index), { "\(path())[\(index)]" }) { return flaw }
    }
    if isOrdered { return nil }
    let keepsOrder = links?.keepsOrder(address) ?? false
    for second in 0..<count {
      for first in 0..<second {
        let order = compare(place(first), place(second))
        if !keepsOrder && order > 0 { return .notCanonical }
        guard let areEqual, areEqual(place(first), place(second)) != (order == 0) else { continue }
        let (one, other) = (element.value(at: place(first)), element.value(at: place(second)))
        let message =
          order == 0
          ? "\(path()): \(one) is not equal to itself, says the == of \(element.typeName)"
          : "\(path()): \(one) and \(other) are equal by the == of \(element.typeName), but not field by field, which is "
            + "how containers compare; leave == to Swift"
        return Flaw(place: "state", message: message)
      }
    }
    return nil
  }

  /// The order of bytes, as containers have it.
  private func compare(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer) -> Int {
    // Up to eight bytes are compared as a little-endian integer.
    let places = element.size <= 8 ? Array((0..<element.size).reversed()) : Array(0..<element.size)
    for k in places {
      let (first, second) = (
        left.load(fromByteOffset: k, as: UInt8.self), right.load(fromByteOffset: k, as: UInt8.self)
      )
      if first != second { return first < second ? -1 : 1 }
    }
    return 0
  }
}
