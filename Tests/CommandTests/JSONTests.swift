import Foundation
import Testing

/// `--json`, field by field as Documentation and DESIGN.md promise it.
@Suite struct JSONTests {
  typealias Object = [String: Any]

  private func reports(_ outcome: Outcome) throws -> [Object] {
    #expect(outcome.output.hasSuffix("}\n"))
    return try outcome.output.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? Object)
    }
  }

  /// Keys in the order in which they are written.
  private func keys(_ text: String) -> [String] {
    var depth = 0
    var keys: [String] = []
    for match in text.matches(of: /"((?:[^"\\]|\\.)*)"(:?)|[\[\]{}]/) {
      switch match.output.0 {
      case "{", "[": depth += 1
      case "}", "]": depth -= 1
      default: if depth == 1 && match.output.2 == ":" { keys.append(String(match.output.1!)) }
      }
    }
    return keys
  }

  @Test func modelThatHolds() async throws {
    let outcome = try await Library.run(.constants, "--model", "small", "--json")
    #expect(outcome.code == 0)
    #expect(outcome.errors.isEmpty)
    #expect(
      keys(outcome.output) == [
        "schema", "spec", "model", "constants", "verdict", "complete", "stopReason", "unfinished", "distinctStates",
        "generatedStates", "depth", "unexploredStates", "statesOutsideConstraint", "seconds", "peakMemoryBytes",
        "searchMemoryBytes", "spilledBytes", "diskFailure", "checkpoint", "stateBits", "threads", "strategy",
        "reductions", "lossy", "properties", "actions", "error", "expectation",
      ])
    let report = try #require(try reports(outcome).first)
    #expect(report["schema"] as? Int == 1)
    #expect(report["spec"] as? String == "constants.swift")
    #expect(report["model"] as? String == "small")
    let constants = try #require(report["constants"] as? Object)
    #expect(constants["size"] as? Int == 2)
    #expect(constants["limit"] as? Int == 3)
    #expect(constants["flag"] as? Bool == true)
    #expect(constants["color"] as? String == "red")
    #expect(constants["transport"] as? String == "unordered")
    #expect(report["verdict"] as? String == "holds")
    #expect(report["complete"] as? Bool == true)
    #expect(report["stopReason"] is NSNull)
    #expect(report["distinctStates"] as? Int == 32)
    #expect(report["generatedStates"] as? Int == 121)
    #expect(report["depth"] as? Int == 7)
    #expect(report["unexploredStates"] as? Int == 0)
    #expect(report["statesOutsideConstraint"] as? Int == 0)
    #expect(try #require(report["seconds"] as? Double) >= 0)
    #expect(try #require(report["peakMemoryBytes"] as? Int) > 1_000_000)
    #expect(try #require(report["threads"] as? Int) >= 1)
    #expect(report["lossy"] is NSNull)
    #expect((report["reductions"] as? [Any])?.isEmpty == true)
    #expect(report["error"] is NSNull)

    let properties = try #require(report["properties"] as? [Object])
    #expect(properties.map { $0["name"] as? String } == ["all seen", "deadlock"])
    #expect(properties.map { $0["kind"] as? String } == ["sometimes", "deadlock"])
    #expect(properties.map { $0["verdict"] as? String } == ["holds", "holds"])
    #expect(properties.allSatisfy { $0["trace"] is NSNull })

    let actions = try #require(report["actions"] as? [Object])
    #expect(actions.map { $0["name"] as? String } == ["Up", "See", "Green", "Send", "Receive", "Lose"])
    #expect(actions.map { $0["line"] as? Int } == [23, 24, 25, 26, 27, 28])
    #expect(actions.map { $0["optional"] as? Bool } == [false, false, false, false, false, true])
    #expect(actions.map { $0["enabled"] as? Int } == [24, 32, 0, 16, 16, 0])
    #expect(actions.map { $0["taken"] as? Int } == [24, 64, 0, 16, 16, 0])
    #expect(actions.map { $0["newStates"] as? Int } == [24, 32, 0, 16, 0, 0])

    let expectation = try #require(report["expectation"] as? Object)
    #expect(expectation["verdict"] as? String == "holds")
    #expect(expectation["met"] as? Bool == true)
    #expect((expectation["mismatches"] as? [Any])?.isEmpty == true)
  }

  @Test func counterexample() async throws {
    let outcome = try await Library.run(.values, "--json")
    #expect(outcome.code == 12)
    let report = try #require(try reports(outcome).first)
    #expect(report["verdict"] as? String == "violated")
    #expect(report["complete"] as? Bool == false)
    let property = try #require((report["properties"] as? [Object])?.first)
    #expect(property["name"] as? String == "unfinished")
    #expect(property["kind"] as? String == "always")
    #expect(property["verdict"] as? String == "violated")
    let trace = try #require(property["trace"] as? Object)
    #expect(trace.keys.sorted() == ["loop", "steps", "token"])
    let steps = try #require(trace["steps"] as? [Object])
    #expect(steps.allSatisfy { $0.keys.sorted() == ["action", "arguments", "changes", "fairness", "state", "title"] })
    #expect(
      steps.map { $0["title"] as? String } == [
        "Initial state", "Change(1, green)", "Fill", "Receive(vote(term: 1, granted: false))", "Deliver(0→1 green)",
        "End(4)",
      ])
    #expect(steps[0]["action"] is NSNull)
    #expect(steps[1]["action"] as? String == "Change")
    #expect(canonical(steps[1]["arguments"]) == #"[1,"green"]"#)
    #expect(canonical(steps[3]["arguments"]) == #"[{"case":"vote","granted":false,"term":1}]"#)
    #expect(canonical(steps[4]["arguments"]) == #"[{"body":"green","from":0,"to":1}]"#)
    #expect(
      canonical(steps[2]["state"])
        == #"{"array":{"0":false,"1":true},"bag":[4,4],"color":"green","inner":{"number":5,"pair":{"0":true,"1":2}},"#
        + #""leader":1,"links":[{"body":"green","from":0,"to":1}],"log":[{"number":7,"pair":{"0":false,"1":2}}],"#
        + #""message":{"case":"vote","granted":true,"term":3},"network":[{"case":"vote","granted":false,"term":1}],"#
        + #""nodes":[1],"queue":["green","red"],"step":2,"terms":{"green":2,"red":-1},"#
        + #""values":[{"case":"from","value":1}]}"#)
    let changes = try #require(steps[2]["changes"] as? [Object])
    #expect(
      canonical(changes[0]) == #"{"added":[],"after":"2","before":"1","path":"step","removed":[]}"#)
    #expect(
      canonical(changes[4]) == #"{"added":["4","4"],"after":null,"before":null,"path":"bag","removed":[]}"#)
    #expect(canonical((steps[5]["state"] as? Object)?["leader"]) == "null")
  }

  @Test func oneLineForEachModel() async throws {
    let outcome = try await Library.run(.verdicts, "--json", "--max-depth", "9")
    let reports = try reports(outcome)
    #expect(
      reports.map { $0["model"] as? String } == [
        "holds", "expected violation", "expected deadlock", "no violation", "other violation", "wrong count", "always",
        "step", "sometimes", "deadlock",
      ])
    #expect(
      reports.map { ($0["expectation"] as? Object)?["met"] as? Bool } == [
        true, true, true, false, false, false, false, false, false, false,
      ])
    #expect(
      reports.map { $0["verdict"] as? String } == [
        "holds", "violated", "violated", "holds", "violated", "holds", "violated", "violated", "violated", "violated",
      ])
  }

  @Test func inconclusive() async throws {
    let outcome = try await Library.run(.large, "--json", "--max-states", "1000")
    #expect(outcome.code == 20)
    let report = try #require(try reports(outcome).first)
    #expect(report["verdict"] as? String == "inconclusive")
    #expect(report["complete"] as? Bool == false)
    #expect(report["stopReason"] as? String == "max-states")
    #expect(report["distinctStates"] as? Int == 1000)
    #expect(try #require(report["unexploredStates"] as? Int) > 0)
    #expect((report["properties"] as? [Object])?.first?["verdict"] as? String == "inconclusive")
  }

  @Test func witness() async throws {
    let outcome = try await Library.run(.constants, "--model", "small", "--json", "--witness", "all seen")
    let property = try #require((try reports(outcome).first?["properties"] as? [Object])?.first)
    #expect(property["verdict"] as? String == "holds")
    let steps = try #require((property["trace"] as? Object)?["steps"] as? [Object])
    #expect(steps.map { $0["title"] as? String } == ["Initial state", "See(0)", "See(1)"])
  }

  /// One line, members by name.
  private func canonical(_ value: Any?) -> String {
    let data = try? JSONSerialization.data(
      withJSONObject: value ?? NSNull(), options: [.sortedKeys, .fragmentsAllowed, .withoutEscapingSlashes])
    return String(decoding: data ?? Data(), as: UTF8.self)
  }
}
