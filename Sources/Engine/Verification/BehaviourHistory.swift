/// How the states of a set were reached: a tree of steps, of which only the branches that lead to live states are kept.
///
/// A log can be endless, so there is a limit to the nodes. When it is reached, dead branches are dropped; if that is not
/// enough, the oldest steps are forgotten, and then there is no path from an initial state any more.
///
/// Adding a step takes constant time, amortised.
final class BehaviourHistory {
  struct Node {
    /// -1 for none: an initial state, or what was before it is forgotten.
    var parent: Int32
    /// -1 for an initial state.
    var action: Int32
    var ordinal: UInt32
    /// How many lines were read when the step was taken: it belongs to this one, or to those hidden before it.
    var line: UInt32
    /// Whether it left no line.
    var isHidden: Bool
  }

  /// Another way to a state that had been reached before.
  struct Edge {
    var child: Int32
    var parent: Int32
    var action: Int32
    var ordinal: UInt32
  }

  private(set) var nodes: [Node] = []
  /// Kept where all behaviours are to be drawn.
  private(set) var edges: [Edge] = []
  private let limit: Int

  init(limit: Int = 1 << 20) { self.limit = limit }

  func add(parent: Int32, _ choice: Path.Choice, line: Int, isHidden: Bool) -> Int32 {
    nodes.append(
      Node(
        parent: parent, action: Int32(choice.action), ordinal: UInt32(truncatingIfNeeded: choice.ordinal),
        line: UInt32(truncatingIfNeeded: line), isHidden: isHidden))
    return Int32(nodes.count - 1)
  }

  func addInitial(_ number: Int) -> Int32 {
    nodes.append(Node(parent: -1, action: -1, ordinal: UInt32(number), line: 0, isHidden: false))
    return Int32(nodes.count - 1)
  }

  func addEdge(to child: Int32, from parent: Int32, _ choice: Path.Choice) {
    // Where what came before is forgotten there is nothing to draw a way from.
    guard child >= 0, parent >= 0, edges.count < limit else { return }
    edges.append(
      Edge(
        child: child, parent: parent, action: Int32(choice.action),
        ordinal: UInt32(truncatingIfNeeded: choice.ordinal)))
  }

  var isFull: Bool { nodes.count >= limit }

  /// Keeps what leads to the states of some sets, and gives their nodes new numbers.
  func collect(_ sets: [StateSet]) {
    var isLive = [Bool](repeating: false, count: nodes.count)
    for set in sets {
      for index in 0..<set.count {
        var node = set.note(index).node
        while node >= 0, !isLive[Int(node)] {
          isLive[Int(node)] = true
          node = nodes[Int(node)].parent
        }
      }
    }
    // What is dead may not be enough. Children lie behind their parents, so the oldest come first.
    let live = isLive.count { $0 }
    var excess = max(0, live - limit / 2)
    var numbers = [Int32](repeating: -1, count: nodes.count)
    var kept: [Node] = []
    kept.reserveCapacity(live - excess)
    for index in nodes.indices where isLive[index] {
      if excess > 0 {
        excess -= 1
        continue
      }
      var node = nodes[index]
      if node.parent >= 0 { node.parent = numbers[Int(node.parent)] }
      numbers[index] = Int32(kept.count)
      kept.append(node)
    }
    nodes = kept
    edges = edges.compactMap { edge in
      let (child, parent) = (numbers[Int(edge.child)], numbers[Int(edge.parent)])
      return child < 0 || parent < 0
        ? nil : Edge(child: child, parent: parent, action: edge.action, ordinal: edge.ordinal)
    }
    for set in sets {
      for index in 0..<set.count {
        let node = set.note(index).node
        if node >= 0 { set.setNode(numbers[Int(node)], of: index) }
      }
    }
  }

  /// The steps that lead to a node, the first one first.
  func steps(to node: Int32) -> [Node] {
    var steps: [Node] = []
    var node = node
    while node >= 0 {
      steps.append(nodes[Int(node)])
      node = nodes[Int(node)].parent
    }
    return steps.reversed()
  }
}
