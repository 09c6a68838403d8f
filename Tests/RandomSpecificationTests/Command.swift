import Foundation

/// Runs the executable that was built together with these tests.
struct Command {
  let executable: URL
  let folder: URL

  /// - Parameter executable: nil for the one beside the test bundle.
  init(executable: URL? = nil) throws {
    self.executable = try executable ?? Self.besideTests()
    folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appending(path: "distcheck-random-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  func removeFolder() { try? FileManager.default.removeItem(at: folder) }

  private struct NoExecutable: Error {}

  private static func besideTests() throws -> URL {
    if let path = ProcessInfo.processInfo.environment["DISTCHECK_RANDOM_EXECUTABLE"] {
      return URL(fileURLWithPath: path)
    }
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
    throw NoExecutable()
  }

  /// What a run has printed, and its exit code; that of a signal is negative.
  struct Outcome {
    var code: Int32
    var output: String
    var errors: String
  }

  /// - Parameter seconds: After that time the process is killed.
  func run(_ arguments: [String], seconds: Int = 120) async throws -> Outcome {
    let (output, errors) = (try Sink(in: folder), try Sink(in: folder))
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    var environment = ProcessInfo.processInfo.environment
    environment["DISTCHECK_CACHE"] = folder.appending(path: "cache").path
    environment["NO_COLOR"] = "1"
    process.environment = environment
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output.handle
    process.standardError = errors.handle
    let ended = AsyncStream<Void> { continuation in process.terminationHandler = { _ in continuation.finish() } }
    try process.run()
    let identifier = process.processIdentifier
    let watch = Task {
      try await Task.sleep(for: .seconds(seconds))
      kill(identifier, SIGKILL)
    }
    for await _ in ended {}
    watch.cancel()
    return Outcome(
      code: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
      output: try output.text(), errors: try errors.text())
  }

  /// A file that takes what a process writes; unlike a pipe it is never full.
  private struct Sink {
    let file: URL
    let handle: FileHandle

    init(in folder: URL) throws {
      file = folder.appending(path: UUID().uuidString)
      try Data().write(to: file)
      handle = try FileHandle(forWritingTo: file)
    }

    func text() throws -> String {
      try handle.close()
      defer { try? FileManager.default.removeItem(at: file) }
      return String(decoding: try Data(contentsOf: file), as: UTF8.self)
    }
  }
}
