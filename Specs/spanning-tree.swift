import DistCheck

/// A spanning tree of a graph: nodes come closer and closer to the root, always by way of the neighbour that they take for
/// their parent.
///
/// Lamport's modules `SpanTree` and `SpanTreeTest`, 2019; names as there. They are what a distributed algorithm, in which
/// nodes tell their neighbours how far they are, is to implement. It is checked for all graphs with so many nodes.
///
/// Assumed: a node reads its neighbours' distances at once. Nothing has to be bounded: no distance is infinite.
struct SpanningTree<let nodes: Int, let infinity: Int>: Specification {
  enum Vertex {}
  typealias Node = ID<Vertex, nodes>
  /// `infinity`, the module's `MaxCardinality`, says that no path to the root is known.
  typealias Distance = Bounded<0, infinity>

  /// Whether each step brings a node closer to the root.
  var comesCloser = true

  struct State: BitwiseCopyable {
    /// The graph: the neighbours of each node.
    var nbrs: Node.Map<Node.Set>
    /// The parent of each node; the node itself where there is none.
    var mom = Node.Map<Node> { n in n }
    var dist = Node.Map<Distance> { n in n == 0 ? 0 : .max }

    /// Whether `mom` is a spanning tree of what is connected to the root.
    var postCondition: Bool {
      Node.all.allSatisfy { n in
        if n == 0 { return dist[n] == 0 && mom[n] == n }
        if dist[n] == .max { return mom[n] == n && nbrs[n].allSatisfy { m in dist[m] == .max } }
        return nbrs[n].contains(mom[n]) && dist[n] == dist[mom[n]] + 1
      }
    }
  }

  var assumptions: Assumptions {
    Assume("no path is as long as infinity") { nodes <= infinity }
  }

  /// Pairs of nodes are numbered 0-1, 0-2, 1-2, 0-3, …; a graph is a set of such numbers, bit by bit.
  var initial: Initial<State> {
    for graph in 0..<(1 << (nodes * (nodes - 1) / 2)) {
      State(
        nbrs: Node.Map { n in
          Node.Set { m in
            let (low, high) = (min(m.index, n.index), max(m.index, n.index))
            return low < high && graph >> (high * (high - 1) / 2 + low) & 1 == 1
          }
        })
    }
  }

  var actions: Actions<State> {
    // Node n learns of a path of length d, through m. It need not be the shortest: m's distance may be an old one.
    Action("Next", for: Node.self, Node.self, Distance.self, fairness: .weak) { s, n, m, d in
      s.nbrs[n].contains(m) && s.dist[m] < d && (d < s.dist[n] || d == s.dist[n] && !comesCloser)
    } then: { s, n, m, d in
      s.dist[n] = d
      s.mom[n] = m
    }
  }

  var properties: Properties<State> {
    Eventually("spanning tree") { s in s.postCondition }
    EventuallyAlways("spanning tree for ever") { s in s.postCondition }
  }

  /// The algorithm has come to its end, and the tree has to be there.
  func mayStop(_ s: State) -> Bool { s.postCondition }

  static var models: Models {
    Model("graphs of four nodes", SpanningTree<4, 5>())
      .expects(.holds, distinctStates: 3_984, generatedStates: 21_784, depth: 4)
    Model("nobody has to listen", SpanningTree<3, 3>()).fairness(.none).expects(.violates("spanning tree"))
    Model("no closer", SpanningTree<4, 5>(comesCloser: false)).expects(.violates("spanning tree"))
  }
}
