import Foundation

/// A log for distcheck: one JSON object a line, from any thread.
final class EventLog: @unchecked Sendable {
  private let file: FileHandle
  private let lock = NSLock()

  init(path: String) throws {
    try Data().write(to: URL(fileURLWithPath: path))
    file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
  }

  /// `try log.write("Grant", ["client": "worker-1", "holder": nil])`
  func write(_ event: String, _ fields: KeyValuePairs<String, Any?>) throws {
    var line: [String: Any] = ["event": event]
    for (name, value) in fields { line[name] = value ?? NSNull() }
    let text = try JSONSerialization.data(withJSONObject: line) + Data("\n".utf8)
    try lock.withLock { try file.write(contentsOf: text) }
  }
}
