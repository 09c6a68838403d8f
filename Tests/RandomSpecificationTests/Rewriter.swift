/// Goes through all of a specification and makes it anew.
struct Rewriter {
  /// What an expression becomes, or nil to go on inside it.
  var expression: (RandomExpression) -> RandomExpression? = { _ in nil }
  /// What a list of statements becomes, before it is gone into.
  var statements: ([Statement]) -> [Statement] = { $0 }
  /// What a place becomes, before its keys are gone into.
  var place: (Place) -> Place = { $0 }
  /// What a function call becomes.
  var function: (Int) -> Int = { $0 }

  func rewrite(_ specification: RandomSpecification) -> RandomSpecification {
    var result = specification
    for index in result.actions.indices { result.actions[index] = rewrite(result.actions[index]) }
    for index in result.functions.indices { result.functions[index].body = rewrite(result.functions[index].body) }
    for index in result.properties.indices { result.properties[index].kind = rewrite(result.properties[index].kind) }
    for index in result.initial.indices { result.initial[index].fields = result.initial[index].fields.map(rewrite) }
    result.constraint = result.constraint.map(rewrite)
    result.mayStop = result.mayStop.map(rewrite)
    return result
  }

  func rewrite(_ action: RandomAction) -> RandomAction {
    var action = action
    action.guards = rewrite(action.guards)
    if let binding = action.binding { action.binding?.content = rewrite(binding.content) }
    action.effect = rewrite(action.effect)
    switch action.choice {
    case .finite: break
    case .each(let place, let type, let variable): action.choice = .each(rewrite(place), type, variable)
    case .owned(let owner, let ownerType, let place, let type, let variable):
      action.choice = .owned(owner, ownerType, rewrite(place), type, variable)
    case .receiving(let place, let type, let variable): action.choice = .receiving(rewrite(place), type, variable)
    case .losing(let place, let type): action.choice = .losing(rewrite(place), type)
    }
    return action
  }

  private func rewrite(_ kind: RandomProperty.Kind) -> RandomProperty.Kind {
    switch kind {
    case .always(let f): .always(rewrite(f))
    case .step(let f): .step(rewrite(f))
    case .sometimes(let f): .sometimes(rewrite(f))
    case .temporal(let f): .temporal(rewrite(f))
    }
  }

  private func rewrite(_ formula: RandomFormula) -> RandomFormula {
    switch formula {
    case .now(let f): .now(rewrite(f))
    case .step(let f): .step(rewrite(f))
    case .not(let f): .not(rewrite(f))
    case .next(let f): .next(rewrite(f))
    case .always(let f): .always(rewrite(f))
    case .eventually(let f): .eventually(rewrite(f))
    case .and(let f, let g): .and(rewrite(f), rewrite(g))
    case .or(let f, let g): .or(rewrite(f), rewrite(g))
    case .implies(let f, let g): .implies(rewrite(f), rewrite(g))
    case .until(let f, let g): .until(rewrite(f), rewrite(g))
    case .weakUntil(let f, let g): .weakUntil(rewrite(f), rewrite(g))
    case .release(let f, let g): .release(rewrite(f), rewrite(g))
    case .leadsTo(let f, let g): .leadsTo(rewrite(f), rewrite(g))
    }
  }

  func rewrite(_ place: Place) -> Place {
    var place = self.place(place)
    for index in place.path.indices {
      if case .key(let type, let key) = place.path[index] { place.path[index] = .key(type, rewrite(key)) }
    }
    return place
  }

  func rewrite(_ expression: RandomExpression) -> RandomExpression {
    if let other = self.expression(expression) { return other }
    return switch expression {
    case .literal: expression
    case .read(let place): .read(rewrite(place))
    case .construct(let type, let parts): .construct(type, parts.map(rewrite))
    case .variant(let type, let number, let parts): .variant(type, number, parts.map(rewrite))
    case .apply(let operation, let type, let operands): .apply(operation, type, operands.map(rewrite))
    case .quantified(let quantifier, let type, let sequence, let variable, let predicate):
      .quantified(quantifier, type, rewrite(sequence), variable, rewrite(predicate))
    case .overAll(let quantifier, let type, let variable, let predicate):
      .overAll(quantifier, type, variable, rewrite(predicate))
    case .filtered(let type, let variable, let predicate): .filtered(type, variable, rewrite(predicate))
    case .call(let number, let arguments): .call(function(number), arguments.map(rewrite))
    case .choose(let condition, let yes, let no): .choose(rewrite(condition), rewrite(yes), rewrite(no))
    case .matches(let type, let value, let number, let variables, let condition):
      .matches(type, rewrite(value), number, variables, rewrite(condition))
    }
  }

  func rewrite(_ statements: [Statement]) -> [Statement] { self.statements(statements).map(rewrite) }

  private func rewrite(_ statement: Statement) -> Statement {
    switch statement {
    case .assign(let place, let value): .assign(rewrite(place), rewrite(value))
    case .swap(let first, let second): .swap(rewrite(first), rewrite(second))
    case .declare(let variable, let value, let type, let isMutable):
      .declare(variable, rewrite(value), type: type, isMutable: isMutable)
    case .conditional(let condition, let yes, let no): .conditional(rewrite(condition), rewrite(yes), rewrite(no))
    case .unwrap(let variable, let value, let yes, let no):
      .unwrap(variable, rewrite(value), rewrite(yes), rewrite(no))
    case .guardLet(let variable, let value, let otherwise):
      .guardLet(variable, rewrite(value), otherwise: otherwise.map(rewrite))
    case .match(let type, let value, let branches, let otherwise):
      .match(
        type, rewrite(value),
        branches.map { .init(variant: $0.variant, variables: $0.variables, body: rewrite($0.body)) },
        otherwise: otherwise.map { rewrite($0) })
    case .forEach(let variable, let type, let sequence, let body):
      .forEach(variable, type, rewrite(sequence), rewrite(body))
    case .forAll(let variable, let type, let body): .forAll(variable, type, rewrite(body))
    case .loop(let variable, let most, let condition, let body):
      .loop(variable, most, rewrite(condition), rewrite(body))
    case .mutate(let mutation, let place, let type, let operands):
      .mutate(mutation, rewrite(place), type, operands.map(rewrite))
    case .callOn(let number, let place, let arguments):
      .callOn(function(number), rewrite(place), arguments.map(rewrite))
    case .exit(let value): .exit(value.map(rewrite))
    }
  }
}
