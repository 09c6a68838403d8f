/// A specification of a size that can be explored, and what is right for each of its models.
struct Expected {
  var specification: RandomSpecification
  var models: [(model: RandomModel, exploration: Exploration)]

  /// Makes what a seed stands for: of some attempts the first one with enough states, or the one with most.
  init(seed: Int) {
    var best: Expected?
    for attempt in 0..<8 {
      guard let expected = Self.fitting(seed: seed, attempt: attempt) else { continue }
      if best == nil || expected.size > best!.size { best = expected }
      if expected.size >= 25 { break }
    }
    guard let best else { preconditionFailure("seed \(seed): too many initial states") }
    self = best
  }

  private var size: Int { models[0].exploration.distinct }

  /// With fewer steps the more states it has.
  private static func fitting(seed: Int, attempt: Int) -> Expected? {
    for isCyclic in [nil, false] as [Bool?] {
      for steps in stride(from: Generator.mostSteps, through: 0, by: -1) {
        let specification = Generator.specification(seed: seed, attempt: attempt, steps: steps, isCyclic: isCyclic)
        if let expected = Expected(specification) { return expected }
        if Generator.isCyclic(specification) { break }
      }
    }
    return nil
  }

  /// - Returns: nil if there are too many states.
  init?(_ specification: RandomSpecification, limit: Int = 2_000) {
    self.specification = specification
    models = []
    let temporal = specification.properties.contains { if case .temporal = $0.kind { true } else { false } }
    for model in specification.models {
      let interpreter = Interpreter(specification, model)
      let orbits = model.isSymmetric ? Orbits(specification.declarations) : nil
      guard var exploration = interpreter.explore(model, orbits: orbits, limit: temporal ? 150 : limit) else {
        return nil
      }
      if temporal && !exploration.isUnsafe {
        guard exploration.addTemporal(interpreter, model) else { return nil }
      }
      models.append((model, exploration))
    }
  }
}

extension Exploration {
  /// Whether a state, a step or a deadlock is wrong: then temporal properties are not decided.
  var isUnsafe: Bool { verdict == .fails || outcomes.contains { $0.verdict == .violated && $0.length != nil } }

  /// Decides the temporal properties.
  ///
  /// - Returns: Whether that could be done.
  fileprivate mutating func addTemporal(_ interpreter: Interpreter, _ model: RandomModel) -> Bool {
    let actions = interpreter.specification.actions
    guard
      let graph = TemporalGraph(
        interpreter, fairness: { model.fairness ?? actions[$0].fairness }, isOfParts: model.fairness == nil,
        limit: 150)
    else { return false }
    hasFairBehaviour = graph.hasFairBehaviour
    for (index, property) in interpreter.specification.properties.enumerated() {
      guard case .temporal(let formula) = property.kind else { continue }
      guard let isViolated = graph.violates(formula) else { return false }
      outcomes[index].verdict = isViolated ? .violated : .holds
      if isViolated { verdict = .violated }
    }
    return true
  }
}
