/// How the bits of a packed state become 56: cut into leaves, which are numbered, and whose numbers are paired and numbered
/// again until two are left.
///
/// How many nodes there are depends on where the bits are cut: where the two halves vary independently of each other,
/// there are few of each. So the cuts are chosen by a sample of the states, see `init(sample:)`.
struct TreeShape {
  /// Adjacent bits, at most 64. A leaf of at most 28 bits is its own number.
  struct Leaf {
    var bits: Range<Int>
    var word: Int { bits.lowerBound / 64 }
    fileprivate var shift: UInt64 { UInt64(bits.lowerBound % 64) }
    fileprivate var spans: Bool { bits.lowerBound / 64 != (bits.upperBound - 1) / 64 }
    fileprivate var mask: UInt64 { bits.count == 64 ? UInt64.max : (1 << UInt64(bits.count)) - 1 }
  }

  struct Place {
    var word: Int
    var shift: UInt64
    var spans: Bool
    var mask: UInt64
    var isDirect: Bool
  }

  /// A node and the two that it is made of.
  struct Pair {
    var node: Int
    var left: Int
    var right: Int
  }

  let width: Int
  let nodeCount: Int
  let leafCount: Int
  private let leafMemory: UnsafeMutablePointer<Place>
  let pairs: UnsafeBufferPointer<Pair>
  let root: (left: Int, right: Int)
  /// Where ranges of bits are cut, the outermost range first, then what is left of its cut, then what is right.
  let cuts: [Int]

  /// No shape of states of that width has more nodes.
  static func nodeLimit(width: Int) -> Int { 16 * width }

  /// No tree: the state is its own key.
  init(directWidth: Int) {
    self.init(width: directWidth, leaves: [], pairs: [], root: (0, 0), cuts: [])
  }

  /// Cut in the middle, again and again.
  init(width: Int, bits: Int) { self.init(width: width, bits: bits) { ($0.lowerBound + $0.upperBound) / 2 } }

  /// Cut at given places, in the order in which `cuts` names them.
  init(width: Int, bits: Int, cuts: [Int]) {
    var rest = cuts[...]
    self.init(width: width, bits: bits) { _ in rest.popFirst()! }
  }

  init(width: Int, bits: Int, cut: (Range<Int>) -> Int) {
    var leaves: [Leaf] = []
    var cuts: [Int] = []
    indirect enum Tree {
      case leaf(Int)
      case pair(Tree, Tree)
    }
    func tree(_ range: Range<Int>, isRoot: Bool) -> Tree {
      if range.count <= 64 && !isRoot {
        leaves.append(Leaf(bits: range))
        return .leaf(leaves.count - 1)
      }
      let place = cut(range)
      cuts.append(place)
      return .pair(
        tree(range.lowerBound..<place, isRoot: false), tree(place..<range.upperBound, isRoot: false))
    }
    guard case .pair(let left, let right) = tree(0..<bits, isRoot: true) else { preconditionFailure() }
    var pairs: [Pair] = []
    func number(_ tree: Tree) -> Int {
      guard case .pair(let left, let right) = tree else {
        if case .leaf(let index) = tree { return index }
        preconditionFailure()
      }
      let (l, r) = (number(left), number(right))
      pairs.append(Pair(node: leaves.count + pairs.count, left: l, right: r))
      return pairs.last!.node
    }
    let root = (number(left), number(right))
    self.init(width: width, leaves: leaves, pairs: pairs, root: root, cuts: cuts)
  }

  private init(width: Int, leaves: [Leaf], pairs: [Pair], root: (Int, Int), cuts: [Int]) {
    self.width = width
    self.root = root
    self.cuts = cuts
    leafCount = leaves.count
    nodeCount = leaves.count + pairs.count
    leafMemory = .allocate(capacity: max(1, leaves.count))
    for (index, leaf) in leaves.enumerated() {
      (leafMemory + index).initialize(
        to: Place(
          word: leaf.word, shift: leaf.shift, spans: leaf.spans, mask: leaf.mask,
          isDirect: leaf.bits.count <= NodeTable.idBits))
    }
    let memory = UnsafeMutableBufferPointer<Pair>.allocate(capacity: pairs.count)
    _ = memory.initialize(from: pairs)
    self.pairs = UnsafeBufferPointer(memory)
  }

  func deallocate() {
    leafMemory.deallocate()
    pairs.deallocate()
  }

  // MARK: Leaves

  @inline(__always)
  func isDirect(_ leaf: Int) -> Bool { leafMemory[leaf].isDirect }

  /// The bits of a leaf in a packed state.
  @inline(__always)
  func value(_ leaf: Int, in packed: UnsafePointer<UInt64>) -> UInt64 {
    let place = leafMemory[leaf]
    var value = packed[place.word] &>> place.shift
    if place.spans { value |= packed[place.word &+ 1] &<< (64 &- place.shift) }
    return value & place.mask
  }

  /// Puts the bits of a leaf into a packed state in which they are zero.
  @inline(__always)
  func put(_ value: UInt64, _ leaf: Int, into packed: UnsafeMutablePointer<UInt64>) {
    let place = leafMemory[leaf]
    packed[place.word] |= value &<< place.shift
    if place.spans { packed[place.word &+ 1] |= value &>> (64 &- place.shift) }
  }
}
