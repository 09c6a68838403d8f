/// Constructors that simplify. Each rule stands for its dual too: `conjunctive` and `least` say which of the two it is.
///
/// Etessami and Holzmann, CONCUR 2000; Somenzi and Bloem, CAV 2000; Babiak, Křetínský, Řehák and Strejček, "LTL to Büchi
/// automata translation: fast and more deterministic", TACAS 2012.
extension FormulaTable {
  /// A formula in negation normal form or not, simplified from its leaves up.
  mutating func simplified(_ formula: LTL, negating: Bool = false) throws(AutomatonError) -> ID {
    switch formula {
    case .constant(let value): return constant(value != negating)
    case .atom(let atom):
      guard (0..<64).contains(atom) else { throw .atom(atom) }
      return id(.literal(atom, !negating))
    case .not(let formula): return try simplified(formula, negating: !negating)
    case .next(let formula): return next(try simplified(formula, negating: negating))
    case .and(let left, let right):
      let parts = [try simplified(left, negating: negating), try simplified(right, negating: negating)]
      return join(parts, conjunctive: !negating)
    case .or(let left, let right):
      let parts = [try simplified(left, negating: negating), try simplified(right, negating: negating)]
      return join(parts, conjunctive: negating)
    case .until(let left, let right):
      let (left, right) = (try simplified(left, negating: negating), try simplified(right, negating: negating))
      return fixpoint(left, right, least: !negating)
    case .release(let left, let right):
      let (left, right) = (try simplified(left, negating: negating), try simplified(right, negating: negating))
      return fixpoint(left, right, least: negating)
    }
  }

  mutating func next(_ formula: ID) -> ID { isSteady(formula) ? formula : id(.next(formula)) }

  mutating func join(_ formulas: [ID], conjunctive: Bool) -> ID {
    var parts = Set(formulas.flatMap { self.parts($0, conjunctive: conjunctive) }).sorted()
    if parts.contains(constant(!conjunctive)) { return constant(!conjunctive) }
    var place = 0
    while place < parts.count {
      let part = parts[place]
      let others = parts[..<place] + parts[(place + 1)...]
      if others.contains(where: { subsumes($0, part, conjunctive) }) {
        parts.remove(at: place)
        continue
      }
      if others.contains(where: { excludes($0, part, conjunctive) }) { return constant(!conjunctive) }
      // p ∧ (¬p ∨ q) = p ∧ q
      let inner = self.parts(part, conjunctive: !conjunctive)
      let kept = inner.filter { inner in !others.contains { excludes($0, inner, conjunctive) } }
      if kept.count < inner.count {
        return join(others + [join(kept, conjunctive: !conjunctive)], conjunctive: conjunctive)
      }
      place += 1
    }
    for second in parts.indices {
      for first in parts[..<second].indices {
        guard let merged = merged(parts[first], parts[second], conjunctive) else { continue }
        let others = parts.indices.filter { $0 != first && $0 != second }.map { parts[$0] }
        return join(others + [merged], conjunctive: conjunctive)
      }
    }
    switch parts.count {
    case 0: return constant(conjunctive)
    case 1: return parts[0]
    default: return id(.joined(conjunctive: conjunctive, parts))
    }
  }

  /// `left U right`, or `left R right`. The comments give the rules for U.
  mutating func fixpoint(_ left: ID, _ right: ID, least: Bool) -> ID {
    let top = constant(least)
    if right == never || right == truth || left == constant(!least) { return right }
    // f U g = g if f ⇒ g, or if g is eventual
    if subsumes(right, left, !least) || (least ? isEventual[right] : isUniversal[right]) { return right }
    // (f ∨ h) U g = f U g if h ⇒ g
    let weak = parts(left, conjunctive: !least)
    let needed = weak.filter { !subsumes(right, $0, !least) }
    if needed.count < weak.count { return fixpoint(join(needed, conjunctive: !least), right, least: least) }
    // (f ∧ h) U g = f U g if ¬h ⇒ g
    let strong = parts(left, conjunctive: least)
    let telling = strong.filter { !excludes(right, $0, !least) }
    if telling.count < strong.count { return fixpoint(join(telling, conjunctive: least), right, least: least) }
    // (f U g) U g = f U g
    if case .fixpoint(least, _, right) = nodes[left] { return left }
    if case .fixpoint(least, let inner, let goal) = nodes[right] {
      // F (h U g) = F g;  f U (h U g) = h U g if f ⇒ h
      if left == top { return fixpoint(top, goal, least: least) }
      if subsumes(left, inner, least) { return right }
    }
    // X f U X g = X (f U g)
    if case .next(let inner) = nodes[right] {
      if left == top { return next(fixpoint(top, inner, least: least)) }
      if case .next(let waiting) = nodes[left] { return next(fixpoint(waiting, inner, least: least)) }
    }
    // f U (g ∧ h) = h ∧ (f U g) if h is steady, and likewise for ∨
    for conjunctive in [true, false] {
      let parts = parts(right, conjunctive: conjunctive)
      let steady = parts.filter(isSteady)
      if steady.isEmpty { continue }
      let rest = join(parts.filter { !isSteady($0) }, conjunctive: conjunctive)
      return join(steady + [fixpoint(left, rest, least: least)], conjunctive: conjunctive)
    }
    return id(.fixpoint(least: least, left, right))
  }

  /// Whether the first part of a junction makes the second superfluous.
  private mutating func subsumes(_ part: ID, _ other: ID, _ conjunctive: Bool) -> Bool {
    conjunctive ? implies(part, other) : implies(other, part)
  }

  /// Whether the two together make a conjunction false, or a disjunction true.
  private mutating func excludes(_ part: ID, _ other: ID, _ conjunctive: Bool) -> Bool {
    let negation = negation(other)
    return subsumes(part, negation, conjunctive)
  }

  /// One formula for two parts of a conjunction, or of a disjunction. The comments give the rules for ∧.
  private mutating func merged(_ first: ID, _ second: ID, _ conjunctive: Bool) -> ID? {
    switch (nodes[first], nodes[second]) {
    case (.next(let first), .next(let second)):
      return next(join([first, second], conjunctive: conjunctive))
    case (.fixpoint(let least, let firstLeft, let firstRight), .fixpoint(let other, let secondLeft, let secondRight)):
      guard least == other else { return nil }
      if least != conjunctive, firstLeft == secondLeft {
        // f R g ∧ f R h = f R (g ∧ h)
        return fixpoint(firstLeft, join([firstRight, secondRight], conjunctive: conjunctive), least: least)
      }
      if least == conjunctive, firstRight == secondRight {
        // f U h ∧ g U h = (f ∧ g) U h
        return fixpoint(join([firstLeft, secondLeft], conjunctive: conjunctive), firstRight, least: least)
      }
      // F G g ∧ F G h = F G (g ∧ h)
      let (top, bottom) = (constant(least), constant(!least))
      guard firstLeft == top, secondLeft == top,
        case .fixpoint(!least, bottom, let firstGoal) = nodes[firstRight],
        case .fixpoint(!least, bottom, let secondGoal) = nodes[secondRight]
      else { return nil }
      let goal = join([firstGoal, secondGoal], conjunctive: conjunctive)
      return fixpoint(top, fixpoint(bottom, goal, least: !least), least: least)
    default: return nil
    }
  }
}
