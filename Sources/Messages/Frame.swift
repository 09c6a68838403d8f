import DistCheckReporting

/// How requests and events travel: a magic number, the length of what follows and a seal, then the message as JSON. All
/// numbers are little-endian; the header has 16 bytes.
///
/// The seal is a hash of key, number of the frame and message. The key is in the request alone, so that nothing that a
/// specification writes to whatever descriptor is taken for an event, in the midst of one or after it. That guards against
/// accidents and against output that was made to look like an answer, not against code that reads the key from memory.
public enum Frame {
  static let headerBytes = 16
  static let magic: UInt32 = 0x6B63_6864  // "dhck"
  /// No message is as long.
  static let lengthLimit = 1 << 30

  /// - Parameter number: How many frames came before it.
  public static func bytes(of message: some Encodable, number: UInt64, key: UInt64) throws -> [UInt8] {
    let text = Array(try JSON(encoding: message).description.utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(headerBytes + text.count)
    append(magic, to: &bytes)
    append(UInt32(text.count), to: &bytes)
    append(seal(text[...], number: number, key: key), to: &bytes)
    bytes += text
    return bytes
  }

  private static func append<T: FixedWidthInteger>(_ number: T, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
  }

  static func seal(_ text: ArraySlice<UInt8>, number: UInt64, key: UInt64) -> UInt64 {
    func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
      let product = (a ^ key).multipliedFullWidth(by: (b ^ 0xD6E8_FEB8_6659_FD93) | 1)
      return product.high ^ product.low
    }
    var hash = mix(number &+ 0x9E37_79B9_7F4A_7C15, 0xA076_1D64_78BD_642F)
    var word: UInt64 = 0
    for (index, byte) in text.enumerated() {
      word = word << 8 | UInt64(byte)
      if index & 7 == 7 {
        hash = mix(hash &+ 0x9E37_79B9_7F4A_7C15, word)
        word = 0
      }
    }
    return mix(mix(hash, word), UInt64(text.count))
  }
}

/// Takes bytes as they come, and gives messages.
public struct FrameReader {
  private let key: UInt64
  private var number: UInt64 = 0
  private var bytes: [UInt8] = []
  private var first = 0

  /// What was read is no frame: something else has written there.
  public struct ForeignBytes: Error {}

  public init(key: UInt64) { self.key = key }

  public mutating func append(_ more: some Sequence<UInt8>) {
    if first > 1 << 16 && first > bytes.count / 2 {
      bytes.removeFirst(first)
      first = 0
    }
    bytes += more
  }

  /// Whether a frame has begun that has not come to its end.
  public var isInFrame: Bool { first < bytes.count }

  /// The next message; nil when it has not come as a whole yet.
  ///
  /// - Throws: `ForeignBytes`; nothing more can be read then.
  public mutating func next<Message: Decodable>(_ type: Message.Type) throws(ForeignBytes) -> Message? {
    guard bytes.count - first >= Frame.headerBytes else { return nil }
    let length = Int(load(UInt32.self, at: 4))
    guard load(UInt32.self, at: 0) == Frame.magic, length <= Frame.lengthLimit else { throw ForeignBytes() }
    let begin = first + Frame.headerBytes
    guard bytes.count - begin >= length else { return nil }
    let text = bytes[begin..<begin + length]
    guard load(UInt64.self, at: 8) == Frame.seal(text, number: number, key: key),
      let message = try? JSON(parsing: String(decoding: text, as: UTF8.self))?.decoded(as: type)
    else { throw ForeignBytes() }
    first = begin + length
    number += 1
    return message
  }

  private func load<T: FixedWidthInteger>(_ type: T.Type, at offset: Int) -> T {
    bytes.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: first + offset, as: type)) }
  }
}
