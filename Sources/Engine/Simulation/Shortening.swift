internal import CDistCheckEngine

/// Makes an execution that ends with something wrong shorter: cuts loops, leaves out steps, looks for short cuts.
///
/// Leaving out steps is delta debugging (Zeller, Hildebrandt, Simplifying and Isolating Failure-Inducing Input, 2002).
/// The steps that remain are taken again by action and arguments, and those that are no longer enabled are left out, too.
/// Short cuts are searched breadth-first, from each state on the way and from the initial state.
///
/// What it may do is counted in states expanded, not in time, so that the result is always the same; the time limit is
/// only there for specifications that are very slow. The result is not a shortest execution, but often is.
struct Shortening {
  /// States that may be expanded.
  private static let budget = 150_000
  private static let windowBudget = 1_000
  private static let timeLimit = Duration.seconds(2)

  private let system: TransitionSystem
  private let expansion: GoalExpansion
  private let packing: Packing
  private let work = UnsafeMutablePointer<Int>.allocate(capacity: 1)
  private let deadline = ContinuousClock.now + Self.timeLimit

  init(_ system: TransitionSystem, _ goal: ExecutionGoal) {
    self.system = system
    expansion = GoalExpansion(system, goal)
    packing = system.packing
    work.initialize(to: Self.budget)
  }

  /// Something enabled on the way, recognised where its ordinal is another.
  private struct Step {
    var choice: Path.Choice
    var arguments: [Value]
  }

  /// The states up to the one whose expansion reaches the goal, and the steps between them.
  private struct Way {
    var initial: Int
    var states: [[UInt64]]
    var steps: [Step]
    var last: Path.Choice?
  }

  private var isOver: Bool { work.pointee <= 0 || ContinuousClock.now > deadline || ce_interrupted() }

  /// A shorter execution to the same goal; nil when none was found.
  func shortened(_ execution: Execution) -> Execution? {
    defer {
      expansion.deallocate()
      work.deallocate()
    }
    guard execution.length > 1, var way = replay(execution) else { return nil }
    cutLoops(&way)
    leaveOutSteps(&way)
    takeShortCuts(&way)
    if let shortest = shortCut(from: 0, on: way, budget: work.pointee) { way = shortest }
    var shorter = Execution(
      goal: execution.goal, path: Path(initial: way.initial, choices: way.steps.map(\.choice)), last: way.last,
      failing: nil)
    if case .fault(.action(let action), let fault) = execution.goal { shorter.locate(action, fault, in: system) }
    return shorter.length < execution.length && isReal(shorter) ? shorter : nil
  }

  /// Takes the execution again, up to where it reaches the goal. Nil when it does not.
  private func replay(_ execution: Execution) -> Way? {
    walk(execution.path.choices, from: execution.path.initial) { choice, state in
      guard let next = expansion.successor(choice) else { return .ends }
      return .takes(
        Step(choice: choice, arguments: system.actions[choice.action].arguments(state, choice.ordinal)), next)
    }
  }

  private enum Move {
    case takes(Step, [UInt64])
    case leavesOut
    case ends
  }

  /// Goes on from state to state, as each of the moves says, until the goal is reached. Nil when it is not.
  private func walk<Item>(_ items: [Item], from initial: Int, _ move: (Item, [UInt64]) -> Move) -> Way? {
    var way = Way(initial: initial, states: [system.initialStates[initial]], steps: [])
    /// Whether the goal is reached here; nil where something else is wrong.
    func arrives() -> Bool? {
      switch expansion.expand(way.states.last!) {
      case .goal(let last):
        way.last = last
        return true
      case .failed: return nil
      case .successors: return false
      }
    }
    for item in items {
      guard let isThere = arrives() else { return nil }
      if isThere { return way }
      switch move(item, way.states.last!) {
      case .takes(let step, let next):
        way.steps.append(step)
        way.states.append(next)
      case .leavesOut: break
      case .ends: return nil
      }
    }
    return arrives() == true ? way : nil
  }

  /// Whether it can be taken again, and ends with the same thing.
  private func isReal(_ execution: Execution) -> Bool {
    guard let way = replay(execution), way.steps.count == execution.path.choices.count else { return false }
    var path = execution.path
    if let last = execution.last { path.choices.append(last) }
    return way.last == execution.last && (try? Trace(path, of: system, failing: execution.failing)) != nil
  }

  // MARK: Loops

  private func cutLoops(_ way: inout Way) {
    var places: [[UInt64]: Int] = [:]
    for (place, state) in way.states.enumerated() { places[packing.pack(state)] = place }
    var states: [[UInt64]] = []
    var steps: [Step] = []
    var place = 0
    while true {
      place = places[packing.pack(way.states[place])]!
      states.append(way.states[place])
      if place == way.states.count - 1 { break }
      steps.append(way.steps[place])
      place += 1
    }
    way.states = states
    way.steps = steps
  }

  // MARK: Leaving out steps

  private func leaveOutSteps(_ way: inout Way) {
    var size = max(1, way.steps.count / 2)
    while !isOver && !way.steps.isEmpty {
      let before = way.steps.count
      var first = 0
      while first < way.steps.count && !isOver {
        var steps = way.steps
        steps.removeSubrange(first..<min(first + size, steps.count))
        if let shorter = follow(steps, from: way.initial), shorter.steps.count < way.steps.count {
          way = shorter
        } else {
          first += size
        }
      }
      if size > 1 { size /= 2 } else if way.steps.count == before { return }
      size = min(size, max(1, way.steps.count))
    }
  }

  /// Takes those of the steps that can be taken, until the goal is reached.
  private func follow(_ steps: [Step], from initial: Int) -> Way? {
    walk(steps, from: initial) { step, state in
      if isOver { return .ends }
      work.pointee -= 1
      guard let (choice, next) = expansion.successor(of: state, action: step.choice.action, arguments: step.arguments)
      else { return .leavesOut }
      return .takes(Step(choice: choice, arguments: step.arguments), next)
    }
  }

  // MARK: Short cuts

  private func takeShortCuts(_ way: inout Way) {
    var place = 0
    while place + 1 < way.states.count && work.pointee > Self.budget / 2 && !isOver {
      if let shorter = shortCut(from: place, on: way, budget: Self.windowBudget) { way = shorter } else { place += 1 }
    }
  }

  /// Searches from a state on the way for the goal, and for later states on the way, and takes what saves most.
  private func shortCut(from place: Int, on way: Way, budget: Int) -> Way? {
    var later: [UInt64: Int] = [:]
    for (place, state) in way.states.enumerated() { later[key(packing.pack(state))] = place }
    var nodes: [(parent: Int, choice: Path.Choice)] = [(-1, Path.Choice(action: 0, ordinal: 0))]
    var packed: [UInt64] = packing.pack(way.states[place])
    var seen: Set<UInt64> = [key(packed)]
    var best: (saving: Int, node: Int, joins: Int)?
    var depths = [0]
    var node = 0
    let width = packing.width
    while node < nodes.count && node < budget && !isOver {
      work.pointee -= 1
      let depth = depths[node]
      // Nothing that is found from here on can save more.
      if depth >= way.states.count - 1 - place - (best?.saving ?? 0) { break }
      let state = packing.unpack(Array(packed[node * width..<(node + 1) * width]))
      switch expansion.expand(state) {
      case .failed: break
      case .goal(let last): return join(way, place, nodes, node, last: last)
      case .successors:
        expansion.forEachSuccessor { choice, successor in
          let words = packing.pack(successor)
          let key = key(words)
          guard seen.insert(key).inserted else { return }
          nodes.append((node, choice))
          depths.append(depth + 1)
          packed += words
          if let joined = later[key] {
            let saving = joined - place - (depth + 1)
            if saving > best?.saving ?? 0 { best = (saving, nodes.count - 1, joined) }
          }
        }
      }
      node += 1
    }
    guard let best else { return nil }
    return join(way, place, nodes, best.node, rest: way.steps[best.joins...])
  }

  private func key(_ packed: [UInt64]) -> UInt64 { hash(packed, width: packing.width) }

  /// The way up to a place, then the path to a node, then the rest of the way or the step to the goal.
  private func join(
    _ way: Way, _ place: Int, _ nodes: [(parent: Int, choice: Path.Choice)], _ node: Int,
    rest: ArraySlice<Step> = [], last: Path.Choice? = nil
  ) -> Way? {
    var choices: [Path.Choice] = []
    var node = node
    while node > 0 {
      choices.append(nodes[node].choice)
      node = nodes[node].parent
    }
    let path = Path(
      initial: way.initial, choices: way.steps[..<place].map(\.choice) + choices.reversed() + rest.map(\.choice))
    guard path.choices.count < way.steps.count else { return nil }
    return replay(Execution(goal: expansion.goal, path: path, last: last ?? way.last, failing: nil))
  }
}
