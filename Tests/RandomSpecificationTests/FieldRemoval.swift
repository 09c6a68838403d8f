/// A specification with a field less in one of its structs.
struct FieldRemoval {
  /// nil where the field is named.
  private(set) var result: RandomSpecification?
  private let structure: Int
  private let field: Int
  private let declarations: Declarations

  init(_ specification: RandomSpecification, _ types: [Variable: Type], structure: Int, field: Int) {
    self.structure = structure
    self.field = field
    declarations = specification.declarations
    let scopes = Scopes(specification)
    var isNamed = false
    let removal = self
    let rewriter = Rewriter(
      expression: { expression in
        switch expression {
        case .literal(let type, let value): return .literal(type, removal.value(value, type))
        case .construct(.structure(structure), _): return nil
        default: return nil
        }
      },
      place: { place in
        var place = place
        var type = types[place.root]
        for index in place.path.indices {
          let step = place.path[index]
          if case .field(let number) = step, type == .structure(structure) {
            if number == field { isNamed = true }
            if number > field { place.path[index] = .field(number - 1) }
          }
          type = type.flatMap { scopes.type($0, after: step) }
        }
        return place
      })
    var copy = rewriter.rewrite(specification)
    // Expressions that make such a struct lose a part, too.
    copy = Rewriter(expression: { removal.construct($0) }).rewrite(copy)
    copy.declarations.structures[structure].fields.remove(at: field)
    if let link = copy.declarations.structures[structure].link {
      copy.declarations.structures[structure].link = link == field ? nil : link > field ? link - 1 : link
    }
    if structure == 0 { for index in copy.initial.indices { copy.initial[index].fields.remove(at: field) } }
    result = isNamed ? nil : copy
  }

  private func construct(_ expression: RandomExpression) -> RandomExpression? {
    guard case .construct(.structure(structure), var parts) = expression else { return nil }
    parts.remove(at: field)
    return .construct(.structure(structure), parts.map { Rewriter(expression: construct).rewrite($0) })
  }

  /// A literal without the field.
  private func value(_ value: Plain, _ type: Type) -> Plain {
    func all(_ type: Type) -> Plain { value.with(value.parts.map { self.value($0, type) }) }
    func each(_ types: [Type]) -> Plain { value.with(zip(value.parts, types).map { self.value($0, $1) }) }
    switch type {
    case .bool, .bounded, .integer, .enumeration, .identity, .subset: return value
    case .optional(let type), .inline(_, let type), .map(_, let type), .log(_, let type), .queue(_, let type):
      return all(type)
    case .bag(_, let type): return value.with(all(type).parts.sorted())
    case .valueSet(_, let type): return value.with(Set(all(type).parts).sorted())
    case .network(_, let type): return all(type)
    case .tuple(let types): return each(types)
    case .packet(let node, let body): return each([body, node, node])
    case .payload(let number): return each(declarations.payloads[number].cases[value.tag])
    case .structure(let number):
      var parts = each(declarations.structures[number].fields).parts
      if number == structure { parts.remove(at: field) }
      return .list(parts)
    }
  }
}
