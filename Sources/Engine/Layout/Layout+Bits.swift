extension Layout {
  /// Sets, in a zeroed region of `size` bytes, every bit that can differ between two values: what packing keeps.
  ///
  /// Padding stays zero, and so do the upper bits of a byte that holds one of four values.
  func markSignificantBits(in mask: UnsafeMutableRawPointer) {
    switch kind {
    case .integer: mark(mask, bits: size * 8)
    case .ordinal(let values): mark(mask, bits: Self.bits(forCount: values.count))
    case .subset(let elements): mark(mask, bits: elements.count)
    case .enumeration(let enumeration): enumeration.markSignificantBits(in: mask, size: size)
    case .record(let fields): for field in fields { field.layout.markSignificantBits(in: mask + field.offset) }
    case .map(let keys, let value):
      for k in keys.indices { value.markSignificantBits(in: mask + k * value.stride) }
    case .list(let list):
      let count = mask + list.countOffset
      // A capacity is at most 65,535: 16 bits.
      let bits = UInt16(truncatingIfNeeded: (1 << Self.bits(forCount: list.capacity + 1)) - 1)
      count.storeBytes(of: count.loadUnaligned(as: UInt16.self) | bits, as: UInt16.self)
      for k in 0..<list.capacity {
        list.element.markSignificantBits(in: mask + list.elementsOffset + k * list.element.stride)
      }
    case .packet(let from, let to, let body):
      for field in [from, to, body] { field.layout.markSignificantBits(in: mask + field.offset) }
    case .hidden(let hidden, let shown):
      for field in [hidden, shown] { field.layout.markSignificantBits(in: mask + field.offset) }
    }
  }

  /// Bits that tell `count` values apart.
  static func bits(forCount count: Int) -> Int {
    count <= 1 ? 0 : Int.bitWidth - (count - 1).leadingZeroBitCount
  }

  /// Marks the lowest bits of a little-endian integer.
  private func mark(_ mask: UnsafeMutableRawPointer, bits: Int) {
    for bit in 0..<bits {
      let byte = (mask + bit / 8).assumingMemoryBound(to: UInt8.self)
      byte.pointee |= 1 << UInt8(bit % 8)
    }
  }
}

extension Layout.Enumeration {
  /// The union over the cases: what a payload of all ones and one of all zeros turn into when they are injected.
  func markSignificantBits(in mask: UnsafeMutableRawPointer, size: Int) {
    withUnsafeTemporaryAllocation(byteCount: max(size, 1), alignment: 16) { scratch in
      for (tag, alternative) in cases.enumerated() {
        for ones in [false, true] {
          scratch.initializeMemory(as: UInt8.self, repeating: 0)
          if ones { alternative.payload?.markSignificantBits(in: scratch.baseAddress!) }
          inject(scratch.baseAddress!, tag)
          for k in 0..<size { (mask + k).assumingMemoryBound(to: UInt8.self).pointee |= scratch[k] }
        }
      }
    }
  }
}
