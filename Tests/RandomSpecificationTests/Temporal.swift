/// Decides temporal properties by the product of a graph with all guesses of what is true at each step.
///
/// A node of the product is a step of a behaviour together with a guess, for each temporal operator of the formula,
/// whether it is true (of `next` and of the rest of the behaviour) at the step after. Two nodes follow each other if the
/// second one makes true what the first one guessed. (Lichtenstein, Pnueli, "Checking that finite state concurrent
/// programs satisfy their linear specification", 1985, without any of its economies.)
struct TemporalGraph {
  struct Edge {
    var source: Int
    var target: Int
    /// Whether the behaviour stops here: the step is repeated for ever.
    var isStop = false
    /// Conditions of fairness that it satisfies by being taken, and those that are enabled in its source.
    var taken: Set<Condition> = []
  }

  /// An assumption of fairness: of an action, or of one of its instances.
  struct Condition: Hashable {
    /// The action, or the group of actions that are taken together.
    var subject: Int
    var instance: [Plain]?
    var isStrong: Bool
  }

  let interpreter: Interpreter
  var states: [Plain] = []
  var initial: [Int] = []
  var edges: [Edge] = []
  /// By state.
  var outgoing: [[Int]] = []
  var enabled: [Set<Condition>] = []
  var conditions: Set<Condition> = []

  /// All states within the constraint, and the steps that change something.
  ///
  /// - Returns: nil if there are more states than the limit, or if the specification fails.
  init?(_ interpreter: Interpreter, fairness: (Int) -> RandomFairness, isOfParts: Bool = true, limit: Int) {
    self.interpreter = interpreter
    let constraint = interpreter.specification.constraint
    var numbers: [Plain: Int] = [:]
    var failed = false
    func number(_ state: Plain, _ graph: inout TemporalGraph) -> Int? {
      if let known = numbers[state] { return known }
      if let constraint, (try? interpreter.evaluate(constraint, interpreter.environment(state)).isTrue) != true {
        return nil
      }
      numbers[state] = graph.states.count
      graph.states.append(state)
      return graph.states.count - 1
    }
    guard let initialStates = try? interpreter.initialStates() else { return nil }
    initial = Set(initialStates.compactMap { number($0, &self) }).sorted()
    var next = 0
    while next < states.count {
      if states.count > limit { return nil }
      var taken: [Int: Set<Condition>] = [:]
      var enabled: Set<Condition> = []
      for step in interpreter.steps(from: states[next], failed: &failed) where step.target != states[next] {
        let fairness = fairness(step.action)
        var conditions: Set<Condition> = []
        if step.isFair == nil && isOfParts { failed = true }
        if let strength = fairness.strength, step.isFair ?? true || !isOfParts {
          conditions.insert(
            Condition(
              subject: fairness.group.map { -1 - $0 } ?? step.action,
              instance: fairness.isOfFirst ? [step.instance[0]] : fairness.isEach ? step.instance : nil,
              isStrong: strength == .strong))
        }
        enabled.formUnion(conditions)
        if let target = number(step.target, &self) { taken[target, default: []].formUnion(conditions) }
      }
      self.enabled.append(enabled)
      conditions.formUnion(enabled)
      outgoing.append([])
      edges.append(Edge(source: next, target: next, isStop: true))
      outgoing[next].append(edges.count - 1)
      for (target, conditions) in taken {
        edges.append(Edge(source: next, target: target, taken: conditions))
        outgoing[next].append(edges.count - 1)
      }
      next += 1
    }
    if failed { return nil }
  }

  /// Whether some fair behaviour violates a formula.
  func violates(_ formula: RandomFormula) -> Bool? { satisfiable(.not(formula)) }

  /// Whether there is a fair behaviour at all.
  var hasFairBehaviour: Bool { satisfiable(.now(.literal(.bool, .bool(true)))) ?? true }

  // MARK: The product

  /// Whether a fair behaviour satisfies a formula; nil when the product is too large.
  private func satisfiable(_ formula: RandomFormula) -> Bool? {
    let tableau = Tableau(formula)
    let guesses = 1 << tableau.temporal.count
    guard guesses * edges.count <= 400_000 else { return nil }
    // What is true at each node: by edge and guess.
    var truth = [Tableau.Truth](repeating: Tableau.Truth(), count: edges.count * guesses)
    for (index, edge) in edges.enumerated() {
      let atoms = tableau.atoms.map { isTrue($0, edge) }
      for guess in 0..<guesses { truth[index * guesses + guess] = tableau.truth(atoms: atoms, guess: guess) }
    }
    // Nodes by the edge and by what they make true.
    var byTruth: [Int: [Int: [Int]]] = [:]
    for node in truth.indices { byTruth[node / guesses, default: [:]][truth[node].needed, default: []].append(node) }
    func successors(_ node: Int) -> [Int] {
      let edge = edges[node / guesses]
      let next = edge.isStop ? [node / guesses] : outgoing[edge.target]
      return next.flatMap { byTruth[$0]?[node % guesses] ?? [] }
    }
    let roots = initial.flatMap { outgoing[$0] }.flatMap { edge in
      (0..<guesses).map { edge * guesses + $0 }.filter { truth[$0].isTrue }
    }
    var reached = Set(roots)
    var rest = roots
    while let node = rest.popLast() {
      for next in successors(node) where reached.insert(next).inserted { rest.append(next) }
    }
    return hasFairCycle(reached, successors) { node in
      let edge = edges[node / guesses]
      return Labels(
        fulfilled: truth[node].fulfilled, taken: edge.taken, enabled: enabled[edge.source])
    } isFulfilled: {
      $0 == tableau.allFulfilled
    }
  }

  private struct Labels {
    var fulfilled: UInt64
    var taken: Set<Condition>
    var enabled: Set<Condition>
  }

  /// Whether some cycle of nodes fulfils what is promised and is fair: strongly connected components, each of which is
  /// looked at once more without the states in which a strong condition is enabled that is never taken.
  private func hasFairCycle(
    _ nodes: Set<Int>, _ successors: (Int) -> [Int], labels: (Int) -> Labels, isFulfilled: (UInt64) -> Bool
  ) -> Bool {
    for component in Components(nodes, successors).cyclic {
      var fulfilled: UInt64 = 0
      var taken: Set<Condition> = []
      var sometimes: Set<Condition> = []
      var always = conditions
      for node in component {
        let labels = labels(node)
        fulfilled |= labels.fulfilled
        taken.formUnion(labels.taken)
        sometimes.formUnion(labels.enabled)
        always.formIntersection(labels.enabled)
      }
      guard isFulfilled(fulfilled), always.subtracting(taken).allSatisfy(\.isStrong) else { continue }
      let missing = sometimes.subtracting(taken).filter(\.isStrong)
      if missing.isEmpty { return true }
      let others = Set(component).filter { labels($0).enabled.isDisjoint(with: missing) }
      if hasFairCycle(others, successors, labels: labels, isFulfilled: isFulfilled) { return true }
    }
    return false
  }

  private func isTrue(_ atom: RandomFormula, _ edge: Edge) -> Bool {
    var environment = interpreter.environment(states[edge.source])
    environment[Variable.after.number] = states[edge.target]
    switch atom {
    case .now(let condition), .step(let condition):
      return (try? interpreter.evaluate(condition, environment).isTrue) ?? false
    default: preconditionFailure("\(atom) is no predicate")
    }
  }
}
