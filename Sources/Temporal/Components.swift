/// The strongly connected components of a graph, numbered from the last ones up: no edge leads to a higher number.
///
/// Tarjan, "Depth-first search and linear graph algorithms", 1972, without recursion.
struct Components {
  /// The component of each node.
  var of: [Int]
  var count = 0
  /// Whether there is an edge inside the component.
  var isCyclic: [Bool] = []
  /// The marks on the edges inside the component.
  var marks: [UInt64] = []

  init(_ graph: [[BuchiAutomaton.Transition]]) {
    of = [Int](repeating: -1, count: graph.count)
    var order = [Int](repeating: 0, count: graph.count)
    var low = order
    var visited = 0
    var open: [Int] = []
    var path: [(node: Int, edge: Int)] = []
    for root in graph.indices where order[root] == 0 {
      path.append((root, 0))
      while let (node, edge) = path.last {
        if edge == 0 {
          visited += 1
          order[node] = visited
          low[node] = visited
          open.append(node)
        }
        if edge < graph[node].count {
          path[path.count - 1].edge += 1
          let target = graph[node][edge].target
          if order[target] == 0 {
            path.append((target, 0))
          } else if of[target] < 0 {
            low[node] = min(low[node], order[target])
          }
          continue
        }
        path.removeLast()
        if let parent = path.last?.node { low[parent] = min(low[parent], low[node]) }
        guard low[node] == order[node] else { continue }
        while true {
          let member = open.removeLast()
          of[member] = count
          if member == node { break }
        }
        count += 1
      }
    }
    isCyclic = [Bool](repeating: false, count: count)
    marks = [UInt64](repeating: 0, count: count)
    for (node, edges) in graph.enumerated() {
      for edge in edges where of[edge.target] == of[node] {
        isCyclic[of[node]] = true
        marks[of[node]] |= edge.marks
      }
    }
  }

  /// Whether the component has a cycle with all of the marks.
  func isAccepting(_ component: Int, _ all: UInt64) -> Bool { isCyclic[component] && marks[component] == all }
}
