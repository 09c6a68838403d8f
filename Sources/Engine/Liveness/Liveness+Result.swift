extension Liveness {
  /// Writes what has come of the properties into a result, each counterexample replayed and checked once more.
  func add(to result: inout CheckResult, _ system: TransitionSystem) {
    for property in properties {
      let outcome = outcomes[property.index] ?? LivenessOutcome(obstacle: .stopped)
      var temporal = CheckResult.Temporal(
        productStates: outcome.productStates,
        isCut: outcome.isCut || property.automaton.automaton.entersAnywhere && result.statesOutsideConstraint > 0,
        isVacuous: outcome.isVacuous, needs: outcome.needs, excludedBy: [], obstacle: nil)
      if let lasso = outcome.lasso {
        let check = replay(lasso, property, system)
        temporal.excludedBy = check.excludedBy
        result.properties[property.index].verdict = .violated
        result.properties[property.index].trace = try? Trace(check)
      } else if outcome.obstacle != nil || !result.isComplete {
        result.properties[property.index].verdict = .inconclusive
        temporal.obstacle = outcome.obstacle?.rawValue
      }
      result.properties[property.index].temporal = temporal
    }
  }

  private func replay(_ lasso: Lasso, _ property: Property, _ system: TransitionSystem) -> LassoCheck {
    do {
      let check = try LassoCheck(lasso, of: system, property.conditions)
      precondition(check.isFair, "a counterexample to \"\(system.properties[property.index].name)\" is not fair")
      precondition(
        check.violates(property.automaton.property),
        "a counterexample satisfies \"\(system.properties[property.index].name)\"")
      return check
    } catch {
      preconditionFailure("a lasso does not survive its replay: \(error)")
    }
  }
}

extension Trace {
  /// The trace of a lasso that was replayed.
  init(_ check: LassoCheck) throws(ReplayFailure) {
    try self.init(check.lasso.path, of: check.system)
    loop = check.lasso.loop
    token = ReplayToken(
      check.lasso.path, failing: nil, loop: check.lasso.loop, fingerprint: check.system.fingerprint)
    for (position, texts) in check.satisfied.enumerated() where !check.lasso.stops {
      steps[check.lasso.loop + position + 1].fairness += texts.step
      // The loop's first state is also its last one, which is shown on the loop.
      steps[position == 0 ? steps.count - 1 : check.lasso.loop + position].fairness += texts.state
    }
  }
}
