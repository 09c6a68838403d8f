/// Packs states, as the representatives of their orbits where the search is under symmetry. For one thread.
struct StatePacker {
  let packing: Packing
  private let canonicalizer: Canonicalizer?
  private let scratch: UnsafeMutablePointer<UInt64>

  init(_ packing: Packing, _ symmetry: Symmetry?) {
    self.packing = packing
    canonicalizer = symmetry.map { Canonicalizer($0) }
    scratch = .allocate(capacity: packing.stateWords)
  }

  func deallocate() {
    canonicalizer?.deallocate()
    scratch.deallocate()
  }

  func pack(_ state: UnsafePointer<UInt64>, into packed: inout [UInt64]) {
    guard let canonicalizer else { return packing.pack(state, into: &packed) }
    scratch.update(from: state, count: packing.stateWords)
    canonicalizer.canonicalize(scratch)
    packing.pack(scratch, into: &packed)
  }

  func pack(_ state: [UInt64]) -> [UInt64] {
    var packed = [UInt64](repeating: 0, count: packing.width)
    pack(state, into: &packed)
    return packed
  }
}

extension TransitionSystem {
  /// What may be permuted, when the states are to be explored under symmetry.
  var symmetry: Symmetry? { isSymmetric ? Symmetry(self) : nil }
}
