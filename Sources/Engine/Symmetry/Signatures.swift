/// Tells identities apart by how they occur in a state: colour refinement.
///
/// The colour of an identity is a hash of everything it is in, with the colours of the other identities there in the
/// place of their numbers. Colours are the same for all states of an orbit, up to the permutation. Two identities that
/// differ can have the same colour, by chance or because refinement is not complete; the search that follows does not
/// rely on more. An identity whose key a value is stored under is marked within it, so that a server that votes for
/// itself differs from one that votes for another.
struct Signatures {
  private let tables: SymmetryTables
  private let program: UnsafeMutablePointer<SymmetryOperation>
  private let programCount: Int
  private let kindCount: Int
  private let counts: UnsafeMutablePointer<Int>
  private let bases: UnsafeMutablePointer<Int>
  /// Whether the kind is ordered by signatures.
  private let isActive: UnsafeMutablePointer<Bool>
  private let identityCount: Int
  /// By level of the search and identity.
  private let colours: UnsafeMutablePointer<UInt64>
  /// By level of the search: the identities of each kind in the order of their colours.
  private let order: UnsafeMutablePointer<UInt8>
  private let sums: UnsafeMutablePointer<UInt64>

  init(_ symmetry: Symmetry) {
    tables = symmetry.tables
    programCount = symmetry.signature.count
    program = .allocate(capacity: max(1, programCount))
    for (k, operation) in symmetry.signature.enumerated() { (program + k).initialize(to: operation) }
    kindCount = symmetry.kinds.count
    counts = .allocate(capacity: max(1, kindCount))
    bases = .allocate(capacity: max(1, kindCount))
    isActive = .allocate(capacity: max(1, kindCount))
    for k in 0..<kindCount {
      (counts + k).initialize(to: symmetry.kinds[k].count)
      (bases + k).initialize(to: symmetry.bases[k])
      (isActive + k).initialize(to: symmetry.keys[k] == nil)
    }
    identityCount = symmetry.identityCount
    let levels = identityCount + 1
    colours = .allocate(capacity: levels * max(1, identityCount))
    colours.initialize(repeating: 0, count: levels * max(1, identityCount))
    order = .allocate(capacity: levels * max(1, identityCount))
    order.initialize(repeating: 0, count: levels * max(1, identityCount))
    sums = .allocate(capacity: max(1, identityCount))
    sums.initialize(repeating: 0, count: max(1, identityCount))
  }

  func deallocate() {
    program.deallocate()
    counts.deallocate()
    bases.deallocate()
    isActive.deallocate()
    colours.deallocate()
    order.deallocate()
    sums.deallocate()
  }

  // MARK: Classes

  /// All identities of a kind are alike.
  func begin() {
    for kind in 0..<kindCount {
      let colour = mix(0xA076_1D64_78BD_642F, UInt64(truncatingIfNeeded: kind))
      for k in 0..<counts[kind] { colours[bases[kind] &+ k] = colour }
    }
  }

  func identity(at place: Int, level: Int) -> Int { Int(order[level &* identityCount &+ place]) }

  func areAlike(_ first: Int, _ second: Int, level: Int) -> Bool {
    colours[level &* identityCount &+ first] == colours[level &* identityCount &+ second]
  }

  /// Whether all identities are told apart.
  func isDiscrete(level: Int) -> Bool {
    let (colours, order) = (colours + level &* identityCount, order + level &* identityCount)
    for kind in 0..<kindCount where isActive[kind] {
      let base = bases[kind]
      for k in 1..<counts[kind]
      where colours[base &+ Int(order[base &+ k])] == colours[base &+ Int(order[base &+ k &- 1])] { return false }
    }
    return true
  }

  /// The first class in which not all can be exchanged for each other, by its kind and its places in the order.
  func ambiguousClass(level: Int, _ group: UnsafeMutablePointer<UInt8>) -> (kind: Int, places: Range<Int>)? {
    let (colours, order) = (colours + level &* identityCount, order + level &* identityCount)
    for kind in 0..<kindCount where isActive[kind] {
      let base = bases[kind]
      let end = base &+ counts[kind]
      var first = base
      while first < end {
        let colour = colours[base &+ Int(order[first])]
        let member = group[base &+ Int(order[first])]
        var next = first &+ 1
        var isMixed = false
        while next < end && colours[base &+ Int(order[next])] == colour {
          isMixed = isMixed || group[base &+ Int(order[next])] != member
          next &+= 1
        }
        if isMixed { return (kind, first..<next) }
        first = next
      }
    }
    return nil
  }

  func isSettled(level: Int, _ group: UnsafeMutablePointer<UInt8>) -> Bool {
    ambiguousClass(level: level, group) == nil
  }

  /// The next level is this one with an identity set apart.
  func setApart(_ identity: Int, from level: Int) {
    let (old, new) = (colours + level &* identityCount, colours + (level &+ 1) &* identityCount)
    new.update(from: old, count: identityCount)
    new[identity] = mix(new[identity], 0x8EBC_6AF0_9C88_C6E3)
    sort(level: level &+ 1)
  }

  /// Refines until no class is split any more.
  func refine(_ state: UnsafePointer<UInt64>, level: Int) {
    var count = classCount(level: level)
    while count < identityCount {
      refineOnce(state, level: level, isShallow: false)
      let newCount = classCount(level: level)
      if newCount == count { return }
      count = newCount
    }
  }

  /// - Parameter isShallow: Leave out lists, and identities within the values of maps: cheap, and often enough.
  func refineOnce(_ state: UnsafePointer<UInt64>, level: Int, isShallow: Bool) {
    for k in 0..<identityCount { sums[k] = 0 }
    let colours = colours + level &* identityCount
    let walk = SignatureWalk(
      program: program, tables: tables, colours: colours, sums: sums, isShallow: isShallow)
    walk.distribute(0, programCount, UnsafeRawPointer(state), 0x5896_59D2_D4C5_9C2B)
    for k in 0..<identityCount { colours[k] = mix(colours[k], sums[k]) }
    sort(level: level)
  }

  private func classCount(level: Int) -> Int {
    let (colours, order) = (colours + level &* identityCount, order + level &* identityCount)
    var count = 0
    for kind in 0..<kindCount {
      guard isActive[kind] else {
        count &+= counts[kind]
        continue
      }
      let base = bases[kind]
      count &+= 1
      for k in 1..<counts[kind]
      where colours[base &+ Int(order[base &+ k])] != colours[base &+ Int(order[base &+ k &- 1])] { count &+= 1 }
    }
    return count
  }

  private func sort(level: Int) {
    for kind in 0..<kindCount where isActive[kind] {
      let colours = colours + (level &* identityCount &+ bases[kind])
      let order = order + (level &* identityCount &+ bases[kind])
      order[0] = 0
      for k in 1..<counts[kind] {
        var place = k
        while place > 0 && colours[Int(order[place &- 1])] > colours[k] {
          order[place] = order[place &- 1]
          place &-= 1
        }
        order[place] = UInt8(truncatingIfNeeded: k)
      }
    }
  }
}

/// One pass over a state: what each identity occurs in, added up by identity.
private struct SignatureWalk {
  let program: UnsafeMutablePointer<SymmetryOperation>
  let tables: SymmetryTables
  let colours: UnsafeMutablePointer<UInt64>
  let sums: UnsafeMutablePointer<UInt64>
  let isShallow: Bool

  private static let selfMark: UInt64 = 0xE703_7ED1_A0B4_28DB

  /// Adds to each identity what it occurs in.
  ///
  /// - Parameter context: A hash of where we are: of what encloses this part, and of the part itself.
  func distribute(_ first: Int, _ end: Int, _ address: UnsafeRawPointer, _ context: UInt64) {
    var index = first
    while index < end {
      let operation = program + index
      let next = Int(operation.pointee.end)
      let place = address + Int(operation.pointee.offset)
      let base = Int(operation.pointee.base)
      let salt = operation.pointee.salt
      switch operation.pointee.code {
      case .plain: break
      case .identity:
        let value = place.load(as: UInt8.self)
        if value < operation.pointee.count { sums[base &+ Int(value)] &+= mix(context, salt) }
      case .subset:
        var rest = place.loadUnaligned(as: UInt64.self)
        let mark = rest == 0 ? 0 : mix(context, salt)
        while rest != 0 {
          sums[base &+ rest.trailingZeroBitCount] &+= mark
          rest &= rest &- 1
        }
      case .map:
        let inside = mix(context, salt)
        let isNested = operation.pointee.isNested && !isShallow
        for k in 0..<Int(operation.pointee.count) {
          let value = place + k &* Int(operation.pointee.stride)
          let colour = colours[base &+ k]
          if isNested { colours[base &+ k] = mix(colour, Self.selfMark) }
          let own = mix(inside, hash(index &+ 1, next, value))
          sums[base &+ k] &+= own
          if isNested {
            distribute(index &+ 1, next, value, mix(own, colour))
            colours[base &+ k] = colour
          }
        }
      case .list:
        if isShallow { break }
        forEachElement(operation, place) { element, rank in
          let own = mix(mix(context, salt &+ rank), hash(index &+ 1, next, element))
          distribute(index &+ 1, next, element, own)
        }
      case .when: if holds(operation, place) { distribute(index &+ 1, next, address, context) }
      case .enumeration:
        if isShallow { break }
        withPayload(operation, place) { distribute(index + 1, next, $0, mix(context, salt)) }
      case .domainSubset:
        if isShallow { break }
        forEachMember(operation, place) {
          distribute(index + 1, next, $0, mix(mix(context, salt), hash(index + 1, next, $0)))
        }
      case .domainMap:
        if isShallow { break }
        let middle = Int(operation.pointee.middle)
        forEachEntry(operation, place) { key, value in
          let own = mix(mix(mix(context, salt), hash(index + 1, middle, key)), hash(middle, next, value))
          distribute(index + 1, middle, key, own)
          distribute(middle, next, value, mix(own, salt))
        }
      }
      index = next
    }
  }

  /// A hash of a part, with colours for identities.
  private func hash(_ first: Int, _ end: Int, _ address: UnsafeRawPointer) -> UInt64 {
    var result: UInt64 = 0x1D8E_4E27_C47D_124F
    var index = first
    while index < end {
      let operation = program + index
      let next = Int(operation.pointee.end)
      let place = address + Int(operation.pointee.offset)
      if operation.pointee.code == .plain {
        result = mix(result, loadBytes(place, operation.pointee.count) & operation.pointee.mask)
        index = next
        continue
      }
      if isShallow {
        index = next
        continue
      }
      let base = Int(operation.pointee.base)
      let salt = operation.pointee.salt
      switch operation.pointee.code {
      case .plain: break
      case .identity:
        let value = place.load(as: UInt8.self)
        if value < operation.pointee.count { result = mix(result, colours[base &+ Int(value)]) }
      case .subset:
        var rest = place.loadUnaligned(as: UInt64.self)
        var sum: UInt64 = 0
        while rest != 0 {
          sum &+= mix(colours[base &+ rest.trailingZeroBitCount], salt)
          rest &= rest &- 1
        }
        result = mix(result, sum)
      case .map:
        var sum: UInt64 = 0
        for k in 0..<Int(operation.pointee.count) {
          let value = hash(index &+ 1, next, place + k &* Int(operation.pointee.stride))
          sum &+= mix(colours[base &+ k] ^ salt, value)
        }
        result = mix(result, sum)
      case .list:
        var sum: UInt64 = 0
        forEachElement(operation, place) { element, rank in
          sum &+= mix(salt &+ rank, hash(index &+ 1, next, element))
        }
        result = mix(result, sum)
      case .when: if holds(operation, place) { result = mix(result, salt ^ hash(index &+ 1, next, address)) }
      case .enumeration:
        withPayload(operation, place) { result = mix(result, salt ^ hash(index + 1, next, $0)) }
      case .domainSubset:
        var sum: UInt64 = 0
        forEachMember(operation, place) { sum &+= mix(salt, hash(index + 1, next, $0)) }
        result = mix(result, sum)
      case .domainMap:
        let middle = Int(operation.pointee.middle)
        var sum: UInt64 = 0
        forEachEntry(operation, place) { sum &+= mix(salt ^ hash(index + 1, middle, $0), hash(middle, next, $1)) }
        result = mix(result, sum)
      }
      index = next
    }
    return result
  }

  // MARK: Parts

  @inline(__always)
  private func holds(_ operation: UnsafeMutablePointer<SymmetryOperation>, _ place: UnsafeRawPointer) -> Bool {
    place.load(as: UInt8.self) & UInt8(truncatingIfNeeded: operation.pointee.mask) == operation.pointee.value
  }

  /// Each element with its rank: its position where there is an order, the position on its link on a network that keeps
  /// it, 0 in sets and bags.
  @inline(__always)
  private func forEachElement(
    _ operation: UnsafeMutablePointer<SymmetryOperation>, _ list: UnsafeRawPointer,
    _ body: (UnsafeRawPointer, UInt64) -> Void
  ) {
    let elements = list + Int(operation.pointee.elementsOffset)
    let stride = Int(operation.pointee.stride)
    let count = operation.pointee.occupied(at: list)
    if operation.pointee.isOrdered {
      for k in 0..<count { body(elements + k &* stride, UInt64(truncatingIfNeeded: k &+ 1)) }
      return
    }
    if count > 1 && operation.pointee.table >= 0 {
      let links = tables.links[Int(operation.pointee.table)]
      if links.keepsOrder(list) {
        var (rank, last) = (UInt64(1), links.link(elements))
        body(elements, rank)
        for k in 1..<count {
          let link = links.link(elements + k &* stride)
          rank = link == last ? rank &+ 1 : 1
          last = link
          body(elements + k &* stride, rank)
        }
        return
      }
    }
    // The only message on its link has rank 1 where there is an order; that is no matter, as all states of an orbit have
    // as many messages.
    for k in 0..<count { body(elements + k &* stride, 0) }
  }

  private func withPayload(
    _ operation: UnsafeMutablePointer<SymmetryOperation>, _ place: UnsafeRawPointer, _ body: (UnsafeRawPointer) -> Void
  ) {
    let (enumeration, size) = tables.enumerations[Int(operation.pointee.table)]
    guard enumeration.tag(place) == Int(operation.pointee.count) else { return }
    withUnsafeTemporaryAllocation(byteCount: size, alignment: 16) { copy in
      copy.copyMemory(from: UnsafeRawBufferPointer(start: place, count: size))
      enumeration.project(copy.baseAddress!)
      body(copy.baseAddress!)
    }
  }

  private func forEachMember(
    _ operation: UnsafeMutablePointer<SymmetryOperation>, _ place: UnsafeRawPointer, _ body: (UnsafeRawPointer) -> Void
  ) {
    let table = tables.domains[Int(operation.pointee.table)]
    var rest = place.loadUnaligned(as: UInt64.self)
    while rest != 0 {
      if rest.trailingZeroBitCount < table.domain.count { body(table.bytes + rest.trailingZeroBitCount * table.stride) }
      rest &= rest &- 1
    }
  }

  private func forEachEntry(
    _ operation: UnsafeMutablePointer<SymmetryOperation>, _ place: UnsafeRawPointer,
    _ body: (_ key: UnsafeRawPointer, _ value: UnsafeRawPointer) -> Void
  ) {
    let table = tables.domains[Int(operation.pointee.table)]
    for k in 0..<Int(operation.pointee.count) {
      body(table.bytes + k * table.stride, place + k * Int(operation.pointee.stride))
    }
  }
}
