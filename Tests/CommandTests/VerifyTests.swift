import Foundation
import TestSupport
import Testing

/// `distcheck verify`: logs of two-phase commit that hold and that do not, in every form that they come in.
@Suite struct VerifyTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let specification = root.appending(path: "Specs/two-phase-commit.swift").path
  private static let mapping = root.appending(path: "Specs/Logs/two-phase-commit-java.swift").path

  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try write("conf.ndjson", ["{\"RM\": [\"rm-0\", \"rm-1\"]}", "{\"TM\": [\"tm\"]}"])
  }

  private func write(_ name: String, _ lines: [String], ending: String = "\n") throws {
    _ = try workspace.write(name, lines.joined(separator: "\n") + ending)
  }

  private func verify(_ arguments: String, input: String = "") async throws -> Outcome {
    try await workspace.shell(
      "\(input)\"$distcheck\" verify '\(Self.specification)' --log '\(Self.mapping)' --config conf.ndjson \(arguments)")
  }

  private static func step(_ event: String, _ rm: String? = nil, _ updates: String...) -> String {
    let name = ["\"event\": \"\(event)\""]
    return "{" + (updates + name + (rm.map { ["\"event_args\": [\"\($0)\"]"] } ?? [])).joined(separator: ", ") + "}"
  }

  private static func update(_ variable: String, _ op: String, _ path: String, _ argument: String) -> String {
    "\"\(variable)\": [{\"op\": \"\(op)\", \"path\": [\(path)], \"args\": [\(argument)]}]"
  }

  /// Two resource managers that commit.
  private static let good = [
    step("RMPrepare", "rm-0", update("rmState", "Update", "\"rm-0\"", "\"prepared\"")),
    step("TMRcvPrepared", nil, update("tmPrepared", "AddElement", "", "\"rm-0\"")),
    step("RMPrepare", "rm-1", update("rmState", "Update", "\"rm-1\"", "\"prepared\"")),
    step("TMRcvPrepared", nil, update("tmPrepared", "AddElement", "", "\"rm-1\"")),
    step("TMCommit", nil, update("tmState", "Update", "", "\"done\"")),
    step("RMRcvCommitMsg", "rm-1", update("rmState", "Update", "\"rm-1\"", "\"committed\"")),
    step("RMRcvCommitMsg", "rm-0", update("rmState", "Update", "\"rm-0\"", "\"committed\"")),
  ]

  @Test func acceptedAsAWholeAndAsABeginning() async throws {
    for count in [Self.good.count, 3] {
      try write("good.ndjson", Array(Self.good.prefix(count)))
      let outcome = try await verify("good.ndjson")
      #expect(outcome.code == 0)
      #expect(outcome.errors.isEmpty)
      #expect(
        outcome.output.hasPrefix("good.ndjson: accepted\n  \(count) lines, 1 state at the end, "), "\(outcome.output)")
    }
  }

  @Test func rejected() async throws {
    var lines = Self.good
    lines.removeSubrange(2...3)  // rm-1 never prepares
    try write("bad.ndjson", lines)
    let outcome = try await verify("bad.ndjson")
    #expect(outcome.code == 12)
    let expected = """
      bad.ndjson: rejected at line 3
        3 lines, TIME
        fields that the mapping does not read: op

        3: {"tmState": [{"op": "Update", "path": [], "args": ["done"]}], "event": "TMCommit"}
        One state fits the lines before it. In it:
          TMCommit: not enabled (SPEC:54)
      """
    let output = outcome.output.replacing(/\d+\.\d\d s/, with: "TIME").replacing(Self.specification, with: "SPEC")
    #expect(output.hasPrefix(expected), "\(output)")
    #expect(output.split(separator: "\n", omittingEmptySubsequences: false).count <= 40)
    // The behaviour up to there is one of the specification.
    let command = try #require(outcome.output.firstMatch(of: /distcheck (.*--replay [0-9a-z]+)/)).output.1
    let replay = try await workspace.shell("\"$distcheck\" \(command)")
    #expect(replay.code == 0, "\(replay.errors)")
    #expect(replay.output.contains("TMRcvPrepared(0)"))
  }

  /// Each field that the mapping reads matters, at its line.
  @Test func everyFieldMatters() async throws {
    let others = [
      ("\"prepared\"", "\"committed\""), ("\"committed\"", "\"aborted\""), ("\"rm-0\"", "\"rm-1\""),
      ("\"rm-1\"", "\"rm-0\""), ("\"TMCommit\"", "\"TMAbort\""), ("\"RMRcvCommitMsg\"", "\"RMRcvAbortMsg\""),
      ("\"RMPrepare\"", "\"RMChooseToAbort\""),
    ]
    var tried = 0
    for (number, line) in Self.good.enumerated() {
      for (old, new) in others {
        for range in line.ranges(of: old) {
          var lines = Self.good
          lines[number].replaceSubrange(range, with: new)
          // Who is meant is said twice on some lines: then one of both is wrong. A TM that aborts is one that is done.
          if new == "\"TMAbort\"" { continue }
          // A message that is received again is a step of the specification: only a later line can tell.
          if number == 3 && new == "\"rm-0\"" { continue }
          try write("mutant.ndjson", lines)
          let outcome = try await verify("mutant.ndjson --json")
          #expect(outcome.code == 12, "\(lines[number])")
          #expect(outcome.output.contains("\"rejection\":{\"at\":{\"file\":\"mutant.ndjson\",\"line\":\(number + 1),"))
          tried += 1
        }
      }
    }
    #expect(tried > 15)
  }

  // MARK: Ways in

  @Test func standardInput() async throws {
    try write("good.ndjson", Self.good)
    let whole = try await verify("", input: "cat good.ndjson | ")
    #expect(
      whole.code == 0 && whole.output.hasPrefix("standard input: accepted\n  7 lines"), "\(whole.output)\(whole.errors)"
    )
    let dash = try await verify("- < good.ndjson")
    #expect(dash.code == 0 && dash.output.hasPrefix("standard input: accepted"))
    let empty = try await verify("< /dev/null")
    #expect(empty.code == 65)
    #expect(empty.errors == "distcheck: standard input: the log is empty\n")
  }

  /// The verdict comes as soon as there is one, though whoever writes goes on.
  @Test func aLogThatIsStillWritten() async throws {
    try write("bad.ndjson", [Self.good[0], Self.good[0]])
    let outcome = try await workspace.shell(
      """
      mkfifo pipe; (cat bad.ndjson; exec sleep 1000) > pipe & \
      "$distcheck" verify '\(Self.specification)' --log '\(Self.mapping)' --config conf.ndjson < pipe
      code=$?; kill $!; exit $code
      """)
    #expect(outcome.code == 12 && outcome.output.hasPrefix("standard input: rejected at line 2"))
  }

  /// A signal is heard before the first line comes, and after it.
  @Test func signals() async throws {
    try write("good.ndjson", Self.good)
    // Compiled before, so that the signal meets what it is for.
    #expect(try await verify("good.ndjson -D resourceManagers=2").code == 0)
    let outcome = try await workspace.shell(
      """
      mkfifo early late; (exec sleep 90) > early & first=$!; (cat good.ndjson; exec sleep 90) > late & second=$!
      for pipe in early late; do
        "$distcheck" verify '\(Self.specification)' --log '\(Self.mapping)' --config conf.ndjson -D resourceManagers=2 \
          < $pipe > $pipe.out 2> $pipe.err & tool=$!
        sleep 10; kill -TERM $tool; wait $tool; echo $? >> codes
      done
      kill $first $second; cat codes early.err late.out
      """)
    #expect(
      outcome.output.hasPrefix(
        "20\n20\ndistcheck: standard input: interrupted\nstandard input: inconclusive: interrupted; nothing is wrong up to there\n"
      ), "\(outcome.output)")
  }

  @Test func packed() async throws {
    try write("good.ndjson", Self.good)
    let outcome = try await verify("good.ndjson.gz", input: "gzip -k good.ndjson && ")
    #expect(outcome.code == 0 && outcome.output.hasPrefix("good.ndjson.gz: accepted\n  7 lines"), "\(outcome.errors)")
  }

  @Test func json() async throws {
    try write("good.ndjson", Self.good)
    let outcome = try await verify("good.ndjson --json --coverage")
    #expect(outcome.code == 0)
    for part in [
      "{\"schema\":1,\"spec\":", "\"logs\":[\"good.ndjson\"],\"constants\":{\"resourceManagers\":2,",
      "\"verdict\":\"accepted\"", "\"lines\":7", "\"names\":{\"ResourceManager\":[\"rm-0\",\"rm-1\"]}",
      "{\"name\":\"RMPrepare\",\"optional\":false,\"taken\":2,",
    ] { #expect(outcome.output.contains(part), "\(part) in \(outcome.output)") }
  }

  /// Counts of several runs are added; a file of others is left alone.
  @Test func coverageOfManyLogs() async throws {
    try write("good.ndjson", Self.good)
    try write("half.ndjson", Array(Self.good.prefix(3)))
    #expect(try await verify("good.ndjson --coverage-file sum.json").code == 0)
    let second = try await verify("half.ndjson --coverage-file sum.json")
    #expect(second.code == 0 && second.output.contains(#/RMPrepare +4 /#), "\(second.output)")
    #expect(second.output.contains("in no line: TMAbort, RMChooseToAbort, RMRcvAbortMsg"))
    #expect(try workspace.contents(of: "sum.json").contains("\"logs\":2,"))
    let other = try await verify("good.ndjson --coverage-file good.ndjson")
    #expect(other.code == 64)
    #expect(other.errors == "distcheck: --coverage-file good.ndjson: is there already, and is no coverage of logs\n")
    #expect(try workspace.contents(of: "good.ndjson").hasPrefix("{\"rmState\""))
  }

  // MARK: What cannot be read

  @Test(
    arguments: [
      (["x"], "l.ndjson:1: it is no JSON (column 1)"),
      (
        ["{\"event\": \"RMPrepare\", \"event_args\": [\"rm-9\"]}"],
        "l.ndjson:1: event_args[0]: \"rm-9\" is none of ResourceManager: rm-0, rm-1"
      ),
      (["{\"event\": 3}"], "l.ndjson:1: event: 3 is no string"),
      (["{\"msgs\": [{\"args\": [{}]}]}"], "l.ndjson:1: msgs[0].args[0].type: the field is missing"),
      (
        ["{\"rmState\": [{\"path\": [\"rm-0\"], \"args\": [\"asleep\"]}]}"],
        "l.ndjson:1: rmState[0].args[0]: \"asleep\" is none of working, prepared, committed, aborted"
      ),
      (["{\"color\": [{}]}"], "l.ndjson:1: color[0]: there is no variable \"color\""),
      (
        ["{\"event\": \"Prepare\"}"],
        "l.ndjson:1: there is no action \"Prepare\"; the specification has TMRcvPrepared, TMCommit, TMAbort, "
          + "RMPrepare, RMChooseToAbort, RMRcvCommitMsg, RMRcvAbortMsg"
      ),
      (
        ["{\"event\": \"TMCommit\", \"event_args\": [\"rm-0\"]}"],
        "l.ndjson:1: the mapping gives action TMCommit 1 arguments; it has 0"
      ),
      ([], "l.ndjson: the log is empty"),
    ] as [([String], String)])
  func unreadable(lines: [String], message: String) async throws {
    try write("l.ndjson", lines, ending: lines.isEmpty ? "" : "\n")
    let outcome = try await verify("l.ndjson")
    #expect(outcome.code == 65)
    #expect(outcome.errors == "distcheck: \(message)\n")
    #expect(outcome.output.isEmpty)
  }

  @Test func truncated() async throws {
    try write("l.ndjson", [Self.good[0], String(Self.good[1].dropLast(5))], ending: "")
    let outcome = try await verify("l.ndjson")
    #expect(outcome.code == 65)
    #expect(outcome.errors.hasPrefix("distcheck: l.ndjson:2: the last line is cut off: "))
  }

  @Test func usage() async throws {
    try write("good.ndjson", Self.good)
    let noFile = try await verify("nowhere.ndjson")
    #expect(noFile.code == 64 && noFile.errors == "distcheck: nowhere.ndjson: no such file\n")
    let noConfiguration = try await workspace.shell(
      "\"$distcheck\" verify '\(Self.specification)' --log '\(Self.mapping)' good.ndjson")
    #expect(noConfiguration.code == 65)
    #expect(noConfiguration.errors.contains("RM: the field is missing"), "\(noConfiguration.errors)")
    let noMapping = try await workspace.shell(
      "\"$distcheck\" verify '\(Self.specification)' --log '\(Self.specification)' good.ndjson")
    #expect(noMapping.code == 64, "\(noMapping.errors)")
    let none = try await verify("good.ndjson -D resourceManagers=0")
    #expect(none.code == 64 && none.errors == "distcheck: -D resourceManagers: 0 is not in 1...65535\n")
    let few = try await verify("good.ndjson -D resourceManagers=1")
    #expect(few.code == 65, "\(few.errors)")
  }

  // MARK: The logs of others

  /// Logs with known verdicts, where they are.
  @Test(arguments: ["E", "EA", "V", "VEA", "VpEA"]) func sharedLogs(suffix: String) async throws {
    let traces = Self.root.appending(path: "../shared/traces/two-phase-commit").path
    guard FileManager.default.fileExists(atPath: traces) else { return }
    for (size, kind) in [("4RM", "4RM"), ("8RM", "8RM"), ("4RM", "BUG-4RM")] {
      let log = "\(traces)/trace.ndjson.\(kind).\(suffix)"
      guard FileManager.default.fileExists(atPath: log) else { continue }
      for strategy in ["auto", "breadth", "depth"] {
        let outcome = try await workspace.shell(
          "\"$distcheck\" verify '\(Self.specification)' --log '\(Self.mapping)' --config \(traces)/conf.\(size).ndjson "
            + "--strategy \(strategy) '\(log)'")
        #expect(outcome.code == (kind == "BUG-4RM" ? 12 : 0), "\(log) \(strategy): \(outcome.output)\(outcome.errors)")
        if kind == "BUG-4RM" { #expect(outcome.output.contains("rejected at line 8")) }
      }
    }
  }

  @Test(arguments: ["E", "EA", "V", "VEA", "VpEA"]) func sharedStores(suffix: String) async throws {
    let traces = Self.root.appending(path: "../shared/traces/key-value-store").path
    guard FileManager.default.fileExists(atPath: traces) else { return }
    let specification = Self.root.appending(path: "Specs/key-value-store.swift").path
    let mapping = Self.root.appending(path: "Specs/Logs/key-value-store-java.swift").path
    for clients in ["4C", "8C"] {
      let outcome = try await workspace.shell(
        "\"$distcheck\" verify '\(specification)' --log '\(mapping)' --config \(traces)/conf.10-20-5.ndjson "
          + "'\(traces)/trace.ndjson.\(clients).\(suffix)'")
      #expect(outcome.code == 0, "\(clients).\(suffix): \(outcome.output)\(outcome.errors)")
    }
  }

  /// A thousand lines of etcd, and the same with one field changed: rejected at that line. `Tests/Oracles/etcd-mutations.py`
  /// changes every field that the mapping reads.
  @Test func sharedRaft() async throws {
    let log = Self.root.appending(path: "../shared/traces/etcd-raft/first-1000.ndjson").path
    guard FileManager.default.fileExists(atPath: log) else { return }
    let specification = Self.root.appending(path: "Specs/etcd-raft.swift").path
    let mapping = Self.root.appending(path: "Specs/Logs/etcd-raft-go.swift").path
    let outcome = try await workspace.shell("\"$distcheck\" verify '\(specification)' --log '\(mapping)' '\(log)'")
    #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("  1,000 lines, 1 state at the end, "))
    let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map(String.init)
    for (number, old, new) in [
      (300, "\"commit\":", "\"commit\":1"), (500, "\"term\":2", "\"term\":3"), (90, "StateFollower", "StateCandidate"),
    ] {
      guard let place = lines[number...].firstIndex(where: { $0.contains(old) }),
        let range = lines[place].range(of: old)
      else { continue }
      var changed = lines
      changed[place].replaceSubrange(range, with: new)
      try write("changed.ndjson", changed)
      let outcome = try await workspace.shell(
        "\"$distcheck\" verify '\(specification)' --log '\(mapping)' changed.ndjson")
      #expect(outcome.code == 12, "\(outcome.errors)")
      #expect(outcome.output.hasPrefix("changed.ndjson: rejected at line \(place + 1)\n"), "\(outcome.output)")
    }
  }
}
