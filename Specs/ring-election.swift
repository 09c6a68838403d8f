import DistCheck

/// Leader election on a ring: names travel one way around, a larger one is stopped by a smaller, and whoever gets its
/// own name back is the leader.
///
/// Chang and Roberts, "An Improved Algorithm for Decentralized Extrema-Finding in Circular Configurations of
/// Processes", 1979, with the smallest name for the largest; labels and names as in Merz's PlusCal module
/// `ChangRoberts`.
///
/// Assumed: messages are not lost, but may overtake each other; names are unique; nodes do not fail. Nothing has to be
/// bounded.
struct RingElection<let nodes: Int>: Specification {
  enum Machine {}
  typealias Node = ID<Machine, nodes>
  typealias Name = Bounded<1, nodes>
  enum Label: Enumeration { case n0, n1 }
  enum Phase: Enumeration { case cand, lost, won }

  /// Whether no two nodes have the same name. Otherwise the last is called like the first.
  var namesAreUnique = true
  /// Whether a candidate that hears of a smaller name passes it on.
  var passesSmaller = true

  struct State: BitwiseCopyable {
    /// The names that are waiting at each node.
    var msgs = Node.Map<Subset<Name>>([])
    var pc = Node.Map<Label>(.n0)
    /// Who stands for election.
    var initiator: Node.Map<Bool>
    var state: Node.Map<Phase>
  }

  func name(_ n: Node) -> Name { namesAreUnique || n.next != 0 ? Name(n.index + 1) : .min }

  var initial: Initial<State> {
    for candidates in 0..<Node.Set.count {
      let candidates = Node.Set(ordinal: candidates)
      State(
        initiator: Node.Map { n in candidates.contains(n) },
        state: Node.Map { n in candidates.contains(n) ? .cand : .lost })
    }
  }

  var actions: Actions<State> {
    Action("n0", for: Node.self, fairness: .weak.each(0).together("node")) { s, n in
      s.pc[n] == .n0
    } then: { s, n in
      if s.initiator[n] { s.msgs[n.next].insert(name(n)) }
      s.pc[n] = .n1
    }
    Action("n1", for: Node.self, Name.self, fairness: .weak.each(0).together("node")) { s, n, name in
      s.pc[n] == .n1 && s.msgs[n].contains(name)
    } then: { s, n, name in
      s.msgs[n].remove(name)
      if s.state[n] == .lost {
        s.msgs[n.next].insert(name)
      } else if name < self.name(n) {
        s.state[n] = .lost
        if passesSmaller { s.msgs[n.next].insert(name) }
      } else if name == self.name(n) {
        s.state[n] = .won
      }
    }
  }

  var someCandidate: Formula<State> { now { s in s.state.contains(.cand) } }
  var someLeader: Formula<State> { now { s in s.state.contains(.won) } }

  var properties: Properties<State> {
    Always("the smallest wins, all others know that they have lost") { s in
      Node.all.allSatisfy { n in
        s.state[n] != .won
          || s.initiator[n]
            && Node.all.allSatisfy { m in m == n || s.state[m] == .lost && (!s.initiator[m] || name(m) > name(n)) }
      }
    }
    Temporal("a leader is elected", someCandidate ==> eventually(someLeader))
  }

  /// A leader is not told that it has won, only itself; without candidates there is no election.
  func mayStop(_ s: State) -> Bool { s.msgs.allSatisfy { $0.isEmpty } && !s.pc.contains(.n0) }

  static var models: Models {
    Model("three nodes", RingElection<3>()).expects(.holds, distinctStates: 137, generatedStates: 227, depth: 10)
    Model("five nodes", RingElection<5>())
    Model("nodes that may stop", RingElection<3>()).fairness(.none).expects(.violates("a leader is elected"))
    // Every step is one towards the end.
    Model("somebody moves", RingElection<3>()).fairness(.weak.together("node"))
    Model("namesakes", RingElection<3>(namesAreUnique: false))
      .expects(.violates("the smallest wins, all others know that they have lost"))
    Model("smaller names are kept", RingElection<3>(passesSmaller: false)).expects(.violates("a leader is elected"))
  }
}
