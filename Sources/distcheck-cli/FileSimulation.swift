import DistCheckReporting
import Foundation

/// One specification file: compiled, its models chosen, walked through at random and reported.
struct FileSimulation {
  var file: SpecificationFile
  var options: SimulateCommand
  var seed: Int
  var limit: TimeLimit?
  let tally = Tally()
  private var runner: ModelRunner { ModelRunner(file: file) }

  init(file: SpecificationFile, options: SimulateCommand, seed: Int, limit: TimeLimit?) {
    self.file = file
    self.options = options
    self.seed = seed
    self.limit = limit
  }

  func run() async throws {
    let settings = try ConstantSetting.all(options.constants)
    for setting in settings where setting.values.count > 1 {
      throw CommandError(.usage, "-D \(setting.name): simulate takes one value; ranges are for checking")
    }
    let compiler = try SpecificationCompiler()
    let all = try await runner.listModels(try await compiler.program(for: file))
    for model in try runner.choose(from: all, named: options.model, setsConstants: !settings.isEmpty) {
      do {
        let (program, words) = try await runner.configure(
          model, ConstantSetting.combinations(settings)[0], compiler)
        show(try await simulate(model, program, words, compiler))
      } catch let error as CommandError where error.status != .usage {
        Terminal.complain(error.message)
        tally.statuses.append(error.status)
        tally.failed += 1
      }
      if Interrupts.count > 0 { break }
    }
  }

  private func simulate(
    _ model: ModelRunner.Model, _ program: URL, _ words: [String], _ compiler: SpecificationCompiler
  ) async throws -> SimulationReport {
    let threads = options.threads ?? min(256, ProcessInfo.processInfo.activeProcessorCount)
    var request = [
      "simulate", "model=\(model.index)", "spec=\(file.path)", "seed=\(seed)", "depth=\(options.depth)",
      "strategy=\(options.strategy)", "threads=\(threads)",
    ]
    if options.strategy == .pct { request.append("change-points=\(options.changePoints ?? 3)") }
    if let walks = options.walks { request.append("walks=\(walks)") }
    if let limit { request.append("timeout-ms=\(limit.milliseconds)") }
    var isAnswering = true
    let messages = try await runner.messages(
      program, request + words, deadline: limit?.duration, isAnswering: &isAnswering, progress: Self.progress)
    Terminal.clearProgress()
    guard let content = messages.first(where: { $0.kind == "R" })?.content, var report = SimulationReport(content)
    else {
      guard !isAnswering else { throw CommandError(.internalFault, "the compiled specification gave no report") }
      throw CommandError(
        .inconclusive, "\(file.path): \(model.name): stopped while a guard, effect or property did not come to its end")
    }
    if let fault = report.fault {
      report.fault = await runner.locate(fault, report.actions.map { ($0.name, $0.line) }, in: program, compiler)
    }
    return report
  }

  private static func progress(_ progress: JSON) -> String {
    let steps = progress["steps"].integer ?? 0
    let seconds = progress["seconds"].number ?? 0
    return [
      "\(grouped(progress["walks"].integer ?? 0)) walks", "\(grouped(steps)) steps",
      "\(grouped(seconds > 0 ? Int(Double(steps) / seconds) : 0))/s", formatted(seconds: seconds),
    ].joined(separator: ", ")
  }

  // MARK: Reporting

  /// What a report means for a script: success when it does not contradict what is expected.
  static func status(of report: SimulationReport) -> Status {
    if report.expectation.isMet { return .success }
    switch report.verdict {
    case "violated": return report.violatedProperty?.kind == "deadlock" ? .deadlock : .safety
    case "spec-error": return .specificationFault
    default: return .inconclusive
    }
  }

  private func show(_ report: SimulationReport) {
    tally.statuses.append(Self.status(of: report))
    if report.expectation.isMet { tally.passed += 1 } else { tally.failed += 1 }
    if options.json { return Terminal.print(report.published.description) }
    let style = Terminal.outputStyle
    tally.printHeading(file.path)
    Terminal.print("  \(report.headline(style))")
    for line in report.counts() + report.remarks(style) { Terminal.print("    \(line)") }
    if options.statistics { for line in report.statistics() { Terminal.print("    \(line)") } }
    guard let shortening = report.shortening(), let trace = report.counterexample else { return }
    if report.expectation.isMet && options.model == nil && options.constants.isEmpty {
      return Terminal.print("    \(shortening); shown by --model \"\(report.model)\"")
    }
    Terminal.print("    \(shortening)")
    for line in trace.text(style, isFull: options.full) { Terminal.print("      \(line)") }
    if let fault = report.fault { Terminal.print("    \(runner.describe(fault))") }
    Terminal.print("    replay: \(runner.replayCommand(options.constants, trace.token))")
  }
}
