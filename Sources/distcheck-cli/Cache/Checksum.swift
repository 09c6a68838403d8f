import Foundation

/// 64-bit hashes of bytes: against damage and for names, not against forgery.
enum Checksum {
  /// Of much: four lanes of eight bytes each, about a millisecond for ten megabytes.
  static func ofFile(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
      let product = a.multipliedFullWidth(by: b)
      return product.high ^ product.low
    }
    let constants = SIMD4<UInt64>(
      0x9E37_79B9_7F4A_7C15, 0xD6E8_FEB8_6659_FD93, 0xA076_1D64_78BD_642F, 0xE703_7ED1_A0B4_28DB)
    var (a, b, c, d) = (constants[0], constants[1], constants[2], constants[3])
    var offset = 0
    func load(_ offset: Int) -> UInt64 { bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
    while bytes.count - offset >= 32 {
      a = mix(a ^ load(offset), constants[1])
      b = mix(b ^ load(offset + 8), constants[2])
      c = mix(c ^ load(offset + 16), constants[3])
      d = mix(d ^ load(offset + 24), constants[0])
      offset += 32
    }
    for byte in bytes[offset...] { a = mix(a ^ UInt64(byte), constants[3]) }
    return mix(a ^ c, b &+ d ^ UInt64(bytes.count))
  }

  /// FNV-1a, of little.
  static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
