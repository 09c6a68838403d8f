import DistCheck

/// Raft as etcd runs it, with membership changes, in steps as fine as the lines of its trace log.
///
/// Ongaro, "Consensus: Bridging Theory and Practice", 2014, as implemented by go.etcd.io/raft (version of April 2024).
/// The actions have the names of etcd's own specification, etcdraft.tla. They follow the Go code where the two differ.
///
/// A server does one thing at a time. What it has begun and must finish first is its `task`: after a request it replies,
/// after a new entry it acknowledges the entry to itself and sends it to its peers, one after another. Each action is one
/// line of the log, so a line can be compared with the state before it, the state after it, and the message it produced.
///
/// Messages wait in the `outbox` of their sender until it is Ready. Then they go to the network, except those that a
/// server sends to itself: these are its `acks`, which it handles in their order (Advance). Ready also hands committed
/// entries to the application, and ApplyConfChange changes the configuration when the application applies an entry.
///
/// Assumptions: servers do not lie. Messages are reordered and lost, as the transport says. Time is not modelled.
///
/// Left out: restarts, snapshots and compaction, learners, pre-votes, checks of the quorum, leader transfer, reads, and
/// limits on the size of messages and on their number. So a message carries all entries that a peer lacks.
///
/// The actions are without bounds; the state constraint bounds terms, logs, changes, and messages on their way.
struct EtcdRaft<let servers: Int, let logCapacity: Int, let networkCapacity: Int, let outboxCapacity: Int>:
  Specification
{
  // Bounds.
  var maxTerm = 2
  /// The length of the longest log.
  var maxEntries = 4
  /// Changes of the configuration in any log. Those of the bootstrap count.
  var maxChanges = 2
  /// How many messages can be on their way at once.
  var maxMessages = 2

  /// The servers that are members from the beginning.
  var initialVoters = Server.Set.all
  /// Whether servers start one by one with nothing, and the initial voters enter each other into their logs. Otherwise
  /// that is done already: all servers know who the initial voters are, and logs are empty.
  var bootstraps = false
  /// Who leads term 1 in the initial state, elected by all. Otherwise no term has begun.
  var firstLeader: Server? = nil
  /// Whether a server finishes what it has begun, sends it, and handles its own acknowledgements before another server
  /// begins anything. This makes for fewer states. A log of a real system is not like that.
  var oneAtATime = false
  var heartbeats = true
  /// The servers whose election timeouts can end.
  var candidates = Server.Set.all
  /// The kinds of changes that are asked for.
  var kinds = ChangeKind.all
  var transport = Transport.unordered.losing

  // What makes it correct, each a point to go wrong at.

  /// Whether a server votes for a single candidate in a term.
  var votesOnce = true
  /// Whether voters refuse a candidate whose log is behind their own.
  var checksLogOnVote = true
  /// Whether a heartbeat tells a follower only of commitment up to where its log is known to match.
  var boundsHeartbeatCommit = true
  /// Whether a leader proposes no change before it has applied the one before.
  var waitsForPendingChange = true
  /// Whether a swap of servers goes through a joint configuration, which needs majorities of the old and the new voters.
  var entersJoint = true

  enum Node {}
  typealias Server = ID<Node, servers>
  /// 0 is the term before the first election, and of the entry that is not there.
  typealias Term = Bounded<0, 15>
  /// Logs begin with index 1.
  typealias Index = Bounded<0, 255>
  enum Role: Enumeration { case follower, candidate, leader }

  enum ChangeKind: Enumeration { case add, remove, swap }
  enum Change: BitwiseCopyable, Equatable {
    case add(Server)
    case remove(Server)
    /// Two changes at once, which takes a joint configuration in between.
    case swap(add: Server, remove: Server)
    /// Leaves the joint configuration.
    case leave
  }
  /// A command, whose content does not matter, or a change of the configuration.
  struct Entry: BitwiseCopyable, Equatable {
    var term: Term
    var change: Change?
  }

  struct Configuration: BitwiseCopyable, Equatable {
    var voters = Server.Set()
    /// Of a joint configuration: the voters before the change. Otherwise empty.
    var outgoing = Server.Set()

    var isJoint: Bool { !outgoing.isEmpty }
    var members: Server.Set { voters.union(outgoing) }

    func isQuorum(_ servers: Server.Set) -> Bool {
      isMajority(servers, of: voters) && (!isJoint || isMajority(servers, of: outgoing))
    }

    func isMajority(_ servers: Server.Set, of all: Server.Set) -> Bool {
      2 * servers.intersection(all).count > all.count
    }
  }

  /// What a leader knows of a peer.
  struct Progress: BitwiseCopyable {
    /// Up to where the log of the peer is known to match.
    var match: Index = 0
    /// The next entry to send.
    var next: Index = 0
    /// Whether entries are sent without waiting for acknowledgements; otherwise the leader probes with one message.
    var isReplicating = false
    /// Whether a probe is on its way.
    var isPaused = false
  }

  enum MessageType: Enumeration { case vote, voteResp, app, appResp, heartbeat, heartbeatResp }
  /// As in etcd, one kind of message has all fields, and those without a meaning are 0.
  struct Message: NetworkMessage {
    var type: MessageType
    var from: Server
    var to: Server
    var term: Term
    /// Of a vote: the last entry of the candidate. Of an app: the entry before its entries. Of a response: the last entry
    /// that is acknowledged, or the entry that was refused.
    var index: Index = 0
    var logTerm: Term = 0
    var entries = Log<logCapacity, Entry>()
    var commit: Index = 0
    var reject = false
    /// Where the log of the follower could match.
    var rejectHint: Index = 0

    /// Each pair of servers has a link of its own.
    var link: Int { from.index * servers + to.index }

    var isFromLeader: Bool { type == .app || type == .heartbeat }
    var isRequest: Bool { isFromLeader || type == .vote }
  }

  /// What a server has to do before anything else.
  enum Task: Enumeration {
    case nothing
    // To start: it does not run yet; it takes over the configuration that is stored, becomes a follower, and if it is an
    // initial voter, a follower of term 1 who enters the initial voters.
    case starting, restoring, following, bootstrapping, enteringVoters
    /// It has received the message that is in hand.
    case handling
    case appendingEmptyEntry, acknowledging, advancingCommit
    /// It has messages to send to the servers that are due.
    case requestingVotes, appendingEntries, beating
  }

  struct State: BitwiseCopyable {
    var currentTerm = Server.Map<Term>(0)
    var votedFor = Server.Map<Server?>(nil)
    var role = Server.Map<Role>(.follower)
    /// Who leads the current term, as far as the server knows.
    var leader = Server.Map<Server?>(nil)
    var log = Server.Map<Log<logCapacity, Entry>>(Log())
    var commitIndex = Server.Map<Index>(0)

    var config = Server.Map<Configuration>(Configuration())
    /// Up to where committed entries were handed to the application.
    var handedOut = Server.Map<Index>(0)
    /// Up to where they were applied. If these are fewer, the next one is a change of the configuration.
    var applied = Server.Map<Index>(0)

    // Of a candidate.
    var votesGranted = Server.Map<Server.Set>(Server.Set())
    var votesRefused = Server.Map<Server.Set>(Server.Set())

    // Of a leader.
    var progress = Server.Map<Server.Map<Progress>>(Server.Map(Progress()))
    /// The index of the last change that may not be applied yet.
    var pendingChange = Server.Map<Index>(0)

    var task: Server.Map<Task>
    var inHand = Server.Map<Message?>(nil)
    var due = Server.Map<Server.Set>(Server.Set())
    var outbox = Server.Map<Queue<outboxCapacity, Message>>(Queue())
    var acks = Server.Map<Queue<outboxCapacity, Message>>(Queue())
    var network: Network<networkCapacity, Message>

    func lastIndex(_ i: Server) -> Index { Index(log[i].lastIndex) }

    func lastTerm(_ i: Server) -> Term { term(i, at: lastIndex(i)) }

    /// The term of the entry at an index; 0 where there is none.
    func term(_ i: Server, at index: Index) -> Term {
      log[i].contains(index: index.value) ? log[i][index.value].term : 0
    }

    func hasWon(_ i: Server) -> Bool {
      role[i] == .candidate && task[i] == .nothing && config[i].isQuorum(votesGranted[i])
    }

    func hasLost(_ i: Server) -> Bool {
      role[i] == .candidate && task[i] == .nothing
        && !config[i].isQuorum(config[i].members.subtracting(votesRefused[i]))
    }

    /// Whether server i is done with all that it has begun.
    func isFree(_ i: Server) -> Bool { task[i] == .nothing && !hasWon(i) && !hasLost(i) }

    /// Whether it is also Ready: nothing is left to send, to acknowledge, or to hand out.
    func isQuiet(_ i: Server) -> Bool {
      isFree(i) && outbox[i].isEmpty && acks[i].isEmpty && handedOut[i] == commitIndex[i]
    }

    /// Whether j is the next server that something is due to. The order is that of their numbers.
    func isNext(_ j: Server, of servers: Server.Set) -> Bool {
      servers.contains(j) && servers.allSatisfy { $0.index >= j.index }
    }

    func isWaiting(_ i: Server, for j: Server) -> Bool { !progress[i][j].isReplicating && progress[i][j].isPaused }

    /// The peers that a broadcast of leader i goes to.
    func receptive(_ i: Server) -> Server.Set {
      var peers = Server.Set { j in config[i].members.contains(j) && !isWaiting(i, for: j) }
      peers.remove(i)
      return peers
    }

    mutating func begin(_ next: Task, _ i: Server, to servers: Server.Set) {
      task[i] = servers.isEmpty ? .nothing : next
      due[i] = servers
    }

    mutating func finish(_ i: Server, with j: Server) {
      due[i].remove(j)
      if due[i].isEmpty { task[i] = .nothing }
    }

    mutating func reset(_ i: Server, to term: Term) {
      if currentTerm[i] != term { votedFor[i] = nil }
      currentTerm[i] = term
      leader[i] = nil
      votesGranted[i] = Server.Set()
      votesRefused[i] = Server.Set()
      progress[i] = Server.Map(Progress())
      pendingChange[i] = 0
    }

    /// Server i becomes the leader of its current term, and supposes that its peers have all its entries.
    mutating func lead(_ i: Server) {
      let last = lastIndex(i)
      reset(i, to: currentTerm[i])
      role[i] = .leader
      leader[i] = i
      for j in config[i].members { progress[i][j].next = last + 1 }
      if config[i].members.contains(i) {
        progress[i][i].match = last
        progress[i][i].isReplicating = true
      }
      pendingChange[i] = last
      task[i] = .appendingEmptyEntry
    }

    mutating func send(_ type: MessageType, from i: Server, to j: Server, _ fill: (inout Message) -> Void = { _ in }) {
      var message = Message(type: type, from: i, to: j, term: currentTerm[i])
      fill(&message)
      outbox[i].enqueue(message)
    }

    /// The last index up to the given one whose entry is of this term or an earlier one.
    func lastIndex(_ i: Server, upTo index: Index, term: Term) -> Index {
      var last = index
      while last > 0 && self.term(i, at: last) > term { last -= 1 }
      return last
    }

    // What a server does with a message. Requests are kept in hand: their handlers reply. Responses are done with at once.
    mutating func receive(_ m: Message) {
      let i = m.to
      if m.term < currentTerm[i] || m.term == currentTerm[i] && m.isFromLeader && role[i] == .leader { return }
      if m.term > currentTerm[i] || m.isRequest {
        task[i] = .handling
        inHand[i] = m
      } else if m.type == .voteResp {
        receiveVote(m)
      } else if role[i] == .leader && config[i].members.contains(m.from) {
        if m.type == .heartbeatResp {
          receiveHeartbeatResponse(m)
        } else if m.reject {
          receiveRejection(m)
        } else {
          receiveAcknowledgement(m)
        }
      }
    }

    mutating func receiveVote(_ m: Message) {
      let (i, j) = (m.to, m.from)
      if role[i] != .candidate || votesGranted[i].contains(j) || votesRefused[i].contains(j) { return }
      if m.reject { votesRefused[i].insert(j) } else { votesGranted[i].insert(j) }
    }

    mutating func receiveHeartbeatResponse(_ m: Message) {
      let (i, j) = (m.to, m.from)
      progress[i][j].isPaused = false
      if progress[i][j].match < lastIndex(i) || !progress[i][j].isReplicating {
        begin(.appendingEntries, i, to: Server.Set(j))
      }
    }

    /// A rejection of what was acknowledged since, or of another message than the last probe, is stale.
    mutating func receiveRejection(_ m: Message) {
      let (i, j) = (m.to, m.from)
      var peer = progress[i][j]
      if peer.isReplicating {
        if m.index <= peer.match { return }
        peer.next = peer.match + 1
      } else {
        if m.index != peer.next - 1 { return }
        let hint = m.logTerm > 0 ? lastIndex(i, upTo: m.rejectHint, term: m.logTerm) : m.rejectHint
        peer.next = max(min(m.index, hint + 1), peer.match + 1)
      }
      peer.isReplicating = false
      peer.isPaused = false
      progress[i][j] = peer
      begin(.appendingEntries, i, to: Server.Set(j))
    }

    /// If the leader learns from it, it looks for what is committed now; if that is nothing, it may still have something
    /// to send to that peer.
    mutating func receiveAcknowledgement(_ m: Message) {
      let (i, j) = (m.to, m.from)
      var peer = progress[i][j]
      if m.index < peer.match || m.index == peer.match && peer.isReplicating { return }
      let wasWaiting = isWaiting(i, for: j)
      peer.match = m.index
      peer.next = peer.isReplicating ? max(peer.next, m.index + 1) : m.index + 1
      peer.isReplicating = true
      peer.isPaused = false
      progress[i][j] = peer
      task[i] = .advancingCommit
      due[i] = j != i && (wasWaiting || peer.next <= lastIndex(i)) ? Server.Set(j) : Server.Set()
    }

    /// Appends the entries, except those that are there already. The first that conflicts is removed, with all after it.
    mutating func append(_ m: Message, _ i: Server) {
      for k in m.entries.indices {
        let index: Index = m.index + k
        if term(i, at: index) != m.entries[k].term {
          log[i].truncate(after: index.value - 1)
          log[i].append(m.entries[k])
        }
      }
    }

    /// Entries that are no changes are applied at once.
    mutating func applyCommands(_ i: Server) {
      while applied[i] < handedOut[i] && log[i][applied[i].value + 1].change == nil { applied[i] += 1 }
    }

    /// Leader i keeps track of who joined and who left. It probes a new peer from its own last entry.
    mutating func trackMembers(_ i: Server) {
      let members = config[i].members
      for j in Server.all {
        if !members.contains(j) {
          progress[i][j] = Progress()
        } else if progress[i][j].next == 0 {
          progress[i][j].next = max(lastIndex(i), 1)
        }
      }
    }

    func changes(_ i: Server) -> Int { log[i].indices.count { log[i][$0].change != nil } }

    /// Whether the logs of two servers are the same up to every index at which they have entries of the same term.
    func logsMatch(_ i: Server, _ j: Server) -> Bool {
      for index in 1..<min(log[i].count, log[j].count) + 1 where log[i][index].term == log[j][index].term {
        if !log[i].agrees(with: log[j], upTo: index) { return false }
      }
      return true
    }
  }

  var initial: Initial<State> {
    if bootstraps {
      State(task: Server.Map(.starting), network: Network(transport))
    } else if let firstLeader {
      elected(firstLeader)
    } else {
      configured
    }
  }

  var configured: State {
    State(
      config: Server.Map(Configuration(voters: initialVoters)), task: Server.Map(.nothing), network: Network(transport))
  }

  func elected(_ i: Server) -> State {
    var s = configured
    s.currentTerm = Server.Map(1)
    s.votedFor = Server.Map(i)
    s.lead(i)
    return s
  }

  /// Whether server i can begin something new.
  func canBegin(_ s: State, _ i: Server) -> Bool {
    s.isFree(i) && (!oneAtATime || Server.all.allSatisfy { s.isQuiet($0) })
  }

  /// Whether server i is a leader who takes requests.
  func canPropose(_ s: State, _ i: Server) -> Bool {
    canBegin(s, i) && s.role[i] == .leader && s.config[i].members.contains(i)
  }

  func canChange(_ s: State, _ i: Server) -> Bool {
    canPropose(s, i) && (s.pendingChange[i] <= s.applied[i] || !waitsForPendingChange)
  }

  func propose(_ change: Change, _ s: inout State, _ i: Server) {
    s.log[i].append(Entry(term: s.currentTerm[i], change: change))
    s.pendingChange[i] = s.lastIndex(i)
    s.task[i] = .acknowledging
  }

  func apply(_ change: Change, to config: Configuration) -> Configuration {
    var new = config
    switch change {
    case .add(let server): new.voters.insert(server)
    case .remove(let server): new.voters.remove(server)
    case .swap(let added, let removed):
      new.voters.insert(added)
      new.voters.remove(removed)
      if entersJoint { new.outgoing = config.voters }
    case .leave: new.outgoing = Server.Set()
    }
    return new
  }

  /// The configuration that server i changes to next, if there is one.
  func nextConfiguration(_ s: State, _ i: Server) -> Configuration? {
    switch s.task[i] {
    case .restoring: return s.config[i]
    case .enteringVoters:
      let missing = initialVoters.subtracting(s.config[i].voters)
      guard let next = missing.first(where: { s.isNext($0, of: missing) }) else { return nil }
      return apply(.add(next), to: s.config[i])
    default:
      guard s.isFree(i), s.applied[i] < s.handedOut[i], let change = s.log[i][s.applied[i].value + 1].change else {
        return nil
      }
      return apply(change, to: s.config[i])
    }
  }

  /// The term of which server i has to become a follower, if it has to.
  func termToFollow(_ s: State, _ i: Server) -> Term? {
    if s.task[i] == .following || s.hasLost(i) { return s.currentTerm[i] }
    if s.task[i] == .bootstrapping { return 1 }
    guard let m = s.inHand[i] else { return nil }
    return m.term > s.currentTerm[i] || s.role[i] == .candidate && m.isFromLeader ? m.term : nil
  }

  /// The request that server i has in hand, when it can reply.
  func request(_ type: MessageType, _ s: State, _ i: Server) -> Message? {
    guard let m = s.inHand[i], m.type == type, termToFollow(s, i) == nil else { return nil }
    return m
  }

  var actions: Actions<State> {
    if bootstraps {
      Action("Start", for: Server.self) { s, i in
        s.task[i] == .starting
      } then: { s, i in
        s.task[i] = .restoring
      }
    }

    /// Server i becomes a follower: when it starts, when it hears of a newer term, when its election is lost or won by
    /// another. The message stays in hand if it is a request.
    Action("BecomeFollower", for: Server.self, finding: Term.self) { s, i in
      termToFollow(s, i)
    } then: { s, i, term in
      s.reset(i, to: term)
      s.role[i] = .follower
      switch s.task[i] {
      case .following:
        s.task[i] = initialVoters.contains(i) ? .bootstrapping : .nothing
      case .bootstrapping:
        for j in initialVoters { s.log[i].append(Entry(term: 1, change: .add(j))) }
        s.commitIndex[i] = s.lastIndex(i)
        s.task[i] = .enteringVoters
      default:
        if let m = s.inHand[i], m.isRequest { return }
        s.inHand[i] = nil
        s.task[i] = .nothing
      }
    }

    // Elections.

    Action("Timeout", for: Server.self) { s, i in
      canBegin(s, i) && s.role[i] != .leader && candidates.contains(i) && s.config[i].members.contains(i)
        && (s.applied[i].value..<s.commitIndex[i].value).allSatisfy { s.log[i][$0 + 1].change == nil }
    } then: { s, i in
      s.reset(i, to: s.currentTerm[i] + 1)
      s.votedFor[i] = i
      s.role[i] = .candidate
      s.begin(.requestingVotes, i, to: s.config[i].members)
    }

    /// Candidate i asks j for its vote. To itself it sends the vote.
    Action("RequestVote", for: Server.self, Server.self) { s, i, j in
      s.task[i] == .requestingVotes && s.isNext(j, of: s.due[i])
    } then: { s, i, j in
      if i == j {
        s.send(.voteResp, from: i, to: i)
      } else {
        let (index, logTerm) = (s.lastIndex(i), s.lastTerm(i))
        s.send(.vote, from: i, to: j) { m in
          m.index = index
          m.logTerm = logTerm
        }
      }
      s.finish(i, with: j)
    }

    Action("HandleRequestVoteRequest", for: Server.self, finding: Message.self) { s, i in
      request(.vote, s, i)
    } then: { s, i, m in
      let canVote = s.votedFor[i] == m.from || s.votedFor[i] == nil && s.leader[i] == nil
      let isUpToDate = m.logTerm > s.lastTerm(i) || m.logTerm == s.lastTerm(i) && m.index >= s.lastIndex(i)
      let grants = (canVote || !votesOnce) && (isUpToDate || !checksLogOnVote)
      s.send(.voteResp, from: i, to: m.from) { $0.reject = !grants }
      if grants { s.votedFor[i] = m.from }
      s.inHand[i] = nil
      s.task[i] = .nothing
    }

    Action("BecomeLeader", for: Server.self) { s, i in
      s.hasWon(i)
    } then: { s, i in
      s.lead(i)
    }

    // Replication.

    /// Leader i appends a command of a client, or the empty entry with which its term begins.
    Action("ClientRequest", for: Server.self) { s, i in
      s.task[i] == .appendingEmptyEntry || canPropose(s, i)
    } then: { s, i in
      s.log[i].append(Entry(term: s.currentTerm[i], change: nil))
      s.task[i] = .acknowledging
    }

    Action("AppendEntriesToSelf", for: Server.self) { s, i in
      s.task[i] == .acknowledging
    } then: { s, i in
      let last = s.lastIndex(i)
      s.send(.appResp, from: i, to: i) { $0.index = last }
      s.begin(.appendingEntries, i, to: s.receptive(i))
    }

    /// Leader i sends to j all entries from the next one on, which can be none.
    Action("AppendEntries", for: Server.self, Server.self) { s, i, j in
      s.task[i] == .appendingEntries && s.isNext(j, of: s.due[i])
    } then: { s, i, j in
      let previous: Index = s.progress[i][j].next - 1
      let logTerm = s.term(i, at: previous)
      let commit = s.commitIndex[i]
      var entries = Log<logCapacity, Entry>()
      for index in previous.value + 1..<s.log[i].count + 1 { entries.append(s.log[i][index]) }
      s.send(.app, from: i, to: j) { m in
        m.index = previous
        m.logTerm = logTerm
        m.entries = entries
        m.commit = commit
      }
      if s.progress[i][j].isReplicating {
        s.progress[i][j].next += entries.count
      } else if !entries.isEmpty {
        s.progress[i][j].isPaused = true
      }
      s.finish(i, with: j)
    }

    Action("HandleAppendEntriesRequest", for: Server.self, finding: Message.self) { s, i in
      request(.app, s, i)
    } then: { s, i, m in
      s.leader[i] = m.from
      let matches = m.index <= s.lastIndex(i) && m.logTerm == s.term(i, at: m.index)
      if m.index < s.commitIndex[i] {
        let committed = s.commitIndex[i]
        s.send(.appResp, from: i, to: m.from) { $0.index = committed }
      } else if matches {
        let last: Index = m.index + m.entries.count
        s.append(m, i)
        s.commitIndex[i] = max(s.commitIndex[i], min(m.commit, last))
        s.send(.appResp, from: i, to: m.from) { $0.index = last }
      } else {
        let hint = s.lastIndex(i, upTo: min(m.index, s.lastIndex(i)), term: m.logTerm)
        let hintTerm = s.term(i, at: hint)
        s.send(.appResp, from: i, to: m.from) { reply in
          reply.index = m.index
          reply.reject = true
          reply.rejectHint = hint
          reply.logTerm = hintTerm
        }
      }
      s.inHand[i] = nil
      s.task[i] = .nothing
    }

    if heartbeats {
      /// Leader i begins a round of heartbeats, or goes on with it.
      Action("Heartbeat", for: Server.self, Server.self) { s, i, j in
        if s.task[i] == .beating { return s.isNext(j, of: s.due[i]) }
        let peers = s.config[i].members.subtracting(Server.Set(i))
        return canBegin(s, i) && s.role[i] == .leader && s.isNext(j, of: peers)
      } then: { s, i, j in
        if s.task[i] != .beating { s.begin(.beating, i, to: s.config[i].members.subtracting(Server.Set(i))) }
        let (match, committed) = (s.progress[i][j].match, s.commitIndex[i])
        s.send(.heartbeat, from: i, to: j) { $0.commit = boundsHeartbeatCommit ? min(match, committed) : committed }
        s.finish(i, with: j)
      }

      Action("HandleHeartbeat", for: Server.self, finding: Message.self) { s, i in
        request(.heartbeat, s, i)
      } then: { s, i, m in
        s.leader[i] = m.from
        s.commitIndex[i] = max(s.commitIndex[i], m.commit)
        s.send(.heartbeatResp, from: i, to: m.from)
        s.inHand[i] = nil
        s.task[i] = .nothing
      }
    }

    /// Leader i commits what quorums have, if the last such entry is of its own term.
    Action("AdvanceCommitIndex", for: Server.self) { s, i in
      s.task[i] == .advancingCommit
    } then: { s, i in
      var newest: Index = 0
      for index in s.log[i].indices where s.config[i].isQuorum(s.progress[i].keys { $0.match >= index }) {
        newest = Index(index)
      }
      if newest > s.commitIndex[i] && s.term(i, at: newest) == s.currentTerm[i] {
        s.commitIndex[i] = newest
        s.begin(.appendingEntries, i, to: s.receptive(i))
      } else {
        s.begin(.appendingEntries, i, to: s.due[i])
      }
    }

    // Membership.

    if kinds.contains(.add) {
      Action("AddNewServer", for: Server.self, Server.self) { s, i, j in
        canChange(s, i) && !s.config[i].isJoint && !s.config[i].voters.contains(j)
      } then: { s, i, j in
        propose(.add(j), &s, i)
      }
    }

    if kinds.contains(.remove) {
      Action("DeleteServer", for: Server.self, Server.self) { s, i, j in
        canChange(s, i) && !s.config[i].isJoint && s.config[i].voters.contains(j)
      } then: { s, i, j in
        propose(.remove(j), &s, i)
      }
    }

    if kinds.contains(.swap) {
      /// Leader i wants server j to take the place of server k.
      Action("SwapServers", for: Server.self, Server.self, Server.self) { s, i, j, k in
        canChange(s, i) && !s.config[i].isJoint && !s.config[i].voters.contains(j) && s.config[i].voters.contains(k)
      } then: { s, i, j, k in
        propose(.swap(add: j, remove: k), &s, i)
      }

      /// Leader i has applied a joint configuration, and proposes to leave it.
      Action("LeaveJoint", for: Server.self) { s, i in
        canChange(s, i) && s.config[i].isJoint
      } then: { s, i in
        propose(.leave, &s, i)
      }
    }

    if bootstraps || !kinds.isEmpty {
      /// Server i changes its configuration: to the one that is stored when it starts, to one more of the initial voters
      /// when it bootstraps, or as a committed entry says.
      Action("ApplyConfChange", for: Server.self, finding: Configuration.self) { s, i in
        nextConfiguration(s, i)
      } then: { s, i, new in
        s.config[i] = new
        switch s.task[i] {
        case .restoring:
          s.task[i] = .following
        case .enteringVoters:
          if new.voters == initialVoters { s.task[i] = .nothing }
        default:
          s.applied[i] += 1
          s.applyCommands(i)
          if s.role[i] == .leader {
            s.trackMembers(i)
            if new.members.contains(i) {
              s.task[i] = .advancingCommit
              s.due[i] = Server.Set { j in s.receptive(i).contains(j) && s.progress[i][j].next <= s.lastIndex(i) }
            }
          }
        }
      }
    }

    // Messages.

    /// Server i sends its messages, and hands what is committed to the application.
    Action("Ready", for: Server.self) { s, i in
      s.isFree(i) && s.acks[i].isEmpty && s.applied[i] == s.handedOut[i]
    } then: { s, i in
      while !s.outbox[i].isEmpty {
        let m = s.outbox[i].dequeue()
        if m.to == i { s.acks[i].enqueue(m) } else { s.network.send(m) }
      }
      s.handedOut[i] = s.commitIndex[i]
      s.applyCommands(i)
    }

    /// Server i handles the next message of its own.
    Action("Advance", for: Server.self) { s, i in
      s.isFree(i) && !s.acks[i].isEmpty
    } then: { s, i in
      let m = s.acks[i].dequeue()
      s.receive(m)
    }

    Action("Receive", receiving: \.network) { s, m in
      canBegin(s, m.to)
    } then: { s, m in
      s.receive(m)
    }

    Action("Lose", losing: \.network)
  }

  func constraint(_ s: State) -> Bool {
    s.network.count <= maxMessages
      && Server.all.allSatisfy { i in
        s.currentTerm[i] <= maxTerm && s.log[i].count <= maxEntries && s.changes(i) <= maxChanges
      }
  }

  // As in etcdraft.tla.
  var properties: Properties<State> {
    /// No two servers lead the same term.
    Always("election safety") { s in
      Server.all.allSatisfy { i in
        Server.all.allSatisfy { j in
          i == j || s.role[i] != .leader || s.role[j] != .leader || s.currentTerm[i] != s.currentTerm[j]
        }
      }
    }

    /// Two logs that have an entry of the same term at the same index are the same up to there.
    Always("log matching") { s in
      Server.all.allSatisfy { i in
        Server.all.allSatisfy { j in s.logsMatch(i, j) }
      }
    }

    /// What a server knows to be committed is in the log of every leader of its term and of later terms.
    Always("leader completeness") { s in
      Server.all.allSatisfy { i in
        s.role[i] != .leader
          || Server.all.allSatisfy { j in
            s.currentTerm[j] > s.currentTerm[i] || s.log[i].agrees(with: s.log[j], upTo: s.commitIndex[j].value)
          }
      }
    }

    /// No two servers take different entries at the same index for committed.
    Always("state machine safety") { s in
      Server.all.allSatisfy { i in
        Server.all.allSatisfy { j in
          s.log[i].agrees(with: s.log[j], upTo: min(s.commitIndex[i], s.commitIndex[j]).value)
        }
      }
    }

    Sometimes("a leader is elected") { s in
      s.role.contains(.leader)
    }
    Sometimes("an entry is committed by two servers") { s in
      s.commitIndex.count { $0 > 0 } >= 2
    }
    if !kinds.isEmpty {
      Sometimes("a configuration is changed") { s in
        s.config.contains { !$0.voters.isEmpty && $0.voters != initialVoters }
      }
    }
  }

  static var models: Models {
    // Counts are given where Tests/Oracles/etcd-raft.py, an independent search, has found the same. The capacities leave
    // room for one step beyond the bounds: one entry, and the messages that a server sends at once.
    Model("one term", EtcdRaft<3, 5, 6, 3>(maxTerm: 1, maxEntries: 1, oneAtATime: true, heartbeats: false, kinds: []))
      .expects(.holds, distinctStates: 5_639, generatedStates: 27_949, depth: 52)
    Model("two terms", EtcdRaft<3, 5, 6, 3>(maxEntries: 2, oneAtATime: true, heartbeats: false, kinds: []))
    Model("heartbeats", EtcdRaft<3, 5, 6, 3>(maxTerm: 1, maxEntries: 2, oneAtATime: true, kinds: []))
    Model("two servers", EtcdRaft<2, 5, 4, 12>(maxEntries: 1, maxMessages: 1, oneAtATime: true, kinds: []))
      .expects(.holds, distinctStates: 713, generatedStates: 2_303, depth: 40)
    Model("two servers at once", EtcdRaft<2, 5, 4, 12>(maxEntries: 2, maxMessages: 1, heartbeats: false, kinds: []))
      .expects(.holds, distinctStates: 5_417, generatedStates: 20_209, depth: 53)
    Model(
      "bootstrap",
      EtcdRaft<2, 5, 4, 12>(maxEntries: 3, maxMessages: 1, bootstraps: true, heartbeats: false, kinds: [])
    ).expects(.holds, distinctStates: 543, generatedStates: 1_753, depth: 46)

    Model(
      "a server joins or leaves",
      EtcdRaft<3, 5, 6, 3>(maxTerm: 1, maxEntries: 2, maxChanges: 1, oneAtATime: true, heartbeats: false))
    Model(
      "one joins, and leaves",
      EtcdRaft<2, 5, 4, 12>(maxEntries: 4, maxMessages: 1, initialVoters: [0], oneAtATime: true, heartbeats: false)
    ).expects(.holds, distinctStates: 8_462, generatedStates: 25_338, depth: 77)
    Model(
      "two changes",
      EtcdRaft<3, 5, 6, 3>(maxEntries: 4, maxMessages: 1, initialVoters: [0, 1], oneAtATime: true, heartbeats: false))
    Model(
      "a swap",
      EtcdRaft<3, 5, 6, 3>(
        maxTerm: 1, maxEntries: 3, maxMessages: 1, initialVoters: [0, 1], firstLeader: 0, oneAtATime: true,
        heartbeats: false, kinds: [.swap])
    ).expects(.holds, distinctStates: 2_996, generatedStates: 12_548, depth: 62)
    Model(
      "a swap, two terms",
      EtcdRaft<3, 5, 6, 3>(
        maxEntries: 4, maxMessages: 1, initialVoters: [0, 1], firstLeader: 0, oneAtATime: true, heartbeats: false,
        kinds: [.swap]))

    Model(
      "two votes in a term",
      EtcdRaft<3, 5, 6, 3>(maxTerm: 1, maxEntries: 1, oneAtATime: true, heartbeats: false, kinds: [], votesOnce: false)
    ).expects(.violates("election safety"))
    Model(
      "votes for any log",
      EtcdRaft<3, 5, 6, 3>(maxEntries: 1, oneAtATime: true, heartbeats: false, kinds: [], checksLogOnVote: false)
    ).expects(.violates("leader completeness"))
    // The follower does not have what the heartbeat says is committed.
    Model(
      "heartbeats with any commitment",
      EtcdRaft<3, 5, 6, 3>(maxTerm: 1, maxEntries: 2, oneAtATime: true, kinds: [], boundsHeartbeatCommit: false)
    ).expects(.violates("state machine safety"))
    // The leader removes the two others, and commits alone. They have not applied that, and elect one of them.
    Model(
      "two changes at once",
      EtcdRaft<3, 5, 6, 3>(
        maxEntries: 4, maxMessages: 3, firstLeader: 0, oneAtATime: true, heartbeats: false, candidates: [1],
        kinds: [.remove], transport: .fifo, waitsForPendingChange: false)
    ).expects(.violates("leader completeness"))
    // Half of the new voters have applied the change, and half of the old ones have not. They are strangers.
    Model(
      "a swap that is not joint",
      EtcdRaft<4, 4, 6, 4>(
        maxEntries: 3, maxChanges: 1, maxMessages: 3, initialVoters: [0, 1, 2], firstLeader: 0, oneAtATime: true,
        heartbeats: false, candidates: [1], kinds: [.swap], transport: .unordered, entersJoint: false)
    ).expects(.violates("leader completeness"))
  }
}
