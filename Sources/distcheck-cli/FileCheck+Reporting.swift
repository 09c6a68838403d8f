import DistCheckReporting

// What people and scripts are told of a search.
extension FileCheck {
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

  func show(_ report: Report, _ values: [(name: String, value: String)] = [], isChosen: Bool) {
    tally.count(Self.status(of: report), passes: report.expectation.isMet)
    var context = RunEvent.Context(values: values, isChosen: isChosen)
    if let folder = options.checkpoint, report.checkpoint?.isWritten ?? false, report.verdict == .inconclusive {
      context.resumeCommand = "distcheck resume \(ModelRunner.quoted(folder))"
    }
    context.replayCommand = report.counterexample.map {
      runner.replayCommand(options.constants, options.compilation.companions, $0.token)
    }
    tally.record(.checked(report, context))
  }
}
