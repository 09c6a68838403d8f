import DistCheckTemporal

extension LTL {
  /// A formula with a number of operators and leaves, over the first `atoms` atoms.
  static func random(nodes: Int, atoms: Int, using generator: inout SplitMix64) -> LTL {
    if nodes <= 1 {
      return generator.chance(0.08) ? .constant(.random(using: &generator)) : .atom(.random(in: 0..<atoms, using: &generator))
    }
    func part(_ nodes: Int) -> LTL { random(nodes: nodes, atoms: atoms, using: &generator) }
    if nodes == 2 || generator.chance(0.4) {
      let formula = part(nodes - 1)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: return .not(formula)
      case 1: return .next(formula)
      case 2: return .always(formula)
      default: return .eventually(formula)
      }
    }
    let left = Int.random(in: 1..<nodes - 1, using: &generator)
    let (first, second) = (part(left), part(nodes - 1 - left))
    switch Int.random(in: 0..<9, using: &generator) {
    case 0, 1: return .and(first, second)
    case 2, 3: return .or(first, second)
    case 4: return .weakUntil(first, second)
    case 5: return .release(first, second)
    case 6: return .implies(first, second)
    default: return .until(first, second)
    }
  }
}

/// An infinite word: a stem, and a loop that is repeated for ever.
struct Lasso: Hashable, CustomStringConvertible {
  var stem: [UInt64]
  var loop: [UInt64]

  var description: String { "\(stem)(\(loop))" }

  static func random(atoms: Int, using generator: inout SplitMix64) -> Lasso {
    func letters(_ count: Int) -> [UInt64] {
      (0..<count).map { _ in UInt64.random(in: 0..<1 << UInt64(atoms), using: &generator) }
    }
    return Lasso(
      stem: letters(.random(in: 0...4, using: &generator)), loop: letters(.random(in: 1...4, using: &generator)))
  }

  /// Every lasso up to a length of the stem and of the loop.
  static func all(atoms: Int, stem: Int, loop: Int) -> [Lasso] {
    func words(_ length: Int) -> [[UInt64]] {
      if length == 0 { return [[]] }
      return words(length - 1).flatMap { word in (0..<1 << UInt64(atoms)).map { word + [$0] } }
    }
    return (0...stem).flatMap(words).flatMap { stem in
      (1...loop).flatMap(words).map { Lasso(stem: stem, loop: $0) }
    }
  }
}
