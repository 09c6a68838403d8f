import DistCheck

/// Voting: how acceptors choose a value by casting votes in ballots, before there is any talk of messages. ``Paxos``
/// implements it.
///
/// The module of the same name that goes with Lamport's lectures "The Paxos Algorithm, or How to Win a Turing Award",
/// 2019; actions and names as there.
///
/// Assumed: an acceptor sees the votes and promises of all others. Only the ballots are bounded.
struct Voting<let acceptors: Int, let values: Int, let maxBallot: Int>: Specification {
  /// How many acceptors are a quorum.
  var quorumSize = acceptors / 2 + 1
  /// Whether an acceptor votes only for values that a quorum shows to be safe.
  var votesSafely = true

  enum Process {}
  typealias Acceptor = ID<Process, acceptors>
  enum Proposal {}
  typealias Value = ID<Proposal, values>
  /// Ballots begin with 0; -1 stands for none.
  typealias Ballot = Bounded<-1, maxBallot>

  struct State: BitwiseCopyable {
    /// The ballots in which an acceptor has voted for a value.
    var votes = Acceptor.Map<Value.Map<Subset<Ballot>>>(Value.Map(Subset()))
    /// An acceptor casts no more votes in ballots below this.
    var maxBal = Acceptor.Map<Ballot>(-1)

    func votedFor(_ a: Acceptor, _ b: Ballot, _ v: Value) -> Bool { votes[a][v].contains(b) }

    func didNotVoteAt(_ a: Acceptor, _ b: Ballot) -> Bool { !votes[a].contains { $0.contains(b) } }

    func cannotVoteAt(_ a: Acceptor, _ b: Ballot) -> Bool { maxBal[a] > b && didNotVoteAt(a, b) }

    /// Whether the last vote that q has cast before ballot b is one for v, by `last`; nil when q has cast none. If q is
    /// a quorum and has come as far as b, no other value has been, or will be, chosen before b.
    func showsSafeAt(_ q: Acceptor.Set, _ b: Ballot, _ v: Value, last: Acceptor?) -> Bool {
      guard q.allSatisfy({ a in maxBal[a] >= b }) else { return false }
      guard let last else { return silent(q, after: -1, before: b) }
      return q.contains(last) && votes[last][v].contains { c in c < b && silent(q, after: c, before: b) }
    }

    /// Whether none of q has voted in a ballot between c and b.
    func silent(_ q: Acceptor.Set, after c: Ballot, before b: Ballot) -> Bool {
      Ballot.all.allSatisfy { d in d <= c || d >= b || q.allSatisfy { a in didNotVoteAt(a, d) } }
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

  var actions: Actions<State> {
    Action("IncreaseMaxBal", for: Acceptor.self, Ballot.self) { s, a, b in
      b > s.maxBal[a]
    } then: { s, a, b in
      s.maxBal[a] = b
    }
    // As in TLC, a successor for each quorum and last voter that show v to be safe.
    Action("VoteFor", for: Acceptor.self, Ballot.self, Value.self, Acceptor.Set.self, Acceptor?.self) {
      s, a, b, v, q, last in
      b >= 0 && b >= s.maxBal[a] && q.count == quorumSize && s.didNotVoteAt(a, b)
        && Acceptor.all.allSatisfy { c in s.didNotVoteAt(c, b) || s.votedFor(c, b, v) }
        && (s.showsSafeAt(q, b, v, last: last) || !votesSafely)
    } then: { (s: inout State, a, b, v, _, _) in
      s.votes[a][v].insert(b)
      s.maxBal[a] = b
    }
  }

  /// The values for which a quorum has voted in some ballot.
  func chosen(_ s: State) -> Value.Set {
    Value.Set { v in
      Ballot.all.contains { b in s.votes.count { $0[v].contains(b) } >= quorumSize }
    }
  }

  /// Whether no value but v has been, or will be, chosen in ballot b.
  func noneOtherChoosableAt(_ s: State, _ b: Ballot, _ v: Value) -> Bool {
    Acceptor.Set { a in s.votedFor(a, b, v) || s.cannotVoteAt(a, b) }.count >= quorumSize
  }

  func safeAt(_ s: State, _ b: Ballot, _ v: Value) -> Bool {
    Ballot.all.allSatisfy { c in c < 0 || c >= b || noneOtherChoosableAt(s, c, v) }
  }

  var properties: Properties<State> {
    Always("votes are safe") { s in
      Acceptor.all.allSatisfy { a in
        Value.all.allSatisfy { v in
          s.votes[a][v].allSatisfy { b in safeAt(s, b, v) }
        }
      }
    }
    Always("one value a ballot") { s in
      Ballot.all.allSatisfy { b in
        Value.all.count { v in s.votes.contains { $0[v].contains(b) } } <= 1
      }
    }
    Always("agreement") { s in chosen(s).count <= 1 }
    Sometimes("a value is chosen") { s in !chosen(s).isEmpty }
  }

  /// Nothing but the bound on ballots stops an acceptor.
  func mayStop(_ s: State) -> Bool { s.maxBal.allSatisfy { $0 == .max } }

  static var models: Models {
    Model("three ballots", Voting<3, 2, 2>())
      .expects(.holds, distinctStates: 6_752, generatedStates: 41_017, depth: 16)
    Model("careless votes", Voting<3, 2, 1>(votesSafely: false)).expects(.violates("votes are safe"))
    Model("disjoint quorums", Voting<4, 2, 1>(quorumSize: 2)).expects(.violates("agreement"))
  }
}
