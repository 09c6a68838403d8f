extension Generator {
  /// Some statements that change something of a scope.
  mutating func statements(_ scope: Scope, count: Int, depth: Int = 2) -> [Statement] {
    var scope = scope
    var statements: [Statement] = []
    for _ in 0..<count { statements += statement(&scope, depth) }
    return statements
  }

  private mutating func statement(_ scope: inout Scope, _ depth: Int) -> [Statement] {
    for _ in 0..<8 {
      if let found = anyStatement(&scope, depth) { return found }
    }
    return []
  }

  private mutating func anyStatement(_ scope: inout Scope, _ depth: Int) -> [Statement]? {
    switch random.int(0...29) {
    case 0...11: return change(scope)
    case 12, 13: return swap(scope)
    case 14, 15: return copy(&scope)
    case 16, 17: return local(&scope)
    case 18 where depth > 0:
      return [
        .conditional(
          condition(scope, depth: 2), statements(scope, count: random.int(1...2), depth: depth - 1),
          random.chance(0.5) ? statements(scope, count: 1, depth: depth - 1) : [])
      ]
    case 19, 20: return depth > 0 ? match(scope, depth) : nil
    case 21: return depth > 0 ? unwrap(&scope, depth) : nil
    case 22, 23, 24: return depth > 0 ? loop(scope, depth) : nil
    case 25, 26, 27: return callOn(scope)
    case 28: return nested(scope)
    default: return assign(scope)
    }
  }

  private mutating func target(_ scope: Scope) -> (place: Place, type: Type)? {
    let targets = places(scope, mutable: true)
    let parts = targets.filter { !isWhole($0.place) }
    if random.chance(0.08), let whole = targets.filter({ isWhole($0.place) }).randomElement(using: &random) {
      return whole.type == .structure(0) && !style.isCyclic ? nil : whole
    }
    return parts.randomElement(using: &random)
  }

  private mutating func assign(_ scope: Scope) -> [Statement]? {
    guard let (place, type) = target(scope) else { return nil }
    return assign(place, type, scope)
  }

  /// Never to itself, which Swift refuses.
  private mutating func assign(_ place: Place, _ type: Type, _ scope: Scope) -> [Statement]? {
    guard let value = value(type, scope), value != .read(place) else { return nil }
    return [.assign(place, value)]
  }

  /// Changes a place in the way that its type offers.
  private mutating func change(_ scope: Scope) -> [Statement]? {
    guard let (place, type) = target(scope) else { return nil }
    return change(place, type, scope)
  }

  mutating func change(_ place: Place, _ type: Type, _ scope: Scope) -> [Statement]? {
    if random.chance(0.15) { return assign(place, type, scope) }
    let isCareless = style.isCareless && random.chance(0.15)
    func guarded(_ statement: Statement, _ conditions: RandomExpression...) -> [Statement] {
      isCareless ? [statement] : [.conditional(.apply(.and, .bool, conditions), [statement], [])]
    }
    func hasRoom(_ capacity: Int, for count: Int = 1) -> RandomExpression {
      .apply(.not, .bool, [.apply(.countIsAtLeast(capacity - count + 1), type, [.read(place)])])
    }
    let isNotEmpty = RandomExpression.apply(.not, .bool, [.apply(.isEmpty, type, [.read(place)])])
    switch type {
    case .bool: return [.mutate(.toggle, place, type, [])]
    case .bounded(let lower, let upper):
      let amount = random.pick([1, 1, -1, 2])
      guard upper - lower >= 2 else { return assign(place, type, scope) }
      let bound = RandomExpression.literal(type, .number(amount > 0 ? upper - amount + 1 : lower))
      let operands: [RandomExpression] = amount > 0 ? [.read(place), bound] : [bound, .read(place)]
      return guarded(.mutate(.add(amount), place, type, []), .apply(.less, type, operands))
    case .optional(let wrapped):
      if random.chance(0.5), let inner = inner(of: wrapped, place.then(.wrapped)), let value = value(inner.type, scope)
      {
        return [.assign(inner.place, value)]
      }
      return assign(place, type, scope)
    case .subset(let element):
      if random.chance(0.2) { return [.mutate(.removeAll, place, type, [])] }
      if random.chance(0.3) {
        return value(type, scope).map {
          [.mutate(random.pick([.formUnion, .formIntersection, .subtract]), place, type, [$0])]
        }
      }
      return value(element, scope).map { [.mutate(random.chance(0.7) ? .insert : .remove, place, type, [$0])] }
    case .log(let capacity, let element):
      switch random.int(0...3) {
      case 0: return [.mutate(.truncate(random.int(0...capacity - 1)), place, type, [])]
      case 1:
        let index = random.int(1...capacity)
        guard let inner = inner(of: element, place.then(.entry(index)), orItself: true),
          let value = value(inner.type, scope)
        else { return nil }
        return guarded(.assign(inner.place, value), .apply(.countIsAtLeast(index), type, [.read(place)]))
      default:
        return value(element, scope).map { guarded(.mutate(.append, place, type, [$0]), hasRoom(capacity)) }
      }
    case .queue(let capacity, let element):
      switch random.int(0...4) {
      case 0: return [.mutate(.removeAll, place, type, [])]
      case 1: return guarded(.mutate(.dequeue, place, type, []), isNotEmpty)
      default:
        return value(element, scope).map { guarded(.mutate(.enqueue, place, type, [$0]), hasRoom(capacity)) }
      }
    case .bag(let capacity, let element):
      guard let value = value(element, scope) else { return nil }
      return random.chance(0.7)
        ? guarded(.mutate(.insert, place, type, [value]), hasRoom(capacity))
        : guarded(.mutate(.remove, place, type, [value]), .apply(.contains, type, [.read(place), value]))
    case .valueSet(let capacity, let element):
      guard let value = value(element, scope) else { return nil }
      return random.chance(0.7)
        ? guarded(
          .mutate(.insert, place, type, [value]),
          .apply(.or, .bool, [hasRoom(capacity), .apply(.contains, type, [.read(place), value])]))
        : [.mutate(.remove, place, type, [value])]
    case .network(let capacity, let message):
      return change(network: place, type, capacity, message, scope, guarded, hasRoom)
    default: return assign(place, type, scope)
    }
  }

  private mutating func change(
    network place: Place, _ type: Type, _ capacity: Int, _ message: Type, _ scope: Scope,
    _ guarded: (Statement, RandomExpression...) -> [Statement], _ hasRoom: (Int, Int) -> RandomExpression
  ) -> [Statement]? {
    switch random.int(0...7) {
    case 0:
      let variable = variable()
      let predicate = predicate(variable, message, scope)
      return [.mutate(.removeWhere(variable), place, type, [predicate])]
    case 1:
      return value(message, scope).map {
        guarded(.mutate(.remove, place, type, [$0]), .apply(.contains, type, [.read(place), $0]))
      }
    case 2, 3:
      guard case .packet(let node, let body) = message, let count = declarations.count(of: node), count - 1 <= capacity,
        let content = value(body, scope), let from = value(node, scope)
      else { fallthrough }
      return count == 1
        ? [.mutate(.broadcast, place, type, [content, from])]
        : guarded(.mutate(.broadcast, place, type, [content, from]), hasRoom(capacity, count - 1))
    default: return value(message, scope).map { guarded(.mutate(.send, place, type, [$0]), hasRoom(capacity, 1)) }
    }
  }

  /// A condition on the value of a variable.
  mutating func predicate(_ variable: Variable, _ type: Type, _ scope: Scope) -> RandomExpression {
    // Nothing that can be changed: it would be read while a part of it changes.
    var only = scope
    only.variables = only.variables.filter { !$0.isMutable && $0.variable.number >= Variable.firstFree }
    only.variables += [(variable, type, false), (variable, type, false)]
    return condition(only)
  }

  /// A part of a value; nil when it has none that stands by itself.
  private mutating func inner(of type: Type, _ place: Place, orItself: Bool = false) -> (place: Place, type: Type)? {
    switch type {
    case .structure(let number):
      let index = random.pick(declarations.structures[number].fields.indices)
      return (place.then(.field(index)), declarations.structures[number].fields[index])
    case .tuple(let types):
      let index = random.pick(types.indices)
      return (place.then(.part(index)), types[index])
    case .inline(let count, let element): return (place.then(.element(random.int(0...count - 1))), element)
    case .map(let key, let value):
      guard let literal = literal(key) else { return nil }
      return (place.then(.key(key, .literal(key, literal))), value)
    default: return orItself ? (place, type) : nil
    }
  }

  // MARK: Whole values

  /// Two different places of the same type that Swift knows to be apart.
  private mutating func twins(_ scope: Scope) -> (first: Place, second: Place, type: Type)? {
    let fixed = places(scope, mutable: true).filter { place, _ in
      place.path.allSatisfy {
        switch $0 {
        case .field, .part: true
        default: false
        }
      }
    }
    for _ in 0..<6 {
      guard let (first, type) = fixed.randomElement(using: &random),
        let (second, _) = fixed.filter({ $0.type == type && $0.place != first }).randomElement(using: &random)
      else { continue }
      let overlap = first.root == second.root && zip(first.path, second.path).allSatisfy { $0 == $1 }
      if !overlap { return (first, second, type) }
    }
    return nil
  }

  private mutating func swap(_ scope: Scope) -> [Statement]? {
    twins(scope).map { [.swap($0.first, $0.second)] }
  }

  /// A part of a value is written, and the whole is copied to its twin, perhaps by way of a copy of everything.
  private mutating func copy(_ scope: inout Scope) -> [Statement]? {
    guard let (first, second, type) = twins(scope) else { return nil }
    let part = change(in: first, type, scope) ?? []
    guard random.chance(0.4), let state = scope.variables.first(where: { $0.variable == first.root }) else {
      return part + [.assign(second, .read(first))]
    }
    let variable = variable()
    let before = Place(root: variable, path: first.path)
    scope = scope.adding(variable, state.type)
    return part + [
      .declare(variable, .read(Place(root: first.root)), type: state.type, isMutable: false),
      .assign(second, .read(before)),
    ]
  }

  /// Changes a place or a part of it.
  private mutating func change(in place: Place, _ type: Type, _ scope: Scope) -> [Statement]? {
    let parts = places(scope, mutable: true).filter { part, _ in
      part.root == place.root && part.path.starts(with: place.path)
    }
    guard let (part, partType) = parts.randomElement(using: &random) else { return change(place, type, scope) }
    return change(part, partType, scope)
  }

  /// A copy that is changed and stored back, or a value that is kept for later.
  private mutating func local(_ scope: inout Scope) -> [Statement]? {
    guard
      let (place, type) = places(scope).filter({ !isWhole($0.place) || $0.type != .structure(0) })
        .randomElement(using: &random)
    else { return nil }
    let variable = variable()
    let copy = Place(root: variable)
    if random.chance(0.4) {
      guard let value = value(type, scope) else { return nil }
      scope = scope.adding(variable, type)
      return [.declare(variable, value, type: type, isMutable: false)]
    }
    let inner = scope.adding(variable, type, isMutable: true)
    guard let changes = change(in: copy, type, inner) else { return nil }
    let targets = places(scope, mutable: true).filter { $0.type == type && !isWhole($0.place) }
    var statements: [Statement] = [.declare(variable, .read(place), type: type, isMutable: true)] + changes
    if let (target, _) = targets.randomElement(using: &random) { statements.append(.assign(target, .read(copy))) }
    scope = scope.adding(variable, type, isMutable: true)
    return statements
  }

  private mutating func callOn(_ scope: Scope) -> [Statement]? {
    let candidates = places(scope, mutable: true)
    for _ in 0..<4 {
      guard let number = specification.functions.indices.randomElement(using: &random) else { return nil }
      let function = specification.functions[number]
      guard function.result == nil, function.receiver != nil || scope.hasFunctions else { continue }
      let type = function.receiver.map { Type.structure($0) } ?? function.parameters[0].type
      let others = function.receiver == nil ? Array(function.parameters.dropFirst()) : function.parameters
      // The state as a whole would be passed with its counter of steps, which is not to be changed twice.
      guard let (place, _) = candidates.filter({ $0.type == type }).randomElement(using: &random) else { continue }
      var arguments: [RandomExpression] = []
      for parameter in others {
        guard let value = value(parameter.type, scope, depth: 1) else { break }
        arguments.append(value)
      }
      if arguments.count == others.count { return [.callOn(number, place, arguments)] }
    }
    return nil
  }
}
