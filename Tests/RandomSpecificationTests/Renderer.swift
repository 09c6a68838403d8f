/// Writes a specification as Swift.
struct Renderer {
  let specification: RandomSpecification
  let declarations: Declarations
  /// The functions that are called.
  private let used: Set<Int>
  /// The ranges that integers have.
  private var bounds: [(Int, Int)] = []

  init(_ specification: RandomSpecification) {
    self.specification = specification
    declarations = specification.declarations
    used = Self.functions(calledBy: specification)
    bounds = specification.ranges.map { ($0.lowerBound, $0.upperBound) }
  }

  /// The specification, without the import. Types that nothing uses are left out.
  func source() -> String {
    var body: [String] = specification.constants.map {
      "var \($0.variable.name): \(type($0.type)) = \(literal($0.value, $0.type))"
    }
    for number in used.sorted() where specification.functions[number].receiver == nil {
      body += function(specification.functions[number], number)
    }
    body.append("var initial: Initial<State> {")
    for state in specification.initial { body += initial(state) }
    body += ["}", "var actions: Actions<State> {"] + specification.actions.flatMap(action) + ["}"]
    if !specification.properties.isEmpty {
      body += ["var properties: Properties<State> {"] + specification.properties.flatMap(property) + ["}"]
    }
    if let constraint = specification.constraint {
      body.append("func constraint(_ s: State) -> Bool { \(expression(constraint)) }")
    }
    if let mayStop = specification.mayStop {
      body.append("func mayStop(_ s: State) -> Bool { \(expression(mayStop)) }")
    }
    let alike = declarations.identities.indices.filter { declarations.identities[$0].isInterchangeable }
    if !alike.isEmpty {
      body += ["var interchangeable: Interchangeable {"] + alike.map { "I\($0).self" } + ["}"]
    }
    let declared = declared(for: body)
    body += ["static var models: Models {"] + specification.models.map(model) + ["}"]
    let parameters = specification.isGeneric ? "<let size: Int>" : ""
    return Self.indented(["struct \(specification.name)\(parameters): Specification {"] + declared + body + ["}"])
  }

  /// The declarations of the types that the text, or one of these types, mentions.
  private func declared(for text: [String]) -> [String] {
    var rest: [(name: String, lines: [String])] = []
    for (lower, upper) in bounds {
      let name = Self.bounded(lower, upper)
      rest.append((name, ["typealias \(name) = Bounded<\(lower), \(upper)>"]))
    }
    for (number, count) in declarations.enumerations.enumerated() {
      let cases = (0..<count).map { "c\($0)" }.joined(separator: ", ")
      rest.append(("E\(number)", ["enum E\(number): Enumeration { case \(cases) }"]))
    }
    for (number, identity) in declarations.identities.enumerated() {
      rest.append(
        (
          "I\(number)",
          [
            "enum K\(number) {}",
            "typealias I\(number) = ID<K\(number), \(isSize(number) ? "size" : "\(identity.count)")>",
          ]
        ))
    }
    for (number, payload) in declarations.payloads.enumerated() {
      rest.append(("P\(number)", self.payload(payload, number)))
    }
    for (number, structure) in declarations.structures.enumerated() {
      rest.append((type(.structure(number)), self.structure(structure, number)))
    }
    var lines: [String] = []
    while true {
      let words = Self.words(lines + text)
      let used = rest.filter { words.contains($0.name[...]) }
      if used.isEmpty { return lines }
      lines += used.flatMap(\.lines)
      rest.removeAll { words.contains($0.name[...]) }
    }
  }

  /// Whether the number of identities of a kind is the generic parameter.
  private func isSize(_ number: Int) -> Bool { specification.isGeneric && number == 0 }

  private static func functions(calledBy specification: RandomSpecification) -> Set<Int> {
    var called: Set<Int> = []
    let collector = Rewriter(function: {
      called.insert($0)
      return $0
    })
    var callers = specification
    callers.functions = []
    _ = collector.rewrite(callers)
    while true {
      let before = called
      for number in before { _ = collector.rewrite(specification.functions[number].body) }
      if called == before { return called }
    }
  }

  private static func words(_ lines: [String]) -> Set<Substring> {
    Set(lines.flatMap { $0.split { !$0.isLetter && !$0.isNumber } })
  }

  /// Lines with two spaces for each brace that is open.
  private static func indented(_ lines: [String]) -> String {
    var depth = 0
    var text = ""
    for line in lines {
      let opened = line.count { $0 == "{" } - line.count { $0 == "}" }
      let closes = line.hasPrefix("}")
      text += String(repeating: "  ", count: max(0, closes ? depth - 1 : depth)) + line + "\n"
      depth += opened
    }
    return text
  }

  // MARK: Declarations

  private func payload(_ payload: Payload, _ number: Int) -> [String] {
    let cases = payload.cases.enumerated().map { index, types in
      let parts = types.enumerated().map { (payload.isLabelled ? "x\($0): " : "") + type($1) }
      return "case k\(index)" + (types.isEmpty ? "" : "(\(parts.joined(separator: ", ")))")
    }
    let conformances =
      (declarations.isEquatable(.payload(number)) ? ["Equatable"] : [])
      + [payload.isMessage ? "NetworkMessage" : "BitwiseCopyable"]
    var lines = ["enum P\(number): \(conformances.joined(separator: ", ")) {"] + cases
    if let links = payload.links {
      lines.append("var link: Int {")
      lines.append("switch self {")
      lines += links.enumerated().map { "case .k\($0): \($1)" }
      lines += ["}", "}"]
    }
    return lines + ["}"]
  }

  private func structure(_ structure: Structure, _ number: Int) -> [String] {
    let conformances =
      (declarations.isEquatable(.structure(number)) ? ["Equatable"] : [])
      + [structure.isMessage ? "NetworkMessage" : structure.isFinite ? "Finite" : "BitwiseCopyable"]
    var lines = ["struct \(type(.structure(number))): \(conformances.joined(separator: ", ")) {"]
    lines += structure.fields.enumerated().map { "var f\($0): \(type($1))" }
    if let link = structure.link { lines.append("var link: Int { f\(link).ordinal }") }
    if structure.isFinite { lines += finite(structure, number) }
    for index in used.sorted() where specification.functions[index].receiver == number {
      lines += function(specification.functions[index], index)
    }
    return lines + ["}"]
  }

  /// What makes a struct finite.
  private func finite(_ structure: Structure, _ number: Int) -> [String] {
    let fields = structure.fields.enumerated().map {
      (name: "f\($0)", type: type($1), count: declarations.count(of: $1)!)
    }
    let total = fields.reduce(1) { $0 * $1.count }
    let parameters = fields.map { "\($0.name): \($0.type)" }.joined(separator: ", ")
    var lines = ["init(\(parameters)) {"] + fields.map { "self.\($0.name) = \($0.name)" } + ["}"]
    lines += ["static var count: Int { \(total) }", "init(ordinal: Int) {"]
    var weight = 1
    var terms: [String] = []
    for (name, type, count) in fields {
      lines.append("\(name) = \(type)(ordinal: ordinal / \(weight) % \(count))")
      terms.append("\(name).ordinal * \(weight)")
      weight *= count
    }
    return lines + ["}", "var ordinal: Int { \(terms.joined(separator: " + ")) }"]
  }

  private func function(_ function: Function, _ number: Int) -> [String] {
    let parameters = function.parameters.enumerated().map { index, parameter in
      "_ \(parameter.variable.name): \(function.isInOut && index == 0 ? "inout " : "")\(type(parameter.type))"
    }
    let keyword = function.receiver == nil ? "func" : "mutating func"
    let result = function.result.map { " -> \(type($0))" } ?? ""
    return ["\(keyword) h\(number)(\(parameters.joined(separator: ", ")))\(result) {"] + statements(function.body)
      + ["}"]
  }

  private func initial(_ state: InitialState) -> [String] {
    let fields = state.fields.enumerated().map { "f\($0): \(expression($1))" }
    let line = "State(\(fields.joined(separator: ", ")))"
    guard let (variable, type) = state.loop else { return [line] }
    return ["for \(variable.name) in \(all(type)) {", line, "}"]
  }

  private func model(_ model: RandomModel) -> String {
    let size = specification.isGeneric ? "<\(declarations.identities[0].count)>" : ""
    let values = zip(specification.constants, model.constants).compactMap { constant, value in
      value.map { "\(constant.variable.name): \(argument($0, constant.type))" }
    }
    return "Model(\"\(model.name)\", \(specification.name)\(size)(\(values.joined(separator: ", "))))"
      + (model.isSymmetric ? ".symmetric()" : "")
      + (model.mayStopAnywhere ? ".mayStopAnywhere()" : "")
      + (model.fairness.map { ".fairness(\(fairness($0)))" } ?? "")
  }

  /// A literal that does not name its type: within a generic type the types of another size are others.
  private func argument(_ value: Plain, _ type: Type) -> String {
    switch type {
    case .enumeration: ".c\(value.number)"
    case .identity: ".init(\(value.number))"
    default: literal(value, type)
    }
  }

  // MARK: Types

  /// A name for a range, because `<-` is an operator: in an expression, `Bounded<-1, 3>` is none.
  private static func bounded(_ lower: Int, _ upper: Int) -> String {
    func word(_ number: Int) -> String { number < 0 ? "m\(-number)" : "\(number)" }
    return "B\(word(lower))to\(word(upper))"
  }

  func type(_ type: Type) -> String {
    switch type {
    case .bool: "Bool"
    case .bounded(let lower, let upper): Self.bounded(lower, upper)
    case .integer(let bits, let isSigned): (isSigned ? "Int" : "UInt") + "\(bits)"
    case .enumeration(let number): "E\(number)"
    case .identity(let number): "I\(number)"
    case .optional(let wrapped): "Optional<\(self.type(wrapped))>"
    case .structure(let number): number == 0 ? "State" : "S\(number)"
    case .payload(let number): "P\(number)"
    case .tuple(let parts): "(\(parts.map(self.type).joined(separator: ", ")))"
    case .inline(let count, let element): "InlineArray<\(count), \(self.type(element))>"
    case .subset(.identity(let number)): "I\(number).Set"
    case .map(.identity(let number), let value): "I\(number).Map<\(self.type(value))>"
    case .subset(let element): "Subset<\(self.type(element))>"
    case .map(let key, let value): "Map<\(self.type(key)), \(declarations.count(of: key)!), \(self.type(value))>"
    case .log(let capacity, let element): "Log<\(capacity), \(self.type(element))>"
    case .queue(let capacity, let element): "Queue<\(capacity), \(self.type(element))>"
    case .bag(let capacity, let element): "Bag<\(capacity), \(self.type(element))>"
    case .valueSet(let capacity, let element): "ValueSet<\(capacity), \(self.type(element))>"
    case .network(let capacity, let message): "Network<\(capacity), \(self.type(message))>"
    case .packet(let node, let body): "Packet<\(self.type(node)), \(self.type(body))>"
    }
  }

  /// All values of a finite type, as a sequence.
  func all(_ type: Type) -> String { "\(self.type(.subset(type))).all" }
}
