import DistCheck

/// The Raft consensus algorithm: elections, log replication, commitment, crash and restart.
///
/// Ongaro, Ousterhout: In Search of an Understandable Consensus Algorithm (extended version), 2014, figure 2. The actions
/// follow Ongaro's specification, raft.tla, and have its names.
///
/// The network reorders, loses and duplicates messages, as its transport says. Servers crash, losing what is volatile,
/// and restart. Time is not modelled: a timeout can happen at any moment.
///
/// Where this differs from raft.tla, to have fewer states:
/// - A candidate votes for itself at once, instead of by a message to itself.
/// - A request is not sent again while a copy of it is on its way; copies are the network's affair.
/// - A follower removes what conflicts, appends the new entry and replies in one step.
/// - What is only of use to candidates or to leaders is forgotten by servers that stop to be that.
/// - An entry is its term only: a leader puts at most one entry at an index, so index and term tell which command it is.
/// - `matchIndex` only grows, as in the paper.
///
/// Left out: membership changes, snapshots, reads, and the sending of several entries at once.
///
/// Terms, entries, restarts and messages on their way are bounded by a state constraint.
struct Raft<let servers: Int>: Specification {
  /// The highest term explored.
  var maxTerm = 2
  /// The longest log explored.
  var maxEntries = 1
  /// How many restarts are explored, of all servers together.
  var maxRestarts = 1
  /// How many messages can be on their way at once.
  var maxMessages = 2
  var transport = Transport.unordered.losing.duplicating

  /// Whether a vote survives a crash.
  var persistsVote = true
  /// Whether a voter refuses candidates whose logs are behind its own (section 5.4.1).
  var checksLogOnVote = true
  /// Whether a follower refuses an entry unless it has the entry before it (section 5.3).
  var checksPreviousEntry = true
  /// Whether a leader counts replicas only of entries of its own term (section 5.4.2).
  var commitsOnlyOwnTerm = true

  enum Node {}
  typealias Server = ID<Node, servers>
  /// Terms begin with 1; 0 is the time before the first election, and stands for the term of no entry.
  typealias Term = Bounded<0, 5>
  typealias Index = Bounded<0, 4>

  enum Role: Enumeration { case follower, candidate, leader }

  typealias Message = Packet<Server, Body>

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
    /// How far the follower's log is known to agree with the leader's.
    var matchIndex: Index
    var success: Bool
  }
  enum Body: BitwiseCopyable {
    case requestVoteRequest(RequestVoteRequest)
    case requestVoteResponse(RequestVoteResponse)
    case appendEntriesRequest(AppendEntriesRequest)
    case appendEntriesResponse(AppendEntriesResponse)

    var term: Term {
      switch self {
      case .requestVoteRequest(let m): m.term
      case .requestVoteResponse(let m): m.term
      case .appendEntriesRequest(let m): m.term
      case .appendEntriesResponse(let m): m.term
      }
    }

    var isResponse: Bool {
      switch self {
      case .requestVoteResponse, .appendEntriesResponse: true
      default: false
      }
    }
  }

  struct State: BitwiseCopyable {
    // Durable.
    var currentTerm = Server.Map<Term>(0)
    /// Whom it voted for in its current term.
    var votedFor = Server.Map<Server?>(nil)
    var log = Server.Map<Log<4, Term>>(Log())

    // Volatile.
    var role = Server.Map<Role>(.follower)
    var commitIndex = Server.Map<Index>(0)
    /// Of a candidate: who voted for it.
    var votesGranted = Server.Map<Server.Set>(Server.Set())
    /// Of a leader, for each server: the next entry to send.
    var nextIndex = Server.Map<Server.Map<Index>>(Server.Map(1))
    /// Of a leader, for each server: how far its log is known to agree.
    var matchIndex = Server.Map<Server.Map<Index>>(Server.Map(0))

    var network: Network<6, Message>
    var restarts = Bounded<0, 3>(0)

    // History, which no action reads.
    /// Who has been elected in each term.
    var elected = Map<Term, 6, Server.Set>(Server.Set())
    /// All entries that have ever been committed, and the first term in which each has been.
    var committed = Log<4, Term>()
    var committedIn = Log<4, Term>()

    func lastIndex(_ i: Server) -> Index { Index(log[i].lastIndex) }

    /// The term of the last entry; 0 for an empty log.
    func lastTerm(_ i: Server) -> Term { log[i].last ?? 0 }

    /// The term of the entry at an index; 0 for the index before the first.
    func term(_ i: Server, at index: Index) -> Term { index == 0 ? 0 : log[i][index.value] }

    /// What a server does that is neither candidate nor leader any more.
    mutating func becomeFollower(_ i: Server) {
      role[i] = .follower
      votesGranted[i] = Server.Set()
      nextIndex[i] = Server.Map(1)
      matchIndex[i] = Server.Map(0)
    }

    func requestVote(from i: Server, to j: Server) -> Message {
      Packet(
        from: i, to: j,
        .requestVoteRequest(
          RequestVoteRequest(term: currentTerm[i], lastLogTerm: lastTerm(i), lastLogIndex: lastIndex(i))))
    }

    func appendEntries(from i: Server, to j: Server) -> Message {
      let next = nextIndex[i][j]
      var entries = Log<1, Term>()
      if log[i].contains(index: next.value) { entries.append(log[i][next.value]) }
      return Packet(
        from: i, to: j,
        .appendEntriesRequest(
          AppendEntriesRequest(
            term: currentTerm[i], prevLogIndex: next - 1, prevLogTerm: term(i, at: next - 1), entries: entries,
            commitIndex: min(commitIndex[i], next - 1 + entries.count))))
    }

    /// Whether a candidate's log is at least as up-to-date as a voter's.
    func isUpToDate(_ request: RequestVoteRequest, for i: Server) -> Bool {
      request.lastLogTerm > lastTerm(i) || request.lastLogTerm == lastTerm(i) && request.lastLogIndex >= lastIndex(i)
    }

    func hasPreviousEntry(_ request: AppendEntriesRequest, _ i: Server) -> Bool {
      request.prevLogIndex <= lastIndex(i) && request.prevLogTerm == term(i, at: request.prevLogIndex)
    }

    /// Appends the entry, unless it is there; what conflicts with it, and all that follows, is removed before.
    mutating func store(_ request: AppendEntriesRequest, _ i: Server) {
      guard let entry = request.entries.last else { return }
      let index = request.prevLogIndex.value + 1
      if log[i].contains(index: index) && log[i][index] == entry { return }
      log[i].truncate(after: index - 1)
      log[i].append(entry)
    }

    mutating func recordCommitment(by i: Server) {
      for index in 1...commitIndex[i].value {
        if index > committed.lastIndex {
          committed.append(log[i][index])
          committedIn.append(currentTerm[i])
        }
        committedIn[index] = min(committedIn[index], currentTerm[i])
      }
    }

    func logsMatch(_ i: Server, _ j: Server) -> Bool {
      for index in 1...4 where log[i].contains(index: index) && log[j].contains(index: index) {
        if log[i][index] == log[j][index] && !log[i].agrees(with: log[j], upTo: index) { return false }
      }
      return true
    }

    func isComplete(_ i: Server) -> Bool {
      for index in 1...4 where committed.contains(index: index) && committedIn[index] < currentTerm[i] {
        if !log[i].contains(index: index) || log[i][index] != committed[index] { return false }
      }
      return true
    }
  }

  var initial: Initial<State> { State(network: Network(transport)) }

  var actions: Actions<State> {
    Action("Restart", for: Server.self) { s, i in
      true
    } then: { s, i in
      s.becomeFollower(i)
      s.commitIndex[i] = 0
      if !persistsVote { s.votedFor[i] = nil }
      s.restarts += 1
    }

    Action("Timeout", for: Server.self) { s, i in
      s.role[i] != .leader
    } then: { s, i in
      s.role[i] = .candidate
      s.currentTerm[i] += 1
      s.votedFor[i] = i
      s.votesGranted[i] = Server.Set(i)
    }

    Action("RequestVote", for: Server.self, Server.self) { s, i, j in
      s.role[i] == .candidate && !s.votesGranted[i].contains(j) && !s.network.contains(s.requestVote(from: i, to: j))
    } then: { s, i, j in
      s.network.send(s.requestVote(from: i, to: j))
    }

    Action("BecomeLeader", for: Server.self) { s, i in
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

    Action("AppendEntries", for: Server.self, Server.self) { s, i, j in
      s.role[i] == .leader && i != j && !s.network.contains(s.appendEntries(from: i, to: j))
    } then: { s, i, j in
      s.network.send(s.appendEntries(from: i, to: j))
    }

    Action("AdvanceCommitIndex", for: Server.self, Index.self) { s, i, n in
      s.role[i] == .leader && n > s.commitIndex[i] && s.matchIndex[i].keys { $0 >= n }.isMajority
        && (s.log[i][n.value] == s.currentTerm[i] || !commitsOnlyOwnTerm)
    } then: { s, i, n in
      s.commitIndex[i] = n
      s.recordCommitment(by: i)
    }

    /// A newer term makes a follower of anyone. The message stays, to be handled next.
    Action("UpdateTerm", each: \.network) { s, m in
      m.body.term > s.currentTerm[m.to]
    } then: { s, m in
      s.currentTerm[m.to] = m.body.term
      s.votedFor[m.to] = nil
      s.becomeFollower(m.to)
    }

    Action("HandleRequestVoteRequest", receiving: \.network) { s, m in
      if case .requestVoteRequest(let request) = m.body, request.term <= s.currentTerm[m.to] { request } else { nil }
    } then: { s, m, request in
      let (i, j) = (m.to, m.from)
      let grant =
        request.term == s.currentTerm[i]
        && (s.votedFor[i] == nil || s.votedFor[i] == j)
        && (s.isUpToDate(request, for: i) || !checksLogOnVote)
      if grant { s.votedFor[i] = j }
      s.network.send(
        .requestVoteResponse(RequestVoteResponse(term: s.currentTerm[i], voteGranted: grant)), from: i, to: j)
    }

    Action("HandleRequestVoteResponse", receiving: \.network) { s, m in
      if case .requestVoteResponse(let response) = m.body, response.term == s.currentTerm[m.to] { response } else { nil }
    } then: { s, m, response in
      if response.voteGranted && s.role[m.to] == .candidate { s.votesGranted[m.to].insert(m.from) }
    }

    Action("HandleAppendEntriesRequest", receiving: \.network) { s, m in
      if case .appendEntriesRequest(let request) = m.body, request.term <= s.currentTerm[m.to] { request } else { nil }
    } then: { s, m, request in
      let (i, j) = (m.to, m.from)
      let isCurrent = request.term == s.currentTerm[i]
      let success = isCurrent && (s.hasPreviousEntry(request, i) || !checksPreviousEntry)
      var matchIndex: Index = 0
      if isCurrent { s.becomeFollower(i) }
      if success {
        s.store(request, i)
        matchIndex = request.prevLogIndex + request.entries.count
        s.commitIndex[i] = max(s.commitIndex[i], request.commitIndex)
      }
      s.network.send(
        .appendEntriesResponse(
          AppendEntriesResponse(term: s.currentTerm[i], matchIndex: matchIndex, success: success)), from: i, to: j)
    }

    Action("HandleAppendEntriesResponse", receiving: \.network) { s, m in
      if case .appendEntriesResponse(let response) = m.body, response.term == s.currentTerm[m.to] {
        response
      } else {
        nil
      }
    } then: { s, m, response in
      let (i, j) = (m.to, m.from)
      if s.role[i] == .leader && response.success {
        s.matchIndex[i][j] = max(s.matchIndex[i][j], response.matchIndex)
        s.nextIndex[i][j] = s.matchIndex[i][j] + 1
      } else if s.role[i] == .leader {
        s.nextIndex[i][j] = max(s.nextIndex[i][j] - 1, 1)
      }
    }

    Action("DropStaleResponse", receiving: \.network) { s, m in
      m.body.isResponse && m.body.term < s.currentTerm[m.to]
    } then: { s, m in
    }

    Action("Lose", losing: \.network)
  }

  func constraint(_ s: State) -> Bool {
    s.currentTerm.max.value <= maxTerm && s.log.allSatisfy { $0.count <= maxEntries }
      && s.restarts.value <= maxRestarts && s.network.count <= maxMessages
  }

  var properties: Properties<State> {
    /// At most one leader is elected in a term.
    Always("election safety") { s in
      s.elected.allSatisfy { $0.count <= 1 }
    }

    /// If two logs have an entry of the same term at an index, they are the same up to that index.
    Always("log matching") { s in
      Server.all.allSatisfy { i in Server.all.allSatisfy { j in s.logsMatch(i, j) } }
    }

    /// An entry that is committed in a term is in the logs of the leaders of all later terms.
    Always("leader completeness") { s in
      Server.all.allSatisfy { i in s.role[i] != .leader || s.isComplete(i) }
    }

    /// No two servers ever apply different entries at the same index.
    Always("state machine safety") { s in
      Server.all.allSatisfy { i in s.log[i].agrees(with: s.committed, upTo: s.commitIndex[i].value) }
    }

    /// A leader never overwrites or deletes entries of its log.
    Step("leader append-only") { before, after in
      Server.all.allSatisfy { i in
        before.role[i] != .leader || after.role[i] != .leader || before.log[i].isPrefix(of: after.log[i])
      }
    }

    Sometimes("a leader is elected") { s in s.role.contains(.leader) }
    Sometimes("an entry is committed on all servers") { s in s.commitIndex.allSatisfy { $0 > 0 } }
  }

  static var models: Models {
    Model("three servers, two terms", Raft<3>())
  }
}
