/// Text for a person: the name of each file, under it a verdict for each model, and counterexamples.
public final class TextRecorder: Recorder {
  /// What a person has asked to see beside the verdicts.
  public struct Options {
    /// Whole states in traces, not only what changed.
    public var isFull = false
    /// How often each action was enabled and taken; of a simulation, its statistics.
    public var showsCoverage = false
    /// The `Sometimes` properties to which a path is wanted.
    public var witnesses: [String] = []
    /// Whether the number of models stands at the end.
    public var countsModels = true

    public init() {}
  }

  private let style: Style
  private let options: Options
  private let write: (String) -> Void
  /// The file whose name stands above.
  private var file: String?
  private var sweep: Sweep?

  private struct Sweep {
    var model: String
    var file: String
    var rows: [[String]]
  }

  public init(style: Style, options: Options = Options(), write: @escaping (String) -> Void) {
    self.style = style
    self.options = options
    self.write = write
  }

  public func record(_ event: RunEvent) {
    switch event {
    case .listed(let models, let file): list(models, file)
    case .beganSweep(let model, let file, let names):
      sweep = Sweep(
        model: model, file: file, rows: [names + ["verdict", "distinct", "generated", "depth", "time", "memory"]])
    case .endedSweep: showSweep()
    case .checked(let report, let context):
      if sweep == nil { show(report, context) } else { addRow(report, context) }
    case .simulated(let report, let context): show(report, context)
    case .verified(let report, let replayCommand):
      for line in report.text(style, isFull: options.isFull, replayCommand: replayCommand) { write(line) }
    case .replayed(let replay): show(replay)
    case .notChecked(let model):
      sweep?.rows.append(model.values.map(\.value) + ["not checked", "", "", "", "", ""])
    case .revised(let report):
      file = nil
      head(report.specification)
      write("  \(report.headline(style))")
    case .ended(let passed, let failed):
      if options.countsModels && passed + failed > 1 { write("models: \(passed) passed, \(failed) failed") }
    }
  }

  private func head(_ file: String) {
    if self.file != file { write(style.heading(file)) }
    self.file = file
  }

  private func write(_ lines: [String], indent: Int) {
    for line in lines { write(String(repeating: " ", count: indent) + line) }
  }

  // MARK: Models

  private func list(_ models: [RunEvent.Listing], _ file: String) {
    head(file)
    for model in models {
      let constants = model.constants.map { "\($0.key)=\($0.value.string ?? $0.value.description)" }
      let values = constants.isEmpty ? "" : "  " + constants.joined(separator: " ")
      write("  \(model.model): \(model.expectation)\(model.isSymmetric ? ", under symmetry" : "")\(values)")
    }
  }

  private func show(_ report: Report, _ context: RunEvent.Context) {
    head(report.specification)
    write("  \(report.headline(style))")
    write([report.counts()] + report.remarks(style), indent: 4)
    if let command = context.resumeCommand { write("    go on with: \(command)") }
    if options.showsCoverage { write(report.coverageTable(), indent: 4) }
    showWitnesses(report)
    guard let trace = report.counterexample else { return }
    if report.expectation.isMet && !context.isChosen {
      let states = "\(trace.steps.count) \(trace.steps.count == 1 ? "state" : "states")"
      return write("    in \(states); shown by --model \"\(report.model)\"")
    }
    show(trace, report.fault, of: report.specification, context, exclusions: report.exclusions(style))
  }

  private func show(
    _ trace: Report.Trace, _ fault: Report.Fault?, of file: String, _ context: RunEvent.Context,
    exclusions: [String] = []
  ) {
    write(trace.text(style, isFull: options.isFull), indent: 6)
    if let fault { write("    \(fault.text(in: file))") }
    write(exclusions, indent: 4)
    if let command = context.replayCommand { write("    replay: \(command)") }
  }

  private func showWitnesses(_ report: Report) {
    for property in report.properties where property.kind == .sometimes {
      guard let trace = property.trace else {
        if options.witnesses.contains(property.name) && property.verdict == .holds {
          write("    there was no time to find a path to \"\(property.name)\"")
        }
        continue
      }
      write("    a \(report.isDepthFirst ? "" : "shortest ")path to \"\(property.name)\":")
      write(trace.text(style, isFull: options.isFull), indent: 6)
    }
  }

  private func show(_ report: SimulationReport, _ context: RunEvent.Context) {
    head(report.specification)
    write("  \(report.headline(style))")
    write(report.counts() + report.remarks(style), indent: 4)
    if options.showsCoverage { write(report.statistics(), indent: 4) }
    guard let shortening = report.shortening(), let trace = report.counterexample else { return }
    if report.expectation.isMet && !context.isChosen {
      return write("    \(shortening); shown by --model \"\(report.model)\"")
    }
    write("    \(shortening)")
    show(trace, report.fault, of: report.specification, context)
  }

  private func show(_ replay: RunEvent.Replay) {
    head(replay.specification)
    write("  \(style.heading(replay.model))")
    write(replay.trace.text(style, isFull: options.isFull), indent: 6)
    for name in replay.violated { write(name == "deadlock" ? "    deadlock" : "    violates \"\(name)\"") }
    if let fault = replay.fault { write("    fails: \(fault)") }
  }

  // MARK: Sweeps

  private func addRow(_ report: Report, _ context: RunEvent.Context) {
    let verdict = report.finding + (report.expectation.isMet ? "" : " (unexpected)")
    sweep?.rows.append(
      context.values.map(\.value) + [
        verdict, grouped(report.distinctStates), grouped(report.generatedStates), "\(report.depth)",
        formatted(seconds: report.seconds), formatted(bytes: report.peakMemory),
      ])
  }

  private func showSweep() {
    guard let sweep, sweep.rows.count > 1 else { return self.sweep = nil }
    self.sweep = nil
    head(sweep.file)
    write("  \(style.heading(sweep.model))")
    write(table(sweep.rows), indent: 4)
  }
}

extension Report.Fault {
  /// `Specs/raft.swift:120: action HandleVote(1): a log of capacity 1 is full`
  fileprivate func text(in file: String) -> String {
    "\(line.map { "\(file):\($0): " } ?? "")\(place): \(message)"
  }
}
