/// What a specification does, found out state by state.
struct Exploration {
  enum Verdict: String { case holds, violated, inconclusive, fails = "spec-error" }

  var verdict = Verdict.holds
  /// Whether something is wrong and the specification fails in the same level: then either may be reported.
  var mayFailToo = false
  /// Whether any behaviour is fair and stays within the constraint; known where there are temporal properties.
  var hasFairBehaviour = true
  var distinct = 0
  var generated = 0
  var depth = 0
  var outside = 0
  /// By action: in how many states it is enabled, and how many instances were taken.
  var enabled: [Int] = []
  var taken: [Int] = []
  /// By property, and last the absence of deadlocks: the verdict, and the states of a shortest counterexample.
  var outcomes: [(name: String, verdict: Verdict, length: Int?)] = []
}

extension Interpreter {
  /// Explores level by level; the level in which something is wrong is the last.
  ///
  /// - Parameters:
  ///   - orbits: For a symmetric model, what makes a state the least of its orbit.
  ///   - limit: More states than that are not explored.
  /// - Returns: nil if there are more states.
  func explore(_ model: RandomModel, orbits: Orbits?, limit: Int) -> Exploration? {
    let count = specification.actions.count
    let properties = specification.properties
    var result = Exploration(
      enabled: [Int](repeating: 0, count: count), taken: [Int](repeating: 0, count: count))
    var broken = [Int?](repeating: nil, count: properties.count)
    var reached = [Bool](repeating: false, count: properties.count)
    var deadlock: Int?
    var failed = false
    var seen: Set<Plain> = []
    var depth = 1

    func isTrue(_ condition: RandomExpression, _ environment: Environment) -> Bool {
      do { return try evaluate(condition, environment).isTrue } catch {
        failed = true
        return true
      }
    }
    func visit(_ state: Plain, _ level: inout [Plain]) {
      result.generated += 1
      let state = orbits?.least(state) ?? state
      if seen.contains(state) { return }
      let environment = environment(state)
      for (index, property) in properties.enumerated() {
        switch property.kind {
        case .always(let holds):
          if broken[index] == nil && !isTrue(holds, environment) { broken[index] = depth }
        case .sometimes(let holds):
          if !reached[index] && isTrue(holds, environment) && !failed { reached[index] = true }
        case .step, .temporal: break
        }
      }
      if let constraint = specification.constraint, !isTrue(constraint, environment) {
        result.outside += 1
        return
      }
      seen.insert(state)
      level.append(state)
    }

    var level: [Plain] = []
    do { for state in try initialStates() { visit(state, &level) } } catch { return nil }
    while !level.isEmpty {
      result.depth = depth
      let isWrong = broken.contains { $0 != nil } || deadlock != nil
      if isWrong || failed { break }
      depth += 1
      var next: [Plain] = []
      for state in level {
        let steps = steps(from: state, failed: &failed)
        for step in steps { result.taken[step.action] += 1 }
        for action in Set(steps.map(\.action)) { result.enabled[action] += 1 }
        for step in steps {
          for (index, property) in properties.enumerated() {
            guard case .step(let holds) = property.kind, broken[index] == nil else { continue }
            var environment = environment(state)
            environment[Variable.after.number] = step.target
            if !isTrue(holds, environment) { broken[index] = depth }
          }
          visit(step.target, &next)
        }
        if steps.isEmpty && !model.mayStopAnywhere
          && !(specification.mayStop.map { isTrue($0, environment(state)) } ?? false)
        {
          deadlock = deadlock ?? depth - 1
        }
        if seen.count > limit || result.generated > 10 * limit { return nil }
      }
      level = next
    }
    result.distinct = seen.count
    let isWrong = broken.contains { $0 != nil } || deadlock != nil
    // Where no initial state is within the constraint, nothing was checked.
    result.verdict = isWrong ? .violated : failed ? .fails : seen.isEmpty ? .inconclusive : .holds
    result.mayFailToo = isWrong && failed
    for (index, property) in properties.enumerated() {
      let verdict: Exploration.Verdict =
        switch property.kind {
        case .always, .step: broken[index] != nil ? .violated : result.verdict == .holds ? .holds : .inconclusive
        case .sometimes: reached[index] ? .holds : result.verdict == .holds ? .violated : .inconclusive
        case .temporal: .inconclusive
        }
      result.outcomes.append((property.name, verdict, broken[index]))
    }
    result.outcomes.append(
      ("deadlock", deadlock != nil ? .violated : result.verdict == .holds ? .holds : .inconclusive, deadlock))
    if result.outcomes.contains(where: { $0.verdict == .violated }) { result.verdict = .violated }
    return result
  }
}
