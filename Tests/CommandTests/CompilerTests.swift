import Foundation
import TestSupport
import Testing

/// What Swift itself gets wrong, and what is said where it does.
@Suite struct CompilerTests {
  let workspace = try! Workspace()

  /// A file of specifications beside these tests; each of its models says how many states it has.
  private func shapes(_ name: String) throws -> String {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Shapes")
    return try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  @Test(arguments: [
    // Crash the optimiser of Swift 6.3 unless it is told to leave arguments whole.
    ("maps.swift", 28),
    // The optimiser of Swift 6.3 loses writes of them: other counts.
    ("inline-arrays.swift", 36),
    // Values without information, of which the optimiser of Swift 6.3 gives undefined addresses.
    ("without-information.swift", 5),
    // Large enums that change their case in place.
    ("left-over.swift", 3),
    // Fairness of several actions together.
    ("fairness-groups.swift", 2),
    ("fair-part.swift", 8),
  ])
  func shapesAreCheckedRightly(name: String, models: Int) async throws {
    try workspace.write(name, try shapes(name))
    let outcome = try await workspace.run(name, "--no-self-check")
    #expect(outcome.code == 0)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.hasSuffix("models: \(models) passed, 0 failed\n"))
  }

  /// A compiler that says something and dies, or ends with a code.
  private func run(_ script: String) async throws -> Outcome {
    try workspace.write("counter.swift", Fixture.counter.source)
    try workspace.write("bin/swiftc", "#!/bin/sh\n\(script)\n", isExecutable: true)
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return try await workspace.run(
      "counter.swift",
      environment: ["PATH": workspace.folder.appending(path: "bin").path + ":" + path, "DISTCHECK_CACHE": cache])
  }

  private var cache: String { workspace.folder.appending(path: "cache").path }

  @Test(arguments: [
    // The driver outlives the frontend that has died.
    ("echo 'error: compile command failed due to signal 6 (use -v to see invocation)' >&2; exit 1", "signal 6"),
    ("echo 'Stack dump:' >&2; kill -ABRT $$", "signal 6"),
    ("echo 'kill: no words' >&2; kill -SEGV $$", "signal 11"),
    ("echo 'fatal error encountered during compilation; please submit a bug report' >&2; exit 1", "exit code 1"),
  ])
  func internalError(script: String, cause: String) async throws {
    let outcome = try await run("echo 'Basic Block does not have terminator!' >&2; \(script)")
    #expect(outcome.code == 70)
    #expect(outcome.output.isEmpty)
    let logs = workspace.names(in: "cache").filter { $0.hasPrefix("compiler-") }
    let log = try #require(logs.first)
    #expect(logs.count == 1)
    #expect(
      outcome.errors
        == "distcheck: counter.swift: the Swift compiler failed on it (\(cause)); what it said is in \(cache)/\(log)\n")
    #expect(try workspace.contents(of: "cache/\(log)").hasPrefix("Basic Block does not have terminator!\n"))
    #expect(workspace.names(in: "cache") == [log])
  }

  /// What it finds wrong in the file it says itself, whatever it dies of afterwards.
  @Test func errorInTheFile() async throws {
    let outcome = try await run("echo 'counter.swift:3:1: error: no' >&2; echo 'Stack dump:' >&2; exit 1")
    #expect(outcome.code == 65)
    #expect(outcome.errors.hasPrefix("counter.swift:3:1: error: no\n"))
    #expect(outcome.errors.hasSuffix("distcheck: counter.swift: does not compile\n"))
  }
}
