import DistCheckReporting

/// What has come of the models of a file.
///
/// With JSON there is one object for each model, and one for a file whose models are not known, also where something keeps
/// them from being checked.
final class Tally {
  private let path: String
  private let writesJSON: Bool
  private(set) var statuses: [Status] = []
  private(set) var passed = 0
  private(set) var failed = 0
  /// Whether the name of the file stands above its results already.
  private var hasHeading = false
  /// Why something could not be checked, and the models that it kept from it: it is told of the first.
  private var reasons: [(reason: String, models: [String])] = []

  init(path: String, writesJSON: Bool) {
    self.path = path
    self.writesJSON = writesJSON
  }

  func count(_ status: Status, passes: Bool) {
    statuses.append(status)
    if passes { passed += 1 } else { failed += 1 }
  }

  func printHeading() {
    if hasHeading { return }
    hasHeading = true
    Terminal.print(Terminal.outputStyle.heading(path))
  }

  // MARK: What could not be checked

  /// Runs what checks a model. What keeps one from being checked does not keep the others from it; wrong usage does.
  ///
  /// - Returns: Whether the model was checked.
  @discardableResult
  func attempt(
    _ model: ModelRunner.Model, _ values: [(name: String, value: String)], _ body: () async throws -> Void
  ) async throws -> Bool {
    do {
      try await body()
      return true
    } catch let error as CommandError where error.status != .usage {
      fail(error, model, values)
      return false
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
    if writesJSON { Terminal.print(notChecked(error, model, values)) }
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
    if writesJSON { Terminal.print(notChecked(error, model, values)) }
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
  ) -> JSON {
    let constants = (model.map { $0.sizes.members + $0.constants.members } ?? []).map { member in
      guard let value = values.first(where: { $0.name == member.key })?.value else { return member }
      return JSON.Member(
        key: member.key,
        value: Int(value).map { .integer($0) } ?? member.value.boolean.flatMap { _ in Bool(value).map { .boolean($0) } }
          ?? .string(value))
    }
    return .object([
      "schema": .integer(Report.schema), "spec": .string(path), "model": model.map { .string($0.name) } ?? .null,
      "constants": .object(constants), "verdict": "not-checked", "exitCode": .integer(error.status.rawValue),
      "error": .object(["message": .string(error.message)]),
    ])
  }
}
