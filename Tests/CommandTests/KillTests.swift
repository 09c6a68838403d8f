import Foundation
import TestSupport
import Testing

/// Fifty kills at random times, of searches that write checkpoints, go to disk and check temporal properties: whenever one
/// comes to its end, it has come to what can be computed by hand.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/setsid"))) struct KillTests {
  private static let kills = 50
  private static let limit = 30

  /// Each of four nodes counts to a limit and falls back to zero. Of each step, the sum changes by one, or by the limit, which
  /// is even; so it is odd again and again.
  private static let source = """
    import DistCheck

    struct Counters: Specification {
      enum Kind {}
      typealias Node = ID<Kind, 4>
      var limit = \(limit)
      struct State: BitwiseCopyable {
        var counts = Node.Map<Bounded<0, 63>>(0)
        var sum: Int { Node.all.reduce(0) { $0 + counts[$1].value } }
      }
      var initial: Initial<State> { State() }
      var actions: Actions<State> {
        Action("Up", for: Node.self, fairness: .weak) { s, n in s.counts[n].value < limit } then: { s, n in s.counts[n] += 1 }
        Action("Back", for: Node.self, fairness: .weak) { s, n in s.counts[n].value == limit } then: { s, n in
          s.counts[n] = 0
        }
      }
      var properties: Properties<State> {
        Sometimes("late") { s in s.sum == 4 * limit }
        AlwaysEventually("odd") { s in s.sum % 2 == 1 }
      }
      static var models: Models { Model("counters", Counters()) }
    }

    """

  @Test(arguments: ["", "--spill disk --memory 64M"])
  func killedAgainAndAgain(options: String) async throws {
    try await Library.compiled.wait(for: .long)
    let workspace = try Workspace(in: Library.workspace)
    try workspace.write("counters.swift", Self.source)
    #expect(try await workspace.run("counters.swift", "--list").code == 0)
    let checkpoint = workspace.folder.appending(path: "saved/checkpoint").path
    let begin = "counters.swift --no-self-check \(options) --checkpoint saved --checkpoint-every 30ms"
    var (kills, ends) = (0, 0)
    while kills < Self.kills || ends == 0 {
      try #require(kills < 2 * Self.kills)
      let resumes = FileManager.default.fileExists(atPath: checkpoint)
      let command = resumes ? "resume saved" : begin
      // A kill between the removal of a checkpoint that is done with and of its files on disk leaves the latter behind.
      if !resumes { try? FileManager.default.removeItem(at: workspace.folder.appending(path: "disk")) }
      let isKilled = kills < Self.kills
      let delay = Double.random(in: 0.05...0.4)
      // Both processes are killed at once, at whatever they are.
      let outcome = try await workspace.shell(
        isKilled
          ? """
          setsid "$distcheck" \(command) --json > out 2> errors &
          sleep \(delay)
          kill -9 -$! 2>/dev/null
          wait $!
          """ : "exec \"$distcheck\" \(command) --json > out 2> errors")
      #expect(try workspace.contents(of: "errors").isEmpty, "\(command)")
      let output = try workspace.contents(of: "out")
      guard output.contains("\"verdict\""), let report = Outcome(code: outcome.code, output: output, errors: "").report
      else {
        kills += 1
        continue
      }
      ends += 1
      #expect(report["verdict"] as? String == "holds")
      #expect(report["distinctStates"] as? Int == Self.states)
      #expect(report["generatedStates"] as? Int == 4 * Self.states + 1)
      #expect(report["depth"] as? Int == 4 * Self.limit + 1)
      #expect(workspace.names(in: "saved") == [])
    }
  }

  private static var states: Int { (limit + 1) * (limit + 1) * (limit + 1) * (limit + 1) }
}
