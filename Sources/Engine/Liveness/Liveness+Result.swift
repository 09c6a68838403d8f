extension Liveness {
  /// Writes what has come of the properties into a result, each counterexample replayed and checked once more.
  ///
  /// - Parameter control: Of the search. Once that is stopped, there is a moment for traces, and no more.
  func add(to result: inout CheckResult, _ system: TransitionSystem, _ control: UnsafeMutablePointer<SearchControl>) {
    for property in properties {
      let outcome = outcomes[property.index] ?? LivenessOutcome(obstacle: isWanted ? .stopped : .unwanted)
      var temporal = CheckResult.Temporal(
        productStates: outcome.productStates,
        isCut: outcome.isCut || property.automaton.automaton.entersAnywhere && result.statesOutsideConstraint > 0,
        isVacuous: outcome.isVacuous, needs: outcome.needs, excludedBy: [], obstacle: nil)
      if outcome.isViolated {
        result.properties[property.index].verdict = .violated
        let lasso = outcome.lasso?.shortened(
          violating: property.automaton.property, of: system, property.conditions, control)
        if let lasso, let check = replay(lasso, property, system, control) {
          temporal.excludedBy = check.excludedBy
          result.properties[property.index].trace = try? Trace(check, control: control)
        }
      } else if outcome.obstacle != nil || !result.isComplete {
        result.properties[property.index].verdict = outcome.obstacle == .unwanted ? .leftOut : .inconclusive
        temporal.obstacle = outcome.obstacle?.rawValue
      }
      result.properties[property.index].temporal = temporal
    }
  }

  /// - Returns: nil where the search was stopped first.
  private func replay(
    _ lasso: Lasso, _ property: Property, _ system: TransitionSystem, _ control: UnsafeMutablePointer<SearchControl>
  ) -> LassoCheck? {
    do {
      let check = try LassoCheck(lasso, of: system, property.conditions, control: control)
      precondition(check.isFair, "a counterexample to \"\(system.properties[property.index].name)\" is not fair")
      precondition(
        check.violates(property.automaton.property),
        "a counterexample satisfies \"\(system.properties[property.index].name)\"")
      return check
    } catch .stopped {
      return nil
    } catch {
      preconditionFailure("a lasso does not survive its replay: \(error)")
    }
  }
}

extension Trace {
  /// The trace of a lasso that was replayed.
  init(_ check: LassoCheck, control: UnsafeMutablePointer<SearchControl>? = nil) throws(ReplayFailure) {
    try self.init(check.lasso.path, of: check.system, control: control)
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
