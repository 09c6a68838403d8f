import Foundation

/// The executable that was built together with these tests.
package enum Executable {
  package static let url: URL = {
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
    fatalError("no executable distcheck beside the test bundle: \(starts)")
  }()
}
