import Foundation
import Testing

/// `-D name=value`.
@Suite struct ConstantTests {
  /// Setting, distinct and generated states.
  @Test(arguments: [
    ("limit=1", 16, 57), ("byte=255", 32, 121), ("flag=false", 8, 15), ("color=green", 32, 129), ("level=4", 32, 121),
    ("transport=fifo.losing", 32, 137), ("transport=growing", 32, 121), ("size=1", 16, 45), ("size=3", 64, 305),
  ])
  func constant(setting: String, distinct: Int, generated: Int) async throws {
    let outcome = try await Library.run(.constants, "-D", setting, "--json")
    #expect(outcome.code == 0)  // the counts that are expected of the model are not compared
    let report = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(report["model"] as? String == "small")
    #expect(report["distinctStates"] as? Int == distinct)
    #expect(report["generatedStates"] as? Int == generated)
    let parts = setting.split(separator: "=")
    let isWord = ["color", "transport"].contains(parts[0])
    #expect(outcome.output.contains("\"\(parts[0])\":" + (isWord ? "\"\(parts[1])\"" : parts[1])))
  }

  @Test func sizeAndConstantOfAnotherModel() async throws {
    let outcome = try await Library.run(.constants, "--model", "blind", "-D", "size=2", "-D", "limit=1")
    #expect(outcome.code == 0)
    #expect(
      outcome.stableOutput == """
        constants.swift
          blind: holds
            4 distinct, 7 generated, depth 3, TIME, MEMORY
            never enabled: See (guard at constants.swift:24)
            never enabled: Green (guard at constants.swift:25)

        """)
  }

  @Test func sweep() async throws {
    let outcome = try await Library.run(.constants, "-D", "limit=2...3", "-D", "size=1...2")
    #expect(outcome.code == 0)
    #expect(
      outcome.output.replacing(/\ +\d+\.\d+ s +\d+\.\d+ MB/, with: "").replacing(/\ +time +memory/, with: "") == """
        constants.swift
          small
            limit  size  verdict  distinct  generated  depth
            2         1    holds        12         33      5
            2         2    holds        24         89      6
            3         1    holds        16         45      6
            3         2    holds        32        121      7
        models: 4 passed, 0 failed

        """)
  }

  @Test func falseAssumption() async throws {
    let outcome = try await Library.run(.constants, "-D", "limit=12")
    #expect(outcome.code == 10)
    #expect(
      outcome.errors
        == "distcheck: constants.swift:19: model \"small\": the assumption \"the limit is small\" is false\n")
  }

  @Test func expectedVerdictIsCompared() async throws {
    let outcome = try await Library.run(.verdicts, "-D", "stop=2")
    #expect(outcome.code == 11)
    #expect(outcome.output.contains("    expected holds, but it deadlocks\n"))
  }

  @Test func sweepInJSON() async throws {
    let outcome = try await Library.run(.constants, "-D", "limit=1...4", "--json")
    #expect(outcome.code == 0)
    let reports = try outcome.output.split(separator: "\n").map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
    #expect(reports.map { ($0?["constants"] as? [String: Any])?["limit"] as? Int } == [1, 2, 3, 4])
  }

  @Test func sweepWithViolations() async throws {
    let outcome = try await Library.run(.verdicts, "-D", "always=3...4")
    #expect(outcome.code == 12)
    #expect(outcome.output.contains(/3 +violated \(unexpected\)/))
    #expect(outcome.output.contains(/4 +holds/))
    #expect(outcome.output.hasSuffix("models: 1 passed, 1 failed\n"))
  }

  @Test func list() async throws {
    let outcome = try await Library.run(.constants, "--list")
    #expect(outcome.code == 0)
    #expect(
      outcome.output == """
        constants.swift
          small: holds  size=2 limit=3 byte=2 flag=true color=red level=2 transport=unordered
          blind: holds  size=3 limit=3 byte=2 flag=false color=red level=2 transport=unordered

        """)
  }

  @Test func listInJSON() async throws {
    let outcome = try await Library.run(.verdicts, "--list", "--json")
    #expect(outcome.code == 0)
    let models = try outcome.output.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(models.count == 11)
    #expect(models[1]["schema"] as? Int == 1)
    #expect(models[1]["spec"] as? String == "verdicts.swift")
    #expect(models[1]["model"] as? String == "expected violation")
    #expect(models[1]["expectation"] as? String == "violates \"below\"")
  }
}
