extension LTL: CustomStringConvertible {
  /// In the notation of Spot and Spin's `-f`, with atoms `p0`, `p1`, ….
  public var description: String { text(nested: false) { "p\($0)" } }

  /// In the same notation, with the names of the atoms.
  public func description(atoms: [String]) -> String {
    text(nested: false) { atoms.indices.contains($0) ? atoms[$0] : "p\($0)" }
  }

  private func text(nested: Bool, _ name: (Int) -> String) -> String {
    func inside(_ formula: LTL) -> String { formula.text(nested: true, name) }
    func binary(_ left: LTL, _ sign: String, _ right: LTL) -> String {
      let text = "\(inside(left)) \(sign) \(inside(right))"
      return nested ? "(\(text))" : text
    }
    switch self {
    case .constant(let value): return value ? "true" : "false"
    case .atom(let atom): return name(atom)
    case .not(let formula): return "!" + inside(formula)
    case .next(let formula): return "X " + inside(formula)
    case .until(.constant(true), let formula): return "F " + inside(formula)
    case .release(.constant(false), let formula): return "G " + inside(formula)
    case .and(let left, let right): return binary(left, "&&", right)
    case .or(let left, let right): return binary(left, "||", right)
    case .until(let left, let right): return binary(left, "U", right)
    case .release(let left, let right): return binary(left, "R", right)
    }
  }
}
