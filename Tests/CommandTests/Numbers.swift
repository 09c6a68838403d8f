import Foundation
import TestSupport

/// What a search has counted and found, from `--json`: the same however often it was interrupted, by whatever number of
/// threads it is done, and wherever states are kept.
struct Numbers: Equatable {
  var verdict: String
  var distinct: Int
  var generated: Int
  var depth: Int
  var outside: Int
  /// For each action how often it was enabled, taken, and led deeper.
  var coverage: [[Int]]
  /// For each property the verdict, and the token of its trace.
  var properties: [String]

  init?(_ outcome: Outcome) {
    guard let report = outcome.report else { return nil }
    let actions = report["actions"] as? [[String: Any]] ?? []
    let properties = report["properties"] as? [[String: Any]] ?? []
    verdict = report["verdict"] as? String ?? ""
    distinct = report["distinctStates"] as? Int ?? -1
    generated = report["generatedStates"] as? Int ?? -1
    depth = report["depth"] as? Int ?? -1
    outside = report["statesOutsideConstraint"] as? Int ?? -1
    coverage = actions.map { action in ["enabled", "taken", "newStates"].map { action[$0] as? Int ?? -1 } }
    self.properties = properties.map { property in
      let trace = property["trace"] as? [String: Any]
      return "\(property["name"] ?? ""): \(property["verdict"] ?? "") \(trace?["token"] ?? "")"
    }
  }

  /// Without how often an action led deeper: a state on disk that is found again counts as deeper, because how deep it is
  /// is known only later.
  func ignoringDepths(_ ignores: Bool = true) -> Numbers {
    var numbers = self
    if ignores { for action in coverage.indices { numbers.coverage[action][2] = 0 } }
    return numbers
  }

  /// Without what was counted for each action.
  func ignoringCoverage() -> Numbers {
    var numbers = self
    numbers.coverage = []
    return numbers
  }

  /// Without the tokens of traces.
  func ignoringTraces(_ ignores: Bool = true) -> Numbers {
    var numbers = self
    if ignores { numbers.properties = properties.map { String($0[..<($0.lastIndex(of: " ") ?? $0.endIndex)]) } }
    return numbers
  }
}

extension Outcome {
  /// The report, where `--json` has printed one.
  var report: [String: Any]? { try? JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any] }
}
