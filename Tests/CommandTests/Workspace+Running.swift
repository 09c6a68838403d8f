import Foundation
import TestSupport

// The command, run in a workspace.
extension Workspace {
  /// Runs `distcheck` here.
  ///
  /// - Parameters:
  ///   - environment: Changes to the environment of the tests; nil removes a variable. Compiled specifications go to a
  ///     cache that all tests share, unless `DISTCHECK_CACHE` says otherwise.
  ///   - signals: Sent to the process, each after a time.
  func run(
    _ arguments: String..., environment: [String: String?] = [:], signals: [(after: Duration, number: Int32)] = []
  ) async throws -> Outcome {
    try await run(Executable.url, arguments, environment: environment, signals: signals)
  }

  /// Runs a line of shell here, in which `$distcheck` is the executable.
  func shell(_ line: String, environment: [String: String?] = [:]) async throws -> Outcome {
    try await run(
      URL(fileURLWithPath: "/bin/sh"), ["-c", line],
      environment: environment.merging(["distcheck": Executable.url.path]) { own, _ in own })
  }

  private func run(
    _ program: URL, _ arguments: [String], environment: [String: String?],
    signals: [(after: Duration, number: Int32)] = []
  ) async throws -> Outcome {
    await Turnstile.shared.enter()
    defer { Task { await Turnstile.shared.leave() } }
    let usual: [String: String?] = ["DISTCHECK_CACHE": Library.cache.path, "NO_COLOR": nil, "TERM": "xterm"]
    return try await Outcome.of(
      program, arguments, in: folder, environment: usual.merging(environment) { _, own in own }, signals: signals)
  }
}

extension Outcome {
  /// Standard output without what differs from run to run.
  var stableOutput: String {
    output.replacing(/\d+\.\d+ s, +\d+\.\d+ MB/, with: "TIME, MEMORY")
      .replacing(/--replay [0-9a-z]+/, with: "--replay TOKEN")
  }

  /// The token of the first counterexample.
  var token: String? { output.firstMatch(of: /--replay ([0-9a-z]+)/).map { String($0.output.1) } }
}

/// Lets two processes in at a time: more compilers than cores would only wait for each other.
private actor Turnstile {
  static let shared = Turnstile()
  private var free = 2
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func enter() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  func leave() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}
