/// Brings states into canonical form: one of each orbit. Holds scratch memory; one for each worker thread.
///
/// Identities are told apart by how they occur in the state, and sorted by that (`Signatures`). Those that remain alike
/// and whose exchange leaves the state as it is are left in any order. Of what is left, one after another is set apart
/// from the others and the rest told apart again, and the least state that comes out is taken. Everything that decides
/// is the same in all states of an orbit, so the result is, too; it is the state's image under a permutation, so states
/// of different orbits never meet. Two ways of setting apart that end in the same image show an automorphism of the state,
/// and what it makes of a part of the search is not gone through again (`Automorphisms`).
///
/// McKay, "Practical graph isomorphism", 1981, for the refinement and the automorphisms; Ip, Dill, "Better verification through symmetry", 1996,
/// and Clarke, Enders, Filkorn, Jha, "Exploiting symmetry in temporal logic model checking", 1996, for what it is good for.
struct Canonicalizer {
  /// Copied from the symmetry: what threads share would be retained and released by all of them.
  private let kinds: UnsafeMutablePointer<Kind>
  private let kindCount: Int
  private let permuter: Permuter
  private let signatures: Signatures
  /// Whether there is a kind that a sort key does not order, hence signatures.
  private let isGeneral: Bool
  private let mask: UnsafeMutablePointer<UInt64>
  /// For sorting by keys.
  private let keys: UnsafeMutablePointer<UInt64>
  private let candidate: UnsafeMutablePointer<UInt64>
  private let best: UnsafeMutablePointer<UInt64>
  /// By identity: the least one that it can be exchanged for without a change to the state.
  private let group: UnsafeMutablePointer<UInt8>
  private let automorphisms: Automorphisms
  /// Of a search that can be stopped; what comes out then is no canonical form, and not looked at.
  private let control: UnsafeMutablePointer<SearchControl>?

  private struct Kind {
    var count: Int
    var base: Int
    /// What its identities are sorted by; empty where signatures order them.
    var parts: UnsafeMutableBufferPointer<SymmetryKeyPart>
    var hasKey: Bool
  }

  init(_ symmetry: Symmetry, control: UnsafeMutablePointer<SearchControl>? = nil) {
    self.control = control
    automorphisms = Automorphisms(identityCount: symmetry.identityCount, bases: symmetry.bases)
    kindCount = symmetry.kinds.count
    kinds = .allocate(capacity: max(1, kindCount))
    for k in 0..<kindCount {
      let parts = UnsafeMutableBufferPointer<SymmetryKeyPart>.allocate(capacity: symmetry.keys[k]?.count ?? 0)
      _ = parts.initialize(from: symmetry.keys[k] ?? [])
      (kinds + k).initialize(
        to: Kind(
          count: symmetry.kinds[k].count, base: symmetry.bases[k], parts: parts, hasKey: symmetry.keys[k] != nil))
    }
    permuter = Permuter(symmetry)
    signatures = Signatures(symmetry)
    isGeneral = !symmetry.signature.isEmpty
    mask = .allocate(capacity: symmetry.words)
    for (k, word) in symmetry.mask.enumerated() { (mask + k).initialize(to: word) }
    keys = .allocate(capacity: 64)
    candidate = .allocate(capacity: symmetry.words)
    best = .allocate(capacity: symmetry.words)
    group = .allocate(capacity: max(1, symmetry.identityCount))
    group.initialize(repeating: 0, count: max(1, symmetry.identityCount))
  }

  func deallocate() {
    for k in 0..<kindCount { kinds[k].parts.deallocate() }
    kinds.deallocate()
    permuter.deallocate()
    signatures.deallocate()
    mask.deallocate()
    keys.deallocate()
    candidate.deallocate()
    best.deallocate()
    group.deallocate()
    automorphisms.deallocate()
  }

  /// Replaces an unpacked state by the canonical member of its orbit. Allocates nothing.
  ///
  /// - Parameter state: `layout.words` words without blanks but for padding, which is cleared.
  func canonicalize(_ state: UnsafeMutablePointer<UInt64>) {
    // Elements of lists are sorted by their bytes.
    for word in 0..<permuter.words { state[word] &= mask[word] }
    var isCanonical = true
    for k in 0..<kindCount where kinds[k].hasKey { isCanonical = sort(kinds[k], state) && isCanonical }
    if isGeneral {
      canonicalizeGeneral(state)
    } else if !isCanonical {
      permuter.permute(state, into: candidate)
      state.update(from: candidate, count: permuter.words)
    }
  }

  // MARK: Kinds with sort keys

  /// Sets the images of a kind's identities to their places in the order of their keys.
  ///
  /// - Returns: Whether they are in that order already.
  private func sort(_ kind: Kind, _ state: UnsafePointer<UInt64>) -> Bool {
    let (count, base) = (kind.count, kind.base)
    let bytes = UnsafeRawPointer(state)
    for k in 0..<count { keys[k] = 0 }
    for part in kind.parts {
      if let condition = part.condition {
        let byte = bytes.load(fromByteOffset: condition.offset, as: UInt8.self)
        guard byte & condition.mask == condition.value else { continue }
      }
      switch part.code {
      case .value:
        let size = Int32(truncatingIfNeeded: part.size)
        for k in 0..<count {
          keys[k] |= (loadBytes(bytes + (part.offset &+ k &* part.stride), size) & part.mask) &<< part.shift
        }
      case .member:
        let set = bytes.loadUnaligned(fromByteOffset: part.offset, as: UInt64.self)
        for k in 0..<count { keys[k] |= (set &>> UInt64(truncatingIfNeeded: k) & 1) &<< part.shift }
      case .place:
        let identity = Int(bytes.load(fromByteOffset: part.offset, as: UInt8.self))
        if identity < count { keys[identity] |= 1 &<< part.shift }
      }
    }
    // The number goes along in the lowest bits; it also makes the order stable.
    for k in 0..<count { keys[k] = keys[k] &<< 6 | UInt64(truncatingIfNeeded: k) }
    for k in 1..<count {
      let key = keys[k]
      var place = k
      while place > 0 && keys[place &- 1] > key {
        keys[place] = keys[place &- 1]
        place &-= 1
      }
      keys[place] = key
    }
    var isSorted = true
    for k in 0..<count {
      let identity = Int(truncatingIfNeeded: keys[k] & 63)
      permuter.images[base &+ identity] = UInt8(truncatingIfNeeded: k)
      isSorted = isSorted && identity == k
    }
    return isSorted
  }

  // MARK: Other kinds

  private func canonicalizeGeneral(_ state: UnsafeMutablePointer<UInt64>) {
    var isFirst = true
    signatures.begin()
    signatures.refineOnce(state, level: 0, isShallow: true)
    if !signatures.isDiscrete(level: 0) {
      signatures.refine(state, level: 0)
      if !signatures.isDiscrete(level: 0) {
        findExchangeable(state)
        _ = explore(state, level: 0, &isFirst)
        state.update(from: best, count: permuter.words)
        return
      }
    }
    arrange(level: 0)
    permuter.permute(state, into: best)
    state.update(from: best, count: permuter.words)
  }

  /// Groups identities whose exchange leaves the state as it is. That they can be exchanged is an equivalence.
  private func findExchangeable(_ state: UnsafePointer<UInt64>) {
    for k in 0..<kindCount where !kinds[k].hasKey {
      let base = kinds[k].base
      let end = base + kinds[k].count
      for identity in base..<end { group[identity] = UInt8(truncatingIfNeeded: identity &- base) }
      for identity in (base + 1)..<end {
        for other in base..<identity
        where Int(group[other]) == other &- base && signatures.areAlike(identity, other, level: 0) {
          if isExchangeable(identity, other, base, state) {
            group[identity] = group[other]
            break
          }
        }
      }
    }
  }

  private func isExchangeable(_ first: Int, _ second: Int, _ base: Int, _ state: UnsafePointer<UInt64>) -> Bool {
    resetImages()
    permuter.images[first] = UInt8(truncatingIfNeeded: second &- base)
    permuter.images[second] = UInt8(truncatingIfNeeded: first &- base)
    permuter.permute(state, into: candidate)
    for k in 0..<permuter.words where (candidate[k] ^ state[k]) & mask[k] != 0 { return false }
    return true
  }

  private func resetImages() {
    for kind in UnsafeBufferPointer(start: kinds, count: kindCount) {
      let base = kind.base
      for k in 0..<kind.count { permuter.images[base &+ k] = UInt8(truncatingIfNeeded: k) }
    }
  }

  /// Goes through the arrangements that remain.
  ///
  /// - Returns: The level to go on at: this one, or an earlier one where all that would follow is known already.
  private func explore(_ state: UnsafePointer<UInt64>, level: Int, _ isFirst: inout Bool) -> Int {
    guard let (kind, range) = signatures.ambiguousClass(level: level, group) else {
      // The kinds with keys have lost their images to the search for what can be exchanged.
      for k in 0..<kindCount where kinds[k].hasKey { _ = sort(kinds[k], state) }
      arrange(level: level)
      permuter.permute(state, into: candidate)
      let order = isFirst ? -1 : comparison()
      isFirst = false
      if order < 0 {
        best.update(from: candidate, count: permuter.words)
        automorphisms.keep(permuter.images)
      }
      return order == 0 ? automorphisms.note(permuter.images, level: level) : level
    }
    let base = kinds[kind].base
    automorphisms.begin(level: level)
    for place in range {
      let identity = signatures.identity(at: place, level: level)
      // One of those that can be exchanged is enough: exchanging it for another changes nothing.
      let isRepeated = (range.lowerBound..<place).contains {
        let other = signatures.identity(at: $0, level: level)
        return group[base &+ other] == group[base &+ identity]
          || automorphisms.areAlike(base &+ other, base &+ identity, level: level)
      }
      if isRepeated || control?.pointee.isLeft ?? false { continue }
      automorphisms.choose(base &+ identity, level: level)
      signatures.setApart(base &+ identity, from: level)
      if !signatures.isSettled(level: level &+ 1, group) { signatures.refine(state, level: level &+ 1) }
      let next = explore(state, level: level &+ 1, &isFirst)
      if next < level { return next }
    }
    return level
  }

  /// Whether the candidate comes before the best so far (−1), is the same (0), or comes behind it.
  private func comparison() -> Int {
    for k in 0..<permuter.words {
      let (left, right) = (candidate[k] & mask[k], best[k] & mask[k])
      if left != right { return left < right ? -1 : 1 }
    }
    return 0
  }

  /// Sets the images to the places in the order of signatures.
  private func arrange(level: Int) {
    for kind in UnsafeBufferPointer(start: kinds, count: kindCount) where !kind.hasKey {
      let base = kind.base
      for k in 0..<kind.count {
        permuter.images[base &+ signatures.identity(at: base &+ k, level: level)] = UInt8(truncatingIfNeeded: k)
      }
    }
  }
}
