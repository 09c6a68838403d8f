import Testing

@testable import DistCheck
@testable import DistCheckEngine
import TestSupport

/// Canonical forms of random states over every type that can contain identities, against all permutations of them.
@Suite(.needsOptimization) struct CanonicalFormTests {
  typealias A = ID<KindA, 3>
  typealias B = ID<KindB, 3>
  typealias C = ID<KindA, 4>
  static var kinds: [Layout.IdentityKind] { [A.kind, B.kind] }

  /// The canonical form is in the orbit, and is the same for the whole orbit. Then it differs between orbits, too.
  private func expectCanonical<State: Permutable>(
    _: State.Type, kinds: [Layout.IdentityKind] = Self.kinds, a: Int = 3, b: Int = 3, count: Int = 150,
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let forms = try CanonicalForms<State>(kinds: kinds)
    defer { forms.deallocate() }
    // A kind of three of which only one permutation is wanted is not permuted.
    let permutations = Permutation.all(a, b).map { b == 1 ? Permutation(a: $0.a, b: [0, 1, 2]) : $0 }
    var generator = SplitMix64(seed: 1)
    var cleanCount = 0
    for number in 0..<count {
      let state = State.random(using: &generator)
      guard forms.isClean(state), permutations.allSatisfy({ forms.isClean(state.permuted($0)) }) else { continue }
      cleanCount += 1
      let canonical = forms.canonical(state)
      var isInOrbit = false
      for permutation in permutations {
        let other = state.permuted(permutation)
        isInOrbit = isInOrbit || forms.words(other) == canonical
        if forms.canonical(other) != canonical {
          Issue.record(
            "state \(number), \(forms.layout.words(of: state)): another form for \(forms.layout.words(of: other))",
            sourceLocation: sourceLocation)
          return
        }
      }
      if !isInOrbit {
        Issue.record(
          "state \(number), \(state): \(forms.layout.value(at: canonical)) is in another orbit",
          sourceLocation: sourceLocation)
        return
      }
    }
    if cleanCount < count / 2 { Issue.record("\(cleanCount) states of \(count)", sourceLocation: sourceLocation) }
  }

  @Test func setsMapsAndPlaces() throws {
    try expectCanonical(A.self)
    try expectCanonical(A?.self)
    try expectCanonical(A??.self)
    try expectCanonical(A.Set.self)
    try expectCanonical(A.Map<UInt8>.self)
    try expectCanonical(A.Map<Bounded<0, 2>?>.self)
    try expectCanonical(Pair<A?, Pair<A.Set, A.Map<Bool>>>.self)
    try expectCanonical(Pair<A.Map<Bounded<0, 2>>, Pair<B?, B.Set>>.self)
    try expectCanonical(Pair<A.Map<Log<9, UInt8>>, A.Map<Log<3, Bool>>>.self)
    try expectCanonical(Map<Bool, 2, A>.self)
    try expectCanonical(Map<Bounded<0, 99>, 100, A?>.self, count: 5)
  }

  @Test func relations() throws {
    try expectCanonical(A.Map<A>.self)
    try expectCanonical(A.Map<A?>.self)
    try expectCanonical(A.Map<A.Set>.self)
    try expectCanonical(A.Map<B>.self)
    try expectCanonical(A.Map<B.Set>.self)
    try expectCanonical(A.Map<A.Map<Bool>>.self)
    try expectCanonical(A.Map<B.Map<UInt8>>.self)
    try expectCanonical(A.Map<B.Map<A.Set>>.self)
    try expectCanonical(A.Map<A.Map<B.Map<Bool>>>.self)
    try expectCanonical(Pair<A.Map<A?>, Pair<B.Map<A>, B.Set>>.self)
    try expectCanonical(Pair<A.Map<UInt8>, B.Map<B?>>.self)
    try expectCanonical(C.Map<C.Set>.self, kinds: [C.kind], a: 4, b: 1, count: 400)
    try expectCanonical(C.Map<C.Map<C?>>.self, kinds: [C.kind], a: 4, b: 1, count: 400)
  }

  @Test func finiteTypesThatContainIdentities() throws {
    try expectCanonical(Subset<A?>.self)
    try expectCanonical(Subset<A.Set>.self)
    try expectCanonical(Subset<Edge>.self)
    try expectCanonical(Map<A?, 4, UInt8>.self)
    try expectCanonical(Map<A?, 4, B?>.self)
    try expectCanonical(Map<A.Set, 8, Bool>.self)
    try expectCanonical(Map<Edge, 9, Bool>.self)
    try expectCanonical(A.Map<Subset<Edge>>.self)
    try expectCanonical(Map<Bool?, 3, A>.self)
    try expectCanonical(Map<Subset<B?>, 16, A.Set>.self, count: 40)
  }

  @Test func payloads() throws {
    try expectCanonical(Choice<A, B>.self)
    try expectCanonical(Choice<A.Set, B?>.self)
    try expectCanonical(Choice<A?, Choice<B, A>>.self)
    try expectCanonical(A.Map<Choice<A, B>>.self)
    try expectCanonical(A.Map<Choice<A, B>?>.self)
    try expectCanonical(Pair<Choice<UInt8, Bool>, Choice<A.Map<B?>, Bool>>.self)
    try expectCanonical(Choice<A.Map<UInt8>, UInt8>.self)
  }

  @Test func ordered() throws {
    try expectCanonical(Log<4, A>.self)
    try expectCanonical(Queue<3, Pair<A, B>>.self)
    try expectCanonical(A.Map<Log<3, A>>.self)
    try expectCanonical(Log<3, A.Set>.self)
    try expectCanonical(Log<2, A.Map<Bool>>.self)
    try expectCanonical(Log<3, Choice<A, B>>.self)
  }

  @Test func unordered() throws {
    try expectCanonical(Bag<4, A>.self)
    try expectCanonical(Bag<4, Pair<A, B>>.self)
    try expectCanonical(Bag<3, Choice<A, B>>.self)
    try expectCanonical(ValueSet<4, Pair<A, A>>.self)
    try expectCanonical(ValueSet<3, A.Map<Bool>>.self)
    try expectCanonical(ValueSet<3, Pair<A.Set, B.Set>>.self)
    try expectCanonical(Bag<2, Bag<2, A>>.self)
    try expectCanonical(A.Map<Bag<2, A>>.self)
    try expectCanonical(Bag<3, Log<9, A>>.self)
  }

  @Test func networks() throws {
    try expectCanonical(Network<4, Packet<A, UInt8>>.self, count: 400)
    try expectCanonical(Network<4, Packet<A, Choice<B, A>>>.self)
    try expectCanonical(Network<4, Letter<A>>.self)
    try expectCanonical(Network<5, Letter<Bool>>.self)
    try expectCanonical(Network<3, Letter<Pair<A.Set, B>>>.self)
    try expectCanonical(Pair<Network<3, Packet<A, Bool>>, A.Map<A?>>.self)
    try expectCanonical(A.Map<Network<2, Letter<A>>>.self)
  }

  /// Identities of a kind that is not permuted stay as they are, also one of the same type but another size.
  @Test func otherKinds() throws {
    try expectCanonical(Pair<A.Map<B?>, B.Map<A.Set>>.self, kinds: [A.kind], a: 3, b: 1)
    let forms = try CanonicalForms<Pair<A.Map<UInt8>, C.Map<UInt8>>>(kinds: [C.kind])
    defer { forms.deallocate() }
    #expect(forms.symmetry.permutationCount == 24)
    var state = Pair<A.Map<UInt8>, C.Map<UInt8>>(first: .init(0), second: .init(0))
    state.first[0] = 2
    state.second[0] = 2
    var expected = state
    expected.second = .init { $0 == 3 ? 2 : 0 }
    #expect(forms.canonical(state) == forms.words(expected))
  }

  // MARK: Counts that are known

  /// Binary relations up to isomorphism (OEIS A000595).
  @Test func relationsOnFour() throws {
    let forms = try CanonicalForms<C.Map<C.Set>>(kinds: [C.kind])
    defer { forms.deallocate() }
    var seen: Set<[UInt64]> = []
    for bits in 0..<(1 << 16) {
      seen.insert(forms.canonical(C.Map { i in C.Set { j in bits >> (4 * i.index + j.index) & 1 == 1 } }))
    }
    #expect(seen.count == 3_044)
  }

  /// Graphs up to isomorphism (OEIS A000088): among them those whose vertices no refinement tells apart.
  @Test func graphsOnSix() throws {
    typealias V = ID<KindA, 6>
    let forms = try CanonicalForms<V.Map<V.Set>>(kinds: [V.kind])
    defer { forms.deallocate() }
    var seen: Set<[UInt64]> = []
    for bits in 0..<(1 << 15) {
      var graph = V.Map<V.Set>(V.Set())
      var bit = 0
      for i in 0..<6 {
        for j in 0..<i {
          if bits >> bit & 1 == 1 {
            graph[V(i)].insert(V(j))
            graph[V(j)].insert(V(i))
          }
          bit += 1
        }
      }
      seen.insert(forms.canonical(graph))
    }
    #expect(seen.count == 156)
  }

  /// Unions of cycles: the same for every vertex, as far as refinement can tell, though some are in shorter cycles. So which
  /// vertex is set apart matters on several levels. There are as many as ways to write the number as a sum of at least threes.
  @Test func unionsOfCycles() throws {
    try expectUnions(ID<KindA, 10>.self, [[10], [7, 3], [6, 4], [5, 5], [4, 3, 3]])
    try expectUnions(
      ID<KindA, 12>.self,
      [[12], [9, 3], [8, 4], [7, 5], [6, 6], [6, 3, 3], [5, 4, 3], [4, 4, 4], [3, 3, 3, 3]])
  }

  private func expectUnions<let size: Int>(_: ID<KindA, size>.Type, _ unions: [[Int]]) throws {
    typealias V = ID<KindA, size>
    let forms = try CanonicalForms<V.Map<V.Set>>(kinds: [V.kind])
    defer { forms.deallocate() }
    var generator = SplitMix64(seed: size)
    var seen: Set<[UInt64]> = []
    for lengths in unions {
      var images: Set<[UInt64]> = []
      for _ in 0..<200 {
        let labels = (0..<size).shuffled(using: &generator)
        var graph = V.Map<V.Set>(V.Set())
        var first = 0
        for length in lengths {
          for place in 0..<length {
            let (one, other) = (V(labels[first + place]), V(labels[first + (place + 1) % length]))
            graph[one].insert(other)
            graph[other].insert(one)
          }
          first += length
        }
        images.insert(forms.canonical(graph))
      }
      #expect(images.count == 1, "cycles of \(lengths)")
      seen.formUnion(images)
    }
    #expect(seen.count == unions.count)
  }
}
