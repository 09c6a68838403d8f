import Foundation

/// A folder for this process alone, gone when the command ends.
enum PrivateFolder {
  nonisolated(unsafe) private static var made: [URL] = []
  private static let lock = NSLock()

  /// - Throws: `CommandError` when there is no place for it.
  static func make() throws(CommandError) -> URL {
    let places = [ProcessInfo.processInfo.environment["TMPDIR"], "/tmp"].compactMap { $0 }.filter { !$0.isEmpty }
    for place in places {
      var template = Array("\(place)/distcheck-XXXXXX".utf8CString)
      guard mkdtemp(&template) != nil else { continue }
      let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let folder = URL(fileURLWithPath: path)
      lock.withLock { made.append(folder) }
      return folder
    }
    throw CommandError(
      .internalFault, "\(places.last ?? "/tmp"): no temporary folder can be made: \(String(cString: strerror(errno)))")
  }

  /// Called before the command exits.
  static func removeAll() {
    lock.withLock {
      for folder in made { try? FileManager.default.removeItem(at: folder) }
      made = []
    }
  }
}
