public import DistCheckTemporal

extension LTL {
  /// A formula with about so many operators and leaves, over the first `atoms` atoms, some parts of which occur twice.
  public static func random(nodes: Int, atoms: Int, using generator: inout SplitMix64) -> LTL {
    var parts: [(formula: LTL, nodes: Int)] = []
    return random(nodes, atoms, &parts, using: &generator)
  }

  private static func random(
    _ nodes: Int, _ atoms: Int, _ parts: inout [(formula: LTL, nodes: Int)], using generator: inout SplitMix64
  ) -> LTL {
    if generator.chance(0.25), let part = parts.randomElement(using: &generator), part.nodes <= nodes {
      return generator.chance(0.2) ? .not(part.formula) : part.formula
    }
    let formula = fresh(nodes, atoms, &parts, using: &generator)
    parts.append((formula, nodes))
    return formula
  }

  private static func fresh(
    _ nodes: Int, _ atoms: Int, _ parts: inout [(formula: LTL, nodes: Int)], using generator: inout SplitMix64
  ) -> LTL {
    if nodes <= 1 {
      if generator.chance(0.08) { return .constant(.random(using: &generator)) }
      return .atom(.random(in: 0..<atoms, using: &generator))
    }
    if nodes == 2 || generator.chance(0.4) {
      let formula = random(nodes - 1, atoms, &parts, using: &generator)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: return .not(formula)
      case 1: return .next(formula)
      case 2: return .always(formula)
      default: return .eventually(formula)
      }
    }
    let share = Int.random(in: 1..<nodes - 1, using: &generator)
    let left = random(share, atoms, &parts, using: &generator)
    let right = random(nodes - 1 - share, atoms, &parts, using: &generator)
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
