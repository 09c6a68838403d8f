/// A field of a line of a log, or what is in one: `line["msg"]["term"]`.
///
/// Looking for a field that is not there is no error before its value is asked for; then the error names file, line and
/// field. A value belongs to its line: it must not be kept for the next one.
public struct LogValue {
  let record: LogRecord
  /// Which token of the line; nil where there is no such field.
  let token: Int?
  let generation: Int
  /// What was looked for in vain.
  let missing: String?

  init(record: LogRecord, token: Int?, generation: Int, missing: String?) {
    self.record = record
    self.token = token
    self.generation = generation
    self.missing = missing
  }

  private init(_ other: LogValue, token: Int) {
    self.init(record: other.record, token: token, generation: other.generation, missing: nil)
  }

  private init(_ other: LogValue, missing: String) {
    self.init(record: other.record, token: nil, generation: other.generation, missing: missing)
  }

  private func validate() {
    precondition(generation == record.generation, "a value of a line of a log was kept for a later line")
  }

  /// What whoever reads the log keeps for it.
  public var context: AnyObject? { record.context }

  // MARK: Fields and elements

  /// The field of an object. O(fields).
  public subscript(name: String) -> LogValue {
    validate()
    guard let token else { return self }
    if record.tokens[token].kind == .object {
      var child = token + 1
      let end = Int(record.tokens[token].next)
      while child < end {
        if record.isEqual(record.tokens[child], name) {
          record.use?.noteRead(name)
          return LogValue(self, token: child + 1)
        }
        child = Int(record.tokens[child + 1].next)
      }
    }
    record.use?.noteMissed(name)
    let path = record.path(of: token)
    return LogValue(self, missing: path.isEmpty ? name : "\(path).\(name)")
  }

  /// The element of an array, from 0. O(elements).
  public subscript(index: Int) -> LogValue {
    validate()
    guard let token else { return self }
    if record.tokens[token].kind == .array, index >= 0 {
      var child = token + 1
      let end = Int(record.tokens[token].next)
      var rest = index
      while child < end {
        if rest == 0 { return LogValue(self, token: child) }
        rest -= 1
        child = Int(record.tokens[child].next)
      }
    }
    return LogValue(self, missing: "\(record.path(of: token))[\(index)]")
  }

  /// Whether there is such a field, and it is not `null`.
  public var isPresent: Bool {
    validate()
    guard let token else { return false }
    return record.tokens[token].kind != .null
  }

  /// The elements of an array.
  ///
  /// - Throws: `LogError` where it is none.
  public var elements: [LogValue] {
    get throws(LogError) {
      let token = try existing()
      guard record.tokens[token].kind == .array else { throw error("\(shown) is no array") }
      var found: [LogValue] = []
      var child = token + 1
      while child < Int(record.tokens[token].next) {
        found.append(LogValue(self, token: child))
        child = Int(record.tokens[child].next)
      }
      return found
    }
  }

  /// The fields of an object, in their order.
  ///
  /// - Throws: `LogError` where it is none.
  public var fields: [(name: String, value: LogValue)] {
    get throws(LogError) {
      let token = try existing()
      guard record.tokens[token].kind == .object else { throw error("\(shown) is no object") }
      var found: [(name: String, value: LogValue)] = []
      var child = token + 1
      while child < Int(record.tokens[token].next) {
        let name = record.string(record.tokens[child])
        record.use?.noteRead(name)
        found.append((name, LogValue(self, token: child + 1)))
        child = Int(record.tokens[child + 1].next)
      }
      return found
    }
  }

  // MARK: Values

  /// - Throws: `LogError` where it is no string, or missing.
  public var string: String {
    get throws(LogError) {
      let token = record.tokens[try existing()]
      guard token.kind == .string || token.kind == .escapedString else { throw error("\(shown) is no string") }
      return record.string(token)
    }
  }

  /// - Throws: `LogError` where it is no integer of 64 bits, or missing.
  public var integer: Int {
    get throws(LogError) {
      let token = record.tokens[try existing()]
      if token.kind == .integer || token.kind == .string && record.isText, let value = record.integer(token) {
        return value
      }
      throw error(token.kind == .integer ? "\(shown) has more than 64 bits" : "\(shown) is no integer")
    }
  }

  /// - Throws: `LogError` where it is no number, or missing.
  public var number: Double {
    get throws(LogError) {
      let token = record.tokens[try existing()]
      let isNumber = token.kind == .integer || token.kind == .number || token.kind == .string && record.isText
      guard isNumber, let value = Double(record.string(token)) else { throw error("\(shown) is no number") }
      guard value.isFinite else { throw error("\(shown) is too large") }
      return value
    }
  }

  /// - Throws: `LogError` where it is neither `true` nor `false`, or missing.
  public var boolean: Bool {
    get throws(LogError) {
      let token = record.tokens[try existing()]
      let isBoolean = token.kind == .boolean || token.kind == .string && record.isText
      switch isBoolean ? record.string(token) : "" {
      case "true": return true
      case "false": return false
      default: throw error("\(shown) is neither true nor false")
      }
    }
  }

  /// What a name may be: a string, or an integer as text.
  ///
  /// - Throws: `LogError` where it is something else, or missing.
  public var name: String {
    get throws(LogError) {
      let token = record.tokens[try existing()]
      switch token.kind {
      case .string, .escapedString, .integer: return record.string(token)
      default: throw error("\(shown) is neither a string nor an integer")
      }
    }
  }

  /// Whether it is a string with this text. Nothing is allocated.
  public func isString(_ text: String) -> Bool {
    validate()
    guard let token else { return false }
    switch record.tokens[token].kind {
    case .string, .escapedString: return record.isEqual(record.tokens[token], text)
    default: return false
    }
  }

  public enum Kind { case missing, null, boolean, integer, number, string, array, object }

  /// What kind of value it is.
  public var kind: Kind {
    validate()
    guard let token else { return .missing }
    return switch record.tokens[token].kind {
    case .null: .null
    case .boolean: .boolean
    case .integer: .integer
    case .number: .number
    case .string, .escapedString: .string
    case .array: .array
    case .object: .object
    }
  }

  // MARK: Errors

  private func existing() throws(LogError) -> Int {
    validate()
    guard let token else { throw record.error("the field is missing", path: missing ?? "") }
    return token
  }

  /// An error that names file, line and field.
  public func error(_ reason: String) -> LogError {
    record.error(reason, path: token.map { record.path(of: $0) } ?? missing ?? "")
  }

  /// As it stands in the line, cut where it is long.
  public var shown: String {
    guard let token else { return "nothing" }
    let (kind, text) = (record.tokens[token].kind, record.string(record.tokens[token]))
    let whole = kind == .string || kind == .escapedString ? "\"\(text)\"" : text
    return whole.count <= 40 ? whole : whole.prefix(39) + "…"
  }
}

extension LogValue {
  /// As it stands in the line.
  var whole: String { token.map { record.string(record.tokens[$0]) } ?? "" }
}
