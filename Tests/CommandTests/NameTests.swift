import TestSupport
import Testing

/// Names are whatever a specification says, and nothing on a terminal obeys them.
@Suite struct NameTests {
  @Test func controlCharacters() async throws {
    let workspace = try Workspace()
    try workspace.write(
      "names.swift",
      """
      import DistCheck

      struct Names: Specification {
        struct State: BitwiseCopyable { var count: Bounded<0, 3> = 0 }
        var initial: Initial<State> { State() }
        var actions: Actions<State> {
          Action("Up\\u{1B}[2J\\r") { s in s.count < 3 } then: { s in s.count += 1 }
        }
        var properties: Properties<State> {
          Always("small\\u{9B}31m\\u{202E}") { s in s.count < 2 }
        }
        func mayStop(_ s: State) -> Bool { true }
        static var models: Models {
          Model("one\\nmodels: 9 passed, 0 failed\\u{2028}", Names())
        }
      }

      """)
    for option in ["", "--list", "--coverage"] {
      let outcome = try await workspace.shell("exec \"$distcheck\" names.swift \(option)")
      #expect(!outcome.output.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control })
      #expect(!outcome.output.unicodeScalars.contains { $0.value == 0x2028 || $0.value == 0x202E })
      #expect(outcome.output.contains("  one\\u{A}models: 9 passed, 0 failed\\u{2028}: "))
    }
    let outcome = try await workspace.run("names.swift")
    #expect(outcome.code == 12)
    #expect(outcome.output.contains("violates \"small\\u{9B}31m\\u{202E}\"\n"))
    #expect(outcome.output.contains("      2. Up\\u{1B}[2J\\u{D}\n"))
    #expect(!outcome.output.contains("\nmodels:"))
    // JSON has what was said.
    let report = try #require(try await workspace.run("names.swift", "--json").report)
    #expect(report["model"] as? String == "one\nmodels: 9 passed, 0 failed\u{2028}")
    let missing = try await workspace.run("names.swift", "--model", "no\u{1B}[2J")
    #expect(missing.code == 64)
    #expect(!missing.errors.contains("\u{1B}"))
  }
}
