extension BuchiAutomaton {
  /// Gives every transition that leaves its component the same marks.
  ///
  /// A run takes them finitely often, so that any marks are right; which ones are best depends on what comes next.
  mutating func markBridges(_ marks: UInt64) {
    let components = Components(states)
    for state in states.indices {
      for place in states[state].indices where components.of[states[state][place].target] != components.of[state] {
        states[state][place].marks = marks
      }
    }
  }

  /// Uses as few marks as the most demanding component needs, and none in components that are not accepting.
  ///
  /// In a component, a mark is superfluous when all transitions have it, or when another is on no transition without
  /// it. Components share the numbers of marks, since a run ends in one of them.
  mutating func reduceMarks() {
    let components = Components(states)
    let all = allMarks
    var needed = [[UInt64]](repeating: [], count: components.count)
    var isRejecting = false
    for component in 0..<components.count {
      if components.isAccepting(component, all) {
        needed[component] = neededMarks(component, components)
      } else if components.isCyclic[component] {
        isRejecting = true
      }
    }
    markCount = max(needed.map(\.count).max() ?? 0, isRejecting ? 1 : 0)
    for state in states.indices {
      let component = components.of[state]
      let bits = needed[component]
      for place in states[state].indices {
        let transition = states[state][place]
        guard components.of[transition.target] == component, components.isAccepting(component, all) else {
          states[state][place].marks = 0
          continue
        }
        var marks = allMarks & ~Self.mask(bits.count)
        for (number, bit) in bits.enumerated() where transition.marks & bit != 0 { marks |= 1 << UInt64(number) }
        states[state][place].marks = marks
      }
    }
  }

  private func neededMarks(_ component: Int, _ components: Components) -> [UInt64] {
    var kinds: Set<UInt64> = []
    for state in states.indices where components.of[state] == component {
      for transition in states[state] where components.of[transition.target] == component {
        kinds.insert(transition.marks)
      }
    }
    var needed = (0..<markCount).map { 1 << UInt64($0) as UInt64 }
    needed.removeAll { bit in kinds.allSatisfy { $0 & bit != 0 } }
    var place = 0
    while place < needed.count {
      let bit = needed[place]
      let isImplied = needed.contains { other in
        other != bit && kinds.allSatisfy { $0 & other == 0 || $0 & bit != 0 }
      }
      if isImplied { needed.remove(at: place) } else { place += 1 }
    }
    return needed
  }
}
