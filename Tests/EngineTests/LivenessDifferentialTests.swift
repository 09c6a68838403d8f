import DistCheck
import DistCheckTemporal
import Testing

@testable import DistCheckEngine
import TestSupport

/// Random systems with random fairness and random temporal properties.
@Suite(.needsOptimization) struct LivenessDifferentialTests {
  private func table<State: Numbered>(_ type: State.Type, states: Int, using generator: inout SplitMix64) -> TableSystem
  {
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
    table.fairParts = radices.enumerated().map { action, counts in
      if generator.chance(0.6) { return nil }
      // The last action is asked about its first parameter only.
      let ordinals = counts.reduce(1, *)
      return Set(
        (0..<State.count).flatMap { state in
          let chosen = (0..<ordinals).filter { _ in generator.chance(0.5) }
          let isByFirst = action == 4
          return (0..<ordinals).filter { chosen.contains(isByFirst ? $0 % 2 : $0) }.map { state * 16 + $0 }
        })
    }
    // Parameters of one type, at different positions.
    if generator.chance(0.2) {
      let fairness: Fairness = Bool.random(using: &generator) ? .weak : .strong
      table.fairness[2] = fairness.each(0).together("bit")
      table.fairness[3] = fairness.each(1).together("bit")
      table.fairness[4] = fairness.each(Int.random(in: 0..<4, using: &generator)).together("bit")
    }
    table.temporal = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
      .random(stateCount: State.count, using: &generator)
    }
    return table
  }

  private func compare<State: Numbered>(_ type: State.Type, seeds: Range<Int>) throws {
    let layout = try Layout.of(State.self)
    let values = (0..<State.count).map { number in
      withUnsafeBytes(of: State(number: number)) { layout.value(at: $0.baseAddress!) }
    }
    var found = (violated: 0, stops: 0, holds: 0, empty: 0)
    for seed in seeds {
      var generator = SplitMix64(seed: seed)
      let table = table(type, states: Int.random(in: 1...9, using: &generator), using: &generator)
      let system = try TableSpecification<State>(table: table).lowered()
      let searches = searches.prefix(4) + changingSearches
      let results = searches.map { Checker(system, options: $0.options).check() }
      for (search, result) in zip(searches, results).dropFirst() {
        expectSame(result, results[0], "seed \(seed), \(search.label)")
      }
      if table.initial.allSatisfy({ table.isOutside[$0] }) {
        #expect(results[0].stopReason == .constraint && results[0].verdict == .inconclusive, "seed \(seed)")
        continue
      }
      #expect(results[0].isComplete, "seed \(seed)")
      for (index, property) in table.temporal.enumerated() {
        let graph = LivenessGraph(table, property, radices: TableSpecification<State>.radices)
        let result = results[0].properties[index]
        let expected = LivenessReference(graph, property.formula).shortest()
        let label: Comment = "seed \(seed): \(property.formula)"
        #expect((result.verdict == .violated) == (expected != nil), label)
        if result.verdict != .violated && !results[0].properties.contains(where: { $0.verdict == .violated }) {
          let isEmpty = LivenessReference(graph, .constant(false)).shortest() == nil
          #expect((result.verdict == .inconclusive) == isEmpty, label)
          if isEmpty {
            found.empty += 1
            continue
          }
        }
        guard let trace = result.trace, let loop = trace.loop else {
          found.holds += 1
          try expectNeeds(result, table, property, label)
          continue
        }
        // The engine also looks for what is shorter than anything in the product.
        #expect(trace.steps.count - 1 <= expected ?? 0, label)
        expectExecution(trace, table, radices: TableSpecification<State>.radices, seed: seed) { values[$0] }
        // The formula itself says that it is violated.
        let numbers = trace.steps.map { step in values.firstIndex { $0 == step.state }! }
        var letters = zip(numbers, numbers.dropFirst()).map { graph.letter($0, $1) }
        if loop == numbers.count - 1 {
          letters.append(graph.letter(numbers.last!, numbers.last!))
          found.stops += 1
        } else {
          #expect(numbers.last == numbers[loop], label)
          found.violated += 1
        }
        #expect(!property.formula.holds(stem: Array(letters[..<loop]), loop: Array(letters[loop...])), label)
        try expectExclusions(result, trace, system, label)
        // And the token stands for the same behaviour.
        let replay = try Checker(system).replay(try #require(ReplayToken(trace.token.description)))
        #expect(replay.violated.contains("temporal \(index)"), label)
        #expect(replay.trace.steps.count == trace.steps.count && replay.trace.loop == loop, label)
      }
    }
    #expect(found.violated > 20 && found.stops > 20 && found.holds > 20 && found.empty > 0, "\(found)")
  }

  /// What a property is said to need is enough, and none of it can be left out, or made weak.
  private func expectNeeds(
    _ property: CheckResult.Property, _ table: TableSystem, _ temporal: TemporalTable, _ label: Comment
  ) throws {
    let needs = try #require(property.temporal?.needs, label)
    /// Whether the property holds when the actions have this fairness.
    func holds(_ fairness: [Fairness]) -> Bool {
      var copy = table
      copy.fairness = fairness
      let graph = LivenessGraph(copy, temporal, radices: TableSpecification<Narrow>.radices)
      return LivenessReference(graph, temporal.formula).shortest() == nil
    }
    // Groups have no description of their own here.
    guard table.fairness.allSatisfy({ $0.group == nil }) else { return }
    let least: [Fairness] = table.fairness.enumerated().map { action, fairness in
      let mine = needs.filter { $0.contains("fairness of \(action)") || $0.contains("fairness of each \(action)") }
      guard let need = mine.first else { return .none }
      #expect(mine.count == 1, label)
      return need.hasPrefix("weak") ? fairness.withStrength(.weak) : fairness
    }
    #expect(needs.count == least.count { $0 != .none }, label)
    #expect(holds(least), label)
    for action in least.indices where least[action] != .none {
      var fewer = least
      fewer[action] = .none
      #expect(!holds(fewer), label)
      if least[action].strength == .strong {
        fewer[action] = least[action].withStrength(.weak)
        #expect(!holds(fewer), label)
      }
    }
  }

  /// The same for a graph whose assumptions are of actions.
  private func expectNeeds(
    _ property: CheckResult.Property, _ graph: LivenessGraph, _ formula: LTL, _ label: Comment
  ) throws {
    var least: [String: Fairness.Strength] = [:]
    for need in try #require(property.temporal?.needs, label) {
      let words = need.split(separator: " ", maxSplits: 2)
      least[String(words[2].replacing("of each ", with: "").replacing("of ", with: ""))] =
        words[0] == "weak" ? .weak : .strong
    }
    func holds(_ strengths: [String: Fairness.Strength]) -> Bool {
      var copy = graph
      copy.strengths = graph.actions.map { strengths[$0] }
      return LivenessReference(copy, formula).shortest() == nil
    }
    #expect(holds(least), label)
    for (action, strength) in least where graph.actions.contains(action) {
      for weaker in strength == .strong ? [nil, Fairness.Strength.weak] : [nil] {
        var fewer = least
        fewer[action] = weaker
        #expect(!holds(fewer), "\(label): \(action)")
      }
    }
  }

  /// What is said to exclude a behaviour does.
  private func expectExclusions(
    _ property: CheckResult.Property, _ trace: Trace, _ system: TransitionSystem, _ label: Comment
  ) throws {
    for exclusion in property.temporal?.excludedBy ?? [] {
      var copy = system
      let words = exclusion.split(separator: ",")[0].split(separator: " ")
      let action = copy.actions.firstIndex { $0.name == words.last! }!
      let strength: Fairness = words[0] == "weak" ? .weak : .strong
      copy.actions[action].fairness = exclusion.contains("each") ? strength.each : strength
      copy.actions[action].isFair = nil
      let lasso = Lasso(path: trace.token.path, loop: try #require(trace.token.loop))
      #expect(try !LassoCheck(lasso, of: copy, FairnessConditions(copy)).isFair, label)
    }
  }

  @Test func systemsOfOneWord() throws { try compare(Narrow.self, seeds: 0..<600) }
  @Test func systemsOfManyWords() throws { try compare(ManyWords.self, seeds: 600..<900) }
  @Test func systemsWithPayloads() throws { try compare(Rich.self, seeds: 900..<1200) }

  /// Symmetry, where steps of several actions lead to different states of one orbit.
  @Test(arguments: 0..<4) func ruledRegisters(batch: Int) throws {
    var found = (violated: 0, holds: 0)
    for seed in batch * 100..<batch * 100 + 100 {
      var generator = SplitMix64(seed: seed)
      let formula = LTL.plain(nodes: Int.random(in: 2...5, using: &generator), atoms: 5, using: &generator)
      let specification = RuledRegisters(
        rules: (0..<Int.random(in: 2...4, using: &generator)).map { _ in .random(using: &generator) }, temporal: formula
      )
      var system = try specification.lowered()
      let label: Comment = "seed \(seed): \(formula)"
      let plain = Checker(system, options: SearchOptions(threads: 1, storage: .full)).check()
      guard case .temporal(let property) = system.properties[0].predicate else { continue }
      let reference = LivenessReference(LivenessGraph(system), property.formula).shortest()
      #expect((plain.properties[0].verdict == .violated) == (reference != nil), label)
      if reference == nil { found.holds += 1 } else { found.violated += 1 }
      system.isSymmetric = true
      let orbits = Checker(system, options: SearchOptions(threads: 1, storage: .full)).check()
      #expect(orbits.fault == nil, label)
      #expect(orbits.properties[0].verdict == plain.properties[0].verdict, label)
      if let trace = orbits.properties[0].trace {
        #expect(try Checker(system).replay(trace.token).violated == ["temporal"], label)
        let lasso = Lasso(path: trace.token.path, loop: try #require(trace.token.loop))
        #expect(try LassoCheck(lasso, of: system, FairnessConditions(system)).isFair, label)
      }
      for search in searches.prefix(4) {
        expectSame(
          Checker(system, options: search.options).check(), orbits, "seed \(seed), symmetry, \(search.label)")
      }
    }
    #expect(found.violated > 4 && found.holds > 4, "\(found)")
  }

  /// Symmetry, many messages that are each fair, and all that can be combined.
  @Test(arguments: 0..<4) func ruledNodes(batch: Int) throws {
    var found = (violated: 0, holds: 0)
    for seed in batch * 40..<batch * 40 + 40 {
      var generator = SplitMix64(seed: seed)
      var specification = RuledNodes(rules: .random(using: &generator))
      let isOfInstances = generator.chance(0.4)
      specification.fairness = (0..<6).map { _ in
        let fairness: Fairness = [.none, .weak, .weak, .strong].randomElement(using: &generator)!
        return isOfInstances && generator.chance(0.7) ? fairness.each : fairness
      }
      let formula = LTL.plain(nodes: Int.random(in: 2...6, using: &generator), atoms: 7, using: &generator)
      specification.temporal = formula
      var system = try specification.lowered()
      let label: Comment = "seed \(seed): \(formula)"
      let plain = Checker(system, options: SearchOptions(threads: 1, storage: .full)).check()
      for search in searches.prefix(4) {
        expectSame(Checker(system, options: search.options).check(), plain, "seed \(seed), \(search.label)")
      }
      let isViolated = plain.properties[0].verdict == .violated
      if isViolated { found.violated += 1 } else { found.holds += 1 }
      system.isSymmetric = true
      let orbits = Checker(system).check()
      #expect(orbits.fault == nil, label)
      if isOfInstances
        && system.actions.contains(where: { $0.fairness.strength != nil && $0.fairness.scope != .action })
      {
        #expect(orbits.properties[0].verdict == .inconclusive, label)
        #expect(orbits.properties[0].temporal?.obstacle != nil, label)
      } else {
        #expect(orbits.properties[0].verdict == plain.properties[0].verdict, label)
        if let trace = orbits.properties[0].trace {
          #expect(try Checker(system).replay(trace.token).violated == ["temporal"], label)
        }
      }
      if plain.distinctStates < 150 {
        guard case .temporal(let property) = system.properties[0].predicate else { continue }
        let reference = LivenessReference(LivenessGraph(system), property.formula)
        #expect((reference.shortest() != nil) == isViolated, label)
        if !isViolated { try expectNeeds(plain.properties[0], LivenessGraph(system), property.formula, label) }
      }
    }
    #expect(found.violated > 5 && found.holds > 5, "\(found)")
  }
}

extension Fairness {
  fileprivate func withStrength(_ strength: Strength) -> Fairness {
    var copy = self
    copy.strength = strength
    return copy
  }
}
