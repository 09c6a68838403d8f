extension Layout {
  /// Rewrites the value at an address with its canonical bytes: padding and what a case's payload leaves unused are
  /// zero.
  ///
  /// Part by part and by way of the Swift runtime, which takes long. For all states that is the affair of `Blanks`; samples of
  /// states are compared with what this makes of them.
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
