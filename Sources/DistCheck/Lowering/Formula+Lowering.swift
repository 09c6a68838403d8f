import DistCheckEngine

extension Formula {
  /// The formula of a property over predicates, with the actions that it names found among those of the specification.
  func lowered(
    of property: String, at location: SourceLocation, _ actions: [ActionTable], _ layout: Layout
  ) throws(SpecificationError) -> TemporalProperty {
    func refused(_ reason: String) -> SpecificationError { .formula(property, location, reason: reason) }
    var predicates: [TemporalProperty.Atom] = []
    for atom in atoms {
      switch atom.content {
      case .predicate(let predicate): predicates.append(predicate)
      case .action(let name, let relation, let arguments):
        guard let action = actions.first(where: { $0.name == name }) else {
          throw refused("\"\(name)\" is no action")
        }
        for (number, argument) in arguments.enumerated() {
          guard number < action.parameterTypes.count else {
            throw refused("action \(name) has \(action.parameterTypes.count) parameters, not \(arguments.count)")
          }
          guard action.parameterTypes[number] == argument.type else {
            throw refused(
              "parameter \(number) of action \(name) is \(action.parameterTypes[number]), not \(argument.type)")
          }
        }
        let ordinals = arguments.map(\.ordinal)
        predicates.append(relation == .enabled ? action.enabledAtom(ordinals) : action.takenAtom(ordinals, in: layout))
      }
    }
    return TemporalProperty(formula: formula, atoms: predicates, triggers: triggers)
  }
}
