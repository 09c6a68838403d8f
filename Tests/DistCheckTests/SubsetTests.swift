import DistCheck
import Testing
import TestSupport

/// Subsets beside Swift's own sets.
@Suite struct SubsetTests {
  private func expectLikeSets<Element: Finite & Hashable>(_ type: Element.Type, seed: Int) {
    var generator = SplitMix64(seed: seed)
    let all = (0..<Element.count).map { Element(ordinal: $0) }
    var (subsets, sets) = ([Subset<Element>()], [Set<Element>()])
    for _ in 0..<500 {
      let k = Int.random(in: 0..<subsets.count, using: &generator)
      let other = Int.random(in: 0..<subsets.count, using: &generator)
      let element = all.randomElement(using: &generator)!
      var (subset, set) = (subsets[k], sets[k])
      switch Int.random(in: 0..<9, using: &generator) {
      case 0, 1, 2:
        subset.insert(element)
        set.insert(element)
      case 3:
        subset.remove(element)
        set.remove(element)
      case 4: (subset, set) = (subset.union(subsets[other]), set.union(sets[other]))
      case 5: (subset, set) = (subset.intersection(subsets[other]), set.intersection(sets[other]))
      case 6: (subset, set) = (subset.subtracting(subsets[other]), set.subtracting(sets[other]))
      case 7: (subset, set) = (subset.complement, Set(all).subtracting(set))
      default: (subset, set) = (Subset { set.contains($0) }, set)
      }
      #expect(Array(subset) == all.filter(set.contains), "seed \(seed)")
      #expect(subset.count == set.count && subset.isEmpty == set.isEmpty, "seed \(seed)")
      #expect(all.allSatisfy { subset.contains($0) == set.contains($0) }, "seed \(seed)")
      #expect(subset.isMajority == (2 * set.count > all.count), "seed \(seed)")
      #expect(subset.isQuorum(ofAtLeast: 2) == (set.count >= 2), "seed \(seed)")
      #expect(subset.isSubset(of: subsets[other]) == set.isSubset(of: sets[other]), "seed \(seed)")
      #expect(subset.isSuperset(of: subsets[other]) == set.isSuperset(of: sets[other]), "seed \(seed)")
      #expect(subset.isDisjoint(with: subsets[other]) == set.isDisjoint(with: sets[other]), "seed \(seed)")
      #expect((subset == subsets[other]) == (set == sets[other]), "seed \(seed)")
      #expect((bytes(of: subset) == bytes(of: subsets[other])) == (set == sets[other]), "seed \(seed)")
      let choices = (0..<subset.choiceCount).compactMap { subset.choice(at: $0) }
      #expect(choices == Array(subset), "seed \(seed)")
      subsets.append(subset)
      sets.append(set)
    }
  }

  @Test func likeSets() {
    expectLikeSets(Color.self, seed: 1)
    expectLikeSets(ID<Node, 1>.self, seed: 2)
    expectLikeSets(ID<Node, 5>.self, seed: 3)
    expectLikeSets(ID<Node, 63>.self, seed: 4)
    expectLikeSets(ID<Node, 64>.self, seed: 5)
    typealias Signed = Bounded<-3, 3>
    expectLikeSets(Signed.self, seed: 6)
    expectLikeSets(Color?.self, seed: 7)
  }

  @Test func all() throws {
    #expect(ID<Node, 64>.all.count == 64)
    #expect(Three.all.count == 3 && Three.all.complement.isEmpty)
    #expect(try text(Three.all) == "{0, 1, 2}")
    #expect(try text(Subset(Color.green)) == "{green}")
  }

  @Test func inPlace() {
    var set = Three.Set(1)
    set.formUnion(Subset(2))
    #expect(Array(set) == [1, 2])
    set.formIntersection(Subset(2))
    #expect(Array(set) == [2])
    set.subtract(Three.all)
    #expect(set.isEmpty)
    set.insert(0)
    set.removeAll()
    #expect(set == Three.Set())
  }

  @Test func asParameter() throws {
    let result = try check(
      Sketch(Three.Set()) {
        Action("Set", for: Three.Set.self) { _, _ in
          true
        } then: { s, set in
          s = set
        }
      })
    #expect(result.distinctStates == 8 && result.generatedStates == 1 + 8 * 8)
    expectFault("the subsets of 21 elements are too many to choose from") { _ = ID<Node, 21>.Set.count }
  }
}
