import Foundation
import TestSupport

/// Runs the executable that was built together with these tests, or the one that `DISTCHECK_RANDOM_EXECUTABLE` names.
struct Command {
  let executable: URL
  private let workspace: Workspace
  var folder: URL { workspace.folder }

  /// - Parameter executable: nil for the one that is named, or else the one beside the test bundle.
  init(executable: URL? = nil) throws {
    let named = ProcessInfo.processInfo.environment["DISTCHECK_RANDOM_EXECUTABLE"].map { URL(fileURLWithPath: $0) }
    self.executable = executable ?? named ?? Executable.url
    workspace = try Workspace()
  }

  /// - Parameter seconds: After that time the process is killed.
  func run(_ arguments: [String], seconds: Int = 120) async throws -> Outcome {
    try await Outcome.of(
      executable, arguments, in: folder,
      environment: ["DISTCHECK_CACHE": folder.appending(path: "cache").path, "NO_COLOR": "1"],
      limit: .seconds(seconds))
  }
}
