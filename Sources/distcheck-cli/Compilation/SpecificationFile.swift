import Foundation

/// A file with one or more specifications.
struct SpecificationFile {
  /// As the user named it.
  var path: String
  var source: String
  var specifications: [Declaration]

  /// `struct Raft<let servers: Int>: Specification`.
  struct Declaration: Equatable {
    var name: String
    /// Names of the integer generic parameters.
    var sizeNames: [String]
  }

  var url: URL { URL(fileURLWithPath: path) }

  init(path: String) throws(CommandError) {
    self.path = path
    guard path.hasSuffix(".swift") else {
      throw CommandError(.notASpecification, "\(path): is no specification: its name does not end in .swift")
    }
    if URL(fileURLWithPath: path).path.contains(where: \.isNewline) {
      throw CommandError(.usage, "\(path): its path has a line break, which the compiler does not take")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandError(.usage, "\(path): cannot be read")
    }
    guard let source = String(validating: data, as: UTF8.self) else {
      throw CommandError(.notASpecification, "\(path): is not UTF-8 text")
    }
    self.source = source
    specifications = try Self.declarations(in: source, path: path)
  }

  /// The files that a path stands for: itself, or the specifications of a folder, by name.
  static func files(at path: String) throws(CommandError) -> [SpecificationFile] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw CommandError(.usage, "\(path): no such file or folder")
    }
    guard isFolder.boolValue else { return [try SpecificationFile(path: path)] }
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

  private static let noSpecification = "is no specification: no struct in it conforms to Specification"

  static func declarations(in source: String, path: String) throws(CommandError) -> [Declaration] {
    var scanner = SourceScanner(source)
    var found: [Declaration] = []
    var token = scanner.next()
    while let current = token {
      token = scanner.next()
      guard scanner.isWord(current, "struct"), case .word(let name)? = token else { continue }
      token = scanner.next()
      var parameters: [String] = []
      if token == .sign(UInt8(ascii: "<")) { parameters = Self.parameters(&scanner, &token) }
      guard token == .sign(UInt8(ascii: ":")), conformsToSpecification(&scanner, &token) else { continue }
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
    if found.isEmpty { throw CommandError(.notASpecification, "\(path): \(noSpecification)") }
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
  private static func conformsToSpecification(
    _ scanner: inout SourceScanner, _ token: inout SourceScanner.Token?
  ) -> Bool {
    var (conforms, isQualified) = (false, false)
    token = scanner.next()
    while let current = token, !scanner.isWord(current, "struct") {
      token = scanner.next()
      if current == .sign(UInt8(ascii: "{")) { return conforms }
      if scanner.isWord(current, "Specification") && !isQualified { conforms = true }
      // Qualified by this module it is the same.
      if current == .sign(UInt8(ascii: ".")) { continue }
      isQualified = token == .sign(UInt8(ascii: ".")) && !scanner.isWord(current, "DistCheck")
    }
    return false
  }
}
