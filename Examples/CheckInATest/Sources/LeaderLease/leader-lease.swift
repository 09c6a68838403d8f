import DistCheck

/// A leader by lease: who holds an unexpired lease believes to be the leader.
///
/// Gray, Cheriton, "Leases: An Efficient Fault-Tolerant Mechanism for Distributed File Cache Consistency", 1989.
/// The store grants a lease when the last one has expired by its own clock. Clocks drift apart by at most `drift` ticks;
/// a holder that stops `drift` ticks early is safe, and one that does not is not.
struct LeaderLease<let nodes: Int>: Specification {
  /// How far a node's clock can be behind the store's.
  var drift = 1
  /// How much earlier than its lease says a holder stops.
  var margin = 1

  enum Kind {}
  typealias Node = ID<Kind, nodes>
  typealias Time = Bounded<0, 8>

  struct State: BitwiseCopyable {
    /// The store's clock, and those of the nodes.
    var clock: Time = 0
    var nodeClock = Node.Map<Time>(0)
    /// When the latest lease ends by the store's clock.
    var expiry: Time = 0
    /// When a node's lease ends by its own clock; 0 for none.
    var lease = Node.Map<Time>(0)
  }

  var initial: Initial<State> { State() }

  var actions: Actions<State> {
    Action("Tick") { s in
      s.clock < 5
    } then: { s in
      s.clock += 1
      for node in Node.all where s.nodeClock[node].value < s.clock.value - drift { s.nodeClock[node] += 1 }
    }
    Action("NodeTick", for: Node.self) { s, node in
      s.nodeClock[node] < s.clock
    } then: { s, node in
      s.nodeClock[node] += 1
    }
    Action("Grant", for: Node.self) { s, _ in
      s.clock >= s.expiry
    } then: { s, node in
      s.expiry = s.clock + 3
      s.lease[node] = s.clock + 3
    }
  }

  var properties: Properties<State> {
    Always("one leader") { s in Node.all.count { leads($0, s) } <= 1 }
    Sometimes("a node leads") { s in Node.all.contains { leads($0, s) } }
  }

  func leads(_ node: Node, _ s: State) -> Bool { s.nodeClock[node].value < s.lease[node].value - margin }

  func mayStop(_ s: State) -> Bool { s.clock == 5 }

  static var models: Models {
    Model("two nodes", LeaderLease<2>())
    Model("no margin", LeaderLease<2>(margin: 0)).expects(.violates("one leader"))
  }
}
