import CDistCheckEngine
import DistCheck
import DistCheckEngine
import Testing
import TestSupport

/// Random systems, explored by the engine and by a search over tables.
///
/// Serialised, because the choice of the portable code is global.
@Suite(.serialized, .needsOptimization) struct DifferentialTests {
  @Test(arguments: [false, true]) func systemsOverRandomLayouts(portably: Bool) {
    ce_pack_portably(portably)
    defer { ce_pack_portably(false) }
    var packedWords: Set<Int> = []
    var verdicts: [CheckResult.Verdict: Int] = [:]
    for seed in 0..<1200 {
      var generator = SplitMix64(seed: seed)
      let encoding = RandomEncoding(
        count: Int.random(in: 1...120, using: &generator), fieldCount: Int.random(in: 1...5, using: &generator),
        using: &generator)
      let instanceCounts = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
        Int.random(in: 1...5, using: &generator)
      }
      let table = TableSystem.random(
        stateCount: encoding.words.count, instanceCounts: instanceCounts, using: &generator)
      let result = agreedResult(TransitionSystem(table, encoding), "seed \(seed)")
      packedWords.insert((result.stateBits + 63) / 64)
      verdicts[result.verdict, default: 0] += 1
      expectAgreement(result, table, radices: instanceCounts.map { [$0] }, seed: seed) { number in
        encoding.layout.value(at: encoding.words[number])
      }
    }
    #expect(packedWords.isSuperset(of: [0, 1, 2, 3, 4, 5]), "the layouts are too much alike")
    #expect(verdicts[.holds, default: 0] > 200 && verdicts[.violated, default: 0] > 200, "\(verdicts)")
  }

  /// More successors than fit into a block, of one state and of many.
  @Test func systemsWithManySuccessors() {
    for seed in 0..<60 {
      var generator = SplitMix64(seed: seed)
      let encoding = RandomEncoding(count: 300, fieldCount: 3, using: &generator)
      let instanceCounts = [Int.random(in: 400...1400, using: &generator), 3]
      var table = TableSystem.random(
        stateCount: encoding.words.count, instanceCounts: instanceCounts, using: &generator)
      for state in 0..<table.stateCount where generator.chance(0.1) {
        for ordinal in 0..<instanceCounts[0] where generator.chance(0.9) {
          table.actions[0][state][ordinal] = Int.random(in: 0..<table.stateCount, using: &generator)
        }
      }
      let result = agreedResult(TransitionSystem(table, encoding), "seed \(seed)")
      expectAgreement(result, table, radices: instanceCounts.map { [$0] }, seed: seed) { number in
        encoding.layout.value(at: encoding.words[number])
      }
    }
  }

  @Test func specificationsOfOneWord() throws { try compare(Narrow.self, seeds: 0..<500) }
  @Test func specificationsOfTwoWords() throws { try compare(TwoWords.self, seeds: 500..<1000) }
  @Test func specificationsOfManyWords() throws { try compare(ManyWords.self, seeds: 1000..<1500) }
  @Test func specificationsWithPayloads() throws { try compare(Rich.self, seeds: 1500..<2000) }

  /// The result of every way to search, which is one.
  private func agreedResult(_ system: TransitionSystem, _ label: String) -> CheckResult {
    let results = searches.map { Checker(system, options: $0.options).check() }
    for (search, result) in zip(searches, results).dropFirst() {
      expectSame(result, results[0], "\(label), \(search.label)")
    }
    return results[0]
  }

  private func compare<State: Numbered>(_ type: State.Type, seeds: Range<Int>) throws {
    let layout = try Layout.of(State.self)
    let values = (0..<State.count).map { number in
      withUnsafeBytes(of: State(number: number)) { layout.value(at: $0.baseAddress!) }
    }
    let radices = TableSpecification<State>.radices
    for number in 0..<State.count { #expect(State(number: number).number == number) }
    for seed in seeds {
      var generator = SplitMix64(seed: seed)
      let table = TableSystem.random(
        stateCount: State.count, instanceCounts: radices.map { $0.reduce(1, *) }, using: &generator)
      let result = agreedResult(try TableSpecification<State>(table: table).lowered(), "seed \(seed)")
      expectAgreement(result, table, radices: radices, seed: seed) { values[$0] }
    }
  }
}
