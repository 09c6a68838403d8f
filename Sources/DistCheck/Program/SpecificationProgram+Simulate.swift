import DistCheckEngine
import DistCheckReporting

extension Program {
  /// Random walks, as the words of the request say.
  func simulate(_ model: Model, _ system: TransitionSystem) {
    let expectation = model.expectation
    catchInterrupts()
    var options = SimulationOptions()
    options.strategy =
      switch request.value("strategy") {
      case "uniform": .uniform
      case "pct": .priorities(changePoints: request.number("change-points") ?? 0)
      default: .swarm
      }
    options.seed = request.number("seed") ?? options.seed
    options.depth = request.number("depth") ?? options.depth
    options.walks = request.number("walks")
    options.timeout = request.number("timeout-ms").map { .milliseconds($0) }
    options.threads = request.number("threads") ?? options.threads
    // Random walks come by what is wrong in any order. What the model is there to show is worth waiting for.
    options.awaited =
      switch expectation.outcome {
      case .holds: nil
      case .violates(let property): .violation(property: property)
      case .deadlocks: .deadlock
      case .fails: .fault
      }
    let result = Simulation(system, options) { walks, steps, elapsed in
      write(
        "P",
        .object([
          "walks": .integer(walks), "steps": .integer(steps),
          "seconds": .number(Double(elapsed / .microseconds(1)) / 1e6),
        ]))
    }.run()
    let report = SimulationReport(
      result, specification: request.value("spec") ?? "", model: model.name,
      expectation: Report.Expectation(
        outcome: expectation.outcome.description, mismatches: expectation.mismatches(result)))
    write("R", report.json)
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
