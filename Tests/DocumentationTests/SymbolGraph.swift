import Foundation
import TestSupport

/// What the compiler knows of the public declarations of a module.
struct SymbolGraph: Decodable {
  struct Symbol: Decodable {
    struct Kind: Decodable { var identifier: String }
    struct Fragment: Decodable { var spelling: String }
    struct Names: Decodable { var subHeading: [Fragment]? }
    struct Comment: Decodable {
      struct Line: Decodable { var text: String }
      var lines: [Line]
    }
    struct Location: Decodable {
      struct Position: Decodable { var line: Int }
      var uri: String
      var position: Position
    }

    var kind: Kind
    var pathComponents: [String]
    var names: Names
    var docComment: Comment?
    var location: Location?
  }

  var symbols: [Symbol]

  /// Nil where the toolchain cannot say.
  static func extracted(_ module: String) throws -> SymbolGraph? {
    let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let tool = path.map { URL(fileURLWithPath: $0).appending(path: "swiftc").resolvingSymlinksInPath() }
      .map { $0.deletingLastPathComponent().appending(path: "swift-symbolgraph-extract") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    guard let tool else { return nil }
    let build = Executable.url.deletingLastPathComponent()
    let workspace = try Workspace()
    let process = Process()
    process.executableURL = tool
    process.arguments = [
      "-module-name", module, "-target", target, "-I", build.appending(path: "Modules").path, "-Xcc",
      "-fmodule-map-file=\(build.appending(path: "CDistCheckEngine.build/module.modulemap").path)",
      "-minimum-access-level", "public", "-skip-synthesized-members", "-output-dir", workspace.folder.path,
    ]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    let data = try Data(contentsOf: workspace.folder.appending(path: "\(module).symbols.json"))
    return try JSONDecoder().decode(SymbolGraph.self, from: data)
  }

  private static var target: String {
    #if os(macOS)
      "arm64-apple-macosx15.0"
    #elseif arch(arm64)
      "aarch64-unknown-linux-gnu"
    #else
      "x86_64-unknown-linux-gnu"
    #endif
  }
}
