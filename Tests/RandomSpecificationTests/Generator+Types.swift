extension Generator {
  /// A type of at most a depth: half of the time one that there is already.
  mutating func type(depth: Int) -> Type {
    let known = made.filter { $0 != .structure(0) }
    if depth > 0 && !known.isEmpty && random.chance(0.3) { return random.pick(known) }
    let type = depth == 0 ? scalar() : composed(depth: depth)
    if depth > 0 { made.append(type) }
    return type
  }

  private mutating func scalar() -> Type {
    switch random.int(0...7) {
    case 0: return .bool
    case 1, 2: return bounded()
    case 3: return enumeration()
    case 4, 5: return identity()
    default:
      return random.pick([
        .integer(bits: 8, isSigned: false), .integer(bits: 16, isSigned: false), .integer(bits: 32, isSigned: false),
        .integer(bits: 64, isSigned: false), .integer(bits: 8, isSigned: true), .integer(bits: 16, isSigned: true),
        .integer(bits: 32, isSigned: true), .integer(bits: 64, isSigned: true),
      ])
    }
  }

  private mutating func bounded() -> Type {
    let lower = random.pick([0, 0, 0, 1, -1, -3, -200, 1_000_000])
    let size = random.pick(style.isCyclic ? [1, 2, 3] : [0, 1, 2, 3, 6, 63, 254, 255, 256, 1000, 65_535])
    return bounded(lower, lower + size)
  }

  private mutating func bounded(_ lower: Int, _ upper: Int) -> Type {
    if !specification.ranges.contains(lower...upper) { specification.ranges.append(lower...upper) }
    return .bounded(lower, upper)
  }

  private mutating func enumeration() -> Type { .enumeration(random.pick(declarations.enumerations.indices)) }
  private mutating func identity() -> Type { .identity(random.pick(declarations.identities.indices)) }

  /// A finite type of few values: for keys, elements of sets, and parameters.
  mutating func finite(most: Int = 9) -> Type {
    while true {
      let type: Type =
        switch random.int(0...13) {
        case 13: .map(random.chance(0.5) ? .bool : identity(), random.chance(0.5) ? .bool : enumeration())
        case 0: .bool
        case 1: bounded(random.pick([0, -1, 3]), 3 + random.int(0...2))
        case 2: .optional(random.chance(0.5) ? identity() : enumeration())
        case 3: .subset(random.chance(0.5) ? identity() : random.chance(0.5) ? enumeration() : .bool)
        case 4: random.chance(0.5) ? .optional(.bool) : ownFinite()
        case 5, 6, 7: enumeration()
        default: identity()
        }
      if let count = declarations.count(of: type), count <= most { return type }
    }
  }

  private mutating func composed(depth: Int) -> Type {
    let capacity = random.pick([1, 2, 2, 3])
    switch random.int(0...19) {
    case 0: return scalar()
    case 1: return .optional(type(depth: depth - 1))
    case 2, 3: return structure(depth)
    case 4, 5: return payload(depth)
    case 6: return .tuple((0..<random.int(2...3)).map { _ in type(depth: depth - 1) })
    case 7: return .inline(random.int(1...3), type(depth: depth - 1))
    case 8: return .subset(random.chance(0.15) ? .bounded(-2, 61) : finite(most: 20))
    case 9, 10, 11: return .map(finite(), type(depth: depth - 1))
    case 12: return .log(capacity, type(depth: depth - 1))
    case 13: return .queue(capacity, type(depth: depth - 1))
    case 14: return .bag(capacity, type(depth: depth - 1))
    case 16: return ownFinite()
    case 15: return .valueSet(capacity, type(depth: depth - 1))
    default: return .network(random.pick([2, 2, 3, 4]), message(depth - 1))
    }
  }

  /// A struct that is finite because it says so.
  private mutating func ownFinite() -> Type {
    let fields: [Type] = [
      random.chance(0.5) ? .bool : enumeration(), random.chance(0.5) ? identity() : .optional(.bool),
    ]
    if let known = declarations.structures.firstIndex(where: { $0.isFinite && $0.fields == fields }) {
      return .structure(known)
    }
    declarations.structures.append(Structure(fields: fields, isFinite: true))
    return .structure(declarations.structures.count - 1)
  }

  private mutating func structure(_ depth: Int) -> Type {
    let fields = (0..<random.int(1...4)).map { _ in type(depth: depth - 1) }
    declarations.structures.append(Structure(fields: fields))
    return .structure(declarations.structures.count - 1)
  }

  private mutating func payload(_ depth: Int) -> Type {
    var cases: [[Type]] = []
    for _ in 0..<random.weighted([(2, 1), (3, 2), (4, 3), (1, 5), (1, 9)]) {
      cases.append((0..<random.pick([0, 1, 1, 2, 3])).map { _ in type(depth: depth - 1) })
    }
    // A payload that makes the enum large.
    if random.chance(0.25) { cases[0].append(.inline(random.int(2...8), type(depth: 0))) }
    // Swift 6.3 dies of an enum of one case around an `InlineArray` in a generic specification (Documentation/Limits.md).
    if cases.count == 1, cases[0].contains(where: { if case .inline = $0 { true } else { false } }) { cases.append([]) }
    declarations.payloads.append(Payload(cases: cases, isLabelled: random.chance(0.3)))
    return .payload(declarations.payloads.count - 1)
  }

  private mutating func message(_ depth: Int) -> Type {
    let known = made.filter(isMessage)
    if !known.isEmpty && random.chance(0.3) { return random.pick(known) }
    switch random.int(0...2) {
    case 0:
      guard case .structure(let number) = structure(max(1, depth)) else { preconditionFailure() }
      declarations.structures[number].isMessage = true
      let fields = declarations.structures[number].fields
      let links = fields.indices.filter {
        switch fields[$0] {
        case .bool, .identity, .enumeration, .bounded: true
        default: false
        }
      }
      if random.chance(0.6) { declarations.structures[number].link = links.randomElement(using: &random) }
      made.append(.structure(number))
      return .structure(number)
    case 1:
      guard case .payload(let number) = payload(max(1, depth)) else { preconditionFailure() }
      declarations.payloads[number].isMessage = true
      if random.chance(0.5) {
        declarations.payloads[number].links = declarations.payloads[number].cases.map { _ in random.int(-1...2) }
      }
      made.append(.payload(number))
      return .payload(number)
    default:
      let node = random.chance(0.8) ? identity() : finite(most: 4)
      return .packet(node, type(depth: max(0, depth - 1)))
    }
  }

  private func isMessage(_ type: Type) -> Bool {
    switch type {
    case .structure(let number): declarations.structures[number].isMessage
    case .payload(let number): declarations.payloads[number].isMessage
    case .packet: true
    default: false
    }
  }

  // MARK: Literals

  /// One of the few values of a type that are written out; nil if each would tell interchangeable identities apart.
  mutating func literal(_ type: Type) -> Plain? {
    let known = pool[type] ?? []
    if known.count >= (style.isCyclic ? 2 : 3) || !known.isEmpty && random.chance(0.3) { return random.pick(known) }
    guard let value = newLiteral(type) else { return nil }
    if !known.contains(value) { pool[type] = known + [value] }
    return value
  }

  private mutating func literals(_ types: [Type]) -> [Plain]? {
    var values: [Plain] = []
    for type in types {
      guard let value = literal(type) else { return nil }
      values.append(value)
    }
    return values
  }

  private mutating func newLiteral(_ type: Type) -> Plain? {
    switch type {
    case .bool: return .bool(random.chance(0.5))
    case .bounded(let lower, let upper): return .number(random.pick([lower, upper, random.int(lower...upper)]))
    case .integer(let bits, let isSigned):
      let highest = isSigned ? Int.max >> (64 - bits) : bits == 64 ? -1 : 1 << bits - 1
      let lowest = isSigned ? Int.min >> (64 - bits) : 0
      return .number(random.pick([lowest, highest, isSigned ? -1 : 1, 100]))
    case .enumeration(let number):
      let count = declarations.enumerations[number]
      return .number(random.pick([0, count - 1, random.int(0...count - 1)]))
    case .identity(let number):
      let identity = declarations.identities[number]
      return identity.isInterchangeable && identity.count > 1 ? nil : .number(random.int(0...identity.count - 1))
    case .optional(let wrapped):
      return random.chance(0.5) ? Plain.none : literal(wrapped).map { .some($0) } ?? Plain.none
    case .structure(let number): return literals(declarations.structures[number].fields).map { .list($0) }
    case .payload(let number):
      for index in declarations.payloads[number].cases.indices.shuffled(using: &random) {
        if let values = literals(declarations.payloads[number].cases[index]) { return .tagged(index, values) }
      }
      return nil
    case .tuple(let types): return literals(types).map { .list($0) }
    case .inline(let count, let element):
      return literals([Type](repeating: element, count: count)).map { .list($0) }
    case .packet(let node, let body): return literals([body, node, node]).map { .list($0) }
    case .subset(let element):
      let all = declarations.values(of: element)
      if declarations.hasInterchangeable(element) || random.chance(0.4) {
        return .list(random.chance(0.8) ? [] : all.sorted())
      }
      return .list(all.filter { _ in random.chance(2.5 / Double(max(5, all.count))) }.sorted())
    case .map(let key, let value):
      let count = declarations.count(of: key)!
      guard let common = literal(value) else { return nil }
      var values = [Plain](repeating: common, count: count)
      if !declarations.hasInterchangeable(key) && random.chance(0.4) {
        values[random.int(0...count - 1)] = literal(value)!
      }
      return .list(values)
    case .log(_, let element), .queue(_, let element), .bag(_, let element), .valueSet(_, let element):
      if random.chance(0.75) { return .list([]) }
      return literal(element).map { .list([$0]) } ?? .list([])
    case .network: return .tagged(random.int(0...11), [])
    }
  }
}
