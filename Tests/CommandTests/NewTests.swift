import Foundation
import TestSupport
import Testing

/// `distcheck new`.
@Suite struct NewTests {
  let workspace = try! Workspace()

  @Test func writesWhatCanBeChecked() async throws {
    let written = try await workspace.run("new", "leader-lease")
    #expect(written.code == 0)
    #expect(written.output == "leader-lease.swift is written; check it with: distcheck leader-lease.swift\n")
    #expect(written.errors.isEmpty)
    let source = try workspace.contents(of: "leader-lease.swift")
    #expect(source.contains("struct LeaderLease<let clients: Int>: Specification {"))

    let checked = try await workspace.run("leader-lease.swift")
    #expect(checked.code == 0)
    #expect(checked.errors.isEmpty)
    #expect(checked.output.contains("  forgetful server: violates \"mutual exclusion\" (as expected)\n"))
    #expect(checked.output.hasSuffix("models: 2 passed, 0 failed\n"))
    #expect(!checked.output.contains("never enabled"))
  }

  @Test func overwritesNothing() async throws {
    try workspace.write("lease.swift", "mine\n")
    let outcome = try await workspace.run("new", "lease.swift")
    #expect(outcome.code == 64)
    #expect(outcome.errors == "distcheck: lease.swift: exists already; nothing was changed\n")
    #expect(try workspace.contents(of: "lease.swift") == "mine\n")
  }

  /// Names that are none, and names that would take the place of others.
  @Test(arguments: ["", "/", ".", "folder/", "int", "Specification", "state", "self", "1abc"])
  func names(name: String) async throws {
    let outcome = try await workspace.run("new", "--", name)
    #expect(outcome.code == 64)
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(outcome.output.isEmpty)
    #expect(workspace.names().isEmpty)
  }

  @Test func overwritesNoLink() async throws {
    try FileManager.default.createSymbolicLink(
      atPath: workspace.folder.appending(path: "lease.swift").path, withDestinationPath: "elsewhere")
    let outcome = try await workspace.run("new", "lease")
    #expect(outcome.code == 64)
    #expect(workspace.names() == ["lease.swift"])
  }
}
