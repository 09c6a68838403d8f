import DistCheckEngine
import DistCheckTemporal
import TestSupport

/// A temporal property of a table system.
struct TemporalTable {
  var formula: LTL
  /// By atom: the states, or the steps `before * stateCount + after`, of which it is true.
  var atoms: [Set<Int>]
  var isOfSteps: [Bool]
}

extension TemporalTable {
  static func random(stateCount: Int, using generator: inout SplitMix64) -> TemporalTable {
    let count = Int.random(in: 1...3, using: &generator)
    let isOfSteps = (0..<count).map { _ in generator.chance(0.2) }
    let atoms = isOfSteps.map { isOfSteps in
      let probability = [0.15, 0.5, 0.85].randomElement(using: &generator)!
      return Set((0..<(isOfSteps ? stateCount * stateCount : stateCount)).filter { _ in generator.chance(probability) })
    }
    func atom() -> LTL { .atom(Int.random(in: 0..<count, using: &generator)) }
    let formula: LTL =
      switch Int.random(in: 0..<9, using: &generator) {
      case 0: .eventually(atom())
      case 1: .leadsTo(atom(), atom())
      case 2: .always(.eventually(atom()))
      case 3: .eventually(.always(atom()))
      case 4: .until(atom(), atom())
      default: .plain(nodes: Int.random(in: 2...7, using: &generator), atoms: count, using: &generator)
      }
    return TemporalTable(formula: formula, atoms: atoms, isOfSteps: isOfSteps)
  }
}

extension LTL {
  /// Plain ones, without constants and without parts that occur twice: the lasso that is shortest in the product with such a
  /// formula's automaton is as short as any.
  static func plain(nodes: Int, atoms: Int, using generator: inout SplitMix64) -> LTL {
    if nodes <= 1 { return .atom(Int.random(in: 0..<atoms, using: &generator)) }
    func part(_ nodes: Int) -> LTL { plain(nodes: nodes, atoms: atoms, using: &generator) }
    if nodes == 2 || generator.chance(0.4) {
      let f = part(nodes - 1)
      return [.not(f), .next(f), .always(f), .eventually(f)].randomElement(using: &generator)!
    }
    let left = Int.random(in: 1..<nodes - 1, using: &generator)
    let (f, g) = (part(left), part(nodes - 1 - left))
    return [.and(f, g), .or(f, g), .until(f, g), .release(f, g)].randomElement(using: &generator)!
  }
}

extension Fairness {
  static func random(parameters: Int, using generator: inout SplitMix64) -> Fairness {
    var fairness: Fairness = [.none, .weak, .strong].randomElement(using: &generator)!
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: fairness = fairness.each
    case 1 where parameters > 1: fairness = fairness.each(Int.random(in: 0..<parameters, using: &generator))
    case 2: fairness = fairness.together(fairness.strength == .weak ? "weak" : "strong")
    default: break
    }
    return fairness
  }
}
