/// From a formula to an automaton by expansion laws, a state being the formulas that the rest of the word must satisfy.
///
/// Couvreur, "On-the-fly verification of linear temporal logic", FM 1999; the promises are those of Duret-Lutz and
/// Poitrenaud, "SPOT: an extensible model checking library using transition-based generalized Büchi automata", 2004.
struct Translation {
  static let mostStates = 4096
  static let mostTransitions = 1024
  static let mostTransitionsInAll = 20_000

  /// One way to satisfy a formula: what the first letter must be, what must hold from the second on, and which
  /// eventualities are put off.
  private struct Term: Hashable {
    var cube = Cube.all
    var next: [FormulaTable.ID] = []
    var promises: UInt64 = 0

    /// Whether whatever this term allows, the other does as well.
    func isSubsumed(by other: Term) -> Bool {
      other.promises & ~promises == 0 && cube.implies(other.cube) && other.next.isSubset(ofSorted: next)
    }
  }

  private var table: FormulaTable
  private var expansions: [FormulaTable.ID: [Term]] = [:]
  /// The mark of each formula that is the goal of an `until`: two with the same goal share it.
  private var goals: [FormulaTable.ID: Int] = [:]

  private(set) var states: [[BuchiAutomaton.Transition]] = []
  var markCount: Int { goals.count }

  /// State 0 accepts the words that satisfy the formula.
  init(_ formula: FormulaTable.ID, in table: FormulaTable) throws(AutomatonError) {
    self.table = table
    var numbers: [[FormulaTable.ID]: Int] = [:]
    var formulas = [table.parts(formula, conjunctive: true)]
    numbers[formulas[0]] = 0
    var terms: [[(cube: Cube, target: Int, promises: UInt64)]] = []
    var count = 0
    while terms.count < formulas.count {
      var ways = [Term()]
      for formula in formulas[terms.count] { ways = try product(ways, try expansion(formula)) }
      var edges: [(cube: Cube, target: Int, promises: UInt64)] = []
      for var way in ways {
        dropRepeated(&way.next)
        let target = numbers[way.next] ?? formulas.count
        if target == formulas.count {
          guard target < Self.mostStates else { throw .states }
          numbers[way.next] = target
          formulas.append(way.next)
        }
        edges.append((way.cube, target, way.promises))
      }
      terms.append(edges)
      count += edges.count
      guard count <= Self.mostTransitionsInAll else { throw .size }
    }
    let all = BuchiAutomaton.mask(goals.count)
    states = terms.map { edges in
      edges.map { BuchiAutomaton.Transition(target: $0.target, cube: $0.cube, marks: all & ~$0.promises) }
    }
  }

  /// Drops g where G (g ∧ …) is there too: its expansion contains that of g, so that nothing is lost, promises included.
  ///
  /// Not whatever follows from another formula: F p follows from G X F p, whose expansion does not promise p.
  private func dropRepeated(_ formulas: inout [FormulaTable.ID]) {
    let repeated = formulas.flatMap { formula -> [FormulaTable.ID] in
      guard case .fixpoint(false, table.never, let body) = table.nodes[formula] else { return [] }
      return table.parts(body, conjunctive: true)
    }
    if !repeated.isEmpty { formulas.removeAll { repeated.contains($0) } }
  }

  private mutating func expansion(_ formula: FormulaTable.ID) throws(AutomatonError) -> [Term] {
    if let known = expansions[formula] { return known }
    var terms: [Term]
    switch table.nodes[formula] {
    case .constant(let value): terms = value ? [Term()] : []
    case .literal(let atom, let value):
      let bit = 1 << UInt64(atom) as UInt64
      terms = [Term(cube: value ? Cube(positive: bit) : Cube(negative: bit))]
    case .next(let inner): terms = [Term(next: table.parts(inner, conjunctive: true))]
    case .joined(true, let parts):
      terms = [Term()]
      for part in parts { terms = try product(terms, try expansion(part)) }
    case .joined(false, let parts):
      terms = []
      for part in parts { try add(try expansion(part), to: &terms) }
    case .fixpoint(true, let left, let right):
      // f U g = g ∨ (f ∧ X (f U g) ∧ the promise of g)
      terms = try expansion(right)
      let mark = goals[right] ?? goals.count
      guard mark < 64 else { throw .marks }
      goals[right] = mark
      try add(try product(try expansion(left), [Term(next: [formula], promises: 1 << UInt64(mark))]), to: &terms)
    case .fixpoint(false, let left, let right):
      // f R g = g ∧ (f ∨ X (f R g))
      terms = try expansion(left)
      try add([Term(next: [formula])], to: &terms)
      terms = try product(terms, try expansion(right))
    }
    expansions[formula] = terms
    return terms
  }

  private func product(_ left: [Term], _ right: [Term]) throws(AutomatonError) -> [Term] {
    var terms: [Term] = []
    for left in left {
      try add(
        right.map { right in
          Term(
            cube: left.cube.and(right.cube), next: left.next.union(sorted: right.next),
            promises: left.promises | right.promises)
        }, to: &terms)
    }
    return terms
  }

  private func add(_ new: [Term], to terms: inout [Term]) throws(AutomatonError) {
    for term in new where !term.cube.isContradictory && !terms.contains(where: term.isSubsumed) {
      terms.removeAll { $0.isSubsumed(by: term) }
      terms.append(term)
      guard terms.count <= Self.mostTransitions else { throw .transitions }
    }
  }
}

extension [FormulaTable.ID] {
  fileprivate func union(sorted other: [FormulaTable.ID]) -> [FormulaTable.ID] {
    if other.isEmpty { return self }
    return isEmpty ? other : Set(self + other).sorted()
  }

  fileprivate func isSubset(ofSorted other: [FormulaTable.ID]) -> Bool {
    var place = 0
    for element in self {
      while place < other.count, other[place] < element { place += 1 }
      if place == other.count || other[place] != element { return false }
    }
    return true
  }
}
