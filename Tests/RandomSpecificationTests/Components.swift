/// The strongly connected components of a part of a graph. (Tarjan, "Depth-first search and linear graph algorithms",
/// 1972, with a stack of its own.)
struct Components {
  /// Those with a cycle.
  private(set) var cyclic: [[Int]] = []

  init(_ nodes: Set<Int>, _ successors: (Int) -> [Int]) {
    var index: [Int: Int] = [:]
    var low: [Int: Int] = [:]
    var isOpen: Set<Int> = []
    var open: [Int] = []
    for root in nodes.sorted() where index[root] == nil {
      var calls: [(node: Int, next: [Int])] = []
      func enter(_ node: Int) {
        index[node] = index.count
        low[node] = index[node]
        open.append(node)
        isOpen.insert(node)
        calls.append((node, successors(node).filter { nodes.contains($0) }))
      }
      enter(root)
      while let (node, next) = calls.last {
        if let successor = next.last {
          calls[calls.count - 1].next.removeLast()
          if index[successor] == nil {
            enter(successor)
          } else if isOpen.contains(successor) {
            low[node] = min(low[node]!, index[successor]!)
          }
          continue
        }
        calls.removeLast()
        if let parent = calls.last?.node { low[parent] = min(low[parent]!, low[node]!) }
        guard low[node] == index[node] else { continue }
        var component: [Int] = []
        repeat {
          component.append(open.removeLast())
          isOpen.remove(component[component.count - 1])
        } while component[component.count - 1] != node
        if component.count > 1 || successors(node).contains(node) { cyclic.append(component) }
      }
    }
  }
}
