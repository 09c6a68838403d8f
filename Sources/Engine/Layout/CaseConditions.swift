/// How the bytes of an enum's value tell its case. Found by asking the Swift runtime which case values are of.
struct CaseConditions {
  /// By case and byte: the bits that tell it, those on which it depends whether a value is of the case.
  private(set) var tagBits: [[UInt8]] = []
  /// Bytes that tell cases: under the mask, a byte has a case's value exactly when the enum's value is of that case.
  private(set) var bytes: [(byte: Int, mask: UInt8, values: [Int: UInt8])] = []

  init(_ enumeration: Layout.Enumeration, size: Int) {
    let samples = CaseSamples(enumeration, size: size)
    tagBits = enumeration.cases.indices.map { samples.tagBits(of: $0) }
    for byte in 0..<size {
      // No other bits than those that some case sets: an enum around this one may keep its own tag in them.
      let mask = samples.images.reduce(UInt8(0)) { $0 | $1[byte] }
      if mask == 0 { continue }
      let told = enumeration.cases.indices.filter { samples.tells(byte, mask: mask, $0) }
      if told.isEmpty { continue }
      bytes.append((byte, mask, Dictionary(uniqueKeysWithValues: told.map { ($0, samples.images[$0][byte]) })))
    }
  }

  /// The byte that tells most of some cases.
  func best(where matters: (Int) -> Bool) -> (byte: Int, mask: UInt8, values: [Int: UInt8])? {
    bytes.max { $0.values.keys.count(where: matters) < $1.values.keys.count(where: matters) }
  }
}

/// Values of all cases of an enum, with random bits in their payloads and wherever nothing tells the case.
private struct CaseSamples {
  private let enumeration: Layout.Enumeration
  private let size: Int
  private var samples: [(bytes: [UInt8], tag: Int)] = []
  /// By case: its value with a payload of zeros.
  let images: [[UInt8]]
  /// How many for each case. A byte that tells a case by mere chance does so with a probability of 2 to the minus this.
  private static let count = 64

  init(_ enumeration: Layout.Enumeration, size: Int) {
    self.enumeration = enumeration
    self.size = size
    let room = (size + 15) / 8 * 8
    images = enumeration.cases.indices.map { tag in
      var bytes = [UInt8](repeating: 0, count: room)
      bytes.withUnsafeMutableBytes { enumeration.inject($0.baseAddress!, tag) }
      return bytes
    }
    var random: UInt64 = 0
    for tag in enumeration.cases.indices {
      let told = tagBits(of: tag)
      var significant = [UInt8](repeating: 0, count: room)
      significant.withUnsafeMutableBytes { enumeration.cases[tag].payload?.markSignificantBits(in: $0.baseAddress!) }
      for number in 0..<Self.count {
        var bytes = images[tag]
        for k in 0..<size {
          random &+= 0x9E37_79B9_7F4A_7C15
          let noise = UInt8(truncatingIfNeeded: mix(random, 0xA076_1D64_78BD_642F))
          let anywhere = number % 2 == 0 ? ~significant[k] : 0
          bytes[k] ^= noise & ~told[k] & (significant[k] | anywhere)
        }
        samples.append((bytes, askedTag(&bytes)))
      }
    }
  }

  private func askedTag(_ bytes: inout [UInt8]) -> Int {
    bytes.withUnsafeMutableBytes { enumeration.tag($0.baseAddress!) }
  }

  /// By byte: the bits of a case's value that are set by the case alone, and those that make it another case when they are
  /// turned over, each by itself.
  func tagBits(of tag: Int) -> [UInt8] {
    var bytes = images[tag]
    return (0..<size).map { byte in
      (0..<8).reduce(images[tag][byte]) { bits, bit in
        bytes[byte] ^= 1 << bit
        defer { bytes[byte] ^= 1 << bit }
        return askedTag(&bytes) == tag ? bits : bits | 1 << bit
      }
    }
  }

  /// Whether a byte has, under a mask, the value that it has in a case exactly when a value is of that case.
  func tells(_ byte: Int, mask: UInt8, _ tag: Int) -> Bool {
    samples.allSatisfy { ($0.tag == tag) == ($0.bytes[byte] & mask == images[tag][byte]) }
  }
}
