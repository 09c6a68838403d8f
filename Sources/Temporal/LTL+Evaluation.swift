extension LTL {
  /// Value on the infinite word that begins with `stem` and repeats `loop` for ever.
  ///
  /// By fixpoints over the positions of the lasso, without an automaton: `until` is the least solution of its
  /// expansion law, `release` the greatest.
  ///
  /// - Parameters:
  ///   - stem: Letters, as masks of the atoms that are true: atom k is bit k.
  ///   - loop: Letters; at least one.
  /// - Complexity: Size of the formula times length of the lasso.
  public func holds(stem: [UInt64], loop: [UInt64]) -> Bool {
    precondition(!loop.isEmpty, "a lasso has a loop")
    return values(on: stem + loop, restart: stem.count)[0]
  }

  /// Value of a formula without temporal operators, by the first letter alone.
  public func value(_ letter: UInt64) -> Bool {
    switch self {
    case .constant(let value): value
    case .atom(let atom): letter >> UInt64(atom) & 1 == 1
    case .not(let formula): !formula.value(letter)
    case .and(let left, let right): left.value(letter) && right.value(letter)
    case .or(let left, let right): left.value(letter) || right.value(letter)
    case .next, .until, .release: preconditionFailure("a temporal operator")
    }
  }

  /// Value at each position; after the last one comes `restart`.
  private func values(on letters: [UInt64], restart: Int) -> [Bool] {
    switch self {
    case .constant(let value): return letters.map { _ in value }
    case .atom(let atom): return letters.map { $0 >> UInt64(atom) & 1 == 1 }
    case .not(let formula): return formula.values(on: letters, restart: restart).map(!)
    case .and(let left, let right):
      let (left, right) = (left.values(on: letters, restart: restart), right.values(on: letters, restart: restart))
      return zip(left, right).map { $0 && $1 }
    case .or(let left, let right):
      let (left, right) = (left.values(on: letters, restart: restart), right.values(on: letters, restart: restart))
      return zip(left, right).map { $0 || $1 }
    case .next(let formula):
      let values = formula.values(on: letters, restart: restart)
      return values.dropFirst() + [values[restart]]
    case .until(let left, let right):
      let (left, right) = (left.values(on: letters, restart: restart), right.values(on: letters, restart: restart))
      return fixpoint(from: false, letters.count, restart) { right[$0] || left[$0] && $1 }
    case .release(let left, let right):
      let (left, right) = (left.values(on: letters, restart: restart), right.values(on: letters, restart: restart))
      return fixpoint(from: true, letters.count, restart) { right[$0] && (left[$0] || $1) }
    }
  }

  /// Two sweeps from the end: the first settles what the loop hands back to its start, the second everything else.
  private func fixpoint(from value: Bool, _ count: Int, _ restart: Int, _ law: (Int, Bool) -> Bool) -> [Bool] {
    var values = [Bool](repeating: value, count: count)
    for _ in 0..<2 {
      for position in (0..<count).reversed() {
        values[position] = law(position, values[position + 1 < count ? position + 1 : restart])
      }
    }
    return values
  }
}
