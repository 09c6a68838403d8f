import DistCheckReporting

// What people and scripts are told of a search.
extension FileCheck {
  func count(_ report: Report) {
    tally.count(Self.status(of: report), passes: report.expectation.isMet)
  }

  /// What a report means for a script: success when it is as expected.
  static func status(of report: Report) -> Status {
    if report.expectation.isMet { return .success }
    switch report.verdict {
    case .holds: return .assumption
    case .violated:
      switch report.violatedProperty?.kind {
      case .deadlock: return .deadlock
      case .temporal: return .liveness
      default: return .safety
      }
    case .specificationError: return .specificationFault
    case .inconclusive: return .inconclusive
    }
  }

  func show(_ report: Report, isChosen: Bool) {
    count(report)
    if options.json { return Terminal.print(report.published) }
    let style = Terminal.outputStyle
    tally.printHeading()
    Terminal.print("  \(report.headline(style))")
    Terminal.print("    \(report.counts())")
    for remark in report.remarks(style) { Terminal.print("    \(remark)") }
    if let folder = options.checkpoint, report.checkpoint?.isWritten ?? false, report.verdict == .inconclusive {
      Terminal.print("    go on with: distcheck resume \(ModelRunner.quoted(folder))")
    }
    if options.coverage { for line in report.coverageTable() { Terminal.print("    \(line)") } }
    for property in report.properties where property.kind == .sometimes {
      guard let trace = property.trace else {
        if options.witness.contains(property.name) && property.verdict == .holds {
          Terminal.print("    there was no time to find a path to \"\(property.name)\"")
        }
        continue
      }
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
    Terminal.print(
      "    replay: \(runner.replayCommand(options.constants, options.compilation.companions, trace.token))")
  }
}
