import Foundation
import Subprocess

/// A failure of the Swift compiler itself: it died, where it should have said what is wrong.
struct CompilerFailure {
  private var output: String
  /// `signal 6`, `exit code 1`.
  private var cause: String

  /// Nil where the compiler ended well, or found an error at some place of a file.
  init?(_ output: String, _ status: TerminationStatus) {
    guard !status.isSuccess, !output.contains(/:\d+:\d+: error:/) else { return nil }
    self.output = output
    // The driver outlives the frontend, and says what that died of.
    if let signal = output.firstMatch(of: /failed due to signal (\d+)/)?.output.1 {
      cause = "signal \(signal)"
      return
    }
    switch status {
    case .signaled(SIGKILL): return nil  // that others did to it
    case .signaled(let signal): cause = "signal \(signal)"
    case .exited(let code):
      let lowercased = output.lowercased()
      guard ["please submit a bug report", "stack dump"].contains(where: { lowercased.contains($0) }) else {
        return nil
      }
      cause = "exit code \(code)"
    }
  }

  /// One line; what the compiler has said, pages of it, goes to a file.
  func message(keptIn cache: SpecificationCache, for file: SpecificationFile) -> String {
    let name = "\(CacheFolder.logPrefix)\(String(Checksum.of(file.url.standardizedFileURL.path.utf8), radix: 36)).txt"
    let log = cache.folder.appending(path: name)
    let message = "the Swift compiler failed on it (\(cause))"
    do {
      try Data(output.utf8).write(to: log)
      return "\(message); what it said is in \(log.path)"
    } catch { return "\(message); what it said could not be kept: \(SpecificationCache.reason(error))" }
  }
}
