import DistCheck

/// A counter and seven words that are hashes: of the counter, or of its lowest four bits.
///
/// For `Benchmarks/growth`: as many levels as states, or few levels and states in which nothing repeats, or nearly
/// everything. Counts are arithmetic: `most` + 1 states.
struct Growth: Specification {
  enum Kind: Enumeration { case levels, hashed, repeated }
  var kind = Kind.levels
  var most = 100_000

  struct State: BitwiseCopyable {
    var n: UInt64 = 0
    var a: UInt64 = 0, b: UInt64 = 0, c: UInt64 = 0, d: UInt64 = 0, e: UInt64 = 0, f: UInt64 = 0, g: UInt64 = 0
  }

  static func mix(_ x: UInt64) -> UInt64 {
    var y = x &+ 0x9E37_79B9_7F4A_7C15
    y = (y ^ (y >> 30)) &* 0xBF58_476D_1CE4_E5B9
    y = (y ^ (y >> 27)) &* 0x94D0_49BB_1331_11EB
    return y ^ (y >> 31)
  }

  func next(_ n: UInt64, _ k: Bounded<1, 2>) -> UInt64 { kind == .levels ? n + 1 : n * 2 + UInt64(k.value) }

  var initial: Initial<State> { State() }

  var actions: Actions<State> {
    Action("Next", for: Bounded<1, 2>.self) { s, k in
      next(s.n, k) <= UInt64(most)
    } then: { s, k in
      s.n = next(s.n, k)
      s.a = Self.mix(kind == .hashed ? s.n : s.n & 15)
      s.b = Self.mix(s.a)
      s.c = Self.mix(s.b)
      s.d = Self.mix(s.c)
      s.e = Self.mix(s.d)
      s.f = Self.mix(s.e)
      s.g = Self.mix(s.f)
    }
  }

  var properties: Properties<State> { Always("counts") { s in s.n <= UInt64(most) } }

  func mayStop(_ s: State) -> Bool { true }

  static var models: Models {
    Model("levels", Growth()).expects(.holds, distinctStates: 100_001, depth: 100_001)
    Model("hashed", Growth(kind: .hashed)).expects(.holds, distinctStates: 100_001)
    Model("repeated", Growth(kind: .repeated)).expects(.holds, distinctStates: 100_001)
  }
}
