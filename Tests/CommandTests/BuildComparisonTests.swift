import Foundation
import TestSupport
import Testing

/// Every search is compared with an unoptimised build, and nothing is said of it unless they differ.
@Suite struct BuildComparisonTests {
  /// Counts to nine; something in it depends on the build.
  private static let builds = Fixture(
    name: "builds.swift",
    source: """
      import DistCheck

      struct Builds: Specification {
        enum Trouble: Enumeration {
          case none, guards, effect, always, step, constraint, mayStop, endless, fails, violated
        }
        var trouble = Trouble.none
        var most = 9
        struct State: BitwiseCopyable {
          var n: UInt8 = 0
          var holder: Bool? = nil
        }
        var initial: Initial<State> { State() }
        var isOther: Bool { _isDebugAssertConfiguration() }
        var actions: Actions<State> {
          Action("Up", for: Bool.self) { s, twice in s.n < most } then: { s, twice in
            s.n += 1
            if trouble == .effect && s.n == 4 && twice && isOther { s.holder = true }
            if trouble == .endless && s.n == 6 { while s.holder == nil {} }
            if trouble == .fails && s.n == 5 { assert(twice) }
          }
          Action("Down") { s in s.n == 7 && (trouble != .guards || isOther) } then: { s in s.n = 2 }
        }
        var properties: Properties<State> {
          Always("calm") { s in s.n != 8 || !(trouble == .always && isOther) && trouble != .violated }
          Step("grows") { s, t in t.n != 3 || !(trouble == .step && isOther) }
        }
        func constraint(_ s: State) -> Bool { s.n != 9 || !(trouble == .constraint && isOther) }
        func mayStop(_ s: State) -> Bool { s.n == 9 || trouble == .mayStop && isOther }
        static var models: Models {
          for trouble in Trouble.allCases { Model("\\(trouble)", Builds(trouble: trouble)) }
        }
      }

      """)

  private static let compiled = Task {
    try Library.workspace.write(builds.name, builds.source)
    _ = try await Library.workspace.run(builds.name, "--model", "none")
  }

  private func run(_ arguments: String) async throws -> Outcome {
    try await Self.compiled.value
    return try await Library.workspace.shell("exec \"$distcheck\" builds.swift \(arguments)")
  }

  @Test func nothingIsSaid() async throws {
    let outcome = try await run("--model none")
    #expect(outcome.code == 0)
    #expect(outcome.errors.isEmpty)
    #expect(
      outcome.stableOutput == """
        builds.swift
          none: holds
            10 distinct, 20 generated, depth 10, TIME, MEMORY

        """)
  }

  private static let differences = [
    ("guards", "action Down", 8, "n: 7, holder: nil", "nothing more", "Down: n: 7 → 2"),
    (
      "effect", "action Up", 4, "n: 3, holder: nil", "Up(true): n: 3 → 4", "Up(true): n: 3 → 4, holder: nil → true"
    ),
    ("always", "property \"calm\"", 9, "n: 8, holder: nil", "true", "false"),
    ("step", "property \"grows\"", 3, "n: 2, holder: nil", "Up(false): true", "Up(false): false"),
    ("constraint", "state constraint", 10, "n: 9, holder: nil", "true", "false"),
    ("mayStop", "mayStop", 1, "n: 0, holder: nil", "false", "true"),
    ("endless", "action Up", 6, "n: 5, holder: nil", "Up(false): n: 5 → 6", "does not come to its end"),
  ]

  @Test(arguments: differences)
  func differs(
    model: String, place: String, depth: Int, state: String, optimized: String, unoptimized: String
  ) async throws {
    let message =
      "\(place) is not the same in an unoptimized build (depth \(depth), \(state)): "
      + "optimized: \(optimized); unoptimized: \(unoptimized)"
    let outcome = try await run("--model \(model)")
    #expect(outcome.code == 75)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.hasSuffix("  \(model): fails: self-check: \(message)\n"))
    let json = try await run("--model \(model) --json")
    #expect(json.code == 75)
    #expect(json.report?["verdict"] as? String == "spec-error")
    #expect(json.report?["complete"] as? Bool == false)
    let error = json.report?["error"] as? [String: Any]
    #expect(error?["place"] as? String == "self-check")
    #expect(error?["message"] as? String == message)
    #expect(try await run("--model \(model) --no-self-check").code == 0)
  }

  @Test func failsInOneBuildOnly() async throws {
    let outcome = try await run("--model fails")
    #expect(outcome.code == 75)
    #expect(outcome.output.contains("action Up is not the same in an unoptimized build (depth 5, n: 4, holder: nil): "))
    #expect(outcome.output.contains("unoptimized: failure: "))
  }

  /// A violation does not wait.
  @Test func violationIsShown() async throws {
    let outcome = try await run("--model violated")
    #expect(outcome.code == 12)
    #expect(outcome.errors.isEmpty)
  }

  /// Sizes and constants are those of the model that is searched; a sweep compares its first combination.
  @Test func constants() async throws {
    #expect(try await run("--model always -D most=7").code == 0)
    #expect(try await run("--model effect -D most=3").code == 11)
    // Without --json, a violation would not wait for the comparison.
    let outcome = try await run("--model always -D most=8...9 --json")
    #expect(outcome.code == 75)
    let first = try #require(outcome.output.split(separator: "\n").first)
    #expect(first.contains("\"spec-error\"") && first.contains("is not the same in an unoptimized build"))
  }

  // MARK: The unoptimised build

  /// A compiler that does something else where it is not to optimise.
  private func run(unoptimized script: String, in workspace: Workspace, _ arguments: String) async throws -> Outcome {
    try workspace.write("counter.swift", Fixture.counter.source)
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let folders = path.split(separator: ":").map { URL(fileURLWithPath: String($0)) }
    let compiler = try #require(
      folders.map { $0.appending(path: "swiftc") }.first { FileManager.default.isExecutableFile(atPath: $0.path) })
    try workspace.write(
      "bin/swiftc",
      "#!/bin/sh\ncase \" $* \" in *\" -Onone \"*) \(script);; esac\nexec '\(compiler.path)' \"$@\"\n",
      isExecutable: true)
    return try await workspace.shell(
      "exec \"$distcheck\" counter.swift \(arguments)", environment: environment(workspace))
  }

  private func environment(_ workspace: Workspace) -> [String: String?] {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return [
      "PATH": "\(workspace.folder.appending(path: "bin").path):\(path)",
      "DISTCHECK_CACHE": workspace.folder.appending(path: "cache").path,
    ]
  }

  @Test func unoptimizedBuildFails() async throws {
    let workspace = try Workspace()
    let outcome = try await run(unoptimized: "echo 'Stack dump:' >&2; kill -ABRT $$", in: workspace, "")
    #expect(outcome.code == 70)
    #expect(outcome.output.contains("counter: holds\n"))
    #expect(
      outcome.errors.contains(
        /^distcheck: counter.swift: the Swift compiler failed on it \(signal 6\); what it said is in .*compiler-\w+.txt\n$/
      ))
    #expect(try await run(unoptimized: "exit 1", in: workspace, "--no-self-check").code == 0)
  }

  /// Once they are found to agree, builds are not compared again, and the unoptimised one is not needed any more.
  @Test func comparedOnce() async throws {
    let workspace = try Workspace()
    let script = "if [ -e '\(workspace.folder.path)/broken' ]; then exit 1; fi"
    #expect(try await run(unoptimized: script, in: workspace, "").code == 0)
    let entries = workspace.names(in: "cache")
    #expect(entries.count == 2)
    #expect(entries.flatMap { workspace.names(in: "cache/\($0)") }.count { $0.hasPrefix("compared-") } == 1)
    for entry in entries where !workspace.names(in: "cache/\(entry)").contains(where: { $0.hasPrefix("compared-") }) {
      try FileManager.default.removeItem(at: workspace.folder.appending(path: "cache/\(entry)"))
    }
    try workspace.write("broken", "")
    #expect(
      try await workspace.shell("exec \"$distcheck\" counter.swift", environment: environment(workspace)).code == 0)
  }

  @Test(arguments: [
    ("--self-check", "--self-check and --no-self-check exclude each other"),
    ("--list", "--list and --no-self-check exclude each other"),
    ("--replay x", "--replay and --no-self-check exclude each other"),
  ])
  func refused(options: String, message: String) async throws {
    let outcome = try await Library.workspace.shell("exec \"$distcheck\" counter.swift --no-self-check \(options)")
    #expect(outcome.code == 64)
    #expect(outcome.errors == "distcheck: \(message) (see distcheck --help)\n")
  }
}
