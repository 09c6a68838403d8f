import DistCheckTemporal

/// A property that is asked for often: Dwyer, Avrunin and Corbett, "Patterns in property specifications for finite-state
/// verification", ICSE 1999. Each occurs globally, before r, after q, between q and r, and after q until r.
struct Pattern: Sendable, CustomStringConvertible {
  var formula: LTL
  /// p, q, r and s are atoms 0 to 3.
  var atoms: Int
  /// The states of the automaton for its negation.
  var statesOfNegation: Int

  var description: String { formula.description(atoms: ["p", "q", "r", "s"]) }

  private init(_ formula: LTL, atoms: Int, _ statesOfNegation: Int) {
    self.formula = formula
    self.atoms = atoms
    self.statesOfNegation = statesOfNegation
  }

  static let all: [Pattern] = {
    let (p, q, r, s) = (LTL.atom(0), LTL.atom(1), LTL.atom(2), LTL.atom(3))
    let between = LTL.and(q, .and(.not(r), .eventually(r)))
    let after = LTL.and(q, .not(r))
    let first = LTL.and(p, .not(r))
    let answer = LTL.implies(p, .until(.not(r), .and(s, .not(r))))
    return [
      Pattern(.always(.not(p)), atoms: 1, 1),
      Pattern(.implies(.eventually(r), .until(.not(p), r)), atoms: 3, 3),
      Pattern(.always(.implies(q, .always(.not(p)))), atoms: 2, 2),
      Pattern(.always(.implies(between, .until(.not(p), r))), atoms: 3, 3),
      Pattern(.always(.implies(after, .weakUntil(.not(p), r))), atoms: 3, 2),

      Pattern(.eventually(p), atoms: 1, 1),
      Pattern(.weakUntil(.not(r), first), atoms: 3, 2),
      Pattern(.or(.always(.not(q)), .eventually(.and(q, .eventually(p)))), atoms: 2, 2),
      Pattern(.always(.implies(after, .weakUntil(.not(r), first))), atoms: 3, 2),
      Pattern(.always(.implies(after, .until(.not(r), first))), atoms: 3, 2),

      Pattern(.always(p), atoms: 1, 1),
      Pattern(.implies(.eventually(r), .until(p, r)), atoms: 3, 3),
      Pattern(.always(.implies(q, .always(p))), atoms: 2, 2),
      Pattern(.always(.implies(between, .until(p, r))), atoms: 3, 3),
      Pattern(.always(.implies(after, .weakUntil(p, r))), atoms: 3, 2),

      Pattern(.weakUntil(.not(p), s), atoms: 4, 2),
      Pattern(.implies(.eventually(r), .until(.not(p), .or(s, r))), atoms: 4, 3),
      Pattern(.or(.always(.not(q)), .eventually(.and(q, .weakUntil(.not(p), s)))), atoms: 4, 3),
      Pattern(.always(.implies(between, .until(.not(p), .or(s, r)))), atoms: 4, 3),
      Pattern(.always(.implies(after, .weakUntil(.not(p), .or(s, r)))), atoms: 4, 2),

      Pattern(.leadsTo(p, s), atoms: 4, 1),
      Pattern(.implies(.eventually(r), .until(answer, r)), atoms: 4, 3),
      Pattern(.always(.implies(q, .leadsTo(p, s))), atoms: 4, 2),
      Pattern(.always(.implies(between, .until(answer, r))), atoms: 4, 3),
      Pattern(.always(.implies(after, .weakUntil(answer, r))), atoms: 4, 3),
    ]
  }()
}
