/// The page: what specifications are made of, the types of states, and how they are checked, in the order of the sources.
struct ReferencePage {
  private let symbols: [SymbolGraph.Symbol]
  /// Of the engine, of which the library has some types by another name.
  private let engine: [SymbolGraph.Symbol]

  init(_ library: SymbolGraph, engine: SymbolGraph) {
    func sorted(_ graph: SymbolGraph) -> [SymbolGraph.Symbol] {
      graph.symbols.filter { symbol in
        symbol.location != nil && !symbol.pathComponents.contains { $0.hasSuffix("Builder") || $0.hasPrefix("_") }
      }.sorted { ($0.rank, $0.file, $0.line, $0.signature) < ($1.rank, $1.file, $1.line, $1.signature) }
    }
    symbols = sorted(library)
    self.engine = sorted(engine)
  }

  private static let sections = [
    ("Specification", "What a specification is made of"), ("Types", "Types of states"),
    ("Logs", "Logs of real systems"),
    ("Program", "Checking in a test"), ("Lowering", "What can be wrong before a search"),
  ]

  var markdown: String {
    var text = """
      # Reference

      Every public declaration of the library `DistCheck`, with what its source says of it. A test makes this page anew and
      compares. How to begin is in [FirstSpec.md](FirstSpec.md).


      """
    for (folder, title) in Self.sections {
      text += "## \(title)\n\n"
      let here = symbols.filter { $0.folder == folder }
      let functions = here.filter { $0.pathComponents.count == 1 && $0.isMember }
      if !functions.isEmpty { text += "### Functions\n\n\(table(functions))" }
      for symbol in here where symbol.pathComponents.count == 1 && !symbol.isMember { text += section(symbol) }
    }
    return text
  }

  /// A type with its members, those of nested types among them, wherever their extensions stand.
  private func section(_ type: SymbolGraph.Symbol) -> String {
    let name = type.pathComponents[0]
    var text = "### `\(name)`\n\n"
    if !type.comment.isEmpty { text += type.comment.joined(separator: "\n") + "\n\n" }
    let all = type.kind.identifier == "swift.typealias" ? symbols + engine : symbols
    return text + table(all.filter { $0.pathComponents.count > 1 && $0.pathComponents[0] == name })
  }

  /// Operators of one name are one row, and so are actions that differ in the number of their parameters.
  private func table(_ members: [SymbolGraph.Symbol]) -> String {
    var rows: [(key: String, signatures: [String], comment: String)] = []
    for member in members {
      let key = member.kind.identifier == "swift.func.op" ? member.pathComponents.joined(separator: ".") : member.family
      if let known = rows.firstIndex(where: { $0.key == key }) {
        if !rows[known].signatures.contains(member.signature) { rows[known].signatures.append(member.signature) }
        if rows[known].comment.isEmpty { rows[known].comment = member.summary }
      } else {
        rows.append((key, [member.signature], member.summary))
      }
    }
    if rows.isEmpty { return "" }
    func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
    let lines = rows.map { row in
      let shown =
        row.key.hasPrefix("init") ? row.signatures.sorted { $0.count < $1.count }.prefix(2) : row.signatures[...]
      let more = shown.count < row.signatures.count ? " So with more parameters." : ""
      return "| \(shown.map { "`\(cell($0))`" }.joined(separator: "<br>")) | \(cell(row.comment))\(more) |\n"
    }
    return "| | |\n|---|---|\n\(lines.joined())\n"
  }
}

extension SymbolGraph.Symbol {
  var file: String { location?.uri ?? "" }
  var line: Int { location?.position.line ?? 0 }
  /// The folder of the source.
  var folder: String { file.split(separator: "/").dropLast().last.map(String.init) ?? "" }

  /// What a reader wants to know first.
  var rank: Int {
    let first = ["Specification", "Action", "Property", "Formula", "Fairness", "Model"]
    let name = file.split(separator: "/").last.map { $0.prefix { $0 != "." && $0 != "+" } } ?? ""
    return first.firstIndex(of: String(name)) ?? first.count
  }

  /// What the row is of: for an action, its kind, whatever the number of its parameters.
  var family: String {
    guard kind.identifier == "swift.init", pathComponents[0] == "Action" else { return signature }
    let title = (pathComponents.last ?? "").replacing(/for:(_:)+/, with: "for:")
    return "\(title) \(signature.contains("Content"))"
  }

  var isMember: Bool {
    !["swift.struct", "swift.enum", "swift.protocol", "swift.class", "swift.typealias"].contains(kind.identifier)
  }

  /// The declaration in short, with the names of the types that it is nested in.
  var signature: String {
    let owner = pathComponents.dropFirst().dropLast().map { "\($0)." }.joined()
    let declaration = (names.subHeading ?? []).map(\.spelling).joined()
      .replacing(", file: String, line: Int", with: "").replacing("file: String, line: Int, ", with: "")
      .replacing("(file: String, line: Int)", with: "()").replacing(" : ", with: ": ")
    return owner + declaration
  }

  /// Links to declarations are names, and examples are not run by themselves.
  var comment: [String] {
    (docComment?.lines.map(\.text) ?? []).map { line in
      line.replacing(/``([^`(]+)(\([^`]*\))?``/) { "`\($0.output.1)`" }.replacing("```swift", with: "```")
    }
  }

  /// The first paragraph, on one line.
  var summary: String {
    comment.prefix { !$0.isEmpty && !$0.hasPrefix("```") && !$0.hasPrefix("- Param") }.joined(separator: " ")
  }
}
