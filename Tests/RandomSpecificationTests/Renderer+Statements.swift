extension Renderer {
  func statements(_ statements: [Statement]) -> [String] { statements.flatMap(statement) }

  private func statement(_ statement: Statement) -> [String] {
    switch statement {
    case .assign(let target, let value): return ["\(place(target)) = \(expression(value))"]
    case .swap(let first, let second): return ["swap(&\(place(first)), &\(place(second)))"]
    case .declare(let variable, let value, let type, let isMutable):
      return ["\(isMutable ? "var" : "let") \(variable.name): \(self.type(type)) = \(expression(value))"]
    case .conditional(let condition, let yes, let no):
      return ["if \(expression(condition)) {"] + statements(yes) + otherwise(no)
    case .unwrap(let variable, let value, let yes, let no):
      return ["if let \(variable.name) = \(expression(value)) {"] + statements(yes) + otherwise(no)
    case .guardLet(let variable, let value, let otherwise):
      return [
        "guard let \(variable.name) = \(expression(value)) else { return \(otherwise.map(expression) ?? "") }"
      ]
    case .match(let type, let value, let branches, let otherwise):
      var lines = ["switch \(expression(value)) {"]
      for branch in branches {
        lines.append("case \(pattern(type, branch.variant, branch.variables)):")
        lines += branch.body.isEmpty ? ["break"] : statements(branch.body)
      }
      if let otherwise { lines += ["default:"] + (otherwise.isEmpty ? ["break"] : statements(otherwise)) }
      return lines + ["}"]
    case .forEach(let variable, _, let sequence, let body):
      return ["for \(variable.name) in \(expression(sequence)) {"] + statements(body) + ["}"]
    case .forAll(let variable, let type, let body):
      return ["for \(variable.name) in \(all(type)) {"] + statements(body) + ["}"]
    case .loop(let variable, let most, let condition, let body):
      return ["var \(variable.name) = 0", "while \(variable.name) < \(most) && \(expression(condition)) {"]
        + statements(body) + ["\(variable.name) += 1", "}"]
    case .mutate(let mutation, let target, _, let operands): return [mutate(mutation, place(target), operands)]
    case .callOn(let number, let target, let arguments):
      let values = arguments.map(expression)
      if specification.functions[number].receiver != nil {
        let receiver = target.path.isEmpty && target.root == .itself ? "self" : place(target)
        return ["\(receiver).h\(number)(\(values.joined(separator: ", ")))"]
      }
      return ["h\(number)(\((["&" + place(target)] + values).joined(separator: ", ")))"]
    case .exit(let value): return [value.map { "return \(expression($0))" } ?? "return"]
    }
  }

  private func otherwise(_ body: [Statement]) -> [String] {
    body.isEmpty ? ["}"] : ["} else {"] + statements(body) + ["}"]
  }

  private func mutate(_ mutation: Mutation, _ target: String, _ operands: [RandomExpression]) -> String {
    // A packet is sent by its parts.
    if mutation == .send, case .construct(.packet, let parts) = operands[0] {
      let values = parts.map(expression)
      return "\(target).send(\(values[0]), from: \(values[1]), to: \(values[2]))"
    }
    let values = operands.map(expression)
    func call(_ name: String) -> String { "\(target).\(name)(\(values.joined(separator: ", ")))" }
    return switch mutation {
    case .toggle: call("toggle")
    case .add(let amount): amount < 0 ? "\(target) -= \(-amount)" : "\(target) += \(amount)"
    case .insert: call("insert")
    case .remove: call("remove")
    case .removeAll: call("removeAll")
    case .append: call("append")
    case .enqueue: call("enqueue")
    case .dequeue: call("dequeue")
    case .truncate(let index): "\(target).truncate(after: \(index))"
    case .formUnion: call("formUnion")
    case .formIntersection: call("formIntersection")
    case .subtract: call("subtract")
    case .send: call("send")
    case .broadcast: "\(target).broadcast(\(values[0]), from: \(values[1]))"
    case .removeWhere(let variable): "\(target).removeAll(where: { \(variable.name) in \(values[0]) })"
    }
  }

  // MARK: Actions and properties

  func action(_ action: RandomAction) -> [String] {
    let fair = action.fairness.strength == nil ? "" : ", fairness: \(fairness(action.fairness))"
    func lines(_ header: String, _ variables: [String]) -> [String] {
      let names = (["s"] + variables).joined(separator: ", ")
      let binding = action.binding
      var (finding, result) = (binding.map { ", finding: \(type(wrapped($0.type))).self" } ?? "", "")
      // What is received can be taken apart without it.
      if let binding, header.hasPrefix(", receiving: "), binding.variable.number % 2 == 0 {
        (finding, result) = ("", " -> \(type(binding.type))")
      }
      let found = binding.map { ", \($0.variable.name)" } ?? ""
      return [
        "Action(\"\(action.name)\"\(header)\(finding)\(fair)) { \(names)\(result) in",
        expression(binding?.content ?? action.guards), "} then: { \(names)\(found) in",
      ] + statements(action.effect) + ["}"] + fairPart(action)
    }
    switch action.choice {
    case .finite(let parameters):
      let types = parameters.map { "\(type($0.type)).self" }.joined(separator: ", ")
      return lines(parameters.isEmpty ? "" : ", for: \(types)", parameters.map(\.variable.name))
    case .each(let place, _, let variable): return lines(", each: \\.\(keyPath(place))", [variable.name])
    case .owned(let owner, let ownerType, let place, _, let variable):
      return lines(
        ", for: \(type(ownerType)).self, each: { s, \(owner.name) in \(self.place(place)) }",
        [owner.name, variable.name])
    case .receiving(let place, _, let variable): return lines(", receiving: \\.\(keyPath(place))", [variable.name])
    case .losing(let place, _): return ["Action(\"\(action.name)\", losing: \\.\(keyPath(place)))"]
    }
  }

  private func fairPart(_ action: RandomAction) -> [String] {
    guard action.fairness.strength != nil, let part = action.fairPart else { return [] }
    let types = part.parameters.map { "\(type($0.type)).self" }.joined(separator: ", ")
    let names = (["s"] + part.parameters.map(\.variable.name)).joined(separator: ", ")
    return [".fair\(types.isEmpty ? "" : "(for: \(types))") { \(names) in \(expression(part.condition)) }"]
  }

  private func wrapped(_ type: Type) -> Type { if case .optional(let wrapped) = type { wrapped } else { type } }

  private func keyPath(_ place: Place) -> String { String(self.place(place).dropFirst(2)) }

  func fairness(_ fairness: RandomFairness) -> String {
    guard let strength = fairness.strength else { return ".none" }
    return (strength == .weak ? ".weak" : ".strong")
      + (fairness.isOfFirst ? ".each(0)" : fairness.isEach ? ".each" : "")
      + (fairness.group.map { ".together(\"g\($0)\")" } ?? "")
  }

  func property(_ property: RandomProperty) -> [String] {
    switch property.kind {
    case .always(let holds): return ["Always(\"\(property.name)\") { s in \(expression(holds)) }"]
    case .sometimes(let holds): return ["Sometimes(\"\(property.name)\") { s in \(expression(holds)) }"]
    case .step(let holds): return ["Step(\"\(property.name)\") { s, after in \(expression(holds)) }"]
    case .temporal(let formula): return temporal(property.name, formula)
    }
  }

  /// With the name that a formula has, where it has one.
  private func temporal(_ name: String, _ formula: RandomFormula) -> [String] {
    func closure(_ holds: RandomExpression) -> String { "{ s in \(expression(holds)) }" }
    switch formula {
    case .eventually(.now(let f)): return ["Eventually(\"\(name)\") \(closure(f))"]
    case .always(.eventually(.now(let f))): return ["AlwaysEventually(\"\(name)\") \(closure(f))"]
    case .eventually(.always(.now(let f))): return ["EventuallyAlways(\"\(name)\") \(closure(f))"]
    case .leadsTo(.now(let f), .now(let g)): return ["LeadsTo(\"\(name)\") \(closure(f)) then: \(closure(g))"]
    case .until(.now(let f), .now(let g)): return ["Until(\"\(name)\") \(closure(f)) until: \(closure(g))"]
    default:
      var atoms: [String] = []
      let text = self.formula(formula, name, &atoms)
      return atoms + ["Temporal(\"\(name)\", \(text))"]
    }
  }

  /// A formula, with its predicates as constants that are declared before it.
  private func formula(_ formula: RandomFormula, _ name: String, _ atoms: inout [String]) -> String {
    func atom(_ text: String) -> String {
      let constant = "\(name)_\(atoms.count)"
      atoms.append("let \(constant): Formula<State> = \(text)")
      return constant
    }
    func unary(_ name: String, _ f: RandomFormula, _ atoms: inout [String], _ property: String) -> String {
      "\(name)(\(self.formula(f, property, &atoms)))"
    }
    func joined(_ f: RandomFormula, _ by: String, _ g: RandomFormula) -> String {
      "(\(self.formula(f, name, &atoms)) \(by) \(self.formula(g, name, &atoms)))"
    }
    switch formula {
    case .now(let f): return atom("now { s in \(expression(f)) }")
    case .step(let f): return atom("step { s, after in \(expression(f)) }")
    case .not(let f): return unary("!", f, &atoms, name)
    case .next(let f): return unary("next", f, &atoms, name)
    case .always(let f): return unary("always", f, &atoms, name)
    case .eventually(let f): return unary("eventually", f, &atoms, name)
    case .and(let f, let g): return joined(f, "&&", g)
    case .or(let f, let g): return joined(f, "||", g)
    case .implies(let f, let g): return joined(f, "==>", g)
    case .leadsTo(let f, let g): return joined(f, "~>", g)
    case .until(let f, let g): return "until" + joined(f, ",", g)
    case .weakUntil(let f, let g): return "weakUntil" + joined(f, ",", g)
    case .release(let f, let g): return "release" + joined(f, ",", g)
    }
  }
}
