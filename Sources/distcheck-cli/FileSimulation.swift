import DistCheckMessages
import DistCheckReporting
import Foundation

/// One specification file: compiled, its models chosen, walked through at random and reported.
struct FileSimulation {
  var file: SpecificationFile
  var options: SimulateCommand
  var seed: Int
  var limit: TimeLimit?
  let tally: Tally
  private var runner: ModelRunner { ModelRunner(file: file) }

  func run() async throws {
    let values = try ConstantSetting.values(options.constants, command: "simulate")
    let compiler = try SpecificationCompiler()
    let all = try await runner.listModels(try await compiler.program(for: file), limit: limit?.duration)
    for model in try runner.choose(from: all, named: options.models, setsConstants: !values.isEmpty) {
      if Interrupts.count > 0 {
        tally.noteInterruption(before: model, values)
        continue
      }
      try await tally.attempt(model, values) {
        let (program, subject) = try await runner.configure(model, values, compiler)
        show(try await simulate(model, program, subject, compiler), values)
      }
    }
  }

  private func simulate(
    _ model: ModelRunner.Model, _ program: URL, _ subject: Request.Subject, _ compiler: SpecificationCompiler
  ) async throws -> SimulationReport {
    let strategy: Request.Simulation.Strategy =
      switch options.strategy {
      case .swarm: .swarm
      case .uniform: .uniform
      case .pct: .priorities(changePoints: options.changePoints ?? 3)
      }
    let request = Request.Simulation(
      strategy: strategy, seed: seed, depth: options.depth,
      threads: options.threads ?? min(256, ProcessInfo.processInfo.activeProcessorCount), walks: options.walks,
      timeoutMilliseconds: limit?.milliseconds)
    let events = try await runner.ask(
      program, .simulate(subject, request), about: model, deadline: limit.map { .init(limit: $0.duration) },
      progress: Self.progress())
    guard case .simulationReport(var report)? = events.last else {
      throw CommandError(.internalFault, "the compiled specification gave no report")
    }
    if let fault = report.fault {
      report.fault = await runner.locate(fault, report.actions.map { ($0.name, $0.line) }, in: program, compiler)
    }
    return report
  }

  private static func progress() -> (Event) -> String {
    let rate = Rate()
    return { event in
      guard case .walked(let progress) = event else { return "" }
      return [
        "\(grouped(progress.walks)) walks", "\(grouped(progress.steps)) steps",
        "\(grouped(rate.note(progress.steps, at: progress.seconds)))/s", formatted(seconds: progress.seconds),
      ].joined(separator: ", ")
    }
  }

  // MARK: Reporting

  /// What a report means for a script: success when it does not contradict what is expected.
  static func status(of report: SimulationReport) -> Status {
    if report.stopReason == .interrupt && report.verdict == .inconclusive { return .inconclusive }
    if report.expectation.isMet { return .success }
    switch report.verdict {
    case .violated: return report.violatedProperty?.kind == .deadlock ? .deadlock : .safety
    case .specificationError: return .specificationFault
    case .inconclusive, .holds: return .inconclusive
    }
  }

  private func show(_ report: SimulationReport, _ values: [(name: String, value: String)]) {
    let status = Self.status(of: report)
    tally.count(status, passes: status == .success)
    var context = RunEvent.Context(values: values, isChosen: !options.models.isEmpty || !options.constants.isEmpty)
    context.replayCommand = report.counterexample.map {
      runner.replayCommand(options.constants, options.compilation.companions, $0.token)
    }
    tally.record(.simulated(report, context))
  }
}
