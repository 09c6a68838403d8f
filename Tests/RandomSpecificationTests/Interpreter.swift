/// Says what the expressions, statements and actions of a specification mean, on plain values.
///
/// It knows nothing of bytes, and is slow: every assignment makes the whole value anew.
struct Interpreter {
  let specification: RandomSpecification
  let declarations: Declarations
  /// What is known everywhere: the constants.
  private let basis: Environment

  /// By the numbers of the variables.
  typealias Environment = [Plain]

  /// The specification has failed: a capacity is exceeded, or a value is out of its range.
  struct Failure: Error {}

  enum Flow {
    case onward
    case returned(Plain?)
  }

  /// - Parameter model: What gives the constants their values; nil for the defaults.
  init(_ specification: RandomSpecification, _ model: RandomModel? = nil) {
    self.specification = specification
    declarations = specification.declarations
    var basis = Environment(repeating: .number(0), count: specification.variableCount)
    for (index, constant) in specification.constants.enumerated() {
      let given = model.flatMap { $0.constants.indices.contains(index) ? $0.constants[index] : nil }
      basis[constant.variable.number] = given ?? constant.value
    }
    self.basis = basis
  }

  /// An environment in which only the state is known.
  func environment(_ state: Plain) -> Environment {
    var environment = basis
    environment[Variable.state.number] = state
    return environment
  }

  // MARK: Places

  /// Where a place is, as numbers of parts; nil if an optional on the way is nil.
  private func resolve(_ place: Place, _ environment: Environment) throws(Failure) -> [Int]? {
    var path: [Int] = []
    var value = environment[place.root.number]
    for step in place.path {
      let index: Int
      switch step {
      case .field(let number), .part(let number), .element(let number), .packet(let number): index = number
      case .key(let type, let key): index = declarations.ordinal(of: try evaluate(key, environment), in: type)
      case .entry(let number):
        guard (1...value.parts.count + 1).contains(number), number <= value.parts.count else { throw Failure() }
        index = number - 1
      case .wrapped:
        if value.tag == 0 { return nil }
        index = 0
      }
      path.append(index)
      value = value.parts[index]
    }
    return path
  }

  func read(_ place: Place, _ environment: Environment) throws(Failure) -> Plain {
    guard let path = try resolve(place, environment) else {
      preconditionFailure("an optional is read as if it were none")
    }
    var value = environment[place.root.number]
    for index in path { value = value.parts[index] }
    return value
  }

  /// Changes the value at a place; nothing happens if there is none.
  private func update(
    _ place: Place, _ environment: inout Environment, _ change: (Plain) throws(Failure) -> Plain
  ) throws(Failure) {
    guard let path = try resolve(place, environment) else { return }
    environment[place.root.number] = try Self.replacing(environment[place.root.number], path[...], change)
  }

  private static func replacing(
    _ value: Plain, _ path: ArraySlice<Int>, _ change: (Plain) throws(Failure) -> Plain
  ) throws(Failure) -> Plain {
    guard let first = path.first else { return try change(value) }
    var parts = value.parts
    parts[first] = try replacing(parts[first], path.dropFirst(), change)
    return value.with(parts)
  }

  // MARK: Statements

  func run(_ statements: [Statement], _ environment: inout Environment) throws(Failure) -> Flow {
    for statement in statements {
      if case .returned(let value) = try run(statement, &environment) { return .returned(value) }
    }
    return .onward
  }

  private func run(_ statement: Statement, _ environment: inout Environment) throws(Failure) -> Flow {
    switch statement {
    case .assign(let place, let value):
      let value = try evaluate(value, environment)
      try update(place, &environment) { _ in value }
    case .swap(let first, let second):
      let (a, b) = (try read(first, environment), try read(second, environment))
      try update(first, &environment) { _ in b }
      try update(second, &environment) { _ in a }
    case .declare(let variable, let value, _, _):
      environment[variable.number] = try evaluate(value, environment)
    case .conditional(let condition, let yes, let no):
      return try run(try evaluate(condition, environment).isTrue ? yes : no, &environment)
    case .unwrap(let variable, let value, let yes, let no):
      let value = try evaluate(value, environment)
      if value.tag == 0 { return try run(no, &environment) }
      environment[variable.number] = value.parts[0]
      return try run(yes, &environment)
    case .guardLet(let variable, let value, let otherwise):
      let value = try evaluate(value, environment)
      if value.tag == 0 { return .returned(try otherwise.map { e throws(Failure) in try evaluate(e, environment) }) }
      environment[variable.number] = value.parts[0]
    case .match(_, let value, let branches, let otherwise):
      let value = try evaluate(value, environment)
      guard let branch = branches.first(where: { $0.variant == value.tag }) else {
        return try run(otherwise ?? [], &environment)
      }
      for (variable, part) in zip(branch.variables, value.parts) { environment[variable.number] = part }
      return try run(branch.body, &environment)
    case .forEach(let variable, let type, let sequence, let body):
      for element in elements(of: try evaluate(sequence, environment), type) {
        environment[variable.number] = element
        if case .returned(let value) = try run(body, &environment) { return .returned(value) }
      }
    case .forAll(let variable, let type, let body):
      for value in declarations.values(of: type) {
        environment[variable.number] = value
        if case .returned(let value) = try run(body, &environment) { return .returned(value) }
      }
    case .loop(let variable, let most, let condition, let body):
      for count in 0..<most {
        environment[variable.number] = .number(count)
        guard try evaluate(condition, environment).isTrue else { break }
        if case .returned(let value) = try run(body, &environment) { return .returned(value) }
      }
    case .mutate(let mutation, let place, let type, let operands):
      if case .removeWhere(let variable) = mutation {
        let outer = environment
        try update(place, &environment) { network throws(Failure) in
          var rest: [Plain] = []
          for message in network.parts {
            var inner = outer
            inner[variable.number] = message
            if try !evaluate(operands[0], inner).isTrue { rest.append(message) }
          }
          return network.with(rest)
        }
      } else {
        let values = try operands.map { e throws(Failure) in try evaluate(e, environment) }
        try update(place, &environment) { value throws(Failure) in try mutate(mutation, value, type, values) }
      }
    case .callOn(let number, let place, let arguments):
      let function = specification.functions[number]
      let values = try arguments.map { e throws(Failure) in try evaluate(e, environment) }
      let parameters = function.receiver == nil ? function.parameters.dropFirst() : function.parameters[...]
      let itself = function.receiver == nil ? function.parameters[0].variable : .itself
      try update(place, &environment) { value throws(Failure) in
        var inner = self.environment(.number(0))
        inner[itself.number] = value
        for (parameter, value) in zip(parameters, values) { inner[parameter.variable.number] = value }
        _ = try run(function.body, &inner)
        return inner[itself.number]
      }
    case .exit(let value):
      return .returned(try value.map { e throws(Failure) in try evaluate(e, environment) })
    }
    return .onward
  }

  /// The elements of a collection as a loop goes through them.
  func elements(of value: Plain, _ type: Type) -> [Plain] {
    guard case .subset(let element) = type else { return value.parts }
    return value.parts.sorted { declarations.ordinal(of: $0, in: element) < declarations.ordinal(of: $1, in: element) }
  }

  /// What a function of the specification returns.
  func call(_ number: Int, _ arguments: [Plain]) throws(Failure) -> Plain {
    let function = specification.functions[number]
    var inner = environment(.number(0))
    for (parameter, value) in zip(function.parameters, arguments) { inner[parameter.variable.number] = value }
    guard case .returned(let value?) = try run(function.body, &inner) else {
      preconditionFailure("nothing is returned")
    }
    return value
  }
}
