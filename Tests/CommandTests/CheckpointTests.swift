import Foundation
import TestSupport
import Testing

/// `--checkpoint` and `distcheck resume`: a search ends with the same numbers however often it was interrupted.
@Suite struct CheckpointTests {
  private let workspace: Workspace

  init() async throws {
    try await Library.compiled.wait(for: .long)
    workspace = try Workspace(in: Library.workspace)
  }

  /// Runs the command on arguments that need no quoting.
  private func run(_ arguments: String) async throws -> Outcome {
    try await workspace.shell("exec \"$distcheck\" \(arguments)")
  }

  private func isThere(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: workspace.folder.appending(path: name).path)
  }

  // MARK: The same numbers

  /// What is searched, and how soon it is interrupted.
  @Test(arguments: [
    ("--model narrow -D limit=30", 60), ("--model wide -D limit=15", 60), ("--model 'narrow constrained'", 60),
    ("--model 'narrow wrong'", 60), ("--model 'wide wrong' -D limit=15 -D wrong=45", 60),
    ("--model narrow -D nodes=8 -D limit=10 --symmetry", 40), ("--model narrow -D limit=30 --spill disk", 60),
    ("--model narrow -D limit=35 --spill disk --memory 16M", 120),
    ("--model narrow -D limit=30 --witness early --witness late", 60),
  ])
  func interruptedAgainAndAgain(search: String, milliseconds: Int) async throws {
    let whole = try #require(Numbers(try await run("../long.swift --json \(search)")))
    var outcome = try await run("../long.swift \(search) --json --checkpoint saved --timeout \(milliseconds / 2)ms")
    var interruptions = 0
    while outcome.code == 20 {
      #expect(isThere("saved/checkpoint"))
      #expect(!isThere("saved/checkpoint.new"))
      interruptions += 1
      // On a slow machine a round can be too short for any progress.
      let limit = milliseconds << (interruptions / 2)
      let threads = [1, 3, 2][interruptions % 3]
      outcome = try await run("resume saved --json --threads \(threads) --timeout \(limit)ms")
    }
    #expect(interruptions > 0)
    #expect([0, 12].contains(outcome.code))
    #expect(outcome.errors.isEmpty)
    // The level in which something is wrong can have been cut short; what is found is on a path as short as any.
    let numbers = try #require(Numbers(outcome))
    if numbers.verdict == "holds" {
      let ignoresDepths = search.contains("--memory")
      // Where time is up, nothing is left for witnesses.
      let ignoresTraces = search.contains("--witness")
      #expect(
        numbers.ignoringDepths(ignoresDepths).ignoringTraces(ignoresTraces)
          == whole.ignoringDepths(ignoresDepths).ignoringTraces(ignoresTraces))
    }
    #expect(numbers.verdict == whole.verdict)
    #expect(workspace.names(in: "saved") == [])
    #expect(workspace.names(in: "disk") == [])
  }

  /// A level that is explored to its end has one least violation, whoever resumes.
  @Test func violationAfterTheResumption() async throws {
    let whole = try await run("../long.swift --model 'narrow wrong'")
    let first = try await run("../long.swift --model 'narrow wrong' --checkpoint saved --timeout 20ms")
    #expect(first.code == 20)
    let resumed = try await run("resume saved")
    #expect(resumed.code == 12)
    #expect(resumed.token != nil)
    #expect(resumed.token == whole.token)
  }

  /// (m+1)^n states, n·(m+1)^n+1 generated, paths of up to n·m+1.
  @Test func numbersAreThoseThatWereComputedByHand() async throws {
    let first = try await run("../long.swift --model narrow -D limit=29 --checkpoint saved --timeout 30ms")
    #expect(first.code == 20)
    let numbers = try #require(Numbers(try await run("resume saved --json --coverage")))
    #expect(numbers.distinct == 810_000)
    #expect(numbers.generated == 3_240_001)
    #expect(numbers.depth == 117)
    // All but the last state can go up, all but 29^4 can go back; what goes up goes deeper.
    #expect(numbers.coverage == [[809_999, 3_132_000, 3_132_000], [102_719, 108_000, 0]])
  }

  // MARK: Stopping

  @Test func timeout() async throws {
    let outcome = try await run("../long.swift --model narrow -D limit=40 --checkpoint 'my search' --timeout 50ms")
    #expect(outcome.code == 20)
    #expect(outcome.errors.isEmpty)
    #expect(
      outcome.output.contains("  narrow: inconclusive: stopped by --timeout; nothing wrong in what was explored\n"))
    #expect(outcome.output.hasSuffix("\n    go on with: distcheck resume 'my search'\n"))
    let json = try await run("resume 'my search' --json --timeout 50ms")
    #expect(json.code == 20)
    #expect((json.report?["checkpoint"] as? [String: Any])?["written"] as? Bool == true)
    #expect((json.report?["checkpoint"] as? [String: Any])?["failure"] is NSNull)
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func signal(number: Int32) async throws {
    try await Library.compiled.wait(for: .large)
    let outcome = try await workspace.run(
      "../large.swift", "--checkpoint", "saved", signals: [(.milliseconds(1500), number)])
    #expect(outcome.code == 20)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.contains("  large: inconclusive: interrupted; nothing wrong in what was explored\n"))
    #expect(outcome.output.hasSuffix("\n    go on with: distcheck resume saved\n"))
    let resumed = try await workspace.run("resume", "saved", "--json", signals: [(.milliseconds(1500), number)])
    #expect(resumed.code == 20)
    #expect(resumed.report?["stopReason"] as? String == "interrupt")
    #expect(workspace.names(in: "saved") == ["checkpoint"])
  }

  /// With bounds, the numbers of the resumed search are those of an uninterrupted one.
  @Test func boundsAreKept() async throws {
    let whole = try #require(Numbers(try await run("../long.swift --model narrow -D limit=40 --max-depth 70 --json")))
    let first = try await run(
      "../long.swift --model narrow -D limit=40 --max-depth 70 --checkpoint saved --timeout 30ms")
    #expect(first.code == 20)
    let resumed = try await run("resume saved --json")
    #expect(resumed.code == 20)
    #expect(resumed.report?["stopReason"] as? String == "max-depth")
    #expect(Numbers(resumed) == whole)
  }

  /// A search that has left successors out at a bound must not be resumed as if it had not.
  @Test(arguments: [1, 2, 3, 100, 12_345])
  func stoppedInTheMidstOfAState(most: Int) async throws {
    let outcome = try await run("../long.swift --model narrow -D limit=24 --max-states \(most) --checkpoint saved")
    #expect(outcome.code == 20)
    #expect(outcome.errors.isEmpty)
    if isThere("saved/checkpoint") {
      let resumed = try await run("resume saved --json")
      #expect(resumed.code == 20)
      #expect(resumed.report?["stopReason"] as? String == "max-states")
    } else {
      #expect(!outcome.output.contains("go on with"))
      #expect(outcome.output.contains("    no checkpoint could be written: saved: a bound was reached "))
    }
  }

  /// Memory that was used up can be had once more.
  @Test(arguments: ["--model narrow -D limit=40", "--model wide -D limit=40"])
  func resumedWithMoreMemory(search: String) async throws {
    let outcome = try await run("../long.swift \(search) --memory 16M --checkpoint saved --checkpoint-every 200ms")
    #expect(outcome.code == 20)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.hasSuffix("\n    go on with: distcheck resume saved\n"))
    let resumed = try await run("resume saved --json --memory 2G")
    #expect(resumed.code == 0)
    let whole = try await run("../long.swift \(search) --json")
    #expect(Numbers(resumed) == Numbers(whole))
  }

  /// What is relative in the command line is so to the folder in which the search was begun.
  @Test func resumedFromAnotherFolder() async throws {
    let first = try await run(
      "../long.swift --model narrow -D limit=30 --spill disk --memory 16M --checkpoint saved --timeout 100ms")
    #expect(first.code == 20)
    let resumed = try await workspace.shell("mkdir other && cd other && exec \"$distcheck\" resume ../saved --json")
    #expect(resumed.code == 0)
    #expect(resumed.errors.isEmpty)
    #expect(Numbers(resumed)?.distinct == 923_521)
    #expect(workspace.names(in: "other") == [])
    #expect(workspace.names(in: "disk") == [])
  }

  // MARK: Killed

  /// Both processes are killed at once, at whatever they are.
  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/setsid")),
    arguments: ["--model narrow -D limit=32", "--model narrow -D limit=32 --spill disk --memory 16M"])
  func killed(search: String) async throws {
    let isSpilling = search.contains("--spill")
    var command = "../long.swift \(search) --checkpoint saved --checkpoint-every 50ms"
    for round in 0..<5 {
      let delay = Double.random(in: 0.05...0.4)
      _ = try await workspace.shell(
        """
        setsid "$distcheck" \(command) > out 2>&1 &
        sleep \(delay)
        kill -9 -$! 2>/dev/null
        wait
        exit 0
        """)
      if isThere("saved/checkpoint") {
        command = "resume saved"
      } else {
        let outcome = try await run("resume saved")
        if try workspace.contents(of: "out").contains("holds") { return }  // it was done before it was killed
        #expect(outcome.code == 64)
        #expect(outcome.errors == "distcheck: saved: there is no checkpoint here\n")
        #expect(command != "resume saved", "round \(round): the checkpoint is gone")
      }
    }
    let outcome = try await run(command + " --json")
    #expect(outcome.code == 0)
    #expect(outcome.errors.isEmpty)
    let numbers = try #require(Numbers(outcome))
    #expect(numbers.distinct == 1_185_921)
    #expect(numbers.generated == 4_743_685)
    #expect(numbers.depth == 129)
    let back = isSpilling ? numbers.coverage[1][2] : 0
    #expect(numbers.coverage == [[1_185_920, 4_599_936, 4_599_936], [137_345, 143_748, back]])
    #expect(workspace.names(in: "saved") == [])
    if isSpilling { #expect(workspace.names(in: "disk") == []) }
  }

  /// Killed between making its files and writing the first word of each.
  @Test func killedBeforeTheFirstWord() async throws {
    for name in ["saved/checkpoint.new", "disk/states", "disk/items"] { try workspace.write(name, "") }
    let outcome = try await run(
      "../long.swift --model narrow -D limit=30 --spill disk --memory 16M --checkpoint saved --checkpoint-every 50ms --json"
    )
    #expect(outcome.code == 0)
    #expect(outcome.errors.isEmpty)
    #expect(Numbers(outcome)?.distinct == 923_521)
    #expect(workspace.names(in: "saved") == [])
    #expect(workspace.names(in: "disk") == [])
  }

  // MARK: Refusals

  /// A checkpoint is changed, resuming is refused, and once the change is undone the search can be resumed.
  @Test func damaged() async throws {
    let first = try await run("../long.swift --model narrow -D limit=30 --checkpoint saved --timeout 40ms")
    #expect(first.code == 20)
    let file = workspace.folder.appending(path: "saved/checkpoint")
    let intact = try Data(contentsOf: file)
    var format = intact
    format[8] &+= 1
    var magic = intact
    magic[0] ^= 1
    var cases: [(Data, String)] = [
      (intact.prefix(intact.count - 8), "the checkpoint is torn: its checksum is wrong"),
      (intact.prefix(intact.count / 2 / 8 * 8), "the checkpoint is torn: its checksum is wrong"),
      (intact.prefix(intact.count - 3), "the checkpoint is torn"), (intact.prefix(16), "the checkpoint is torn"),
      (Data(), "the checkpoint is torn"), (intact + Data(count: 8), "the checkpoint is torn: its checksum is wrong"),
      (format, "the checkpoint is of another version of distcheck (format \(format[8]))"),
      (magic, "is no checkpoint"), (Data("this is a text, and no checkpoint at all".utf8), "is no checkpoint"),
    ]
    for _ in 0..<4 {
      var flipped = intact
      flipped[Int.random(in: 16..<intact.count)] ^= UInt8(1) << UInt8.random(in: 0..<8)
      cases.append((flipped, "the checkpoint is torn: its checksum is wrong"))
    }
    for (data, message) in cases {
      try data.write(to: file)
      let outcome = try await run("resume saved")
      #expect(outcome.code == 64)
      #expect(outcome.errors == "distcheck: saved/checkpoint: \(message)\n")
      #expect(outcome.output.isEmpty)
      #expect(try Data(contentsOf: file) == data)
    }
    try intact.write(to: file)
    #expect(Numbers(try await run("resume saved --json"))?.distinct == 923_521)
  }

  @Test func otherSpecification() async throws {
    try workspace.write("long.swift", Fixture.long.source)
    let first = try await run("long.swift --model narrow -D limit=30 --checkpoint saved --timeout 40ms")
    #expect(first.code == 20)
    let path = workspace.folder.appending(path: "long.swift").path
    try workspace.write("long.swift", Fixture.long.source + "// changed\n")
    let changed = try await run("resume saved")
    #expect(changed.code == 64)
    #expect(changed.errors == "distcheck: saved: the checkpoint belongs to another version of \(path)\n")
    try FileManager.default.removeItem(atPath: path)
    let gone = try await run("resume saved")
    #expect(gone.code == 64)
    #expect(gone.errors == "distcheck: saved: the checkpoint belongs to \(path), which cannot be read\n")
    try workspace.write("long.swift", Fixture.long.source)
    let again = try await run("long.swift --model narrow --checkpoint saved")
    #expect(again.code == 64)
    #expect(again.errors == "distcheck: saved: holds a checkpoint already; go on with: distcheck resume saved\n")
    #expect(Numbers(try await run("resume saved --json"))?.distinct == 923_521)
  }

  @Test func disk() async throws {
    let first = try await run(
      "../long.swift --model narrow -D limit=45 --spill disk --memory 16M --checkpoint saved --timeout 1500ms")
    #expect(first.code == 20)
    let file = workspace.folder.appending(path: "disk/states")
    let intact = try Data(contentsOf: file)
    guard intact.count > 8 else { return }  // on a slow machine it has not come to that
    let path = file.path
    try intact.prefix(intact.count - 8).write(to: file)
    let short = try await run("resume saved")
    #expect(short.code == 64)
    #expect(short.errors.hasPrefix("distcheck: \(path): is shorter than it was: \(intact.count - 8) bytes instead of "))
    #expect(short.errors.split(separator: "\n").count == 1)
    try FileManager.default.removeItem(at: file)
    let gone = try await run("resume saved")
    #expect(gone.code == 64)
    #expect(gone.errors == "distcheck: \(path): No such file or directory\n")
    var flipped = intact
    flipped[intact.count / 2] ^= 16
    try flipped.write(to: file)
    let changed = try await run("resume saved")
    #expect(changed.code == 64)
    #expect(changed.errors == "distcheck: \(path): is not what it was: its checksum is wrong\n")
    #expect(changed.output.isEmpty)
    try intact.write(to: file)
    #expect(Numbers(try await run("resume saved --json"))?.distinct == 4_477_456)
    #expect(workspace.names(in: "disk") == [])
  }

  @Test(arguments: [
    ("resume empty", 64, "empty: there is no checkpoint here"),
    ("resume missing", 64, "missing: there is no checkpoint here"),
    ("resume", 64, "Missing expected argument '<folder>' (see distcheck --help)"),
    ("../long.swift --checkpoint saved", 64, "--checkpoint: ../long.swift has 6 models; name one with --model"),
    (
      "../long.swift --model narrow -D limit=3...4 --checkpoint saved", 64,
      "--checkpoint and a sweep exclude each other"
    ),
    (
      "../long.swift ../long.swift --checkpoint saved", 64,
      "--checkpoint needs a single specification (see distcheck --help)"
    ),
    (
      "../long.swift --model narrow --storage full --checkpoint saved", 64,
      "--storage full and --checkpoint exclude each other: what is written to disk is compact (see distcheck --help)"
    ),
    (
      "../long.swift --model narrow --lossy bitstate --checkpoint saved", 64,
      "--lossy and --checkpoint exclude each other (see distcheck --help)"
    ),
    (
      "../long.swift --model narrow --strategy depth-first --checkpoint saved", 64,
      "--strategy depth-first and --checkpoint exclude each other: states are kept with their depth (see distcheck --help)"
    ),
    (
      "../long.swift --model narrow --checkpoint-every 1s", 64,
      "--checkpoint-every needs --checkpoint (see distcheck --help)"
    ),
    (
      "../long.swift --model narrow --checkpoint saved --checkpoint-every often", 64,
      "--checkpoint-every often: write a time such as 30s or 5m (see distcheck --help)"
    ),
    ("../long.swift --model narrow --checkpoint ../long.swift", 70, "../long.swift: is no folder"),
    ("../long.swift --model narrow --spill ../long.swift/disk", 70, "../long.swift/disk: Not a directory"),
    ("../long.swift --model narrow --checkpoint /proc/saved", 70, "/proc: No such file or directory"),
  ])
  func refused(arguments: String, code: Int32, message: String) async throws {
    try workspace.write("empty/.keep", "")
    let outcome = try await run(arguments)
    #expect(outcome.code == code)
    if arguments.contains("/proc") {
      #expect(outcome.errors.hasPrefix("distcheck: /proc"))
      #expect(outcome.errors.split(separator: "\n").count == 1)
    } else {
      #expect(outcome.errors == "distcheck: \(message)\n")
    }
    #expect(outcome.output.isEmpty)
    #expect(!isThere("saved"))
  }

  /// Root may write everywhere.
  @Test(.enabled(if: geteuid() != 0)) func folderThatCannotBeWritten() async throws {
    try workspace.write("closed/.keep", "")
    let path = workspace.folder.appending(path: "closed").path
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: path)
    let outcome = try await run("../long.swift --model narrow --checkpoint closed")
    #expect(outcome.code == 70)
    #expect(outcome.errors == "distcheck: closed: Permission denied\n")
  }
}
