import DistCheckMessages
import DistCheckReporting

// An execution, shown again from its token.
extension FileCheck {
  func replay(
    _ token: String, _ models: [ModelRunner.Model], _ settings: [ConstantSetting], _ compiler: SpecificationCompiler
  ) async throws {
    for model in models {
      for combination in ConstantSetting.combinations(settings) {
        let (program, subject) = try await runner.configure(model, combination, compiler)
        let events = try await runner.ask(program, .replay(subject, token: token), about: model)
        guard case .replayed(let replay)? = events.last, let trace = replay.trace else { continue }
        return tally.record(
          .replayed(
            RunEvent.Replay(
              specification: file.path, model: model.name, trace: trace, violated: replay.violated, fault: replay.fault)
          ))
      }
    }
    throw CommandError(
      .usage, "--replay: the token belongs to another specification, to other constants, or to an earlier version")
  }
}
