import Foundation
import TestSupport
import Testing

/// A specification is compiled when something that goes into it has changed, and only then. The builds that searches are
/// compared with are another matter: `BuildComparisonTests`.
@Suite struct CacheTests {
  let workspace: Workspace

  /// A swiftc that notes each of its runs.
  init() throws {
    workspace = try Workspace()
    try workspace.write("counter.swift", Fixture.counter.source)
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let folders = path.split(separator: ":").map { URL(fileURLWithPath: String($0)) }
    let compiler = try #require(
      folders.map { $0.appending(path: "swiftc") }.first { FileManager.default.isExecutableFile(atPath: $0.path) })
    try workspace.write(
      "bin/swiftc", "#!/bin/sh\necho run >> '\(workspace.folder.path)/runs'\nexec '\(compiler.path)' \"$@\"\n",
      isExecutable: true)
  }

  private var environment: [String: String?] {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return [
      "PATH": "\(workspace.folder.appending(path: "bin").path):\(path)",
      "DISTCHECK_CACHE": workspace.folder.appending(path: "cache").path,
    ]
  }

  private var compilations: Int {
    ((try? workspace.contents(of: "runs")) ?? "").split(separator: "\n").count
  }

  private func check(_ arguments: String = "counter.swift") async throws {
    let outcome = try await workspace.shell(
      "exec \"$distcheck\" --no-self-check \(arguments)", environment: environment)
    #expect(outcome.code == 0)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.contains("counter: holds\n"))
  }

  @Test func compiledOnce() async throws {
    try await check()
    #expect(compilations == 1)
    try await check()
    try await check("--coverage --model counter counter.swift")
    #expect(compilations == 1)
    #expect(workspace.names(in: "cache").count == 1)
    let entry = workspace.names(in: "cache")[0]
    #expect(workspace.names(in: "cache/\(entry)") == ["manifest", "models", "program"])

    try workspace.write("counter.swift", Fixture.counter.source + "// changed\n")
    try await check()
    #expect(compilations == 2)
    try workspace.write("counter.swift", Fixture.counter.source)
    try await check()
    #expect(compilations == 2)
  }

  /// Each way to damage an entry is repaired without a word.
  @Test func repaired() async throws {
    try await check()
    let entry = "cache/\(workspace.names(in: "cache")[0])"
    let program = workspace.folder.appending(path: "\(entry)/program")
    let manifest = workspace.folder.appending(path: "\(entry)/manifest")
    let damages: [() throws -> Void] = [
      {
        let data = try Data(contentsOf: program)
        try data.prefix(data.count / 2).write(to: program)
      },
      { try FileManager.default.removeItem(at: program) },
      { try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: program.path) },
      { try Data("garbage\n".utf8).write(to: manifest) },
      { try FileManager.default.removeItem(at: manifest) },
      {
        try FileManager.default.removeItem(at: program)
        try FileManager.default.createDirectory(at: program, withIntermediateDirectories: false)
      },
    ]
    for (number, damage) in damages.enumerated() {
      try damage()
      try await check()
      #expect(compilations == number + 2)
    }
    try await check()
    #expect(compilations == damages.count + 1)
    #expect(workspace.names(in: "cache").count == 1)
  }

  @Test func whatDoesNotCompileIsNotKept() async throws {
    try workspace.write("counter.swift", Fixture.counter().replacing("s.n += 1", with: "s.m += 1"))
    let outcome = try await workspace.run("counter.swift", environment: environment)
    #expect(outcome.code == 65)
    #expect(workspace.names(in: "cache").isEmpty)
  }
}
