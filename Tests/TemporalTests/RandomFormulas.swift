import DistCheckTemporal

extension LTL {
  /// A formula with a number of operators and leaves, over the first `atoms` atoms.
  static func random(nodes: Int, atoms: Int, using generator: inout SplitMix64) -> LTL {
    if nodes <= 1 {
      if generator.chance(0.08) { return .constant(.random(using: &generator)) }
      return .atom(.random(in: 0..<atoms, using: &generator))
    }
    if nodes == 2 || generator.chance(0.4) {
      let formula = random(nodes: nodes - 1, atoms: atoms, using: &generator)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: return .not(formula)
      case 1: return .next(formula)
      case 2: return .always(formula)
      default: return .eventually(formula)
      }
    }
    let share = Int.random(in: 1..<nodes - 1, using: &generator)
    let left = random(nodes: share, atoms: atoms, using: &generator)
    let right = random(nodes: nodes - 1 - share, atoms: atoms, using: &generator)
    switch Int.random(in: 0..<9, using: &generator) {
    case 0, 1: return .and(left, right)
    case 2, 3: return .or(left, right)
    case 4: return .weakUntil(left, right)
    case 5: return .release(left, right)
    case 6: return .implies(left, right)
    default: return .until(left, right)
    }
  }
}
