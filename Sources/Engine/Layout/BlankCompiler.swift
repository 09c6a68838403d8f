internal import CDistCheckEngine

/// Turns a layout into the instructions that clear its blanks.
struct BlankCompiler {
  private(set) var program: [ce_blank] = []
  /// Where `CE_SWITCH` goes on.
  private(set) var targets: [Int32] = []
  /// What `CE_SELECT` keeps.
  private(set) var cases: [ce_blank_case] = []
  /// What `CE_CALL` is for.
  private(set) var layouts: [Layout] = []

  init(_ layout: Layout) {
    emit(layout, at: 0, keeping: [UInt8](repeating: 0, count: layout.size))
    gatherOptionals(size: layout.size)
  }

  private init() {}

  /// Adds what clears a value at an offset.
  ///
  /// - Parameter kept: By byte of the value, bits in which an enum around it keeps its tag.
  private mutating func emit(_ layout: Layout, at offset: Int, keeping kept: [UInt8]) {
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
    let index = program.count
    program.append(ce_blank(CE_EACH, offset: offset))
    emit(value, at: 0, keeping: first)
    let body = program[(index + 1)...]
    if body.allSatisfy({ $0.isFlat && $0.count == 1 }) {
      let repeated = body.map { $0.moved(by: offset).repeated(count, stride: value.stride) }
      program.replaceSubrange(index..., with: repeated)
    } else if body.allSatisfy({ $0.isFlat }) && body.count * count <= 64 {
      let repeated = (0..<count).flatMap { k in body.map { $0.moved(by: offset + k * value.stride) } }
      program.replaceSubrange(index..., with: repeated)
    } else {
      (program[index].count, program[index].stride) = (Int32(count), Int32(value.stride))
      program[index].end = Int32(program.count)
    }
  }

  private mutating func emit(
    _ enumeration: Layout.Enumeration, _ layout: Layout, at offset: Int, keeping kept: [UInt8]
  ) {
    if emitCases(enumeration, layout, at: offset, keeping: kept) { return }
    var call = ce_blank(CE_CALL, offset: offset)
    call.end = Int32(layouts.count)
    layouts.append(layout)
    program.append(call)
  }

  /// False, and nothing is added, when a single byte does not tell what is to be done, or when some payload has such an enum
  /// in it.
  private mutating func emitCases(
    _ enumeration: Layout.Enumeration, _ layout: Layout, at offset: Int, keeping kept: [UInt8]
  ) -> Bool {
    let masks = enumeration.keptBits(size: layout.size, and: kept)
    let conditions = CaseConditions(enumeration, size: layout.size)
    /// What is to be done for a case, as a program by itself.
    func body(of tag: Int, keeping mask: [UInt8]) -> BlankCompiler {
      var body = BlankCompiler()
      body.emitKept(mask, at: offset)
      if let payload = enumeration.cases[tag].payload {
        body.emit(payload, at: offset, keeping: (0..<payload.size).map { kept[$0] | conditions.tagBits[tag][$0] })
      }
      return body
    }
    let bodies = enumeration.cases.indices.map { body(of: $0, keeping: masks[$0]) }
    if bodies.contains(where: { !$0.layouts.isEmpty }) { return false }
    if bodies.allSatisfy({ $0.program.isEmpty }) { return true }
    // What is left when the cases that a byte tells are told: one case, or some without payload.
    guard let condition = conditions.best(where: { !bodies[$0].program.isEmpty }) else { return false }
    let told = condition.values.keys.sorted()
    let rest = enumeration.cases.indices.filter { condition.values[$0] == nil }
    let restNeedsNothing = rest.allSatisfy { bodies[$0].program.isEmpty }
    guard restNeedsNothing || rest.count == 1 || rest.allSatisfy({ enumeration.cases[$0].payload == nil }) else {
      return false
    }
    let active = told.filter { !bodies[$0].program.isEmpty }
    if restNeedsNothing, active.count == 1, bodies[active[0]].program.allSatisfy({ $0.code == CE_KEEP }) {
      let (test, value) = (Int32(offset + condition.byte), condition.values[active[0]]!)
      program += bodies[active[0]].program.map { $0.when(test, condition.mask, value) }
      return true
    }
    let mask = (0..<layout.size).map { byte in rest.reduce(0) { $0 | masks[$1][byte] } }
    let otherwise = restNeedsNothing ? BlankCompiler() : body(of: rest[0], keeping: mask)
    if let select = select(bodies, otherwise, condition, told, size: layout.size, at: offset) {
      program.append(select)
      return true
    }
    var choice = ce_blank(CE_SWITCH, offset: offset)
    (choice.test, choice.byteMask) = (Int32(offset + condition.byte), condition.mask)
    choice.end = Int32(targets.count)
    program.append(choice)
    let first = targets.count
    targets += [Int32](repeating: 0, count: Int(condition.mask) + 1)
    var exits: [Int] = []
    func place(_ body: BlankCompiler) -> Int32 {
      let start = program.count
      program += body.program.map { $0.moved(toStart: start, targets: targets.count, cases: cases.count) }
      targets += body.targets.map { $0 + Int32(start) }
      cases += body.cases
      exits.append(program.count)
      program.append(ce_blank(CE_EXIT, offset: 0))
      return Int32(start)
    }
    var starts = active.map { (condition.values[$0]!, place(bodies[$0])) }
    let last = restNeedsNothing ? nil : place(otherwise)
    let end = Int32(program.count)
    for exit in exits { program[exit].end = end }
    starts += told.filter { bodies[$0].program.isEmpty }.map { (condition.values[$0]!, end) }
    for value in 0...Int(condition.mask) {
      targets[first + value] = starts.first { Int($0.0) == value }?.1 ?? last ?? end
    }
    return true
  }

  /// An enum of up to sixteen bytes as a single instruction, if its cases do nothing but keep bits and, up to eight bytes,
  /// have optionals of one size.
  private mutating func select(
    _ bodies: [BlankCompiler], _ otherwise: BlankCompiler,
    _ condition: (byte: Int, mask: UInt8, values: [Int: UInt8]), _ told: [Int], size: Int, at offset: Int
  ) -> ce_blank? {
    guard size <= 16 else { return nil }
    func selected(_ body: BlankCompiler) -> ce_blank_case? {
      // What lies behind the enum is not touched.
      var result = ce_blank_case(mask: .max, absent: 0, last: .max, width: 1)
      var widths: Set<UInt8> = []
      for blank in body.program {
        let place = Int(blank.offset) - offset
        let shift = UInt64(8 * place)
        switch blank.code {
        case CE_KEEP where size > 8:
          // A bit goes where it is within the first or the last eight bytes.
          for bit in 0..<(8 * Int(blank.width)) where blank.mask >> UInt64(bit) & 1 == 0 {
            let byte = place + bit / 8
            if byte < 8 {
              result.mask &= ~(1 << UInt64(8 * byte + bit % 8))
            } else {
              result.last &= ~(1 << UInt64(8 * (byte - (size - 8)) + bit % 8))
            }
          }
        case CE_KEEP:
          let window = blank.width == 8 ? UInt64.max : (1 << UInt64(8 * blank.width)) - 1
          result.mask &= ~((~blank.mask & window) << shift)
        case CE_KEEP_WHEN where blank.isOptional && size <= 8:
          widths.insert(blank.width)
          for k in 0..<blank.count { result.absent |= 1 << UInt64(8 * (Int(blank.test + k * blank.stride) - offset)) }
        default: return nil
        }
      }
      guard widths.count <= 1 else { return nil }
      result.width = Int32(widths.first ?? 1)
      return result
    }
    guard let last = selected(otherwise) else { return nil }
    var found = [ce_blank_case](repeating: last, count: Int(condition.mask) + 1)
    for tag in told {
      guard let one = selected(bodies[tag]) else { return nil }
      found[Int(condition.values[tag]!)] = one
    }
    var select = ce_blank(CE_SELECT, offset: offset)
    (select.test, select.byteMask) = (Int32(offset + condition.byte), condition.mask)
    (select.width, select.end) = (UInt8(size), Int32(cases.count))
    cases += found
    return select
  }

  /// Clears what is not kept, in steps of up to eight bytes.
  private mutating func emitKept(_ mask: [UInt8], at offset: Int) {
    var place = 0
    let width = [8, 4, 2, 1].first { $0 <= mask.count } ?? 1
    while place < mask.count {
      if mask[place] == 0xFF {
        place += 1
        continue
      }
      let start = min(place, mask.count - width)
      var keep = ce_blank(CE_KEEP, offset: offset + start)
      keep.width = UInt8(width)
      for k in 0..<width { keep.mask |= UInt64(mask[start + k]) << UInt64(8 * k) }
      program.append(keep)
      place = start + width
    }
  }

  /// Puts optionals of one, two or four bytes together, as many as lie in eight bytes.
  private mutating func gatherOptionals(size: Int) {
    let flat = program.prefix { $0.isFlat }
    let single = flat.flatMap { blank in
      blank.isOptional
        ? (0..<blank.count).map { blank.moved(by: Int($0 * blank.stride)).repeated(1, stride: 0) } : [blank]
    }
    guard size >= 8, single.count <= 256 else { return }
    var spreads: [ce_blank] = []
    var others: [ce_blank] = []
    for blank in single.sorted(by: { $0.test < $1.test }) {
      guard blank.isOptional else {
        others.append(blank)
        continue
      }
      let offset = min(Int(blank.offset), size - 8)
      func bit(_ start: Int32) -> UInt64 { 1 << UInt64(8 * (blank.test - start)) }
      if let last = spreads.last, last.width == blank.width, blank.test - last.offset < 8 {
        spreads[spreads.count - 1].mask |= bit(last.offset)
      } else {
        var spread = ce_blank(CE_SPREAD, offset: offset)
        (spread.width, spread.mask) = (blank.width, bit(spread.offset))
        spreads.append(spread)
      }
    }
    // What does not gain by it stays a loop.
    if spreads.count > flat.count && spreads.count * 2 > single.count { return }
    program.replaceSubrange(0..<flat.count, with: spreads + others)
    let moved = Int32(spreads.count + others.count - flat.count)
    for k in (spreads.count + others.count)..<program.count {
      if program[k].code == CE_EXIT || program[k].code == CE_EACH { program[k].end += moved }
    }
    for k in targets.indices { targets[k] += moved }
  }
}

extension ce_blank {
  fileprivate init(_ code: ce_blank_code, offset: Int) {
    self.init()
    self.code = code
    self.offset = Int32(offset)
    count = 1
  }

  /// The instruction elsewhere in the value.
  fileprivate func moved(by distance: Int) -> ce_blank {
    var moved = self
    moved.offset += Int32(distance)
    moved.test += Int32(distance)
    return moved
  }

  /// The instruction for another number of values.
  fileprivate func repeated(_ count: Int, stride: Int) -> ce_blank {
    var repeated = self
    (repeated.count, repeated.stride) = (Int32(count), Int32(stride))
    return repeated
  }

  /// The instruction in a program that begins behind others, with targets that do.
  fileprivate func moved(toStart start: Int, targets: Int, cases: Int) -> ce_blank {
    var moved = self
    if code == CE_EXIT || code == CE_EACH { moved.end += Int32(start) }
    if code == CE_SWITCH { moved.end += Int32(targets) }
    if code == CE_SELECT { moved.end += Int32(cases) }
    return moved
  }

  /// A `CE_KEEP` under a condition.
  fileprivate func when(_ test: Int32, _ mask: UInt8, _ value: UInt8) -> ce_blank {
    var keep = self
    keep.code = CE_KEEP_WHEN
    (keep.test, keep.byteMask, keep.byte) = (test, mask, value)
    return keep
  }

  /// Whether it needs no other instruction.
  fileprivate var isFlat: Bool { code == CE_KEEP_WHEN || code == CE_SELECT }

  /// Whether a byte of 1, behind the bytes that are cleared, says that they are to be cleared.
  fileprivate var isOptional: Bool {
    code == CE_KEEP_WHEN && byteMask == 1 && byte == 1 && mask == 0 && [1, 2, 4].contains(width)
      && test == offset + Int32(width)
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
    case .map(let keys, let value): value.occupy(&bits, at: offset, count: keys.count)
    case .list(let list):
      for k in 0..<2 { bits[offset + list.countOffset + k] = 0xFF }
      list.element.occupy(&bits, at: offset + list.elementsOffset, count: list.capacity)
    case .enumeration(let enumeration):
      for mask in enumeration.keptBits(size: size, and: [UInt8](repeating: 0, count: size)) {
        for k in 0..<size { bits[offset + k] |= mask[k] }
      }
    }
  }
}

extension Layout {
  /// The same for so many values in a row. What one of them occupies is found out once: there can be thousands of messages,
  /// and what is in one can take long.
  private func occupy(_ bits: inout [UInt8], at offset: Int, count: Int) {
    let own = occupiedBits
    for k in 0..<count {
      for (place, byte) in own.enumerated() { bits[offset + k * stride + place] |= byte }
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
