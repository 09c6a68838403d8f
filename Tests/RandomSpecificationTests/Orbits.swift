/// The permutations of interchangeable identities, tried one after the other.
struct Orbits {
  private let declarations: Declarations
  /// By the number of an identity type, where each identity goes.
  private let permutations: [[[Int]]]

  init(_ declarations: Declarations) {
    self.declarations = declarations
    var all: [[[Int]]] = [[]]
    for identity in declarations.identities {
      let own = identity.isInterchangeable ? Self.permutations(of: identity.count) : [Array(0..<identity.count)]
      all = all.flatMap { before in own.map { before + [$0] } }
    }
    permutations = all
  }

  private static func permutations(of count: Int) -> [[Int]] {
    func all(_ rest: [Int]) -> [[Int]] {
      rest.isEmpty ? [[]] : rest.flatMap { first in all(rest.filter { $0 != first }).map { [first] + $0 } }
    }
    return all(Array(0..<count))
  }

  /// The least state into which exchanges turn a state.
  func least(_ state: Plain) -> Plain {
    permutations.map { image(state, .structure(0), $0) }.min()!
  }

  private func image(_ value: Plain, _ type: Type, _ permutation: [[Int]]) -> Plain {
    guard declarations.hasInterchangeable(type) else { return value }
    func images(_ type: Type) -> Plain { value.with(value.parts.map { image($0, type, permutation) }) }
    switch type {
    case .identity(let number): return .number(permutation[number][value.number])
    case .optional(let type), .inline(_, let type), .log(_, let type), .queue(_, let type): return images(type)
    case .subset(let type), .bag(_, let type), .valueSet(_, let type):
      return value.with(images(type).parts.sorted())
    case .tuple(let types): return fields(value, types, permutation)
    case .structure(let number): return fields(value, declarations.structures[number].fields, permutation)
    case .payload(let number): return fields(value, declarations.payloads[number].cases[value.tag], permutation)
    case .packet(let node, let body): return fields(value, [body, node, node], permutation)
    case .map(let key, let valueType):
      var parts = value.parts
      for (old, part) in zip(declarations.values(of: key), value.parts) {
        parts[declarations.ordinal(of: image(old, key, permutation), in: key)] = image(part, valueType, permutation)
      }
      return .list(parts)
    case .network(_, let message):
      let messages = images(message).parts
      if !PlainTransport(raw: value.tag).isFIFO { return value.with(messages.sorted()) }
      let links = messages.map { declarations.link(of: $0, message) }
      return value.with(
        messages.indices.sorted { links[$0] == links[$1] ? $0 < $1 : links[$0] < links[$1] }.map { messages[$0] })
    case .bool, .bounded, .integer, .enumeration: return value
    }
  }

  private func fields(_ value: Plain, _ types: [Type], _ permutation: [[Int]]) -> Plain {
    value.with(zip(value.parts, types).map { image($0, $1, permutation) })
  }
}
