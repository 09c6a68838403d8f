extension Generator {
  // MARK: Branches

  /// A `switch` over an optional or an enum with payloads.
  mutating func match(_ scope: Scope, _ depth: Int) -> [Statement]? {
    let values = places(scope).filter {
      switch $0.type {
      case .optional, .payload: true
      default: false
      }
    }
    guard let (place, type) = values.randomElement(using: &random) else { return nil }
    let cases: [[Type]]
    switch type {
    case .optional(let wrapped): cases = [[], [wrapped]]
    case .payload(let number): cases = declarations.payloads[number].cases
    default: return nil
    }
    var branches: [Statement.Branch] = []
    let isWhole = random.chance(0.6)
    for (index, types) in cases.enumerated() where isWhole || random.chance(0.6) {
      var inner = scope
      var variables: [Variable] = []
      for type in types {
        variables.append(variable())
        inner = inner.adding(variables[variables.count - 1], type)
      }
      let count = random.int(0...2)
      branches.append(
        .init(variant: index, variables: variables, body: statements(inner, count: count, depth: depth - 1)))
    }
    if branches.isEmpty { return nil }
    let otherwise = branches.count == cases.count ? nil : statements(scope, count: 1, depth: depth - 1)
    return [.match(type, .read(place), branches, otherwise: otherwise)]
  }

  mutating func unwrap(_ scope: inout Scope, _ depth: Int) -> [Statement]? {
    let optionals = places(scope).filter { if case .optional = $0.type { true } else { false } }
    guard let (place, type) = optionals.randomElement(using: &random), case .optional(let wrapped) = type else {
      return nil
    }
    let variable = variable()
    if scope.returnsNothing && random.chance(0.3) {
      scope = scope.adding(variable, wrapped)
      return [.guardLet(variable, .read(place), otherwise: nil)]
    }
    let inner = scope.adding(variable, wrapped)
    return [
      .unwrap(
        variable, .read(place), statements(inner, count: random.int(1...2), depth: depth - 1),
        random.chance(0.4) ? statements(scope, count: 1, depth: depth - 1) : [])
    ]
  }

  /// A statement in braces of its own, so that what it declares ends.
  mutating func nested(_ scope: Scope) -> [Statement]? {
    [.conditional(.literal(.bool, .bool(true)), statements(scope, count: 2, depth: 0), [])]
  }

  // MARK: Loops

  mutating func loop(_ scope: Scope, _ depth: Int) -> [Statement]? {
    switch random.int(0...5) {
    case 0:
      let variable = variable()
      var inner = scope
      inner.returnsNothing = false
      return [
        .loop(
          variable, random.int(1...3), condition(scope), statements(inner, count: random.int(1...2), depth: 0))
      ]
    case 1, 2: return loopOverAll(scope)
    default: return loopOverElements(scope)
    }
  }

  private mutating func loopOverAll(_ scope: Scope) -> [Statement]? {
    let type = finite(most: 8)
    let variable = variable()
    let inner = scope.adding(variable, type)
    if !declarations.hasInterchangeable(type) && random.chance(0.5) {
      return [.forAll(variable, type, statements(inner, count: 1, depth: 0))]
    }
    return withoutOrder(variable, type, inner).map { [.forAll(variable, type, $0)] }
  }

  private mutating func loopOverElements(_ scope: Scope) -> [Statement]? {
    let sequences = places(scope).filter {
      switch $0.type {
      case .subset, .log, .queue, .bag, .valueSet, .network: true
      default: false
      }
    }
    guard let (place, type) = sequences.randomElement(using: &random) else { return nil }
    let variable = variable()
    switch type {
    case .log(_, let element), .queue(_, let element):
      return [.forEach(variable, type, .read(place), statements(scope.adding(variable, element), count: 1, depth: 0))]
    case .subset(let element) where !declarations.hasInterchangeable(element) && random.chance(0.5):
      return [.forEach(variable, type, .read(place), statements(scope.adding(variable, element), count: 1, depth: 0))]
    case .subset(let element), .bag(_, let element), .valueSet(_, let element), .network(_, let element):
      return withoutOrder(variable, element, scope.adding(variable, element)).map {
        [.forEach(variable, type, .read(place), $0)]
      }
    default: return nil
    }
  }

  /// What can be done with each of some values so that it does not matter in which order they come.
  private mutating func withoutOrder(_ variable: Variable, _ type: Type, _ scope: Scope) -> [Statement]? {
    let element = RandomExpression.read(Place(root: variable))
    let targets = places(scope, mutable: true).filter { place, target in
      let hasKeyOfIts = place.path.contains {
        if case .key(_, .read(let key)) = $0 { key.root == variable } else { false }
      }
      if case .subset(type) = target { return true }
      return hasKeyOfIts
    }
    guard let (place, target) = targets.randomElement(using: &random) else { return nil }
    if case .subset(type) = target {
      let insertion = Statement.mutate(random.chance(0.7) ? .insert : .remove, place, target, [element])
      if random.chance(0.5) { return [insertion] }
      return [.conditional(predicate(variable, type, Scope()), [insertion], [])]
    }
    // The key is the value itself: no two write to the same place. What is written depends on it only.
    var only = Scope()
    only.variables = [(variable, type, false)]
    return literal(target) == nil ? nil : value(target, only, depth: 1).map { [.assign(place, $0)] }
  }
}
