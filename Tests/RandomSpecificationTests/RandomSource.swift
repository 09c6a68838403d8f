/// A source of random numbers that gives the same ones for the same seed, on every machine.
///
/// Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
struct RandomSource: RandomNumberGenerator {
  private var state: UInt64

  init(seed: Int) { state = UInt64(bitPattern: Int64(seed)) &* 0x9E37_79B9_7F4A_7C15 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  mutating func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &self) < probability }

  /// One of the elements, of which there must be one.
  mutating func pick<C: Collection>(_ elements: C) -> C.Element { elements.randomElement(using: &self)! }

  /// One of some values, each as often as its weight says.
  mutating func weighted<Value>(_ choices: [(Int, Value)]) -> Value {
    var rest = int(0...choices.reduce(-1) { $0 + $1.0 })
    for (weight, value) in choices {
      if rest < weight { return value }
      rest -= weight
    }
    return choices[choices.count - 1].1
  }
}
