/// A JSON value. Objects keep the order of their members, so that reports read the same every time; that is what the
/// parsers of Foundation do not do.
public indirect enum JSON: Equatable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([Member])

  public struct Member: Equatable, Sendable {
    public var key: String
    public var value: JSON
    public init(key: String, value: JSON) {
      self.key = key
      self.value = value
    }
  }

  public static func object(_ members: KeyValuePairs<String, JSON>) -> JSON {
    .object(members.map { Member(key: $0.key, value: $0.value) })
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
}

// MARK: Reading

extension JSON {
  public subscript(key: String) -> JSON {
    guard case .object(let members) = self else { return .null }
    return members.first { $0.key == key }?.value ?? .null
  }

  public var string: String? { if case .string(let value) = self { value } else { nil } }
  public var integer: Int? { if case .integer(let value) = self { value } else { nil } }
  public var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }
  public var array: [JSON] { if case .array(let values) = self { values } else { [] } }
  public var members: [Member] { if case .object(let members) = self { members } else { [] } }
  public var isNull: Bool { self == .null }
  /// The case of an enum that a string names.
  func named<T: RawRepresentable>(_ type: T.Type = T.self) -> T? where T.RawValue == String {
    string.flatMap { T(rawValue: $0) }
  }
  public var number: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }
}

// MARK: Text

extension JSON: CustomStringConvertible {
  /// One line.
  public var description: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .boolean(let value): text += value ? "true" : "false"
    case .integer(let value): text += "\(value)"
    case .number(let value): text += value.isFinite ? "\(value)" : "null"
    case .string(let value): Self.write(value, to: &text)
    case .array(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += "," }
        value.write(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { text += "," }
        Self.write(member.key, to: &text)
        text += ":"
        member.value.write(to: &text)
      }
      text += "}"
    }
  }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case let control where control.value < 0x20:
        let digits = String(control.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }

  /// Parses a JSON text; nil when it is none.
  public init?(parsing text: String) {
    var parser = Parser(rest: Array(text.utf8)[...])
    guard let value = parser.value(), parser.isAtEnd else { return nil }
    self = value
  }

  private struct Parser {
    var rest: ArraySlice<UInt8>

    var isAtEnd: Bool {
      mutating get {
        skipSpace()
        return rest.isEmpty
      }
    }

    mutating func skipSpace() {
      while let byte = rest.first, byte == 0x20 || (9...13).contains(byte) { rest.removeFirst() }
    }

    mutating func take(_ text: StaticString) -> Bool {
      let bytes = text.withUTF8Buffer { Array($0) }
      guard rest.starts(with: bytes) else { return false }
      rest.removeFirst(bytes.count)
      return true
    }

    mutating func value() -> JSON? {
      skipSpace()
      switch rest.first {
      case UInt8(ascii: "{"): return object()
      case UInt8(ascii: "["): return array()
      case UInt8(ascii: "\""): return string().map { .string($0) }
      case UInt8(ascii: "t"): return take("true") ? .boolean(true) : nil
      case UInt8(ascii: "f"): return take("false") ? .boolean(false) : nil
      case UInt8(ascii: "n"): return take("null") ? .null : nil
      default: return numeral()
      }
    }

    mutating func object() -> JSON? {
      rest.removeFirst()
      var members: [Member] = []
      skipSpace()
      if take("}") { return .object(members) }
      repeat {
        skipSpace()
        guard let key = string() else { return nil }
        skipSpace()
        guard take(":"), let value = value() else { return nil }
        members.append(Member(key: key, value: value))
        skipSpace()
      } while take(",")
      return take("}") ? .object(members) : nil
    }

    mutating func array() -> JSON? {
      rest.removeFirst()
      var values: [JSON] = []
      skipSpace()
      if take("]") { return .array(values) }
      repeat {
        guard let value = value() else { return nil }
        values.append(value)
        skipSpace()
      } while take(",")
      return take("]") ? .array(values) : nil
    }

    mutating func numeral() -> JSON? {
      let text = String(decoding: rest.prefix { "+-.eE0123456789".utf8.contains($0) }, as: UTF8.self)
      rest.removeFirst(text.utf8.count)
      if let integer = Int(text) { return .integer(integer) }
      return Double(text).map { .number($0) }
    }

    mutating func string() -> String? {
      guard take("\"") else { return nil }
      var bytes: [UInt8] = []
      while let byte = rest.popFirst() {
        switch byte {
        case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
        case UInt8(ascii: "\\"):
          guard let escape = rest.popFirst() else { return nil }
          switch escape {
          case UInt8(ascii: "n"): bytes.append(10)
          case UInt8(ascii: "r"): bytes.append(13)
          case UInt8(ascii: "t"): bytes.append(9)
          case UInt8(ascii: "u"):
            let digits = String(decoding: rest.prefix(4), as: UTF8.self)
            guard rest.count >= 4, let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code) else {
              return nil
            }
            rest.removeFirst(4)
            bytes += Array(String(Character(scalar)).utf8)
          default: bytes.append(escape)
          }
        default: bytes.append(byte)
        }
      }
      return nil
    }
  }
}
