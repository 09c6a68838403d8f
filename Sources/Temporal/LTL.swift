/// A formula of linear temporal logic over numbered atoms.
///
/// Pnueli, "The temporal logic of programs", FOCS 1977; `release` is the dual of `until`.
public indirect enum LTL: Hashable, Sendable {
  case constant(Bool)
  case atom(Int)
  case not(LTL)
  case and(LTL, LTL)
  case or(LTL, LTL)
  /// What follows holds of the word without its first letter.
  case next(LTL)
  /// The second holds now or later, and until then the first.
  case until(LTL, LTL)
  /// The second holds up to and including the first time that the first holds; always, if it never does.
  case release(LTL, LTL)
}

extension LTL {
  public static func always(_ formula: LTL) -> LTL { .release(.constant(false), formula) }

  public static func eventually(_ formula: LTL) -> LTL { .until(.constant(true), formula) }

  public static func implies(_ premise: LTL, _ conclusion: LTL) -> LTL { .or(.not(premise), conclusion) }

  public static func iff(_ left: LTL, _ right: LTL) -> LTL {
    .or(.and(left, right), .and(.not(left), .not(right)))
  }

  /// Whenever the first holds, the second holds then or later.
  public static func leadsTo(_ premise: LTL, _ conclusion: LTL) -> LTL {
    .always(.implies(premise, .eventually(conclusion)))
  }

  /// `until`, or the first holds for ever.
  public static func weakUntil(_ left: LTL, _ right: LTL) -> LTL { .release(right, .or(left, right)) }

  /// Negation normal form of the negation: `not` stands before atoms only.
  public var negated: LTL { normalForm(negating: true) }

  /// Whether no temporal operator occurs, so that the first letter decides.
  public var isPropositional: Bool {
    switch self {
    case .constant, .atom: true
    case .not(let formula): formula.isPropositional
    case .and(let left, let right), .or(let left, let right): left.isPropositional && right.isPropositional
    case .next, .until, .release: false
    }
  }

  /// The atoms in it, as bits; there are at most 64.
  public var atoms: UInt64 {
    switch self {
    case .constant: 0
    case .atom(let atom): 1 << UInt64(atom)
    case .not(let formula), .next(let formula): formula.atoms
    case .and(let left, let right), .or(let left, let right), .until(let left, let right),
      .release(let left, let right):
      left.atoms | right.atoms
    }
  }

  private func normalForm(negating: Bool) -> LTL {
    switch self {
    case .constant(let value): return .constant(value != negating)
    case .atom: return negating ? .not(self) : self
    case .not(let formula): return formula.normalForm(negating: !negating)
    case .next(let formula): return .next(formula.normalForm(negating: negating))
    case .and(let left, let right):
      let (left, right) = (left.normalForm(negating: negating), right.normalForm(negating: negating))
      return negating ? .or(left, right) : .and(left, right)
    case .or(let left, let right):
      let (left, right) = (left.normalForm(negating: negating), right.normalForm(negating: negating))
      return negating ? .and(left, right) : .or(left, right)
    case .until(let left, let right):
      let (left, right) = (left.normalForm(negating: negating), right.normalForm(negating: negating))
      return negating ? .release(left, right) : .until(left, right)
    case .release(let left, let right):
      let (left, right) = (left.normalForm(negating: negating), right.normalForm(negating: negating))
      return negating ? .until(left, right) : .release(left, right)
    }
  }
}
