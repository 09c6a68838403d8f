import Foundation

/// A file with one or more specifications, and others that are compiled with it: types and functions of one's own that
/// several specifications share.
struct SpecificationFile {
  private var file: SourceFile
  /// What is compiled with it, in the order of the lines that name them, and then of the command line.
  private(set) var companions: [SourceFile] = []
  var specifications: [Declaration]

  /// `struct Raft<let servers: Int>: Specification`.
  struct Declaration: Equatable {
    var name: String
    /// Names of the integer generic parameters.
    var sizeNames: [String]
  }

  /// The mapping of a log, if one is compiled with it.
  private(set) var mapping: Declaration?

  /// As the user named it.
  var path: String { file.path }
  var source: String { file.source }
  var url: URL { file.url }
  /// All that is compiled.
  var sources: [SourceFile] { [file] + companions }

  /// - Parameter others: Files that the command line adds to those that the file names itself.
  init(path: String, with others: [String] = []) throws(CommandError) {
    file = try SourceFile(path: path)
    specifications = try Self.declarations(in: file.source, path: path)
    for (line, other) in try Self.companions(in: file) {
      do { try add(other) } catch {
        throw CommandError(
          error.status == .usage ? .notASpecification : error.status, "\(path):\(line): \(error.message)")
      }
    }
    for other in others { try add(other) }
  }

  /// Adds the file that relates a log to the specification.
  mutating func addMapping(_ path: String) throws(CommandError) {
    try add(path)
    let found = try Self.declarations(of: "LogMapping", in: companions[companions.count - 1].source, path: path)
    guard let first = found.first else {
      throw CommandError(.notASpecification, "\(path): is no mapping: no struct in it conforms to LogMapping")
    }
    guard found.count == 1 else {
      let names = found.map(\.name).joined(separator: ", ")
      throw CommandError(.notASpecification, "\(path): has several mappings: \(names); write each in a file of its own")
    }
    mapping = first
  }

  private mutating func add(_ path: String) throws(CommandError) {
    let other = try SourceFile(path: path)
    let known = sources
    if known.contains(where: { $0.url.standardizedFileURL.path == other.url.standardizedFileURL.path }) {
      throw CommandError(.usage, "\(path): is compiled already; leave it out")
    }
    // The compiler tells what is private by the name of the file.
    let name = other.url.lastPathComponent
    if let same = known.first(where: { $0.url.lastPathComponent == name }) {
      throw CommandError(
        .usage, "\(path): \(same.path) has the same name, and files that are compiled together need their own")
    }
    companions.append(other)
  }

  private static let directive = "// distcheck: "

  /// The files that lines such as `// distcheck: with messages.swift` name, relative to the folder of the file.
  private static func companions(in file: SourceFile) throws(CommandError) -> [(line: Int, path: String)] {
    var found: [(line: Int, path: String)] = []
    let folder = file.path.lastIndex(of: "/").map { file.path[...$0] } ?? ""
    for (index, line) in file.source.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
    where line.hasPrefix(directive) {
      let words = line.dropFirst(directive.count).split(separator: " ", maxSplits: 1).map(String.init)
      guard words.count == 2, words[0] == "with" else {
        throw CommandError(.notASpecification, "\(file.path):\(index + 1): write // distcheck: with FILE.swift")
      }
      found.append((index + 1, words[1].hasPrefix("/") ? words[1] : folder + words[1]))
    }
    return found
  }

  /// The files that a path stands for: itself, or the specifications of a folder, by name.
  ///
  /// - Parameter others: Files that are compiled with it, where it is one.
  static func files(at path: String, with others: [String] = []) throws(CommandError) -> [SpecificationFile] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw CommandError(.usage, "\(path): no such file or folder")
    }
    guard isFolder.boolValue else { return [try SpecificationFile(path: path, with: others)] }
    if !others.isEmpty { throw CommandError(.usage, "\(path): is a folder; --with needs a single specification") }
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      throw CommandError(.usage, "\(path): the folder cannot be read")
    }
    var files: [SpecificationFile] = []
    for name in names.sorted() where name.hasSuffix(".swift") {
      let file = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
      do {
        files.append(try SpecificationFile(path: file))
      } catch  where error.status == .notASpecification && error.message.hasSuffix(Self.noSpecification) {
        continue  // a folder may hold other Swift files
      }
    }
    if files.isEmpty { throw CommandError(.notASpecification, "\(path): the folder has no specifications") }
    return files
  }

  /// The one that a path stands for, for a command that takes no folders.
  static func file(
    at path: String, with others: [String], command: String
  ) throws(CommandError) -> SpecificationFile {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw CommandError(.usage, "\(path): is a folder; \(command) takes one specification")
    }
    return try files(at: path, with: others)[0]
  }

  private static let noSpecification = "is no specification: no struct in it conforms to Specification"

  static func declarations(in source: String, path: String) throws(CommandError) -> [Declaration] {
    let found = try declarations(of: "Specification", in: source, path: path)
    if found.isEmpty { throw CommandError(.notASpecification, "\(path): \(noSpecification)") }
    return found
  }

  /// The structs of a source that conform to a protocol of the library.
  static func declarations(
    of conformance: StaticString, in source: String, path: String
  ) throws(CommandError) -> [Declaration] {
    var scanner = SourceScanner(source)
    var found: [Declaration] = []
    var token = scanner.next()
    while let current = token {
      token = scanner.next()
      guard scanner.isWord(current, "struct"), case .word(let name)? = token else { continue }
      token = scanner.next()
      var parameters: [String] = []
      if token == .sign(UInt8(ascii: "<")) { parameters = Self.parameters(&scanner, &token) }
      guard token == .sign(UInt8(ascii: ":")), conforms(to: conformance, &scanner, &token) else { continue }
      var sizeNames: [String] = []
      for parameter in parameters {
        let parts = parameter.split(separator: " ")
        guard parts.count == 4, parts[0] == "let", parts[2] == ":", parts[3] == "Int" else {
          throw CommandError(
            .notASpecification,
            "\(path): \(scanner.text(name)): the generic parameter \"\(parameter)\" is no integer; write \"let n: Int\""
          )
        }
        sizeNames.append(String(parts[1]))
      }
      found.append(Declaration(name: scanner.text(name), sizeNames: sizeNames))
    }
    return found
  }

  /// The generic parameters, each as its words and signs with spaces between them. The token is the one behind them then.
  private static func parameters(_ scanner: inout SourceScanner, _ token: inout SourceScanner.Token?) -> [String] {
    var parameters: [String] = []
    var words: [String] = []
    token = scanner.next()
    while let current = token, current != .sign(UInt8(ascii: "{")) {
      token = scanner.next()
      if current == .sign(UInt8(ascii: ">")) { break }
      switch current {
      case .sign(UInt8(ascii: ",")):
        parameters.append(words.joined(separator: " "))
        words = []
      case .sign(let sign): words.append(String(UnicodeScalar(sign)))
      case .word(let range): words.append(scanner.text(range))
      }
    }
    if !words.isEmpty { parameters.append(words.joined(separator: " ")) }
    return parameters
  }

  /// Reads what a struct conforms to, as far as its first brace.
  private static func conforms(
    to conformance: StaticString, _ scanner: inout SourceScanner, _ token: inout SourceScanner.Token?
  ) -> Bool {
    var (conforms, isQualified) = (false, false)
    token = scanner.next()
    while let current = token, !scanner.isWord(current, "struct") {
      token = scanner.next()
      if current == .sign(UInt8(ascii: "{")) { return conforms }
      if scanner.isWord(current, conformance) && !isQualified { conforms = true }
      // Qualified by this module it is the same.
      if current == .sign(UInt8(ascii: ".")) { continue }
      isQualified = token == .sign(UInt8(ascii: ".")) && !scanner.isWord(current, "DistCheck")
    }
    return false
  }
}
