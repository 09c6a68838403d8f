/// What may be permuted in a system's states, compiled from its layout.
///
/// The group is the product of all permutations of each kind. It acts on whatever is indexed by an identity of the kinds
/// or contains one; nothing but the types is asked.
public struct Symmetry {
  /// The kinds that can be permuted: interchangeable, and more than one of them.
  let kinds: [Layout.IdentityKind]
  /// The first identity of each kind among all.
  let bases: [Int]
  /// Of all kinds together.
  let identityCount: Int
  let words: Int
  /// The significant bits of a state.
  let mask: [UInt64]
  /// Every place of a state that a permutation changes.
  let program: [SymmetryOperation]
  /// The places of those kinds that a sort key does not order, with what lies beside them.
  let signature: [SymmetryOperation]
  /// By kind: what its identities can be sorted by; nil where that does not tell all.
  let keys: [[SymmetryKeyPart]?]
  let tables: SymmetryTables
  /// The largest element of a list.
  let elementSize: Int

  public init(_ system: TransitionSystem) { self.init(system.layout, kinds: system.interchangeable) }

  init(_ layout: Layout, kinds: [Layout.IdentityKind]) {
    let kinds = kinds.filter { $0.count > 1 && layout.contains(anyOf: [$0]) }
    let counts = kinds.map(\.count)
    let bases = counts.indices.map { counts[..<$0].reduce(0, +) }
    let tables = SymmetryTables()
    self.kinds = kinds
    self.bases = bases
    self.tables = tables
    identityCount = counts.reduce(0, +)
    words = layout.words
    mask = Packing.significantBits(layout)
    var compiler = SymmetryCompiler(kinds: kinds, bases: bases, active: kinds, isSignature: false, tables: tables)
    compiler.emit(layout, at: 0)
    program = compiler.operations
    elementSize = compiler.elementSize
    let keys = kinds.indices.map { Self.key(of: $0, layout, kinds, bases, tables) }
    self.keys = keys
    let general = kinds.indices.filter { keys[$0] == nil }.map { kinds[$0] }
    var second = SymmetryCompiler(kinds: kinds, bases: bases, active: general, isSignature: true, tables: tables)
    second.emit(layout, at: 0)
    signature = second.operations
  }

  /// How many permutations there are, the product of the factorials of the kinds' sizes.
  public var permutationCount: Double {
    kinds.reduce(1) { $0 * (1...$1.count).reduce(1) { $0 * Double($1) } }
  }

  /// The sort key of a kind all of whose places are at the top of the state and have no other identities beside them.
  /// Such places are sets of identities, each by itself: two identities with equal keys can be exchanged, and sorting by
  /// key is all there is to do.
  private static func key(
    of kind: Int, _ layout: Layout, _ kinds: [Layout.IdentityKind], _ bases: [Int], _ tables: SymmetryTables
  ) -> [SymmetryKeyPart]? {
    var compiler = SymmetryCompiler(kinds: kinds, bases: bases, active: kinds, isSignature: true, tables: tables)
    compiler.emit(layout, at: 0)
    let operations = compiler.operations
    var parts: [SymmetryKeyPart] = []
    var width: UInt64 = 0
    func add(_ part: SymmetryKeyPart, bits: Int, _ condition: SymmetryOperation?) {
      var part = part
      part.shift = width
      part.condition = condition.map { (Int($0.offset), UInt8($0.mask), $0.value) }
      width += UInt64(bits)
      parts.append(part)
    }
    /// False when a place is of no use for keys.
    func visit(_ range: Range<Int>, _ condition: SymmetryOperation?) -> Bool {
      var index = range.lowerBound
      while index < range.upperBound {
        let operation = operations[index]
        let inside = (index + 1)..<Int(operation.end)
        let offset = Int(operation.offset)
        defer { index = Int(operation.end) }
        let concerns = operations[index..<Int(operation.end)].contains {
          Int($0.kind) == kind && [.identity, .subset, .map].contains($0.code)
        }
        guard concerns else { continue }
        switch operation.code {
        case .identity: add(SymmetryKeyPart(code: .place, offset: offset, shift: 0), bits: 1, condition)
        case .subset: add(SymmetryKeyPart(code: .member, offset: offset, shift: 0), bits: 1, condition)
        case .map:
          guard Int(operation.kind) == kind, !operation.isNested else { return false }
          for part in operations[inside] {
            add(
              SymmetryKeyPart(
                code: .value, offset: offset + Int(part.offset), stride: Int(operation.stride),
                size: Int(part.count), mask: part.mask, shift: 0),
              bits: 64 - part.mask.leadingZeroBitCount, condition)
          }
        case .when where condition == nil: guard visit(inside, operation) else { return false }
        default: return false
        }
      }
      return true
    }
    // Six bits are left for the number of the identity.
    return visit(0..<operations.count, nil) && width <= 58 ? parts : nil
  }
}
