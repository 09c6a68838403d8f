/// What the variables of a specification are, and whether each is known where it is used.
struct Scopes {
  private(set) var types: [Variable: Type] = [.state: .structure(0), .after: .structure(0)]
  /// Whether all variables that are used have been declared before, in the same function or action.
  private(set) var isValid = true
  private let specification: RandomSpecification
  private var known: Set<Variable> = []

  init(_ specification: RandomSpecification) {
    self.specification = specification
    for constant in specification.constants { types[constant.variable] = constant.type }
    for function in specification.functions {
      known = Set(function.parameters.map(\.variable))
      if let receiver = function.receiver {
        known.insert(.itself)
        types[.itself] = .structure(receiver)
      }
      for (variable, type) in function.parameters { types[variable] = type }
      visit(function.body)
      if function.result != nil, case .exit(_?)? = function.body.last {
      } else if function.result != nil {
        isValid = false
      }
    }
    for state in specification.initial {
      known = []
      if let (variable, type) = state.loop { declare(variable, type) }
      state.fields.forEach { visit($0) }
    }
    for action in specification.actions { visit(action) }
    for property in specification.properties {
      known = [.state, .after]
      visit(property.kind)
    }
    known = [.state]
    if let constraint = specification.constraint { visit(constraint) }
    if let mayStop = specification.mayStop { visit(mayStop) }
  }

  private mutating func declare(_ variable: Variable, _ type: Type?) {
    known.insert(variable)
    if let type { types[variable] = type }
  }

  private mutating func visit(_ action: RandomAction) {
    known = [.state]
    switch action.choice {
    case .finite(let parameters): for (variable, type) in parameters { declare(variable, type) }
    case .each(_, let type, let variable), .receiving(_, let type, let variable):
      declare(variable, Self.element(of: type))
    case .owned(let owner, let ownerType, _, let type, let variable):
      declare(owner, ownerType)
      declare(variable, Self.element(of: type))
    case .losing: break
    }
    if let binding = action.binding {
      visit(binding.content)
      declare(binding.variable, Self.element(of: binding.type))
    }
    visit(action.guards)
    visit(action.effect)
  }

  private mutating func visit(_ kind: RandomProperty.Kind) {
    switch kind {
    case .always(let f), .step(let f), .sometimes(let f): visit(f)
    case .temporal(let formula):
      for atom in Tableau(formula).atoms {
        switch atom {
        case .now(let f), .step(let f): visit(f)
        default: break
        }
      }
    }
  }

  private mutating func visit(_ place: Place) {
    if !known.contains(place.root) && !specification.constants.contains(where: { $0.variable == place.root }) {
      isValid = false
    }
    for case .key(_, let key) in place.path { visit(key) }
  }

  private mutating func visit(_ expression: RandomExpression) {
    switch expression {
    case .literal: break
    case .read(let place): visit(place)
    case .construct(_, let parts), .variant(_, _, let parts), .apply(_, _, let parts), .call(_, let parts):
      for part in parts { visit(part) }
    case .quantified(_, let type, let sequence, let variable, let predicate):
      visit(sequence)
      declare(variable, Self.element(of: type))
      visit(predicate)
    case .overAll(_, let type, let variable, let predicate), .filtered(let type, let variable, let predicate):
      declare(variable, type)
      visit(predicate)
    case .choose(let condition, let yes, let no):
      visit(condition)
      visit(yes)
      visit(no)
    case .matches(let type, let value, let number, let variables, let condition):
      visit(value)
      for (variable, type) in zip(variables, payload(of: type, number)) { declare(variable, type) }
      visit(condition)
    }
  }

  private mutating func visit(_ statements: [Statement]) {
    // What a block declares ends with it.
    let outer = known
    for statement in statements { visit(statement) }
    known = outer
  }

  private mutating func visit(_ statement: Statement) {
    switch statement {
    case .assign(let place, let value):
      visit(place)
      visit(value)
      if value == .read(place) { isValid = false }
    case .swap(let first, let second):
      visit(first)
      visit(second)
    case .declare(let variable, let value, let type, _):
      visit(value)
      declare(variable, type)
    case .conditional(let condition, let yes, let no):
      visit(condition)
      visit(yes)
      visit(no)
    case .unwrap(let variable, let value, let yes, let no):
      visit(value)
      visit(no)
      let outer = known
      declare(variable, type(of: value).flatMap(Self.element))
      visit(yes)
      known = outer
    case .guardLet(let variable, let value, let otherwise):
      visit(value)
      if let otherwise { visit(otherwise) }
      declare(variable, type(of: value).flatMap(Self.element))
    case .match(let type, let value, let branches, let otherwise):
      visit(value)
      for branch in branches {
        for (variable, type) in zip(branch.variables, payload(of: type, branch.variant)) { declare(variable, type) }
        visit(branch.body)
      }
      visit(otherwise ?? [])
    case .forEach(let variable, let type, let sequence, let body):
      visit(sequence)
      let outer = known
      declare(variable, Self.element(of: type))
      visit(body)
      known = outer
    case .forAll(let variable, let type, let body):
      let outer = known
      declare(variable, type)
      visit(body)
      known = outer
    case .loop(_, _, let condition, let body):
      visit(condition)
      visit(body)
    case .mutate(let mutation, let place, let type, let operands):
      visit(place)
      if case .removeWhere(let variable) = mutation { declare(variable, Self.element(of: type)) }
      for operand in operands { visit(operand) }
    case .callOn(_, let place, let arguments):
      visit(place)
      for argument in arguments { visit(argument) }
    case .exit(let value): if let value { visit(value) }
    }
  }

  // MARK: Types

  /// What a collection or an optional contains.
  static func element(of type: Type) -> Type? {
    switch type {
    case .optional(let element), .subset(let element), .log(_, let element), .queue(_, let element),
      .bag(_, let element), .valueSet(_, let element), .network(_, let element), .map(_, let element),
      .inline(_, let element):
      element
    default: nil
    }
  }

  private func payload(of type: Type, _ number: Int) -> [Type] {
    switch type {
    case .optional(let wrapped): number == 0 ? [] : [wrapped]
    case .payload(let index): specification.declarations.payloads[index].cases[number]
    default: []
    }
  }

  /// The type of a part of a value.
  func type(_ type: Type, after step: Place.Step) -> Type? {
    switch (step, type) {
    case (.field(let number), .structure(let index)): specification.declarations.structures[index].fields[number]
    case (.part(let number), .tuple(let types)): types[number]
    case (.packet(let number), .packet(let node, let body)): number == 0 ? body : node
    case (.element, _), (.key, _), (.entry, _), (.wrapped, _): Self.element(of: type)
    default: nil
    }
  }

  func type(of place: Place) -> Type? {
    place.path.reduce(types[place.root]) { type, step in type.flatMap { self.type($0, after: step) } }
  }

  func type(of expression: RandomExpression) -> Type? {
    switch expression {
    case .literal(let type, _), .construct(let type, _), .variant(let type, _, _): type
    case .read(let place): type(of: place)
    case .quantified, .overAll, .matches: .bool
    case .filtered(let type, _, _): .subset(type)
    case .call(let number, _): specification.functions[number].result
    case .choose(_, let yes, _): type(of: yes)
    case .apply(let operation, let operand, _):
      switch operation {
      case .plus, .next, .previous, .union, .intersection, .subtracting, .complement, .setOf: operand
      case .last, .front, .back, .at: Self.element(of: operand).map { .optional($0) }
      case .largest, .smallest: Self.element(of: operand)
      case .keys: if case .map(let key, _) = operand { .subset(key) } else { nil }
      default: .bool
      }
    }
  }
}
