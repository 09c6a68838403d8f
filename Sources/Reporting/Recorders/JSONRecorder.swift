/// One object for every model, whatever came of it, and one for a file whose models are not known: each in a line of its own.
public final class JSONRecorder: Recorder {
  private let write: (JSON) -> Void

  public init(write: @escaping (JSON) -> Void) { self.write = write }

  public func record(_ event: RunEvent) {
    switch event {
    case .listed(let models, let file):
      for model in models { write(model.json(in: file)) }
    case .checked(let report, _): write(report.published)
    case .simulated(let report, _): write(report.published)
    case .verified(let report, _): write(report.json)
    case .replayed(let replay): write(replay.json)
    case .notChecked(let model): write(model.json)
    case .beganSweep, .endedSweep, .revised, .ended: break
    }
  }
}

extension RunEvent.Listing {
  fileprivate func json(in file: String) -> JSON {
    .object([
      "schema": .integer(Report.schema), "spec": .string(file), "model": .string(model),
      "constants": .object(constants), "expectation": .string(expectation),
    ])
  }
}

extension RunEvent.Replay {
  fileprivate var json: JSON {
    .object([
      "schema": .integer(Report.schema), "spec": .string(specification), "model": .string(model),
      "trace": trace.published.json, "violated": .array(violated.map { .string($0) }),
      "error": fault.map { .string($0) } ?? .null,
    ])
  }
}

extension RunEvent.NotChecked {
  fileprivate var json: JSON {
    .object([
      "schema": .integer(Report.schema), "spec": .string(specification),
      "model": model.map { .string($0) } ?? .null, "constants": .object(constants.map { changed($0) }),
      "verdict": "not-checked", "exitCode": .integer(exitCode), "error": .object(["message": .string(message)]),
    ])
  }

  /// With the value that was set, of the type that the constant has.
  private func changed(_ member: JSON.Member) -> JSON.Member {
    guard let value = values.first(where: { $0.name == member.key })?.value else { return member }
    return JSON.Member(
      key: member.key,
      value: Int(value).map { .integer($0) } ?? member.value.boolean.flatMap { _ in Bool(value).map { .boolean($0) } }
        ?? .string(value))
  }
}
