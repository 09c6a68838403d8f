/// xoshiro256** (Blackman, Vigna: Scrambled Linear Pseudorandom Number Generators, 2021), seeded by SplitMix64.
///
/// Each walk has one of its own, from the seed and its number: what it does depends on nothing else.
struct RandomSource {
  private var words: (UInt64, UInt64, UInt64, UInt64)

  init(seed: Int, walk: Int) {
    // Twice, or seed 1 would make the walks of seed 2 in another order.
    var state = mix(mix(0x9E37_79B9_7F4A_7C15, UInt64(truncatingIfNeeded: seed)), UInt64(truncatingIfNeeded: walk))
    func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var word = state
      word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
      word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
      return word ^ word >> 31
    }
    words = (next(), next(), next(), next())
  }

  @inline(__always)
  mutating func next() -> UInt64 {
    let product = words.1 &* 5
    let result = (product &<< 7 | product &>> 57) &* 9
    let shifted = words.1 &<< 17
    words.2 ^= words.0
    words.3 ^= words.1
    words.1 ^= words.2
    words.0 ^= words.3
    words.2 ^= shifted
    words.3 = words.3 &<< 45 | words.3 &>> 19
    return result
  }

  /// 0 to `count - 1`; no number is likelier than another by more than `count` in 2 to the 64.
  @inline(__always)
  mutating func below(_ count: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(truncatingIfNeeded: count)).high)
  }

  /// At least 0 and less than 1.
  @inline(__always)
  mutating func fraction() -> Double { Double(next() &>> 11) * 0x1p-53 }
}
