// What can be said of a symmetry before the search.

extension Layout {
  /// A kind of which two neighbouring identities, when they are exchanged in a value, make it another value; nil when there is
  /// none: the value then treats all identities of the kinds alike.
  ///
  /// - Parameter value: `words` words.
  public func kindThatMatters(in value: [UInt64], among kinds: [IdentityKind]) -> IdentityKind? {
    let packing = Packing(self)
    return changes(of: packing.canonical(value), among: kinds) { packing.pack($0) != packing.pack($1) }?.kind
  }

  /// A type that a specification has made finite itself and that cannot be permuted: an exchange of identities makes of one of
  /// its values something that is none, an edge whose ends are in the wrong order, say.
  ///
  /// Asks types for ordinals of such values, which they may refuse by force: call it under `catchingFaults`.
  ///
  /// - Parameter willAsk: Called with the name of each type before it is asked.
  /// - Returns: Its name, and an example.
  public func typeThatCannotBePermuted(
    among kinds: [IdentityKind], willAsk: (String) -> Void
  ) -> (type: String, reason: String)? {
    for domain in domains where domain.layout.identity == nil && domain.layout.contains(anyOf: kinds) {
      willAsk(domain.layout.typeName)
      let packing = Packing(domain.layout)
      for ordinal in 0..<domain.count {
        let value = domain.words(ordinal)
        let broken = domain.layout.changes(of: value, among: kinds) { _, image in
          let place = image.withUnsafeBytes { domain.ordinal($0.baseAddress!) }
          return !(0..<domain.count).contains(place) || packing.pack(domain.words(place)) != packing.pack(image)
        }
        guard let broken else { continue }
        let example = value.withUnsafeBytes { domain.layout.value(at: $0.baseAddress!) }
        return (
          domain.layout.typeName,
          "\(example) is no value of it any more when \(broken.kind.name) \(broken.first) and "
            + "\(broken.first + 1) are exchanged"
        )
      }
    }
    return nil
  }

  /// Two neighbouring identities whose exchange in a value satisfies a predicate of the value and its image.
  private func changes(
    of value: [UInt64], among kinds: [IdentityKind], where isSought: ([UInt64], [UInt64]) -> Bool
  ) -> (kind: IdentityKind, first: Int)? {
    let symmetry = Symmetry(self, kinds: kinds)
    let permuter = Permuter(symmetry)
    defer { permuter.deallocate() }
    for (kind, base) in zip(symmetry.kinds, symmetry.bases) {
      let images = permuter.images + base
      for first in 0..<(kind.count - 1) {
        (images[first], images[first + 1]) = (UInt8(first + 1), UInt8(first))
        defer { (images[first], images[first + 1]) = (UInt8(first), UInt8(first + 1)) }
        var image = value
        permuter.permute(value, into: &image)
        if isSought(value, image) { return (kind, first) }
      }
    }
    return nil
  }

  /// The types of what indexes parts of a value, wherever they are in it.
  private var domains: [Domain] {
    let own = domain.map { [$0] } ?? []
    let inner =
      switch kind {
      case .integer, .ordinal, .subset: [] as [Layout]
      case .enumeration(let enumeration): enumeration.cases.compactMap(\.payload)
      case .record(let fields): fields.map(\.layout)
      case .map(_, let value): [value]
      case .list(let list): [list.element]
      case .packet(let from, let to, let body): [from, to, body].map(\.layout)
      case .hidden(let hidden, let shown): [hidden, shown].map(\.layout)
      }
    return own + own.flatMap { $0.layout.domains } + inner.flatMap(\.domains)
  }
}

extension Layout.Domain {
  fileprivate func words(_ ordinal: Int) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: layout.words)
    words.withUnsafeMutableBytes { write(ordinal, $0.baseAddress!) }
    return words
  }
}
