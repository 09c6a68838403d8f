import DistCheckEngine
import DistCheckReporting

extension Program {
  /// Random walks, as the words of the request say.
  func simulate(_ expectation: Expectation, _ model: String, _ system: TransitionSystem) {
    catchInterrupts()
    var options = SimulationOptions()
    options.strategy =
      switch request.value("strategy") {
      case "uniform": .uniform
      case "pct": .priorities(changePoints: request.number("change-points") ?? 3)
      default: .swarm
      }
    options.seed = request.number("seed") ?? options.seed
    options.depth = request.number("depth") ?? options.depth
    options.walks = request.number("walks")
    options.timeout = request.number("timeout-ms").map { .milliseconds($0) }
    options.threads = request.number("threads") ?? options.threads
    let simulation = Simulation(system, options) { walks, steps, elapsed in
      write(
        "P",
        .object([
          "walks": .integer(walks), "steps": .integer(steps),
          "seconds": .number(Double(elapsed / .microseconds(1)) / 1e6),
        ]))
    }
    let result = simulation.run()
    write("R", .object(["v": .string(result.verdict.rawValue), "walks": .integer(result.walks), "steps": .integer(result.steps),"el": .number(result.elapsed / .seconds(1)), "len": .integer(result.origin?.length ?? 0), "short": .integer(result.counterexample?.steps.count ?? 0), "mean": .number(result.lengths.mean), "hist": .array(result.lengths.histogram.map{.integer($0)}), "out": .integer(result.statesOutsideConstraint),"checked": .integer(result.checkedStates)]))
  }
}
