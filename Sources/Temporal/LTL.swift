/// A formula of linear temporal logic over numbered atoms.
public indirect enum LTL: Hashable, Sendable {
  case constant(Bool)
  case atom(Int)
  case not(LTL)
  case and(LTL, LTL)
  case or(LTL, LTL)
  case next(LTL)
  case until(LTL, LTL)
  case release(LTL, LTL)

  public static func always(_ f: LTL) -> LTL { .release(.constant(false), f) }
  public static func eventually(_ f: LTL) -> LTL { .until(.constant(true), f) }
  public static func implies(_ f: LTL, _ g: LTL) -> LTL { .or(.not(f), g) }
  public static func leadsTo(_ f: LTL, _ g: LTL) -> LTL { .always(.implies(f, .eventually(g))) }
  public static func weakUntil(_ f: LTL, _ g: LTL) -> LTL { .release(g, .or(f, g)) }

  public var isPropositional: Bool {
    switch self {
    case .constant, .atom: true
    case .not(let f): f.isPropositional
    case .and(let f, let g), .or(let f, let g): f.isPropositional && g.isPropositional
    case .next, .until, .release: false
    }
  }
}
