/// Turns a layout into the places where identities are.
struct SymmetryCompiler {
  /// All kinds that are permuted, and those of them that this program is about.
  let kinds: [Layout.IdentityKind]
  let bases: [Int]
  let active: [Layout.IdentityKind]
  /// Whether what lies beside the identities is wanted, too.
  let isSignature: Bool
  let tables: SymmetryTables
  private(set) var operations: [SymmetryOperation] = []
  private(set) var elementSize = 1

  init(
    kinds: [Layout.IdentityKind], bases: [Int], active: [Layout.IdentityKind], isSignature: Bool,
    tables: SymmetryTables
  ) {
    self.kinds = kinds
    self.bases = bases
    self.active = active
    self.isSignature = isSignature
    self.tables = tables
  }

  /// Adds the places of a value at an offset.
  mutating func emit(_ layout: Layout, at offset: Int) {
    guard layout.contains(anyOf: active) else { return }
    if let identity = layout.identity {
      add(place(.identity, identity, at: offset))
      return
    }
    switch layout.kind {
    case .integer, .ordinal: break
    case .record(let fields): for field in fields { emit(field.layout, at: offset + field.offset) }
    case .packet(let from, let to, let body):
      for field in [from, to, body] { emit(field.layout, at: offset + field.offset) }
    case .hidden(let hidden, let shown):
      for field in [hidden, shown] { emit(field.layout, at: offset + field.offset) }
    case .subset: emitSubset(layout, at: offset)
    case .map(let keys, let value): emitMap(layout, count: keys.count, value: value, at: offset)
    case .list(let list): emitList(list, at: offset)
    case .enumeration(let enumeration): emitEnumeration(enumeration, layout, at: offset)
    }
  }

  private mutating func emitSubset(_ layout: Layout, at offset: Int) {
    guard let domain = layout.domain else { return }
    if let identity = domain.layout.identity {
      add(place(.subset, identity, at: offset))
    } else {
      var operation = SymmetryOperation(code: .domainSubset, offset: Int32(offset), count: Int32(domain.count))
      operation.table = Int32(tables.add(domain))
      add(operation) { $0.emitPart(domain.layout) }
    }
  }

  private mutating func emitMap(_ layout: Layout, count: Int, value: Layout, at offset: Int) {
    guard let domain = layout.domain, domain.layout.contains(anyOf: active) else {
      // Keys that stay where they are.
      if count <= 64 {
        for k in 0..<count { emit(value, at: offset + k * value.stride) }
      } else {
        emitList(
          Layout.List(capacity: count, countOffset: 0, elementsOffset: 0, element: value, isOrdered: true),
          at: offset, isFull: true)
      }
      return
    }
    if let identity = domain.layout.identity {
      var operation = place(.map, identity, at: offset)
      (operation.stride, operation.size) = (Int32(value.stride), Int32(value.size))
      operation.isNested = value.contains(anyOf: active)
      add(operation) { $0.emitPart(value) }
    } else {
      var operation = SymmetryOperation(code: .domainMap, offset: Int32(offset), count: Int32(domain.count))
      (operation.stride, operation.size) = (Int32(value.stride), Int32(value.size))
      operation.table = Int32(tables.add(domain))
      let index = operations.count
      add(operation) {
        $0.emitPart(domain.layout)
        $0.operations[index].middle = Int32($0.operations.count)
        $0.emitPart(value)
      }
    }
  }

  private mutating func emitList(_ list: Layout.List, at offset: Int, isFull: Bool = false) {
    var operation = SymmetryOperation(code: .list, offset: Int32(offset), count: Int32(list.capacity))
    (operation.isOrdered, operation.isFull) = (list.isOrdered, isFull)
    (operation.stride, operation.size) = (Int32(list.element.stride), Int32(list.element.size))
    (operation.countOffset, operation.elementsOffset) = (Int32(list.countOffset), Int32(list.elementsOffset))
    if let links = list.links {
      operation.table = Int32(tables.links.count)
      tables.links.append(links)
    }
    elementSize = max(elementSize, list.element.stride)
    add(operation) { $0.emitPart(list.element) }
  }

  private mutating func emitEnumeration(_ enumeration: Layout.Enumeration, _ layout: Layout, at offset: Int) {
    let conditions = EnumerationConditions(enumeration, size: layout.size)
    let touched = isSignature ? touchedBytes(of: layout) : []
    for (tag, alternative) in enumeration.cases.enumerated() {
      guard let payload = alternative.payload, payload.contains(anyOf: active) else { continue }
      if let condition = conditions.byCase[tag] {
        var operation = SymmetryOperation(code: .when, offset: Int32(offset + condition.offset))
        (operation.mask, operation.value) = (UInt64(condition.mask), condition.value)
        add(operation) {
          $0.emit(payload, at: offset)
          // What this case has where others have identities.
          if $0.isSignature { $0.emitPlain(payload, at: offset, within: touched) }
        }
      } else {
        var operation = SymmetryOperation(code: .enumeration, offset: Int32(offset), count: Int32(tag))
        operation.size = Int32(layout.size)
        operation.table = Int32(tables.enumerations.count)
        tables.enumerations.append((enumeration, layout.size))
        add(operation) { $0.emitPart(payload) }
      }
    }
  }

  // MARK: Parts

  /// The program for a part that has offsets of its own: identities, and for signatures what is beside them.
  private mutating func emitPart(_ layout: Layout) {
    emit(layout, at: 0)
    if isSignature { emitPlain(layout, at: 0, within: nil) }
  }

  /// Loads of what is no identity; of some bytes only, when they are given.
  private mutating func emitPlain(_ layout: Layout, at offset: Int, within wanted: [UInt8]?) {
    let count = layout.words * 8
    var bytes = [UInt8](repeating: 0, count: count)
    bytes.withUnsafeMutableBytes { layout.markSignificantBits(in: $0.baseAddress!) }
    for (k, touched) in touchedBytes(of: layout).enumerated() {
      bytes[k] &= ~touched
      if let wanted { bytes[k] &= k < wanted.count ? wanted[k] : 0 }
    }
    var first = 0
    while first < layout.size {
      guard bytes[first] != 0 else {
        first += 1
        continue
      }
      // The widest load that stays within the value.
      let width = [8, 4, 2, 1].first { first + $0 <= layout.size }!
      var operation = SymmetryOperation(code: .plain, offset: Int32(offset + first), count: Int32(width))
      for k in 0..<width { operation.mask |= UInt64(bytes[first + k]) << UInt64(8 * k) }
      add(operation)
      first += width
    }
  }

  private func place(
    _ code: SymmetryOperation.Code, _ identity: Layout.IdentityKind, at offset: Int
  ) -> SymmetryOperation {
    let kind = kinds.firstIndex(of: identity)!
    return SymmetryOperation(
      code: code, kind: UInt8(kind), offset: Int32(offset), count: Int32(identity.count), base: Int32(bases[kind]))
  }

  private mutating func add(_ operation: SymmetryOperation, _ parts: (inout SymmetryCompiler) -> Void = { _ in }) {
    let index = operations.count
    operations.append(operation)
    operations[index].salt = mix(0x9E37_79B9_7F4A_7C15, UInt64(index + 1))
    parts(&self)
    operations[index].end = Int32(operations.count)
  }

  /// The bits of a value that depend on identities.
  private func touchedBytes(of layout: Layout) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: layout.words * 8)
    func mark(_ layout: Layout, at offset: Int) {
      guard layout.contains(anyOf: active) else { return }
      let fields: [Layout.Field]
      switch layout.kind {
      case .record(let parts): fields = parts
      case .packet(let from, let to, let body): fields = [from, to, body]
      case .hidden(let hidden, let shown): fields = [hidden, shown]
      case .map(let keys, let value) where !(layout.domain?.layout.contains(anyOf: active) ?? false):
        fields = keys.indices.map { .init(name: "", offset: $0 * value.stride, layout: value) }
      case .enumeration(let enumeration)
      where EnumerationConditions(enumeration, size: layout.size).fit(active):
        fields = enumeration.cases.compactMap { $0.payload.map { .init(name: "", offset: 0, layout: $0) } }
      default:
        // On bytes of its own, as they have to be aligned.
        var part = [UInt8](repeating: 0, count: layout.words * 8)
        part.withUnsafeMutableBytes { layout.markSignificantBits(in: $0.baseAddress!) }
        for k in 0..<layout.size { bytes[offset + k] |= part[k] }
        return
      }
      for field in fields { mark(field.layout, at: offset + field.offset) }
    }
    mark(layout, at: 0)
    return bytes
  }
}

/// By which byte a case of an enum is recognised without a call to the Swift runtime.
///
/// Found by trying: each case is made of a payload of zeros and of one of all ones. A case qualifies when its payload
/// stays in place and some byte, on bits that no payload uses, has a value that it has in no other case.
struct EnumerationConditions {
  private(set) var byCase: [Int: (offset: Int, mask: UInt8, value: UInt8)] = [:]
  private let cases: [Layout.Enumeration.Case]

  init(_ enumeration: Layout.Enumeration, size: Int) {
    cases = enumeration.cases
    let room = (size + 15) / 8 * 8
    func image(_ payload: [UInt8], _ tag: Int) -> [UInt8] {
      var bytes = payload
      bytes.withUnsafeMutableBytes { enumeration.inject($0.baseAddress!, tag) }
      return bytes
    }
    let zero = [UInt8](repeating: 0, count: room)
    let payloads = cases.map { alternative in
      var bytes = zero
      bytes.withUnsafeMutableBytes { alternative.payload?.markSignificantBits(in: $0.baseAddress!) }
      return bytes
    }
    let images = cases.indices.map { image(zero, $0) }
    let used = (0..<size).map { k in payloads.reduce(UInt8(0)) { $0 | $1[k] } }
    for tag in cases.indices where cases[tag].payload != nil {
      let ones = image(payloads[tag], tag)
      let staysInPlace = (0..<size).allSatisfy {
        ones[$0] == images[tag][$0] | payloads[tag][$0] && images[tag][$0] & used[$0] == 0
      }
      guard staysInPlace else { continue }
      let byte = (0..<size).first { k in
        cases.indices.allSatisfy { $0 == tag || (images[$0][k] ^ images[tag][k]) & ~used[k] != 0 }
      }
      if let byte {
        // No other bits: an enum around this one may keep its own tag in them.
        let mask = images.reduce(UInt8(0)) { $0 | $1[byte] } & ~used[byte]
        byCase[tag] = (byte, mask, images[tag][byte] & mask)
      }
    }
  }

  /// Whether every case with identities is recognised.
  func fit(_ kinds: [Layout.IdentityKind]) -> Bool {
    cases.indices.allSatisfy { !(cases[$0].payload?.contains(anyOf: kinds) ?? false) || byCase[$0] != nil }
  }
}
