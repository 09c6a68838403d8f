extension Generator {
  mutating func makeAction(_ number: Int) {
    var action = RandomAction(
      name: "a\(number)", choice: .finite([]), guards: .literal(.bool, .bool(true)), effect: [])
    var scope = Scope(hasFunctions: true, returnsNothing: true)
    scope.variables = [(.state, .structure(0), true)] + constants
    action.choice = choice(&scope)
    let reading = scope.readOnly
    if case .losing = action.choice {
      if style.isCyclic { specification.actions.append(action) }
      return
    }
    action.guards = random.chance(0.15) ? .literal(.bool, .bool(true)) : condition(reading, depth: 2)
    if random.chance(action.choice.receives ? 0.4 : 0.2), let (content, type) = content(action.choice, reading) {
      let variable = variable()
      action.binding = RandomAction.Binding(content: content, type: .optional(type), variable: variable)
      scope = scope.adding(variable, type)
    }
    action.effect = statements(scope, count: random.int(1...3))
    if !style.isCyclic { addStep(to: &action) }
    if style.isCyclic { action.fairness = fairness() }
    if action.fairness.strength != nil && !style.isSymmetric && random.chance(0.25) {
      action.fairPart = fairPart(action)
    }
    specification.actions.append(action)
  }

  /// Moves the counter of steps on, first of all so that nothing returns before.
  private func addStep(to action: inout RandomAction) {
    let step = Place(root: .state, path: [.field(0)])
    let isNotLast = RandomExpression.apply(.less, stepType, [.read(step), .literal(stepType, .number(style.steps))])
    action.effect.insert(.mutate(.add(1), step, stepType, []), at: 0)
    if let binding = action.binding {
      action.binding?.content = .choose(isNotLast, binding.content, .literal(binding.type, .none))
    } else {
      action.guards = .apply(.and, .bool, [isNotLast, action.guards])
    }
  }

  mutating func fairness() -> RandomFairness {
    if random.chance(0.3) { return RandomFairness() }
    return RandomFairness(
      strength: random.chance(0.7) ? .weak : .strong, isEach: !style.isSymmetric && random.chance(0.3))
  }

  private mutating func fairPart(_ action: RandomAction) -> RandomAction.FairPart {
    let all = action.parameters { element(of: $0) }
    let parameters = Array(all.prefix(random.int(0...min(3, all.count))))
    var scope = Scope()
    scope.variables = [(.state, .structure(0), false)] + constants
    for (variable, type) in parameters { scope = scope.adding(variable, type) }
    return RandomAction.FairPart(parameters: parameters, condition: condition(scope.readOnly, depth: 2))
  }

  /// Puts the fairness of two actions together, or of an action for each value of its first parameter.
  mutating func makeGroups() {
    if style.isSymmetric { return }
    for index in specification.actions.indices where specification.actions[index].fairness.isEach {
      guard case .finite(let parameters) = specification.actions[index].choice, parameters.count > 1, random.chance(0.5)
      else { continue }
      specification.actions[index].fairness.isOfFirst = true
    }
    guard random.chance(0.3) else { return }
    let groups = specification.actions.indices.filter { !specification.actions[$0].fairness.isEach }.prefix(2)
    for index in groups where specification.actions[index].fairness.strength != nil {
      specification.actions[index].fairness = RandomFairness(strength: .weak, group: 0)
    }
  }

  var constants: [(variable: Variable, type: Type, isMutable: Bool)] {
    specification.constants.map { ($0.variable, $0.type, false) }
  }

  private mutating func choice(_ scope: inout Scope) -> RandomAction.Choice {
    // Fields of the state, and of structs in it, by their key paths.
    let parts = places(scope).filter { place, _ in
      place.path.count > 0 && place.path.allSatisfy { if case .field = $0 { true } else { false } }
    }
    let networks = parts.filter { if case .network = $0.type { true } else { false } }
    if random.chance(0.6), let (place, type) = networks.randomElement(using: &random),
      case .network(_, let message) = type
    {
      if style.isCyclic && random.chance(0.2) { return .losing(place, type) }
      let variable = variable()
      scope = scope.adding(variable, message)
      return .receiving(place, type, variable)
    }
    let choosable = parts.filter { element(of: $0.type) != nil }
    if random.chance(0.35), let (place, type) = choosable.randomElement(using: &random) {
      let variable = variable()
      scope = scope.adding(variable, element(of: type)!)
      return .each(place, type, variable)
    }
    let maps = parts.filter { if case .map(_, let value) = $0.type { element(of: value) != nil } else { false } }
    if random.chance(0.4), let (place, type) = maps.randomElement(using: &random), case .map(let key, let value) = type
    {
      let (owner, variable) = (variable(), variable())
      scope = scope.adding(owner, key).adding(variable, element(of: value)!)
      return .owned(owner, key, place.then(.key(key, .read(Place(root: owner)))), value, variable)
    }
    return parameters(&scope)
  }

  private mutating func parameters(_ scope: inout Scope) -> RandomAction.Choice {
    var parameters: [(variable: Variable, type: Type)] = []
    var product = 1
    for _ in 0..<random.weighted([(3, 0), (6, 1), (4, 2), (1, 3), (1, 4), (1, 5)]) {
      let keys = stateFields.compactMap { if case .map(let key, _) = $0 { key } else { nil } }
      let type =
        random.chance(0.03)
        ? Type.bounded(-5, 295) : random.chance(0.5) && !keys.isEmpty ? random.pick(keys) : finite(most: 8)
      product *= declarations.count(of: type)!
      if product > 400 { break }
      let variable = variable()
      parameters.append((variable, type))
      scope = scope.adding(variable, type)
    }
    return .finite(parameters)
  }

  /// What a parameter over a value in the state ranges over.
  private func element(of type: Type) -> Type? {
    switch type {
    case .subset(let element), .log(_, let element), .queue(_, let element), .bag(_, let element),
      .valueSet(_, let element), .network(_, let element), .optional(let element):
      element
    default: nil
    }
  }

  /// What a guard finds out: a part of the message that is received, or else of anything that it sees; and its type.
  private mutating func content(_ choice: RandomAction.Choice, _ scope: Scope) -> (RandomExpression, Type)? {
    var seen = scope
    if case .receiving(_, .network(_, let message), let variable) = choice, random.chance(0.8) {
      seen = Scope()
      seen.variables = [(variable, message, false)]
    }
    guard let (place, part) = places(seen).filter({ $0.type != .structure(0) }).randomElement(using: &random) else {
      return nil
    }
    return (
      .choose(condition(scope), .construct(.optional(part), [.read(place)]), .literal(.optional(part), .none)), part
    )
  }
}

extension RandomAction.Choice {
  fileprivate var receives: Bool { if case .receiving = self { true } else { false } }
}
