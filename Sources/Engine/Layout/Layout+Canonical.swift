extension Layout {
  /// Rewrites the value at an address with its canonical bytes: padding and what a case's payload leaves unused are
  /// zero.
  ///
  /// The engine does not do this for every state (the compiler leaves canonical bytes by itself for the types that are
  /// admitted); it samples states and compares, and so notices if that ever fails.
  func canonicalize(_ address: UnsafeMutableRawPointer) {
    switch kind {
    case .integer, .ordinal, .subset: break
    case .enumeration(let enumeration): enumeration.canonicalize(address, size: size)
    case .record(let fields):
      withoutPadding(address) { copy in
        for field in fields { field.moveCanonical(from: copy, to: address) }
      }
    case .map(let keys, let value):
      withoutPadding(address) { copy in
        for k in keys.indices { value.moveCanonical(from: copy + k * value.stride, to: address + k * value.stride) }
      }
    case .list(let list):
      withoutPadding(address) { copy in
        let count = copy.loadUnaligned(fromByteOffset: list.countOffset, as: UInt16.self)
        address.storeBytes(of: count, toByteOffset: list.countOffset, as: UInt16.self)
        for k in 0..<list.count(at: copy) {
          let place = list.elementsOffset + k * list.element.stride
          list.element.moveCanonical(from: copy + place, to: address + place)
        }
      }
    case .packet(let from, let to, let body):
      withoutPadding(address) { copy in
        for field in [from, to, body] { field.moveCanonical(from: copy, to: address) }
      }
    case .hidden(let hidden, let shown):
      withoutPadding(address) { copy in
        for field in [hidden, shown] { field.moveCanonical(from: copy, to: address) }
      }
    }
  }

  /// Copies the value aside, zeroes the original, and lets the body put back what counts.
  private func withoutPadding(_ address: UnsafeMutableRawPointer, _ body: (UnsafeMutableRawPointer) -> Void) {
    withUnsafeTemporaryAllocation(byteCount: max(size, 1), alignment: 16) { copy in
      copy.copyMemory(from: UnsafeRawBufferPointer(start: address, count: size))
      address.initializeMemory(as: UInt8.self, repeating: 0, count: size)
      body(copy.baseAddress!)
    }
  }

  fileprivate func moveCanonical(from source: UnsafeMutableRawPointer, to target: UnsafeMutableRawPointer) {
    canonicalize(source)
    target.copyMemory(from: source, byteCount: size)
  }

  /// Whether values can contain bytes that belong to none of their parts: padding, or a case whose payload has some.
  public var hasPadding: Bool {
    var occupied = [Bool](repeating: false, count: size)
    func occupy(_ offset: Int, _ layout: Layout) -> Bool {
      guard !layout.hasPadding else { return false }
      for k in offset..<(offset + layout.size) { occupied[k] = true }
      return true
    }
    switch kind {
    case .integer, .ordinal, .subset: return false
    case .enumeration(let enumeration): return enumeration.cases.contains { $0.payload?.hasPadding ?? false }
    case .record(let fields):
      return !fields.allSatisfy { occupy($0.offset, $0.layout) } || occupied.contains(false)
    case .map(_, let value): return value.hasPadding || value.size != value.stride
    case .list(let list): return list.element.hasPadding || list.element.size != list.element.stride
    case .packet(let from, let to, let body):
      return ![from, to, body].allSatisfy { occupy($0.offset, $0.layout) } || occupied.contains(false)
    case .hidden(let hidden, let shown):
      return ![hidden, shown].allSatisfy { occupy($0.offset, $0.layout) } || occupied.contains(false)
    }
  }
}

extension Layout.Field {
  fileprivate func moveCanonical(from source: UnsafeMutableRawPointer, to target: UnsafeMutableRawPointer) {
    layout.moveCanonical(from: source + offset, to: target + offset)
  }
}

extension Layout.Enumeration {
  func canonicalize(_ address: UnsafeMutableRawPointer, size: Int) {
    let tag = tag(address)
    guard cases.indices.contains(tag) else { return }
    withUnsafeTemporaryAllocation(byteCount: max(size, 1), alignment: 16) { copy in
      copy.copyMemory(from: UnsafeRawBufferPointer(start: address, count: size))
      address.initializeMemory(as: UInt8.self, repeating: 0, count: size)
      if let payload = cases[tag].payload {
        project(copy.baseAddress!)
        payload.moveCanonical(from: copy.baseAddress!, to: address)
      }
      inject(address, tag)
    }
  }
}
