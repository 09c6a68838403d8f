import DistCheck
import DistCheckTemporal
import Foundation
import Testing

@testable import DistCheckEngine
import TestSupport

/// Searches that are given up in their midst, as if the process had been killed, and gone on with from the last checkpoint
/// until they are done. What they have found by then is what a search finds that runs through.
@Suite(.needsOptimization) struct ResumeTests {
  @Test(arguments: 0..<6) func tables(batch: Int) throws {
    var rounds = 0
    for seed in (batch * 25)..<(batch * 25 + 25) {
      var generator = SplitMix64(seed: seed)
      let encoding = RandomEncoding(
        count: Int.random(in: 100...600, using: &generator), fieldCount: 3, using: &generator)
      let table = TableSystem.random(stateCount: encoding.words.count, instanceCounts: [3, 2, 4], using: &generator)
      rounds += try expectResumable(TransitionSystem(table, encoding), "seed \(seed)", using: &generator)
    }
    #expect(rounds > 60, "searches are hardly ever gone on with")
  }

  /// A level full of witnesses, of which the least is found before or after the search is given up there.
  @Test func witnesses() throws {
    for seed in 0..<40 {
      var generator = SplitMix64(seed: seed)
      let encoding = RandomEncoding(count: 400, fieldCount: 3, using: &generator)
      var table = TableSystem.random(stateCount: encoding.words.count, instanceCounts: [3, 3], using: &generator)
      (table.broken, table.brokenSteps) = ([], [])
      (table.mayStop, table.isOutside) = (table.mayStop.map { _ in true }, table.isOutside.map { _ in false })
      table.goals = [Set(table.widestLevel.filter { _ in generator.chance(0.7) })]
      _ = try expectResumable(TransitionSystem(table, encoding), "seed \(seed)", using: &generator)
    }
  }

  /// With temporal properties, and under symmetry.
  @Test(arguments: 0..<6) func ruledNodes(batch: Int) throws {
    var rounds = 0
    for seed in (batch * 12)..<(batch * 12 + 12) {
      var generator = SplitMix64(seed: seed)
      var specification = RuledNodes(rules: .random(using: &generator))
      if generator.chance(0.7) {
        specification.fairness = (0..<6).map { _ in
          [.none, .weak, .weak, .strong].randomElement(using: &generator)!
        }
        specification.temporal = .plain(nodes: Int.random(in: 2...5, using: &generator), atoms: 7, using: &generator)
      }
      var system = try specification.lowered()
      system.isSymmetric = generator.chance(0.5)
      rounds += try expectResumable(
        system, "seed \(seed), symmetry \(system.isSymmetric)", using: &generator)
    }
    #expect(rounds > 20, "searches are hardly ever gone on with")
  }

  /// States that do not fit in memory.
  @Test func onDisk() throws {
    var rounds = 0
    for seed in 0..<8 {
      var generator = SplitMix64(seed: seed)
      // Trees of random states share no nodes, and nodes stay in memory: only states of less than 56 bits.
      var system: TransitionSystem
      repeat {
        let encoding = RandomEncoding(count: 8000, fieldCount: 2, using: &generator)
        var table = TableSystem.random(stateCount: encoding.words.count, instanceCounts: [3, 2], using: &generator)
        (table.broken, table.brokenSteps) = ([], [])
        if seed > 0 { table.mayStop = table.mayStop.map { _ in true } }
        system = TransitionSystem(table, encoding)
      } while system.packing.bits > 56
      rounds += try expectResumable(system, "seed \(seed), on disk", memory: 120_000, using: &generator)
    }
    #expect(rounds > 12, "searches are hardly ever gone on with")
  }

  /// - Returns: How many times the search was begun or gone on with.
  private func expectResumable(
    _ system: TransitionSystem, _ label: String, memory: Int? = nil, using generator: inout SplitMix64
  ) throws -> Int {
    let folder = FileManager.default.temporaryDirectory.appending(path: "distcheck-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let witnesses = Set(system.properties.map(\.name))
    var options = SearchOptions(threads: 1, storage: .full)
    options.searchThresholds.firstLook = 16
    options.searchThresholds.lookFactor = 2
    let whole = Checker(system, options: options, wantedWitnesses: witnesses).check()

    options.storage = .automatic
    options.checkpoint = CheckpointOptions(folder: "\(folder)/saved")
    if memory != nil { options.spillFolder = "\(folder)/disk" }
    var result: CheckResult?
    var rounds = 0
    while result?.isAbandoned ?? true {
      options.threads = Int.random(in: 1...3, using: &generator)
      options.searchThresholds.sources = [1, 1, 2, 3, 64].randomElement(using: &generator)!
      options.searchThresholds.successors = [1, 2, 3, 512].randomElement(using: &generator)!
      let rests = memory == nil ? 1...3 : 1...20
      options.searchThresholds.restsPerCheckpoint = Int.random(in: rests, using: &generator)
      // What ends the search is not written down, so a search that is always given up before the end of a level would never
      // come to its end.
      options.searchThresholds.restsBeforeDeath =
        rounds > 40
        ? nil : options.searchThresholds.restsPerCheckpoint! * Int.random(in: 1...3, using: &generator) + rounds / 4
      let checker = Checker(
        system, bounds: memory.map { Bounds(memory: $0) } ?? Bounds(), options: options, wantedWitnesses: witnesses)
      let isThere = FileManager.default.fileExists(atPath: "\(folder)/saved/checkpoint")
      result = isThere ? try checker.resume(from: "\(folder)/saved") : checker.check()
      rounds += 1
    }
    if var result {
      if memory != nil {
        // What is found once more after it went to disk counts twice there; and temporal properties are not checked there.
        for k in result.actions.indices { result.actions[k].coverage.newStates = whole.actions[k].coverage.newStates }
      }
      expectSame(result, whole, "\(label), \(rounds) rounds")
      #expect(result.properties.map(\.temporal) == whole.properties.map(\.temporal), "\(label)")
    }
    #expect(!FileManager.default.fileExists(atPath: "\(folder)/saved/checkpoint"), "\(label)")
    return rounds
  }
}

extension TableSystem {
  /// The states of the level with most of them, the initial states aside.
  fileprivate var widestLevel: Set<Int> {
    var (seen, level, widest) = (Set(initial), Set(initial), Set<Int>())
    while !level.isEmpty {
      level = Set(level.flatMap { state in actions.flatMap { $0[state].compactMap { $0 } } }).subtracting(seen)
      seen.formUnion(level)
      if level.count > widest.count { widest = level }
    }
    return widest
  }
}
