import DistCheck

/// Termination detection on a ring: a token that goes around tells node 0 whether all nodes have been passive.
///
/// Dijkstra, Feijen and van Gasteren, "Derivation of a Termination Detection Algorithm for Distributed Computations",
/// 1983 (EWD 840); actions and names as in Merz's module `EWD840`.
///
/// Assumed: a message activates its receiver at once, the token is not lost. Only the nodes that hold the token are
/// fair. Nothing has to be bounded.
struct RingTermination<let nodes: Int>: Specification {
  enum Machine {}
  typealias Node = ID<Machine, nodes>
  /// Why the token may be passed.
  enum Reason: Enumeration { case tokenIsBlack, nodeIsBlack, nodeIsPassive }

  /// Whether a node that activates one behind the token becomes black.
  var blackens = true
  /// Whether to claim more: that it is enough if each node is passive again and again.
  var claimsFalseLiveness = false
  /// Whether to claim more: that all nodes become passive if no more messages are sent.
  var claimsPassivity = false

  struct State: BitwiseCopyable {
    var active: Node.Set
    /// The nodes that may have activated one behind the token.
    var black: Node.Set
    /// Where the token is.
    var tpos: Node
    var tokenIsBlack = true

    var terminationDetected: Bool {
      tpos == 0 && !tokenIsBlack && !black.contains(0) && !active.contains(0)
    }

    func mayPass(_ reason: Reason) -> Bool {
      switch reason {
      case .tokenIsBlack: tokenIsBlack
      case .nodeIsBlack: black.contains(tpos)
      case .nodeIsPassive: !active.contains(tpos)
      }
    }
  }

  var initial: Initial<State> {
    for active in 0..<Node.Set.count {
      for black in 0..<Node.Set.count {
        for position in Node.all {
          State(active: Node.Set(ordinal: active), black: Node.Set(ordinal: black), tpos: position)
        }
      }
    }
  }

  var actions: Actions<State> {
    // As in TLC, a successor for each reason to pass the token.
    Action("InitiateProbe", for: Reason.self, fairness: .weak.together("System")) { s, reason in
      s.tpos == 0 && reason != .nodeIsPassive && s.mayPass(reason)
    } then: { s, _ in
      s.tpos = s.tpos.previous
      s.tokenIsBlack = false
      s.black.remove(0)
    }
    Action("PassToken", for: Node.self, Reason.self, fairness: .weak.together("System")) { s, i, reason in
      i != 0 && s.tpos == i && s.mayPass(reason)
    } then: { s, i, _ in
      s.tpos = i.previous
      if s.black.contains(i) { s.tokenIsBlack = true }
      s.black.remove(i)
    }

    Action("SendMsg", for: Node.self, Node.self) { s, i, j in
      s.active.contains(i) && i != j
    } then: { s, i, j in
      s.active.insert(j)
      if j.index > i.index && blackens { s.black.insert(i) }
    }
    Action("Deactivate", for: Node.self) { s, i in
      s.active.contains(i)
    } then: { s, i in
      s.active.remove(i)
    }
  }

  var allArePassive: Formula<State> { now { s in s.active.isEmpty } }
  var detected: Formula<State> { now { s in s.terminationDetected } }
  /// The next step is no message that has an effect.
  var noMessage: Formula<State> {
    step { before, after in after.active.isSubset(of: before.active) && after.black.isSubset(of: before.black) }
  }

  var properties: Properties<State> {
    Always("what is detected has terminated") { s in !s.terminationDetected || s.active.isEmpty }
    if blackens {
      Always("Dijkstra's invariant") { s in
        s.active.allSatisfy { i in i.index <= s.tpos.index } || s.black.contains { i in i.index <= s.tpos.index }
          || s.tokenIsBlack
      }
    }
    Temporal("termination is detected", always(allArePassive ~> detected))
    if claimsFalseLiveness {
      Temporal(
        "whoever sleeps again and again is seen asleep",
        always(forAll(Node.self) { i in always(eventually(now { s in !s.active.contains(i) })) } ~> detected))
    }
    if claimsPassivity {
      Temporal("without messages all become passive", eventually(always(noMessage)) ==> eventually(allArePassive))
    }
  }

  func mayStop(_ s: State) -> Bool { s.terminationDetected }

  static var models: Models {
    // The 10 levels of the module's manifest are those of several workers; breadth first there are 9.
    Model("three nodes", RingTermination<3>())
      .expects(.holds, distinctStates: 302, generatedStates: 2_001, depth: 9)
    Model("four nodes", RingTermination<4>())
      .expects(.holds, distinctStates: 1_566, generatedStates: 15_986, depth: 12)
    Model("token that may stay", RingTermination<3>()).fairness(.none).expects(.violates("termination is detected"))
    Model("never black", RingTermination<3>(blackens: false)).expects(.violates("what is detected has terminated"))
    // They wake each other.
    Model("asleep by turns", RingTermination<3>(claimsFalseLiveness: true))
      .expects(.violates("whoever sleeps again and again is seen asleep"))
    Model("nodes that work for ever", RingTermination<3>(claimsPassivity: true))
      .expects(.violates("without messages all become passive"))
    Model("nodes that become passive", RingTermination<3>(claimsPassivity: true)).fairness(.weak.together("Next"))
  }
}
