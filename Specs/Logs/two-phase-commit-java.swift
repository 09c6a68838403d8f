import DistCheck

/// Logs of lbinria/TwoPhase, a two-phase commit in Java: what they say of ``TwoPhaseCommit``.
///
/// A line is an event, its arguments, and updates of variables, each of which may be missing:
/// `{"tmPrepared": [{"op": "AddElement", "path": [], "args": ["rm-0"]}], "event": "TMRcvPrepared"}`. The configuration names
/// the resource managers: `{"RM": ["rm-0", "rm-1"]}`.
struct TwoPhaseCommitLog<let resourceManagers: Int>: LogMapping {
  typealias Spec = TwoPhaseCommit<resourceManagers>
  typealias RM = Spec.RM

  static func sizes(_ log: LogPreview) throws -> [Int] { [try log.configuration["RM"].elements.count] }

  var identitiesComeFromLines: Bool { true }

  mutating func begin(_ log: LogPreview) throws {
    var names: [String] = []
    for name in try log.configuration["RM"].elements { names.append(try name.string) }
    try log.names(RM.self, are: names)
  }

  mutating func read(_ line: LogValue, _ event: inout LogEvent<Spec>) throws {
    if line["event"].isPresent {
      let rm = try line["event_args"][0].optional(RM.self)
      event.is(try line["event"].string, rm)
      if let rm { event.actor(rm) }
    }
    for (variable, updates) in try line.fields where variable != "event" && variable != "event_args" {
      for update in try updates.elements { try read(variable, update, &event) }
    }
  }

  private func read(_ variable: String, _ update: LogValue, _ event: inout LogEvent<Spec>) throws {
    let value = update["args"][0]
    switch variable {
    case "rmState":
      let rm = try update["path"][0].as(RM.self)
      let phase = try value.as(Spec.Phase.self)
      event.after("rmState", is: phase) { s in s.phase[rm] }
      event.change("rmState of the others stays") { before, after in
        var expected = before.phase
        expected[rm] = phase
        return after.phase == expected
      }
    case "tmState":
      // The log calls it done, whatever was decided.
      guard value == "done" else { throw value.error("\(value.shown) is no state of the TM") }
      event.after("tmState done", is: true) { s in s.manager == .committed || s.manager == .aborted }
    case "tmPrepared":
      event.adds(try value.as(RM.self), to: "tmPrepared") { s in s.tmPrepared }
    case "msgs":
      switch try value["type"].string {
      case "Prepared": event.adds(try value["rm"].as(RM.self), to: "msgs Prepared") { s in s.sentPrepared }
      case "Commit": event.after("msgs Commit", is: true) { s in s.sentCommit }
      case "Abort": event.after("msgs Abort", is: true) { s in s.sentAbort }
      default: throw value["type"].error("\(value["type"].shown) is no message")
      }
    default: throw update.error("there is no variable \"\(variable)\"")
    }
  }
}
