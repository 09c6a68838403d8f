import DistCheckTemporal

@testable import DistCheckEngine

extension LivenessGraph {
  /// The graph of a system whose only property is a temporal one, by exploring it state by state.
  ///
  /// Instances that are each fair are told apart by their arguments.
  init(_ system: TransitionSystem) {
    let packing = system.packing
    let scan = SuccessorScan(system)
    defer { scan.deallocate() }
    var numbers: [[UInt64]: Int] = [:]
    var states: [[UInt64]] = []
    var conditions: [String: Int] = [:]
    var strengths: [Fairness.Strength?] = []
    func number(_ state: [UInt64]) -> Int? {
      let packed = packing.pack(state)
      if let known = numbers[packed] { return known }
      guard system.isWithinConstraint(state) else { return nil }
      numbers[packed] = states.count
      states.append(state)
      return states.count - 1
    }
    initial = system.initialStates.compactMap { number($0) }
    edges = []
    var actions: [String] = []
    while edges.count < states.count {
      let state = states[edges.count]
      var mine: [Edge] = []
      scan.forEachSuccessor(of: state) { choice, successor in
        let words = Array(UnsafeBufferPointer(start: successor, count: packing.stateWords))
        guard packing.pack(words) != packing.pack(state) else { return true }
        let action = system.actions[choice.action]
        var condition: Int?
        if let strength = action.fairness.strength, action.isFair?(state, choice.ordinal) ?? true {
          var key = action.name
          if case .each = action.fairness.scope { key += "\(action.arguments(state, choice.ordinal))" }
          condition = conditions[key] ?? strengths.count
          if conditions[key] == nil {
            conditions[key] = strengths.count
            strengths.append(strength)
            actions.append(action.name)
          }
        }
        mine.append(Edge(target: number(words), condition: condition))
        return true
      }
      edges.append(mine)
    }
    self.strengths = strengths
    self.actions = actions
    guard case .temporal(let property) = system.properties[0].predicate else { fatalError("no temporal property") }
    let all = states
    letter = { before, after in property.letter(all[before], all[after]) }
  }
}
