import DistCheckMessages
import DistCheckReporting
import Foundation

// One search: what is asked of the compiled specification, and what comes of it.
extension FileCheck {
  /// Whether the first states are compared with those of an unoptimised build: in every search that begins at the
  /// beginning; the thorough self-check compares all of them.
  var comparesBuilds: Bool {
    !options.noSelfCheck && !options.selfCheck && options.resumeFrom == nil && !options.list && options.replay == nil
  }

  /// The report on a model with other constants; in the self-check, of two builds that agree.
  ///
  /// - Returns: With it the comparison with an unoptimised build, if that is not done yet.
  func check(
    _ model: ModelRunner.Model, _ values: [(name: String, value: String)], _ compiler: SpecificationCompiler
  ) async throws -> (Report, Comparisons.Entry?) {
    let (program, subject) = try await runner.configure(model, values, compiler)
    func search() async throws -> Report {
      var report = try await check(model, program, subject, compiler)
      // Of this build only: without the optimiser everything allocates.
      report.allocations = await Symbolizer(toolchain: compiler.toolchain).locate(
        report.allocations, in: program, of: file)
      return report
    }
    if comparesBuilds {
      let comparison = comparisons.begin(
        BuildComparison(
          runner: runner, model: model, values: values, compiler: compiler, program: program, subject: subject))
      guard let comparison else { return (try await search(), nil) }
      var report: Report
      do {
        report = try await comparison.during(search)
      } catch {
        // The difference ends the search, which may not have begun.
        guard case .differs(let difference) = comparison.outcome else { throw error }
        throw CommandError(.specificationFault, "\(file.path): \(model.name): \(difference)")
      }
      // One object is printed for each model, so that has to wait.
      if options.json { await comparison.wait() }
      guard case .differs(let difference) = comparison.outcome else { return (report, comparison) }
      report.differ(difference)
      return (report, nil)
    }
    var report = try await search()
    guard options.selfCheck, report.verdict != .inconclusive else { return (report, nil) }
    let (other, otherSubject) = try await runner.configure(model, values, compiler, build: .unoptimized)
    let unoptimized = try await check(model, other, otherSubject, compiler)
    if let difference = report.difference(to: unoptimized) { report.differ(difference) }
    return (report, nil)
  }

  private func check(
    _ model: ModelRunner.Model, _ program: URL, _ subject: Request.Subject, _ compiler: SpecificationCompiler
  ) async throws -> Report {
    let events = try await runner.ask(
      program, .check(subject, request(model)), about: model,
      deadline: limit.map { .init(limit: $0.duration) }, progress: Self.progress())
    guard case .report(var report)? = events.last else {
      throw CommandError(.internalFault, "the compiled specification gave no report")
    }
    if let fault = report.fault {
      report.fault = await runner.locate(fault, report.actions.map { ($0.name, $0.line) }, in: program, compiler)
    }
    for name in options.witness where !report.properties.contains(where: { $0.name == name && $0.kind == .sometimes }) {
      throw CommandError(.usage, "--witness: \(model.name) has no Sometimes property \"\(name)\"")
    }
    return report
  }

  /// What the options ask of the search.
  private func request(_ model: ModelRunner.Model) -> Request.Check {
    var request = Request.Check()
    request.maxDepth = options.maxDepth
    request.maxStates = options.maxStates
    request.timeoutMilliseconds = limit?.milliseconds
    request.memory = options.memory.flatMap { MemorySize($0) }?.bytes
    request.strategy = options.strategy
    request.storage = options.storage
    request.threads = options.threads
    request.lossy = options.lossy.flatMap { LossyOption($0) }?.kind
    // A search can be resumed from another folder.
    request.spillFolder = options.spill.map { options.checkpoint == nil ? $0 : Checkpoint.absolute($0) }
    request.checkpoint = options.checkpoint.map {
      Request.Checkpoint(
        folder: $0, everyMilliseconds: options.checkpointEvery.flatMap { TimeLimit($0) }?.milliseconds,
        notes: Checkpoint.notes(file, model, options))
    }
    request.resumeFolder = options.resumeFrom
    request.usesSymmetry = options.symmetry
    request.checksItself = options.selfCheck
    request.leavesTemporalOut = options.safety
    request.explains = options.explain
    request.witnesses = options.witness
    return request
  }

  private static func progress() -> (Event) -> String {
    let rate = Rate()
    return { event in
      guard case .searched(let progress) = event else { return "" }
      return [
        "\(grouped(progress.distinctStates)) states",
        "\(grouped(rate.note(progress.distinctStates, at: progress.seconds)))/s", "depth \(progress.depth)",
        "\(grouped(progress.queued)) queued", formatted(bytes: progress.memory), formatted(seconds: progress.seconds),
      ].joined(separator: ", ") + (progress.property.map { ", checking \"\($0)\"" } ?? "")
        + (progress.activity.map { ", \($0)" } ?? "")
    }
  }
}
