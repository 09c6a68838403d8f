import Foundation
import TestSupport

/// A difference between what is right and what is given.
struct Difference: CustomStringConvertible {
  var seed: Int
  var model: String
  /// The options of the run, or how far it did not get.
  var run: String
  /// What differs: `states`, or the first words of a message. Two differences of a kind may have the same cause.
  var kind: String
  var details: String

  var description: String { "seed \(seed), \(model)\(run.isEmpty ? "" : ", \(run)"): \(kind): \(details)" }
}

/// Runs specifications and compares what is reported with what is right.
struct Comparison {
  let command: Command

  /// The ways to search that have to give the same result.
  static let runs = [
    [], ["--storage", "full", "--threads", "1"], ["--storage", "compact", "--threads", "2"],
    ["--strategy", "depth-first"], ["--strategy", "iterative-deepening"],
  ]

  /// Whether a search is breadth-first: the others stop at the first thing that is wrong, and check nothing temporal.
  private static func isBreadthFirst(_ run: [String]) -> Bool { !run.contains("--strategy") }

  /// Compares some specifications, which are compiled together.
  ///
  /// - Parameter stopsEarly: Whether the first way to search that differs is enough.
  func differences(_ batch: [(seed: Int, expected: Expected)], stopsEarly: Bool = false) async throws -> [Difference] {
    let name = "random-\(batch.map { "\($0.seed)" }.joined(separator: "-")).swift"
    let file = command.folder.appending(path: name)
    let sources = batch.map { Renderer($0.expected.specification).source() }
    try Data(("import DistCheck\n\n" + sources.joined(separator: "\n")).utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    var found: [Difference] = []
    for arguments in Self.runs where found.isEmpty || !stopsEarly {
      let outcome = try await command.run([name, "--json"] + arguments)
      let reports = Report.reports(in: outcome.output)
      if reports.isEmpty {
        // One that does not compile must not hide the others.
        if batch.count > 1 {
          for one in batch { found += try await differences([one], stopsEarly: stopsEarly) }
          return found
        }
        let seed = batch[0].seed
        return [
          Difference(seed: seed, model: "all", run: "", kind: Self.failure(outcome), details: Self.message(outcome))
        ]
      }
      for (seed, expected) in batch {
        for (model, exploration) in expected.models {
          let run = arguments.joined(separator: " ")
          guard let report = reports[model.name] else {
            let (kind, message) = Self.refusal(of: model.name, outcome)
            found.append(Difference(seed: seed, model: model.name, run: run, kind: kind, details: message))
            continue
          }
          let differences =
            Self.isBreadthFirst(arguments)
            ? Self.compare(report, exploration) : Self.compareRoughly(report, exploration)
          for (kind, details) in differences {
            found.append(Difference(seed: seed, model: model.name, run: run, kind: kind, details: details))
          }
        }
      }
    }
    return found
  }

  private static func failure(_ outcome: Outcome) -> String {
    let text = outcome.errors + outcome.output
    if text.contains("does not have terminator") { return "the compiler crashes: terminator" }
    if text.contains("Stack dump") || text.contains("compiler crash") { return "the compiler crashes" }
    return outcome.code == 65 ? "does not compile" : "no report, exit code \(outcome.code)"
  }

  /// What is said of a model that has no report.
  private static func refusal(of model: String, _ outcome: Outcome) -> (kind: String, message: String) {
    let line = outcome.errors.split(separator: "\n").first { $0.contains("model \"\(model)\"") }
    let message = line.map(String.init) ?? Self.message(outcome)
    return (message.contains("padding") ? "refused for padding" : "no report", message)
  }

  private static func message(_ outcome: Outcome) -> String {
    let lines = (outcome.errors + outcome.output).split(separator: "\n")
    let telling = lines.filter { $0.contains(": error:") || $0.contains("Stack dump") || $0.contains("terminator") }
    return (telling.isEmpty ? lines : telling).prefix(2).joined(separator: " | ")
  }

  /// Compares what a search says that is not breadth-first.
  private static func compareRoughly(_ report: Report, _ right: Exploration) -> [(kind: String, details: String)] {
    let isTemporal = right.outcomes.contains { $0.name.hasPrefix("temporal") }
    if right.verdict == .fails || right.mayFailToo || isTemporal { return [] }
    if report.verdict != right.verdict.rawValue {
      return [("verdict of another strategy", "\(right.verdict.rawValue) is right, \(report.verdict) is given")]
    }
    if right.isUnsafe || right.distinct == report.distinct { return [] }
    return [("states of another strategy", "\(right.distinct) is right, \(report.distinct) is given")]
  }

  private static func compare(_ report: Report, _ right: Exploration) -> [(kind: String, details: String)] {
    if right.mayFailToo { return [] }
    if right.verdict == .fails {
      return report.verdict == "spec-error" && (report.error?.contains("symmetric") != true)
        ? [] : [("verdict", "spec-error is right, \(report.verdict) is given")]
    }
    if report.verdict == "spec-error" || report.verdict == "none" {
      return [("refused or failed", report.error ?? "no message")]
    }
    var found: [(String, String)] = []
    func expect<Value: Equatable>(_ kind: String, _ right: Value, _ given: Value) {
      if right != given { found.append((kind, "\(right) is right, \(given) is given")) }
    }
    expect("states", right.distinct, report.distinct)
    expect("generated", right.generated, report.generated)
    expect("depth", right.depth, report.depth)
    expect("outside", right.outside, report.outside)
    expect("enabled", right.enabled, report.enabled)
    expect("taken", right.taken, report.taken)
    for (name, verdict, length) in right.outcomes {
      guard let given = report.outcomes[name] else {
        if name != "deadlock" { found.append(("no property", name)) }
        continue
      }
      if !right.hasFairBehaviour && name.hasPrefix("temporal") { continue }
      expect(name.hasPrefix("temporal") ? "temporal" : "property \(name)", verdict.rawValue, given.verdict)
      if let length, given.verdict == "violated" { expect("length of \(name)", length, given.length ?? 0) }
    }
    if right.hasFairBehaviour { expect("verdict", right.verdict.rawValue, report.verdict) }
    return found
  }
}
