extension Generator {
  mutating func makeProperties() {
    var scope = Scope(hasFunctions: true)
    scope.variables = [(.state, .structure(0), false)] + constants
    for number in 0..<random.int(1...3) {
      let question = condition(scope, depth: 3)
      // Rarely true, or rarely false: most specifications should be explored to their end.
      specification.properties.append(RandomProperty(name: "p\(number)", kind: .sometimes(question)))
    }
    if random.chance(0.3) {
      let conditions = (0..<3).map { _ in condition(scope, depth: 2) }
      specification.properties.append(
        RandomProperty(name: "invariant", kind: .always(.apply(.or, .bool, conditions))))
    }
    if random.chance(0.3) {
      var both = scope
      both.variables.append((.after, .structure(0), false))
      let conditions = (0..<4).map { _ in condition(both, depth: 2) }
      specification.properties.append(RandomProperty(name: "step", kind: .step(.apply(.or, .bool, conditions))))
    }
    if random.chance(0.25) {
      specification.constraint = .apply(.or, .bool, [condition(scope, depth: 2), condition(scope)])
    }
    if random.chance(0.15) { specification.mayStop = condition(scope, depth: 2) }
    if style.isCyclic {
      for number in 0..<random.int(1...3) {
        specification.properties.append(
          RandomProperty(name: "temporal\(number)", kind: .temporal(formula(scope))))
      }
    }
  }

  private mutating func formula(_ scope: Scope) -> RandomFormula {
    func atom(_ generator: inout Generator) -> RandomFormula { .now(generator.condition(scope, depth: 2)) }
    switch random.int(0...7) {
    case 0: return .eventually(atom(&self))
    case 1: return .leadsTo(atom(&self), atom(&self))
    case 2: return .always(.eventually(atom(&self)))
    case 3: return .eventually(.always(atom(&self)))
    case 4: return .until(atom(&self), atom(&self))
    default: return formula(scope, size: random.int(1...3))
    }
  }

  private mutating func formula(_ scope: Scope, size: Int) -> RandomFormula {
    if size == 0 {
      if random.chance(0.7) { return .now(condition(scope, depth: 1)) }
      var both = scope
      both.variables.append((.after, .structure(0), false))
      return .step(condition(both, depth: 1))
    }
    func part(_ generator: inout Generator, _ size: Int) -> RandomFormula { generator.formula(scope, size: size) }
    let first = random.int(0...size - 1)
    switch random.int(0...11) {
    case 0: return .not(part(&self, size - 1))
    case 1: return .and(part(&self, first), part(&self, size - 1 - first))
    case 2: return .or(part(&self, first), part(&self, size - 1 - first))
    case 3: return .implies(part(&self, first), part(&self, size - 1 - first))
    case 4: return .next(part(&self, size - 1))
    case 5: return .always(part(&self, size - 1))
    case 6: return .eventually(part(&self, size - 1))
    case 7, 8: return .until(part(&self, first), part(&self, size - 1 - first))
    case 9: return .weakUntil(part(&self, first), part(&self, size - 1 - first))
    case 10: return .release(part(&self, first), part(&self, size - 1 - first))
    default: return .leadsTo(part(&self, first), part(&self, size - 1 - first))
    }
  }
}
