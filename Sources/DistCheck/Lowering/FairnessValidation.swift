import DistCheckEngine

enum FairnessLimits {
  /// Conditions that fairness of each instance can stand for.
  static let mostInstances = 1 << 20
}

extension TransitionSystem {
  /// - Throws: Where fairness is for each value of a parameter that the action does not have, of more instances than can
  ///   be told apart, or of a group of actions that are not alike.
  func validateFairness() throws(SpecificationError) {
    var groups: [String: ActionTable] = [:]
    for action in actions where action.fairness.strength != nil {
      if case .each(let parameters) = action.fairness.scope {
        if let missing = parameters.first(where: { !(0..<action.identity.parameterCount).contains($0) }) {
          throw .noSuchParameter(action.name, missing)
        }
        try validateInstanceCount(action)
      }
      guard let group = action.fairness.group else { continue }
      if let first = groups[group] {
        if let reason = action.reasonNotTogether(with: first) {
          let actions = [first, action].map { "\($0.name) (line \($0.location.line), \($0.fairness))" }
          throw .group(group, actions: actions.joined(separator: " and "), reason: reason, action.location)
        }
      } else {
        groups[group] = action
      }
    }
  }

  private func validateInstanceCount(_ action: ActionTable) throws(SpecificationError) {
    guard case .ordinals(_, let counts) = action.identity else { return }
    var isTooLarge = false
    do {
      try catchingFaults {
        var product = 1
        for count in counts() {
          let (result, overflow) = product.multipliedReportingOverflow(by: count)
          product = result
          if overflow || result > FairnessLimits.mostInstances { isTooLarge = true }
        }
      }
    } catch { throw .typeFault(type: "a parameter of action \(action.name)", error) }
    if isTooLarge { throw .tooManyInstances(action.name, action.location) }
  }
}

extension ActionTable {
  /// Why fairness of a group is not said of two actions together; nil where it is: then it is of the same strength, and of
  /// both as a whole or of each value of parameters of the same types.
  fileprivate func reasonNotTogether(with other: ActionTable) -> String? {
    if fairness.strength != other.fairness.strength { return "weak and strong fairness are different assumptions" }
    switch (chosenTypes, other.chosenTypes) {
    case (nil, nil): return nil
    case (let own?, let others?):
      return own.elementsEqual(others, by: ==) ? nil : "\(Self.list(others)) and \(Self.list(own)) are not the same"
    default: return "fairness of each instance and of the action as a whole are different assumptions"
    }
  }

  /// The types of the parameters that tell instances apart; nil where the action is fair as a whole.
  private var chosenTypes: [Any.Type]? {
    guard case .each(let parameters) = fairness.scope else { return nil }
    return parameters.isEmpty ? parameterTypes : parameters.map { parameterTypes[$0] }
  }

  private static func list(_ types: [Any.Type]) -> String {
    types.isEmpty ? "no parameter" : types.map { "\($0)" }.joined(separator: ", ")
  }
}
