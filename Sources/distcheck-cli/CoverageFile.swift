import DistCheckReporting
import Foundation

/// Coverage of a specification by logs, added up over many runs: `distcheck verify … --coverage-file FILE`.
struct CoverageFile {
  private static let kind = "distcheck coverage of logs"

  var path: String
  var specification: String
  /// Logs that were added.
  private(set) var logs = 0
  private(set) var actions: [VerificationReport.Action] = []

  /// Reads what is there, if anything is.
  ///
  /// - Throws: `CommandError` where the file is none of ours, or of another specification: it is left as it is.
  init(_ path: String, specification: String) throws(CommandError) {
    self.path = path
    self.specification = specification
    guard FileManager.default.fileExists(atPath: path) else { return }
    guard let data = FileManager.default.contents(atPath: path),
      let json = JSON(parsing: String(decoding: data, as: UTF8.self)), json["kind"].string == Self.kind
    else { throw CommandError(.usage, "--coverage-file \(path): is there already, and is no coverage of logs") }
    let other = json["spec"].string ?? ""
    guard other == specification else {
      throw CommandError(.usage, "--coverage-file \(path): is of \(other), not of \(specification)")
    }
    logs = json["logs"].integer ?? 0
    actions = json["actions"].array.map { action in
      VerificationReport.Action(
        name: action["name"].string ?? "", isOptional: action["optional"].boolean ?? false,
        taken: action["taken"].integer ?? 0, enabled: action["enabled"].integer ?? 0,
        disabled: action["disabled"].integer ?? 0)
    }
  }

  /// Adds what a log has exercised. Actions that only another instance of the specification has stay.
  mutating func add(_ report: VerificationReport) {
    logs += report.logs.count
    for action in report.coverage {
      guard let known = actions.firstIndex(where: { $0.name == action.name }) else {
        actions.append(action)
        continue
      }
      actions[known].taken += action.taken
      actions[known].enabled += action.enabled
      actions[known].disabled += action.disabled
    }
  }

  /// Writes it in the place of what was read, whole or not at all.
  func write() throws(CommandError) {
    let json = JSON.object([
      "kind": .string(Self.kind), "schema": 1, "spec": .string(specification), "logs": .integer(logs),
      "actions": .array(
        actions.map { action in
          .object([
            "name": .string(action.name), "optional": .boolean(action.isOptional), "taken": .integer(action.taken),
            "enabled": .integer(action.enabled), "disabled": .integer(action.disabled),
          ])
        }),
    ])
    do {
      try Data("\(json)\n".utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw CommandError(
        .internalFault, "--coverage-file \(path): cannot be written: \(SpecificationCache.reason(error))")
    }
  }
}
