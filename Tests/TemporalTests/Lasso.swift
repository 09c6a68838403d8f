import DistCheckTemporal
import TestSupport

/// An infinite word: a stem, and a loop that is repeated for ever.
struct Lasso: Hashable, CustomStringConvertible {
  var stem: [UInt64]
  var loop: [UInt64]

  var description: String { "\(stem)(\(loop))" }

  static func random(atoms: Int, using generator: inout SplitMix64) -> Lasso {
    let stem = Int.random(in: 0...4, using: &generator)
    let loop = Int.random(in: 1...4, using: &generator)
    let letters = (0..<stem + loop).map { _ in UInt64.random(in: 0..<1 << UInt64(atoms), using: &generator) }
    return Lasso(stem: Array(letters[..<stem]), loop: Array(letters[stem...]))
  }

  /// Every lasso up to a length of the stem and of the loop.
  static func all(atoms: Int, stem: Int, loop: Int) -> [Lasso] {
    func words(_ length: Int) -> [[UInt64]] {
      if length == 0 { return [[]] }
      return words(length - 1).flatMap { word in (0..<1 << UInt64(atoms)).map { word + [$0] } }
    }
    let loops = (1...loop).flatMap(words)
    return (0...stem).flatMap(words).flatMap { stem in loops.map { Lasso(stem: stem, loop: $0) } }
  }
}

extension LTL {
  func holds(_ word: Lasso) -> Bool { holds(stem: word.stem, loop: word.loop) }
}

extension BuchiAutomaton {
  func accepts(_ word: Lasso) -> Bool { accepts(stem: word.stem, loop: word.loop) }
}
