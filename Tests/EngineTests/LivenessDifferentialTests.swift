import DistCheck
import DistCheckEngine
import DistCheckTemporal
import Testing

/// Random systems with random fairness and random temporal properties.
@Suite struct LivenessDifferentialTests {
  func table<State: Numbered>(_ type: State.Type, states: Int, using generator: inout SplitMix64) -> TableSystem {
    let radices = TableSpecification<State>.radices
    var table = TableSystem.random(
      stateCount: State.count, instanceCounts: radices.map { $0.reduce(1, *) }, using: &generator)
    // Few states, so that everything can be tried; and nothing else that can be wrong.
    for action in table.actions.indices {
      for state in 0..<State.count {
        table.actions[action][state] = table.actions[action][state].map { $0.map { $0 % states } }
      }
    }
    table.initial = table.initial.map { $0 % states }
    (table.broken, table.brokenSteps, table.goals) = ([], [], [])
    table.mayStop = table.mayStop.map { _ in true }
    table.fairness = radices.map { .random(parameters: $0.count, using: &generator) }
    // At most eleven conditions or so.
    for action in 2..<radices.count {
      if case .each(let parameters) = table.fairness[action].scope, parameters.isEmpty {
        table.fairness[action] = table.fairness[action].each(0)
      }
    }
    table.temporal = [.random(stateCount: State.count, using: &generator)]
    return table
  }

  private func compare<State: Numbered>(_ type: State.Type, seeds: Range<Int>) throws {
    let layout = try Layout.of(State.self)
    let values = (0..<State.count).map { number in
      withUnsafeBytes(of: State(number: number)) { layout.value(at: $0.baseAddress!) }
    }
    var found = (violated: 0, stops: 0, holds: 0)
    for seed in seeds {
      var generator = SplitMix64(seed: seed)
      let table = table(type, states: Int.random(in: 1...9, using: &generator), using: &generator)
      let reference = LivenessReference(table, table.temporal[0], radices: TableSpecification<State>.radices)
      let system = try TableSpecification<State>(table: table).lowered()
      let results = searches.prefix(4).map { Checker(system, options: $0.options).check() }
      for (search, result) in zip(searches, results).dropFirst() {
        expectSame(result, results[0], "seed \(seed), \(search.label)")
      }
      let result = results[0].properties[0]
      let expected = reference.shortest()
      let label: Comment = "seed \(seed): \(table.temporal[0].formula)"
      #expect((result.verdict == .violated) == (expected != nil), label)
      #expect(results[0].isComplete, label)
      guard let trace = result.trace, let loop = trace.loop else {
        found.holds += 1
        continue
      }
      // The engine also looks for what is shorter than anything in the product.
      #expect(trace.steps.count - 1 <= expected ?? 0, label)
      expectExecution(trace, table, radices: TableSpecification<State>.radices, seed: seed) { values[$0] }
      // The formula itself says that it is violated.
      let numbers = trace.steps.map { step in values.firstIndex { $0 == step.state }! }
      var letters = zip(numbers, numbers.dropFirst()).map { reference.letter($0, $1) }
      if loop == numbers.count - 1 {
        letters.append(reference.letter(numbers.last!, numbers.last!))
        found.stops += 1
      } else {
        #expect(numbers.last == numbers[loop], label)
        found.violated += 1
      }
      #expect(
        !table.temporal[0].formula.holds(stem: Array(letters[..<loop]), loop: Array(letters[loop...])), label)
      // And the token stands for the same behaviour.
      let replay = try Checker(system).replay(try #require(ReplayToken(trace.token.description)))
      #expect(replay.violated == ["temporal 0"], label)
      #expect(replay.trace.steps.count == trace.steps.count && replay.trace.loop == loop, label)
    }
    #expect(found.violated > 20 && found.stops > 20 && found.holds > 20, "\(found)")
  }

  @Test func systemsOfOneWord() throws { try compare(Narrow.self, seeds: 0..<600) }
  @Test func systemsOfManyWords() throws { try compare(ManyWords.self, seeds: 600..<900) }
  @Test func systemsWithPayloads() throws { try compare(Rich.self, seeds: 900..<1200) }
}
