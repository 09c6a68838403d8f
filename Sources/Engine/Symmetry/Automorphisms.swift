/// The automorphisms of a state that the search for its canonical form has met: permutations of identities that leave it as it
/// is. Without them, a state of k parts that are alike takes the time of all arrangements of these parts.
///
/// The search sets apart one identity at each level. Two ways that end in the same image of the state differ by an
/// automorphism. Where that maps the best way so far to the one at hand, up to the level at which they part, everything below
/// that level has the images that are known already (McKay, "Practical graph isomorphism", 1981, section 2.23 ff.).
struct Automorphisms {
  private let identityCount: Int
  /// By identity: where its kind begins.
  private let base: UnsafeMutablePointer<UInt8>
  /// The identities set apart on the way at hand, and on the best one, by level.
  private let way: UnsafeMutablePointer<UInt8>
  private let bestWay: UnsafeMutablePointer<UInt8>
  /// By identity, the image on the best way; and by image, the identity on the way at hand.
  private let bestImages: UnsafeMutablePointer<UInt8>
  private let inverse: UnsafeMutablePointer<UInt8>
  /// By level and identity: one that it can be exchanged for while what was set apart on earlier levels stays; a forest.
  private let parents: UnsafeMutablePointer<UInt8>

  init(identityCount: Int, bases: [Int]) {
    self.identityCount = identityCount
    let count = max(1, identityCount)
    base = .allocate(capacity: count)
    way = .allocate(capacity: count + 1)
    bestWay = .allocate(capacity: count + 1)
    bestImages = .allocate(capacity: count)
    inverse = .allocate(capacity: count)
    parents = .allocate(capacity: (count + 1) * count)
    for identity in 0..<identityCount {
      (base + identity).initialize(to: UInt8(truncatingIfNeeded: bases.last { $0 <= identity } ?? 0))
    }
    way.initialize(repeating: 0, count: count + 1)
    bestWay.initialize(repeating: 0, count: count + 1)
    bestImages.initialize(repeating: 0, count: count)
    inverse.initialize(repeating: 0, count: count)
    parents.initialize(repeating: 0, count: (count + 1) * count)
  }

  func deallocate() {
    base.deallocate()
    way.deallocate()
    bestWay.deallocate()
    bestImages.deallocate()
    inverse.deallocate()
    parents.deallocate()
  }

  /// Nothing is known of what can be exchanged at a level.
  func begin(level: Int) {
    let parents = parents + level &* identityCount
    for identity in 0..<identityCount { parents[identity] = UInt8(truncatingIfNeeded: identity) }
  }

  /// An identity is set apart.
  func choose(_ identity: Int, level: Int) { way[level] = UInt8(truncatingIfNeeded: identity) }

  func areAlike(_ first: Int, _ second: Int, level: Int) -> Bool {
    let parents = parents + level &* identityCount
    return root(first, parents) == root(second, parents)
  }

  private func root(_ identity: Int, _ parents: UnsafeMutablePointer<UInt8>) -> Int {
    var identity = identity
    while Int(parents[identity]) != identity { identity = Int(parents[identity]) }
    return identity
  }

  /// The way at hand is the best one.
  func keep(_ images: UnsafePointer<UInt8>) {
    for identity in 0..<identityCount { bestImages[identity] = images[identity] }
    for level in 0..<identityCount { bestWay[level] = way[level] }
  }

  /// The way at hand, down to a level, ends in the same image as the best one.
  ///
  /// - Returns: The level to go on at.
  func note(_ images: UnsafePointer<UInt8>, level: Int) -> Int {
    for identity in 0..<identityCount {
      inverse[Int(base[identity]) &+ Int(images[identity])] = UInt8(truncatingIfNeeded: identity)
    }
    func image(_ identity: Int) -> Int { Int(inverse[Int(base[identity]) &+ Int(bestImages[identity])]) }
    var place = 0
    while place < level {
      let parents = parents + place &* identityCount
      for identity in 0..<identityCount {
        let (left, right) = (root(identity, parents), root(image(identity), parents))
        if left != right { parents[max(left, right)] = UInt8(truncatingIfNeeded: min(left, right)) }
      }
      if image(Int(bestWay[place])) != Int(way[place]) { return level }
      if bestWay[place] != way[place] { return place }
      place &+= 1
    }
    return level
  }
}
