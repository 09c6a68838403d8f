/// A trace as a short text: the choices that were made, and a fingerprint of what they were made in.
///
/// Lower-case letters and digits (Crockford's base 32), five bits each: 32 bits of fingerprint, then the number of the
/// initial state, then action and ordinal of each step, as variable-length integers; of a lasso at last how many steps come
/// before its loop.
public struct ReplayToken: Equatable, CustomStringConvertible {
  public let description: String
  let fingerprint: UInt32
  let path: Path
  /// Of a lasso.
  let loop: Int?

  private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

  init(_ path: Path, failing: Path.Choice?, loop: Int? = nil, fingerprint: UInt32) {
    var path = path
    self.loop = loop
    if let failing { path.choices.append(failing) }
    self.path = path
    self.fingerprint = fingerprint
    var bytes = (0..<4).map { UInt8(truncatingIfNeeded: fingerprint >> ($0 * 8)) }
    func append(_ number: Int) {
      var rest = number
      while rest >= 128 {
        bytes.append(UInt8(rest & 127) | 128)
        rest >>= 7
      }
      bytes.append(UInt8(rest))
    }
    append(path.initial)
    for choice in path.choices {
      append(choice.action)
      append(choice.ordinal)
    }
    if let loop { append(loop) }
    var text: [UInt8] = []
    var (buffer, filled) = (0, 0)
    for byte in bytes {
      buffer = buffer << 8 | Int(byte)
      filled += 8
      while filled >= 5 {
        filled -= 5
        text.append(Self.digits[buffer >> filled & 31])
      }
      buffer &= (1 << filled) - 1
    }
    if filled > 0 { text.append(Self.digits[buffer << (5 - filled) & 31]) }
    description = String(decoding: text, as: UTF8.self)
  }

  /// Reads a token; nil when the text is none.
  public init?(_ text: String) {
    var bytes: [UInt8] = []
    var (buffer, filled) = (0, 0)
    for character in text.utf8 {
      guard let digit = Self.digits.firstIndex(of: character) else { return nil }
      buffer = buffer << 5 | digit
      filled += 5
      if filled >= 8 {
        filled -= 8
        bytes.append(UInt8(truncatingIfNeeded: buffer >> filled))
        buffer &= (1 << filled) - 1
      }
    }
    guard bytes.count > 4, buffer == 0 else { return nil }
    fingerprint = (0..<4).reduce(0) { $0 | UInt32(bytes[$1]) << ($1 * 8) }
    var numbers: [Int] = []
    var (number, shift) = (0, 0)
    for byte in bytes.dropFirst(4) {
      guard shift < 56 else { return nil }
      number |= Int(byte & 127) << shift
      shift += 7
      if byte < 128 {
        numbers.append(number)
        (number, shift) = (0, 0)
      }
    }
    guard shift == 0, !numbers.isEmpty else { return nil }
    loop = numbers.count % 2 == 0 ? numbers.removeLast() : nil
    path = Path(
      initial: numbers[0],
      choices: stride(from: 1, to: numbers.count, by: 2).map {
        Path.Choice(action: numbers[$0], ordinal: numbers[$0 + 1])
      })
    description = text
  }
}

extension TransitionSystem {
  /// Tells apart systems in which the same choices mean something else: other constants, actions, fairness, layout or
  /// initial states.
  public var fingerprint: UInt32 {
    var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
    func add(_ text: String) {
      for byte in text.utf8 { hash = mix(hash, UInt64(byte)) }
      hash = mix(hash, 0x1F)
    }
    for constant in constants {
      add(constant.name)
      add(constant.value.description)
    }
    for action in actions {
      add(action.name)
      if action.fairness != .none { add("\(action.fairness)\(action.isFair == nil ? "" : " of a part")") }
    }
    for word in Packing.significantBits(layout) { hash = mix(hash, word) }
    for state in initialStates { for word in packing.pack(state) { hash = mix(hash, word) } }
    return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
  }
}
