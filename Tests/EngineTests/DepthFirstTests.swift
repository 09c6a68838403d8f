import DistCheck
import DistCheckEngine
import Testing
import TestSupport

/// Depth-first search and iterative deepening, against breadth-first search over tables.
@Suite(.needsOptimization) struct DepthFirstTests {
  private typealias Strategy = SearchOptions.Strategy

  /// A random system, in two forms.
  private struct Sample {
    var table: TableSystem
    var system: TransitionSystem
    var instanceCounts: [Int]
    var seed: Int
    private let encoding: RandomEncoding

    init(seed: Int) {
      var generator = SplitMix64(seed: seed)
      let encoding = RandomEncoding(
        count: Int.random(in: 1...120, using: &generator), fieldCount: Int.random(in: 1...5, using: &generator),
        using: &generator)
      let instanceCounts = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
        Int.random(in: 1...5, using: &generator)
      }
      let table = TableSystem.random(
        stateCount: encoding.words.count, instanceCounts: instanceCounts, using: &generator)
      (self.seed, self.encoding, self.instanceCounts, self.table) = (seed, encoding, instanceCounts, table)
      system = TransitionSystem(table, encoding)
    }

    func value(_ number: Int) -> Value { encoding.layout.value(at: encoding.words[number]) }

    /// Whether a trace is an execution, and ends in what it is said to show.
    func expectShown(_ property: CheckResult.Property, _ label: String) {
      guard let trace = property.trace else {
        Issue.record("\(label): \(property.name) has no trace")
        return
      }
      expectExecution(trace, table, radices: instanceCounts.map { [$0] }, seed: seed, value: value)
      let number = Int(property.name.split(separator: " ").last!) ?? 0
      let states = trace.steps.map { step in (0..<table.stateCount).first { value($0) == step.state }! }
      switch property.kind {
      case .always: #expect(table.broken[number].contains(states.last!), "\(label)")
      case .step:
        let step = states.dropLast().last! * table.stateCount + states.last!
        #expect(table.brokenSteps[number].contains(step), "\(label)")
      case .sometimes: #expect(table.goals[number].contains(states.last!), "\(label)")
      case .temporal: break
      case .deadlock:
        #expect(!table.mayStop[states.last!], "\(label)")
        #expect(table.actions.allSatisfy { $0[states.last!].allSatisfy { $0 == nil } }, "\(label)")
      }
    }
  }

  private func check(_ system: TransitionSystem, _ strategy: Strategy, _ bounds: Bounds = Bounds()) -> CheckResult {
    let witnesses = Set(system.properties.map(\.name))
    return Checker(
      system, bounds: bounds, options: SearchOptions(strategy: strategy), wantedWitnesses: witnesses
    ).check()
  }

  /// The length of the shortest counterexample to each property, the deadlock last; nil where there is none, or the
  /// property is a `sometimes`.
  private func shortest(_ reference: ReferenceResult) -> [Int?] {
    reference.invariants + reference.steps + reference.isReached.map { _ in nil } + [reference.deadlock]
  }

  @Test func everythingIsFound() {
    var verdicts: [CheckResult.Verdict: Int] = [:]
    for seed in 0..<1000 {
      let sample = Sample(seed: seed)
      let reference = sample.table.explore(goesOn: true)
      let first = sample.table.explore()
      let violable = shortest(reference)
      for strategy in [Strategy.depthFirst, .iterativeDeepening] {
        let label = "seed \(seed), \(strategy)"
        let result = check(sample.system, strategy)
        verdicts[result.verdict, default: 0] += 1
        #expect(result.strategy == strategy && result.threads == 1, "\(label)")
        let isEmpty = reference.distinct == 0 && !reference.isViolated
        #expect(result.fault?.fault == nil && result.stopReason == (isEmpty ? .constraint : nil), "\(label)")
        #expect(result.isComplete == (!reference.isViolated && !isEmpty), "\(label)")
        #expect(result.holds == (result.isComplete && reference.isReached.allSatisfy { $0 }), "\(label)")
        if result.isComplete {
          #expect(result.distinctStates == reference.distinct, "\(label)")
          #expect(result.unexploredStates == 0, "\(label)")
          if strategy == .depthFirst {
            // No bound is met, so everything is done once.
            #expect(result.generatedStates == reference.generated, "\(label)")
            #expect(result.actions.map(\.coverage.taken) == reference.coverage.map(\.taken), "\(label)")
            #expect(result.actions.map(\.coverage.enabled) == reference.coverage.map(\.enabled), "\(label)")
            #expect(result.statesOutsideConstraint == reference.outside, "\(label)")
            #expect(result.depth >= reference.depth, "\(label)")
          } else {
            #expect(result.depth == reference.depth, "\(label)")
          }
        }
        for (property, length) in zip(result.properties, violable) {
          if property.kind == .sometimes {
            let isReached = reference.isReached[Int(property.name.split(separator: " ").last!)!]
            if result.isComplete { #expect((property.verdict == .holds) == isReached, "\(label)") }
            if property.verdict == .holds { sample.expectShown(property, label) }
          } else if property.verdict == .violated {
            sample.expectShown(property, label)
            #expect(length != nil, "\(label)")
            // What is wrong first is at most one state longer than what is wrong at all: a deadlock shows late.
            if strategy == .iterativeDeepening {
              #expect(property.trace?.steps.count == length, "\(label)")
              let least = shortest(first).compactMap { $0 }.min()!
              #expect(length! - least <= (first.deadlock == least ? 1 : 0), "\(label)")
            }
          }
        }
      }
    }
    #expect(verdicts[.holds, default: 0] > 300 && verdicts[.violated, default: 0] > 300, "\(verdicts)")
  }

  /// Under a bound everything that a path of so many states shows is found, and no more is claimed.
  @Test func everythingWithinTheBound() {
    var verdicts: [CheckResult.Verdict: Int] = [:]
    for seed in 0..<1000 {
      let sample = Sample(seed: seed)
      for bound in [1, 2, 3, 5, 9] {
        let reference = sample.table.explore(mostDepth: bound, goesOn: true)
        for strategy in [Strategy.depthFirst, .iterativeDeepening] {
          let label = "seed \(seed), \(strategy), at most \(bound)"
          let result = check(sample.system, strategy, Bounds(maxDepth: bound))
          verdicts[result.verdict, default: 0] += 1
          let isViolated = result.properties.contains { $0.verdict == .violated && $0.kind != .sometimes }
          #expect(isViolated == reference.isViolated, "\(label)")
          for (property, length) in zip(result.properties, shortest(reference)) where property.trace != nil {
            sample.expectShown(property, label)
            #expect(property.trace!.steps.count <= bound, "\(label)")
            if strategy == .iterativeDeepening && property.kind != .sometimes {
              #expect(property.trace!.steps.count == length, "\(label)")
            }
          }
          if isViolated { continue }
          #expect(result.distinctStates == reference.distinct, "\(label)")
          #expect(result.unexploredStates == reference.cutOff, "\(label)")
          let stop: StopReason? = reference.cutOff > 0 ? .maxDepth : reference.distinct == 0 ? .constraint : nil
          #expect(result.isComplete == (stop == nil), "\(label)")
          #expect(result.stopReason == stop, "\(label)")
          if reference.cutOff > 0 {
            #expect(result.verdict == .inconclusive, "\(label)")
            #expect(result.depth == bound, "\(label)")
          }
          for property in result.properties where property.kind == .sometimes {
            let isReached = reference.isReached[Int(property.name.split(separator: " ").last!)!]
            #expect((property.verdict == .holds) == isReached, "\(label)")
          }
        }
      }
    }
    #expect(verdicts[.holds, default: 0] > 300 && verdicts[.inconclusive, default: 0] > 300, "\(verdicts)")
  }

  /// The same verdict and the same states as breadth-first search under the same bound.
  @Test func agreesWithBreadthFirst() {
    for seed in 0..<300 {
      let sample = Sample(seed: seed)
      for bound in [2, 4, 7] {
        let results = [Strategy.breadthFirst, .depthFirst, .iterativeDeepening].map {
          check(sample.system, $0, Bounds(maxDepth: bound))
        }
        guard results.allSatisfy({ $0.verdict == .inconclusive || $0.verdict == .holds }) else { continue }
        for result in results.dropFirst() {
          #expect(result.verdict == results[0].verdict, "seed \(seed), at most \(bound)")
          #expect(result.distinctStates == results[0].distinctStates, "seed \(seed), at most \(bound)")
          #expect(result.unexploredStates == results[0].unexploredStates, "seed \(seed), at most \(bound)")
        }
      }
    }
  }
}
