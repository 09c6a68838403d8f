/// Formulas in negation normal form, each stored once: equal numbers are equal formulas.
struct FormulaTable {
  typealias ID = Int

  enum Node: Hashable {
    case constant(Bool)
    case literal(Int, Bool)
    /// A conjunction, or a disjunction, of at least two formulas in ascending order, none of them of the same kind.
    case joined(conjunctive: Bool, [ID])
    case next(ID)
    /// `left U right`, the least fixpoint, or `left R right`, the greatest.
    case fixpoint(least: Bool, ID, ID)
  }

  struct Pair: Hashable { var stronger: ID, weaker: ID }

  private(set) var nodes: [Node] = []
  private var ids: [Node: ID] = [:]
  /// Whether a word that ends in one that satisfies the formula does so itself: formula = F formula.
  private(set) var isEventual: [Bool] = []
  /// Whether the words that a satisfying word ends in satisfy it as well: formula = G formula.
  private(set) var isUniversal: [Bool] = []
  private var negations: [ID: ID] = [:]
  var implications: [Pair: Bool] = [:]

  let never: ID = 0
  let truth: ID = 1

  init() {
    _ = id(.constant(false))
    _ = id(.constant(true))
  }

  func constant(_ value: Bool) -> ID { value ? truth : never }

  /// Whether all positions of a word agree about the formula.
  func isSteady(_ formula: ID) -> Bool { isEventual[formula] && isUniversal[formula] }

  /// The formula as it is, without simplification.
  ///
  /// Which formulas are eventual and universal: Etessami and Holzmann, "Optimizing Büchi automata", CONCUR 2000.
  mutating func id(_ node: Node) -> ID {
    if let id = ids[node] { return id }
    let eventual: Bool
    let universal: Bool
    switch node {
    case .constant: (eventual, universal) = (true, true)
    case .literal: (eventual, universal) = (false, false)
    case .joined(_, let parts):
      eventual = parts.allSatisfy { isEventual[$0] }
      universal = parts.allSatisfy { isUniversal[$0] }
    case .next(let formula): (eventual, universal) = (isEventual[formula], isUniversal[formula])
    case .fixpoint(true, let left, let right):
      // Further than in the paper: f U g is universal if g is, whatever f.
      eventual = left == truth || isEventual[right]
      universal = isUniversal[right]
    case .fixpoint(false, let left, let right):
      eventual = isEventual[right]
      universal = left == never || isUniversal[right]
    }
    let id = nodes.count
    nodes.append(node)
    ids[node] = id
    isEventual.append(eventual)
    isUniversal.append(universal)
    return id
  }

  /// The dual formula.
  mutating func negation(_ formula: ID) -> ID {
    if let negation = negations[formula] { return negation }
    let negation: ID
    switch nodes[formula] {
    case .constant(let value): negation = constant(!value)
    case .literal(let atom, let value): negation = id(.literal(atom, !value))
    case .next(let inner): negation = id(.next(self.negation(inner)))
    case .joined(let conjunctive, let parts):
      negation = id(.joined(conjunctive: !conjunctive, parts.map { self.negation($0) }.sorted()))
    case .fixpoint(let least, let left, let right):
      negation = id(.fixpoint(least: !least, self.negation(left), self.negation(right)))
    }
    negations[formula] = negation
    negations[negation] = formula
    return negation
  }

  /// The conjuncts of a formula, or its disjuncts; the formula itself when it is neither.
  func parts(_ formula: ID, conjunctive: Bool) -> [ID] {
    if case .joined(conjunctive, let parts) = nodes[formula] { return parts }
    return formula == constant(conjunctive) ? [] : [formula]
  }
}
