extension Interpreter {
  func evaluate(_ expression: RandomExpression, _ environment: Environment) throws(Failure) -> Plain {
    switch expression {
    case .literal(_, let value): return value
    case .read(let place): return try read(place, environment)
    case .construct(let type, let parts):
      let parts = try parts.map { e throws(Failure) in try evaluate(e, environment) }
      if case .optional = type { return .tagged(1, parts) }
      return .list(parts)
    case .variant(_, let number, let parts):
      return .tagged(number, try parts.map { e throws(Failure) in try evaluate(e, environment) })
    case .apply(.and, _, let operands):
      for operand in operands { if try !evaluate(operand, environment).isTrue { return .bool(false) } }
      return .bool(true)
    case .apply(.or, _, let operands):
      for operand in operands { if try evaluate(operand, environment).isTrue { return .bool(true) } }
      return .bool(false)
    case .apply(let operation, let type, let operands):
      return try apply(operation, type, try operands.map { e throws(Failure) in try evaluate(e, environment) })
    case .quantified(let quantifier, _, let sequence, let variable, let predicate):
      return try count(try evaluate(sequence, environment).parts, quantifier, variable, predicate, environment)
    case .overAll(let quantifier, let type, let variable, let predicate):
      return try count(declarations.values(of: type), quantifier, variable, predicate, environment)
    case .filtered(let type, let variable, let predicate):
      var inner = environment
      var elements: [Plain] = []
      for value in declarations.values(of: type) {
        inner[variable.number] = value
        if try evaluate(predicate, inner).isTrue { elements.append(value) }
      }
      return .list(elements.sorted())
    case .call(let number, let arguments):
      return try call(number, try arguments.map { e throws(Failure) in try evaluate(e, environment) })
    case .choose(let condition, let yes, let no):
      return try evaluate(try evaluate(condition, environment).isTrue ? yes : no, environment)
    case .matches(_, let value, let number, let variables, let condition):
      let value = try evaluate(value, environment)
      if value.tag != number { return .bool(false) }
      var inner = environment
      for (variable, part) in zip(variables, value.parts) { inner[variable.number] = part }
      return try evaluate(condition, inner)
    }
  }

  private func count(
    _ elements: [Plain], _ quantifier: Quantifier, _ variable: Variable, _ predicate: RandomExpression,
    _ environment: Environment
  ) throws(Failure) -> Plain {
    var inner = environment
    var count = 0
    for element in elements {
      inner[variable.number] = element
      if try evaluate(predicate, inner).isTrue { count += 1 }
    }
    return switch quantifier {
    case .some: .bool(count > 0)
    case .every: .bool(count == elements.count)
    case .atLeast(let number): .bool(count >= number)
    }
  }

  /// An operation, on values of its operands.
  private func apply(_ operation: Operation, _ type: Type, _ values: [Plain]) throws(Failure) -> Plain {
    let first = values.first ?? .list([])
    switch operation {
    case .and, .or: preconditionFailure("evaluated by need")
    case .not: return .bool(!first.isTrue)
    case .equal: return .bool(first == values[1])
    case .less: return .bool(first.number < values[1].number)
    case .plus(let amount):
      guard case .bounded(let lower, let upper) = type, (lower...upper).contains(first.number + amount) else {
        throw Failure()
      }
      return .number(first.number + amount)
    case .next, .previous:
      let count = declarations.count(of: type)!
      return .number((first.number + (operation == .next ? 1 : count - 1)) % count)
    case .isNil: return .bool(first.tag == 0)
    case .isEmpty: return .bool(first.parts.isEmpty)
    case .isFull: return .bool(first.parts.count == capacity(type))
    case .countIsAtLeast(let count): return .bool(first.parts.count >= count)
    case .contains: return .bool(first.parts.contains(values[1]))
    case .multiplicityIsAtLeast(let count): return .bool(first.parts.count { $0 == values[1] } >= count)
    case .isMajority, .isQuorum:
      guard case .subset(let element) = type else { preconditionFailure("\(type) is no set") }
      if case .isQuorum(let size) = operation { return .bool(first.parts.count >= size) }
      return .bool(first.parts.count * 2 > declarations.count(of: element)!)
    case .last, .back: return first.parts.last.map { .some($0) } ?? .none
    case .front: return first.parts.first.map { .some($0) } ?? .none
    case .at(let index): return index < first.parts.count ? .some(first.parts[index]) : .none
    case .union: return .list(Set(first.parts + values[1].parts).sorted())
    case .intersection: return .list(first.parts.filter { values[1].parts.contains($0) })
    case .subtracting: return .list(first.parts.filter { !values[1].parts.contains($0) })
    case .complement:
      guard case .subset(let element) = type else { preconditionFailure("\(type) is no set") }
      return .list(declarations.values(of: element).filter { !first.parts.contains($0) }.sorted())
    case .isSubset: return .bool(first.parts.allSatisfy { values[1].parts.contains($0) })
    case .isSuperset: return .bool(values[1].parts.allSatisfy { first.parts.contains($0) })
    case .isDisjoint: return .bool(!first.parts.contains { values[1].parts.contains($0) })
    case .isPrefix: return .bool(values[1].parts.starts(with: first.parts))
    case .agrees(let index):
      let (a, b) = (first.parts, values[1].parts)
      return .bool(index <= a.count && index <= b.count && a.prefix(index) == b.prefix(index))
    case .keys:
      guard case .map(let key, _) = type else { preconditionFailure("\(type) is no map") }
      return .list(
        zip(declarations.values(of: key), first.parts).filter { $0.1 == values[1] }.map { $0.0 }.sorted())
    case .largest: return first.parts.max()!
    case .smallest: return first.parts.min()!
    case .setOf: return .list(Set(values).sorted())
    }
  }

  func capacity(_ type: Type) -> Int {
    switch type {
    case .log(let capacity, _), .queue(let capacity, _), .bag(let capacity, _), .valueSet(let capacity, _),
      .network(let capacity, _):
      capacity
    default: Int.max
    }
  }

  /// A value after a change to it.
  func mutate(_ mutation: Mutation, _ value: Plain, _ type: Type, _ operands: [Plain]) throws(Failure) -> Plain {
    var parts: [Plain] { if case .number = value { [] } else { value.parts } }
    func added(_ element: Plain, sorts: Bool, atFront: Bool = false) throws(Failure) -> Plain {
      if parts.count == capacity(type) { throw Failure() }
      return value.with(sorts ? (parts + [element]).sorted() : parts + [element])
    }
    switch mutation {
    case .toggle: return .bool(!value.isTrue)
    case .add(let amount):
      guard case .bounded(let lower, let upper) = type, (lower...upper).contains(value.number + amount) else {
        throw Failure()
      }
      return .number(value.number + amount)
    case .insert:
      if case .bag = type { return try added(operands[0], sorts: true) }
      return parts.contains(operands[0]) ? value : try added(operands[0], sorts: true)
    case .remove:
      guard let index = parts.firstIndex(of: operands[0]) else {
        switch type {
        case .bag, .network: throw Failure()
        default: return value
        }
      }
      var rest = parts
      rest.remove(at: index)
      return value.with(rest)
    case .removeAll: return value.with([])
    case .append, .enqueue: return try added(operands[0], sorts: false)
    case .dequeue:
      if parts.isEmpty { throw Failure() }
      return value.with(Array(parts.dropFirst()))
    case .truncate(let index): return value.with(Array(parts.prefix(index)))
    case .formUnion: return .list(Set(parts + operands[0].parts).sorted())
    case .formIntersection: return value.with(parts.filter { operands[0].parts.contains($0) })
    case .subtract: return value.with(parts.filter { !operands[0].parts.contains($0) })
    case .send: return try sent(operands[0], value, type)
    case .broadcast:
      guard case .network(_, .packet(let node, _)) = type else { preconditionFailure("\(type) carries no packets") }
      var network = value
      for receiver in declarations.values(of: node) where receiver != operands[1] {
        network = try sent(.list([operands[0], operands[1], receiver]), network, type)
      }
      return network
    case .removeWhere: preconditionFailure("its operand is a predicate")
    }
  }

  /// A network with one more message: a set of messages, a bag, or a queue for each link, which lie side by side by
  /// their numbers.
  private func sent(_ message: Plain, _ network: Plain, _ type: Type) throws(Failure) -> Plain {
    guard case .network(let capacity, let messageType) = type else { preconditionFailure("\(type) is no network") }
    let transport = PlainTransport(raw: network.tag)
    var messages = network.parts
    if transport.isGrowing && messages.contains(message) { return network }
    if messages.count == capacity { throw Failure() }
    if transport.isFIFO {
      let link = declarations.link(of: message, messageType)
      let place = messages.firstIndex { declarations.link(of: $0, messageType) > link } ?? messages.count
      messages.insert(message, at: place)
    } else {
      messages = (messages + [message]).sorted()
    }
    return network.with(messages)
  }
}

/// How a network treats its messages: its tag among plain values.
struct PlainTransport {
  var raw: Int
  var isGrowing: Bool { raw / 4 == 0 }
  var isFIFO: Bool { raw / 4 == 2 }
  var loses: Bool { raw % 2 == 1 }
  var duplicates: Bool { raw / 2 % 2 == 1 && !isGrowing }

  static let all = (0..<12).map { PlainTransport(raw: $0) }

  /// As it is written.
  var source: String {
    "Transport" + [".growing", ".unordered", ".fifo"][raw / 4] + (raw % 2 == 1 ? ".losing" : "")
      + (raw / 2 % 2 == 1 ? ".duplicating" : "")
  }
}
