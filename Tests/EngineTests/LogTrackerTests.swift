import DistCheck
import DistCheckEngine
import TestSupport
import Testing

/// Random logs of random systems, followed by the engine, and by sets of numbers over tables.
@Suite(.needsOptimization) struct LogTrackerTests {
  private typealias Reference = LogReference

  @Test func randomLogs() throws {
    var counts = Counts()
    for seed in 0..<3000 {
      var generator = SplitMix64(seed: 700_000 + seed)
      var table = randomTable(using: &generator)
      if seed % 3 > 0 { (table.broken, table.brokenSteps) = ([], []) }
      let system = try TableSpecification<Narrow>(table: table).lowered()
      let hidden = Reference.Hidden.random(using: &generator)
      let lines = Reference.Line.random(of: table, count: Int.random(in: 0...12, using: &generator), hidden, &generator)
      let reference = Reference(table, hidden).follow(lines)
      var options = LogTracker.Options()
      options.hidden = HiddenSteps(actions: hidden.actions, limit: hidden.limit)
      options.historyLimit = [8, 1 << 20].randomElement(using: &generator)!
      options.countsCoverage = generator.chance(0.2)
      options.keepsAllWays = generator.chance(0.2)
      let tracker = LogTracker(system, options: options)
      let ending = try followBreadthFirst(tracker, lines, reference, "seed \(seed)")
      if options.keepsAllWays { _ = tracker.drawing { $0 } }
      counts.endings[ending, default: 0] += 1
      try followDepthFirst(system, hidden, lines, reference, &generator, "seed \(seed)", &counts)
    }
    #expect(counts.endings.allSatisfy { $0.value > 100 } && counts.endings.count == 3, "\(counts)")
    #expect(counts.unsettled > 20 && counts.unsettled < 1500, "\(counts)")
  }

  private struct Counts {
    var endings: [Reference.Ending: Int] = [:]
    var unsettled = 0
  }

  private func randomTable(using generator: inout SplitMix64) -> TableSystem {
    TableSystem.random(
      stateCount: Narrow.count,
      instanceCounts: TableSpecification<Narrow>.radices.map { $0.reduce(1, *) }, using: &generator)
  }

  /// After each line there are just the states that the reference has, as many as it has.
  private func followBreadthFirst(
    _ tracker: LogTracker, _ lines: [Reference.Line], _ reference: Reference.Result, _ label: String
  ) throws -> Reference.Ending {
    var outcome = try tracker.begin()
    var number = 0
    while case .fits(let count) = outcome {
      guard reference.sets.indices.contains(number) else {
        Issue.record("\(label): goes on behind line \(reference.line), where it is \(reference.ending)")
        return reference.ending
      }
      let expected = reference.sets[number]
      #expect(count == expected.count, "\(label), line \(number)")
      guard number < lines.count else { break }
      outcome = tracker.advance(lines[number].observation)
      number += 1
    }
    switch outcome {
    case .fits: #expect(reference.ending == .accepted, "\(label)")
    case .rejected:
      #expect(reference.ending == .rejected && reference.line == number, "\(label): rejected at \(number)")
      let rejection = tracker.explain(lines[number - 1].observation)
      #expect(rejection.stateCount == reference.closures[number - 1].count, "\(label)")
      #expect(!rejection.candidates.isEmpty, "\(label): nothing is said against it")
      for hint in tracker.hints(lines[number - 1].observation, before: nil, following: [])
      where hint.kind == .withoutLine {
        #expect(hint.lines == 0)
      }
    case .broken: #expect(reference.ending == .broken && reference.line == number, "\(label): broken at \(number)")
    default: Issue.record("\(label): \(outcome)")
    }
    return reference.ending
  }

  private func followDepthFirst(
    _ system: TransitionSystem, _ hidden: Reference.Hidden, _ lines: [Reference.Line], _ reference: Reference.Result,
    _ generator: inout SplitMix64, _ label: String, _ counts: inout Counts
  ) throws {
    var options = LogTracker.Options()
    options.hidden = HiddenSteps(actions: hidden.actions, limit: hidden.limit)
    let tracker = LogTracker(system, options: options)
    // A part of the log is followed breadth-first, the rest depth-first.
    var first = 0
    var outcome = try tracker.begin()
    let before = Int.random(in: 0...lines.count, using: &generator)
    while first < before, case .fits = outcome {
      outcome = tracker.advance(lines[first].observation)
      first += 1
    }
    guard case .fits = outcome else { return }
    let rest = lines[first...].map(\.observation)
    let search = DepthFirstVerification(
      tracker, rest, order: TotalOrder(count: rest.count), isReversed: generator.chance(0.5))
    switch search.run() {
    case .accepted: #expect(reference.ending == .accepted, "\(label), depth first")
    case .rejected:
      #expect(reference.ending == .rejected, "\(label), depth first")
      #expect(first + search.followedCount + 1 == reference.line, "\(label), depth first")
    case .unsettled:
      counts.unsettled += 1
      #expect(reference.meetsBroken, "\(label), depth first")
    case let other: Issue.record("\(label), depth first: \(other)")
    }
  }

  /// Events of several processes: accepted where some order that the constraints allow is accepted.
  @Test func partialOrders() throws {
    var accepted = 0
    for seed in 0..<1500 {
      var generator = SplitMix64(seed: 800_000 + seed)
      var table = randomTable(using: &generator)
      (table.broken, table.brokenSteps) = ([], [])
      let system = try TableSpecification<Narrow>(table: table).lowered()
      let count = Int.random(in: 1...6, using: &generator)
      var lines = Reference.Line.random(of: table, count: count, Reference.Hidden(actions: [], limit: 0), &generator)
      if generator.chance(0.7) { lines.shuffle(using: &generator) }
      let processes = Int.random(in: 1...3, using: &generator)
      let owners = lines.map { _ in Int.random(in: 0..<processes, using: &generator) }
      // Events come after some that stand before them, so that there is an order at all.
      var after = lines.map { _ in [Int32](repeating: 0, count: processes) }
      for event in lines.indices {
        for process in 0..<processes where process != owners[event] && generator.chance(0.3) {
          let earlier = owners[..<event].count { $0 == process }
          after[event][process] = Int32(Int.random(in: 0...earlier, using: &generator))
        }
      }
      let order = PartialOrder(
        processCount: processes,
        events: lines.indices.map {
          .init(process: owners[$0], after: after[$0], rank: Double(Int.random(in: 0..<3, using: &generator)))
        })
      let expected = Reference(table, .init(actions: [], limit: 0)).mostFollowed(lines, owners, after)
      let tracker = LogTracker(system)
      _ = try tracker.begin()
      let search = DepthFirstVerification(tracker, lines.map(\.observation), order: order)
      switch search.run() {
      case .accepted:
        accepted += 1
        #expect(expected == lines.count, "seed \(seed)")
      case .rejected: #expect(search.followedCount == expected && expected < lines.count, "seed \(seed)")
      case let other: Issue.record("seed \(seed): \(other)")
      }
    }
    #expect(accepted > 200 && accepted < 1300, "\(accepted)")
  }

  /// The path to a state that a log leads to is a behaviour that fits the log.
  @Test func tracesFit() throws {
    for seed in 0..<300 {
      var generator = SplitMix64(seed: 900_000 + seed)
      var table = randomTable(using: &generator)
      (table.broken, table.brokenSteps) = ([], [])
      let system = try TableSpecification<Narrow>(table: table).lowered()
      let hidden = Reference.Hidden.random(using: &generator)
      let lines = Reference.Line.random(of: table, count: 8, hidden, &generator)
      var options = LogTracker.Options()
      options.hidden = HiddenSteps(actions: hidden.actions, limit: hidden.limit)
      let tracker = LogTracker(system, options: options)
      _ = try tracker.begin()
      for line in lines { guard case .fits = tracker.advance(line.observation) else { break } }
      for index in 0..<min(tracker.stateCount, 3) {
        let trace = try #require(tracker.trace(of: index), "seed \(seed)")
        let replay = try Checker(system).replay(trace.token)
        #expect(replay.trace.steps.count == trace.steps.count, "seed \(seed)")
      }
    }
  }
}
