import DistCheckTemporal
import Testing

@Suite struct SimplificationTests {
  private let p = LTL.atom(0)
  private let q = LTL.atom(1)
  private let r = LTL.atom(2)

  private func edge(_ target: Int, _ positive: UInt64, _ negative: UInt64, _ marks: UInt64) -> BuchiAutomaton.Transition
  {
    BuchiAutomaton.Transition(target: target, positive: positive, negative: negative, marks: marks)
  }

  private func entry(_ state: Int, _ positive: UInt64 = 0, _ negative: UInt64 = 0) -> BuchiAutomaton.Entry {
    BuchiAutomaton.Entry(state: state, positive: positive, negative: negative)
  }

  private func expect(
    _ formula: LTL, _ states: [[BuchiAutomaton.Transition]], marks: Int, _ entries: [BuchiAutomaton.Entry],
    anywhere: Bool = false, _ location: SourceLocation = #_sourceLocation
  ) throws {
    let automaton = try BuchiAutomaton(formula)
    #expect(automaton.states.map(Set.init) == states.map(Set.init), "\(formula)", sourceLocation: location)
    #expect(automaton.markCount == marks, "\(formula)", sourceLocation: location)
    #expect(Set(automaton.entries) == Set(entries), "\(formula)", sourceLocation: location)
    #expect(automaton.entersAnywhere == anywhere, "\(formula)", sourceLocation: location)
  }

  @Test func constants() throws {
    try expect(.constant(true), [[edge(0, 0, 0, 0)]], marks: 0, [entry(0)])
    try expect(.constant(false), [], marks: 0, [])
    try expect(.and(p, .not(p)), [], marks: 0, [])
    try expect(.and(.eventually(p), .always(.not(p))), [], marks: 0, [])
  }

  @Test func negationsOfCommonProperties() throws {
    // not F p
    try expect(LTL.eventually(p).negated, [[edge(0, 0, 1, 0)]], marks: 0, [entry(0)])
    // not G p
    try expect(LTL.always(p).negated, [[edge(0, 0, 0, 0)]], marks: 0, [entry(0, 0, 1)], anywhere: true)
    // not G (p → F q)
    try expect(LTL.leadsTo(p, q).negated, [[edge(0, 0, 2, 0)]], marks: 0, [entry(0, 1)], anywhere: true)
    // not G F p
    try expect(LTL.always(.eventually(p)).negated, [[edge(0, 0, 1, 0)]], marks: 0, [entry(0)], anywhere: true)
    // not F G p
    try expect(LTL.eventually(.always(p)).negated, [[edge(0, 0, 1, 1), edge(0, 1, 0, 0)]], marks: 1, [entry(0)])
    // not (p U q): the second state accepts everything
    try expect(
      LTL.until(p, q).negated, [[edge(1, 0, 3, 0), edge(0, 1, 2, 0)], [edge(1, 0, 0, 0)]], marks: 0, [entry(0)])
    // not (G F p → G (q → F r))
    try expect(
      LTL.implies(.always(.eventually(p)), .leadsTo(q, r)).negated, [[edge(0, 1, 4, 1), edge(0, 0, 5, 0)]], marks: 1,
      [entry(0, 2)], anywhere: true)
  }

  @Test func entriesByWayOfOtherStates() throws {
    // Two waiting halves, each with its entry.
    try expect(
      .eventually(.or(.and(p, .always(.not(q))), .and(r, .always(p)))), [[edge(0, 0, 2, 0)], [edge(1, 1, 0, 0)]],
      marks: 0, [entry(0, 1), entry(1, 4)], anywhere: true)
    // Begins at the first letter.
    try expect(.and(p, .always(q)), [[edge(0, 2, 0, 0)]], marks: 0, [entry(0, 1)])
    // No other state begins like it: what is common to its transitions is asked for at the entry.
    try expect(
      .eventually(.and(p, .next(q))), [[edge(1, 0, 0, 0)], [edge(2, 2, 0, 0)], [edge(2, 0, 0, 0)]], marks: 0,
      [entry(0, 1)], anywhere: true)
    // The waiting state cannot go when it is waiting for ever that is accepted.
    let weak = try BuchiAutomaton(.or(.always(.eventually(q)), .eventually(.always(p))))
    #expect(!weak.entersAnywhere)
  }

  @Test func entersAnywhereOrFirst() throws {
    var automaton = try BuchiAutomaton(LTL.leadsTo(p, q).negated)
    #expect(automaton.entersAnywhere)
    for word in Lasso.all(atoms: 2, stem: 2, loop: 2) {
      #expect(automaton.accepts(word) == LTL.eventually(.and(p, .always(.not(q)))).holds(word))
    }
    automaton.entersAnywhere = false
    for word in Lasso.all(atoms: 2, stem: 2, loop: 2) {
      #expect(automaton.accepts(word) == LTL.and(p, .always(.not(q))).holds(word))
    }
  }

  @Test func manyMarksInOneState() throws {
    let fair = (1..<6).reduce(LTL.always(.eventually(.atom(0)))) { .and($0, .always(.eventually(.atom($1)))) }
    let automaton = try BuchiAutomaton(fair)
    #expect(automaton.states.count == 1 && automaton.markCount == 6)
    // One goal, one mark.
    #expect(try BuchiAutomaton(.always(.and(.until(p, r), .until(q, r)))).markCount == 1)
    // A mark that another one implies.
    #expect(try BuchiAutomaton(.and(.always(.eventually(.and(p, q))), .always(.eventually(q)))).markCount == 1)
    // Marks of different components share numbers.
    #expect(try BuchiAutomaton(.or(.always(.eventually(p)), .next(.always(.eventually(q))))).markCount == 1)
  }

  /// For each letter, a transition with fewer marks to the same place is not taken besides one with more.
  @Test func transitionsAreSeparate() throws {
    try expect(.always(.eventually(p)), [[edge(0, 1, 0, 1), edge(0, 0, 1, 0)]], marks: 1, [entry(0)])
    try expect(
      .leadsTo(p, q),
      [
        [edge(0, 0, 1, 1), edge(0, 3, 0, 1), edge(1, 1, 2, 0)],
        [edge(0, 2, 0, 1), edge(1, 0, 2, 0)],
      ], marks: 1, [entry(0)])
    // p ∧ q and p ∧ ¬q are one cube.
    try expect(.always(.or(.and(p, q), .and(p, .not(q)))), [[edge(0, 1, 0, 0)]], marks: 0, [entry(0)])
  }

  @Test func rewriting() throws {
    func expectSame(_ left: LTL, _ right: LTL, _ location: SourceLocation = #_sourceLocation) throws {
      #expect(try BuchiAutomaton(left) == BuchiAutomaton(right), "\(left), \(right)", sourceLocation: location)
    }
    try expectSame(.eventually(.eventually(p)), .eventually(p))
    try expectSame(.always(.always(p)), .always(p))
    try expectSame(.eventually(.always(.eventually(p))), .always(.eventually(p)))
    try expectSame(.always(.eventually(.always(p))), .eventually(.always(p)))
    try expectSame(.next(.always(.eventually(p))), .always(.eventually(p)))
    try expectSame(.always(.eventually(.next(p))), .always(.eventually(p)))
    try expectSame(.until(p, .until(p, q)), .until(p, q))
    try expectSame(.until(.until(p, q), q), .until(p, q))
    try expectSame(.release(p, .release(p, q)), .release(p, q))
    try expectSame(.until(.next(p), .next(q)), .next(.until(p, q)))
    try expectSame(.until(.not(q), q), .eventually(q))
    try expectSame(.until(.or(p, q), q), .until(p, q))
    try expectSame(.until(p, .eventually(q)), .eventually(q))
    try expectSame(.eventually(.until(p, q)), .eventually(q))
    try expectSame(.and(p, .or(p, q)), p)
    try expectSame(.and(p, .or(.not(p), q)), .and(p, q))
    try expectSame(.and(.until(p, r), .until(q, r)), .until(.and(p, q), r))
    try expectSame(.or(.until(p, q), .until(p, r)), .until(p, .or(q, r)))
    try expectSame(.or(.always(.eventually(p)), .always(.eventually(q))), .always(.eventually(.or(p, q))))
    try expectSame(.eventually(.and(p, .always(.eventually(q)))), .and(.eventually(p), .always(.eventually(q))))
  }
}
