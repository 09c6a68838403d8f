import Foundation

/// A temporary folder in which the command is run; it goes when the workspace does.
final class Workspace: Sendable {
  let folder: URL

  /// - Parameter parent: The workspace in which the folder lies, so that what is compiled there need not be once more.
  init(in parent: Workspace? = nil) throws {
    let temporary = parent?.folder ?? FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
    folder = temporary.appending(path: "distcheck-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Writes a file, with the folders that it lies in.
  @discardableResult
  func write(_ name: String, _ text: String, isExecutable: Bool = false) throws -> URL {
    let file = folder.appending(path: name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    if isExecutable { try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path) }
    return file
  }

  func contents(of name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  /// The names in a folder below this one; none when it does not exist.
  func names(in name: String = "") -> [String] {
    let path = folder.appending(path: name).path
    return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

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
    var variables = ProcessInfo.processInfo.environment
    for (name, value) in ["DISTCHECK_CACHE": Library.cache.path, "NO_COLOR": nil, "TERM": "xterm"] {
      variables[name] = value
    }
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
    try Self.withoutBlockedSignals { try process.run() }
    let identifier = process.processIdentifier
    // Nothing here takes that long; a test that hangs is to fail, not to hang.
    let tasks = (signals + [(.seconds(300), SIGKILL)]).map { signal in
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
}

extension Workspace {
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

/// What a run of the command has come to.
struct Outcome {
  /// The exit code; that of a signal is negative.
  var code: Int32
  /// Standard output.
  var output: String
  /// Standard error.
  var errors: String

  /// Standard output without what differs from run to run.
  var stableOutput: String {
    output.replacing(/\d+\.\d+ s, +\d+\.\d+ MB/, with: "TIME, MEMORY")
      .replacing(/--replay [0-9a-z]+/, with: "--replay TOKEN")
  }

  /// The token of the first counterexample.
  var token: String? { output.firstMatch(of: /--replay ([0-9a-z]+)/).map { String($0.output.1) } }
}

/// The executable that was built together with these tests.
enum Executable {
  static let url: URL = {
    // The test bundle, however it is run, lies in the build folder or in a bundle inside it.
    let starts = CommandLine.arguments.filter { $0.contains(".xctest") } + [Bundle.main.bundlePath]
    for start in starts {
      var folder = URL(fileURLWithPath: start)
      for _ in 0..<5 {
        folder.deleteLastPathComponent()
        let candidate = folder.appending(path: "distcheck")
        let isLibraryHere = FileManager.default.fileExists(
          atPath: folder.appending(path: "Modules/DistCheck.swiftmodule").path)
        if isLibraryHere && FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
      }
    }
    fatalError("no executable distcheck beside the test bundle: \(starts)")
  }()
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

/// What a search has counted and found, from `--json`: the same however often it was interrupted, by whatever number of
/// threads it is done, and wherever states are kept.
struct Numbers: Equatable {
  var verdict: String
  var distinct: Int
  var generated: Int
  var depth: Int
  var outside: Int
  /// For each action how often it was enabled, taken, and led deeper.
  var coverage: [[Int]]
  /// For each property the verdict, and the token of its trace.
  var properties: [String]

  init?(_ outcome: Outcome) {
    guard let report = outcome.report else { return nil }
    let actions = report["actions"] as? [[String: Any]] ?? []
    let properties = report["properties"] as? [[String: Any]] ?? []
    verdict = report["verdict"] as? String ?? ""
    distinct = report["distinctStates"] as? Int ?? -1
    generated = report["generatedStates"] as? Int ?? -1
    depth = report["depth"] as? Int ?? -1
    outside = report["statesOutsideConstraint"] as? Int ?? -1
    coverage = actions.map { action in ["enabled", "taken", "newStates"].map { action[$0] as? Int ?? -1 } }
    self.properties = properties.map { property in
      let trace = property["trace"] as? [String: Any]
      return "\(property["name"] ?? ""): \(property["verdict"] ?? "") \(trace?["token"] ?? "")"
    }
  }

  /// Without how often an action led deeper: a state on disk that is found again counts as deeper, because how deep it is
  /// is known only later.
  func ignoringDepths(_ ignores: Bool = true) -> Numbers {
    var numbers = self
    if ignores { for action in coverage.indices { numbers.coverage[action][2] = 0 } }
    return numbers
  }

  /// Without what was counted for each action.
  func ignoringCoverage() -> Numbers {
    var numbers = self
    numbers.coverage = []
    return numbers
  }

  /// Without the tokens of traces.
  func ignoringTraces(_ ignores: Bool = true) -> Numbers {
    var numbers = self
    if ignores { numbers.properties = properties.map { String($0[..<($0.lastIndex(of: " ") ?? $0.endIndex)]) } }
    return numbers
  }
}

extension Outcome {
  /// The report, where `--json` has printed one.
  var report: [String: Any]? { try? JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any] }
}
