import DistCheckEngine
import DistCheckMessages
import DistCheckReporting

extension Program {
  /// Random walks, as the request says.
  func simulate(_ model: Model, _ system: TransitionSystem, _ request: Request.Simulation) {
    let expectation = model.expectation
    channel.beginSearch(timeoutMilliseconds: request.timeoutMilliseconds)
    var options = SimulationOptions()
    options.strategy =
      switch request.strategy {
      case .uniform: .uniform
      case .priorities(let changePoints): .priorities(changePoints: changePoints)
      case .swarm: .swarm
      }
    options.seed = request.seed
    options.depth = request.depth
    options.walks = request.walks
    options.timeout = request.timeoutMilliseconds.map { .milliseconds($0) }
    options.threads = request.threads
    // Random walks come by what is wrong in any order. What the model is there to show is worth waiting for.
    options.awaited =
      switch expectation.outcome {
      case .holds: nil
      case .violates(let property): .violation(property: property)
      case .deadlocks: .deadlock
      case .fails: .fault
      }
    let result = Simulation(system, options) { [channel] walks, steps, elapsed in
      channel.send(
        .walked(
          Event.SimulationProgress(
            walks: walks, steps: steps, seconds: Double(elapsed / .microseconds(1)) / 1e6)))
    }.run()
    channel.send(
      .simulationReport(
        SimulationReport(
          result, specification: self.request.path, model: model.name,
          expectation: Report.Expectation(
            outcome: expectation.outcome.description, mismatches: expectation.mismatches(result)))))
  }
}

extension Expectation {
  /// In what way a random search contradicts what is expected; empty when it does not.
  ///
  /// Nothing found does not contradict `holds`, and does not prove it.
  func mismatches(_ result: SimulationResult) -> [String] {
    let found: Outcome
    switch result.verdict {
    case .specificationError: found = .fails
    case .violated:
      let violated = result.properties.first { $0.verdict == .violated }
      found = violated?.kind == .deadlock ? .deadlocks : .violates(violated?.name ?? "")
    case .holds, .inconclusive: return outcome == .holds ? [] : ["expected \(outcome), but no walk came by it"]
    }
    return found == outcome ? [] : ["expected \(outcome), but it \(found)"]
  }
}
