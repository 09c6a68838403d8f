import DistCheckEngine
import DistCheckMessages
import DistCheckReporting
import Foundation

/// One specification file: compiled, its models chosen, run and reported.
struct FileCheck {
  var file: SpecificationFile
  var options: CheckCommand
  let comparisons: Comparisons
  let tally: Tally
  var runner: ModelRunner { ModelRunner(file: file) }

  /// The time that each model has.
  var limit: TimeLimit? { options.timeout.flatMap { TimeLimit($0) } }

  func run() async throws {
    let settings = try ConstantSetting.all(options.constants)
    let compiler = try SpecificationCompiler()
    if comparesBuilds && settings.isEmpty && !compiler.isCompiled(file) {
      // Both builds at the same time. What is wrong with the file, the optimised one tells.
      _ = comparisons.begin { [file] in _ = try? await compiler.program(for: file, build: .unoptimizedInBackground) }
    }
    let program = try await compiler.program(for: file)
    let all = try await runner.listModels(program, limit: limit?.duration)
    if options.list { return await list(all, program) }
    let chosen = try runner.choose(from: all, named: options.models, setsConstants: !settings.isEmpty)
    try validateCheckpoint(chosen, settings)
    if let token = options.replay { return try await replay(token, chosen, settings, compiler) }
    for model in chosen {
      if Interrupts.count > 0 {
        tally.noteInterruption(before: model)
        continue
      }
      if !settings.isEmpty {
        try await sweep(model, settings, compiler)
        continue
      }
      try await tally.attempt(model, []) {
        let (report, comparison) = try await check(model, [], compiler)
        show(report, isChosen: !options.models.isEmpty)
        comparison?.shown = report
      }
    }
  }

  // MARK: Models

  /// A folder holds the checkpoint of one search.
  private func validateCheckpoint(_ models: [ModelRunner.Model], _ settings: [ConstantSetting]) throws {
    guard let folder = options.checkpoint else { return }
    if models.count > 1 {
      let count =
        options.models.isEmpty ? "\(file.path) has \(models.count) models" : "\(models.count) models are named"
      throw CommandError(.usage, "--checkpoint: \(count); name one with --model")
    }
    if settings.contains(where: { $0.values.count > 1 }) {
      throw CommandError(.usage, "--checkpoint and a sweep exclude each other")
    }
    if options.resumeFrom == nil && FileManager.default.fileExists(atPath: "\(folder)/checkpoint") {
      guard (try? checkpointNotes(in: folder)) != nil else {
        throw CommandError(.usage, "\(folder)/checkpoint: is there already, and is no checkpoint of distcheck")
      }
      throw CommandError(
        .usage, "\(folder): holds a checkpoint already; go on with: distcheck resume \(ModelRunner.quoted(folder))")
    }
  }

  private func list(_ models: [ModelRunner.Model], _ program: URL) async {
    let listings = models.map {
      RunEvent.Listing(
        model: $0.name, constants: $0.allConstants, expectation: $0.expectation, isSymmetric: $0.isSymmetric)
    }
    tally.record(.listed(listings, of: file.path))
    guard let failure = models.lazy.compactMap(\.failure).first else { return }
    tally.fail(await runner.error(failure, program))
  }

  // MARK: Sweeps

  /// One model under every combination of constants.
  private func sweep(
    _ model: ModelRunner.Model, _ settings: [ConstantSetting], _ compiler: SpecificationCompiler
  ) async throws {
    let combinations = ConstantSetting.combinations(settings)
    if combinations.count > 1 {
      tally.record(.beganSweep(of: model.name, in: file.path, over: settings.map(\.name)))
    }
    for combination in combinations {
      if Interrupts.count > 0 {
        tally.noteInterruption(before: model, combination)
        continue
      }
      try await tally.attempt(model, combination) {
        let (report, comparison) = try await check(model, combination, compiler)
        show(report, combination, isChosen: true)
        comparison?.shown = report
      }
    }
    if combinations.count > 1 { tally.record(.endedSweep) }
  }
}
