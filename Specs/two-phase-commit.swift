import DistCheck

/// Two-phase commit: resource managers (RMs) commit a transaction together, or abort it together; a transaction manager
/// (TM) decides once every RM has prepared.
///
/// Gray, "Notes on Data Base Operating Systems", 1978; actions and names as in Lamport's `TwoPhase`, from Gray and
/// Lamport, "Consensus on Transaction Commit", 2006.
///
/// Assumed: messages are never forged, but can be lost, delayed, reordered and received again: they form a set that
/// only grows. RMs do not fail; one that does is taken for one that is slow. Nothing has to be bounded.
///
/// That is all that safety needs. For liveness neither the TM nor the RMs may stop while there is something for them to
/// do: what has been sent is received in the end, a TM that has not decided does, and so does an RM that is working.
/// Then every RM decides. A TM that can die does not (`managerCanFail`), and an RM that has prepared waits for ever.
struct TwoPhaseCommit<let resourceManagers: Int>: Specification {
  enum ResourceManager {}
  typealias RM = ID<ResourceManager, resourceManagers>
  enum Phase: Enumeration { case working, prepared, committed, aborted }
  enum Manager: Enumeration { case undecided, committed, aborted, dead }

  /// Whether the TM waits for all RMs before it commits.
  var waitsForAll = true
  /// Whether an RM that has prepared leaves the decision to the TM.
  var keepsPromise = true
  /// Whether the TM can die before it has decided.
  var managerCanFail = false

  struct State: BitwiseCopyable {
    /// How far each RM is.
    var phase = RM.Map<Phase>(.working)
    /// What the TM has decided; dead when it never will.
    var manager = Manager.undecided
    /// The RMs of which the TM knows that they have prepared.
    var tmPrepared = RM.Set()

    // The messages that have been sent. Whatever TwoPhase can send is Prepared from some RM, Commit, or Abort.
    var sentPrepared = RM.Set()
    var sentCommit = false
    var sentAbort = false
  }

  var initial: Initial<State> { State() }

  var interchangeable: Interchangeable { RM.self }

  // Weak fairness of all steps of the TM together, and of all steps of the RMs together. As an RM takes at most two steps
  // that change anything, none is passed over for ever.
  var actions: Actions<State> {
    Action("TMRcvPrepared", for: RM.self, fairness: .weak.together("TM")) { s, rm in
      s.manager == .undecided && s.sentPrepared.contains(rm)
    } then: { s, rm in
      s.tmPrepared.insert(rm)
    }
    Action("TMCommit", fairness: .weak.together("TM")) { s in
      s.manager == .undecided && (s.tmPrepared == .all || !waitsForAll)
    } then: { s in
      s.manager = .committed
      s.sentCommit = true
    }
    Action("TMAbort", fairness: .weak.together("TM")) { s in
      s.manager == .undecided
    } then: { s in
      s.manager = .aborted
      s.sentAbort = true
    }
    if managerCanFail {
      Action("TMFail") { s in
        s.manager == .undecided
      } then: { s in
        s.manager = .dead
      }
    }

    Action("RMPrepare", for: RM.self, fairness: .weak.together("RM")) { s, rm in
      s.phase[rm] == .working
    } then: { s, rm in
      s.phase[rm] = .prepared
      s.sentPrepared.insert(rm)
    }
    Action("RMChooseToAbort", for: RM.self, fairness: .weak.together("RM")) { s, rm in
      s.phase[rm] == .working || s.phase[rm] == .prepared && !keepsPromise
    } then: { s, rm in
      s.phase[rm] = .aborted
    }
    Action("RMRcvCommitMsg", for: RM.self, fairness: .weak.together("RM")) { s, _ in
      s.sentCommit
    } then: { s, rm in
      s.phase[rm] = .committed
    }
    Action("RMRcvAbortMsg", for: RM.self, fairness: .weak.together("RM")) { s, _ in
      s.sentAbort
    } then: { s, rm in
      s.phase[rm] = .aborted
    }
  }

  var properties: Properties<State> {
    Always("consistent") { s in !(s.phase.contains(.committed) && s.phase.contains(.aborted)) }
    Sometimes("can commit") { s in s.phase.allSatisfy { $0 == .committed } }
    Sometimes("can abort") { s in s.phase.allSatisfy { $0 == .aborted } }
    Eventually("every RM decides") { s in s.phase.allSatisfy { $0 == .committed || $0 == .aborted } }
  }

  /// Two-phase commit is over when every RM has decided. One that has prepared and hears nothing more is blocked.
  func mayStop(_ s: State) -> Bool {
    s.phase.allSatisfy { $0 == .committed || $0 == .aborted }
  }

  static var models: Models {
    Model("three", TwoPhaseCommit<3>()).expects(.holds, distinctStates: 288, generatedStates: 1_146, depth: 11)
    Model("hasty manager", TwoPhaseCommit<3>(waitsForAll: false)).expects(.violates("consistent"))
    Model("broken promise", TwoPhaseCommit<3>(keepsPromise: false)).expects(.violates("consistent"))
    Model("dead manager", TwoPhaseCommit<3>(managerCanFail: true)).expects(.deadlocks)
    Model("five", TwoPhaseCommit<5>()).expects(.holds, distinctStates: 8_832, generatedStates: 58_146, depth: 17)
    Model("seven", TwoPhaseCommit<7>()).expects(.holds, distinctStates: 296_448, generatedStates: 2_744_706, depth: 23)
    Model("eight", TwoPhaseCommit<8>())
      .expects(.holds, distinctStates: 1_745_408, generatedStates: 18_507_778, depth: 26)
    Model("nine", TwoPhaseCommit<9>())
      .expects(.holds, distinctStates: 10_340_352, generatedStates: 123_558_402, depth: 29)

    // The dead manager again: now not the deadlock is looked for, but an RM that waits for ever.
    Model("blocked", TwoPhaseCommit<3>(managerCanFail: true)).mayStopAnywhere()
      .expects(.violates("every RM decides"))
    Model("no fairness", TwoPhaseCommit<3>()).fairness(.none).expects(.violates("every RM decides"))
    Model("a manager that puts off", TwoPhaseCommit<3>()).fairness(.none, of: "TMRcvPrepared", "TMCommit", "TMAbort")
      .expects(.violates("every RM decides"))
    Model("deaf to the decision", TwoPhaseCommit<3>()).fairness(.none, of: "RMRcvCommitMsg", "RMRcvAbortMsg")
      .expects(.violates("every RM decides"))

    // One state of each orbit; numbers of orbits by brute force.
    Model("five alike", TwoPhaseCommit<5>()).symmetric().expects(.holds, distinctStates: 314)
    Model("seven alike", TwoPhaseCommit<7>()).symmetric().expects(.holds, distinctStates: 920)
    Model("nine alike", TwoPhaseCommit<9>()).symmetric().expects(.holds, distinctStates: 2_232)
  }
}
