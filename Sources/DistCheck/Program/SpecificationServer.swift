import CDistCheckEngine
import DistCheckEngine
import DistCheckLogs
import DistCheckReporting

/// Answers requests about one run of a specification, so that a program in any language steps it beside its own: JSON-RPC 2.0,
/// one message a line.
///
/// Events have the form of `distcheck log`: `{"action": …, "args": […], "changes": {…}}`. What they leave out is unknown, so
/// there can be several states at a time, as when a log is verified.
final class SpecificationServer {
  private let system: TransitionSystem
  private let log: NativeLog
  private var run: LogFollower?
  private let record = LogRecord()
  private var explanation = ""

  init(_ system: TransitionSystem) {
    self.system = system
    log = NativeLog(system)
  }

  /// What is wrong with a request, with its code of JSON-RPC or one of our own.
  private struct Refusal: Error {
    var code: Int
    var message: String
    var data: JSON?
  }

  /// The answer to a line; nil where none is wanted.
  func answer(_ line: String) -> JSON? {
    guard let request = JSON(parsing: line) else {
      return failure(Refusal(code: -32700, message: "it is no JSON"), .null)
    }
    let id = request["id"]
    let hasID = request.members.contains { $0.key == "id" }
    guard request["jsonrpc"].string == "2.0", let method = request["method"].string else {
      return failure(Refusal(code: -32600, message: "it is no request of JSON-RPC 2.0"), id)
    }
    do throws(Refusal) {
      let result = try result(of: method, request["params"])
      return hasID ? .object(["jsonrpc": "2.0", "id": id, "result": result]) : nil
    } catch { return hasID ? failure(error, id) : nil }
  }

  private func failure(_ refusal: Refusal, _ id: JSON) -> JSON {
    var members = [
      JSON.Member(key: "code", value: .integer(refusal.code)),
      JSON.Member(key: "message", value: .string(refusal.message)),
    ]
    if let data = refusal.data { members.append(.init(key: "data", value: data)) }
    return .object(["jsonrpc": "2.0", "id": id, "error": .object(members)])
  }

  private func result(of method: String, _ parameters: JSON) throws(Refusal) -> JSON {
    switch method {
    case "begin": return try begin()
    case "enabled": return .array(try enabled())
    case "take": return try follow(parameters, of: current())
    case "observe": return try observe(parameters)
    case "would": return try would(parameters)
    case "explain": return .string(explanation)
    case "state": return try summary(current())
    default:
      throw Refusal(
        code: -32601, message: "there is no method \"\(method)\": begin, enabled, take, observe, would, explain, state")
    }
  }

  // MARK: Methods

  private func begin() throws(Refusal) -> JSON {
    explanation = ""
    do {
      let new = try LogFollower(system, log, LogTracker.Options())
      _ = try new.tracker.begin()
      run = new
      return try summary(new)
    } catch let refusal as Refusal { throw refusal } catch {
      throw Refusal(code: -32000, message: "the specification fails: \(error)")
    }
  }

  private func current() throws(Refusal) -> LogFollower {
    guard let run else { throw Refusal(code: -32000, message: "nothing has begun: call begin") }
    return run
  }

  private func enabled() throws(Refusal) -> [JSON] {
    try current().tracker.enabledSteps(limit: 10_000).map { step in
      .object(["action": .string(step.action), "args": .array(step.arguments.map { JSON($0) })])
    }
  }

  /// The states after an event; an error where it does not fit.
  private func follow(_ event: JSON, of follower: LogFollower) throws(Refusal) -> JSON {
    let observation = try observation(event, follower)
    switch follower.tracker.advance(observation) {
    case .fits:
      explanation = ""
      return try summary(follower)
    case .broken(let property):
      throw Refusal(code: 12, message: "violates \"\(system.properties[property].name)\"")
    case .rejected:
      explanation = follower.explanation(
        of: observation, number: follower.tracker.lineCount, text: event.description)
      throw Refusal(code: 12, message: "no behaviour fits", data: .string(explanation))
    case .tooMany, .stopped: throw Refusal(code: 20, message: "more states fit than can be kept")
    case .fails(let fault, let place): throw Refusal(code: 75, message: "\(place): \(fault.message)")
    }
  }

  /// The same, but that an event which does not fit is an answer.
  private func observe(_ event: JSON) throws(Refusal) -> JSON {
    do throws(Refusal) {
      return try follow(event, of: current()).with("fits", true)
    } catch  where error.code == 12 {
      return .object(["fits": false, "reason": .string(error.message), "explanation": .string(explanation)])
    }
  }

  /// What an event would lead to; nothing changes.
  private func would(_ event: JSON) throws(Refusal) -> JSON {
    let follower = try current()
    let trial = follower.tracker.copy()
    let observation = try observation(event, follower)
    guard case .fits(let count) = trial.advance(observation) else { return .object(["fits": false]) }
    return .object(["fits": true, "states": .integer(count), "state": state(of: trial)])
  }

  private func observation(_ event: JSON, _ follower: LogFollower) throws(Refusal) -> Observation {
    do throws(LogError) {
      try record.read(Array(event.description.utf8), file: "params", line: 1)
    } catch { throw Refusal(code: -32602, message: error.reason) }
    do throws(LogFailure) {
      guard let read = try follower.read(record) else { throw LogFailure.usage("the event says nothing") }
      return read.observation
    } catch {
      switch error {
      case .log(let error):
        throw Refusal(code: -32602, message: error.path.isEmpty ? error.reason : "\(error.path): \(error.reason)")
      case .mapping(let reason, _), .usage(let reason): throw Refusal(code: -32602, message: reason)
      case .fault(let fault, _): throw Refusal(code: 75, message: fault.message)
      }
    }
  }

  // MARK: States

  private func summary(_ follower: LogFollower) throws(Refusal) -> JSON {
    .object(["states": .integer(follower.tracker.stateCount), "state": state(of: follower.tracker)])
  }

  /// The first of the states, by its parts.
  private func state(of tracker: LogTracker) -> JSON {
    .object((tracker.firstState?.lines() ?? []).map { JSON.Member(key: $0.path, value: .string($0.text)) })
  }
}
