import DistCheck

/// Trace logs of etcd's Raft in Go, of go.etcd.io/raft built with the tag `with_tla`: what they say of ``EtcdRaft``.
///
/// A line is an event of one server, and its state. Events that send or receive a message show the message, too:
/// `{…, "event": {"name": "Ready", "nid": "1", "state": {"term": 1, "vote": "0", "commit": 5}, "role": "StateFollower",
/// "log": 5, "conf": [["1", "2", "3"], []]}}`. Each line stands for one step, in the order in which they were written.
///
/// All servers of the log are initial voters, and start within it. The log was made for a specification in TLA+,
/// Traceetcdraft.tla, which reads the same fields.
struct EtcdRaftLog<let servers: Int, let entries: Int, let messages: Int, let outbox: Int>: LogMapping {
  typealias Spec = EtcdRaft<servers, entries, messages, outbox>
  typealias Server = Spec.Server
  typealias Message = Spec.Message

  // A log can call for more, where the specification says what is full: -D entries=96 then makes room. The first 1,000
  // lines of etcd's example have logs of 43 entries, 94 messages on their way, and 23 that one server sends at once.
  static func sizes(_ log: LogPreview) throws -> [Int] { [try names(log).count, 48, 104, 32] }

  var specification: Spec {
    Spec(
      maxTerm: Spec.Term.max.value, maxEntries: entries, maxChanges: entries, maxMessages: messages, bootstraps: true,
      transport: .unordered)
  }

  mutating func begin(_ log: LogPreview) throws {
    // Of a log from standard input the servers are known once they start, in that order.
    if log.isComplete { try log.names(Server.self, are: try Self.names(log)) }
  }

  /// The servers, in the order in which etcd goes through them.
  private static func names(_ log: LogPreview) throws -> [String] {
    let names = try log.distinct { line in line["event"]["nid"] }
    return names.sorted { left, right in (left.count, left) < (right.count, right) }
  }

  mutating func read(_ line: LogValue, _ event: inout LogEvent<Spec>) throws {
    let entry = line["event"]
    let i = try entry["nid"].as(Server.self)
    event.actor(i)
    switch entry["name"] {
    case "InitState": event.is("Start", i)
    case "BecomeFollower": event.is("BecomeFollower", i)
    case "BecomeCandidate": event.is("Timeout", i)
    case "BecomeLeader": event.is("BecomeLeader", i)
    case "Replicate": event.is("ClientRequest", i)
    case "Commit": event.is("AdvanceCommitIndex", i)
    case "Ready": event.is("Ready", i)
    case "ChangeConf": try readProposal(entry["prop"]["cc"]["changes"], i, &event)
    case "ApplyConfChange":
      event.is("ApplyConfChange", i)
      let new = try entry["prop"]["cc"]["newconf"].optional(Server.Set.self) ?? []
      event.after("newconf", is: new) { s in s.config[i].voters }
    case "SendRequestVoteRequest", "SendRequestVoteResponse", "SendAppendEntriesRequest", "SendAppendEntriesResponse":
      try readSending(entry, i, &event)
    case "ReceiveRequestVoteRequest", "ReceiveRequestVoteResponse", "ReceiveAppendEntriesRequest",
      "ReceiveAppendEntriesResponse":
      try readReceiving(entry, i, &event)
    default: throw entry["name"].error("there is no event \(entry["name"].shown)")
    }
    try readState(entry, i, &event)
  }

  private func readProposal(_ changes: LogValue, _ i: Server, _ event: inout LogEvent<Spec>) throws {
    guard try changes.elements.count == 1 else { throw changes.error("it is not one change") }
    let (action, j) = (changes[0]["action"], try changes[0]["nid"].as(Server.self))
    switch action {
    case "AddNewServer": event.is("AddNewServer", i, j)
    case "RemoveServer": event.is("DeleteServer", i, j)
    default: throw action.error("there is no change \(action.shown)")
    }
  }

  // MARK: Messages

  /// The message that a line shows is the last one in the outbox.
  private func readSending(_ entry: LogValue, _ i: Server, _ event: inout LogEvent<Spec>) throws {
    let m = entry["msg"]
    let (from, to) = (try m["from"].as(Server.self), try m["to"].as(Server.self))
    guard from == i else { throw m["from"].error("it is not who sends, \(entry["nid"].shown)") }
    switch (try entry["name"].string, try type(m)) {
    case ("SendRequestVoteRequest", .vote): event.is("RequestVote", i, to)
    case ("SendRequestVoteResponse", .voteResp) where to == i: event.is("RequestVote", i, i)
    case ("SendRequestVoteResponse", .voteResp): event.is("HandleRequestVoteRequest", i)
    case ("SendAppendEntriesRequest", .app): event.is("AppendEntries", i, to)
    case ("SendAppendEntriesRequest", .heartbeat): event.is("Heartbeat", i, to)
    case ("SendAppendEntriesResponse", .appResp) where to == i: event.is("AppendEntriesToSelf", i)
    case ("SendAppendEntriesResponse", .appResp): event.is("HandleAppendEntriesRequest", i)
    case ("SendAppendEntriesResponse", .heartbeatResp): event.is("HandleHeartbeat", i)
    default: throw m["type"].error("\(m["type"].shown) is not of this event")
    }
    try readMessage(m, .sent(by: i), &event)
    // What a leader knows of itself.
    let progress = entry["prop"]
    if progress.isPresent {
      event.after("prop.match", is: try progress["match"].integer) { s in s.progress[i][i].match.value }
      event.after("prop.next", is: try progress["next"].integer) { s in s.progress[i][i].next.value }
    }
  }

  private func readReceiving(_ entry: LogValue, _ i: Server, _ event: inout LogEvent<Spec>) throws {
    let m = entry["msg"]
    let (from, to) = (try m["from"].as(Server.self), try m["to"].as(Server.self))
    guard to == i else { throw m["to"].error("it is not who receives, \(entry["nid"].shown)") }
    switch (try entry["name"].string, try type(m)) {
    case ("ReceiveRequestVoteRequest", .vote), ("ReceiveRequestVoteResponse", .voteResp),
      ("ReceiveAppendEntriesRequest", .app), ("ReceiveAppendEntriesRequest", .heartbeat),
      ("ReceiveAppendEntriesResponse", .appResp), ("ReceiveAppendEntriesResponse", .heartbeatResp):
      break
    default: throw m["type"].error("\(m["type"].shown) is not of this event")
    }
    if from == i {
      event.is("Advance", i)
      try readMessage(m, .next(of: i), &event)
    } else {
      event.is("Receive")
      try readMessage(m, .received, &event)
    }
  }

  private func type(_ m: LogValue) throws -> Spec.MessageType {
    switch m["type"] {
    case "MsgVote": .vote
    case "MsgVoteResp": .voteResp
    case "MsgApp": .app
    case "MsgAppResp": .appResp
    case "MsgHeartbeat": .heartbeat
    case "MsgHeartbeatResp": .heartbeatResp
    default: throw m["type"].error("there is no message \(m["type"].shown)")
    }
  }

  private func readMessage(_ m: LogValue, _ place: Place, _ event: inout LogEvent<Spec>) throws {
    show("msg.type", try type(m), place, &event) { m in m.type }
    show("msg.from", try m["from"].as(Server.self), place, &event) { m in m.from }
    show("msg.to", try m["to"].as(Server.self), place, &event) { m in m.to }
    show("msg.term", try m["term"].integer, place, &event) { m in m.term.value }
    show("msg.index", try m["index"].integer, place, &event) { m in m.index.value }
    show("msg.logTerm", try m["logTerm"].integer, place, &event) { m in m.logTerm.value }
    show("msg.entries", try m["entries"].integer, place, &event) { m in m.entries.count }
    show("msg.commit", try m["commit"].integer, place, &event) { m in m.commit.value }
    show("msg.reject", try m["reject"].boolean, place, &event) { m in m.reject }
    show("msg.rejectHint", try m["rejectHint"].integer, place, &event) { m in m.rejectHint.value }
    // It belongs to the storage of etcd.
    guard m["vote"] == "0" else { throw m["vote"].error("it is not \"0\"") }
  }

  /// Where a message is: the last one in the outbox of its sender, the next one of a server's own, or the parameter of the
  /// step.
  private enum Place {
    case sent(by: Server)
    case next(of: Server)
    case received
  }

  private func show<V: Equatable>(
    _ name: String, _ value: V, _ place: Place, _ event: inout LogEvent<Spec>, _ read: @escaping (Message) -> V
  ) {
    switch place {
    case .sent(let i): event.after(name, is: value) { s in s.outbox[i].back.map(read) }
    case .next(let i): event.before(name, is: value) { s in s.acks[i].front.map(read) }
    case .received: event.parameter(name, is: value, read)
    }
  }

  // MARK: The state

  private func readState(_ entry: LogValue, _ i: Server, _ event: inout LogEvent<Spec>) throws {
    let state = entry["state"]
    let old = try fieldsBefore(entry)
    let vote = state["vote"] == "0" ? nil : try state["vote"].as(Server.self)
    show("term", try state["term"].integer, old, &event) { s in s.currentTerm[i].value }
    show("vote", vote, old, &event) { s in s.votedFor[i] }
    show("commit", try state["commit"].integer, old, &event) { s in s.commitIndex[i].value }
    show("role", try role(entry["role"]), old, &event) { s in s.role[i] }
    show("log", try entry["log"].integer, old, &event) { s in s.log[i].count }
    show("conf[0]", try entry["conf"][0].as(Server.Set.self), old, &event) { s in s.config[i].voters }
    show("conf[1]", try entry["conf"][1].as(Server.Set.self), old, &event) { s in s.config[i].outgoing }
  }

  /// What is logged before the step changes it; the rest is logged after it.
  private func fieldsBefore(_ entry: LogValue) throws -> [String] {
    let name = try entry["name"].string
    switch name {
    case "BecomeFollower": return ["commit", "log", "conf[0]", "conf[1]"]
    case "ApplyConfChange": return ["conf[0]", "conf[1]"]
    case "Replicate", "ChangeConf": return ["log"]
    case "SendRequestVoteResponse":
      let isToItself = try entry["msg"]["from"].string == entry["msg"]["to"].string
      return isToItself ? [] : ["vote"]
    default:
      return name.hasPrefix("Receive") ? ["term", "vote", "commit", "role", "log", "conf[0]", "conf[1]"] : []
    }
  }

  private func role(_ value: LogValue) throws -> Spec.Role {
    switch value {
    case "StateFollower": .follower
    case "StateCandidate": .candidate
    case "StateLeader": .leader
    default: throw value.error("there is no role \(value.shown)")
    }
  }

  private func show<V: Equatable>(
    _ name: String, _ value: V, _ old: [String], _ event: inout LogEvent<Spec>,
    _ read: @escaping (borrowing Spec.State) -> V
  ) {
    if old.contains(name) {
      event.before(name, is: value, read)
    } else {
      event.after(name, is: value, read)
    }
  }
}
