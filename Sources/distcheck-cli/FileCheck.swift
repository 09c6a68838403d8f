import DistCheckReporting
import Foundation

/// What has come of the models of a file.
final class Tally {
  var statuses: [Status] = []
  var passed = 0
  var failed = 0
  /// Whether the name of the file stands above its results already.
  private var hasHeading = false

  func printHeading(_ path: String) {
    if hasHeading { return }
    hasHeading = true
    Terminal.print(Terminal.outputStyle.heading(path))
  }
}

/// One specification file: compiled, its models chosen, run and reported.
struct FileCheck {
  var file: SpecificationFile
  var options: CheckCommand
  let tally = Tally()
  private var runner: ModelRunner { ModelRunner(file: file) }

  func run() async throws {
    let settings = try ConstantSetting.all(options.constants)
    let compiler = try SpecificationCompiler()
    let program = try await compiler.program(for: file)
    let all = try await runner.listModels(program)
    if options.list { return await list(all, program) }
    let chosen = try runner.choose(from: all, named: options.model, setsConstants: !settings.isEmpty)
    try validateCheckpoint(chosen, settings)
    if let token = options.replay { return try await replay(token, chosen, settings, compiler) }
    if !settings.isEmpty { return try await sweep(chosen[0], settings, compiler) }
    for model in chosen {
      try await attempt {
        show(try await check(model, [], compiler), isChosen: options.model != nil)
      }
      if Interrupts.count > 0 { break }
    }
  }

  /// What keeps one model from being checked is told, and does not keep the others from it; wrong usage does.
  private func attempt(_ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch let error as CommandError where error.status != .usage {
      Terminal.complain(error.message)
      tally.statuses.append(error.status)
      tally.failed += 1
    }
  }

  // MARK: Models

  /// A folder holds the checkpoint of one search.
  private func validateCheckpoint(_ models: [ModelRunner.Model], _ settings: [ConstantSetting]) throws {
    guard let folder = options.checkpoint else { return }
    if models.count > 1 {
      throw CommandError(.usage, "--checkpoint: \(file.path) has \(models.count) models; name one with --model")
    }
    if settings.contains(where: { $0.values.count > 1 }) {
      throw CommandError(.usage, "--checkpoint and a sweep exclude each other")
    }
    if options.resumeFrom == nil && FileManager.default.fileExists(atPath: "\(folder)/checkpoint") {
      throw CommandError(
        .usage, "\(folder): holds a checkpoint already; go on with: distcheck resume \(ModelRunner.quoted(folder))")
    }
  }

  private func list(_ models: [ModelRunner.Model], _ program: URL) async {
    printList(models)
    guard let failure = models.first(where: { !$0.failure.isNull })?.failure else { return }
    let error = await runner.error(failure, program)
    Terminal.complain(error.message)
    tally.statuses.append(error.status)
  }

  private func printList(_ models: [ModelRunner.Model]) {
    if options.json {
      for model in models {
        Terminal.print(
          JSON.object([
            "schema": .integer(Report.schema), "spec": .string(file.path), "model": .string(model.name),
            "constants": .object(model.sizes + model.constants), "expectation": .string(model.expectation),
          ]).description)
      }
      return
    }
    printHeading()
    for model in models {
      let constants = (model.sizes + model.constants).map { "\($0.key)=\($0.value.string ?? $0.value.description)" }
      let values = constants.isEmpty ? "" : "  " + constants.joined(separator: " ")
      let symmetry = model.isSymmetric ? ", under symmetry" : ""
      Terminal.print("  \(model.name): \(model.expectation)\(symmetry)\(values)")
    }
  }

  // MARK: Running

  /// The report on a model with other constants; in the self-check, of two builds that agree.
  private func check(
    _ model: ModelRunner.Model, _ values: [(name: String, value: String)], _ compiler: SpecificationCompiler
  ) async throws -> Report {
    let (program, words) = try await runner.configure(model, values, compiler)
    var report = try await check(model, program: program, words: words, compiler: compiler)
    guard options.selfCheck, report.verdict != "inconclusive" else { return report }
    let (other, otherWords) = try await runner.configure(model, values, compiler, isOptimized: false)
    let unoptimized = try await check(model, program: other, words: otherWords, compiler: compiler)
    if let difference = SelfCheck.difference(report, unoptimized) { report.differ(difference) }
    return report
  }

  private func check(
    _ model: ModelRunner.Model, program: URL, words: [String] = [], compiler: SpecificationCompiler
  ) async throws -> Report {
    let limit = options.timeout.flatMap { TimeLimit($0) }
    var request = ["check", "model=\(model.index)", "spec=\(file.path)"] + words
    if let depth = options.maxDepth { request.append("max-depth=\(depth)") }
    if let states = options.maxStates { request.append("max-states=\(states)") }
    if let limit { request.append("timeout-ms=\(limit.milliseconds)") }
    if let strategy = options.strategy { request.append("strategy=\(strategy)") }
    if let threads = options.threads { request.append("threads=\(threads)") }
    if let storage = options.storage { request.append("storage=\(storage)") }
    if let lossy = options.lossy.flatMap({ LossyOption($0) }) { request.append(lossy.word) }
    if let memory = options.memory.flatMap({ MemorySize($0) }) { request.append("memory=\(memory.bytes)") }
    if let folder = options.spill {
      // A search can be resumed from another folder.
      request.append("spill=\(options.checkpoint == nil ? folder : Checkpoint.absolute(folder))")
    }
    if let folder = options.checkpoint {
      request += ["checkpoint=\(folder)"] + Checkpoint.notes(file, model, options).map { "note=\($0)" }
      if let every = options.checkpointEvery.flatMap({ TimeLimit($0) }) {
        request.append("checkpoint-every-ms=\(every.milliseconds)")
      }
    }
    if let folder = options.resumeFrom { request.append("resume=\(folder)") }
    if options.symmetry { request.append("symmetry") }
    if options.selfCheck { request.append("self-check") }
    if options.safety { request.append("safety") }
    if options.explain { request.append("explain") }
    request += options.witness.map { "witness=\($0)" }
    var isAnswering = true
    // A checkpoint of billions of states takes its time to write.
    let deadline = limit.map { $0.duration + (options.checkpoint == nil ? .zero : .seconds(600)) }
    let messages = try await runner.messages(
      program, request, deadline: deadline, isAnswering: &isAnswering, progress: Self.progress)
    Terminal.clearProgress()
    guard let content = messages.first(where: { $0.kind == "R" })?.content, var report = Report(content) else {
      guard !isAnswering else {
        // A signal can come before there is a search that it could stop.
        if Interrupts.count > 0 { throw CommandError(.inconclusive, "\(file.path): \(model.name): interrupted") }
        throw CommandError(.internalFault, "the compiled specification gave no report")
      }
      throw CommandError(
        .inconclusive, "\(file.path): \(model.name): stopped while a guard, effect or property did not come to its end")
    }
    if let fault = report.fault {
      report.fault = await runner.locate(fault, report.actions.map { ($0.name, $0.line) }, in: program, compiler)
    }
    for name in options.witness where !report.properties.contains(where: { $0.name == name && $0.kind == "sometimes" })
    {
      throw CommandError(.usage, "--witness: \(model.name) has no Sometimes property \"\(name)\"")
    }
    return report
  }

  private static func progress(_ progress: JSON) -> String {
    let distinct = progress["distinctStates"].integer ?? 0
    let seconds = progress["seconds"].number ?? 0
    let rate = seconds > 0 ? Int(Double(distinct) / seconds) : 0
    return [
      "\(grouped(distinct)) states", "\(grouped(rate))/s", "depth \(progress["depth"].integer ?? 0)",
      "\(grouped(progress["queued"].integer ?? 0)) queued", formatted(bytes: progress["memoryBytes"].integer ?? 0),
      formatted(seconds: seconds),
    ].joined(separator: ", ") + (progress["property"].string.map { ", checking \"\($0)\"" } ?? "")
  }

  // MARK: Reporting

  private func count(_ report: Report) {
    tally.statuses.append(Self.status(of: report))
    if report.expectation.isMet { tally.passed += 1 } else { tally.failed += 1 }
  }

  /// What a report means for a script: success when it is as expected.
  static func status(of report: Report) -> Status {
    if report.expectation.isMet { return .success }
    switch report.verdict {
    case "holds": return .assumption
    case "violated":
      switch report.violatedProperty?.kind {
      case "deadlock": return .deadlock
      case "temporal": return .liveness
      default: return .safety
      }
    case "spec-error": return .specificationFault
    default: return .inconclusive
    }
  }

  private func printHeading() { tally.printHeading(file.path) }

  private func show(_ report: Report, isChosen: Bool) {
    count(report)
    if options.json { return Terminal.print(report.published.description) }
    let style = Terminal.outputStyle
    printHeading()
    Terminal.print("  \(report.headline(style))")
    Terminal.print("    \(report.counts())")
    for remark in report.remarks(style) { Terminal.print("    \(remark)") }
    if let folder = options.checkpoint, report.checkpoint?.isWritten ?? false, report.verdict == "inconclusive" {
      Terminal.print("    go on with: distcheck resume \(ModelRunner.quoted(folder))")
    }
    if options.coverage { for line in report.coverageTable() { Terminal.print("    \(line)") } }
    for property in report.properties where property.kind == "sometimes" {
      guard let trace = property.trace else { continue }
      Terminal.print("    a \(report.isDepthFirst ? "" : "shortest ")path to \"\(property.name)\":")
      for line in trace.text(style, isFull: options.full) { Terminal.print("      \(line)") }
    }
    guard let trace = report.counterexample else { return }
    if report.expectation.isMet && !isChosen {
      Terminal.print(
        "    in \(trace.steps.count) \(trace.steps.count == 1 ? "state" : "states"); shown by --model \"\(report.model)\""
      )
      return
    }
    for line in trace.text(style, isFull: options.full) { Terminal.print("      \(line)") }
    if let fault = report.fault { Terminal.print("    \(runner.describe(fault))") }
    for line in report.exclusions(style) { Terminal.print("    \(line)") }
    Terminal.print("    replay: \(runner.replayCommand(options.constants, trace.token))")
  }

  // MARK: Sweeps

  /// One model under every combination of constants.
  private func sweep(
    _ model: ModelRunner.Model, _ settings: [ConstantSetting], _ compiler: SpecificationCompiler
  ) async throws {
    let combinations = ConstantSetting.combinations(settings)
    var rows = [settings.map(\.name) + ["verdict", "distinct", "generated", "depth", "time", "memory"]]
    for combination in combinations where Interrupts.count == 0 {
      try await attempt {
        let report = try await check(model, combination, compiler)
        if combinations.count == 1 || options.json { return show(report, isChosen: true) }
        count(report)
        rows.append(
          combination.map(\.value) + [
            report.verdict + (report.expectation.isMet ? "" : " (unexpected)"), grouped(report.distinctStates),
            grouped(report.generatedStates), "\(report.depth)", formatted(seconds: report.seconds),
            formatted(bytes: report.peakMemory),
          ])
      }
    }
    if rows.count > 1 {
      printHeading()
      Terminal.print("  \(Terminal.outputStyle.heading(model.name))")
      for line in table(rows) { Terminal.print("    \(line)") }
    }
  }

  // MARK: Replay

  private func replay(
    _ token: String, _ models: [ModelRunner.Model], _ settings: [ConstantSetting], _ compiler: SpecificationCompiler
  ) async throws {
    for model in models {
      for combination in ConstantSetting.combinations(settings) {
        let (program, words) = try await runner.configure(model, combination, compiler)
        let messages = try await runner.messages(
          program, ["replay", "model=\(model.index)", "spec=\(file.path)", "token=\(token)"] + words)
        guard let content = messages.first(where: { $0.kind == "T" })?.content else { continue }
        return show(Report.Trace(content["trace"]), content, of: model)
      }
    }
    throw CommandError(
      .usage, "--replay: the token belongs to another specification, to other constants, or to an earlier version")
  }

  private func show(_ trace: Report.Trace, _ content: JSON, of model: ModelRunner.Model) {
    if options.json {
      let replay = JSON.object([
        "schema": .integer(Report.schema), "spec": .string(file.path), "model": .string(model.name),
        "trace": trace.published.json, "violated": content["violated"], "error": content["fault"],
      ])
      return Terminal.print(replay.description)
    }
    let style = Terminal.outputStyle
    printHeading()
    Terminal.print("  \(style.heading(model.name))")
    for line in trace.text(style, isFull: options.full) { Terminal.print("      \(line)") }
    for name in content["violated"].array.compactMap(\.string) {
      Terminal.print(name == "deadlock" ? "    deadlock" : "    violates \"\(name)\"")
    }
    if let fault = content["fault"].string { Terminal.print("    fails: \(fault)") }
  }
}
