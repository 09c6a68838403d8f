/// The states of a trace in the Informal Trace Format (Apalache ADR 015), each made a line of plain JSON: what stands for
/// big integers, tuples, sets and maps there becomes integers, arrays, and for a map an object or an array of pairs.
struct ITFTrace {
  private let name: String
  private let document: LogRecord
  private let states: [LogValue]
  private var next = 0

  init(_ input: LogInput) throws(LogError) {
    name = input.name
    var bytes: [UInt8] = []
    while let line = try input.next() {
      bytes += line
      bytes.append(10)
      if bytes.count > LogInput.longestLine {
        throw LogError("the trace is longer than \(LogInput.longestLine >> 20) MB", file: name)
      }
    }
    document = LogRecord()
    do throws(LogError) { try document.read(bytes, file: name, line: 1) } catch {
      throw LogError("it is no ITF trace: \(error.reason)", file: name)
    }
    let states = document.root["states"]
    guard states.kind == .array else { throw LogError("it is no ITF trace: it has no array \"states\"", file: name) }
    self.states = try states.elements
  }

  /// The number of a state takes the place of that of a line.
  mutating func next(into record: LogRecord) throws(LogError) -> Bool {
    guard next < states.count else { return false }
    var text = ""
    try Self.write(states[next], to: &text)
    next += 1
    try record.read(Array(text.utf8), file: name, line: next)
    return true
  }

  private static func write(_ value: LogValue, to text: inout String) throws(LogError) {
    switch value.kind {
    case .object: try writeObject(value, to: &text)
    case .array: try writeArray(try value.elements, to: &text)
    case .string: text += JSONString.quoted(try value.string)
    default: text += value.whole
    }
  }

  private static func writeArray(_ elements: [LogValue], to text: inout String) throws(LogError) {
    text += "["
    for (index, element) in elements.enumerated() {
      if index > 0 { text += "," }
      try write(element, to: &text)
    }
    text += "]"
  }

  private static func writeObject(_ value: LogValue, to text: inout String) throws(LogError) {
    let fields = try value.fields
    if fields.count == 1 {
      switch fields[0].name {
      case "#bigint":
        let digits = try fields[0].value.string
        guard let integer = Int(digits) else { throw fields[0].value.error("\(digits) is no integer of 64 bits") }
        return text += "\(integer)"
      case "#tup", "#set": return try writeArray(try fields[0].value.elements, to: &text)
      case "#map": return try writeMap(fields[0].value, to: &text)
      case "#unserializable": throw fields[0].value.error("the trace does not hold this value")
      default: break
      }
    }
    text += "{"
    var isFirst = true
    for (name, value) in fields where name != "#meta" {
      if !isFirst { text += "," }
      isFirst = false
      text += JSONString.quoted(name) + ":"
      try write(value, to: &text)
    }
    text += "}"
  }

  /// A map whose keys are strings or integers becomes an object.
  private static func writeMap(_ value: LogValue, to text: inout String) throws(LogError) {
    let pairs = try value.elements
    var keys: [String] = []
    for pair in pairs { if let key = try? key(pair[0]) { keys.append(key) } }
    guard keys.count == pairs.count else { return try writeArray(pairs, to: &text) }
    text += "{"
    for (index, pair) in pairs.enumerated() {
      if index > 0 { text += "," }
      text += JSONString.quoted(keys[index]) + ":"
      try write(pair[1], to: &text)
    }
    text += "}"
  }

  private static func key(_ value: LogValue) throws(LogError) -> String {
    value["#bigint"].isPresent ? try value["#bigint"].string : try value.name
  }
}

enum JSONString {
  static func quoted(_ string: String) -> String {
    var text = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case let control where control.value < 0x20:
        let digits = String(control.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
