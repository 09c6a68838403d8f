import DistCheck
import DistCheckEngine
import Testing
import TestSupport

/// Maps beside dictionaries.
@Suite struct MapTests {
  private func expectLikeDictionaries<Key: Finite & Hashable, let count: Int>(
    _ type: Map<Key, count, UInt16>.Type, seed: Int
  ) throws {
    var generator = SplitMix64(seed: seed)
    let keys = (0..<count).map { Key(ordinal: $0) }
    var map = Map<Key, count, UInt16>(3)
    var dictionary = Dictionary(uniqueKeysWithValues: keys.map { ($0, UInt16(3)) })
    for _ in 0..<300 {
      let key = keys.randomElement(using: &generator)!
      let value = UInt16.random(in: 0...5, using: &generator)
      map[key] = value
      dictionary[key] = value
      #expect(keys.allSatisfy { map[$0] == dictionary[$0] }, "seed \(seed)")
      #expect(map.contains(value), "seed \(seed)")
      #expect(map.contains(4) == dictionary.values.contains(4), "seed \(seed)")
      #expect(map.allSatisfy { $0 < 5 } == dictionary.values.allSatisfy { $0 < 5 }, "seed \(seed)")
      #expect(map.count { $0 > 2 } == dictionary.values.count { $0 > 2 }, "seed \(seed)")
      #expect(Array(map.keys { $0 > 2 }) == keys.filter { dictionary[$0]! > 2 }, "seed \(seed)")
      #expect(map.max == dictionary.values.max() && map.min == dictionary.values.min(), "seed \(seed)")
      let copy = Map<Key, count, UInt16> { dictionary[$0]! }
      #expect(copy == map && bytes(of: copy) == bytes(of: map), "seed \(seed)")
    }
  }

  @Test func likeDictionaries() throws {
    try expectLikeDictionaries(Map<Color, 3, UInt16>.self, seed: 1)
    try expectLikeDictionaries(Map<Bounded<4, 4>, 1, UInt16>.self, seed: 2)
    try expectLikeDictionaries(ID<Node, 64>.Map<UInt16>.self, seed: 3)
  }

  @Test func printing() throws {
    var map = Map<Color, 3, Bool?>(nil)
    map[.green] = true
    #expect(try text(map) == "[red: nil, green: true, blue: nil]")
  }

  @Test func wrongSize() {
    expectFault("a Map with 2 places has 3 keys") { _ = Map<Color, 2, Bool>(true) }
    #expect(throws: LayoutError.self) { try Layout.of(Map<Color, 2, Bool>.self) }
  }

  @Test func unequal() {
    var map = Three.Map<Bool>(false)
    let before = map
    map[2] = true
    #expect(map != before)
  }
}
