extension BuchiAutomaton {
  /// Whether the automaton accepts the word that begins with `stem` and repeats `loop` for ever.
  public func accepts(stem: [UInt64], loop: [UInt64]) -> Bool {
    precondition(!loop.isEmpty, "a lasso has a loop")
    let word = stem + loop
    var starts: [Int] = []
    for position in entersAnywhere ? word.indices : 0..<1 {
      for entry in entries where entry.admits(word[position]) { starts.append(position * states.count + entry.state) }
    }
    return accepts(word, restart: stem.count, from: starts)
  }

  /// Whether the word `letter^ω` is accepted from a state.
  public func accepts(constant letter: UInt64, from state: Int) -> Bool {
    accepts([letter], restart: 0, from: [state])
  }

  /// Searches the product with a lasso for a cycle with all marks; its nodes are `position * states.count + state`.
  private func accepts(_ word: [UInt64], restart: Int, from starts: [Int]) -> Bool {
    var product = [[Transition]](repeating: [], count: word.count * states.count)
    var isFound = [Bool](repeating: false, count: product.count)
    var open: [Int] = []
    func find(_ node: Int) {
      if isFound[node] { return }
      isFound[node] = true
      open.append(node)
    }
    for start in starts { find(start) }
    while let node = open.popLast() {
      let (position, state) = node.quotientAndRemainder(dividingBy: states.count)
      let successor = position + 1 < word.count ? position + 1 : restart
      for transition in states[state] where transition.admits(word[position]) {
        let target = successor * states.count + transition.target
        product[node].append(Transition(target: target, cube: .all, marks: transition.marks))
        find(target)
      }
    }
    let components = Components(product)
    return (0..<components.count).contains { components.isAccepting($0, allMarks) }
  }
}
