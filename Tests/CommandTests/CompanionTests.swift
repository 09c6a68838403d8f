import Foundation
import TestSupport
import Testing

/// Specifications of more than one file: `// distcheck: with FILE` and `--with FILE`.
@Suite struct CompanionTests {
  let workspace = try! Workspace()

  private static func specification(_ directive: String = "") -> String {
    """
    \(directive)
    import DistCheck

    struct Steps: Specification {
      var limit = 3
      struct State: BitwiseCopyable { var count = Bounded<0, 999>(0); var other = Bounded<0, 999>(0) }
      var initial: Initial<State> { State() }
      var actions: Actions<State> {
        Action("Step") { s in s.count < limit } then: { s in s.count = Bounded(following(s.count.value)) }
        Action("Other") { s in limit > 3 && s.other < limit } then: { s in s.other += 1 }
      }
      var properties: Properties<State> {
        Always("small") { s in isSmall(s.count.value) }
      }
      func mayStop(_ s: borrowing State) -> Bool { true }
      static var models: Models { Model("steps", Steps()) }
    }

    """
  }

  private static func library(most: Int) -> String {
    """
    func following(_ number: Int) -> Int { number + 1 }
    func isSmall(_ number: Int) -> Bool { number <= \(most) }

    """
  }

  private func shell(_ line: String) async throws -> Outcome {
    try await workspace.shell("exec \"$distcheck\" \(line)")
  }

  @Test func namedInTheFile() async throws {
    try workspace.write("specs/steps.swift", Self.specification("// distcheck: with shared/numbers.swift"))
    try workspace.write("specs/shared/numbers.swift", Self.library(most: 3))
    let outcome = try await shell("specs --no-self-check")  // the folder has one specification
    #expect(outcome.code == 0)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.contains("4 distinct"))
    // What is compiled with it counts like the file itself.
    try workspace.write("specs/shared/numbers.swift", Self.library(most: 2))
    let changed = try await shell("specs/steps.swift --no-self-check")
    #expect(changed.code == 12)
    let token = try #require(changed.token)
    #expect(changed.output.contains("replay: distcheck specs/steps.swift --replay \(token)\n"))
    let simulated = try await shell("simulate specs/steps.swift --walks 5")
    #expect(simulated.code == 12)
  }

  @Test func namedOnTheCommandLine() async throws {
    try workspace.write("steps.swift", Self.specification())
    try workspace.write("my numbers.swift", Self.library(most: 2))
    let outcome = try await shell("steps.swift --with 'my numbers.swift' --no-self-check")
    #expect(outcome.code == 12)
    #expect(outcome.errors.isEmpty)
    let replay = try #require(outcome.output.firstMatch(of: /replay: distcheck (.*)\n/)).output.1
    #expect(replay.hasPrefix("steps.swift --with 'my numbers.swift' --replay "))
    let replayed = try await shell(String(replay))
    #expect(replayed.code == 0)
    #expect(replayed.output.contains("violates \"small\""))
    let alone = try await shell("steps.swift")
    #expect(alone.code == 65)
    #expect(alone.errors.contains("cannot find 'following' in scope"))
  }

  @Test func mistakesInIt() async throws {
    try workspace.write("steps.swift", Self.specification())
    try workspace.write("broken.swift", Self.library(most: 2) + "func other() -> Int { \"text\" }\n")
    let outcome = try await shell("steps.swift --with broken.swift")
    #expect(outcome.code == 65)
    #expect(outcome.errors.hasPrefix("broken.swift:3:23: error: "))
    #expect(outcome.errors.hasSuffix("distcheck: steps.swift: does not compile\n"))
  }

  @Test(arguments: [
    ("", "--with missing.swift", "missing.swift: no such file", 64),
    ("", "--with folder.swift", "folder.swift: cannot be read", 64),
    ("", "--with notes.txt", "notes.txt: is no Swift file: its name does not end in .swift", 65),
    ("", "--with ./steps.swift", "./steps.swift: is compiled already; leave it out", 64),
    ("", "--with numbers.swift --with numbers.swift", "numbers.swift: is compiled already; leave it out", 64),
    (
      "", "--with numbers.swift --with other/numbers.swift",
      "other/numbers.swift: numbers.swift has the same name, and files that are compiled together need their own", 64
    ),
    ("// distcheck: with missing.swift", "", "steps.swift:1: missing.swift: no such file", 65),
    ("// distcheck: with", "", "steps.swift:1: write // distcheck: with FILE.swift", 65),
    ("// distcheck: without numbers.swift", "", "steps.swift:1: write // distcheck: with FILE.swift", 65),
    (
      "", "numbers.swift --with other/numbers.swift", "--model, -D, --replay and --with need a single specification", 64
    ),
  ])
  func refused(directive: String, options: String, message: String, code: Int32) async throws {
    try workspace.write("steps.swift", Self.specification(directive))
    for name in ["numbers.swift", "other/numbers.swift"] { try workspace.write(name, Self.library(most: 2)) }
    try workspace.write("notes.txt", "")
    try workspace.write("folder.swift/.keep", "")
    let outcome = try await shell("steps.swift \(options)")
    #expect(outcome.code == code)
    #expect(outcome.errors.hasPrefix("distcheck: \(message)"))
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(outcome.output.isEmpty)
  }

  @Test func folderWithOthers() async throws {
    try workspace.write("specs/steps.swift", Self.specification())
    try workspace.write("numbers.swift", Self.library(most: 2))
    let outcome = try await shell("specs --with numbers.swift")
    #expect(outcome.code == 64)
    #expect(outcome.errors == "distcheck: specs: is a folder; --with needs a single specification\n")
  }

  /// A checkpoint knows what was compiled with the file, wherever the search is resumed.
  @Test func resumed() async throws {
    try workspace.write("steps.swift", Self.specification())
    try workspace.write("numbers.swift", Self.library(most: 999))
    let first = try await shell(
      "steps.swift --with numbers.swift -D limit=999 --timeout 100ms --checkpoint saved --no-self-check")
    #expect(first.code == 20)
    try workspace.write("numbers.swift", Self.library(most: 10))
    let changed = try await shell("resume saved")
    #expect(changed.code == 64)
    let path = workspace.folder.appending(path: "steps.swift").path
    #expect(changed.errors == "distcheck: saved: the checkpoint belongs to another version of \(path)\n")
    try FileManager.default.removeItem(at: workspace.folder.appending(path: "numbers.swift"))
    let gone = try await shell("resume saved")
    #expect(gone.code == 64)
    let numbers = workspace.folder.appending(path: "numbers.swift").path
    #expect(gone.errors == "distcheck: saved: the checkpoint belongs to \(numbers), which cannot be read\n")
    try workspace.write("numbers.swift", Self.library(most: 999))
    let resumed = try await workspace.shell("mkdir other && cd other && exec \"$distcheck\" resume ../saved")
    #expect(resumed.errors.isEmpty)
    #expect(resumed.code != 64)
  }
}
