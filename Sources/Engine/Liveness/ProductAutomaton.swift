internal import CDistCheckEngine
import DistCheckTemporal

/// The automaton of what violates a property, laid out for the product with a system's states.
///
/// A node of the product is a state and an automaton state, by one number: `automaton state × limit + state`.
struct ProductAutomaton {
  let property: TemporalProperty
  let automaton: BuchiAutomaton
  let stateCount: Int
  /// Where the transitions of each state begin, and at last where they all end.
  let starts: UnsafeMutablePointer<Int>
  let transitions: UnsafeMutablePointer<BuchiAutomaton.Transition>
  /// The most transitions that a state has.
  let degree: Int
  let stateAtoms: UInt64
  private let states: [(bit: UInt64, holds: (UnsafeRawPointer) -> Bool)]
  private let steps: [(bit: UInt64, holds: (UnsafeRawPointer, UnsafeRawPointer) -> Bool)]

  /// - Throws: When the formula is too large.
  init(violating property: TemporalProperty) throws(AutomatonError) {
    self.property = property
    stateAtoms = property.stateAtoms
    automaton = try BuchiAutomaton(property.formula.negated, entryAtoms: property.stateAtoms)
    stateCount = automaton.states.count
    let all = automaton.states.flatMap { $0 }
    transitions = .allocate(capacity: max(1, all.count))
    for (index, transition) in all.enumerated() { (transitions + index).initialize(to: transition) }
    starts = .allocate(capacity: stateCount + 1)
    starts.initialize(repeating: 0, count: stateCount + 1)
    for (index, state) in automaton.states.enumerated() { starts[index + 1] = starts[index] + state.count }
    degree = automaton.states.map(\.count).max() ?? 0
    var states: [(UInt64, (UnsafeRawPointer) -> Bool)] = []
    var steps: [(UInt64, (UnsafeRawPointer, UnsafeRawPointer) -> Bool)] = []
    for (index, atom) in property.atoms.enumerated() {
      switch atom {
      case .state(let holds): states.append((1 << UInt64(index), holds))
      case .step(let holds): steps.append((1 << UInt64(index), holds))
      }
    }
    self.states = states
    self.steps = steps
  }

  func deallocate() {
    transitions.deallocate()
    starts.deallocate()
  }

  var hasSteps: Bool { !steps.isEmpty }

  /// The atoms about states that are true in one.
  @inline(__always)
  func letter(_ state: UnsafeRawPointer) -> UInt64 {
    var letter: UInt64 = 0
    ce_enter()
    for atom in states where atom.holds(state) { letter |= atom.bit }
    ce_leave()
    return letter
  }

  /// The atoms about steps that are true of one.
  @inline(__always)
  func letter(_ before: UnsafeRawPointer, _ after: UnsafeRawPointer) -> UInt64 {
    var letter: UInt64 = 0
    ce_enter()
    for atom in steps where atom.holds(before, after) { letter |= atom.bit }
    ce_leave()
    return letter
  }

  /// Whether a behaviour that stops in a state is accepted from an automaton state.
  func acceptsStop(_ state: UnsafeRawPointer, from automatonState: Int) -> Bool {
    automaton.accepts(constant: letter(state) | letter(state, state), from: automatonState)
  }
}
