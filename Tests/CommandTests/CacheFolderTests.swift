import Foundation
import TestSupport
import Testing

/// The folder of compiled specifications: what may be in it, whose it is, and several that use it at once.
@Suite struct CacheFolderTests {
  let workspace: Workspace

  /// A swiftc that takes its time, and then does what a real one has done.
  init() async throws {
    workspace = try Workspace()
    try workspace.write("counter.swift", Fixture.counter.source)
  }

  private var cache: String { workspace.folder.appending(path: "cache").path }
  private var environment: [String: String?] { ["DISTCHECK_CACHE": cache] }

  private func run() async throws -> Outcome {
    try await workspace.run("counter.swift", "--no-self-check", environment: environment)
  }

  private func expectHolds(_ outcome: Outcome) {
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("counter: holds\n"))
  }

  @Test func filesOfTheUser() async throws {
    for number in 0..<220 { try workspace.write("cache/photo-\(number).jpg", "x") }
    try workspace.write("cache/work-thesis/thesis.tex", "precious")
    try workspace.write("cache/1abc/letter", "precious")
    let names = workspace.names(in: "cache")
    let outcome = try await run()
    #expect(outcome.code == 64)
    #expect(
      outcome.errors.hasPrefix("distcheck: \(cache): holds photo-0.jpg, so it is no cache of compiled specifications; ")
    )
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(workspace.names(in: "cache") == names)
    #expect(workspace.names(in: "cache/work-thesis") == ["thesis.tex"])
  }

  /// Of more than two hundred entries the longest unused go; what lies between them stays.
  @Test func eviction() async throws {
    expectHolds(try await run())
    let real = workspace.names(in: "cache")[0]
    let manifest = try String(contentsOfFile: "\(cache)/\(real)/manifest", encoding: .utf8)
    let inputs = manifest.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)[2]
    var old: [String] = []
    for number in 0..<210 {
      let inputs = "\(number)\n\(inputs)"
      let hash = inputs.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
      let name = String(hash, radix: 36)
      old.append(name)
      try workspace.write("cache/\(name)/manifest", "distcheck entry 1\nprogram 1 1\n\(inputs)")
      try workspace.write("cache/\(name)/program", "x")
      if number == 0 { try workspace.write("cache/\(name)/notes of the user", "precious") }
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o700, .modificationDate: Date(timeIntervalSinceNow: -10_000 + Double(number))],
        ofItemAtPath: "\(cache)/\(name)")
    }
    // Of the same form, but no entries.
    try workspace.write("cache/zzz/manifest", "distcheck entry 1\nprogram 1 1\nsomething else")
    try workspace.write("cache/zzz/program", "precious")
    try FileManager.default.setAttributes([.modificationDate: Date.distantPast], ofItemAtPath: "\(cache)/zzz")
    try workspace.write("counter.swift", Fixture.counter.source + "// changed\n")
    expectHolds(try await run())
    let names = workspace.names(in: "cache")
    #expect(names.contains(real))
    #expect(old.filter { names.contains($0) }.count < 210)
    #expect(old.suffix(190).allSatisfy { names.contains($0) })
    #expect(try workspace.contents(of: "cache/\(old[0])/notes of the user") == "precious")
    #expect(try workspace.contents(of: "cache/zzz/program") == "precious")
  }

  @Test func othersMayWriteThere() async throws {
    try FileManager.default.createDirectory(atPath: cache, withIntermediateDirectories: true)
    for mode in [0o777, 0o1777, 0o770] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: cache)
      let outcome = try await run()
      #expect(outcome.code == 64)
      #expect(
        outcome.errors.hasPrefix(
          "distcheck: \(cache): belongs to user \(geteuid()) and has mode \(String(mode, radix: 8)), so others "))
      #expect(workspace.names(in: "cache").isEmpty)
    }
    guard geteuid() == 0 else { return }
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: cache)
    chown(cache, 12345, 12345)
    let outcome = try await run()
    #expect(outcome.code == 64)
    #expect(outcome.errors.contains("belongs to user 12345 and has mode 700, so others "))
  }

  /// Made by distcheck, nobody else may even look into it.
  @Test func mode() async throws {
    expectHolds(try await run())
    for path in [cache, "\(cache)/\(workspace.names(in: "cache")[0])"] {
      #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o700)
    }
  }

  /// Where it cannot be, a temporary folder takes its place, and is gone afterwards.
  @Test(arguments: ["/proc/distcheck", "/dev/null", "a file", "a\nb"])
  func temporary(place: String) async throws {
    try workspace.write("a file", "mine")
    let temporary = workspace.folder.appending(path: "temporary")
    try workspace.write("temporary/.keep", "")
    let outcome = try await workspace.run(
      "counter.swift", "--no-self-check", environment: ["DISTCHECK_CACHE": place, "TMPDIR": temporary.path])
    expectHolds(outcome)
    #expect(outcome.errors.contains("no place for compiled specifications: "))
    #expect(outcome.errors.hasSuffix("; a temporary folder is used; set DISTCHECK_CACHE\n"))
    #expect(workspace.names(in: "temporary").filter { $0.hasPrefix("distcheck-") }.isEmpty)
    #expect(try workspace.contents(of: "a file") == "mine")
  }

  @Test func danglingLinks() async throws {
    expectHolds(try await run())
    let entry = workspace.folder.appending(path: "cache/\(workspace.names(in: "cache")[0])")
    for file in [entry.appending(path: "program"), entry] {
      try FileManager.default.removeItem(at: file)
      try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: "/nonexistent/x")
      expectHolds(try await run())
      let type = try FileManager.default.attributesOfItem(atPath: file.path)[.type] as? FileAttributeType
      #expect(type != .typeSymbolicLink)
    }
    // A link to something of the user's: only the link goes.
    try workspace.write("mine/program", "precious")
    try FileManager.default.removeItem(at: entry)
    try FileManager.default.createSymbolicLink(atPath: entry.path, withDestinationPath: "../mine")
    expectHolds(try await run())
    #expect(try workspace.contents(of: "mine/program") == "precious")
    // The folder itself.
    try FileManager.default.removeItem(atPath: cache)
    try FileManager.default.createSymbolicLink(atPath: cache, withDestinationPath: "elsewhere/cache")
    expectHolds(try await run())
    #expect(workspace.names(in: "elsewhere/cache").count == 1)
  }

  /// From an empty cache, and with a cache whose only entry is damaged.
  @Test func tenAtOnce() async throws {
    expectHolds(try await run())
    let entry = workspace.names(in: "cache")[0]
    try FileManager.default.copyItem(
      atPath: "\(cache)/\(entry)/program", toPath: workspace.folder.appending(path: "prebuilt").path)
    // Stands in for a compilation, so that they come to its end together.
    try workspace.write(
      "bin/swiftc",
      """
      #!/bin/sh
      while [ $# -gt 0 ]; do [ "$1" = -o ] && output="$2"; shift; done
      sleep 0.3
      cp '\(workspace.folder.path)/prebuilt' "$output"
      """, isExecutable: true)
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    for round in 0..<6 {
      if round % 2 == 0 { try FileManager.default.removeItem(atPath: cache) }
      if round % 2 == 1 {
        for name in workspace.names(in: "cache") { try workspace.write("cache/\(name)/program", "damaged") }
      }
      let outcome = try await workspace.shell(
        """
        for i in 1 2 3 4 5 6 7 8 9 10; do
          ( "$distcheck" counter.swift --no-self-check > out.$i 2>&1; echo $? > code.$i ) &
        done
        wait
        cat code.* | sort | uniq -c | tr -d ' '
        cat out.* | grep -v holds | grep distcheck:
        exit 0
        """,
        environment: [
          "DISTCHECK_CACHE": cache, "PATH": "\(workspace.folder.appending(path: "bin").path):\(path)",
        ])
      #expect(outcome.output == "100\n")
      #expect(workspace.names(in: "cache").count == 1)
    }
  }
}
