extension Renderer {
  func place(_ place: Place) -> String {
    place.path.reduce(place.root.name) { text, step in
      switch step {
      case .field(let number): "\(text).f\(number)"
      case .part(let number): "\(text).\(number)"
      case .element(let number), .entry(let number): "\(text)[\(number)]"
      case .key(_, let key): "\(text)[\(expression(key))]"
      case .wrapped: "\(text)?"
      case .packet(let number): text + [".body", ".from", ".to"][number]
      }
    }
  }

  func expression(_ expression: RandomExpression) -> String {
    switch expression {
    case .literal(let type, let value): return literal(value, type)
    case .read(let place): return self.place(place)
    case .construct(let type, let parts): return construct(type, parts.map(self.expression))
    case .variant(let type, let number, let parts): return variant(type, number, parts.map(self.expression))
    case .apply(.and, _, let operands): return "(\(operands.map(self.expression).joined(separator: " && ")))"
    case .apply(.or, _, let operands): return "(\(operands.map(self.expression).joined(separator: " || ")))"
    case .apply(let operation, let type, let operands):
      return apply(operation, type, operands.map(self.expression))
    case .quantified(let quantifier, let type, let sequence, let variable, let predicate):
      return quantified(quantifier, self.expression(sequence), type, variable, predicate)
    case .overAll(let quantifier, let type, let variable, let predicate):
      return quantified(quantifier, all(type), .subset(type), variable, predicate)
    case .filtered(let type, let variable, let predicate):
      return "\(self.type(.subset(type)))(where: { \(variable.name) in \(self.expression(predicate)) })"
    case .call(let number, let arguments):
      return "h\(number)(\(arguments.map(self.expression).joined(separator: ", ")))"
    case .choose(let condition, let yes, let no):
      return "(\(self.expression(condition)) ? \(self.expression(yes)) : \(self.expression(no)))"
    case .matches(let type, let value, let number, let variables, let condition):
      return "({ () -> Bool in if case \(pattern(type, number, variables)) = \(self.expression(value)) "
        + "{ return \(self.expression(condition)) }; return false })()"
    }
  }

  /// `.k1(let v3, _)`.
  func pattern(_ type: Type, _ number: Int, _ variables: [Variable]) -> String {
    if case .optional = type { return number == 0 ? ".none" : ".some(let \(variables[0].name))" }
    return ".k\(number)" + (variables.isEmpty ? "" : "(\(variables.map { "let \($0.name)" }.joined(separator: ", ")))")
  }

  private func quantified(
    _ quantifier: Quantifier, _ sequence: String, _ type: Type, _ variable: Variable, _ predicate: RandomExpression
  ) -> String {
    let closure = "{ \(variable.name) in \(expression(predicate)) }"
    switch (quantifier, type) {
    case (.some, _): return "\(sequence).contains(where: \(closure))"
    case (.every, _): return "\(sequence).allSatisfy(\(closure))"
    case (.atLeast(let count), _): return "(\(sequence).count(where: \(closure)) >= \(count))"
    }
  }

  private func construct(_ type: Type, _ parts: [String]) -> String {
    switch type {
    case .optional: return "\(self.type(type)).some(\(parts[0]))"
    case .structure:
      return "\(self.type(type))(\(parts.enumerated().map { "f\($0): \($1)" }.joined(separator: ", ")))"
    case .tuple: return "(\(parts.joined(separator: ", ")))"
    case .inline: return "([\(parts.joined(separator: ", "))] as \(self.type(type)))"
    case .packet: return "\(self.type(type))(from: \(parts[1]), to: \(parts[2]), \(parts[0]))"
    default: preconditionFailure("\(type) has no parts")
    }
  }

  private func variant(_ type: Type, _ number: Int, _ parts: [String]) -> String {
    guard case .payload(let index) = type else { preconditionFailure("\(type) has no cases with payloads") }
    let labels = declarations.payloads[index].isLabelled
    let arguments = parts.enumerated().map { (labels ? "x\($0): " : "") + $1 }
    return "\(self.type(type)).k\(number)" + (parts.isEmpty ? "" : "(\(arguments.joined(separator: ", ")))")
  }

  private func apply(_ operation: Operation, _ type: Type, _ operands: [String]) -> String {
    let first = operands.first ?? ""
    func call(_ name: String) -> String { "\(first).\(name)(\(operands[1]))" }
    switch operation {
    case .and, .or: preconditionFailure("they have any number of operands")
    case .not: return "!\(first)"
    case .equal: return "(\(first) == \(operands[1]))"
    case .less: return "(\(first) < \(operands[1]))"
    case .plus(let amount): return amount < 0 ? "(\(first) - \(-amount))" : "(\(first) + \(amount))"
    case .next: return "\(first).next"
    case .previous: return "\(first).previous"
    case .isNil: return "(\(first) == nil)"
    case .isEmpty: return "\(first).isEmpty"
    case .isFull: return "\(first).isFull"
    case .countIsAtLeast(let count): return "(\(first).count >= \(count))"
    case .contains: return call("contains")
    case .multiplicityIsAtLeast(let count): return "(\(first).multiplicity(of: \(operands[1])) >= \(count))"
    case .isMajority: return "\(first).isMajority"
    case .isQuorum(let size): return "\(first).isQuorum(ofAtLeast: \(size))"
    case .last: return "\(first).last"
    case .front: return "\(first).front"
    case .back: return "\(first).back"
    case .at(let index):
      return at(index, first, type)
    case .union: return call("union")
    case .intersection: return call("intersection")
    case .subtracting: return call("subtracting")
    case .complement: return "\(first).complement"
    case .isSubset: return "\(first).isSubset(of: \(operands[1]))"
    case .isSuperset: return "\(first).isSuperset(of: \(operands[1]))"
    case .isDisjoint: return "\(first).isDisjoint(with: \(operands[1]))"
    case .isPrefix: return "\(first).isPrefix(of: \(operands[1]))"
    case .agrees(let index): return "\(first).agrees(with: \(operands[1]), upTo: \(index))"
    case .keys: return "\(first).keys(where: { $0 == \(operands[1]) })"
    case .largest: return "\(first).max"
    case .smallest: return "\(first).min"
    case .setOf where operands.count == 1: return "\(self.type(type))(\(first))"
    case .setOf: return "([\(operands.joined(separator: ", "))] as \(self.type(type)))"
    }
  }

  private func at(_ index: Int, _ sequence: String, _ type: Type) -> String {
    switch type {
    case .log(_, let element):
      "(\(sequence).count > \(index) ? \(self.type(.optional(element))).some(\(sequence)[\(index + 1)]) : nil)"
    case .queue(_, let element):
      "(\(sequence).count > \(index) ? \(self.type(.optional(element))).some(\(sequence)[\(index)]) : nil)"
    default: preconditionFailure("\(type) has no places")
    }
  }

  // MARK: Literals

  func literal(_ value: Plain, _ type: Type) -> String {
    switch type {
    case .bool: return value.isTrue ? "true" : "false"
    case .bounded, .identity: return "\(self.type(type))(\(value.number))"
    case .integer(let bits, let isSigned):
      if bits == 64 && !isSigned { return "UInt64(\(UInt64(bitPattern: Int64(value.number))))" }
      return value.number == Int.min ? "Int64.min" : "\(self.type(type))(\(value.number))"
    case .enumeration: return "\(self.type(type)).c\(value.number)"
    case .optional(let wrapped):
      return value.tag == 0 ? "\(self.type(type)).none" : construct(type, [literal(value.parts[0], wrapped)])
    case .structure(let number):
      return construct(type, zip(value.parts, declarations.structures[number].fields).map(literal))
    case .payload(let number):
      let types = declarations.payloads[number].cases[value.tag]
      return variant(type, value.tag, zip(value.parts, types).map(literal))
    case .tuple(let types): return construct(type, zip(value.parts, types).map(literal))
    case .inline(_, let element): return construct(type, value.parts.map { literal($0, element) })
    case .packet(let node, let body): return construct(type, zip(value.parts, [body, node, node]).map(literal))
    case .subset(let element):
      if value.parts.isEmpty { return "\(self.type(type))()" }
      if value.parts.count == declarations.count(of: element) { return "\(self.type(type)).all" }
      return apply(.setOf, type, value.parts.map { literal($0, element) })
    case .map(let key, let valueType): return map(value.parts, key, valueType, self.type(type))
    case .network: return "\(self.type(type))(\(PlainTransport(raw: value.tag).source))"
    case .log(_, let element): return filled(value, element, "append", type)
    case .queue(_, let element): return filled(value, element, "enqueue", type)
    case .bag(_, let element), .valueSet(_, let element): return filled(value, element, "insert", type)
    }
  }

  private func map(_ values: [Plain], _ key: Type, _ valueType: Type, _ name: String) -> String {
    let common = values[0]
    let others = zip(declarations.values(of: key), values).filter { $0.1 != common }
    if others.isEmpty { return "\(name)(\(literal(common, valueType)))" }
    let exceptions = others.map { "if k == \(literal($0.0, key)) { return \(literal($0.1, valueType)) }; " }
    return "\(name)({ (k: \(type(key))) -> \(type(valueType)) in \(exceptions.joined())"
      + "return \(literal(common, valueType)) })"
  }

  private func filled(_ value: Plain, _ element: Type, _ method: String, _ type: Type) -> String {
    if value.parts.isEmpty { return "\(self.type(type))()" }
    let calls = value.parts.map { "c.\(method)(\(literal($0, element))); " }
    return "({ () -> \(self.type(type)) in var c = \(self.type(type))(); \(calls.joined())return c })()"
  }
}
