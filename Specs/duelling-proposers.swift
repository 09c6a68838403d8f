import DistCheck

/// Duelling proposers: when Paxos decides, and how it can go on for ever without a decision. Two proposers prepare in
/// turn, each before the other's proposal is accepted.
///
/// Lamport, "Paxos Made Simple", 2001, section 2.4, has this scenario. That a leader is enough of whom the others are
/// convinced in the end: Chandra, Hadzilacos, Toueg, "The Weakest Failure Detector for Solving Consensus", 1996.
///
/// Ballots are not bounded. Of their numbers Paxos asks only which is higher, so only that is kept: the order of the
/// proposers' latest ballots, and which of these an acceptor ignores, having promised a higher one. The states are
/// finitely many, and a loop among them is a run in which ballots rise for ever.
///
/// Left out: values, so that there is no phase 2 for an earlier value; that a decision is for one value is for ``Paxos``
/// to show. A proposer gives up its ballot when it prepares the next; what it had sent for it is not heard any more.
/// An acceptor's answer is received as it is sent: an answer that takes its time is a request that took its time.
///
/// Assumed: proposers do not stop, a majority of the acceptors does not either, and what is sent is received in the end,
/// which is weak fairness of each process; requests that are lost are sent again. Nothing is assumed of time.
struct DuellingProposers<let proposers: Int, let acceptors: Int>: Specification {
  /// How many acceptors can crash.
  var maxCrashes = (acceptors - 1) / 2
  /// Whether an oracle tells proposers which of them lead. Without it all do, for ever.
  var hasOracle = true

  enum Contender {}
  typealias Proposer = ID<Contender, proposers>
  enum Voter {}
  typealias Acceptor = ID<Voter, acceptors>
  enum Phase: Enumeration { case idle, preparing, proposing, decided }

  struct State: BitwiseCopyable {
    /// The proposers that take themselves for the leader, as an oracle tells each.
    var leaders = Proposer.Set.all
    /// What a proposer's latest ballot has come to.
    var phase = Proposer.Map<Phase>(.idle)
    /// Who has prepared a ballot since, and so a higher one.
    var overtakenBy = Proposer.Map<Proposer.Set>(Proposer.Set())
    /// The acceptors that have answered in this phase of the ballot: promised, or accepted.
    var answers = Proposer.Map<Acceptor.Set>(Acceptor.Set())
    /// The proposers whose latest ballots an acceptor ignores, because it has promised a higher one.
    var ignored = Acceptor.Map<Proposer.Set>(Proposer.Set())
    var crashed = Acceptor.Set()

    /// Whether a has yet to answer p, and will not ignore it.
    func canAnswer(_ a: Acceptor, _ p: Proposer) -> Bool {
      !crashed.contains(a) && !answers[p].contains(a) && !ignored[a].contains(p)
    }

    /// Acceptor a takes part in the latest ballot of p, and in no lower one from now on.
    mutating func answer(_ a: Acceptor, _ p: Proposer) {
      answers[p].insert(a)
      ignored[a] = Proposer.Set { q in overtakenBy[q].contains(p) }
    }
  }

  var initial: Initial<State> { State() }

  var actions: Actions<State> {
    /// A leader prepares a ballot that is higher than all others: its first, or because it hears that it is ignored.
    Action("Prepare", for: Proposer.self, fairness: .weak.each.together("proposer")) { s, p in
      s.leaders.contains(p)
        && (s.phase[p] == .idle || s.phase[p] != .decided && s.ignored.contains { $0.contains(p) })
    } then: { s, p in
      s.phase[p] = .preparing
      s.answers[p].removeAll()
      s.overtakenBy[p].removeAll()
      for q in Proposer.all where q != p { s.overtakenBy[q].insert(p) }
      for a in Acceptor.all { s.ignored[a].remove(p) }
    }
    Action("Propose", for: Proposer.self, fairness: .weak.each.together("proposer")) { s, p in
      s.phase[p] == .preparing && s.answers[p].isMajority
    } then: { s, p in
      s.phase[p] = .proposing
      s.answers[p].removeAll()
    }
    Action("Decide", for: Proposer.self, fairness: .weak.each.together("proposer")) { s, p in
      s.phase[p] == .proposing && s.answers[p].isMajority
    } then: { s, p in
      s.phase[p] = .decided
    }

    Action("Promise", for: Acceptor.self, Proposer.self, fairness: .weak.each(0).together("acceptor")) { s, a, p in
      s.phase[p] == .preparing && s.canAnswer(a, p)
    } then: { s, a, p in
      s.answer(a, p)
    }
    Action("Accept", for: Acceptor.self, Proposer.self, fairness: .weak.each(0).together("acceptor")) { s, a, p in
      s.phase[p] == .proposing && s.canAnswer(a, p)
    } then: { s, a, p in
      s.answer(a, p)
    }

    if maxCrashes > 0 {
      Action("Crash", for: Acceptor.self) { s, a in
        s.crashed.count < maxCrashes && !s.crashed.contains(a)
      } then: { s, a in
        s.crashed.insert(a)
      }
    }
    // The oracle, which can be wrong for any time, tells p something else.
    if hasOracle {
      Action("ChangeMind", for: Proposer.self) { s, p in
        true
      } then: { s, p in
        if s.leaders.contains(p) { s.leaders.remove(p) } else { s.leaders.insert(p) }
      }
    }
  }

  var decision: Formula<State> { now { s in s.phase.contains(.decided) } }

  func isOnlyLeader(_ p: Proposer) -> Formula<State> { now { s in s.leaders == Proposer.Set(p) } }

  var properties: Properties<State> {
    if hasOracle {
      for p in Proposer.all {
        Temporal(
          "a decision if \(p.index) is left to lead", eventually(always(isOnlyLeader(p))) ==> eventually(decision))
      }
    } else {
      Temporal("a decision", eventually(decision))
    }
    Sometimes("two decide") { s in s.phase.count { $0 == .decided } > 1 }
  }

  func mayStop(_ s: State) -> Bool { s.phase.allSatisfy { $0 == .decided } }

  static var models: Models {
    Model("two proposers", DuellingProposers<2, 3>())
    Model("three proposers", DuellingProposers<3, 3>())
    Model("a majority crashes", DuellingProposers<2, 3>(maxCrashes: 2))
      .expects(.violates("a decision if 0 is left to lead"))

    Model("a duel", DuellingProposers<2, 3>(maxCrashes: 0, hasOracle: false)).expects(.violates("a decision"))
    // What would save it is never enabled.
    Model("a duel, with all the fairness there is", DuellingProposers<2, 3>(maxCrashes: 0, hasOracle: false))
      .fairness(.strong.each).expects(.violates("a decision"))
  }
}
