import Foundation
import TestSupport
import Testing

/// SIGINT, SIGTERM and SIGHUP, at any time: exit code 20 and a line, and nothing is left running.
@Suite struct SignalTests {
  let workspace = try! Workspace(in: Library.workspace)

  private static let numbers = [SIGINT, SIGTERM, SIGHUP]

  #if canImport(Glibc)
    private static let loaderTells = true
  #else
    private static let loaderTells = false
  #endif

  @Test(.enabled(if: loaderTells), arguments: [0, 5, 10, 15, 20, 30, 50, 80, 120, 200], numbers)
  func early(milliseconds: Int, number: Int32) async throws {
    try await Library.compiled.wait(for: .large)
    // A process is ended by the system until its libraries are loaded, however long that takes on a busy machine. The loader
    // says when the first instruction of its own is next.
    let outcome = try await workspace.shell(
      """
      LD_DEBUG=files LD_DEBUG_OUTPUT=loader "$distcheck" ../large.swift --no-self-check &
      until grep -q 'calling preinit' loader.$! 2> /dev/null; do kill -0 $! || exit 1; done
      sleep \(Double(milliseconds) / 1000)
      kill -\(number) $!
      wait $!
      """)
    #expect(outcome.code == 20)
    #expect(outcome.output.contains("interrupted") || outcome.errors.contains("interrupted"))
    #expect(!(outcome.output + outcome.errors).contains("fault of distcheck"))
  }

  /// The compiler is ended with all that it has started.
  @Test(arguments: numbers) func whileCompiling(number: Int32) async throws {
    try workspace.write("counter.swift", Fixture.counter.source)
    try workspace.write(
      "bin/swiftc", "#!/bin/sh\necho $$ > compiler\nsleep 60 &\necho $! > child\nwait\n", isExecutable: true)
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let outcome = try await workspace.run(
      "counter.swift", "--no-self-check",
      environment: [
        "PATH": "\(workspace.folder.appending(path: "bin").path):\(path)",
        "DISTCHECK_CACHE": workspace.folder.appending(path: "cache").path,
      ], signals: [(.seconds(1), number)])
    #expect(outcome.code == 20)
    #expect(outcome.errors == "distcheck: counter.swift: interrupted while it was compiled\n")
    for name in ["compiler", "child"] {
      let text = try workspace.contents(of: name)
      #expect(try await isGone(try #require(pid_t(text.dropLast()))))
    }
  }

  private func isGone(_ process: pid_t) async throws -> Bool {
    for _ in 0..<100 {
      if kill(process, 0) != 0 && errno == ESRCH { return true }
      // Nobody may have asked yet how it has ended.
      let status = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
      if status.contains(") Z ") { return true }
      try await Task.sleep(for: .milliseconds(100))
    }
    return false
  }

  /// Whatever the parent dies of, what it has started ends, also in an endless guard.
  @Test(arguments: [SIGHUP, SIGKILL], ["faults.swift --model endless", "large.swift"])
  func orphans(number: Int32, search: String) async throws {
    for fixture in [Fixture.faults, .large] { try await Library.compiled.wait(for: fixture) }
    let outcome = try await Library.workspace.shell(
      """
      "$distcheck" \(search) --no-self-check > /dev/null 2>&1 &
      sleep 1
      pgrep -P $!
      kill -\(number) $!
      wait $!
      exit 0
      """)
    let children = outcome.output.split(separator: "\n").compactMap { pid_t($0) }
    #expect(!children.isEmpty)
    for child in children { #expect(try await isGone(child)) }
  }

  /// One signal is enough, even where a guard does not come to its end.
  @Test func endless() async throws {
    try await Library.compiled.wait(for: .faults)
    let outcome = try await Library.workspace.run(
      "faults.swift", "--model", "endless", "--no-self-check", signals: [(.seconds(1), SIGTERM)])
    #expect(outcome.code == 20)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.contains("\n    action Endless did not come to its end in a state, and was left "))
  }

  @Test(arguments: numbers) func simulation(number: Int32) async throws {
    try await Library.compiled.wait(for: .large)
    let outcome = try await Library.workspace.run(
      "simulate", "large.swift", "--timeout", "60", signals: [(.seconds(1), number)])
    #expect(outcome.code == 20)
    #expect(outcome.errors.isEmpty)
  }

  /// A SIGHUP that the parent has set aside stays so.
  @Test func withoutHangup() async throws {
    try await Library.compiled.wait(for: .counter)
    let outcome = try await Library.workspace.shell(
      """
      trap '' HUP
      "$distcheck" large.swift --no-self-check --timeout 2 > out.hup &
      sleep 1
      kill -HUP $!
      wait $!
      grep -c "stopped by --timeout" out.hup
      """)
    #expect(outcome.output == "1\n")
  }

  /// With its last checkpoint.
  @Test func checkpointAtHangup() async throws {
    try await Library.compiled.wait(for: .large)
    let outcome = try await workspace.run(
      "../large.swift", "--checkpoint", "saved", "--no-self-check", signals: [(.milliseconds(1500), SIGHUP)])
    #expect(outcome.code == 20)
    #expect(outcome.output.hasSuffix("\n    go on with: distcheck resume saved\n"))
    #expect(workspace.names(in: "saved") == ["checkpoint"])
  }

  // MARK: Standard output

  @Test(arguments: [
    (">&-", "Bad file descriptor"), ("| true", "Broken pipe"), ("> /dev/full", "No space left on device"),
  ])
  func outputGoesNowhere(redirection: String, reason: String) async throws {
    try await Library.compiled.wait(for: .counter)
    let outcome = try await Library.workspace.shell(
      """
      exec 3>&2
      { sleep 0.3; "$distcheck" counter.swift --no-self-check 2>&3; echo $? >&3; } \(redirection)
      exit 0
      """)
    #expect(outcome.errors == "distcheck: standard output: \(reason)\n70\n")
  }

  /// A verdict is not lost because nobody reads the errors.
  @Test func errorsGoNowhere() async throws {
    try await Library.compiled.wait(for: .counter)
    let outcome = try await Library.workspace.shell("\"$distcheck\" counter.swift missing.swift <&- 2>&-")
    #expect(outcome.code == 64)
    #expect(outcome.output.hasPrefix("counter.swift\n  counter: holds\n"))
  }
}
