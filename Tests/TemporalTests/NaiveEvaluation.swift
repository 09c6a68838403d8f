import DistCheckTemporal

extension LTL {
  /// The value at a position by the definition, each position of the word being looked at for itself.
  ///
  /// Two rounds of the loop after the position show every suffix that there is.
  func isTrue(at position: Int, of word: Lasso) -> Bool {
    let here = word.normal(position)
    let later = here...here + word.stem.count + 2 * word.loop.count
    switch self {
    case .constant(let value): return value
    case .atom(let atom): return word[here] & 1 << UInt64(atom) != 0
    case .not(let formula): return !formula.isTrue(at: here, of: word)
    case .and(let left, let right): return left.isTrue(at: here, of: word) && right.isTrue(at: here, of: word)
    case .or(let left, let right): return left.isTrue(at: here, of: word) || right.isTrue(at: here, of: word)
    case .next(let formula): return formula.isTrue(at: here + 1, of: word)
    case .until(let left, let right):
      return later.contains { end in
        right.isTrue(at: end, of: word) && (here..<end).allSatisfy { left.isTrue(at: $0, of: word) }
      }
    case .release(let left, let right):
      return later.allSatisfy { end in
        right.isTrue(at: end, of: word) || (here..<end).contains { left.isTrue(at: $0, of: word) }
      }
    }
  }
}

extension Lasso {
  subscript(position: Int) -> UInt64 {
    position < stem.count ? stem[position] : loop[(position - stem.count) % loop.count]
  }

  /// The first position with the same suffix.
  func normal(_ position: Int) -> Int {
    position < stem.count ? position : stem.count + (position - stem.count) % loop.count
  }
}
