import Foundation
import Subprocess
import SystemPackage

/// A tool beside the process that is waited for: of low priority, in a group of its own, and killed by a signal with all
/// that it has started.
enum BackgroundProcess {
  /// The lower, the less it takes from the search.
  private static let niceness: Int32 = 10

  static func lowerPriority(of process: pid_t) {
    #if canImport(Glibc)
      setpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(process), niceness)
    #else
      setpriority(PRIO_PROCESS, id_t(process), niceness)
    #endif
  }

  /// - Parameter limit: When it is killed.
  static func run(
    _ program: URL, _ arguments: [String], limit: Duration
  ) async throws -> (status: TerminationStatus, output: String, errors: String) {
    var options = PlatformOptions()
    options.processGroupID = 0
    let result = try await Subprocess.run(
      .path(FilePath(program.path)), arguments: Arguments(arguments), environment: SpecificationProcess.environment,
      platformOptions: options, input: .none, output: .string(limit: 64 << 20), error: .string(limit: 4 << 20)
    ) { execution in
      let process = execution.processIdentifier.value
      lowerPriority(of: process)
      Interrupts.setBackground(process)
      Task.detached {
        try await Task.sleep(for: limit)
        Interrupts.endBackground(process)
      }
    }
    Interrupts.setBackground(0)
    return (result.terminationStatus, result.standardOutput, result.standardError)
  }
}
