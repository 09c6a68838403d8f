/// A conjunction of literals, as the masks of the atoms that must be true and that must be false.
struct Cube: Hashable {
  var positive: UInt64 = 0
  var negative: UInt64 = 0

  /// The cube without literals, which every letter satisfies.
  static let all = Cube()

  var isContradictory: Bool { positive & negative != 0 }
  var literalCount: Int { positive.nonzeroBitCount + negative.nonzeroBitCount }

  /// What satisfies both; contradictory if nothing does.
  func and(_ other: Cube) -> Cube { Cube(positive: positive | other.positive, negative: negative | other.negative) }

  func meets(_ other: Cube) -> Bool { !and(other).isContradictory }

  /// Whether every letter that satisfies this cube satisfies the other; neither is contradictory.
  func implies(_ other: Cube) -> Bool {
    other.positive & ~positive == 0 && other.negative & ~negative == 0
  }

  /// The literals that the other cube does not have.
  func without(_ other: Cube) -> Cube {
    Cube(positive: positive & ~other.positive, negative: negative & ~other.negative)
  }

  /// The literals that both have.
  func shared(_ other: Cube) -> Cube {
    Cube(positive: positive & other.positive, negative: negative & other.negative)
  }

  /// Each literal for itself.
  var literals: [Cube] {
    (0..<64).flatMap { (atom: UInt64) -> [Cube] in
      let bit = 1 << atom as UInt64
      if positive & bit != 0 { return [Cube(positive: bit)] }
      return negative & bit != 0 ? [Cube(negative: bit)] : []
    }
  }

  /// This literal negated.
  var flipped: Cube { Cube(positive: negative, negative: positive) }

  /// A literal that makes one of the others a part of this cube.
  func extraLiteral(in cubes: [Cube]) -> Cube? {
    cubes.lazy.filter(meets).map { $0.without(self) }.first { $0.literalCount == 1 }
  }

  /// Whether every letter that satisfies this cube satisfies one of the others.
  ///
  /// By cases, but not for atoms that the others have with one sign only: there the other sign is the harder case.
  /// Brayton et al., "Logic minimization algorithms for VLSI synthesis", 1984.
  ///
  /// - Complexity: Exponential in the atoms that the others have with both signs, at worst.
  func isCovered(by cubes: [Cube]) -> Bool {
    var open = Cube.all
    var relevant: [Cube] = []
    for cube in cubes where meets(cube) {
      if implies(cube) { return true }
      relevant.append(cube)
      let literals = cube.without(self)
      open = open.and(literals)
    }
    if relevant.count < 2 { return false }
    let both = open.positive & open.negative
    if open.positive != both || open.negative != both {
      return and(Cube(positive: open.negative & ~both, negative: open.positive & ~both)).isCovered(by: relevant)
    }
    let split = both & (0 &- both)
    return and(Cube(positive: split)).isCovered(by: relevant) && and(Cube(negative: split)).isCovered(by: relevant)
  }
}
