import Foundation
import TestSupport

/// The specifications that many tests run, in one folder outside the checkout, each compiled once.
enum Library {
  static let workspace: Workspace = {
    do {
      let workspace = try Workspace()
      for fixture in [Fixture.counter, .constants, .faults, .values, .verdicts, .large, .long, .lock] {
        try workspace.write(fixture.name, fixture.source)
      }
      atexit { try? FileManager.default.removeItem(at: Library.workspace.folder) }
      return workspace
    } catch {
      fatalError("no temporary folder: \(error)")
    }
  }()

  static var cache: URL { workspace.folder.appending(path: "cache") }

  /// Runs the command in the folder, on a fixture that is compiled by now.
  static func run(
    _ fixture: Fixture, _ arguments: String..., environment: [String: String?] = [:]
  ) async throws -> Outcome {
    try await compiled.wait(for: fixture)
    return try await workspace.shell(
      "exec \"$distcheck\" \(([fixture.name] + arguments).map { "'\($0)'" }.joined(separator: " "))",
      environment: environment)
  }

  static let compiled = Compiled()

  /// Lets whoever comes first compile a fixture, and the others wait.
  actor Compiled {
    private var tasks: [String: Task<Void, any Error>] = [:]

    func wait(for fixture: Fixture) async throws {
      let task = tasks[fixture.name] ?? Task { _ = try await Library.workspace.run("--list", fixture.name) }
      tasks[fixture.name] = task
      try await task.value
    }
  }
}

/// A specification for tests.
struct Fixture {
  var name: String
  var source: String
}
