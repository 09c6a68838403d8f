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
    let declaration = /\bstruct\s+(\w+)\s*(?:<([^>]*)>)?\s*:\s*([^{]*)\{/
    var found: [Declaration] = []
    for match in withoutCommentsAndStrings(source).matches(of: declaration) {
      let conformances = match.output.3.split(whereSeparator: { ",& \n\t".contains($0) })
      guard conformances.contains(where: { $0 == "Specification" || $0 == "DistCheck.Specification" }) else { continue }
      let name = String(match.output.1)
      let parameters = (match.output.2 ?? "").split(separator: ",").map {
        $0.trimmingCharacters(in: .whitespacesAndNewlines)
      }
      var sizeNames: [String] = []
      for parameter in parameters {
        guard let size = parameter.wholeMatch(of: /let\s+(\w+)\s*:\s*Int/) else {
          throw CommandError(
            .notASpecification,
            "\(path): \(name): the generic parameter \"\(parameter)\" is no integer; write \"let n: Int\"")
        }
        sizeNames.append(String(size.output.1))
      }
      found.append(Declaration(name: name, sizeNames: sizeNames))
    }
    if found.isEmpty { throw CommandError(.notASpecification, "\(path): \(noSpecification)") }
    return found
  }

  /// The source with comments and string literals blanked, so that what they say is not taken for code.
  private static func withoutCommentsAndStrings(_ source: String) -> String {
    var result: [UInt8] = []
    var rest = Array(source.utf8)[...]
    var commentDepth = 0
    func starts(_ text: StaticString) -> Bool { text.withUTF8Buffer { rest.starts(with: $0) } }
    while let byte = rest.first {
      if starts("/*") {
        commentDepth += 1
        rest.removeFirst(2)
      } else if commentDepth > 0 {
        if starts("*/") {
          commentDepth -= 1
          rest.removeFirst(2)
        } else {
          if byte == UInt8(ascii: "\n") { result.append(byte) }
          rest.removeFirst()
        }
      } else if starts("//") {
        rest = rest.drop { $0 != UInt8(ascii: "\n") }
      } else if byte == UInt8(ascii: "\"") {
        let isBlock = starts("\"\"\"")
        rest.removeFirst(isBlock ? 3 : 1)
        while !rest.isEmpty, !(isBlock ? starts("\"\"\"") : starts("\"") || starts("\n")) {
          rest.removeFirst(starts("\\") ? min(2, rest.count) : 1)
        }
        rest.removeFirst(min(isBlock ? 3 : 1, rest.count))
        result += Array("\"\"".utf8)
      } else {
        result.append(byte)
        rest.removeFirst()
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
