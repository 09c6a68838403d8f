extension Generator {
  mutating func condition(_ scope: Scope, depth: Int = 1) -> RandomExpression {
    if depth > 1 && random.chance(0.6) {
      return .apply(
        random.chance(0.5) ? .and : .or, .bool,
        [condition(scope, depth: depth - 1), condition(scope, depth: depth - 1)])
    }
    for _ in 0..<10 {
      guard let (place, type) = places(scope).filter({ !isWhole($0.place) }).randomElement(using: &random),
        let found = condition(of: .read(place), type, scope, depth)
      else { continue }
      return random.chance(0.4) ? .apply(.not, .bool, [found]) : found
    }
    return .literal(.bool, .bool(random.chance(0.5)))
  }

  /// Something that can be asked of a value.
  private mutating func condition(
    of value: RandomExpression, _ type: Type, _ scope: Scope, _ depth: Int
  ) -> RandomExpression? {
    if declarations.isEquatable(type) && random.chance(0.35) { return equal(value, type, scope) }
    switch type {
    case .bool: return value
    case .bounded:
      guard let other = self.value(type, scope, depth: 1), other != value else { return nil }
      return .apply(.less, type, random.chance(0.5) ? [value, other] : [other, value])
    case .optional(let wrapped):
      if random.chance(0.4) { return .apply(.isNil, type, [value]) }
      return matches(value, type, [wrapped], 1, scope)
    case .payload(let number):
      let index = random.pick(declarations.payloads[number].cases.indices)
      return matches(value, type, declarations.payloads[number].cases[index], index, scope)
    case .subset(let element): return condition(ofSet: value, type, element, scope, depth)
    case .map(let key, let element):
      switch random.int(0...3) {
      case 0: return quantified(value, type, element, scope)
      case 3 where declarations.isEquatable(element) && declarations.count(of: key)! <= 64:
        return self.value(element, scope, depth: 1).flatMap {
          condition(of: .apply(.keys, type, [value, $0]), .subset(key), scope, 0)
        }
      case 1 where declarations.isEquatable(element): return operation(.contains, value, type, element, scope)
      default:
        guard (declarations.count(of: key) ?? 100) <= 64 else { return nil }
        let variable = variable()
        guard case .read(let place) = value else { return nil }
        let inner = scope.adding(variable, key)
        guard
          let predicate = condition(
            of: .read(place.then(.key(key, .read(Place(root: variable))))), element, inner, 0)
        else { return nil }
        return .overAll(random.pick([.some, .every, .atLeast(2)]), key, variable, predicate)
      }
    case .log(let capacity, let element), .queue(let capacity, let element):
      switch random.int(0...5) {
      case 0: return .apply(random.chance(0.5) ? .isEmpty : .isFull, type, [value])
      case 1: return .apply(.countIsAtLeast(random.int(1...capacity)), type, [value])
      case 2: return quantified(value, type, element, scope)
      case 3:
        guard case .log = type, declarations.isEquatable(element), let other = self.value(type, scope, depth: 0) else {
          return nil
        }
        return .apply(random.chance(0.5) ? .isPrefix : .agrees(random.int(0...capacity)), type, [value, other])
      default:
        let end: Operation =
          if case .log = type { random.pick([.last, .at(0), .at(1)]) } else { random.pick([.front, .back, .at(0)]) }
        return condition(of: .apply(end, type, [value]), .optional(element), scope, 0)
      }
    case .bag(let capacity, let element), .valueSet(let capacity, let element):
      switch random.int(0...4) {
      case 0: return .apply(.isEmpty, type, [value])
      case 1: return .apply(.countIsAtLeast(random.int(1...capacity)), type, [value])
      case 2: return quantified(value, type, element, scope)
      case 3:
        guard case .bag = type else { fallthrough }
        return operation(.multiplicityIsAtLeast(random.int(1...2)), value, type, element, scope)
      default: return operation(.contains, value, type, element, scope)
      }
    case .network(let capacity, let message):
      switch random.int(0...3) {
      case 0: return .apply(.isEmpty, type, [value])
      case 1: return .apply(.countIsAtLeast(random.int(1...capacity)), type, [value])
      case 2: return quantified(value, type, message, scope)
      default: return operation(.contains, value, type, message, scope)
      }
    case .structure, .integer, .enumeration, .identity, .tuple, .inline, .packet:
      return declarations.isEquatable(type) ? equal(value, type, scope) : nil
    }
  }

  private mutating func equal(_ value: RandomExpression, _ type: Type, _ scope: Scope) -> RandomExpression? {
    self.value(type, scope, depth: 1).flatMap { $0 == value ? nil : .apply(.equal, type, [value, $0]) }
  }

  private mutating func operation(
    _ operation: Operation, _ value: RandomExpression, _ type: Type, _ element: Type, _ scope: Scope
  ) -> RandomExpression? {
    self.value(element, scope, depth: 1).map { .apply(operation, type, [value, $0]) }
  }

  private mutating func condition(
    ofSet value: RandomExpression, _ type: Type, _ element: Type, _ scope: Scope, _ depth: Int
  ) -> RandomExpression? {
    switch random.int(0...6) {
    case 0: return .apply(random.pick([.isEmpty, .isMajority]), type, [value])
    case 1: return .apply(random.chance(0.5) ? .isQuorum(random.int(1...2)) : .countIsAtLeast(1), type, [value])
    case 2:
      return self.value(type, scope, depth: 1).map {
        .apply(random.pick([.isSubset, .isSuperset, .isDisjoint]), type, [value, $0])
      }
    case 3: return quantified(value, type, element, scope)
    default: return operation(.contains, value, type, element, scope)
    }
  }

  private mutating func quantified(
    _ value: RandomExpression, _ type: Type, _ element: Type, _ scope: Scope
  ) -> RandomExpression? {
    let variable = variable()
    guard
      let predicate = condition(of: .read(Place(root: variable)), element, scope.adding(variable, element), 0)
    else { return nil }
    let counts = if case .valueSet = type { false } else { true }
    return .quantified(
      counts ? random.pick([.some, .every, .atLeast(2)]) : random.pick([.some, .every]), type, value, variable,
      predicate)
  }

  private mutating func matches(
    _ value: RandomExpression, _ type: Type, _ types: [Type], _ index: Int, _ scope: Scope
  ) -> RandomExpression? {
    var inner = scope
    var variables: [Variable] = []
    for type in types {
      variables.append(variable())
      inner = inner.adding(variables[variables.count - 1], type)
    }
    var found: RandomExpression = .literal(.bool, .bool(true))
    if let (variable, type) = zip(variables, types).first(where: { _ in true }), random.chance(0.7),
      let condition = condition(of: .read(Place(root: variable)), type, inner, 0)
    {
      found = condition
    }
    return .matches(type, value, index, variables, found)
  }
}
