import Testing

@testable import DistCheckTemporal
import TestSupport

@Suite struct AutomatonTests {
  @Test(arguments: 0..<8)
  func acceptsWhatTheFormulaSays(seed: Int) throws {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<1000 {
      let atoms = Int.random(in: 1...4, using: &generator)
      let formula = LTL.random(nodes: .random(in: 1...13, using: &generator), atoms: atoms, using: &generator)
      let automaton = try BuchiAutomaton(formula)
      let complement = try BuchiAutomaton(formula.negated)
      let raw = try BuchiAutomaton(formula, mostSimplified: 0)
      for _ in 0..<20 {
        let word = Lasso.random(atoms: atoms, using: &generator)
        let holds = formula.holds(word)
        #expect(raw.accepts(word) == holds, "\(formula) on \(word), not simplified")
        if automaton.accepts(word) == holds && complement.accepts(word) != holds { continue }
        Issue.record("\(formula) on \(word) is \(holds): \(automaton), complement \(complement)")
      }
    }
  }

  @Test(arguments: Pattern.all)
  func acceptsWhatThePatternSays(pattern: Pattern) throws {
    let automaton = try BuchiAutomaton(pattern.formula)
    let complement = try BuchiAutomaton(pattern.formula.negated)
    for word in Lasso.all(atoms: pattern.atoms, stem: pattern.atoms < 4 ? 2 : 1, loop: 2) {
      let holds = pattern.formula.holds(word)
      if automaton.accepts(word) == holds && complement.accepts(word) != holds { continue }
      Issue.record("\(pattern.formula) on \(word) is \(holds): \(automaton), complement \(complement)")
    }
    #expect(complement.states.count == pattern.statesOfNegation)
  }

  /// Every formula with an operator over two over atoms: wherever a rule of rewriting applies, and next to it.
  @Test func acceptsWhatSmallFormulasSay() throws {
    typealias Operator = @Sendable (LTL, LTL) -> LTL
    let operators: [Operator] = [LTL.and, LTL.or, LTL.until, LTL.release]
    let atoms = [LTL.atom(0), .atom(1), .atom(2)]
    let parts = atoms.flatMap { left in
      [.next(left), .always(left), .eventually(left)] + operators.flatMap { apply in atoms.map { apply(left, $0) } }
    }
    var generator = SplitMix64(seed: 2)
    for left in parts {
      for right in parts + [.not(atoms[0])] {
        for apply in operators {
          let formula = apply(left, right)
          let automaton = try BuchiAutomaton(formula)
          for _ in 0..<16 {
            let word = Lasso.random(atoms: 3, using: &generator)
            #expect(automaton.accepts(word) == formula.holds(word), "\(formula) on \(word)")
          }
        }
      }
    }
  }

  /// From the entries of an automaton that begins at the first letter, it is the same as a word without a stem.
  @Test func acceptsConstantWords() throws {
    var generator = SplitMix64(seed: 1)
    for _ in 0..<2000 {
      let formula = LTL.random(nodes: .random(in: 1...10, using: &generator), atoms: 2, using: &generator)
      let automaton = try BuchiAutomaton(formula)
      for letter in 0..<4 as Range<UInt64> {
        let accepts = automaton.entries.contains {
          $0.admits(letter) && automaton.accepts(constant: letter, from: $0.state)
        }
        #expect(accepts == formula.holds(stem: [], loop: [letter]), "\(formula) on \(letter)")
      }
    }
  }

  /// Formulas for which a conjunct that follows from another one must not be forgotten, since its promise would be.
  @Test func keepsPromises() throws {
    let (p, q) = (LTL.atom(0), LTL.atom(1))
    let formulas: [LTL] = [
      .always(.next(.eventually(p))), .always(.and(q, .next(.or(q, .eventually(p))))),
      .always(.or(.next(.eventually(p)), .next(.next(.and(q, .eventually(p)))))),
      .always(.until(.next(.eventually(p)), .and(q, .eventually(p)))),
      .and(.eventually(p), .next(.and(.eventually(p), .always(.or(q, .next(.eventually(p))))))),
      .and(.until(p, q), .and(.eventually(q), .always(.until(.not(p), q)))),
    ]
    for formula in formulas {
      let automaton = try BuchiAutomaton(formula)
      for word in Lasso.all(atoms: 2, stem: 3, loop: 3) {
        #expect(automaton.accepts(word) == formula.holds(word), "\(formula) on \(word)")
      }
    }
  }

  @Test func limits() throws {
    let nested = (1..<10).reduce(LTL.atom(0)) { .until($0, .atom($1)) }
    #expect(throws: AutomatonError.size) { try BuchiAutomaton(nested) }
    #expect(throws: AutomatonError.atom(64)) { try BuchiAutomaton(.always(.atom(64))) }
    #expect(throws: AutomatonError.atom(-1)) { try BuchiAutomaton(.atom(-1)) }
    let delayed = (0..<13).reduce(LTL.atom(1)) { formula, _ in .next(formula) }
    #expect(throws: AutomatonError.states) { try BuchiAutomaton(.always(.or(.atom(0), delayed))) }
    let wide = (1..<12).reduce(LTL.always(.eventually(.atom(0)))) { .and($0, .always(.eventually(.atom($1)))) }
    #expect(throws: AutomatonError.transitions) { try BuchiAutomaton(wide) }
    let many = (0..<65).reduce(LTL.constant(false)) {
      .or(
        $0, .and(.until(.atom($1 % 64), .atom(($1 + 1) % 64)), .next(.until(.atom(3), .and(.atom($1 % 64), .atom(5))))))
    }
    #expect(throws: AutomatonError.marks) { try BuchiAutomaton(many) }
    for error in [AutomatonError.atom(64), .marks, .states, .transitions] {
      #expect(!error.description.contains("\n"))
    }
    let last = try BuchiAutomaton(.always(.eventually(.atom(63))))
    #expect(last.accepts(stem: [], loop: [0, 1 << 63]) && !last.accepts(stem: [1 << 63], loop: [1 << 62]))
  }
}
