/// An execution by its choices alone: where it begins, and which instance of which action it takes at each step.
struct Path: Equatable {
  struct Choice: Equatable {
    var action: Int
    var ordinal: Int
  }
  var initial: Int
  var choices: [Choice]

  func dropLast() -> Path { Path(initial: initial, choices: choices.dropLast()) }
}

extension BreadthFirstSearch {
  /// A shortest path to a position, recomputed: for each level, from the last to the first, the states of the level
  /// before are expanded in order until one leads to the state that is sought.
  ///
  /// Takes at most about as long as the search itself, and no memory.
  func path(to position: Position) -> Path {
    switch position {
    case .initial(let index): Path(initial: index, choices: [])
    case .stored(let index): path(toStored: index)
    case .successor(let source, let action, let ordinal):
      path(toStored: source, then: Path.Choice(action: action, ordinal: ordinal))
    }
  }

  private func path(toStored index: Int, then last: Path.Choice? = nil) -> Path {
    var choices: [Path.Choice] = last.map { [$0] } ?? []
    var index = index
    var level = levels.lastIndex { $0 <= index }!
    let width = expander.packing.width
    var state = [UInt64](repeating: 0, count: expander.packing.stateWords)
    var packed = [UInt64](repeating: 0, count: width)
    let scan = SuccessorScan(expander.system)
    defer { scan.deallocate() }
    while level > 0 {
      let target = expander.visited[index]
      var predecessor: (index: Int, choice: Path.Choice)?
      for source in levels[level - 1]..<levels[level] where predecessor == nil {
        expander.packing.unpack(expander.visited[source], into: &state)
        scan.forEachSuccessor(of: state) { choice, successor in
          expander.packing.pack(successor, into: &packed)
          guard (0..<width).allSatisfy({ packed[$0] == target[$0] }) else { return true }
          predecessor = (source, choice)
          return false
        }
      }
      guard let predecessor else { preconditionFailure("a stored state has no predecessor") }
      choices.append(predecessor.choice)
      index = predecessor.index
      level -= 1
    }
    let first = (0..<width).map { expander.visited[index][$0] }
    let initial = expander.system.initialStates.firstIndex { expander.packing.pack($0) == first }!
    return Path(initial: initial, choices: choices.reversed())
  }
}

/// Goes through the successors of single states, where speed does not matter.
struct SuccessorScan {
  private let system: TransitionSystem
  private let words: Int
  private let capacity = 64
  private let successors: UnsafeMutablePointer<UInt64>
  private let ordinals: UnsafeMutablePointer<UInt32>

  init(_ system: TransitionSystem) {
    self.system = system
    words = system.layout.words
    successors = .allocate(capacity: capacity * words)
    successors.initialize(repeating: 0, count: capacity * words)
    ordinals = .allocate(capacity: capacity)
  }

  func deallocate() {
    successors.deallocate()
    ordinals.deallocate()
  }

  /// Calls the body with each successor, in the order of exploration, until it returns false.
  func forEachSuccessor(of state: [UInt64], _ body: (Path.Choice, UnsafePointer<UInt64>) -> Bool) {
    for action in system.actions.indices {
      var next = 0
      repeat {
        var buffer = SuccessorBuffer(
          next: successors, room: capacity, stride: words * 8, ordinals: ordinals)
        next = system.actions[action].expand(state, &buffer, next, Int.max)
        for k in 0..<(capacity - buffer.room) {
          let choice = Path.Choice(action: action, ordinal: Int(ordinals[k]))
          if !body(choice, successors + k * words) { return }
        }
      } while next >= 0
    }
  }

  /// The successor under one instance of one action, or nil when that is not enabled.
  func successor(of state: [UInt64], _ choice: Path.Choice) -> [UInt64]? {
    var buffer = SuccessorBuffer(next: successors, room: 1, stride: words * 8, ordinals: ordinals)
    _ = system.actions[choice.action].expand(state, &buffer, choice.ordinal, choice.ordinal + 1)
    guard buffer.room == 0 else { return nil }
    return Array(UnsafeBufferPointer(start: successors, count: words))
  }
}
