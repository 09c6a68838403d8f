import DistCheck

/// A replicated counter that can only grow: each node counts its own increments, and tells others what it knows of
/// everybody's.
///
/// Shapiro, Preguiça, Baquero and Zawirski, "A Comprehensive Study of Convergent and Commutative Replicated Data Types",
/// 2011; actions and names as in the modules `CRDT` and `MCCRDT` by Helwer, Merz and Kuppe.
///
/// Assumed: gossip reaches the other node at once. Increments come to an end some time: convergence is claimed only of
/// such behaviour.
///
/// The constraint bounds what a node counts. For there to be increments without end, what all nodes have in common can be
/// subtracted from all counters, in the same step as an increment or gossip.
struct CRDTCounter<let nodes: Int>: Specification {
  enum Replica {}
  typealias Node = ID<Replica, nodes>
  typealias Count = Bounded<0, 4>

  /// How far a node counts.
  var limit = 3
  /// Whether what is common to all is subtracted.
  var reduces = true
  /// Whether a node keeps what it knows where it hears of less.
  var keepsGreater = true
  /// Whether convergence is claimed only of behaviour in which increments come to an end.
  var assumesEnd = true

  struct State: BitwiseCopyable, Equatable {
    /// What each node knows of the increments of each.
    var counter = Node.Map<Node.Map<Count>>(Node.Map(0))

    var hasConverged: Bool { counter.allSatisfy { $0 == counter[0] } }
  }

  func increment(_ s: inout State, _ n: Node) { s.counter[n][n] += 1 }

  /// Tells node o what node n knows.
  func gossip(_ s: inout State, _ n: Node, _ o: Node) {
    let (told, known) = (s.counter[n], s.counter[o])
    s.counter[o] = Node.Map { node in keepsGreater ? max(told[node], known[node]) : told[node] }
  }

  func reduction(_ s: inout State) {
    let common = Node.all.reduce(Count.max) { least, n in min(least, s.counter[n].min) }
    for n in Node.all {
      for o in Node.all { s.counter[n][o] -= common }
    }
  }

  var initial: Initial<State> { State() }

  var actions: Actions<State> {
    Action("Increment", for: Node.self) { _, _ in
      true
    } then: { s, n in
      increment(&s, n)
    }
    Action("Gossip", for: Node.self, Node.self, fairness: .weak.each) { _, _, _ in
      true
    } then: { s, n, o in
      gossip(&s, n, o)
    }
    if reduces {
      Action("IncrementAndReduction", for: Node.self) { _, _ in
        true
      } then: { s, n in
        increment(&s, n)
        reduction(&s)
      }
      Action("GossipAndReduction", for: Node.self, Node.self) { _, _, _ in
        true
      } then: { s, n, o in
        gossip(&s, n, o)
        reduction(&s)
      }
    }
  }

  func constraint(_ s: State) -> Bool { Node.all.allSatisfy { n in s.counter[n][n] <= limit } }

  /// Whether a step is nothing but gossip.
  func isGossip(_ before: State, _ after: State) -> Bool {
    Node.all.contains { n in
      Node.all.contains { o in
        var told = before
        gossip(&told, n, o)
        return told == after
      }
    }
  }

  var onlyGossip: Formula<State> { step { before, after in isGossip(before, after) } }
  var convergence: Formula<State> { always(eventually(now { s in s.hasConverged })) }

  var properties: Properties<State> {
    Always("nobody knows more than the node itself") { s in
      Node.all.allSatisfy { n in Node.all.allSatisfy { o in s.counter[n][n] >= s.counter[o][n] } }
    }
    if !reduces {
      Step("monotonicity") { before, after in
        Node.all.allSatisfy { n in Node.all.allSatisfy { o in after.counter[n][o] >= before.counter[n][o] } }
      }
    }
    if assumesEnd {
      Temporal("convergence", eventually(always(onlyGossip)) ==> convergence)
    } else {
      Temporal("convergence", convergence)
    }
  }

  static var models: Models {
    Model("three nodes", CRDTCounter<3>()).expects(.holds, distinctStates: 25_000, depth: 16)
    Model("counters that only grow", CRDTCounter<3>(reduces: false))
    Model("increments without end", CRDTCounter<3>(assumesEnd: false)).expects(.violates("convergence"))
    Model("no gossip", CRDTCounter<2>()).fairness(.none, of: "Gossip").expects(.violates("convergence"))
    // Gossip that tells nothing new is no progress, so it is enough that somebody tells somebody something.
    Model("fair to nobody in particular", CRDTCounter<3>()).fairness(.weak, of: "Gossip")
    Model("the latest news", CRDTCounter<3>(keepsGreater: false))
      .expects(.violates("nobody knows more than the node itself"))
  }
}
