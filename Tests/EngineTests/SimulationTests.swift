import DistCheck
import DistCheckEngine
import Testing
import TestSupport

/// Random walks: what they report is real, what is near is found, and the same seed does the same.
@Suite(.needsOptimization) struct SimulationTests {
  /// By number: a name that two modules know confuses the macros.
  static let strategies: [SimulationStrategy] = [.uniform, .swarm, .priorities(changePoints: 3)]

  private struct Random {
    var table: TableSystem
    var system: TransitionSystem
    var encoding: RandomEncoding
    var radices: [[Int]]
  }

  private func random(seed: Int) -> Random {
    var generator = SplitMix64(seed: seed)
    let encoding = RandomEncoding(count: 40, fieldCount: 3, using: &generator)
    let counts = (0..<Int.random(in: 1...4, using: &generator)).map { _ in Int.random(in: 1...5, using: &generator) }
    let table = TableSystem.random(stateCount: encoding.words.count, instanceCounts: counts, using: &generator)
    return Random(
      table: table, system: TransitionSystem(table, encoding), encoding: encoding, radices: counts.map { [$0] })
  }

  @Test(arguments: strategies.indices) func againstTheReference(number: Int) throws {
    let strategy = Self.strategies[number]
    var (found, missed) = (0, 0)
    for seed in 0..<400 {
      let random = random(seed: seed)
      let reference = random.table.explore(goesOn: true)
      let result = Simulation(
        random.system, SimulationOptions(strategy: strategy, seed: seed, depth: 60, walks: 1500)
      ).run()
      let shortest = (reference.invariants + reference.steps + [reference.deadlock]).compactMap { $0 }.min()
      guard let trace = result.counterexample else {
        #expect(result.verdict == .inconclusive && result.walks == 1500, "seed \(seed)")
        if let shortest, shortest <= 6 { missed += 1 }
        continue
      }
      found += 1
      let property = try #require(result.properties.first { $0.verdict == .violated })
      let length =
        switch property.kind {
        case .always: reference.invariants[Int(property.name.dropFirst("always ".count))!]
        case .step: reference.steps[Int(property.name.dropFirst("step ".count))!]
        default: reference.deadlock
        }
      #expect(trace.steps.count >= (try #require(length, "seed \(seed): the walks make up a violation")))
      #expect(try #require(result.origin).length >= trace.steps.count)
      expectExecution(trace, random.table, radices: random.radices, seed: seed) {
        random.encoding.layout.value(at: random.encoding.words[$0])
      }
      let replay = try Checker(random.system).replay(trace.token)
      #expect(replay.violated.contains(property.name), "seed \(seed)")
    }
    #expect(found > 100)
    // Priorities decide most of a walk at its start, and do not reach everything.
    #expect(missed <= (strategy == .priorities(changePoints: 3) ? 4 : 0), "\(strategy)")
  }

  @Test func unshortenedTracesAreRealToo() throws {
    for seed in 0..<200 {
      let random = random(seed: seed)
      let options = SimulationOptions(seed: seed, depth: 60, walks: 100, shortens: false)
      let long = Simulation(random.system, options).run()
      guard let trace = long.counterexample else { continue }
      #expect(trace.steps.count == long.origin?.length)
      var shortening = options
      shortening.shortens = true
      let short = Simulation(random.system, shortening).run()
      #expect(short.properties.map(\.verdict) == long.properties.map(\.verdict), "seed \(seed)")
      #expect(try #require(short.counterexample).steps.count <= trace.steps.count, "seed \(seed)")
      #expect(try Checker(random.system).replay(trace.token).violated.isEmpty == false)
    }
  }

  @Test(arguments: strategies.indices) func sameSeedSameWalks(number: Int) {
    let strategy = Self.strategies[number]
    for seed in 0..<60 {
      let random = random(seed: seed)
      func run(threads: Int) -> SimulationResult {
        Simulation(
          random.system,
          SimulationOptions(strategy: strategy, seed: seed, depth: 30, walks: 200, threads: threads)
        ).run()
      }
      let first = run(threads: 1)
      for other in [run(threads: 1), run(threads: 2), run(threads: 5)] {
        #expect(other.verdict == first.verdict && other.origin == first.origin, "seed \(seed)")
        #expect(other.walks == first.walks && other.steps == first.steps, "seed \(seed)")
        #expect(other.checkedStates == first.checkedStates, "seed \(seed)")
        #expect(other.lengths == first.lengths && other.endings == first.endings, "seed \(seed)")
        #expect(other.actions.map(\.taken) == first.actions.map(\.taken), "seed \(seed)")
        #expect(other.actions.map(\.enabled) == first.actions.map(\.enabled), "seed \(seed)")
        #expect(other.properties.map(\.walks) == first.properties.map(\.walks), "seed \(seed)")
        #expect(other.counterexample?.token == first.counterexample?.token, "seed \(seed)")
      }
    }
  }

  @Test(arguments: strategies.indices) func statisticsAddUp(number: Int) {
    let strategy = Self.strategies[number]
    for seed in 0..<100 {
      let random = random(seed: seed)
      let result = Simulation(
        random.system, SimulationOptions(strategy: strategy, seed: seed, depth: 20, walks: 50, threads: 2)
      ).run()
      let endings = result.endings
      #expect(
        endings.depth + endings.stopped + endings.constraint + endings.exhausted + endings.found == result.walks)
      #expect(endings.found == (result.counterexample == nil ? 0 : 1))
      #expect(result.lengths.histogram.reduce(0, +) == result.walks)
      #expect(result.actions.map(\.taken).reduce(0, +) == result.steps)
      #expect(result.lengths.shortest >= 1 && result.lengths.longest <= 20)
    }
  }

  @Test func otherSeedOtherWalks() throws {
    let system = chain(to: 9) { Always("below 9") { s in s < 9 } }
    #expect(try simulate(system, SimulationOptions(walks: 1)).counterexample?.steps.count == 10)
    let random = random(seed: 3)
    let steps = Set((0..<20).map { Simulation(random.system, SimulationOptions(seed: $0, walks: 20)).run().steps })
    #expect(steps.count > 5)
  }

  // MARK: Limits

  @Test func depth() throws {
    let system = chain(to: 50) { Always("below 10") { s in s < 10 } }
    #expect(try simulate(system, SimulationOptions(depth: 10, walks: 5)).verdict == .inconclusive)
    let found = try simulate(system, SimulationOptions(depth: 11, walks: 5))
    #expect(found.counterexample?.steps.count == 11)
    #expect(found.origin == SimulationResult.Origin(walk: 1, length: 11))
  }

  @Test func timeout() throws {
    let result = try simulate(chain(to: 50), SimulationOptions(timeout: .milliseconds(50), threads: 2))
    #expect(result.verdict == .inconclusive && result.stopReason == .timeout)
    #expect(result.walks > 0 && result.elapsed >= .milliseconds(50) && result.elapsed < .seconds(5))
  }

  /// The awaited violation ends the search; another one is reported when that does not come.
  @Test func awaited() throws {
    let system = Sketch(0) {
      Action("Right") { s in
        s == 0
      } then: { s in
        s = 1
      }
      Action("Left") { s in
        s == 0
      } then: { s in
        s = 2
      }
      Action("On") { s in
        s == 2
      } then: { s in
        s = 3
      }
    } properties: {
      Always("not 3") { s in s != 3 }
      Always("not 1") { s in s != 1 }
      Always("not 4") { s in s != 4 }
    }
    func found(_ awaited: SimulationOptions.Awaited?) throws -> String {
      let result = try simulate(system, SimulationOptions(walks: 30, threads: 2, awaited: awaited))
      let violated = result.properties.first { $0.verdict == .violated }?.name ?? ""
      return "\(violated), \(result.walks)"
    }
    #expect(try found(nil) == "not 1, 1")
    #expect(try found(.violation(property: "not 1")) == "not 1, 1")
    #expect(try found(.violation(property: "not 4")) == "not 1, 30")
    #expect(try found(.deadlock) == "not 1, 30")
  }

  // MARK: Goals, constraint, deadlock

  @Test func sometimes() throws {
    let result = try simulate(
      chain(to: 9) {
        Sometimes("nine") { s in s == 9 }
        Sometimes("ten") { s in s == 10 }
      }, SimulationOptions(walks: 7))
    #expect(result.verdict == .inconclusive)
    #expect(result.properties.map(\.walks) == [7, 0, 0])
    #expect(result.properties.map(\.verdict) == [.holds, .inconclusive, .inconclusive])
    #expect(result.endings.stopped == 7)
  }

  @Test func stateOutsideTheConstraintIsCheckedAndNotEntered() throws {
    func system(_ last: Int) -> Sketch<Int> {
      Sketch(0, constraint: { $0 <= 5 }, mayStop: { _ in false }) {
        Action("Next") { s in
          s != 6
        } then: { s in
          s += 1
        }
      } properties: {
        Always("claim") { s in s < last }
      }
    }
    let sound = try simulate(system(7), SimulationOptions(walks: 3))
    #expect(sound.verdict == .inconclusive && sound.endings.constraint == 3)
    #expect(sound.statesOutsideConstraint > 0)
    #expect(try simulate(system(6), SimulationOptions(walks: 3)).counterexample?.steps.count == 7)
  }

  @Test func deadlock() throws {
    let result = try simulate(chain(to: 4, mayStop: false), SimulationOptions(walks: 3))
    #expect(result.verdict == .violated)
    #expect(result.properties.last?.verdict == .violated)
    #expect(result.counterexample?.steps.count == 5)
  }

  // MARK: Shortening

  /// A long way round, loops and steps that do not matter.
  @Test(arguments: strategies.indices) func shortens(number: Int) throws {
    let strategy = Self.strategies[number]
    struct Position: BitwiseCopyable {
      var x = Bounded<0, 9>(0)
      var y = Bounded<0, 9>(0)
      var noise = Bounded<0, 9>(0)
    }
    let system = Sketch(Position()) {
      Action("Right") { s in
        s.x < 9
      } then: { s in
        s.x += 1
      }
      Action("Left") { s in
        s.x > 0
      } then: { s in
        s.x -= 1
      }
      Action("Up") { s in
        s.y < 9
      } then: { s in
        s.y += 1
      }
      Action("Down") { s in
        s.y > 0
      } then: { s in
        s.y -= 1
      }
      Action("Noise", for: Bounded<0, 9>.self) { s, n in
        s.noise != n
      } then: { s, n in
        s.noise = n
      }
    } properties: {
      Always("not there") { s in s.x != 5 || s.y != 4 }
    }
    let result = try simulate(system, SimulationOptions(strategy: strategy, seed: 1, depth: 500, walks: 10_000))
    #expect(result.counterexample?.steps.count == 10)
    #expect(try #require(result.origin).length > 10)
  }

  // MARK: Faults

  private func faulty(_ place: String) -> Sketch<Int> {
    func fail(_ here: String, _ state: Int) {
      if here == place && state >= 3 { specificationFailure("failed at %", state) }
    }
    return Sketch(
      0,
      constraint: {
        fail("constraint", $0)
        return true
      },
      mayStop: {
        fail("mayStop", $0)
        return true
      }
    ) {
      Action("Back") { s in
        s > 0 && s < 3
      } then: { s in
        s -= 1
      }
      Action("Next", for: Bounded<4, 6>.self) { s, k in
        if k == 6 { fail("guard", s) }
        return s < 3 && k == 5
      } then: { s, _ in
        fail("effect", s + 1)
        s += 1
      }
    } properties: {
      Always("invariant") { s in
        fail("invariant", s)
        return true
      }
      Step("step") { _, after in
        fail("step", after)
        return true
      }
      Sometimes("goal") { s in
        fail("goal", s)
        return false
      }
    }
  }

  @Test(arguments: [
    ("guard", "action Next(6)", 5), ("effect", "action Next(5)", 4), ("invariant", "property \"invariant\"", 4),
    ("step", "property \"step\"", 4), ("goal", "property \"goal\"", 4), ("constraint", "state constraint", 4),
    ("mayStop", "mayStop", 4),
  ])
  func faults(place: String, described: String, steps: Int) throws {
    for threads in [1, 3] {
      let result = try simulate(faulty(place), SimulationOptions(walks: 500, threads: threads))
      #expect(result.verdict == .specificationError, "\(place)")
      let fault = try #require(result.fault)
      #expect(fault.fault.message == "failed at 3")
      #expect(fault.place == described)
      #expect(fault.trace?.steps.count == steps, "\(place)")
      #expect(result.endings.found == 1)
    }
  }
}
