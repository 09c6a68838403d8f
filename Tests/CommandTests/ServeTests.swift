import Foundation
import TestSupport
import Testing

/// `distcheck serve`, and the clients of `Examples/Serve`.
@Suite struct ServeTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let specification = root.appending(path: "Examples/Logs/lock-server.swift").path

  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func serve(_ requests: [String]) async throws -> [String] {
    _ = try workspace.write("requests", requests.joined(separator: "\n") + "\n")
    let outcome = try await workspace.shell("\"$distcheck\" serve '\(Self.specification)' < requests")
    #expect(outcome.code == 0, "\(outcome.errors)")
    return outcome.output.split(separator: "\n").map(String.init)
  }

  private static func request(_ method: String, _ parameters: String = "{}", id: String = "1") -> String {
    "{\"jsonrpc\": \"2.0\", \"id\": \(id), \"method\": \"\(method)\", \"params\": \(parameters)}"
  }

  @Test func methods() async throws {
    let answers = try await serve([
      Self.request("begin"),
      Self.request("enabled", id: "\"two\""),
      Self.request("would", "{\"action\": \"Ask\", \"args\": [1]}"),
      Self.request("take", "{\"action\": \"Ask\", \"args\": [1], \"changes\": {\"waiting\": \"{1}\"}}"),
      Self.request("observe", "{\"action\": \"Grant\", \"args\": [0]}"),
      Self.request("explain"),
      Self.request("observe", "{\"action\": \"Grant\"}"),
      Self.request("state"),
    ])
    #expect(answers.count == 8)
    #expect(
      answers[0] == #"{"jsonrpc":"2.0","id":1,"result":{"states":1,"state":{"waiting":"{}","holder":"nil"}}}"#)
    #expect(answers[1].hasPrefix(#"{"jsonrpc":"2.0","id":"two","result":[{"action":"Ask","args":[0]},"#))
    #expect(answers[2].contains(#""result":{"fits":true,"states":1,"state":{"waiting":"{1}","holder":"nil"}}"#))
    #expect(answers[3].contains(#""result":{"states":1,"state":{"waiting":"{1}","holder":"nil"}}"#))
    #expect(answers[4].contains(#""fits":false"#) && answers[4].contains("Grant(0): not enabled"))
    #expect(answers[5].contains("Grant(0): not enabled"))
    #expect(answers[6].contains(#""fits":true"#))
    #expect(answers[7].contains(#""holder":"1""#))
  }

  @Test func errors() async throws {
    let answers = try await serve([
      "x", "{\"id\": 2}", Self.request("nothing"), Self.request("take", "{\"action\": \"Ask\"}"), Self.request("begin"),
      Self.request("take", "{\"action\": \"Asks\"}"), Self.request("take", "{\"action\": \"Grant\"}"),
      "{\"jsonrpc\": \"2.0\", \"method\": \"state\"}",
    ])
    #expect(answers.count == 7)  // the last one wants none
    for (answer, code, message) in [
      (answers[0], -32700, "it is no JSON"), (answers[1], -32600, "it is no request of JSON-RPC 2.0"),
      (answers[2], -32601, "there is no method"), (answers[3], -32000, "nothing has begun: call begin"),
      (answers[5], -32602, "action: \\\"Asks\\\" is none of Ask, Grant, Expire, Release"),
      (answers[6], 12, "no behaviour fits"),
    ] { #expect(answer.contains("\"error\":{\"code\":\(code),\"message\":\"\(message)"), "\(answer)") }
  }

  @Test(arguments: [
    "python3 lock_test.py \"$distcheck\"", "java LockTest.java \"$distcheck\" ../Logs/lock-server.swift",
  ])
  func clients(command: String) async throws {
    let tool = command.split(separator: " ")[0]
    guard try await workspace.shell("command -v \(tool)").code == 0 else { return }
    let folder = Self.root.appending(path: "Examples/Serve").path
    let good = try await workspace.shell("cd '\(folder)' && \(command)")
    #expect(good.code == 0 && good.output == "200 steps agree\n", "\(good.output)\(good.errors)")
    let bad = try await workspace.shell("cd '\(folder)' && \(command) --bug")
    #expect(bad.code == 1, "\(bad.output)")
    #expect((bad.output + bad.errors).contains("no behaviour fits"))
  }
}
