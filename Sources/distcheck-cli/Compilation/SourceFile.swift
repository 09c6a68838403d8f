import Foundation

/// A Swift file that is compiled, with what is in it.
struct SourceFile {
  /// As the user named it.
  var path: String
  var source: String

  var url: URL { URL(fileURLWithPath: path) }

  init(path: String) throws(CommandError) {
    self.path = path
    guard path.hasSuffix(".swift") else {
      throw CommandError(.notASpecification, "\(path): is no Swift file: its name does not end in .swift")
    }
    if URL(fileURLWithPath: path).path.contains(where: \.isNewline) {
      throw CommandError(.usage, "\(path): its path has a line break, which the compiler does not take")
    }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw CommandError(.usage, "\(path): no such file")
    }
    guard !isFolder.boolValue, let data = FileManager.default.contents(atPath: path) else {
      throw CommandError(.usage, "\(path): cannot be read")
    }
    guard let source = String(validating: data, as: UTF8.self) else {
      throw CommandError(.notASpecification, "\(path): is not UTF-8 text")
    }
    self.source = source
  }
}
