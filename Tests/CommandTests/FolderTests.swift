import Foundation
import TestSupport
import Testing

/// Paths: folders, several at once, and names that are not plain.
@Suite struct FolderTests {
  let workspace = try! Workspace()

  @Test func specificationsByName() async throws {
    try workspace.write("specs/b.swift", Fixture.counter())
    try workspace.write("specs/a.swift", Fixture.counter(mayStop: "false"))
    try workspace.write("specs/helpers.swift", "func unrelated() -> Int { 1 }\n")
    try workspace.write("specs/notes.md", "struct A: Specification {}\n")
    try workspace.write("specs/deeper/c.swift", Fixture.counter())
    for path in ["specs", "specs/"] {
      let outcome = try await workspace.run(path)
      #expect(outcome.code == 11)
      #expect(outcome.errors.isEmpty)
      let lines = outcome.output.split(separator: "\n").filter { $0.hasPrefix("specs") || $0.hasPrefix("models") }
      #expect(lines == ["specs/a.swift", "specs/b.swift", "models: 1 passed, 1 failed"])
    }
  }

  @Test func folderWithoutSpecifications() async throws {
    try workspace.write("empty/helpers.swift", "func unrelated() -> Int { 1 }\n")
    let outcome = try await workspace.run("empty")
    #expect(outcome.code == 65)
    #expect(outcome.errors == "distcheck: empty: the folder has no specifications\n")
    #expect(outcome.output.isEmpty)
  }

  /// What is wrong with one file does not keep the others from being checked.
  @Test func severalPaths() async throws {
    try workspace.write("good.swift", Fixture.counter())
    try workspace.write("bad.swift", "struct A: Specification {}\n")
    let outcome = try await workspace.run("bad.swift", "missing.swift", "good.swift")
    #expect(outcome.code == 65)
    #expect(outcome.errors.contains("bad.swift:1:11: error: "))
    #expect(
      outcome.errors.hasSuffix(
        "distcheck: bad.swift: does not compile\ndistcheck: missing.swift: no such file or folder\n"))
    #expect(outcome.output.contains("good.swift\n  counter: holds\n"))
    #expect(outcome.output.hasSuffix("models: 1 passed, 2 failed\n"))
  }

  @Test func spacesAndOtherLetters() async throws {
    let path = "ein Ordner/Größe ✓ (2).swift"
    try workspace.write(path, Fixture.counter(mayStop: "s.n == 3 && UInt8(Int(s.n) + 253) == 0"))
    let failed = try await workspace.run(path)
    #expect(failed.code == 75)
    #expect(failed.errors.isEmpty)
    #expect(failed.output.contains("    \(path):12: mayStop: Not enough bits to represent the passed value\n"))

    try workspace.write(path, Fixture.counter(mayStop: "false"))
    let found = try await workspace.run(path)
    #expect(found.code == 11)
    // The line that is printed for replaying is one that a shell understands.
    let replay = try #require(found.output.firstMatch(of: /replay: distcheck (.*)\n/)).output.1
    let replayed = try await workspace.shell("exec \"$distcheck\" \(replay)")
    #expect(replayed.code == 0)
    #expect(replayed.output.contains("      4. Up\n           n: 2 → 3\n"))
  }

  @Test func absolutePath() async throws {
    let file = try workspace.write("counter.swift", Fixture.counter())
    let outcome = try await workspace.run("check", file.path)
    #expect(outcome.code == 0)
    #expect(outcome.output.hasPrefix("\(file.path)\n  counter: holds\n"))
  }

  @Test func severalSpecificationsInAFile() async throws {
    let other = Fixture.counter(mayStop: "false")
      .replacing("import DistCheck", with: "").replacing("Counter", with: "Other")
    try workspace.write("two.swift", Fixture.counter() + other)
    let outcome = try await workspace.run("two.swift")
    #expect(outcome.code == 11)
    #expect(outcome.output.contains("  counter: holds\n"))
    #expect(outcome.output.contains("  counter: deadlock\n"))
  }
}
