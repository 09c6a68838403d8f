import DistCheck

/// Paxos for a single decision: acceptors choose one value, however many leaders compete for them.
///
/// Lamport, "The Part-Time Parliament", 1998; actions and names as in the module that goes with his lectures "The Paxos
/// Algorithm, or How to Win a Turing Award", 2019. Each ballot has a leader of its own, who knows only what has been
/// sent.
///
/// Assumed: messages are never forged, but can be lost, delayed, reordered and received again: they form a set that
/// only grows. Acceptors keep their variables when they crash, so that a crash is a delay. Only ballots are bounded.
///
/// Liveness: weak fairness of all actions, so that leaders and acceptors do not stop, and what is sent is received in the
/// end. A ballot after which no higher one begins then chooses a value. Here there always is such a ballot, as ballots
/// are bounded: in the end the leader of the highest is alone. That is what Paxos needs to make progress, and what the
/// bound takes for granted; in ``DuellingProposers``, which has none, leaders pre-empt each other for ever.
struct Paxos<let acceptors: Int, let values: Int, let maxBallot: Int>: Specification {
  /// How many acceptors are a quorum.
  var quorumSize = acceptors / 2 + 1
  /// Whether an acceptor remembers its promise when it restarts. Its vote it always remembers.
  var remembersPromise = true
  /// Whether a leader heeds the votes that acceptors report to it.
  var heedsVotes = true

  enum Process {}
  typealias Acceptor = ID<Process, acceptors>
  enum Proposal {}
  typealias Value = ID<Proposal, values>
  /// Ballots begin with 0; -1 stands for none.
  typealias Ballot = Bounded<-1, maxBallot>

  enum Message: NetworkMessage {
    case phase1a(bal: Ballot)
    /// Reports the acceptor's latest vote: `mbal` and `mval` are its `maxVBal` and `maxVal`.
    case phase1b(bal: Ballot, mbal: Ballot, mval: Value?, acc: Acceptor)
    case phase2a(bal: Ballot, val: Value)
    case phase2b(bal: Ballot, val: Value, acc: Acceptor)

    /// Whether it says, for ballot b, that a has not voted in any ballot after c.
    func answers(_ b: Ballot, from a: Acceptor, noVoteAfter c: Ballot) -> Bool {
      if case .phase1b(b, let mbal, _, a) = self { mbal <= c } else { false }
    }

    func isProposal(in b: Ballot) -> Bool {
      if case .phase2a(b, _) = self { true } else { false }
    }
  }

  struct State: BitwiseCopyable {
    /// The highest ballot in which an acceptor has taken part. It promises to ignore all lower ones.
    var maxBal = Acceptor.Map<Ballot>(-1)
    /// The ballot of its latest vote.
    var maxVBal = Acceptor.Map<Ballot>(-1)
    /// The value of its latest vote.
    var maxVal = Acceptor.Map<Value?>(nil)
    /// All that has been sent. The capacity is enough for three acceptors and three ballots.
    var msgs = Network<24, Message>(.growing)

    /// Whether all of q have answered ballot b, and have not voted in any ballot after c.
    func answered(_ q: Acceptor.Set, _ b: Ballot, noVoteAfter c: Ballot) -> Bool {
      q.allSatisfy { a in msgs.contains { $0.answers(b, from: a, noVoteAfter: c) } }
    }

    /// Whether the answers of quorum q show that no value but v has been, or will be, chosen before ballot b: none of q
    /// has voted, or the last to vote voted for v.
    func showsSafe(_ q: Acceptor.Set, _ b: Ballot, _ v: Value, last: Acceptor?) -> Bool {
      guard let last else { return answered(q, b, noVoteAfter: -1) }
      return q.contains(last)
        && Ballot.all.contains { c in
          c >= 0 && msgs.contains(.phase1b(bal: b, mbal: c, mval: v, acc: last)) && answered(q, b, noVoteAfter: c)
        }
    }
  }

  var assumptions: Assumptions {
    Assume("a quorum is some of the acceptors") { 1 <= quorumSize && quorumSize <= acceptors }
  }

  var initial: Initial<State> { State() }

  var interchangeable: Interchangeable {
    Acceptor.self
    Value.self
  }

  // Fairness of an action as a whole is fairness of each ballot and acceptor: each has few steps that change anything.
  var actions: Actions<State> {
    // The leader of a ballot begins it.
    Action("Phase1a", for: Ballot.self, fairness: .weak) { s, b in
      b >= 0
    } then: { s, b in
      s.msgs.send(.phase1a(bal: b))
    }
    // An acceptor joins, and promises to ignore all lower ballots.
    Action("Phase1b", for: Acceptor.self, Ballot.self, fairness: .weak) { s, a, b in
      b > s.maxBal[a] && s.msgs.contains(.phase1a(bal: b))
    } then: { s, a, b in
      s.maxBal[a] = b
      s.msgs.send(.phase1b(bal: b, mbal: s.maxVBal[a], mval: s.maxVal[a], acc: a))
    }
    // The leader proposes a value that is safe. As in TLC, a successor for each quorum and last voter that show it.
    Action("Phase2a", for: Ballot.self, Value.self, Acceptor.Set.self, Acceptor?.self, fairness: .weak) {
      s, b, v, q, last in
      q.count == quorumSize && !s.msgs.contains { $0.isProposal(in: b) }
        && (s.showsSafe(q, b, v, last: last) || !heedsVotes && s.answered(q, b, noVoteAfter: b))
    } then: { s, b, v, _, _ in
      s.msgs.send(.phase2a(bal: b, val: v))
    }
    // An acceptor votes for what is proposed.
    Action("Phase2b", for: Acceptor.self, Ballot.self, Value.self, fairness: .weak) { s, a, b, v in
      b >= s.maxBal[a] && s.msgs.contains(.phase2a(bal: b, val: v))
    } then: { s, a, b, v in
      s.maxBal[a] = b
      s.maxVBal[a] = b
      s.maxVal[a] = v
      s.msgs.send(.phase2b(bal: b, val: v, acc: a))
    }
    if !remembersPromise {
      Action("Restart", for: Acceptor.self) { s, a in
        s.maxBal[a] > s.maxVBal[a]
      } then: { s, a in
        s.maxBal[a] = s.maxVBal[a]
      }
    }
  }

  /// Whether a quorum has voted for v in ballot b.
  func isChosen(_ s: State, _ b: Ballot, _ v: Value) -> Bool {
    Acceptor.Set { a in s.msgs.contains(.phase2b(bal: b, val: v, acc: a)) }.count >= quorumSize
  }

  /// The values chosen, in whatever ballot.
  func chosen(_ s: State) -> Value.Set {
    Value.Set { v in Ballot.all.contains { b in isChosen(s, b, v) } }
  }

  /// The highest ballot that has begun; -1 for none.
  func highest(_ s: State) -> Ballot {
    var highest: Ballot = -1
    for b in Ballot.all where s.msgs.contains(.phase1a(bal: b)) { highest = b }
    return highest
  }

  var properties: Properties<State> {
    Always("agreement") { s in chosen(s).count <= 1 }
    Always("one proposal a ballot") { s in
      Ballot.all.allSatisfy { b in s.msgs.count { $0.isProposal(in: b) } <= 1 }
    }
    Always("votes are for proposals") { s in
      Acceptor.all.allSatisfy { a in
        switch s.maxVal[a] {
        case nil: s.maxVBal[a] == -1
        case let v?: s.msgs.contains(.phase2a(bal: s.maxVBal[a], val: v)) && s.maxBal[a] >= s.maxVBal[a]
        }
      }
    }
    Sometimes("a value is chosen") { s in !chosen(s).isEmpty }
    Sometimes("two ballots choose") { s in
      Ballot.all.count { b in Value.all.contains { v in isChosen(s, b, v) } } > 1
    }
    Sometimes("ballots propose different values") { s in
      Value.all.allSatisfy { v in Ballot.all.contains { b in s.msgs.contains(.phase2a(bal: b, val: v)) } }
    }
    // An acceptor that forgets can go on for ever making the same promise again.
    if remembersPromise {
      LeadsTo("the highest ballot chooses") { s in
        highest(s) >= 0
      } then: { s in
        Value.all.contains { v in isChosen(s, highest(s), v) }
      }
      Eventually("in the end a value is chosen") { s in !chosen(s).isEmpty }
    }
  }

  static var models: Models {
    Model("two ballots", Paxos<3, 2, 1>()).expects(.holds, distinctStates: 3_921, generatedStates: 23_563, depth: 17)
    Model("forgotten promise", Paxos<3, 2, 1>(remembersPromise: false)).expects(.violates("agreement"))
    Model("headstrong leader", Paxos<3, 2, 1>(heedsVotes: false)).expects(.violates("agreement"))
    Model("disjoint quorums", Paxos<4, 2, 1>(quorumSize: 2)).expects(.violates("agreement"))
    Model("nobody leads", Paxos<3, 2, 1>()).fairness(.none, of: "Phase1a")
      .expects(.violates("in the end a value is chosen"))
    Model("leaders that stop halfway", Paxos<3, 2, 1>()).fairness(.none, of: "Phase2a")
      .expects(.violates("the highest ballot chooses"))
    Model("acceptors that stop", Paxos<3, 2, 1>()).fairness(.none, of: "Phase1b", "Phase2b")
      .expects(.violates("the highest ballot chooses"))
    Model("four acceptors", Paxos<4, 2, 1>())
    Model("three ballots", Paxos<3, 2, 2>())
  }
}
