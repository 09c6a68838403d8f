/// A JSON text as a flat list of tokens: what a line of a log is parsed into, without an allocation of its own.
///
/// The tokens refer to the bytes by their places, and each knows where the one behind its value is, so a reader skips what
/// it does not look at. The grammar is that of RFC 8259, taken strictly: no trailing commas, no control characters in
/// strings, no lone surrogates, valid UTF-8 and nothing behind the value.
///
/// Parsing is linear in the length of the text.
struct JSONText {
  enum Kind: UInt8 {
    case null, boolean, integer, number, string, escapedString, array, object
  }

  struct Token {
    var kind: Kind
    /// Where its text is; of a string what is between the quotes.
    var start: Int32
    var end: Int32
    /// The index of the token behind this value, and behind all that is in it.
    var next: Int32
  }

  struct Failure: Error {
    var reason: String
    /// The byte, from 0.
    var place: Int
  }

  static let mostLevels = 200

  private(set) var tokens: [Token] = []

  /// Replaces the tokens by those of a text.
  mutating func parse(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    tokens.removeAll(keepingCapacity: true)
    var parser = JSONParser(bytes: bytes)
    try parser.value(&tokens, level: 0)
    parser.skipSpace()
    if parser.place < bytes.count { throw parser.failure("there is something behind the value") }
  }

  /// Makes it an object whose members are strings: places of keys and values, one pair after the other.
  mutating func setMembers(_ members: [(key: Range<Int>, value: Range<Int>?)]) {
    tokens.removeAll(keepingCapacity: true)
    tokens.append(Token(kind: .object, start: 0, end: 0, next: 0))
    for member in members {
      guard let value = member.value else { continue }
      for range in [member.key, value] {
        tokens.append(
          Token(
            kind: .string, start: Int32(range.lowerBound), end: Int32(range.upperBound),
            next: Int32(tokens.count + 1)))
      }
    }
    tokens[0].next = Int32(tokens.count)
  }
}

private struct JSONParser {
  let bytes: UnsafeRawBufferPointer
  var place = 0

  typealias Token = JSONText.Token
  typealias Failure = JSONText.Failure

  func failure(_ reason: String) -> Failure { Failure(reason: reason, place: place) }

  @inline(__always)
  private var current: UInt8 { place < bytes.count ? bytes[place] : 0 }

  @inline(__always)
  mutating func skipSpace() {
    while place < bytes.count {
      let byte = bytes[place]
      guard byte == 0x20 || byte == 9 || byte == 10 || byte == 13 else { return }
      place &+= 1
    }
  }

  mutating func value(_ tokens: inout [Token], level: Int) throws(Failure) {
    skipSpace()
    guard place < bytes.count else { throw failure("it ends in the midst of a value") }
    switch bytes[place] {
    case UInt8(ascii: "{"): try object(&tokens, level)
    case UInt8(ascii: "["): try array(&tokens, level)
    case UInt8(ascii: "\""): try string(&tokens)
    case UInt8(ascii: "t"): try word("true", .boolean, &tokens)
    case UInt8(ascii: "f"): try word("false", .boolean, &tokens)
    case UInt8(ascii: "n"): try word("null", .null, &tokens)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number(&tokens)
    default: throw failure("it is no JSON")
    }
  }

  private mutating func open(_ kind: JSONText.Kind, _ tokens: inout [Token], _ level: Int) throws(Failure) -> Int {
    guard level < JSONText.mostLevels else { throw failure("it is nested more than \(JSONText.mostLevels) deep") }
    tokens.append(Token(kind: kind, start: Int32(place), end: 0, next: 0))
    place += 1
    skipSpace()
    return tokens.count - 1
  }

  private mutating func close(_ index: Int, _ tokens: inout [Token]) {
    place += 1
    tokens[index].end = Int32(place)
    tokens[index].next = Int32(tokens.count)
  }

  private mutating func object(_ tokens: inout [Token], _ level: Int) throws(Failure) {
    let index = try open(.object, &tokens, level)
    if current == UInt8(ascii: "}") { return close(index, &tokens) }
    while true {
      skipSpace()
      guard current == UInt8(ascii: "\"") else { throw failure("the name of a field is missing") }
      try string(&tokens)
      skipSpace()
      guard current == UInt8(ascii: ":") else { throw failure("a colon is missing") }
      place += 1
      try value(&tokens, level: level + 1)
      skipSpace()
      if current == UInt8(ascii: "}") {
        close(index, &tokens)
        return try validateNames(of: index, tokens)
      }
      guard current == UInt8(ascii: ",") else { throw failure(ending("object")) }
      place += 1
    }
  }

  /// Of two fields with one name a reader would see one: neither is what the line says.
  private func validateNames(of object: Int, _ tokens: [Token]) throws(Failure) {
    if hasEscapedName(object, tokens) { return try validateUnescapedNames(of: object, tokens) }
    var names: Set<[UInt8]> = []
    let (first, end) = (object + 1, Int(tokens[object].next))
    var (child, count) = (first, 0)
    while child < end {
      let token = tokens[child]
      let name = bytes[Int(token.start)..<Int(token.end)]
      // Few fields are compared with each other, many are looked up.
      if count >= 16 {
        if count == 16 { for earlier in Self.names(first, child, tokens) { names.insert(Array(bytes[earlier])) } }
        if !names.insert(Array(name)).inserted { throw twice(name) }
      } else {
        var other = first
        while other < child {
          let length = tokens[other].end &- tokens[other].start
          if length == token.end &- token.start, isSame(tokens[other], token) { throw twice(name) }
          other = Int(tokens[other &+ 1].next)
        }
      }
      count += 1
      child = Int(tokens[child + 1].next)
    }
  }

  private func hasEscapedName(_ object: Int, _ tokens: [Token]) -> Bool {
    var child = object + 1
    while child < Int(tokens[object].next) {
      if tokens[child].kind == .escapedString { return true }
      child = Int(tokens[child + 1].next)
    }
    return false
  }

  /// The same where one name can be written in several ways.
  private func validateUnescapedNames(of object: Int, _ tokens: [Token]) throws(Failure) {
    var names: Set<[UInt8]> = []
    for range in Self.names(object + 1, Int(tokens[object].next), tokens) {
      let name = UnsafeRawBufferPointer(rebasing: bytes[range])
      if !names.insert(Array(unescaped(name).utf8)).inserted { throw twice(bytes[range]) }
    }
  }

  private func isSame(_ left: Token, _ right: Token) -> Bool {
    for k in 0..<Int(left.end &- left.start) where bytes[Int(left.start) &+ k] != bytes[Int(right.start) &+ k] {
      return false
    }
    return true
  }

  private static func names(_ first: Int, _ end: Int, _ tokens: [Token]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var child = first
    while child < end {
      found.append(Int(tokens[child].start)..<Int(tokens[child].end))
      child = Int(tokens[child + 1].next)
    }
    return found
  }

  private func twice(_ name: Slice<UnsafeRawBufferPointer>) -> Failure {
    failure("the field \"\(String(decoding: name, as: UTF8.self))\" occurs twice")
  }

  private mutating func array(_ tokens: inout [Token], _ level: Int) throws(Failure) {
    let index = try open(.array, &tokens, level)
    if current == UInt8(ascii: "]") { return close(index, &tokens) }
    while true {
      try value(&tokens, level: level + 1)
      skipSpace()
      if current == UInt8(ascii: "]") { return close(index, &tokens) }
      guard current == UInt8(ascii: ",") else { throw failure(ending("array")) }
      place += 1
    }
  }

  private func ending(_ thing: String) -> String {
    place < bytes.count ? "a comma or the end of an \(thing) is missing" : "it ends in the midst of an \(thing)"
  }

  private mutating func word(
    _ text: StaticString, _ kind: JSONText.Kind, _ tokens: inout [Token]
  ) throws(Failure) {
    let count = text.utf8CodeUnitCount
    guard place + count <= bytes.count,
      text.withUTF8Buffer({ word in (0..<count).allSatisfy { bytes[place + $0] == word[$0] } })
    else { throw failure("it is no JSON") }
    append(kind, place, place + count, &tokens)
    place += count
  }

  @inline(__always)
  private func append(_ kind: JSONText.Kind, _ start: Int, _ end: Int, _ tokens: inout [Token]) {
    tokens.append(
      Token(
        kind: kind, start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: end),
        next: Int32(truncatingIfNeeded: tokens.count &+ 1)))
  }

  private mutating func number(_ tokens: inout [Token]) throws(Failure) {
    let start = place
    if current == UInt8(ascii: "-") { place += 1 }
    let first = place
    try digits()
    if bytes[first] == UInt8(ascii: "0") && place > first + 1 { throw failure("a number begins with 0") }
    var kind = JSONText.Kind.integer
    if current == UInt8(ascii: ".") {
      place += 1
      try digits()
      kind = .number
    }
    if current | 0x20 == UInt8(ascii: "e") {
      place += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { place += 1 }
      try digits()
      kind = .number
    }
    append(kind, start, place, &tokens)
  }

  private mutating func digits() throws(Failure) {
    let first = place
    while place < bytes.count, bytes[place] &- UInt8(ascii: "0") < 10 { place &+= 1 }
    if place == first { throw failure("a digit is missing") }
  }

  private mutating func string(_ tokens: inout [Token]) throws(Failure) {
    place &+= 1
    let start = place
    var kind = JSONText.Kind.string
    while place < bytes.count {
      let byte = bytes[place]
      if byte == UInt8(ascii: "\"") {
        append(kind, start, place, &tokens)
        place &+= 1
        return
      }
      if byte == UInt8(ascii: "\\") {
        kind = .escapedString
        try escape()
      } else if byte < 0x20 {
        throw failure("there is a control character in a string")
      } else if byte < 0x80 {
        place &+= 1
      } else {
        try multibyte(byte)
      }
    }
    throw failure("it ends in the midst of a string")
  }

  private mutating func escape() throws(Failure) {
    place += 1
    switch current {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      place += 1
    case UInt8(ascii: "u"):
      place += 1
      let unit = try hexadecimal()
      if (0xDC00...0xDFFF).contains(unit) { throw failure("half of a surrogate pair stands alone") }
      guard (0xD800...0xDBFF).contains(unit) else { return }
      guard current == UInt8(ascii: "\\"), place + 1 < bytes.count, bytes[place + 1] == UInt8(ascii: "u") else {
        throw failure("half of a surrogate pair stands alone")
      }
      place += 2
      guard (0xDC00...0xDFFF).contains(try hexadecimal()) else {
        throw failure("half of a surrogate pair stands alone")
      }
    default: throw failure("there is no such escape")
    }
  }

  private mutating func hexadecimal() throws(Failure) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = hexadecimalDigit(current) else { throw failure("a digit of an escape is missing") }
      unit = unit << 4 | digit
      place += 1
    }
    return unit
  }

  /// One scalar of several bytes: the well-formed sequences of the Unicode standard, table 3-7.
  private mutating func multibyte(_ lead: UInt8) throws(Failure) {
    func isTail(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
      place + offset < bytes.count && range.contains(bytes[place + offset])
    }
    let count: Int
    switch lead {
    case 0xC2...0xDF: count = isTail(1) ? 2 : 0
    case 0xE0: count = isTail(1, 0xA0...0xBF) && isTail(2) ? 3 : 0
    case 0xED: count = isTail(1, 0x80...0x9F) && isTail(2) ? 3 : 0
    case 0xE1...0xEF: count = isTail(1) && isTail(2) ? 3 : 0
    case 0xF0: count = isTail(1, 0x90...0xBF) && isTail(2) && isTail(3) ? 4 : 0
    case 0xF1...0xF3: count = isTail(1) && isTail(2) && isTail(3) ? 4 : 0
    case 0xF4: count = isTail(1, 0x80...0x8F) && isTail(2) && isTail(3) ? 4 : 0
    default: count = 0
    }
    if count == 0 { throw failure("it is not valid UTF-8") }
    place += count
  }
}

private func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
  case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
  case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
  default: nil
  }
}

/// The text of a string that has escapes; they are known to be right.
func unescaped(_ bytes: UnsafeRawBufferPointer) -> String {
  var units: [UInt16] = []
  var text = ""
  func flush() {
    guard !units.isEmpty else { return }
    text += String(decoding: units, as: UTF16.self)
    units.removeAll()
  }
  var plain: [UInt8] = []
  var place = 0
  while place < bytes.count {
    guard bytes[place] == UInt8(ascii: "\\") else {
      flush()
      plain.append(bytes[place])
      place += 1
      continue
    }
    text += String(decoding: plain, as: UTF8.self)
    plain.removeAll()
    place += 1
    switch bytes[place] {
    case UInt8(ascii: "b"): units.append(8)
    case UInt8(ascii: "f"): units.append(12)
    case UInt8(ascii: "n"): units.append(10)
    case UInt8(ascii: "r"): units.append(13)
    case UInt8(ascii: "t"): units.append(9)
    case UInt8(ascii: "u"):
      var unit: UInt32 = 0
      for offset in 1...4 { unit = unit << 4 | (hexadecimalDigit(bytes[place + offset]) ?? 0) }
      units.append(UInt16(truncatingIfNeeded: unit))
      place += 4
    case let other: units.append(UInt16(other))
    }
    place += 1
  }
  flush()
  return text + String(decoding: plain, as: UTF8.self)
}
