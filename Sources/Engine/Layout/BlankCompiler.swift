/// Turns a layout into the instructions that clear its blanks.
struct BlankCompiler {
  private(set) var operations: [BlankOperation] = []
  private(set) var layouts: [Layout] = []

  /// Adds what clears a value at an offset.
  ///
  /// - Parameter kept: By byte of the value, bits in which an enum around it keeps its tag.
  mutating func emit(_ layout: Layout, at offset: Int, keeping kept: [UInt8]) {
    switch layout.kind {
    case .integer, .ordinal, .subset, .list: break
    case .record(let fields): emit(fields, at: offset, keeping: kept)
    case .packet(let from, let to, let body): emit([from, to, body], at: offset, keeping: kept)
    case .hidden(let hidden, let shown): emit([hidden, shown], at: offset, keeping: kept)
    case .map(let keys, let value): emitMap(count: keys.count, value, at: offset, keeping: kept)
    case .enumeration(let enumeration): emit(enumeration, layout, at: offset, keeping: kept)
    }
  }

  private mutating func emit(_ fields: [Layout.Field], at offset: Int, keeping kept: [UInt8]) {
    for field in fields {
      emit(field.layout, at: offset + field.offset, keeping: part(kept, field.offset, field.layout.size))
    }
  }

  private func part(_ kept: [UInt8], _ offset: Int, _ size: Int) -> [UInt8] { Array(kept[offset..<(offset + size)]) }

  private mutating func emitMap(count: Int, _ value: Layout, at offset: Int, keeping kept: [UInt8]) {
    let parts = (0..<count).map { part(kept, $0 * value.stride, value.size) }
    guard let first = parts.first, parts.allSatisfy({ $0 == first }) else {
      // An enum around the map keeps its tag in some of the values only.
      for k in 0..<count { emit(value, at: offset + k * value.stride, keeping: parts[k]) }
      return
    }
    let index = operations.count
    var operation = BlankOperation(code: .each, offset: Int32(offset))
    (operation.count, operation.stride) = (Int32(count), Int32(value.stride))
    operations.append(operation)
    emit(value, at: 0, keeping: first)
    if operations.count == index + 1 { operations.removeLast() } else { operations[index].end = Int32(operations.count) }
  }

  private mutating func emit(
    _ enumeration: Layout.Enumeration, _ layout: Layout, at offset: Int, keeping kept: [UInt8]
  ) {
    let start = operations.count
    let layoutCount = layouts.count
    if emitCases(enumeration, layout, at: offset, keeping: kept) { return }
    operations.removeSubrange(start...)
    layouts.removeSubrange(layoutCount...)
    var operation = BlankOperation(code: .slowly, offset: Int32(offset))
    operation.count = Int32(layouts.count)
    layouts.append(layout)
    operations.append(operation)
  }

  /// False when a single byte does not tell what is to be done, or when some payload has such an enum in it.
  private mutating func emitCases(
    _ enumeration: Layout.Enumeration, _ layout: Layout, at offset: Int, keeping kept: [UInt8]
  ) -> Bool {
    let masks = enumeration.keptBits(size: layout.size, and: kept)
    let conditions = CaseConditions(enumeration, size: layout.size)
    let (start, layoutCount) = (operations.count, layouts.count)
    func emitBody(of tag: Int, keeping mask: [UInt8], in compiler: inout BlankCompiler) {
      compiler.emitKept(mask, at: offset)
      guard let payload = enumeration.cases[tag].payload else { return }
      compiler.emit(payload, at: offset, keeping: (0..<payload.size).map { kept[$0] | conditions.tagBits[tag][$0] })
    }
    // What is left when the cases that a byte tells are told: one case, or some without payload.
    let rest = enumeration.cases.indices.filter { conditions.byCase[$0] == nil }
    var exits: [Int] = []
    for (tag, condition) in conditions.byCase.sorted(by: { $0.key < $1.key }) {
      let index = operations.count
      var operation = BlankOperation(code: .when, offset: Int32(offset + condition.offset))
      (operation.byteMask, operation.byte) = (condition.mask, condition.value)
      operations.append(operation)
      emitBody(of: tag, keeping: masks[tag], in: &self)
      exits.append(operations.count)
      operations.append(BlankOperation(code: .exit, offset: 0))
      operations[index].end = Int32(operations.count)
    }
    if let first = rest.first {
      let body = operations.count
      emitBody(
        of: first, keeping: (0..<layout.size).map { byte in rest.reduce(0) { $0 | masks[$1][byte] } }, in: &self)
      let isOne = rest.count == 1 || rest.allSatisfy { enumeration.cases[$0].payload == nil }
      let needsNothing = rest.allSatisfy { tag in
        var probe = BlankCompiler()
        emitBody(of: tag, keeping: masks[tag], in: &probe)
        return probe.operations.isEmpty
      }
      if needsNothing { operations.removeSubrange(body...) } else if !isOne { return false }
    }
    if layouts.count > layoutCount { return false }
    for exit in exits { operations[exit].end = Int32(operations.count) }
    if operations[start...].allSatisfy({ $0.code == .when || $0.code == .exit }) { operations.removeSubrange(start...) }
    return true
  }

  /// Clears what is not kept, in steps of up to eight bytes.
  private mutating func emitKept(_ mask: [UInt8], at offset: Int) {
    var place = 0
    while place < mask.count {
      if mask[place] == 0xFF {
        place += 1
        continue
      }
      let size = [8, 4, 2, 1].first { place + $0 <= mask.count }!
      var operation = BlankOperation(code: .keep8, offset: Int32(offset + place))
      operation.code = [8: .keep8, 4: .keep4, 2: .keep2, 1: .keep1][size]!
      for k in 0..<size { operation.mask |= UInt64(mask[place + k]) << UInt64(8 * k) }
      operations.append(operation)
      place += size
    }
  }
}

extension Layout {
  /// By byte of a value, the bits that can mean something: all of a byte that belongs to a field in some case.
  var occupiedBits: [UInt8] {
    var bits = [UInt8](repeating: 0, count: size)
    occupy(&bits, at: 0)
    return bits
  }

  private func occupy(_ bits: inout [UInt8], at offset: Int) {
    switch kind {
    case .integer, .ordinal, .subset: for k in 0..<size { bits[offset + k] = 0xFF }
    case .record(let fields): for field in fields { field.layout.occupy(&bits, at: offset + field.offset) }
    case .packet(let from, let to, let body):
      for field in [from, to, body] { field.layout.occupy(&bits, at: offset + field.offset) }
    case .hidden(let hidden, let shown):
      for field in [hidden, shown] { field.layout.occupy(&bits, at: offset + field.offset) }
    case .map(let keys, let value):
      for k in keys.indices { value.occupy(&bits, at: offset + k * value.stride) }
    case .list(let list):
      for k in 0..<2 { bits[offset + list.countOffset + k] = 0xFF }
      for k in 0..<list.capacity { list.element.occupy(&bits, at: offset + list.elementsOffset + k * list.element.stride) }
    case .enumeration(let enumeration):
      for mask in enumeration.keptBits(size: size, and: [UInt8](repeating: 0, count: size)) {
        for k in 0..<size { bits[offset + k] |= mask[k] }
      }
    }
  }
}

extension Layout.Enumeration {
  /// By case and byte: the bits that mean something, which are those of the payload's fields, those that tell the case, and
  /// `others`.
  func keptBits(size: Int, and others: [UInt8]) -> [[UInt8]] {
    let conditions = CaseConditions(self, size: size)
    return cases.indices.map { tag in
      var bits = conditions.tagBits[tag]
      if let payload = cases[tag].payload {
        for (k, byte) in payload.occupiedBits.enumerated() { bits[k] |= byte }
      }
      return bits.indices.map { bits[$0] | others[$0] }
    }
  }
}

/// How the bytes of an enum's value tell its case. Found by asking the Swift runtime which case values are of.
struct CaseConditions {
  /// By case and byte: the bits that tell it, those on which it depends whether a value is of the case.
  private(set) var tagBits: [[UInt8]] = []
  /// Cases that a single byte tells from all others.
  private(set) var byCase: [Int: (offset: Int, mask: UInt8, value: UInt8)] = [:]

  init(_ enumeration: Layout.Enumeration, size: Int) {
    let samples = CaseSamples(enumeration, size: size)
    tagBits = enumeration.cases.indices.map { samples.tagBits(of: $0) }
    for tag in enumeration.cases.indices {
      // No other bits than those that some case sets: an enum around this one may keep its own tag in them.
      for byte in 0..<size {
        let mask = samples.images.reduce(UInt8(0)) { $0 | $1[byte] }
        guard mask != 0, samples.tells(byte, mask: mask, tag) else { continue }
        byCase[tag] = (byte, mask, samples.images[tag][byte])
        break
      }
    }
  }
}

/// Values of all cases of an enum, with random bits in their payloads and wherever nothing tells the case.
private struct CaseSamples {
  private let enumeration: Layout.Enumeration
  private let size: Int
  private var samples: [(bytes: [UInt8], tag: Int)] = []
  /// By case: its value with a payload of zeros.
  let images: [[UInt8]]
  /// How many for each case. A byte that tells a case by mere chance does so with a probability of 2 to the minus this.
  private static let count = 64

  init(_ enumeration: Layout.Enumeration, size: Int) {
    self.enumeration = enumeration
    self.size = size
    let room = (size + 15) / 8 * 8
    images = enumeration.cases.indices.map { tag in
      var bytes = [UInt8](repeating: 0, count: room)
      bytes.withUnsafeMutableBytes { enumeration.inject($0.baseAddress!, tag) }
      return bytes
    }
    var random: UInt64 = 0
    for tag in enumeration.cases.indices {
      let told = tagBits(of: tag)
      var significant = [UInt8](repeating: 0, count: room)
      significant.withUnsafeMutableBytes { enumeration.cases[tag].payload?.markSignificantBits(in: $0.baseAddress!) }
      for number in 0..<Self.count {
        var bytes = images[tag]
        for k in 0..<size {
          random &+= 0x9E37_79B9_7F4A_7C15
          let noise = UInt8(truncatingIfNeeded: mix(random, 0xA076_1D64_78BD_642F))
          let anywhere = number % 2 == 0 ? ~significant[k] : 0
          bytes[k] ^= noise & ~told[k] & (significant[k] | anywhere)
        }
        samples.append((bytes, askedTag(&bytes)))
      }
    }
  }

  private func askedTag(_ bytes: inout [UInt8]) -> Int {
    bytes.withUnsafeMutableBytes { enumeration.tag($0.baseAddress!) }
  }

  /// By byte: the bits of a case's value that are set by the case alone, and those that make it another case when they are
  /// turned over, each by itself.
  func tagBits(of tag: Int) -> [UInt8] {
    var bytes = images[tag]
    return (0..<size).map { byte in
      (0..<8).reduce(images[tag][byte]) { bits, bit in
        bytes[byte] ^= 1 << bit
        defer { bytes[byte] ^= 1 << bit }
        return askedTag(&bytes) == tag ? bits : bits | 1 << bit
      }
    }
  }

  /// Whether a byte has, under a mask, the value that it has in a case exactly when a value is of that case.
  func tells(_ byte: Int, mask: UInt8, _ tag: Int) -> Bool {
    samples.allSatisfy { ($0.tag == tag) == ($0.bytes[byte] & mask == images[tag][byte]) }
  }
}
