import Foundation

/// A temporary folder; it goes when the workspace does.
package final class Workspace: Sendable {
  package let folder: URL

  /// - Parameter parent: The workspace in which the folder lies, so that what is compiled there need not be once more.
  package init(in parent: Workspace? = nil) throws {
    let temporary = parent?.folder ?? FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
    folder = temporary.appending(path: "distcheck-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Writes a file, with the folders that it lies in.
  @discardableResult
  package func write(_ name: String, _ text: String, isExecutable: Bool = false) throws -> URL {
    let file = folder.appending(path: name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    if isExecutable { try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path) }
    return file
  }

  package func contents(of name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  /// The names in a folder below this one; none when it does not exist.
  package func names(in name: String = "") -> [String] {
    let path = folder.appending(path: name).path
    return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }
}
