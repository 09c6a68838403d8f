import Foundation
import TestSupport
import Testing

/// `distcheck log`, and `distcheck verify` of what it has written.
@Suite struct LogCommandTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func shell(_ line: String) async throws -> Outcome { try await workspace.shell(line) }

  private static func specification(_ name: String) -> String { root.appending(path: "Specs/\(name).swift").path }

  private static let models = [
    ("two-phase-commit", "three"), ("paxos", ""), ("alternating-bit", ""), ("token-ring", ""), ("crdt-counter", ""),
    ("ring-election", ""), ("raft", ""),
  ]

  /// What a specification writes is accepted, by both strategies; a changed log is judged as it says.
  @Test(arguments: models) func writtenLogs(name: String, model: String) async throws {
    let specification = Self.specification(name)
    let choice = model.isEmpty ? "" : "--model '\(model)'"
    for seed in 1...3 {
      let log = try await shell(
        "\"$distcheck\" log '\(specification)' \(choice) --length 40 --seed \(seed) > log.ndjson")
      #expect(log.code == 0, "\(log.errors)")
      for strategy in ["breadth", "depth"] {
        let outcome = try await shell(
          "\"$distcheck\" verify '\(specification)' \(choice) --strategy \(strategy) log.ndjson")
        #expect(outcome.code == 0, "\(name) \(seed): \(outcome.output)\(outcome.errors)")
      }
    }
    for seed in 1...6 {
      let log = try await shell(
        "\"$distcheck\" log '\(specification)' \(choice) --length 15 --seed \(seed) --mutate | tee log.ndjson | head -1"
      )
      #expect(log.code == 0, "\(log.errors)")
      guard log.output.contains("\"mutation\"") else { continue }  // it is too short
      let isAllowed = log.output.contains("\"allowed\":true")
      #expect(isAllowed || log.output.contains("\"allowed\":false"))
      let outcome = try await shell("\"$distcheck\" verify '\(specification)' \(choice) --strategy depth log.ndjson")
      #expect(outcome.code == (isAllowed ? 0 : 12), "\(name) \(seed): \(log.output)\(outcome.output)\(outcome.errors)")
    }
  }

  /// Every transition of a small model, taken: as many different ones as the search generates.
  @Test func tour() async throws {
    let specification = Self.specification("two-phase-commit")
    let tour = try await shell("\"$distcheck\" log '\(specification)' --model three --tour")
    #expect(tour.code == 0, "\(tour.errors)")
    var state: [String: String] = [:]
    var transitions: Set<String> = []
    for line in tour.output.split(separator: "\n") {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
      if let initial = object["initial"] as? [String: String] {
        state = initial
        continue
      }
      let before = state
      state.merge(object["changes"] as? [String: String] ?? [:]) { $1 }
      transitions.insert("\(before.sorted { $0.key < $1.key }) \(object["action"] ?? "") \(object["args"] ?? "")")
    }
    // 1,146 generated states, one of which is the initial one: so say TLC and the model.
    #expect(transitions.count == 1_145)
    let large = try await shell("\"$distcheck\" log '\(specification)' --model seven --tour")
    #expect(large.code == 20)
    #expect(large.errors.contains("--tour: the model has more than 10,000 states"))
  }

  @Test(arguments: [
    (
      "{\"action\": \"RMPrepares\"}",
      "l.ndjson:1: action: \"RMPrepares\" is none of TMRcvPrepared, TMCommit, TMAbort, "
        + "RMPrepare, RMChooseToAbort, RMRcvCommitMsg, RMRcvAbortMsg"
    ),
    ("{\"action\": \"RMPrepare\", \"args\": [3]}", "l.ndjson:1: args[0]: 3 is no value of parameter 1 of RMPrepare"),
    ("{\"action\": \"TMCommit\", \"args\": [1, 2]}", "l.ndjson:1: args: TMCommit has 0 parameters"),
    (
      "{\"action\": \"TMAbort\", \"changes\": {\"phase\": \"x\"}}",
      "l.ndjson:1: changes.phase: the state has no part \"phase\""
    ),
    ("{\"step\": \"TMAbort\"}", "l.ndjson:1: step: an event has the fields action, args, changes, initial"),
    ("{}", "l.ndjson:1: action: the field is missing"),
  ])
  func unreadable(line: String, message: String) async throws {
    _ = try workspace.write("l.ndjson", line + "\n")
    let outcome = try await shell("\"$distcheck\" verify '\(Self.specification("two-phase-commit"))' l.ndjson")
    #expect(outcome.code == 65)
    #expect(outcome.errors == "distcheck: \(message)\n")
  }

  @Test(arguments: [
    ("log --length 0", "--length 0: must be at least 1"),
    ("log --tour --mutate", "--tour and --mutate exclude each other"),
    ("log --tour --seed 1", "--tour has nothing random: leave out --seed"),
    ("log --max-states 5", "--max-states is for --tour"),
    ("log -D resourceManagers=2...3", "-D resourceManagers: log takes one value; ranges are for checking"),
    ("verify --pattern x", "--pattern: needs a mapping; give one with --log"),
    ("verify --config x", "--config: needs a mapping; give one with --log"),
    ("verify --model nobody /dev/null", "no model \"nobody\""),
  ])
  func usage(arguments: String, message: String) async throws {
    let words = arguments.split(separator: " ", maxSplits: 1)
    let rest = words.count > 1 ? String(words[1]) : ""
    let outcome = try await shell("\"$distcheck\" \(words[0]) '\(Self.specification("two-phase-commit"))' \(rest)")
    #expect(outcome.code == 64)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }
}
