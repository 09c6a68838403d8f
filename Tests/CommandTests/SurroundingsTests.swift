import Foundation
import TestSupport
import Testing

/// What is wrong around distcheck: exit code 70, one line, and nothing left behind.
@Suite struct SurroundingsTests {
  let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.write("counter.swift", Fixture.counter.source)
  }

  private var cache: String { workspace.folder.appending(path: "cache").path }

  @Test func noCompiler() async throws {
    let outcome = try await workspace.run("counter.swift", environment: ["PATH": "/nonexistent"])
    #expect(outcome.code == 70)
    #expect(
      outcome.errors == "distcheck: swiftc is not on PATH; specifications are compiled with the Swift toolchain\n")
    #expect(outcome.output.isEmpty)
  }

  @Test func noLibrary() async throws {
    let outcome = try await workspace.run("counter.swift", environment: ["DISTCHECK_LIBRARY": "/nonexistent"])
    #expect(outcome.code == 70)
    #expect(
      outcome.errors
        == "distcheck: /nonexistent: the library that specifications are compiled against is not here; run distcheck "
        + "from the folder it was built in, or set DISTCHECK_LIBRARY to that folder\n")
  }

  @Test func noHome() async throws {
    let outcome = try await workspace.run(
      "counter.swift", environment: ["DISTCHECK_CACHE": nil, "XDG_CACHE_HOME": nil, "HOME": nil])
    #expect(outcome.code == 0)
    #expect(
      outcome.errors
        == "distcheck: there is no place for compiled specifications; a temporary folder is used; set DISTCHECK_CACHE\n"
    )
  }

  @Test func cacheInTheHomeFolder() async throws {
    let home = workspace.folder.appending(path: "home").path
    let environment = ["DISTCHECK_CACHE": nil, "XDG_CACHE_HOME": nil, "HOME": home]
    let outcome = try await workspace.run("counter.swift", environment: environment)
    #expect(outcome.code == 0)
    #expect(workspace.names(in: "home/.cache/distcheck").count == 2)  // optimised, and not
  }

  @Test func fullDisk() async throws {
    try workspace.write("small/.keep", "")
    let outcome = try await workspace.shell(
      """
      mount -t tmpfs -o size=300k,mode=700 none small 2>/dev/null || exit 99
      "$distcheck" counter.swift
      code=$?
      ls small
      umount small
      exit $code
      """, environment: ["DISTCHECK_CACHE": workspace.folder.appending(path: "small").path])
    if outcome.code == 99 { return }  // mounting takes privileges that not everybody has
    #expect(outcome.code == 70)
    #expect(outcome.errors.hasSuffix("distcheck: \(workspace.folder.path)/small: No space left on device\n"))
    #expect(outcome.output.isEmpty, "something is left behind")
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"))) func outputCannotBeWritten() async throws {
    try await Library.compiled.wait(for: .verdicts)
    let outcome = try await Library.workspace.shell("exec \"$distcheck\" verdicts.swift > /dev/full")
    #expect(outcome.code == 70)
  }

  @Test func newFileCannotBeWritten() async throws {
    let outcome = try await workspace.run("new", "missing/lease")
    #expect(outcome.code == 70)
    #expect(outcome.errors.hasPrefix("distcheck: missing/lease.swift: cannot be written: "))
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(workspace.names() == ["counter.swift"])
  }
}
