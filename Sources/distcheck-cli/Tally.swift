import DistCheckReporting

/// What has come of the models of a file; recorders are told.
///
/// Something that keeps one model from being checked does not keep the others from it.
final class Tally {
  private let path: String
  private let recorders: [any Recorder]
  private(set) var statuses: [Status] = []
  private(set) var passed = 0
  private(set) var failed = 0
  /// Why something could not be checked, and the models that it kept from it: it is told of the first.
  private var reasons: [(reason: String, models: [String])] = []

  init(path: String, recorders: [any Recorder]) {
    self.path = path
    self.recorders = recorders
  }

  func count(_ status: Status, passes: Bool) {
    statuses.append(status)
    if passes { passed += 1 } else { failed += 1 }
  }

  func record(_ event: RunEvent) { recorders.record(event) }

  // MARK: What could not be checked

  /// Runs what checks a model. What keeps one from being checked does not keep the others from it; wrong usage does.
  func attempt(
    _ model: ModelRunner.Model, _ values: [(name: String, value: String)], _ body: () async throws -> Void
  ) async throws {
    do {
      try await body()
    } catch let error as CommandError where error.status != .usage {
      fail(error, model, values)
    }
  }

  /// Tells what keeps a model, or the file, from being checked.
  func fail(
    _ error: CommandError, _ model: ModelRunner.Model? = nil, _ values: [(name: String, value: String)] = []
  ) {
    if let known = reasons.firstIndex(where: { $0.reason == error.reason }) {
      if let model, reasons[known].models.last != model.name { reasons[known].models.append(model.name) }
    } else {
      reasons.append((error.reason, model.map { [$0.name] } ?? []))
      Terminal.complain(error.message)
    }
    count(error.status, passes: false)
    record(notChecked(error, model, values))
  }

  /// What comes after a signal is not checked.
  ///
  /// - Parameter isSaid: Whether what was interrupted, if anything was, has said so.
  func noteInterruption(
    before model: ModelRunner.Model? = nil, _ values: [(name: String, value: String)] = [], isSaid: Bool = false
  ) {
    let error = CommandError(.inconclusive, "\(path)\(model.map { ": \($0.name)" } ?? ""): interrupted")
    if !isSaid && !statuses.contains(.inconclusive) { Terminal.complain(error.message) }
    statuses.append(.inconclusive)
    record(notChecked(error, model, values))
  }

  /// Nothing more comes: names the models that could not be checked for a reason that was told of another one.
  func finish() {
    for (_, models) in reasons where models.count > 1 {
      let names = models.dropFirst().map { "\"\($0)\"" }.joined(separator: ", ")
      Terminal.complain("\(path): the same for \(models.count == 2 ? "model" : "models") \(names)")
    }
  }

  private func notChecked(
    _ error: CommandError, _ model: ModelRunner.Model?, _ values: [(name: String, value: String)]
  ) -> RunEvent {
    .notChecked(
      RunEvent.NotChecked(
        specification: path, model: model?.name, constants: model?.allConstants ?? [], values: values,
        exitCode: error.status.rawValue, message: error.message))
  }
}

extension ModelRunner.Model {
  /// The sizes and the other constants.
  var allConstants: [JSON.Member] { sizes.members + constants.members }
}
