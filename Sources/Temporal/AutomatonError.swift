/// Why there is no automaton for a formula.
public enum AutomatonError: Error, Hashable, CustomStringConvertible {
  case atom(Int)
  case marks
  case states
  case transitions
  case size

  public var description: String {
    switch self {
    case .atom(let atom): "atom \(atom) of the formula is not among the 64 that there can be"
    case .marks: "the formula has more than 64 different eventualities"
    case .states: "the automaton of the formula has more than \(Translation.mostStates) states"
    case .size:
      "the automaton of the formula has more than \(Translation.mostTransitionsInAll) transitions; "
        + "check its parts as properties of their own"
    case .transitions:
      "the automaton of the formula has a state with more than \(Translation.mostTransitions) transitions"
    }
  }
}
