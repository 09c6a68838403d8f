import DistCheck

/// The Raft consensus algorithm: elections, log replication, commitment, crash and restart.
///
/// Ongaro, Ousterhout: In Search of an Understandable Consensus Algorithm (extended version), 2014.
/// The actions are those of Ongaro's own specification, raft.tla, under the same names.
///
/// Assumptions: servers crash and restart, but do not lie; what is durable survives a crash. Messages are reordered,
/// lost and duplicated, as the transport says. Time is not modelled: an election timeout can happen at any moment.
///
/// Differences from raft.tla, which make for fewer states:
/// - A candidate votes for itself at once, instead of by a message to itself.
/// - A request is not sent again while a copy of it is on its way: duplication is the network's affair.
/// - A follower removes what conflicts with a new entry, appends it, and replies in a single step.
/// - What only candidates or only leaders need is reset when they become followers. `matchIndex` never decreases.
/// - An entry is nothing but its term: a term's leader puts one command at an index, so the two tell which it is.
///
/// Left out: membership changes, log compaction, client interaction, and requests with several entries.
///
/// The actions are without bounds; the state constraint bounds terms, logs, restarts, and messages on their way.
///
/// Liveness is claimed where election timeouts stop competing from some term on (`calmFrom`), as section 5.6 has it:
/// broadcastTime ≪ electionTimeout ≪ MTBF. Then a leader is elected and stays, and commits what it appends. Assumed is
/// that who has something to send sends it again and again, that a message which is on its way again and again is
/// received in the end, however often it is lost (strong fairness of receiving each), and no more than `maxRestarts`
/// crashes. Terms before `calmFrom` have room for any quarrel, but not for one without end, which the constraint would
/// hide: for that see ``RaftElections``, whose terms are not bounded.
struct Raft<let servers: Int>: Specification {
  var maxTerm = 2
  /// The length of the longest log.
  var maxEntries = 1
  /// Of all servers together.
  var maxRestarts = 0
  /// How many messages can be on their way at once. With a single one there is no reordering.
  var maxMessages = 1
  var transport = Transport.unordered.losing.duplicating
  /// From which term on timeouts do not compete; by default one that is out of reach.
  var calmFrom: Term = .max

  // What makes Raft correct, each a point to go wrong at.

  /// Whether a server still knows after a crash for whom it voted.
  var persistsVote = true
  /// Whether voters refuse a candidate whose log is behind their own (section 5.4.1).
  var checksLogOnVote = true
  /// Whether a follower refuses an entry when its log does not match up to there (section 5.3).
  var checksPreviousEntry = true
  /// Whether a leader counts replicas only for entries of its own term (section 5.4.2).
  var commitsOnlyOwnTerm = true

  enum Node {}
  typealias Server = ID<Node, servers>
  /// Elections begin with term 1. 0 is the term before them, and of the entry that is not there.
  typealias Term = Bounded<0, 5>
  /// Logs begin with index 1.
  typealias Index = Bounded<0, 4>
  enum Role: Enumeration { case follower, candidate, leader }

  struct RequestVoteRequest {
    var term: Term
    var lastLogTerm: Term
    var lastLogIndex: Index
  }
  struct RequestVoteResponse {
    var term: Term
    var voteGranted: Bool
  }
  struct AppendEntriesRequest {
    var term: Term
    var prevLogIndex: Index
    var prevLogTerm: Term
    /// One entry, or none.
    var entries: Log<1, Term>
    var commitIndex: Index
  }
  struct AppendEntriesResponse {
    var term: Term
    /// Up to where the logs agree, if it is a success.
    var matchIndex: Index
    var success: Bool
  }
  enum Message: BitwiseCopyable {
    case requestVoteRequest(RequestVoteRequest)
    case requestVoteResponse(RequestVoteResponse)
    case appendEntriesRequest(AppendEntriesRequest)
    case appendEntriesResponse(AppendEntriesResponse)

    var term: Term {
      switch self {
      case .requestVoteRequest(let request): request.term
      case .requestVoteResponse(let reply): reply.term
      case .appendEntriesRequest(let request): request.term
      case .appendEntriesResponse(let reply): reply.term
      }
    }

    var isResponse: Bool {
      switch self {
      case .requestVoteRequest, .appendEntriesRequest: false
      case .requestVoteResponse, .appendEntriesResponse: true
      }
    }
  }

  struct State: BitwiseCopyable {
    // Durable.
    var currentTerm = Server.Map<Term>(0)
    /// The candidate it voted for in its current term.
    var votedFor = Server.Map<Server?>(nil)
    var log = Server.Map<Log<4, Term>>(Log())

    // Volatile.
    var role = Server.Map<Role>(.follower)
    /// The last entry that it knows to be committed.
    var commitIndex = Server.Map<Index>(0)
    /// Of a candidate: who voted for it.
    var votesGranted = Server.Map<Server.Set>(Server.Set())
    /// Of a leader: the next entry to send to each server.
    var nextIndex = Server.Map<Server.Map<Index>>(Server.Map(1))
    /// Of a leader: up to where each server's log is known to agree with its own.
    var matchIndex = Server.Map<Server.Map<Index>>(Server.Map(0))

    var network: Network<4, Packet<Server, Message>>
    /// How many there have been; only the constraint reads it.
    var restarts = Bounded<0, 4>(0)

    // History, which only the properties read.
    /// Who was elected in each term.
    var elected = Map<Term, 6, Server.Set>(Server.Set())
    /// The entries that were ever committed.
    var committed = Log<4, Term>()
    /// The earliest term in which each of them was committed.
    var committedIn = Log<4, Term>()

    func lastIndex(_ i: Server) -> Index { Index(log[i].lastIndex) }

    func lastTerm(_ i: Server) -> Term { log[i].last ?? 0 }

    /// The term of the entry at an index; 0 for index 0.
    func term(_ i: Server, at index: Index) -> Term { index == 0 ? 0 : log[i][index.value] }

    /// Whether candidate i can still be elected in its term.
    func canWin(_ i: Server) -> Bool {
      role[i] == .candidate
        && Server.Set { j in
          votesGranted[i].contains(j)
            || isUpToDate(lastTerm(i), lastIndex(i), for: j)
              && (currentTerm[j] < currentTerm[i]
                || currentTerm[j] == currentTerm[i] && (votedFor[j] == nil || votedFor[j] == i))
        }.isMajority
    }

    mutating func becomeFollower(_ i: Server) {
      role[i] = .follower
      votesGranted[i] = Server.Set()
      nextIndex[i] = Server.Map(1)
      matchIndex[i] = Server.Map(0)
    }

    func requestVoteRequest(from i: Server, to j: Server) -> Packet<Server, Message> {
      let request = RequestVoteRequest(
        term: currentTerm[i], lastLogTerm: lastTerm(i), lastLogIndex: lastIndex(i))
      return Packet(from: i, to: j, .requestVoteRequest(request))
    }

    /// Whether a log with this end is at least as up-to-date as that of server i.
    func isUpToDate(_ lastLogTerm: Term, _ lastLogIndex: Index, for i: Server) -> Bool {
      lastLogTerm > lastTerm(i) || lastLogTerm == lastTerm(i) && lastLogIndex >= lastIndex(i)
    }

    /// The next entry for server j; none when it has them all, which makes a heartbeat.
    func appendEntriesRequest(from i: Server, to j: Server) -> Packet<Server, Message> {
      let prevLogIndex: Index = nextIndex[i][j] - 1
      var entries = Log<1, Term>()
      if prevLogIndex < lastIndex(i) { entries.append(term(i, at: prevLogIndex + 1)) }
      let request = AppendEntriesRequest(
        term: currentTerm[i], prevLogIndex: prevLogIndex, prevLogTerm: term(i, at: prevLogIndex), entries: entries,
        commitIndex: min(commitIndex[i], prevLogIndex + entries.count))
      return Packet(from: i, to: j, .appendEntriesRequest(request))
    }

    func hasPreviousEntry(of request: AppendEntriesRequest, _ i: Server) -> Bool {
      request.prevLogIndex <= lastIndex(i) && request.prevLogTerm == term(i, at: request.prevLogIndex)
    }

    /// Appends the entry, unless it is there already. A conflicting one is removed first, with all that follow it.
    mutating func append(_ request: AppendEntriesRequest, _ i: Server) {
      guard let entry = request.entries.last else { return }
      let index = request.prevLogIndex + 1
      if log[i].contains(index: index) && log[i][index] == entry { return }
      log[i].truncate(after: request.prevLogIndex.value)
      log[i].append(entry)
    }

    mutating func recordCommitment(by i: Server) {
      for index in 1...commitIndex[i].value {
        if committed.contains(index: index) {
          committedIn[index] = min(committedIn[index], currentTerm[i])
        } else {
          committed.append(log[i][index])
          committedIn.append(currentTerm[i])
        }
      }
    }

    /// Whether the logs of two servers are the same up to every index at which they have entries of the same term.
    func logsMatch(_ i: Server, _ j: Server) -> Bool {
      for index in 1..<min(log[i].count, log[j].count) + 1 where log[i][index] == log[j][index] {
        if !log[i].agrees(with: log[j], upTo: index) { return false }
      }
      return true
    }

    /// Whether a log has every entry that was committed before its server's current term.
    func isComplete(_ i: Server) -> Bool {
      for index in 1..<committed.count + 1 where committedIn[index] < currentTerm[i] {
        if !log[i].contains(index: index) || log[i][index] != committed[index] { return false }
      }
      return true
    }
  }

  var assumptions: Assumptions {
    Assume("the types have room for one step beyond the bounds") {
      maxTerm < 5 && maxEntries < 4 && maxRestarts < 4 && maxMessages < 4
    }
  }

  var initial: Initial<State> { State(network: Network(transport)) }

  var interchangeable: Interchangeable { Server.self }

  /// Whether server i is one to time out where timeouts do not compete: there is no leader to hear from, no election that
  /// can still succeed, and i has a log to be elected with. Randomised timeouts come to that sooner or later.
  func isDue(_ s: State, _ i: Server) -> Bool {
    let latest = s.currentTerm.max
    return !Server.all.contains { j in s.canWin(j) || s.role[j] == .leader && s.currentTerm[j] == latest }
      && Server.Set { j in s.isUpToDate(s.lastTerm(i), s.lastIndex(i), for: j) }.isMajority
  }

  var actions: Actions<State> {
    /// Server i crashes and restarts from stable storage.
    Action("Restart", for: Server.self) { s, i in
      true
    } then: { s, i in
      s.becomeFollower(i)
      s.commitIndex[i] = 0
      if !persistsVote { s.votedFor[i] = nil }
      s.restarts += 1
    }

    /// Server i starts an election, and votes for itself.
    Action("Timeout", for: Server.self, fairness: .weak) { s, i in
      s.role[i] != .leader && (s.currentTerm.max < calmFrom || isDue(s, i))
    } then: { s, i in
      s.role[i] = .candidate
      s.currentTerm[i] += 1
      s.votedFor[i] = i
      s.votesGranted[i] = Server.Set(i)
    }

    Action("RequestVote", for: Server.self, Server.self, fairness: .weak.each) { s, i, j in
      s.role[i] == .candidate && !s.votesGranted[i].contains(j)
        && !s.network.contains(s.requestVoteRequest(from: i, to: j))
    } then: { s, i, j in
      s.network.send(s.requestVoteRequest(from: i, to: j))
    }

    Action("AppendEntries", for: Server.self, Server.self, fairness: .weak.each) { s, i, j in
      s.role[i] == .leader && i != j && !s.network.contains(s.appendEntriesRequest(from: i, to: j))
    } then: { s, i, j in
      s.network.send(s.appendEntriesRequest(from: i, to: j))
    }

    Action("BecomeLeader", for: Server.self, fairness: .weak.each) { s, i in
      s.role[i] == .candidate && s.votesGranted[i].isMajority
    } then: { s, i in
      s.role[i] = .leader
      s.votesGranted[i] = Server.Set()
      s.nextIndex[i] = Server.Map(s.lastIndex(i) + 1)
      s.matchIndex[i][i] = s.lastIndex(i)
      s.elected[s.currentTerm[i]].insert(i)
    }

    Action("ClientRequest", for: Server.self) { s, i in
      s.role[i] == .leader
    } then: { s, i in
      s.log[i].append(s.currentTerm[i])
      s.matchIndex[i][i] = s.lastIndex(i)
    }

    /// Leader i commits the entries up to n, which a majority has.
    Action("AdvanceCommitIndex", for: Server.self, Index.self, fairness: .weak.each) { s, i, n in
      s.role[i] == .leader && n > s.commitIndex[i]
        && s.matchIndex[i].keys { $0 >= n }.isMajority
        && (s.term(i, at: n) == s.currentTerm[i] || !commitsOnlyOwnTerm)
    } then: { s, i, n in
      s.commitIndex[i] = n
      s.recordCommitment(by: i)
    }

    /// Whoever hears of a newer term becomes a follower in it. The message stays, to be handled then.
    Action("UpdateTerm", each: \.network, fairness: .strong.each) { s, m in
      m.body.term > s.currentTerm[m.to]
    } then: { s, m in
      s.becomeFollower(m.to)
      s.currentTerm[m.to] = m.body.term
      s.votedFor[m.to] = nil
    }

    Action("HandleRequestVoteRequest", receiving: \.network, fairness: .strong.each) { s, m -> RequestVoteRequest? in
      if case .requestVoteRequest(let request) = m.body, request.term <= s.currentTerm[m.to] { request } else { nil }
    } then: { s, m, request in
      let (i, j) = (m.to, m.from)
      let grant =
        request.term == s.currentTerm[i]
        && (s.votedFor[i] == nil || s.votedFor[i] == j)
        && (s.isUpToDate(request.lastLogTerm, request.lastLogIndex, for: i) || !checksLogOnVote)
      if grant { s.votedFor[i] = j }
      let reply = RequestVoteResponse(term: s.currentTerm[i], voteGranted: grant)
      s.network.send(.requestVoteResponse(reply), from: i, to: j)
    }

    Action("HandleRequestVoteResponse", receiving: \.network, fairness: .strong.each) { s, m -> RequestVoteResponse? in
      if case .requestVoteResponse(let reply) = m.body, reply.term == s.currentTerm[m.to] { reply } else { nil }
    } then: { s, m, reply in
      if reply.voteGranted && s.role[m.to] == .candidate { s.votesGranted[m.to].insert(m.from) }
    }

    Action("HandleAppendEntriesRequest", receiving: \.network, fairness: .strong.each) {
      s, m -> AppendEntriesRequest? in
      if case .appendEntriesRequest(let request) = m.body, request.term <= s.currentTerm[m.to] { request } else { nil }
    } then: { s, m, request in
      let (i, j) = (m.to, m.from)
      var reply = AppendEntriesResponse(term: s.currentTerm[i], matchIndex: 0, success: false)
      if request.term == s.currentTerm[i] {
        s.becomeFollower(i)
        if s.hasPreviousEntry(of: request, i) || !checksPreviousEntry {
          s.append(request, i)
          s.commitIndex[i] = max(s.commitIndex[i], request.commitIndex)
          reply.matchIndex = request.prevLogIndex + request.entries.count
          reply.success = true
        }
      }
      s.network.send(.appendEntriesResponse(reply), from: i, to: j)
    }

    Action("HandleAppendEntriesResponse", receiving: \.network, fairness: .strong.each) {
      s, m -> AppendEntriesResponse? in
      if case .appendEntriesResponse(let reply) = m.body, reply.term == s.currentTerm[m.to] { reply } else { nil }
    } then: { s, m, reply in
      let (i, j) = (m.to, m.from)
      if s.role[i] != .leader { return }
      if reply.success {
        s.matchIndex[i][j] = max(s.matchIndex[i][j], reply.matchIndex)
        s.nextIndex[i][j] = s.matchIndex[i][j] + 1
      } else {
        s.nextIndex[i][j] = max(s.nextIndex[i][j] - 1, 1)
      }
    }

    Action("DropStaleResponse", receiving: \.network, fairness: .strong.each) { s, m in
      m.body.isResponse && m.body.term < s.currentTerm[m.to]
    } then: { s, m in
    }

    Action("Lose", losing: \.network)
  }

  func constraint(_ s: State) -> Bool {
    s.currentTerm.allSatisfy { $0 <= maxTerm } && s.log.allSatisfy { $0.count <= maxEntries }
      && s.restarts <= maxRestarts && s.network.count <= maxMessages
  }

  // Figure 3 of the paper.
  var properties: Properties<State> {
    /// At most one leader is elected in a term.
    Always("election safety") { s in
      s.elected.allSatisfy { $0.count <= 1 }
    }

    /// A leader never overwrites or deletes entries of its own log.
    Step("leader append-only") { before, after in
      Server.all.allSatisfy { i in
        before.role[i] != .leader || after.role[i] != .leader || before.log[i].isPrefix(of: after.log[i])
      }
    }

    /// Two logs that have an entry of the same term at the same index are the same up to there.
    Always("log matching") { s in
      Server.all.allSatisfy { i in
        Server.all.allSatisfy { j in s.logsMatch(i, j) }
      }
    }

    /// An entry that is committed in some term is in the logs of the leaders of all later terms.
    Always("leader completeness") { s in
      Server.all.allSatisfy { i in s.role[i] != .leader || s.isComplete(i) }
    }

    /// No two servers, at whatever times, take different entries at the same index for committed.
    Always("state machine safety") { s in
      Server.all.allSatisfy { i in s.log[i].agrees(with: s.committed, upTo: s.commitIndex[i].value) }
    }

    Sometimes("a leader is elected") { s in
      s.role.contains(.leader)
    }
    Sometimes("an entry is committed on all servers") { s in
      s.commitIndex.allSatisfy { $0 > 0 }
    }

    if calmFrom < .max {
      EventuallyAlways("a leader stays") { s in s.role.contains(.leader) }
      for i in Server.all {
        LeadsTo("leader \(i.index) commits its entries, or is deposed") { s in
          s.role[i] == .leader && s.lastTerm(i) == s.currentTerm[i]
        } then: { s in
          s.role[i] != .leader || s.commitIndex[i] == s.lastIndex(i)
        }
      }
    }
  }

  static var models: Models {
    // Counts are given where Tests/Oracles/raft.py, an independent search, has found the same.
    Model("two terms", Raft<3>())
      .expects(.holds, distinctStates: 42_180, generatedStates: 468_991, depth: 35)
    Model("two entries", Raft<3>(maxEntries: 2))
      .expects(.holds, distinctStates: 292_848, generatedStates: 3_265_489, depth: 44)
    Model("two messages at once", Raft<3>(maxMessages: 2))

    Model("a restart", Raft<3>(maxRestarts: 1))
      .expects(.holds, distinctStates: 169_707, generatedStates: 1_837_783, depth: 37)
    Model("a restart, two messages at once", Raft<3>(maxRestarts: 1, maxMessages: 2, transport: .unordered))
    Model("a restart that forgets the vote", Raft<3>(maxTerm: 1, maxRestarts: 1, persistsVote: false))
      .expects(.violates("election safety"))

    Model("votes for any log", Raft<3>(checksLogOnVote: false))
      .expects(.violates("leader completeness"))
    Model("entries after any log", Raft<3>(maxEntries: 2, checksPreviousEntry: false))
      .expects(.violates("log matching"))

    // Figure 8 of the paper, for which three servers are enough: the leader of terms 1 and 3 replicates its entry of
    // term 1 to a majority and takes it for committed; the leader of term 2 can still win term 4 and overwrite it.
    Model("four terms", Raft<3>(maxTerm: 4, transport: .unordered))
    Model("four terms, any entry committed", Raft<3>(maxTerm: 4, transport: .unordered, commitsOnlyOwnTerm: false))
      .expects(.violates("leader completeness"))

    // Once it is calm there is one more term, and one for each restart; the constraint has room for them.
    Model("timeouts stop competing", Raft<3>(maxTerm: 3, calmFrom: 2))
    Model("timeouts stop competing, a restart", Raft<3>(maxTerm: 4, maxRestarts: 1, calmFrom: 2))
    Model("messages lost for ever", Raft<3>(maxTerm: 3, calmFrom: 2))
      .fairness(.weak.each, of: "UpdateTerm", "HandleRequestVoteRequest", "HandleRequestVoteResponse")
      .expects(.violates("a leader stays"))
  }
}
