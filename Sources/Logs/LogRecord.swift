/// One line of a log with its tokens: the memory behind ``LogLine`` and ``LogValue``. It is used again for the next line.
public final class LogRecord {
  /// The file, as the user named it.
  public internal(set) var file = ""
  /// From 1.
  public internal(set) var line = 0
  /// Which of its lines this is: a value that was taken from an earlier one is told from it.
  private(set) var generation = 0
  /// Whether fields are text without types, as regular expressions find them: then numbers are read from it.
  private(set) var isText = false

  /// What whoever reads the log keeps for it.
  public var context: AnyObject?

  /// Where it is noted which fields are looked at, as long as that is wanted.
  public var use: FieldUse?

  private(set) var bytes: [UInt8] = []
  private var json = JSONText()

  public init() {}

  /// Reads a line of JSON.
  public func read(
    _ text: some Collection<UInt8>, file: String, line: Int
  ) throws(LogError) {
    begin(text, file, line)
    guard bytes.count < Int(Int32.max) else { throw error("the line is longer than 2 GB") }
    isText = false
    let result: JSONText.Failure? = bytes.withUnsafeBytes { bytes in
      do throws(JSONText.Failure) {
        try json.parse(bytes)
        return nil
      } catch { return error }
    }
    if let failure = result { throw error("\(failure.reason) (column \(failure.place + 1))") }
  }

  /// Reads fields that were found in a text.
  func read(
    _ text: some Collection<UInt8>, fields: [(name: String, value: Range<Int>?)], file: String, line: Int
  ) {
    begin(text, file, line)
    isText = true
    var members: [(key: Range<Int>, value: Range<Int>?)] = []
    for (name, value) in fields {
      let start = bytes.count
      bytes += name.utf8
      members.append((start..<bytes.count, value))
    }
    json.setMembers(members)
  }

  private func begin(_ text: some Collection<UInt8>, _ file: String, _ line: Int) {
    self.file = file
    self.line = line
    generation += 1
    bytes.removeAll(keepingCapacity: true)
    bytes.append(contentsOf: text)
  }

  public func error(_ reason: String, path: String = "") -> LogError {
    LogError(reason, path: path, file: file, line: line)
  }

  /// The line as a whole.
  public var root: LogValue { LogValue(record: self, token: 0, generation: generation, missing: nil) }

  /// The line as it stands in the log, cut where it is long.
  public func text(limit: Int) -> String {
    let text = String(decoding: bytes.prefix(isText ? textLength : bytes.count), as: UTF8.self)
    return text.count <= limit ? text : text.prefix(limit - 1) + "…"
  }

  /// Behind it are the names of the fields.
  private var textLength: Int {
    json.tokens.count > 1 ? Int(json.tokens[1].start) : bytes.count
  }

  /// The names of all fields, wherever they stand.
  var names: [String] {
    var names: [String] = []
    for (index, token) in tokens.enumerated() where token.kind == .object {
      var child = index + 1
      while child < Int(token.next) {
        names.append(string(tokens[child]))
        child = Int(tokens[child + 1].next)
      }
    }
    return names
  }

  // MARK: Tokens

  var tokens: [JSONText.Token] { json.tokens }

  @inline(__always)
  func isEqual(_ token: JSONText.Token, _ text: String) -> Bool {
    if token.kind == .escapedString { return string(token) == text }
    let count = Int(token.end &- token.start)
    var text = text
    return text.withUTF8 { key in
      guard key.count == count else { return false }
      return bytes.withUnsafeBufferPointer { bytes in
        let start = Int(token.start)
        for k in 0..<count where bytes[start &+ k] != key[k] { return false }
        return true
      }
    }
  }

  func string(_ token: JSONText.Token) -> String {
    let range = Int(token.start)..<Int(token.end)
    return bytes.withUnsafeBytes { bytes in
      let text = UnsafeRawBufferPointer(rebasing: bytes[range])
      return token.kind == .escapedString ? unescaped(text) : String(decoding: text, as: UTF8.self)
    }
  }

  func integer(_ token: JSONText.Token) -> Int? {
    bytes.withUnsafeBufferPointer { bytes in
      var (place, end) = (Int(token.start), Int(token.end))
      let isNegative = place < end && bytes[place] == UInt8(ascii: "-")
      if isNegative { place += 1 }
      guard place < end else { return nil }
      var value = 0
      while place < end {
        let digit = bytes[place] &- UInt8(ascii: "0")
        guard digit < 10 else { return nil }
        let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
        let (sum, overflows) =
          isNegative
          ? product.subtractingReportingOverflow(Int(digit)) : product.addingReportingOverflow(Int(digit))
        if isTooLarge || overflows { return nil }
        value = sum
        place += 1
      }
      end = place
      return value
    }
  }

  /// Where in the line a token is: `msg.entries[2]`.
  func path(of token: Int) -> String { path(of: token, from: 0, "") ?? "" }

  private func path(of token: Int, from root: Int, _ prefix: String) -> String? {
    if token == root { return prefix }
    guard token < Int(tokens[root].next) else { return nil }
    var child = root + 1
    var index = 0
    while child < Int(tokens[root].next) {
      if tokens[root].kind == .object {
        let name = string(tokens[child])
        if token == child { return prefix }
        child += 1
        if let found = path(of: token, from: child, prefix.isEmpty ? name : "\(prefix).\(name)") { return found }
      } else if let found = path(of: token, from: child, "\(prefix)[\(index)]") {
        return found
      }
      child = Int(tokens[child].next)
      index += 1
    }
    return nil
  }
}
