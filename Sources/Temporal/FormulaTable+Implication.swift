extension FormulaTable {
  /// Whether the first formula is seen, by its form, to imply the second.
  ///
  /// Sound, and not complete. The rules are those of Somenzi and Bloem, "Efficient Büchi automata from LTL formulae",
  /// CAV 2000, and what follows from formulas being eventual or universal.
  mutating func implies(_ stronger: ID, _ weaker: ID) -> Bool {
    if stronger == weaker || stronger == never || weaker == truth { return true }
    if stronger == truth || weaker == never { return false }
    let pair = Pair(stronger: stronger, weaker: weaker)
    if let known = implications[pair] { return known }
    let result =
      followsByStronger(stronger, weaker) || followsByWeaker(stronger, weaker) || isMonotone(stronger, weaker)
    implications[pair] = result
    return result
  }

  /// The rules that take the premise apart.
  private mutating func followsByStronger(_ stronger: ID, _ weaker: ID) -> Bool {
    switch nodes[stronger] {
    case .constant, .literal: return false
    case .joined(true, let parts): return parts.contains { implies($0, weaker) }
    case .joined(false, let parts): return parts.allSatisfy { implies($0, weaker) }
    case .next(let inner): return isEventual[weaker] && implies(inner, weaker)
    case .fixpoint(true, let left, let right):
      return implies(right, weaker) && (isEventual[weaker] || implies(left, weaker))
    case .fixpoint(false, _, let right): return implies(right, weaker)
    }
  }

  /// The rules that take the conclusion apart.
  private mutating func followsByWeaker(_ stronger: ID, _ weaker: ID) -> Bool {
    switch nodes[weaker] {
    case .constant, .literal: return false
    case .joined(true, let parts): return parts.allSatisfy { implies(stronger, $0) }
    case .joined(false, let parts): return parts.contains { implies(stronger, $0) }
    case .next(let inner): return isUniversal[stronger] && implies(stronger, inner)
    case .fixpoint(true, _, let right): return implies(stronger, right)
    case .fixpoint(false, let left, let right):
      return implies(stronger, right) && (isUniversal[stronger] || implies(stronger, left))
    }
  }

  /// Operators of the same kind preserve implication.
  private mutating func isMonotone(_ stronger: ID, _ weaker: ID) -> Bool {
    switch (nodes[stronger], nodes[weaker]) {
    case (.next(let stronger), .next(let weaker)): implies(stronger, weaker)
    case (.fixpoint(let kind, let left, let right), .fixpoint(let weakerKind, let weakerLeft, let weakerRight)):
      kind == weakerKind && implies(left, weakerLeft) && implies(right, weakerRight)
    default: false
    }
  }
}
