import Foundation

/// What the executable says of a model: one line of its JSON.
struct Report {
  var verdict = ""
  var isComplete = false
  var distinct = 0
  var generated = 0
  var depth = 0
  var outside = 0
  var enabled: [Int] = []
  var taken: [Int] = []
  var outcomes: [String: (verdict: String, length: Int?)] = [:]
  var error: String?

  /// The reports of an output, by model.
  static func reports(in output: String) -> [String: Report] {
    var reports: [String: Report] = [:]
    for line in output.split(separator: "\n") {
      guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
        let model = object["model"] as? String, object["verdict"] as? String != "not-checked"
      else { continue }
      reports[model] = Report(object)
    }
    return reports
  }

  private init(_ object: [String: Any]) {
    func number(_ key: String) -> Int { object[key] as? Int ?? -1 }
    verdict = object["verdict"] as? String ?? "none"
    isComplete = object["complete"] as? Bool ?? false
    distinct = number("distinctStates")
    generated = number("generatedStates")
    depth = number("depth")
    outside = number("statesOutsideConstraint")
    for action in object["actions"] as? [[String: Any]] ?? [] {
      enabled.append(action["enabled"] as? Int ?? -1)
      taken.append(action["taken"] as? Int ?? -1)
    }
    for property in object["properties"] as? [[String: Any]] ?? [] {
      let trace = property["trace"] as? [String: Any]
      outcomes[property["name"] as? String ?? ""] = (
        property["verdict"] as? String ?? "none", (trace?["steps"] as? [Any])?.count
      )
    }
    if let fault = object["error"], !(fault is NSNull) { error = "\(fault)" }
  }
}
