internal import CDistCheckEngine

/// Writes behaviours of a specification down, step by step: random ones, and a set of them that takes every transition of a
/// small model.
public final class BehaviourWriter {
  public struct Step {
    /// nil for the beginning.
    public var action: String?
    public var arguments: [Value]
    /// Parts of the state that are others than before, and what they are then; at the beginning all parts.
    public var changes: [(path: String, text: String)]
  }

  private let system: TransitionSystem
  private let scan: SuccessorScan
  private var random: RandomSource

  /// - Parameter seed: The same seed makes the same behaviours.
  public init(_ system: TransitionSystem, seed: Int) {
    self.system = system
    scan = SuccessorScan(system)
    random = RandomSource(seed: seed, walk: 0)
  }

  deinit { scan.deallocate() }

  private final class Choices { var list: [(choice: Path.Choice, state: [UInt64])] = [] }

  private func successors(of state: [UInt64]) throws(SpecificationFault) -> [(choice: Path.Choice, state: [UInt64])] {
    let found = Choices()
    try catchingFaults { [scan] in
      scan.forEachSuccessor(of: state) { choice, successor in
        found.list.append((choice, Array(UnsafeBufferPointer(start: successor, count: state.count))))
        return true
      }
    }
    return found.list.map { ($0.choice, system.canonical($0.state)) }
  }

  private func beginning(_ state: [UInt64]) -> Step {
    Step(action: nil, arguments: [], changes: system.layout.value(at: state).lines())
  }

  private func step(from before: [UInt64], _ choice: Path.Choice, to after: [UInt64]) -> Step {
    let (old, new) = (system.layout.value(at: before).lines(), system.layout.value(at: after).lines())
    let action = system.actions[choice.action]
    // The lines of two states are those of one type.
    let changes = zip(old, new).filter { $0.text != $1.text }.map(\.1)
    return Step(action: action.name, arguments: action.arguments(before, choice.ordinal), changes: changes)
  }

  // MARK: Random behaviours

  /// A random behaviour of so many steps, or fewer where it comes to an end. It stays within the state constraint.
  public func walk(length: Int) throws(SpecificationFault) -> [Step] {
    var state = system.initialStates[random.below(system.initialStates.count)]
    var steps = [beginning(state)]
    while steps.count <= length {
      let next = try successors(of: state).filter { step in evaluating { system.isWithinConstraint(step.state) } }
      if next.isEmpty { break }
      let (choice, after) = next[random.below(next.count)]
      steps.append(step(from: state, choice, to: after))
      state = after
    }
    return steps
  }

  /// A random number below a count.
  public func below(_ count: Int) -> Int { random.below(count) }

  // MARK: Tours

  /// Behaviours that together take every transition that can be reached at least once; nil where there are more states than
  /// the limit.
  ///
  /// From each state the next transition that was not taken is taken, and where there is none, a shortest way to one. A
  /// behaviour ends where no such transition can be reached any more. (Aho, Dahbura, Lee, Uyar 1991 make a shortest tour
  /// where the graph is strongly connected; those of protocols seldom are.)
  public func tour(limit: Int) throws(SpecificationFault) -> [[Step]]? {
    guard let graph = try explore(limit: limit) else { return nil }
    var rest = graph.edges
    var left = graph.edges.reduce(0) { $0 + $1.count }
    var tours: [[Step]] = []
    for initial in graph.initial {
      // Each behaviour takes at least one transition that is new.
      while left > 0, let first = way(from: initial, graph, rest) {
        var node = initial
        var steps = [beginning(graph.states[initial])]
        var pending = first
        while true {
          for edge in pending {
            steps.append(step(from: graph.states[node], edge.choice, to: graph.states[edge.target]))
            if let place = rest[node].firstIndex(where: { $0.choice == edge.choice }) {
              rest[node].remove(at: place)
              left -= 1
            }
            node = edge.target
          }
          guard left > 0, let more = way(from: node, graph, rest) else { break }
          pending = more
        }
        tours.append(steps)
      }
    }
    return tours
  }

  private struct Edge {
    var choice: Path.Choice
    var target: Int
  }

  private struct Graph {
    var states: [[UInt64]] = []
    var edges: [[Edge]] = []
    var initial: [Int] = []
  }

  private func explore(limit: Int) throws(SpecificationFault) -> Graph? {
    var graph = Graph()
    var numbers: [[UInt64]: Int] = [:]
    func number(_ state: [UInt64]) -> Int {
      if let number = numbers[state] { return number }
      numbers[state] = graph.states.count
      graph.states.append(state)
      graph.edges.append([])
      return graph.states.count - 1
    }
    for state in system.initialStates {
      let node = number(state)
      if !graph.initial.contains(node) { graph.initial.append(node) }
    }
    var node = 0
    while node < graph.states.count {
      guard graph.states.count <= limit else { return nil }
      if evaluating({ system.isWithinConstraint(graph.states[node]) }) {
        for (choice, state) in try successors(of: graph.states[node]) {
          let target = number(state)
          graph.edges[node].append(Edge(choice: choice, target: target))
        }
      }
      node += 1
    }
    return graph
  }

  /// A shortest way that ends with a transition that was not taken yet; nil where there is none.
  private func way(from start: Int, _ graph: Graph, _ rest: [[Edge]]) -> [Edge]? {
    if let edge = rest[start].first { return [edge] }
    var origins: [Int: (node: Int, edge: Edge)] = [:]
    var queue = [start]
    var head = 0
    while head < queue.count {
      let node = queue[head]
      head += 1
      for edge in graph.edges[node] where edge.target != start && origins[edge.target] == nil {
        origins[edge.target] = (node, edge)
        guard let last = rest[edge.target].first else {
          queue.append(edge.target)
          continue
        }
        var way = [last]
        var node = edge.target
        while node != start, let origin = origins[node] {
          way.append(origin.edge)
          node = origin.node
        }
        return way.reversed()
      }
    }
    return nil
  }
}
