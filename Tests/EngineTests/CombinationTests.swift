import DistCheck
import DistCheckEngine
import Testing
import TestSupport

/// Random small specifications under every combination of strategy, threads, symmetry and storage.
///
/// They are symmetric by construction: a rule is for any node, and looks at others only by how many there are.
struct CombinationTests {
  @Test(arguments: 0..<12) func everyCombination(batch: Int) throws {
    for seed in (batch * 20)..<(batch * 20 + 20) {
      var generator = SplitMix64(seed: seed)
      let specification = RuledNodes(rules: .random(using: &generator))
      try compare(specification, "seed \(seed)")
    }
  }

  private func compare(_ specification: RuledNodes, _ label: String) throws {
    var system = try specification.lowered()
    let plain = Checker(system, options: SearchOptions(threads: 1, storage: .full)).check()
    for search in searches {
      expectSame(Checker(system, options: search.options).check(), plain, "\(label), \(search.label)")
    }
    compareDepthFirst(system, plain, label)

    system.isSymmetric = true
    let orbits = Checker(system, options: SearchOptions(threads: 1, storage: .full)).check()
    #expect(orbits.fault == nil, "\(label): \(orbits.fault?.fault.message ?? "")")
    #expect(orbits.verdict == plain.verdict, "\(label), symmetry")
    #expect(orbits.properties.map(\.verdict) == plain.properties.map(\.verdict), "\(label), symmetry")
    #expect(orbits.depth == plain.depth, "\(label), symmetry")
    #expect(
      orbits.properties.map { $0.trace?.steps.count } == plain.properties.map { $0.trace?.steps.count },
      "\(label), symmetry")
    #expect(orbits.distinctStates == specification.orbits(levels: plain.depth), "\(label), symmetry")
    for search in searches {
      expectSame(Checker(system, options: search.options).check(), orbits, "\(label), symmetry, \(search.label)")
    }
    compareDepthFirst(system, orbits, label)
    for property in orbits.properties where property.verdict == .violated {
      guard let trace = property.trace else { continue }
      let replay = try Checker(system).replay(trace.token)
      #expect(replay.violated.contains(property.name), "\(label), symmetry: \(property.name)")
    }
  }

  private func compareDepthFirst(_ system: TransitionSystem, _ result: CheckResult, _ label: String) {
    for strategy in [SearchOptions.Strategy.depthFirst, .iterativeDeepening] {
      let label = "\(label), \(strategy.rawValue)\(system.isSymmetric ? ", symmetry" : "")"
      let other = Checker(system, options: SearchOptions(strategy: strategy)).check()
      #expect(other.verdict == result.verdict, "\(label)")
      if result.isComplete { #expect(other.distinctStates == result.distinctStates, "\(label)") }
      guard let violated = other.properties.first(where: { $0.verdict == .violated }), let trace = violated.trace else {
        continue
      }
      let replayed = try? Checker(system).replay(trace.token)
      #expect(replayed?.violated.contains(violated.name) == true, "\(label): \(violated.name)")
      if strategy == .iterativeDeepening,
        let shortest = result.properties.first(where: { $0.name == violated.name })?.trace
      {
        #expect(trace.steps.count == shortest.steps.count, "\(label): \(violated.name)")
      }
    }
  }

  /// States that do not fit in memory: tables of thousands of states in room for hundreds.
  @Test(arguments: 0..<6) func statesOnDisk(seed: Int) throws {
    var generator = SplitMix64(seed: seed)
    let encoding = RandomEncoding(count: 30_000, fieldCount: 4, using: &generator)
    let table = TableSystem.random(stateCount: encoding.words.count, instanceCounts: [3, 2], using: &generator)
    let system = TransitionSystem(table, encoding)
    let folder = "/tmp/distcheck-\(seed)-\(UInt32.random(in: 0...UInt32.max))"
    let inMemory = Checker(system, options: SearchOptions(threads: 1)).check()
    // Trees of random states share no nodes, and nodes stay in memory. (Trees on disk: the command's tests.)
    guard inMemory.stateBits <= 56 else { return }
    for threads in [1, 2, 3] {
      let options = SearchOptions(threads: threads, spillFolder: folder)
      var result = Checker(system, bounds: Bounds(memory: 160_000), options: options).check()
      if inMemory.distinctStates > 15_000 { #expect(result.spilledBytes > 0, "seed \(seed)") }
      // What is found once more after it went to disk counts twice there.
      for k in result.actions.indices { result.actions[k].coverage.newStates = inMemory.actions[k].coverage.newStates }
      expectSame(result, inMemory, "seed \(seed), \(threads) threads, on disk")
    }
  }
}
