/// Something in a log that cannot be read, or does not make sense before any specification is asked.
public struct LogError: Error, Equatable {
  /// The file, as the user named it; nil until it is known.
  public var file: String?
  /// From 1; nil where no single line is meant.
  public var line: Int?
  /// The field: `msg.term`, `event_args[0]`; empty for the line as a whole.
  public var path: String
  public var reason: String

  public init(_ reason: String, path: String = "", file: String? = nil, line: Int? = nil) {
    self.reason = reason
    self.path = path
    self.file = file
    self.line = line
  }
}

extension LogError: CustomStringConvertible {
  /// `server.ndjson:17: msg.term: "x" is no integer`
  public var description: String {
    var text = ""
    if let file { text += line.map { "\(file):\($0): " } ?? "\(file): " }
    return text + (path.isEmpty ? reason : "\(path): \(reason)")
  }
}
