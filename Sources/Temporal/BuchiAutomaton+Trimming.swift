extension BuchiAutomaton {
  /// Removes the states that no entry leads to, and those from which no accepting cycle can be reached.
  mutating func trim() {
    let components = Components(states)
    var isUseful = states.indices.map { components.isAccepting(components.of[$0], allMarks) }
    // From the last components up: a state is useful when it leads to a useful one.
    let order = states.indices.sorted { (components.of[$0], $0) < (components.of[$1], $1) }
    var first = 0
    while first < order.count {
      let component = components.of[order[first]]
      let members = order[first...].prefix { components.of[$0] == component }
      if members.contains(where: { states[$0].contains { isUseful[$0.target] } }) {
        for member in members { isUseful[member] = true }
      }
      first += members.count
    }
    for state in states.indices { states[state].removeAll { !isUseful[$0.target] } }
    entries.removeAll { !isUseful[$0.state] }
    renumber()
  }

  /// Numbers states in the order in which they are found breadth-first from the entries; drops the others.
  mutating func renumber() {
    var order: [Int] = []
    var numbers = [Int](repeating: -1, count: states.count)
    func number(_ state: Int) -> Int {
      if numbers[state] < 0 {
        numbers[state] = order.count
        order.append(state)
      }
      return numbers[state]
    }
    for place in entries.indices { entries[place].state = number(entries[place].state) }
    var renumbered: [[Transition]] = []
    while renumbered.count < order.count {
      renumbered.append(
        states[order[renumbered.count]].map { transition in
          var transition = transition
          transition.target = number(transition.target)
          return transition
        })
    }
    states = renumbered
  }

  /// Directs everything that leads to a state to its representative.
  mutating func redirect(_ representatives: [Int]) {
    for state in states.indices {
      for place in states[state].indices {
        states[state][place].target = representatives[states[state][place].target]
      }
    }
    for place in entries.indices { entries[place].state = representatives[entries[place].state] }
    entries = entries.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
