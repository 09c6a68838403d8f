import DistCheckTemporal
import Testing

@Suite struct AutomatonTests {
  @Test(arguments: 0..<8)
  func acceptsWhatTheFormulaSays(seed: Int) throws {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<500 {
      let atoms = Int.random(in: 1...4, using: &generator)
      let formula = LTL.random(nodes: .random(in: 1...12, using: &generator), atoms: atoms, using: &generator)
      let automaton = try BuchiAutomaton(formula)
      let complement = try BuchiAutomaton(formula.negated)
      for _ in 0..<24 {
        let word = Lasso.random(atoms: atoms, using: &generator)
        let holds = formula.holds(stem: word.stem, loop: word.loop)
        guard automaton.accepts(stem: word.stem, loop: word.loop) == holds,
          complement.accepts(stem: word.stem, loop: word.loop) != holds
        else {
          Issue.record("\(formula) on \(word), which is \(holds): \(automaton), \(complement)")
          return
        }
      }
    }
  }

  @Test func sizes() throws {
    let (p, q) = (LTL.atom(0), LTL.atom(1))
    for f in [
      LTL.eventually(p).negated, LTL.leadsTo(p, q).negated, LTL.always(.eventually(p)).negated, LTL.eventually(.always(p)).negated,
      LTL.until(p, q).negated, .always(.eventually(p)), .leadsTo(p, q), .until(p, q), .eventually(p), .always(p),
      .eventually(.and(p, .next(q))), .always(.implies(p, .always(.not(q)))).negated, .and(.always(.eventually(p)), .always(.eventually(q))),
    ] {
      print(f, try BuchiAutomaton(f))
    }
  }
}
