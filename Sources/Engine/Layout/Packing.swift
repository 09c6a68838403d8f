internal import CDistCheckEngine

/// Between a state as the specification sees it, a Swift struct, and a state as the engine stores it: the bits that can
/// differ, and no others.
///
/// Two states without blanks are equal exactly when their packed words are: padding and impossible bits are not in them. Two-phase
/// commit with eight resource managers takes 36 bits of a struct of 32 bytes.
struct Packing {
  /// Words of an unpacked state.
  let stateWords: Int
  /// Words of a packed state, at least 1.
  let width: Int
  /// Significant bits.
  let bits: Int
  private let fields: [ce_field]
  private let mask: [UInt64]
  private let blanks: Blanks

  init(_ layout: Layout) {
    stateWords = layout.words
    var fields: [ce_field] = []
    var bits = 0
    let mask = Packing.significantBits(layout)
    for word in 0..<layout.words where mask[word] != 0 {
      let count = mask[word].nonzeroBitCount
      fields.append(
        ce_field(
          source: UInt32(word), target: UInt32(bits / 64), shift: UInt32(bits % 64), bits: UInt32(count),
          mask: mask[word]))
      bits += count
    }
    self.fields = fields
    self.mask = mask
    self.bits = bits
    blanks = Blanks(layout)
    width = max(1, (bits + 63) / 64)
  }

  static func significantBits(_ layout: Layout) -> [UInt64] {
    var mask = [UInt64](repeating: 0, count: layout.words)
    mask.withUnsafeMutableBytes { layout.markSignificantBits(in: $0.baseAddress!) }
    return mask
  }

  /// Makes `count` states that lie `stateWords` apart, as an effect has left them, canonical but for padding: what the cases
  /// of enums leave unused becomes zero. Whoever has an action write states does this before anything else.
  func clearBlanks(_ states: UnsafeMutablePointer<UInt64>, count: Int = 1) {
    if blanks.clearsNothing { return }
    blanks.clear(states, count: count, distance: stateWords &* 8)
  }

  /// Clears padding in states without other blanks: equal states are equal, byte by byte, afterwards.
  func clearPadding(_ states: UnsafeMutablePointer<UInt64>, count: Int = 1) {
    mask.withUnsafeBufferPointer { mask in
      for k in 0..<count {
        for word in 0..<stateWords { states[k &* stateWords &+ word] &= mask[word] }
      }
    }
  }

  /// A state without blanks and padding.
  func canonical(_ state: [UInt64]) -> [UInt64] {
    var state = state
    clearBlanks(&state)
    clearPadding(&state)
    return state
  }

  /// Packs `count` states without blanks that lie `stateWords` apart.
  func pack(_ states: UnsafePointer<UInt64>, into packed: UnsafeMutablePointer<UInt64>, count: Int = 1) {
    fields.withUnsafeBufferPointer {
      ce_pack($0.baseAddress, $0.count, states, stateWords, packed, width, count)
    }
  }

  func unpack(_ packed: UnsafePointer<UInt64>, into state: UnsafeMutablePointer<UInt64>) {
    fields.withUnsafeBufferPointer { ce_unpack($0.baseAddress, $0.count, packed, state, stateWords) }
  }

  func pack(_ state: [UInt64]) -> [UInt64] {
    var packed = [UInt64](repeating: 0, count: width)
    pack(state, into: &packed)
    return packed
  }

  func unpack(_ packed: [UInt64]) -> [UInt64] {
    var state = [UInt64](repeating: 0, count: stateWords)
    unpack(packed, into: &state)
    return state
  }
}
