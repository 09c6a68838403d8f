/// The ways to make a specification a little smaller, the larger steps first.
struct Edits {
  let specification: RandomSpecification

  init(_ specification: RandomSpecification) { self.specification = specification }

  /// All specifications that are one edit away. Some make no sense; ``Validity`` tells.
  func all() -> [RandomSpecification] {
    parts() + lists() + actions() + statements() + fields() + expressions()
  }

  private func changed(_ change: (inout RandomSpecification) -> Void) -> RandomSpecification {
    var copy = specification
    change(&copy)
    return copy
  }

  private func parts() -> [RandomSpecification] {
    var edits: [RandomSpecification] = []
    if specification.models.count > 1 {
      edits += specification.models.indices.map { keep in changed { $0.models = [$0.models[keep]] } }
    }
    if specification.actions.count > 2 {
      let half = specification.actions.count / 2
      edits.append(changed { $0.actions.removeFirst(half) })
      edits.append(changed { $0.actions.removeLast(half) })
    }
    if specification.actions.count > 1 {
      edits += specification.actions.indices.map { index in changed { $0.actions.remove(at: index) } }
    }
    edits += specification.properties.indices.map { index in changed { $0.properties.remove(at: index) } }
    if specification.constraint != nil { edits.append(changed { $0.constraint = nil }) }
    let always = RandomExpression.literal(.bool, .bool(true))
    if specification.mayStop != always { edits.append(changed { $0.mayStop = always }) }
    if specification.initial.count > 1 {
      edits += specification.initial.indices.map { index in changed { $0.initial.remove(at: index) } }
    }
    for index in specification.initial.indices where specification.initial[index].loop != nil {
      edits.append(changed { $0.initial[index].loop = nil })
    }
    for index in specification.models.indices where specification.models[index].fairness != nil {
      edits.append(changed { $0.models[index].fairness = nil })
    }
    return edits
  }

  private func actions() -> [RandomSpecification] {
    var edits: [RandomSpecification] = []
    for (index, action) in specification.actions.enumerated() {
      if action.fairness.strength != nil { edits.append(changed { $0.actions[index].fairness = RandomFairness() }) }
      if action.fairPart != nil { edits.append(changed { $0.actions[index].fairPart = nil }) }
      if action.binding != nil { edits.append(changed { $0.actions[index].binding = nil }) }
      switch action.choice {
      case .finite(let parameters):
        for number in parameters.indices {
          var rest = parameters
          rest.remove(at: number)
          edits.append(changed { $0.actions[index].choice = .finite(rest) })
        }
      default: edits.append(changed { $0.actions[index].choice = .finite([]) })
      }
    }
    return edits
  }

  /// Half of the statements of a list gone.
  private func lists() -> [RandomSpecification] {
    nodes(statements: true).filter { $0 > 2 }.indices.flatMap { list in
      [0, 1].map { part in
        atList(list) { statements in
          part == 0 ? Array(statements.dropFirst(statements.count / 2)) : Array(statements.prefix(statements.count / 2))
        }
      }
    }
  }

  private func statements() -> [RandomSpecification] {
    nodes(statements: true).enumerated().flatMap { list, count in
      (0..<count).flatMap { index in
        [0, 1, 2].compactMap { way in
          var isMeant = false
          let edit = atList(list) { statements in
            guard let inner = Self.simpler(statements[index], way) else { return statements }
            isMeant = true
            return Array(statements[..<index]) + inner + Array(statements[(index + 1)...])
          }
          return isMeant ? edit : nil
        }
      }
    }
  }

  private static func simpler(_ statement: Statement, _ way: Int) -> [Statement]? {
    if way == 0 { return [] }
    switch statement {
    case .conditional(_, let yes, let no), .unwrap(_, _, let yes, let no): return way == 1 ? yes : no.isEmpty ? nil : no
    case .match(_, _, let branches, let otherwise):
      return way == 1 ? branches.first(where: { !$0.body.isEmpty })?.body : otherwise
    case .forAll(_, _, let body), .forEach(_, _, _, let body), .loop(_, _, _, let body): return way == 1 ? body : nil
    default: return nil
    }
  }

  // MARK: Places in the text

  /// How many statements each list has, in the order in which a rewriter meets them.
  private func nodes(statements: Bool) -> [Int] {
    var counts: [Int] = []
    _ = Rewriter(statements: {
      counts.append($0.count)
      return $0
    }).rewrite(specification)
    return counts
  }

  private func atList(_ number: Int, _ change: @escaping ([Statement]) -> [Statement]) -> RandomSpecification {
    var next = 0
    return Rewriter(statements: { statements in
      defer { next += 1 }
      return next == number ? change(statements) : statements
    }).rewrite(specification)
  }

  // MARK: Fields

  /// A field less of the state or another struct, where nothing names it.
  private func fields() -> [RandomSpecification] {
    let types = Scopes(specification).types
    return specification.declarations.structures.indices.flatMap { number in
      specification.declarations.structures[number].fields.indices.compactMap { field in
        specification.declarations.structures[number].fields.count == 1
          || specification.declarations.structures[number].isFinite
          ? nil : FieldRemoval(specification, types, structure: number, field: field).result
      }
    }
  }

  // MARK: Expressions

  private func expressions() -> [RandomSpecification] {
    let scopes = Scopes(specification)
    var found: [(number: Int, simpler: [RandomExpression])] = []
    var next = 0
    _ = Rewriter(expression: { expression in
      found.append((next, simpler(expression, scopes)))
      next += 1
      return nil
    }).rewrite(specification)
    return found.flatMap { number, simpler in
      simpler.map { other in
        var next = 0
        return Rewriter(expression: { _ in
          defer { next += 1 }
          return next == number ? other : nil
        }).rewrite(specification)
      }
    }
  }

  private func simpler(_ expression: RandomExpression, _ scopes: Scopes) -> [RandomExpression] {
    let type = scopes.type(of: expression)
    var others: [RandomExpression] = []
    switch expression {
    case .literal(let type, let value):
      if let zero = specification.declarations.simplest(type), zero != value { return [.literal(type, zero)] }
      return []
    case .apply(let operation, _, let operands):
      others += operands.filter { scopes.type(of: $0) == type }
      if operation == .and || operation == .or, operands.count > 2 {
        others += operands.indices.map { index in
          var rest = operands
          rest.remove(at: index)
          return .apply(operation, .bool, rest)
        }
      }
    case .choose(_, let yes, let no): others += [yes, no]
    case .call(_, let arguments): others += arguments.filter { scopes.type(of: $0) == type }
    case .matches(_, _, _, _, let condition): others.append(condition)
    default: break
    }
    if type == .bool {
      others += [.literal(.bool, .bool(true)), .literal(.bool, .bool(false))]
    } else if let type, let zero = specification.declarations.simplest(type) {
      others.append(.literal(type, zero))
    }
    return others
  }
}

extension Declarations {
  /// The least value of a type; nil if it would tell interchangeable identities apart.
  func simplest(_ type: Type) -> Plain? {
    func list(_ types: [Type]) -> [Plain]? {
      let values = types.map(simplest)
      return values.contains(nil) ? nil : values.map { $0! }
    }
    switch type {
    case .bool, .integer, .enumeration: return .number(0)
    case .bounded(let lower, let upper): return .number((lower...upper).contains(0) ? 0 : lower)
    case .identity(let number): return identities[number].isInterchangeable ? nil : .number(0)
    case .optional: return Plain.none
    case .structure(let number): return list(structures[number].fields).map { .list($0) }
    case .payload(let number):
      for (index, types) in payloads[number].cases.enumerated() {
        if let values = list(types) { return .tagged(index, values) }
      }
      return nil
    case .tuple(let types): return list(types).map { .list($0) }
    case .inline(let count, let element): return list([Type](repeating: element, count: count)).map { .list($0) }
    case .packet(let node, let body): return list([body, node, node]).map { .list($0) }
    case .map(let key, let value): return list([Type](repeating: value, count: count(of: key)!)).map { .list($0) }
    case .subset, .log, .queue, .bag, .valueSet: return .list([])
    case .network: return nil
    }
  }
}
