/// The words and signs of a Swift source, without comments, and without strings and what is interpolated into them.
///
/// Just enough to find declarations; the compiler has the last word. One pass, linear in the length of the source.
struct SourceScanner {
  enum Token: Equatable {
    case word(Range<Int>)
    case sign(UInt8)
  }

  /// Where in the source we are: in code, at so many open parentheses, or in a string.
  private enum Context {
    case code(parentheses: Int)
    case string(hashes: Int, isBlock: Bool)
  }

  private let bytes: [UInt8]
  private var place = 0
  private var contexts = [Context.code(parentheses: 0)]

  init(_ source: String) { bytes = Array(source.utf8) }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  func isWord(_ token: Token?, _ word: StaticString) -> Bool {
    guard case .word(let range)? = token else { return false }
    return word.withUTF8Buffer { bytes[range].elementsEqual($0) }
  }

  /// Nil at the end.
  mutating func next() -> Token? {
    while place < bytes.count {
      switch contexts[contexts.count - 1] {
      case .string(let hashes, let isBlock): skipString(hashes, isBlock)
      case .code(let parentheses):
        if skipComment() || beginString() { continue }
        let first = place
        while place < bytes.count, isWordByte(bytes[place]) { place += 1 }
        if place == first { place += 1 }
        let byte = bytes[first]
        if byte == UInt8(ascii: "("), contexts.count > 1 {
          contexts[contexts.count - 1] = .code(parentheses: parentheses + 1)
        } else if byte == UInt8(ascii: ")"), contexts.count > 1 {
          if parentheses == 0 {
            contexts.removeLast()
          } else {
            contexts[contexts.count - 1] = .code(parentheses: parentheses - 1)
          }
        } else if contexts.count == 1, !isSpace(byte) {
          return isWordByte(byte) ? .word(first..<place) : .sign(byte)
        }
      }
    }
    return nil
  }

  private func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }

  private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (9...13).contains(byte) }

  private func starts(_ text: StaticString) -> Bool { text.withUTF8Buffer { bytes[place...].starts(with: $0) } }

  private mutating func skipComment() -> Bool {
    if starts("//") {
      while place < bytes.count, bytes[place] != 10, bytes[place] != 13 { place += 1 }
      return true
    }
    guard starts("/*") else { return false }
    var depth = 0
    repeat {
      if starts("/*") {
        depth += 1
        place += 2
      } else if starts("*/") {
        depth -= 1
        place += 2
      } else {
        place += 1
      }
    } while depth > 0 && place < bytes.count
    return true
  }

  private mutating func beginString() -> Bool {
    var quote = place
    while quote < bytes.count, bytes[quote] == UInt8(ascii: "#") { quote += 1 }
    guard quote < bytes.count, bytes[quote] == UInt8(ascii: "\"") else {
      // Signs, then, that are no string: looked at once.
      if quote > place + 1 { place = quote - 1 }
      return false
    }
    let hashes = quote - place
    place = quote
    let isBlock = starts("\"\"\"")
    place += isBlock ? 3 : 1
    contexts.append(.string(hashes: hashes, isBlock: isBlock))
    return true
  }

  /// Up to the end of the string, or to what is interpolated into it.
  private mutating func skipString(_ hashes: Int, _ isBlock: Bool) {
    func areHashes(at start: Int) -> Bool {
      start + hashes <= bytes.count && bytes[start..<start + hashes].allSatisfy { $0 == UInt8(ascii: "#") }
    }
    while place < bytes.count {
      let byte = bytes[place]
      if byte == UInt8(ascii: "\\"), areHashes(at: place + 1) {
        place += 1 + hashes
        let isInterpolation = place < bytes.count && bytes[place] == UInt8(ascii: "(")
        place += 1
        if isInterpolation {
          contexts.append(.code(parentheses: 0))
          return
        }
      } else if byte == UInt8(ascii: "\""), !isBlock || starts("\"\"\""), areHashes(at: place + (isBlock ? 3 : 1)) {
        place += (isBlock ? 3 : 1) + hashes
        contexts.removeLast()
        return
      } else if byte == 10, !isBlock {  // the compiler will say that it does not end
        contexts.removeLast()
        return
      } else {
        place += 1
      }
    }
    place = min(place, bytes.count)
  }
}
