import DistCheck

/// Elections of Raft, in as many terms as it takes: when a leader is elected, and how votes can be split for ever.
///
/// Ongaro, Ousterhout: In Search of an Understandable Consensus Algorithm (extended version), 2014, sections 5.2 and 5.6;
/// Ongaro, Consensus: Bridging Theory and Practice, 2014, chapter 3. Actions are named as in ``Raft``, which has logs and
/// messages as well, but bounded terms.
///
/// Terms are kept relative to the lowest. A server that would fall more than `maxLag` terms behind the highest hears of a
/// newer term first, as by a delayed message. So the states are finitely many, a loop among them is a run in which terms
/// rise for ever, and each run is one of Raft; left out are those in which a server is out of touch for longer.
///
/// A request and its reply are one step, as late as it may be: what a candidate asks in one term is not heard once it has
/// gone on to the next. Logs are left out; all are taken to be equally up-to-date.
///
/// Assumed for liveness: a request that is sent again and again is answered in the end, a candidate with a majority of
/// votes becomes leader, and while there is no leader some election timeout elapses: weak fairness. Of time what section
/// 5.6 says, broadcastTime ≪ electionTimeout: a candidate does not time out before it has the answers, nor does a server
/// that hears from a leader (`timeoutsAreLong`). And that timeouts do not compete for ever, which is what randomised ones
/// are for: from some point on one server times out long before all others. Nor do servers crash for ever.
struct RaftElections<let servers: Int, let maxLag: Int>: Specification {
  /// Whether an election timeout is longer than an election takes.
  var timeoutsAreLong = true
  /// How many servers can be down at once.
  var maxDown = (servers - 1) / 2
  /// Whether it is claimed that a leader is elected even if timeouts compete for ever.
  var claimsAnyway = false

  enum Node {}
  typealias Server = ID<Node, servers>
  /// Counted from the lowest term that a server is in; there is room for one timeout.
  typealias Term = Bounded<0, 8>
  enum Role: Enumeration { case follower, candidate, leader }

  struct State: BitwiseCopyable {
    var currentTerm = Server.Map<Term>(0)
    /// The candidate it voted for in its current term.
    var votedFor = Server.Map<Server?>(nil)
    var role = Server.Map<Role>(.follower)
    /// Of a candidate: who has answered, and who of them voted for it.
    var answered = Server.Map<Server.Set>(Server.Set())
    var votesGranted = Server.Map<Server.Set>(Server.Set())
    var down = Server.Set()
    /// History, which only the properties read: who was the last to time out; nil when a server has crashed since.
    var lastTimeout: Server? = nil

    mutating func becomeFollower(_ i: Server) {
      role[i] = .follower
      answered[i].removeAll()
      votesGranted[i].removeAll()
    }

    mutating func updateTerm(_ i: Server, _ term: Term) {
      if term <= currentTerm[i] { return }
      becomeFollower(i)
      currentTerm[i] = term
      votedFor[i] = nil
    }

    /// Whether there is a leader in its term, who does not let it time out.
    func hearsFromLeader(_ i: Server) -> Bool {
      Server.all.contains { j in role[j] == .leader && currentTerm[j] == currentTerm[i] }
    }

    /// Whether its election can still succeed.
    func awaitsVotes(_ i: Server) -> Bool {
      role[i] == .candidate && (votesGranted[i].isMajority || answered[i].union(down) != .all)
    }

    /// Makes terms relative to the lowest again, and those too far behind catch up.
    mutating func settleTerms() {
      let highest = currentTerm.max
      for i in Server.all where currentTerm[i] < highest - maxLag { updateTerm(i, highest - maxLag) }
      let lowest = currentTerm.min
      for i in Server.all { currentTerm[i] -= lowest }
    }
  }

  var assumptions: Assumptions {
    Assume("the type has room for one term more") { 1 <= maxLag && maxLag < 8 }
  }

  var initial: Initial<State> { State() }

  var actions: Actions<State> {
    /// Server i starts an election, and votes for itself.
    Action("Timeout", for: Server.self, fairness: .weak) { s, i in
      !s.down.contains(i) && s.role[i] != .leader && (!timeoutsAreLong || !s.hearsFromLeader(i) && !s.awaitsVotes(i))
    } then: { s, i in
      s.role[i] = .candidate
      s.currentTerm[i] += 1
      s.votedFor[i] = i
      s.answered[i] = Server.Set(i)
      s.votesGranted[i] = Server.Set(i)
      s.lastTimeout = i
      s.settleTerms()
    }

    /// Candidate i asks server j for its vote, and hears the answer.
    Action("RequestVote", for: Server.self, Server.self, fairness: .weak.each) { s, i, j in
      s.role[i] == .candidate && !s.answered[i].contains(j) && !s.down.contains(j)
    } then: { s, i, j in
      s.updateTerm(j, s.currentTerm[i])
      s.answered[i].insert(j)
      if s.currentTerm[j] == s.currentTerm[i] && s.votedFor[j] == nil {
        s.votedFor[j] = i
        s.votesGranted[i].insert(j)
      }
      s.updateTerm(i, s.currentTerm[j])
      s.settleTerms()
    }

    Action("BecomeLeader", for: Server.self, fairness: .weak.each) { s, i in
      s.role[i] == .candidate && s.votesGranted[i].isMajority
    } then: { s, i in
      s.becomeFollower(i)
      s.role[i] = .leader
    }

    /// Leader i sends a heartbeat to server j, and hears the answer.
    Action("AppendEntries", for: Server.self, Server.self, fairness: .weak.each) { s, i, j in
      s.role[i] == .leader && i != j && !s.down.contains(j)
    } then: { s, i, j in
      s.updateTerm(j, s.currentTerm[i])
      if s.currentTerm[j] == s.currentTerm[i] { s.becomeFollower(j) }
      s.updateTerm(i, s.currentTerm[j])
      s.settleTerms()
    }

    if maxDown > 0 {
      Action("Crash", for: Server.self) { s, i in
        s.down.count < maxDown && !s.down.contains(i)
      } then: { s, i in
        s.becomeFollower(i)
        s.down.insert(i)
        s.lastTimeout = nil
      }
      Action("Restart", for: Server.self) { s, i in
        s.down.contains(i)
      } then: { s, i in
        s.down.remove(i)
      }
    }
  }

  var leader: Formula<State> { now { s in s.role.contains(.leader) } }

  var properties: Properties<State> {
    Always("election safety") { s in
      Server.all.allSatisfy { i in
        Server.all.allSatisfy { j in
          i == j || s.role[i] != .leader || s.role[j] != .leader || s.currentTerm[i] != s.currentTerm[j]
        }
      }
    }
    for i in Server.all {
      Temporal(
        "a leader stays if none but \(i.index) times out",
        eventually(always(now { s in s.lastTimeout == i })) ==> eventually(always(leader)))
    }
    if claimsAnyway { Temporal("a leader", eventually(leader)) }
    Sometimes("a leader is deposed") { s in
      s.role.contains(.leader) && s.currentTerm.contains { $0 > 0 }
    }
  }

  static var models: Models {
    Model("three servers", RaftElections<3, 1>())
    Model("two terms behind", RaftElections<3, 2>())
    Model("four servers", RaftElections<4, 1>())
    Model("four servers, two terms behind", RaftElections<4, 2>())
    Model("competing timeouts", RaftElections<3, 1>(maxDown: 0, claimsAnyway: true)).expects(.violates("a leader"))
    // No fairness helps: in each term all time out before they hear of the others.
    Model("votes are split for ever", RaftElections<3, 1>(maxDown: 0, claimsAnyway: true)).fairness(.strong.each)
      .expects(.violates("a leader"))
    Model("short timeouts", RaftElections<3, 1>(timeoutsAreLong: false))
      .expects(.violates("a leader stays if none but 0 times out"))
    Model("a majority is down", RaftElections<3, 1>(maxDown: 2))
      .expects(.violates("a leader stays if none but 0 times out"))
  }
}
