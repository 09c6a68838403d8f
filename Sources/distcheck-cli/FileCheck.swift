import DistCheckReporting
import Foundation

/// What has come of the models of a file.
final class Tally {
  var statuses: [Status] = []
  var passed = 0
  var failed = 0
  /// Whether the name of the file stands above its results already.
  fileprivate var hasHeading = false
}

/// One specification file: compiled, its models chosen, run and reported.
struct FileCheck {
  var file: SpecificationFile
  var options: CheckCommand
  let tally = Tally()

  /// A model as the compiled specification lists it.
  struct ListedModel {
    var index: Int
    var name: String
    var specification: String
    var sizes: [JSON.Member]
    var constants: [JSON.Member]
    var expectation: String
    var isSymmetric: Bool
  }

  func run() async throws {
    let settings = try options.constants.map { text throws(CommandError) in try ConstantSetting(text) }
    for (index, setting) in settings.enumerated() where settings[..<index].contains(where: { $0.name == setting.name })
    {
      throw CommandError(.usage, "-D \(setting.name): is given twice")
    }
    let compiler = try SpecificationCompiler()
    let program = try await compiler.program(for: file)
    let all = try await listModels(program)
    if all.isEmpty { throw CommandError(.notASpecification, "\(file.path): the specification has no models") }
    if options.list { return list(all) }
    let chosen = try choose(from: all)
    try validateCheckpoint(chosen, settings)
    if let token = options.replay { return try await replay(token, chosen, settings, compiler) }
    if !settings.isEmpty { return try await sweep(chosen[0], settings, compiler) }
    for model in chosen {
      try await attempt {
        show(try await check(model, program: program, compiler: compiler), isChosen: options.model != nil)
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

  private func listModels(_ program: URL) async throws -> [ListedModel] {
    let messages = try await messages(program, ["list", "spec=\(file.path)"])
    return messages.filter { $0.kind == "M" }.enumerated().map { index, message in
      ListedModel(
        index: index, name: message.content["name"].string ?? "",
        specification: message.content["specification"].string ?? "", sizes: message.content["sizes"].members,
        constants: message.content["constants"].members, expectation: message.content["expectation"].string ?? "",
        isSymmetric: message.content["symmetric"].boolean ?? false)
    }
  }

  private func choose(from all: [ListedModel]) throws -> [ListedModel] {
    if let name = options.model {
      let named = all.filter { $0.name == name }
      guard !named.isEmpty else {
        let names = all.map { "\"\($0.name)\"" }.joined(separator: ", ")
        throw CommandError(.usage, "\(file.path): no model \"\(name)\"; there are \(names)")
      }
      return named
    }
    return options.constants.isEmpty ? all : [all[0]]
  }

  /// A folder holds the checkpoint of one search.
  private func validateCheckpoint(_ models: [ListedModel], _ settings: [ConstantSetting]) throws {
    guard let folder = options.checkpoint else { return }
    if models.count > 1 {
      throw CommandError(.usage, "--checkpoint: \(file.path) has \(models.count) models; name one with --model")
    }
    if settings.contains(where: { $0.values.count > 1 }) {
      throw CommandError(.usage, "--checkpoint and a sweep exclude each other")
    }
    if options.resumeFrom == nil && FileManager.default.fileExists(atPath: "\(folder)/checkpoint") {
      throw CommandError(
        .usage, "\(folder): holds a checkpoint already; go on with: distcheck resume \(Self.quoted(folder))")
    }
  }

  private func list(_ models: [ListedModel]) {
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

  /// The program and the words that give a model other constants.
  private func configure(
    _ model: ListedModel, _ values: [(name: String, value: String)], _ compiler: SpecificationCompiler
  ) async throws -> (program: URL, words: [String]) {
    var sizes = model.sizes.compactMap(\.value.integer)
    var words: [String] = []
    for (name, value) in values {
      if let place = model.sizes.firstIndex(where: { $0.key == name }) {
        guard let size = Int(value) else { throw CommandError(.usage, "-D \(name): \"\(value)\" is no integer") }
        guard (0...65_535).contains(size) else { throw CommandError(.usage, "-D \(name): \(size) is not in 0...65535") }
        sizes[place] = size
      } else {
        words.append("set=\(name)=\(value)")
      }
    }
    let isResized = sizes != model.sizes.compactMap(\.value.integer)
    let program = try await compiler.program(
      for: file, sizes: isResized ? (specification: model.specification, values: sizes) : nil)
    return (program, words + (values.isEmpty ? [] : ["resized"]))
  }

  private func check(
    _ model: ListedModel, program: URL, words: [String] = [], compiler: SpecificationCompiler
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
    if let folder = options.spill { request.append("spill=\(folder)") }
    if let folder = options.checkpoint {
      request += ["checkpoint=\(folder)"] + Checkpoint.notes(file, model, options).map { "note=\($0)" }
      if let every = options.checkpointEvery.flatMap({ TimeLimit($0) }) {
        request.append("checkpoint-every-ms=\(every.milliseconds)")
      }
    }
    if let folder = options.resumeFrom { request.append("resume=\(folder)") }
    if options.symmetry { request.append("symmetry") }
    request += options.witness.map { "witness=\($0)" }
    var isAnswering = true
    // A checkpoint of billions of states takes its time to write.
    let deadline = limit.map { $0.duration + (options.checkpoint == nil ? .zero : .seconds(600)) }
    let messages = try await messages(program, request, deadline: deadline, isAnswering: &isAnswering)
    Terminal.clearProgress()
    guard let content = messages.first(where: { $0.kind == "R" })?.content, var report = Report(content) else {
      guard !isAnswering else { throw CommandError(.internalFault, "the compiled specification gave no report") }
      throw CommandError(
        .inconclusive, "\(file.path): \(model.name): stopped while a guard, effect or property did not come to its end")
    }
    if let fault = report.fault {
      report.fault = await Symbolizer(toolchain: compiler.toolchain).locate(fault, in: program, of: file)
      // Where several checks of an effect were merged into one there is no line; the action's own is better than none.
      let action = report.actions.first { fault.place.hasPrefix("action \($0.name)") }
      if report.fault?.line == nil { report.fault?.line = action?.line }
    }
    for name in options.witness where !report.properties.contains(where: { $0.name == name && $0.kind == "sometimes" })
    {
      throw CommandError(.usage, "--witness: \(model.name) has no Sometimes property \"\(name)\"")
    }
    return report
  }

  private func messages(_ program: URL, _ request: [String]) async throws -> [SpecificationProcess.Message] {
    var isAnswering = true
    return try await messages(program, request, deadline: nil, isAnswering: &isAnswering)
  }

  /// Everything that a program says, less its progress, which is shown, and its errors, which are thrown.
  private func messages(
    _ program: URL, _ request: [String], deadline: Duration?, isAnswering: inout Bool
  ) async throws -> [SpecificationProcess.Message] {
    let received = Received()
    isAnswering = try await SpecificationProcess(program: program).run(request, deadline: deadline) { message in
      if message.kind == "P" { Terminal.showProgress(Self.progress(message.content)) } else { received.add(message) }
    }
    if let error = received.messages.first(where: { $0.kind == "E" })?.content {
      let status = Status(rawValue: error["code"].integer ?? 70)
      if let status { throw CommandError(status, error["message"].string ?? "") }
    }
    return received.messages
  }

  private static func progress(_ progress: JSON) -> String {
    let distinct = progress["distinctStates"].integer ?? 0
    let seconds = progress["seconds"].number ?? 0
    let rate = seconds > 0 ? Int(Double(distinct) / seconds) : 0
    return [
      "\(grouped(distinct)) states", "\(grouped(rate))/s", "depth \(progress["depth"].integer ?? 0)",
      "\(grouped(progress["queued"].integer ?? 0)) queued", formatted(bytes: progress["memoryBytes"].integer ?? 0),
      formatted(seconds: seconds),
    ].joined(separator: ", ")
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
    case "violated": return report.violatedProperty?.kind == "deadlock" ? .deadlock : .safety
    case "spec-error": return .specificationFault
    default: return .inconclusive
    }
  }

  private func printHeading() {
    if tally.hasHeading { return }
    tally.hasHeading = true
    Terminal.print(Terminal.outputStyle.heading(file.path))
  }

  private func show(_ report: Report, isChosen: Bool) {
    count(report)
    if options.json { return Terminal.print(report.published.description) }
    let style = Terminal.outputStyle
    printHeading()
    Terminal.print("  \(report.headline(style))")
    Terminal.print("    \(report.counts())")
    for remark in report.remarks(style) { Terminal.print("    \(remark)") }
    if let folder = options.checkpoint, report.checkpoint?.isWritten ?? false, report.verdict == "inconclusive" {
      Terminal.print("    go on with: distcheck resume \(Self.quoted(folder))")
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
    if let fault = report.fault { Terminal.print("    \(Self.describe(fault, of: report))") }
    Terminal.print("    replay: distcheck \(Self.quoted(file.path))\(constants) --replay \(trace.token)")
  }

  private var constants: String { options.constants.map { " -D \($0)" }.joined() }

  static func describe(_ fault: Report.Fault, of report: Report) -> String {
    let line = fault.line.map { "\(report.specification):\($0): " } ?? ""
    return "\(line)\(fault.place): \(fault.message)"
  }

  static func quoted(_ path: String) -> String {
    let isPlain = path.allSatisfy { $0.isLetter || $0.isNumber || "/._-+,:@%".contains($0) }
    return isPlain ? path : "'\(path.replacing("'", with: "'\\''"))'"
  }

  // MARK: Sweeps

  /// One model under every combination of constants.
  private func sweep(
    _ model: ListedModel, _ settings: [ConstantSetting], _ compiler: SpecificationCompiler
  ) async throws {
    let combinations = ConstantSetting.combinations(settings)
    var rows = [settings.map(\.name) + ["verdict", "distinct", "generated", "depth", "time", "memory"]]
    for combination in combinations where Interrupts.count == 0 {
      try await attempt {
        let (program, words) = try await configure(model, combination, compiler)
        let report = try await check(model, program: program, words: words, compiler: compiler)
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
    _ token: String, _ models: [ListedModel], _ settings: [ConstantSetting], _ compiler: SpecificationCompiler
  ) async throws {
    for model in models {
      for combination in ConstantSetting.combinations(settings) {
        let (program, words) = try await configure(model, combination, compiler)
        let messages = try await messages(
          program, ["replay", "model=\(model.index)", "spec=\(file.path)", "token=\(token)"] + words)
        guard let content = messages.first(where: { $0.kind == "T" })?.content else { continue }
        return show(Report.Trace(content["trace"]), content, of: model)
      }
    }
    throw CommandError(
      .usage, "--replay: the token belongs to another specification, to other constants, or to an earlier version")
  }

  private func show(_ trace: Report.Trace, _ content: JSON, of model: ListedModel) {
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

/// Collects what a program says; the callback that fills it may run on any thread.
private final class Received: @unchecked Sendable {
  private let lock = NSLock()
  private var collected: [SpecificationProcess.Message] = []

  func add(_ message: SpecificationProcess.Message) { lock.withLock { collected.append(message) } }
  var messages: [SpecificationProcess.Message] { lock.withLock { collected } }
}
