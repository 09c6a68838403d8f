public import DistCheckTemporal

/// A formula that every fair behaviour satisfies, over predicates of the specification.
public struct TemporalProperty {
  /// What an atom of the formula says of a position of a behaviour.
  public enum Atom {
    /// Of its state.
    case state((UnsafeRawPointer) -> Bool)
    /// Of the step that is taken there; at the end of a behaviour that stops, of a step that changes nothing.
    case step((_ before: UnsafeRawPointer, _ after: UnsafeRawPointer) -> Bool)

    /// Its value in a state; nil for an atom of steps.
    func value(_ state: UnsafeRawPointer) -> Bool? {
      if case .state(let holds) = self { holds(state) } else { nil }
    }
  }

  /// The atoms are numbered as in `atoms`; 64 at most.
  public var formula: LTL
  public var atoms: [Atom]
  /// Formulas without temporal operators that something else hinges on: where none of them is ever true, the property
  /// holds vacuously.
  public var triggers: [LTL]

  public init(formula: LTL, atoms: [Atom], triggers: [LTL] = []) {
    self.formula = formula
    self.atoms = atoms
    self.triggers = triggers
  }

  /// Whether the property depends on more of a behaviour than its states.
  var hasSteps: Bool {
    atoms.contains { if case .step = $0 { true } else { false } }
  }

  /// The atoms that are true of a step, and of the state in which it is taken: bit k stands for atom k.
  func letter(_ before: UnsafeRawPointer, _ after: UnsafeRawPointer) -> UInt64 {
    var letter: UInt64 = 0
    for (index, atom) in atoms.enumerated() {
      let holds =
        switch atom {
        case .state(let holds): holds(before)
        case .step(let holds): holds(before, after)
        }
      if holds { letter |= 1 << UInt64(index) }
    }
    return letter
  }

  /// The atoms that are about states.
  var stateAtoms: UInt64 {
    atoms.indices.reduce(0) { if case .state = atoms[$1] { $0 | 1 << UInt64($1) } else { $0 } }
  }
}
