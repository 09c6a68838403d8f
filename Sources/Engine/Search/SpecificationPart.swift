/// Something that a specification says, which is evaluated in a state.
enum SpecificationPart: Equatable {
  case action(Int)
  case property(Int)
  case constraint
  case mayStop

  /// `action Up`, `property "calm"`.
  func name(in system: TransitionSystem) -> String {
    switch self {
    case .action(let action): "action \(system.actions[action].name)"
    case .property(let property): "property \"\(system.properties[property].name)\""
    case .constraint: "state constraint"
    case .mayStop: "mayStop"
    }
  }
}
