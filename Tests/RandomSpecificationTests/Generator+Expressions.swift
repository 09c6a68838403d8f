extension Generator {
  // MARK: Places

  /// All parts of the variables of a scope, with a key for each map.
  mutating func places(_ scope: Scope, mutable: Bool = false) -> [(place: Place, type: Type)] {
    var found: [(place: Place, type: Type)] = []
    for (variable, type, isMutable) in scope.variables where isMutable || !mutable {
      collect(Place(root: variable), type, scope, &found)
    }
    return found
  }

  private mutating func collect(
    _ place: Place, _ type: Type, _ scope: Scope, _ found: inout [(place: Place, type: Type)]
  ) {
    if place.path.count > 5 { return }
    // The counter of steps is for the actions to move.
    if type == stepType && !style.isCyclic && place.path == [.field(0)] { return }
    found.append((place, type))
    switch type {
    case .structure(let number):
      for (index, field) in declarations.structures[number].fields.enumerated() {
        collect(place.then(.field(index)), field, scope, &found)
      }
    case .tuple(let types):
      for (index, part) in types.enumerated() { collect(place.then(.part(index)), part, scope, &found) }
    case .inline(let count, let element):
      collect(place.then(.element(random.int(0...count - 1))), element, scope, &found)
    case .packet(let node, let body):
      for (index, part) in [body, node, node].enumerated() { collect(place.then(.packet(index)), part, scope, &found) }
    case .map(let key, let value):
      if let key = self.key(key, scope) { collect(place.then(key), value, scope, &found) }
    default: break
    }
  }

  private mutating func key(_ type: Type, _ scope: Scope) -> Place.Step? {
    let variables = scope.variables.filter { $0.type == type }
    if !variables.isEmpty && random.chance(0.7) {
      return .key(type, .read(Place(root: random.pick(variables).variable)))
    }
    return literal(type).map { .key(type, .literal(type, $0)) }
  }

  /// Whether a place is the state or a value itself, not a part of it: too large to be changed all the time.
  func isWhole(_ place: Place) -> Bool { place.path.isEmpty && place.root.number < Variable.firstFree }

  // MARK: Values

  /// A value of a type; nil if there is none that treats interchangeable identities alike.
  mutating func value(_ type: Type, _ scope: Scope, depth: Int = 2) -> RandomExpression? {
    for _ in 0..<4 {
      if let value = anyValue(type, scope, depth) { return value }
    }
    if let literal = literal(type) { return .literal(type, literal) }
    return places(scope).filter { $0.type == type }.randomElement(using: &random).map { .read($0.place) }
  }

  private mutating func anyValue(_ type: Type, _ scope: Scope, _ depth: Int) -> RandomExpression? {
    switch random.int(0...15) {
    case 0...5:
      return places(scope).filter { $0.type == type }.randomElement(using: &random).map { .read($0.place) }
    case 6, 7: return literal(type).map { .literal(type, $0) }
    case 8, 9, 10: return depth > 0 ? constructed(type, scope, depth) : nil
    case 11, 12: return depth > 0 ? computed(type, scope, depth) : nil
    case 13 where depth > 0:
      guard let yes = value(type, scope, depth: 0), let no = value(type, scope, depth: 0), yes != no else { return nil }
      return .choose(condition(scope, depth: 1), yes, no)
    default: return depth > 0 ? called(type, scope, depth) : nil
    }
  }

  private mutating func values(_ types: [Type], _ scope: Scope, _ depth: Int) -> [RandomExpression]? {
    var values: [RandomExpression] = []
    for type in types {
      guard let value = value(type, scope, depth: depth) else { return nil }
      values.append(value)
    }
    return values
  }

  private mutating func constructed(_ type: Type, _ scope: Scope, _ depth: Int) -> RandomExpression? {
    let types: [Type]
    switch type {
    case .optional(let wrapped): types = [wrapped]
    case .structure(let number) where number > 0: types = declarations.structures[number].fields
    case .tuple(let parts): types = parts
    case .inline(let count, let element): types = [Type](repeating: element, count: count)
    case .packet(let node, let body): types = [body, node, node]
    case .payload(let number):
      let index = random.pick(declarations.payloads[number].cases.indices)
      return values(declarations.payloads[number].cases[index], scope, depth - 1).map { .variant(type, index, $0) }
    default: return nil
    }
    return values(types, scope, depth - 1).map { .construct(type, $0) }
  }

  /// What an operation gives.
  private mutating func computed(_ type: Type, _ scope: Scope, _ depth: Int) -> RandomExpression? {
    switch type {
    case .bool: return condition(scope, depth: depth - 1)
    case .bounded(let lower, let upper):
      let maps = places(scope).filter { if case .map(_, type) = $0.type { true } else { false } }
      if let (place, map) = maps.randomElement(using: &random), random.chance(0.5) {
        return .apply(random.chance(0.5) ? .largest : .smallest, map, [.read(place)])
      }
      guard upper > lower, let value = value(type, scope, depth: 0) else { return nil }
      if style.isCareless && random.chance(0.1) { return .apply(.plus(1), type, [value]) }
      return random.chance(0.5)
        ? .choose(
          .apply(.less, type, [value, .literal(type, .number(upper))]), .apply(.plus(1), type, [value]), value)
        : .choose(
          .apply(.less, type, [.literal(type, .number(lower)), value]), .apply(.plus(-1), type, [value]), value)
    case .identity(let number) where !declarations.identities[number].isInterchangeable:
      return value(type, scope, depth: 0).map { .apply(random.chance(0.5) ? .next : .previous, type, [$0]) }
    case .subset(let element): return set(type, element, scope, depth)
    case .optional(let wrapped):
      let sources = places(scope).filter {
        switch $0.type {
        case .log(_, let element), .queue(_, let element): element == wrapped
        default: false
        }
      }
      guard let (place, source) = sources.randomElement(using: &random) else { return nil }
      let index = random.int(0...1)
      if case .log = source { return .apply(random.pick([.last, .at(index)]), source, [.read(place)]) }
      return .apply(random.pick([.front, .back, .at(index)]), source, [.read(place)])
    default: return nil
    }
  }

  private mutating func set(_ type: Type, _ element: Type, _ scope: Scope, _ depth: Int) -> RandomExpression? {
    switch random.int(0...4) {
    case 4:
      let variable = variable()
      return .filtered(element, variable, condition(scope.adding(variable, element), depth: 1))
    case 0:
      let maps = places(scope).filter {
        if case .map(element, let value) = $0.type { declarations.isEquatable(value) } else { false }
      }
      guard let (place, source) = maps.randomElement(using: &random), case .map(_, let valueType) = source,
        declarations.count(of: element)! <= 64, let wanted = value(valueType, scope, depth: 0)
      else { return nil }
      return .apply(.keys, source, [.read(place), wanted])
    case 1: return values([element], scope, depth - 1).map { .apply(.setOf, type, $0) }
    case 2: return value(type, scope, depth: 0).map { .apply(.complement, type, [$0]) }
    default:
      return values([type, type], scope, depth - 1).map {
        .apply(random.pick([.union, .intersection, .subtracting]), type, $0)
      }
    }
  }

  private mutating func called(_ type: Type, _ scope: Scope, _ depth: Int) -> RandomExpression? {
    guard scope.hasFunctions else { return nil }
    let functions = specification.functions.indices.filter { specification.functions[$0].result == type }
    guard let number = functions.randomElement(using: &random) else { return nil }
    return values(specification.functions[number].parameters.map(\.type), scope, depth - 1).map { .call(number, $0) }
  }
}
