import DistCheckTemporal
import Testing
import TestSupport

@Suite struct EvaluationTests {
  @Test(arguments: 0..<4)
  func agreesWithTheDefinition(seed: Int) {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<1000 {
      let atoms = Int.random(in: 1...3, using: &generator)
      let formula = LTL.random(nodes: .random(in: 1...8, using: &generator), atoms: atoms, using: &generator)
      for _ in 0..<6 {
        let word = Lasso.random(atoms: atoms, using: &generator)
        let holds = formula.holds(word)
        #expect(holds == formula.isTrue(at: 0, of: word), "\(formula) on \(word)")
        #expect(holds != formula.negated.holds(word), "\(formula.negated) on \(word)")
      }
    }
  }

  @Test func whatTheOperatorsSay() {
    let (p, q) = (LTL.atom(0), LTL.atom(1))
    func holds(_ formula: LTL, _ stem: [UInt64], _ loop: [UInt64]) -> Bool { formula.holds(stem: stem, loop: loop) }
    #expect(holds(.eventually(p), [0, 0, 1], [0]))
    #expect(!holds(.eventually(p), [0, 2], [0, 2]))
    #expect(holds(.always(.eventually(p)), [], [0, 0, 1]))
    #expect(!holds(.always(.eventually(p)), [1, 1], [0]))
    #expect(holds(.eventually(.always(p)), [0, 0], [1]))
    #expect(!holds(.eventually(.always(p)), [1, 1], [1, 0]))
    #expect(holds(.until(p, q), [1, 1, 2], [0]))
    #expect(!holds(.until(p, q), [1, 0, 2], [0]))
    #expect(!holds(.until(p, q), [], [1]))
    #expect(holds(.weakUntil(p, q), [], [1]))
    #expect(!holds(.weakUntil(p, q), [1, 0, 2], [0]))
    #expect(holds(.release(p, q), [2, 3], [0]))
    #expect(!holds(.release(p, q), [2, 1], [0]))
    #expect(holds(.leadsTo(p, q), [1, 0, 2], [0]))
    #expect(holds(.leadsTo(p, q), [], [1, 2]))
    #expect(!holds(.leadsTo(p, q), [1, 2], [0, 1]))
    #expect(holds(.next(p), [0], [1]))
    #expect(holds(.iff(p, q), [3], [1]) && holds(.iff(p, q), [], [0]) && !holds(.iff(p, q), [], [2]))
    #expect(holds(.atom(63), [], [1 << 63]))
  }

  @Test func forms() {
    let (p, q) = (LTL.atom(0), LTL.atom(1))
    #expect(LTL.leadsTo(p, q).negated == .eventually(.and(p, .always(.not(q)))))
    #expect(LTL.not(.next(.until(p, q))).negated == .next(.until(p, q)))
    #expect(LTL.implies(p, .constant(false)).isPropositional)
    #expect(!LTL.and(p, .not(.next(q))).isPropositional)
    #expect(!LTL.or(.until(p, q), p).isPropositional && !LTL.release(p, q).isPropositional)
  }

  @Test func descriptions() {
    let (p, q) = (LTL.atom(0), LTL.atom(1))
    #expect(LTL.leadsTo(p, q).description == "G (!p0 || F p1)")
    #expect(
      LTL.and(.until(p, q), .not(.or(p, q))).description(atoms: ["lost", "sent"]) == "(lost U sent) && !(lost || sent)")
    #expect(LTL.release(.next(p), .constant(true)).description(atoms: []) == "X p0 R true")
  }
}
