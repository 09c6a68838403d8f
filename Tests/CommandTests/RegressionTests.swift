import Foundation
import TestSupport
import Testing

/// Mistakes that were made once.
@Suite struct RegressionTests {
  let workspace = try! Workspace()

  /// A combination that cannot be checked does not keep the others from being shown.
  @Test func sweepOverAFalseAssumption() async throws {
    let outcome = try await Library.run(.constants, "-D", "limit=9...11")
    #expect(outcome.code == 10)
    #expect(outcome.output.contains(/9 +holds +80/))
    #expect(outcome.output.hasSuffix("models: 1 passed, 2 failed\n"))
  }

  @Test func modelAfterOneThatCannotBeChecked() async throws {
    let source = Fixture.verdicts.source.replacing(
      "static var models: Models {\n",
      with: "static var models: Models {\n    Model(\"first\", Verdicts(limit: 0))\n")
    try workspace.write("verdicts.swift", source)
    let outcome = try await workspace.run("verdicts.swift")
    #expect(outcome.code == 12)
    #expect(outcome.output.contains("  holds: holds\n"))
  }

  @Test(arguments: ["transport=invalid", "transport=invalid.losing"])
  func noSuchTransport(setting: String) async throws {
    let outcome = try await Library.run(.constants, "-D", setting)
    #expect(outcome.code == 64)
  }

  @Test func constantGivenTwice() async throws {
    let outcome = try await Library.run(.constants, "-D", "limit=1", "-D", "limit=2")
    #expect(outcome.code == 64)
    #expect(outcome.errors == "distcheck: -D limit: is given twice\n")
  }

  @Test func bounded() async throws {
    let outcome = try await Library.run(.faults, "--model", "bounded")
    #expect(outcome.output.contains("faults.swift:46: action Bounded: 6 is above 5, the upper end of a Bounded\n"))
  }

  @Test func doubleInState() async throws {
    try workspace.write("double.swift", Fixture.counter(fields: "    var time = 0.5"))
    let outcome = try await workspace.run("double.swift")
    #expect(outcome.code == 65)
    #expect(
      outcome.errors == "distcheck: double.swift: model \"counter\": State.time: Double is not a finite type\n")
  }

  @Test(arguments: ["ID<Never, 300>", "Bounded<0, 70000>"])
  func parameterThatIsTooLarge(type: String) async throws {
    let action = "    Action(\"Wide\", for: \(type).self) { s, _ in s.n == 0 } then: { s, _ in s.n = 1 }\n"
    try workspace.write(
      "wide.swift", Fixture.counter().replacing("    Action(\"Up\")", with: action + "    Action(\"Up\")"))
    let outcome = try await workspace.run("wide.swift")
    #expect(outcome.code == 65)
    #expect(outcome.errors.contains("wide.swift:10: model \"counter\": action Wide: "))
  }

  @Test func specificationCalledMain() async throws {
    try workspace.write("main.swift", Fixture.counter())
    let outcome = try await workspace.run("main.swift")
    #expect(outcome.code == 0)
  }

  @Test func otherFileNames() async throws {
    try workspace.write("counter.txt", Fixture.counter())
    let outcome = try await workspace.run("counter.txt")
    #expect(outcome.code == 65)
    #expect(outcome.errors == "distcheck: counter.txt: is no Swift file: its name does not end in .swift\n")
  }

  @Test(arguments: ["not a program", "#!/bin/sh\nkill -9 $$\n", "#!/bin/sh\nexit 1\n"])
  func brokenCompiler(script: String) async throws {
    try workspace.write("counter.swift", Fixture.counter())
    try workspace.write("bin/swiftc", script, isExecutable: true)
    let outcome = try await workspace.run(
      "counter.swift", environment: ["PATH": workspace.folder.appending(path: "bin").path + ":/usr/bin:/bin"])
    #expect(outcome.code == 70)
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(outcome.errors.contains("bin/swiftc"))
  }

  @Test func pathWithAnApostrophe() async throws {
    try workspace.write("it's.swift", Fixture.counter(mayStop: "false"))
    let found = try await workspace.run("it's.swift")
    let replay = try #require(found.output.firstMatch(of: /replay: distcheck (.*)\n/)).output.1
    let replayed = try await workspace.shell("exec \"$distcheck\" \(replay)")
    #expect(replayed.code == 0)
  }

  @Test func reasonIsThatOfTheSystem() async throws {
    let outcome = try await workspace.run("new", "missing/lease")
    #expect(outcome.errors == "distcheck: missing/lease.swift: cannot be written: No such file or directory\n")
  }
}
