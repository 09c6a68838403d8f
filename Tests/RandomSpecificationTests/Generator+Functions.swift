extension Generator {
  /// Functions of the specification and methods of its structs, some of which call those before them.
  mutating func makeFunctions() {
    for _ in 0..<random.int(0...4) {
      if let function = random.chance(0.4) ? method() : random.chance(0.5) ? change() : query() {
        specification.functions.append(function)
      }
    }
  }

  private mutating func parameters(_ count: Int) -> [(variable: Variable, type: Type)] {
    (0..<count).map { _ in (variable(), random.chance(0.7) && !made.isEmpty ? random.pick(made) : finite()) }
  }

  private mutating func method() -> Function? {
    let number = random.chance(0.5) ? 0 : random.pick(declarations.structures.indices)
    let parameters = parameters(random.int(0...2))
    var scope = Scope()
    scope.variables =
      [(.itself, .structure(number), true)] + parameters.map { ($0.variable, $0.type, false) }
    scope.returnsNothing = true
    let body = statements(scope, count: random.int(1...3))
    return body.isEmpty ? nil : Function(receiver: number, parameters: parameters, body: body)
  }

  private mutating func change() -> Function? {
    let parameters = parameters(random.int(1...3))
    var scope = Scope(hasFunctions: true, returnsNothing: true)
    scope.variables = parameters.enumerated().map { ($1.variable, $1.type, $0 == 0) } + constants
    let body = statements(scope, count: random.int(1...3))
    return body.isEmpty ? nil : Function(parameters: parameters, isInOut: true, body: body)
  }

  /// A function that returns a value, perhaps one of its parameters after a change.
  private mutating func query() -> Function? {
    let parameters = parameters(random.int(1...3))
    var scope = Scope(hasFunctions: true)
    scope.variables = parameters.map { ($0.variable, $0.type, false) } + constants
    let result = random.chance(0.3) ? Type.bool : parameters[0].type
    var body: [Statement] = []
    let optionals = places(scope).filter { if case .optional = $0.type { true } else { false } }
    if random.chance(0.4), let (place, type) = optionals.randomElement(using: &random),
      case .optional(let wrapped) = type, let otherwise = value(result, scope, depth: 1)
    {
      let variable = variable()
      body.append(.guardLet(variable, .read(place), otherwise: otherwise))
      scope = scope.adding(variable, wrapped)
    }
    if random.chance(0.5) {
      let copy = variable()
      body.append(.declare(copy, .read(Place(root: parameters[0].variable)), type: parameters[0].type, isMutable: true))
      scope = scope.adding(copy, parameters[0].type, isMutable: true)
      body += statements(scope, count: random.int(1...2), depth: 1)
      body.append(.exit(result == .bool ? condition(scope, depth: 2) : .read(Place(root: copy))))
    } else {
      guard let value = result == .bool ? condition(scope, depth: 2) : value(result, scope) else { return nil }
      body.append(.exit(value))
    }
    return Function(parameters: parameters, result: result, body: body)
  }
}
