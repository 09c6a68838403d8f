/// Which states do all that others do, letter by letter and with at least the same marks.
///
/// Direct simulation: Etessami, Wilke and Schuller, "Fair simulation relations, parity games, and state space reduction
/// for Büchi automata", 2005; with marks on transitions as in Babiak, Badie, Duret-Lutz, Křetínský and Strejček,
/// "Compositional approach to suspension and other improvements to LTL translation", SPIN 2013.
struct SimulationRelation {
  /// The most transitions for which the relation is computed; above, a state is above itself only.
  static let mostTransitions = 1000

  private let count: Int
  /// Row by row, the lower state first; empty when a state is above itself only.
  private var isAbove: [Bool]

  /// The greatest such relation.
  init(_ automaton: BuchiAutomaton) {
    let states = automaton.states
    count = states.count
    let isSmall = states.reduce(0) { $0 + $1.count } <= Self.mostTransitions
    isAbove = [Bool](repeating: true, count: isSmall ? count * count : 0)
    var isStable = !isSmall
    while !isStable {
      isStable = true
      for lower in states.indices {
        for upper in states.indices where lower != upper && isAbove[lower * count + upper] {
          if states[lower].allSatisfy({ isMatched($0, by: states[upper]) }) { continue }
          isAbove[lower * count + upper] = false
          isStable = false
        }
      }
    }
  }

  /// Whether the upper state accepts all that the lower one accepts, as far as simulation shows it.
  func isAbove(_ upper: Int, _ lower: Int) -> Bool {
    isAbove.isEmpty ? lower == upper : isAbove[lower * count + upper]
  }

  /// Whether for each letter one of the others can be taken instead.
  func isMatched(
    _ transition: BuchiAutomaton.Transition, by others: some Sequence<BuchiAutomaton.Transition>,
    ignoringMarks: Bool = false
  ) -> Bool {
    var cubes: [Cube] = []
    for other in others where dominates(other, transition, ignoringMarks) {
      if transition.cube.implies(other.cube) { return true }
      cubes.append(other.cube)
    }
    return cubes.count > 1 && transition.cube.isCovered(by: cubes)
  }

  /// Whether the first transition is at least as good as the second for letters that satisfy both.
  func dominates(
    _ upper: BuchiAutomaton.Transition, _ lower: BuchiAutomaton.Transition, _ ignoringMarks: Bool = false
  ) -> Bool {
    (ignoringMarks || lower.marks & ~upper.marks == 0) && isAbove(upper.target, lower.target)
  }
}
