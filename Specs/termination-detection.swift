import DistCheck

/// What termination detection is, whatever the algorithm: nodes work, send each other messages, and are activated by
/// those they receive; at some time after all is quiet, this is detected.
///
/// The module `AsyncTerminationDetection` by Kuppe and Merz, 2021, which goes with Dijkstra's "Shmuel Safra's Version
/// of Termination Detection", 1987 (EWD 998); actions and names as there. ``RingTermination`` solves the problem for
/// messages that arrive at once.
///
/// Assumed: messages are not lost. How many are on the way to each node is bounded by a constraint.
///
/// - `limit`: how many messages on their way to one node are too many.
struct TerminationDetection<let nodes: Int, let limit: Int>: Specification {
  enum Machine {}
  typealias Node = ID<Machine, nodes>

  /// Whether messages on their way are looked at, too.
  var countsMessages = true

  struct State: BitwiseCopyable {
    var active: Node.Set
    /// How many messages are on their way to each node.
    var pending = Node.Map<Bounded<0, limit>>(0)
    var terminationDetected = false

    var isTerminated: Bool { active.isEmpty && pending.allSatisfy { $0 == 0 } }
  }

  /// Nothing is pending at first, and termination may be detected at once.
  var initial: Initial<State> {
    for active in 0..<Node.Set.count {
      State(active: Node.Set(ordinal: active))
    }
    State(active: [], terminationDetected: true)
  }

  func seemsTerminated(_ s: State) -> Bool { countsMessages ? s.isTerminated : s.active.isEmpty }

  /// Whether the last active node becomes passive.
  func seemsTerminated(_ s: State, without i: Node) -> Bool {
    var s = s
    s.active.remove(i)
    return seemsTerminated(s)
  }

  var actions: Actions<State> {
    Action("RcvMsg", for: Node.self) { s, i in
      s.pending[i] > 0
    } then: { s, i in
      s.active.insert(i)
      s.pending[i] -= 1
    }
    // Termination may be noticed in the same step.
    Action("Terminate", for: Node.self, Bool.self) { s, i, detects in
      s.active.contains(i) && (!detects || seemsTerminated(s, without: i))
    } then: { s, i, detects in
      s.active.remove(i)
      if detects { s.terminationDetected = true }
    }
    Action("SendMsg", for: Node.self, Node.self) { s, i, _ in
      s.active.contains(i)
    } then: { s, _, j in
      s.pending[j] += 1
    }
    Action("DetectTermination", fairness: .weak) { s in
      seemsTerminated(s)
    } then: { s in
      s.terminationDetected = true
    }
  }

  var properties: Properties<State> {
    Always("what is detected has terminated") { s in !s.terminationDetected || s.isTerminated }
    Step("terminated for ever") { before, after in !before.isTerminated || after.isTerminated }
    LeadsTo("termination is detected") { s in
      s.isTerminated
    } then: { s in
      s.terminationDetected
    }
  }

  func constraint(_ s: State) -> Bool { s.pending.allSatisfy { $0 < .max } }

  static var models: Models {
    Model("four nodes", TerminationDetection<4, 4>())
      .expects(.holds, distinctStates: 4_097, generatedStates: 53_271, depth: 14)
    Model("nobody looks", TerminationDetection<4, 4>()).fairness(.none).expects(.violates("termination is detected"))
    Model("messages forgotten", TerminationDetection<3, 2>(countsMessages: false))
      .expects(.violates("what is detected has terminated"))
  }
}
