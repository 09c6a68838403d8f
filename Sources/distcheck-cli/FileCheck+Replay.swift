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
        return show(trace, replay, of: model)
      }
    }
    throw CommandError(
      .usage, "--replay: the token belongs to another specification, to other constants, or to an earlier version")
  }

  private func show(_ trace: Report.Trace, _ replay: Event.Replay, of model: ModelRunner.Model) {
    if options.json {
      let object = JSON.object([
        "schema": .integer(Report.schema), "spec": .string(file.path), "model": .string(model.name),
        "trace": trace.published.json, "violated": .array(replay.violated.map { .string($0) }),
        "error": replay.fault.map { .string($0) } ?? .null,
      ])
      return Terminal.print(object)
    }
    let style = Terminal.outputStyle
    tally.printHeading()
    Terminal.print("  \(style.heading(model.name))")
    for line in trace.text(style, isFull: options.full) { Terminal.print("      \(line)") }
    for name in replay.violated {
      Terminal.print(name == "deadlock" ? "    deadlock" : "    violates \"\(name)\"")
    }
    if let fault = replay.fault { Terminal.print("    fails: \(fault)") }
  }
}
