import Foundation

/// What the run of a program has come to.
package struct Outcome: Sendable {
  /// The exit code; that of a signal is negative.
  package var code: Int32
  /// Standard output.
  package var output: String
  /// Standard error.
  package var errors: String

  package init(code: Int32, output: String, errors: String) {
    self.code = code
    self.output = output
    self.errors = errors
  }

  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - environment: Changes to the environment of the tests; nil removes a variable.
  ///   - signals: Sent to the process, each after a time.
  ///   - limit: After that time the process is killed: a test that hangs is to fail, not to hang.
  package static func of(
    _ program: URL, _ arguments: [String], in folder: URL, environment: [String: String?] = [:],
    signals: [(after: Duration, number: Int32)] = [], limit: Duration = .seconds(300)
  ) async throws -> Outcome {
    var variables = ProcessInfo.processInfo.environment
    for (name, value) in environment { variables[name] = value }
    let output = try Sink()
    let errors = try Sink()
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.environment = variables
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output.handle
    process.standardError = errors.handle
    let ended = AsyncStream<Void> { continuation in process.terminationHandler = { _ in continuation.finish() } }
    try withoutBlockedSignals { try process.run() }
    let identifier = process.processIdentifier
    let tasks = (signals + [(limit, SIGKILL)]).map { signal in
      Task {
        try await Task.sleep(for: signal.after)
        kill(identifier, signal.number)
      }
    }
    for await _ in ended {}
    for task in tasks { task.cancel() }
    return Outcome(
      code: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
      output: try output.text(), errors: try errors.text())
  }

  /// The thread at hand may belong to a pool whose threads block signals. A process inherits that, and a shell that never
  /// hears of its children's ends waits for ever.
  private static func withoutBlockedSignals(_ body: () throws -> Void) rethrows {
    var none = sigset_t()
    var before = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try body()
  }
}

/// A file that takes what a process writes; unlike a pipe it is never full.
private struct Sink {
  let file: URL
  let handle: FileHandle

  init() throws {
    file = FileManager.default.temporaryDirectory.appending(path: "distcheck-tests-\(UUID().uuidString)")
    try Data().write(to: file)
    handle = try FileHandle(forWritingTo: file)
  }

  func text() throws -> String {
    try handle.close()
    defer { try? FileManager.default.removeItem(at: file) }
    return String(decoding: try Data(contentsOf: file), as: UTF8.self)
  }
}
