import Foundation
import TestSupport
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

  private static let refused = """
    import DistCheck
    struct Counter: Specification {
      var step = 2
      var isTwice = false
      struct State: BitwiseCopyable { var count = Bounded<0, 5>(0) }
      var initial: Initial<State> { State() }
      var actions: Actions<State> {
        Action("Increment") { s in s.count < 3 } then: { s in s.count += step }
      }
      var properties: Properties<State> {
        Always("small") { s in s.count <= 5 }
        if isTwice { Always("small") { s in s.count <= 4 } }
      }
      func mayStop(_ s: borrowing State) -> Bool { true }
      static var models: Models {
        Model("first", Counter(isTwice: true))
        Model("second", Counter())
        Model("third", Counter(step: 1, isTwice: true))
      }
    }

    """

  /// One object for every model and every file, whatever happens.
  @Test func whatCouldNotBeChecked() async throws {
    let workspace = try Workspace()
    try workspace.write("refused.swift", Self.refused)
    try workspace.write("broken.swift", "import DistCheck\nstruct Broken: Specification {}\n")
    try workspace.write("none.swift", "import DistCheck\n")
    let outcome = try await workspace.run("refused.swift", "broken.swift", "none.swift", "missing.swift", "--json")
    #expect(outcome.code == 65)
    let reports = try reports(outcome)
    #expect(
      reports.map { $0["spec"] as? String }
        == Array(repeating: "refused.swift", count: 3) + ["broken.swift", "none.swift", "missing.swift"])
    #expect(reports.map { $0["model"] as? String } == ["first", "second", "third", nil, nil, nil])
    #expect(reports.map { $0["exitCode"] as? Int } == [65, nil, 65, 65, 65, 64])
    #expect(
      reports.map { $0["verdict"] as? String }
        == ["not-checked", "holds", "not-checked", "not-checked", "not-checked", "not-checked"])
    let reason = "two actions or two properties are called \"small\""
    #expect(
      reports.map { ($0["error"] as? Object)?["message"] as? String } == [
        "refused.swift:12: model \"first\": \(reason)", nil, "refused.swift:12: model \"third\": \(reason)",
        "broken.swift: does not compile",
        "none.swift: is no specification: no struct in it conforms to Specification",
        "missing.swift: no such file or folder",
      ])
    #expect((reports[2]["constants"] as? Object)?["step"] as? Int == 1)
    // The reason that two models share is told once.
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.first == "distcheck: refused.swift:12: model \"first\": \(reason)")
    #expect(lines.dropFirst().first == "distcheck: refused.swift: the same for model \"third\"")
  }

  @Test(arguments: [
    ("--model third", 65), ("--model none", 64), ("--model second -D step=9...8", 64),
    ("--model second --replay x", 64),
    ("simulate --model first", 65), ("simulate --model none", 64),
  ])
  func oneObject(options: String, code: Int32) async throws {
    let workspace = try Workspace()
    try workspace.write("refused.swift", Self.refused)
    let words = options.split(separator: " ").map(String.init)
    let arguments =
      words[0] == "simulate" ? ["simulate", "refused.swift"] + words.dropFirst() : ["refused.swift"] + words
    let outcome = try await workspace.shell("exec \"$distcheck\" \(arguments.joined(separator: " ")) --json")
    #expect(outcome.code == code)
    let report = try #require(outcome.report)
    #expect(report["verdict"] as? String == "not-checked")
    #expect(report["exitCode"] as? Int == Int(code))
    #expect(outcome.errors == "distcheck: \((report["error"] as? Object)?["message"] as? String ?? "")\n")
  }

  /// Each combination of a sweep that fails has its object, and its row in the table.
  @Test func sweep() async throws {
    let workspace = try Workspace()
    try workspace.write("refused.swift", Self.refused)
    let outcome = try await workspace.run("refused.swift", "--model", "second", "-D", "isTwice=false...true", "--json")
    #expect(outcome.code == 65)
    let reports = try reports(outcome)
    #expect(reports.map { $0["verdict"] as? String } == ["holds", "not-checked"])
    #expect(reports.map { ($0["constants"] as? Object)?["isTwice"] as? Bool } == [false, true])
    let text = try await workspace.run("refused.swift", "--model", "second", "-D", "isTwice=false...true")
    #expect(text.code == 65)
    #expect(text.output.contains(/isTwice +verdict +distinct/))
    #expect(text.output.contains(/true +not checked/))
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
        "reductions", "lossy", "properties", "actions", "error", "allocations", "expectation",
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
        "step", "sometimes", "deadlock", "false assumption",
      ])
    #expect(
      reports.map { ($0["expectation"] as? Object)?["met"] as? Bool } == [
        true, true, true, false, false, false, false, false, false, false, nil,
      ])
    #expect(
      reports.map { $0["verdict"] as? String } == [
        "holds", "violated", "violated", "holds", "violated", "holds", "violated", "violated", "violated", "violated",
        "not-checked",
      ])
    #expect(reports.last?["exitCode"] as? Int == 10)
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
