/// Applies permutations of identities to states. Holds scratch memory; one for each worker thread.
///
/// Unsafe in that it trusts the program: its offsets lie within the state that it was compiled for.
struct Permuter {
  let words: Int
  let identityCount: Int
  let tables: SymmetryTables
  private let program: UnsafeMutablePointer<SymmetryOperation>
  private let programCount: Int
  private let element: UnsafeMutableRawPointer
  /// By identity: the number, within its kind, of the identity that takes its place. There are at most 64 of a kind.
  let images: UnsafeMutablePointer<UInt8>

  init(_ symmetry: Symmetry) {
    words = symmetry.words
    identityCount = symmetry.identityCount
    tables = symmetry.tables
    programCount = symmetry.program.count
    program = .allocate(capacity: max(1, programCount))
    for (k, operation) in symmetry.program.enumerated() { (program + k).initialize(to: operation) }
    element = .allocate(byteCount: symmetry.elementSize, alignment: 16)
    images = .allocate(capacity: max(1, identityCount))
    for (base, kind) in zip(symmetry.bases, symmetry.kinds) {
      for k in 0..<kind.count { images[base + k] = UInt8(k) }
    }
  }

  func deallocate() {
    program.deallocate()
    element.deallocate()
    images.deallocate()
  }

  /// Writes the image of a state under `images`.
  func permute(_ state: UnsafePointer<UInt64>, into target: UnsafeMutablePointer<UInt64>) {
    target.update(from: state, count: words)
    run(0, programCount, UnsafeRawPointer(state), UnsafeMutableRawPointer(target))
  }

  /// The target is a copy of the source, for now.
  private func run(_ first: Int, _ end: Int, _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer) {
    var index = first
    while index < end {
      let operation = program + index
      let offset = Int(operation.pointee.offset)
      let next = Int(operation.pointee.end)
      switch operation.pointee.code {
      case .identity:
        let value = source.load(fromByteOffset: offset, as: UInt8.self)
        if value < operation.pointee.count {
          target.storeBytes(of: images[Int(operation.pointee.base) &+ Int(value)], toByteOffset: offset, as: UInt8.self)
        }
      case .subset:
        var rest = source.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        let images = images + Int(operation.pointee.base)
        var result: UInt64 = 0
        while rest != 0 {
          result |= 1 &<< UInt64(truncatingIfNeeded: images[rest.trailingZeroBitCount])
          rest &= rest &- 1
        }
        target.storeBytes(of: result, toByteOffset: offset, as: UInt64.self)
      case .map: runMap(operation, index, next, source + offset, target + offset)
      case .list: runList(operation, index, next, source + offset, target + offset)
      case .when:
        let byte = source.load(fromByteOffset: offset, as: UInt8.self)
        if byte & UInt8(truncatingIfNeeded: operation.pointee.mask) == operation.pointee.value {
          run(index &+ 1, next, source, target)
        }
      case .enumeration: runEnumeration(operation, index, next, source + offset, target + offset)
      case .domainSubset:
        var rest = source.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        var result: UInt64 = 0
        while rest != 0 {
          let image = self.image(of: rest.trailingZeroBitCount, operation, index &+ 1, next)
          result |= 1 &<< UInt64(truncatingIfNeeded: image)
          rest &= rest &- 1
        }
        target.storeBytes(of: result, toByteOffset: offset, as: UInt64.self)
      case .domainMap:
        let middle = Int(operation.pointee.middle)
        let (stride, size) = (Int(operation.pointee.stride), Int(operation.pointee.size))
        for k in 0..<Int(operation.pointee.count) {
          let from = source + (offset + k * stride)
          let to = target + (offset + image(of: k, operation, index + 1, middle) * stride)
          to.copyMemory(from: from, byteCount: size)
          run(middle, next, from, to)
        }
      case .plain: break
      }
      index = next
    }
  }

  private func runMap(
    _ operation: UnsafeMutablePointer<SymmetryOperation>, _ index: Int, _ next: Int, _ source: UnsafeRawPointer,
    _ target: UnsafeMutableRawPointer
  ) {
    let images = images + Int(operation.pointee.base)
    let (count, stride) = (Int(operation.pointee.count), Int(operation.pointee.stride))
    let size = Int(operation.pointee.size)
    switch size {
    case 0: return
    case 1:
      for k in 0..<count {
        let value = (source + k &* stride).load(as: UInt8.self)
        (target + Int(images[k]) &* stride).storeBytes(of: value, as: UInt8.self)
      }
    case 2:
      for k in 0..<count {
        let value = (source + k &* stride).loadUnaligned(as: UInt16.self)
        (target + Int(images[k]) &* stride).storeBytes(of: value, as: UInt16.self)
      }
    case 8:
      for k in 0..<count {
        let value = (source + k &* stride).loadUnaligned(as: UInt64.self)
        (target + Int(images[k]) &* stride).storeBytes(of: value, as: UInt64.self)
      }
    default:
      for k in 0..<count { (target + Int(images[k]) &* stride).copyMemory(from: source + k &* stride, byteCount: size) }
    }
    if next == index &+ 1 { return }
    for k in 0..<count { run(index &+ 1, next, source + k &* stride, target + Int(images[k]) &* stride) }
  }

  private func runList(
    _ operation: UnsafeMutablePointer<SymmetryOperation>, _ index: Int, _ next: Int, _ source: UnsafeRawPointer,
    _ target: UnsafeMutableRawPointer
  ) {
    let stride = Int(operation.pointee.stride)
    let count = operation.pointee.occupied(at: source)
    let first = Int(operation.pointee.elementsOffset)
    for k in 0..<count { run(index &+ 1, next, source + (first &+ k &* stride), target + (first &+ k &* stride)) }
    if count < 2 || operation.pointee.isOrdered { return }
    let size = Int(operation.pointee.size)
    let elements = target + first
    if operation.pointee.table >= 0 {
      let links = tables.links[Int(operation.pointee.table)]
      if links.keepsOrder(source) {
        // Stable: those on the same link keep their order.
        sort(elements, count, stride: stride, size: size) { links.link($0) > links.link($1) }
        return
      }
    }
    if size <= 8 {
      sort(elements, count, stride: stride, size: size) { smallWord($0, size) > smallWord($1, size) }
    } else {
      sort(elements, count, stride: stride, size: size) { left, right in
        for k in 0..<size {
          let first = left.load(fromByteOffset: k, as: UInt8.self)
          let second = right.load(fromByteOffset: k, as: UInt8.self)
          if first != second { return first > second }
        }
        return false
      }
    }
  }

  /// By insertion, as lists are short and nearly in order.
  @inline(__always)
  private func sort(
    _ elements: UnsafeMutableRawPointer, _ count: Int, stride: Int, size: Int,
    _ isAfter: (UnsafeRawPointer, UnsafeRawPointer) -> Bool
  ) {
    for k in 1..<count where isAfter(elements + (k &- 1) &* stride, elements + k &* stride) {
      element.copyMemory(from: elements + k &* stride, byteCount: size)
      var place = k
      repeat {
        (elements + place &* stride).copyMemory(from: elements + (place &- 1) &* stride, byteCount: size)
        place &-= 1
      } while place > 0 && isAfter(elements + (place &- 1) &* stride, element)
      (elements + place &* stride).copyMemory(from: element, byteCount: size)
    }
  }

  private func runEnumeration(
    _ operation: UnsafeMutablePointer<SymmetryOperation>, _ index: Int, _ next: Int, _ source: UnsafeRawPointer,
    _ target: UnsafeMutableRawPointer
  ) {
    let (enumeration, size) = tables.enumerations[Int(operation.pointee.table)]
    let tag = Int(operation.pointee.count)
    guard enumeration.tag(source) == tag else { return }
    withUnsafeTemporaryAllocation(byteCount: size, alignment: 16) { from in
      from.copyMemory(from: UnsafeRawBufferPointer(start: source, count: size))
      enumeration.project(from.baseAddress!)
      withUnsafeTemporaryAllocation(byteCount: size, alignment: 16) { to in
        to.copyMemory(from: UnsafeRawBufferPointer(from))
        run(index + 1, next, from.baseAddress!, to.baseAddress!)
        enumeration.inject(to.baseAddress!, tag)
        target.copyMemory(from: to.baseAddress!, byteCount: size)
      }
    }
  }

  /// The ordinal of the image of a value that contains identities.
  private func image(
    of ordinal: Int, _ operation: UnsafeMutablePointer<SymmetryOperation>, _ first: Int, _ end: Int
  ) -> Int {
    let table = tables.domains[Int(operation.pointee.table)]
    guard ordinal < table.domain.count else { return ordinal }
    let value = table.bytes + ordinal * table.stride
    return withUnsafeTemporaryAllocation(byteCount: table.stride, alignment: 16) { copy in
      copy.copyMemory(from: UnsafeRawBufferPointer(start: value, count: table.stride))
      run(first, end, value, copy.baseAddress!)
      return table.domain.ordinal(copy.baseAddress!)
    }
  }
}

extension SymmetryOperation {
  /// How many elements of a list there are.
  @inline(__always)
  func occupied(at list: UnsafeRawPointer) -> Int {
    if isFull { return Int(count) }
    return min(Int(list.loadUnaligned(fromByteOffset: Int(countOffset), as: UInt16.self)), Int(count))
  }
}

/// At most eight bytes, as the integer by which the library orders them.
@inline(__always)
private func smallWord(_ address: UnsafeRawPointer, _ size: Int) -> UInt64 {
  switch size {
  case 8: return address.loadUnaligned(as: UInt64.self)
  case 4: return UInt64(address.loadUnaligned(as: UInt32.self))
  case 2: return UInt64(address.loadUnaligned(as: UInt16.self))
  case 1: return UInt64(address.load(as: UInt8.self))
  default:
    var word: UInt64 = 0
    for k in 0..<size { word |= UInt64(address.load(fromByteOffset: k, as: UInt8.self)) &<< UInt64(8 &* k) }
    return word
  }
}
