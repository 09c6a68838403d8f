import DistCheck

/// A token ring that stabilises itself: from whatever state, there is exactly one token from some time on.
///
/// Dijkstra, "Self-stabilizing Systems in Spite of Distributed Control", 1974 (EWD 426); actions and names as in the module
/// `TokenRing` by Kuppe and Demirbas.
///
/// Assumed: a node reads its predecessor's counter at once, whenever it acts. The number of values is bounded because the
/// algorithm computes modulo it; one less than there are nodes is enough.
struct TokenRing<let nodes: Int, let highest: Int>: Specification {
  enum Machine {}
  typealias Node = ID<Machine, nodes>
  typealias Counter = Bounded<0, highest>

  struct State: BitwiseCopyable {
    var c: Node.Map<Counter>

    /// Node 0 has a token when its counter is the one of its predecessor, others when it is not.
    func hasToken(_ i: Node) -> Bool { (c[i] == c[i.previous]) == (i == 0) }

    /// Whether the counters up to some node are that of node 0, and all others one behind.
    var uniqueToken: Bool {
      let behind = (c[0] + highest) % (highest + 1)
      let followers = Node.all.count { i in c[i] == c[0] }
      return Node.all.allSatisfy { i in c[i] == (i.index < followers ? c[0].value : behind) }
    }
  }

  /// All assignments of counters.
  var initial: Initial<State> {
    let values = highest + 1
    let powers = (0..<nodes).map { i in (0..<i).reduce(1) { power, _ in power * values } }
    for number in 0..<powers[nodes - 1] * values {
      State(c: Node.Map { i in Counter(number / powers[i.index] % values) })
    }
  }

  var actions: Actions<State> {
    Action("CreateToken", fairness: .weak.together("Next")) { s in
      s.hasToken(0)
    } then: { s in
      s.c[0] = Counter((s.c[0] + 1) % (highest + 1))
    }
    Action("PassToken", for: Node.self, fairness: .weak.together("Next")) { s, i in
      i != 0 && s.hasToken(i)
    } then: { s, i in
      s.c[i] = s.c[i.previous]
    }
  }

  var properties: Properties<State> {
    Always("there is a token") { s in Node.all.contains { i in s.hasToken(i) } }
    Always("unique token") { s in !s.uniqueToken || Node.all.count { i in s.hasToken(i) } == 1 }
    Step("unique for ever") { before, after in !before.uniqueToken || after.uniqueToken }
    EventuallyAlways("stabilises") { s in s.uniqueToken }
    for i in Node.all {
      AlwaysEventually("\(i.index) has the token again and again") { s in s.hasToken(i) }
    }
  }

  static var models: Models {
    Model("six nodes", TokenRing<6, 5>()).expects(.holds, distinctStates: 46_656, generatedStates: 248_832, depth: 1)
    Model("six nodes, five values", TokenRing<6, 4>())
    Model("six nodes, four values", TokenRing<6, 3>()).expects(.violates("stabilises"))
    Model("nobody has to move", TokenRing<4, 3>()).fairness(.none).expects(.violates("stabilises"))
  }
}
