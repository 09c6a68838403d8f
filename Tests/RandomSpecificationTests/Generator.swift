/// Makes random specifications.
///
/// What it makes compiles, and is of a size that can be explored. It uses few values of each type, and types more than
/// once, so that values meet: they are compared, copied from one place to another, and become equal.
struct Generator {
  var random: RandomSource
  var specification: RandomSpecification
  var style: Style
  /// Types that were made, to be used once more.
  var made: [Type] = []
  /// The values of each type that are written as literals.
  var pool: [Type: [Plain]] = [:]

  /// What is special about a specification.
  struct Style {
    /// Whether there is an interchangeable kind of identities, all of whom are treated alike.
    var isSymmetric = false
    /// Whether states come again: then it is small and has temporal properties.
    var isCyclic = false
    /// Whether capacities and ranges are now and then not looked after.
    var isCareless = false
    /// How deeply types are nested.
    var depth = 3
    /// How many steps a behaviour has, if states do not come again.
    var steps = 7

    init(using random: inout RandomSource) {
      isSymmetric = random.chance(0.2)
      isCyclic = random.chance(0.3)
      isCareless = random.chance(0.08)
      depth = isCyclic ? random.int(1...2) : random.int(1...3)
    }
  }

  var declarations: Declarations {
    get { specification.declarations }
    set { specification.declarations = newValue }
  }

  private init(seed: Int, _ name: String) {
    random = RandomSource(seed: seed)
    style = Style(using: &random)
    specification = RandomSpecification(name: name)
  }

  /// The specification for a seed.
  ///
  /// - Parameters:
  ///   - attempt: Another one for each attempt.
  ///   - steps: How many steps a behaviour has, if states do not come again.
  ///   - isCyclic: Whether they do; nil if that is left to chance.
  static func specification(seed: Int, attempt: Int, steps: Int, isCyclic: Bool?) -> RandomSpecification {
    var generator = Generator(seed: seed &* 16 &+ attempt, "Random\(seed)")
    generator.style.steps = steps
    if let isCyclic { generator.style.isCyclic = isCyclic }
    generator.makeTypes()
    generator.makeConstants()
    generator.makeFunctions()
    generator.makeInitialStates()
    let count = generator.random.int(generator.style.isCyclic ? 2...4 : 3...7)
    for number in 0..<count { generator.makeAction(number) }
    if generator.style.isCyclic { generator.makeGroups() }
    generator.makeProperties()
    generator.makeModels()
    return generator.specification
  }

  mutating func variable() -> Variable {
    defer { specification.variableCount += 1 }
    return Variable(number: specification.variableCount)
  }

  /// The bounded counter that every action moves on, if states do not come again.
  static let mostSteps = 7
  var stepType: Type { .bounded(0, Self.mostSteps) }

  static func isCyclic(_ specification: RandomSpecification) -> Bool {
    specification.declarations.structures[0].fields[0] != .bounded(0, mostSteps)
  }

  var stateFields: [Type] { declarations.structures[0].fields }

  // MARK: The state

  private mutating func makeTypes() {
    for _ in 0..<random.int(1...2) {
      declarations.enumerations.append(random.weighted([(11, random.int(1...5)), (1, 1), (1, random.int(9...20))]))
    }
    for _ in 0..<random.int(1...2) { declarations.identities.append(Identity(count: random.pick([1, 2, 2, 3, 3, 4]))) }
    if style.isSymmetric {
      declarations.identities[0] = Identity(count: random.pick([2, 3, 3]), isInterchangeable: true)
    }
    declarations.structures.append(Structure(fields: []))
    var fields: [Type] = style.isCyclic ? [] : [stepType]
    let count = random.int(style.isCyclic ? 1...3 : 2...5)
    var tries = 0
    while fields.count < count + (style.isCyclic ? 0 : 1) {
      tries += 1
      let type = tries > 30 ? Type.bool : type(depth: random.int(0...style.depth))
      if literal(type) != nil { fields.append(type) }
    }
    if random.chance(0.6) { fields.append(random.pick(fields.dropFirst(style.isCyclic ? 0 : 1))) }
    declarations.structures[0].fields = fields
    made.append(.structure(0))
  }

  private mutating func makeConstants() {
    specification.isGeneric = random.chance(0.25)
    for _ in 0..<random.weighted([(5, 0), (2, 1), (1, 2)]) {
      let type = random.pick([Type.bool, .enumeration(0), .identity(declarations.identities.count - 1), stepType])
      guard let value = literal(type) else { continue }
      specification.constants.append(Constant(variable: variable(), type: type, value: value))
    }
  }

  private mutating func makeInitialStates() {
    let fields = stateFields
    var states: [InitialState] = []
    for _ in 0..<random.weighted([(6, 1), (2, 2), (1, 3)]) {
      var state = InitialState(fields: [])
      var scope = Scope()
      let loops = fields.filter { (declarations.count(of: $0) ?? 100) <= 8 && $0 != stepType }
      if random.chance(0.3), let type = loops.randomElement(using: &random) {
        let variable = variable()
        state.loop = (variable, type)
        scope.variables = [(variable, type, false)]
      }
      for (index, type) in fields.enumerated() {
        if index == 0 && !style.isCyclic {
          state.fields.append(.literal(type, .number(0)))
        } else if let (variable, loop) = state.loop, loop == type, random.chance(0.7) {
          state.fields.append(.read(Place(root: variable)))
        } else {
          state.fields.append(.literal(type, literal(type)!))
        }
      }
      states.append(state)
    }
    specification.initial = states
  }

  private mutating func makeModels() {
    let name = specification.name
    var model = RandomModel(name: name)
    model.mayStopAnywhere = random.chance(style.isCyclic ? 0.7 : 0.4)
    if specification.mayStop == nil && !model.mayStopAnywhere && random.chance(0.85) {
      specification.mayStop = .literal(.bool, .bool(true))
    }
    specification.models = [model]
    if !specification.constants.isEmpty && random.chance(0.6) {
      model.name = "\(name) other"
      model.constants = specification.constants.map { random.chance(0.7) ? literal($0.type) : nil }
      specification.models.append(model)
      model.constants = []
    }
    if style.isSymmetric {
      model.name = "\(name) symmetric"
      model.isSymmetric = true
      specification.models.append(model)
      model.isSymmetric = false
    }
    // A loss has no parameters by which it could be told from another.
    let hasLoss = specification.actions.contains { if case .losing = $0.choice { true } else { false } }
    if style.isCyclic && random.chance(0.5) {
      model.name = "\(name) fair"
      model.fairness = RandomFairness(strength: random.pick([.weak, .strong]), isEach: !hasLoss && random.chance(0.4))
      specification.models.append(model)
    }
  }
}

/// What an expression or a statement can use.
struct Scope {
  var variables: [(variable: Variable, type: Type, isMutable: Bool)] = []
  /// Whether the functions of the specification can be called: not from the methods of a struct.
  var hasFunctions = false
  /// What a `return` gives back: nothing, or not allowed.
  var returnsNothing = false

  func adding(_ variable: Variable, _ type: Type, isMutable: Bool = false) -> Scope {
    var scope = self
    scope.variables.append((variable, type, isMutable))
    return scope
  }

  /// The same, with nothing that can be changed.
  var readOnly: Scope {
    var scope = self
    for index in scope.variables.indices { scope.variables[index].isMutable = false }
    return scope
  }
}
