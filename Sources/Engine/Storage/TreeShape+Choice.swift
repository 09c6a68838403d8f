extension TreeShape {
  /// Cut where a sample of states has the fewest different values on both sides together.
  ///
  /// A side of more than 64 bits is cut again, and each of its values can need a node for each of its parts. So a value
  /// counts as often as its side will have nodes; as nothing, where the side is its own number.
  ///
  /// Takes time in proportion to the bits of the sample and to the logarithm of the bits of a state: about 50 ms for 14,000
  /// states of 300 bits.
  ///
  /// - Parameter sample: Packed states, one after another.
  init(width: Int, bits: Int, sample: TreeSample) {
    self.init(width: width, bits: bits) { range in
      let middle = (range.lowerBound + range.upperBound) / 2
      var best = (place: middle, nodes: Int.max)
      // Every eighth bit, or 64 places; where several are equally good, the one nearest to the middle.
      let step = max(8, range.count / 64 / 8 * 8)
      let places = stride(from: range.lowerBound + step, to: range.upperBound - step + 1, by: step)
        .sorted { abs($0 - middle) < abs($1 - middle) }
      for place in places {
        let nodes = sample.mostNodes(range.lowerBound..<place) + sample.mostNodes(place..<range.upperBound)
        if nodes < best.nodes { best = (place, nodes) }
      }
      return best.place
    }
  }
}

/// States by which a shape is chosen, and how many different values ranges of their bits have.
final class TreeSample {
  let count: Int
  private let width: Int
  private let states: [UInt64]
  private var table: [UInt64]
  private var known: [Range<Int>: Int] = [:]

  /// - Parameter states: Packed states, one after another.
  init(width: Int, states: [UInt64]) {
    self.width = width
    self.states = states
    count = states.count / width
    var slots = 16
    while slots < count * 2 { slots *= 2 }
    table = Array(repeating: 0, count: slots)
  }

  /// The most nodes that the values of a range can need.
  fileprivate func mostNodes(_ range: Range<Int>) -> Int {
    if range.count <= NodeTable.idBits { return 0 }
    let leaves = (range.count + 63) / 64
    return distinct(range) * (2 * leaves - 1)
  }

  /// How many nodes the trees of the sample have if states are cut at these places.
  func nodeCount(bits: Int, cuts: [Int]) -> Int {
    var rest = cuts[...]
    func nodes(_ range: Range<Int>, isRoot: Bool) -> Int {
      if range.count <= NodeTable.idBits && !isRoot { return 0 }
      let own = isRoot ? 0 : distinct(range)
      if range.count <= 64 && !isRoot { return own }
      let place = rest.popFirst()!
      return own + nodes(range.lowerBound..<place, isRoot: false) + nodes(place..<range.upperBound, isRoot: false)
    }
    return nodes(0..<bits, isRoot: true)
  }

  private func distinct(_ range: Range<Int>) -> Int {
    if let count = known[range] { return count }
    let (first, last) = (range.lowerBound / 64, (range.upperBound - 1) / 64)
    let low = UInt64.max << UInt64(range.lowerBound % 64)
    let high = UInt64.max >> UInt64(63 - (range.upperBound - 1) % 64)
    var count = 0
    states.withUnsafeBufferPointer { states in
      table.withUnsafeMutableBufferPointer { table in
        table.update(repeating: 0)
        let mask = table.count - 1
        var state = 0
        while state < states.count {
          var value: UInt64 = 0x9E37_79B9_7F4A_7C15
          for word in first...last {
            var bits = states[state + word]
            if word == first { bits &= low }
            if word == last { bits &= high }
            value = mix(value, bits)
          }
          value = hash(value) | 1
          var slot = Int(truncatingIfNeeded: value &>> 8) & mask
          while table[slot] != 0 && table[slot] != value { slot = (slot + 1) & mask }
          if table[slot] == 0 {
            table[slot] = value
            count += 1
          }
          state += width
        }
      }
    }
    known[range] = count
    return count
  }
}
