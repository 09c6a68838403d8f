/// A transition-based generalised Büchi automaton, made from a formula of linear temporal logic.
///
/// Construction, in five steps:
///
/// 1. The formula is brought into negation normal form and rewritten to a smaller one (`FormulaTable`): constants,
///    absorption, implication seen by form, and what eventual and universal formulas allow, such as F G F p = G F p.
///    Etessami and Holzmann, "Optimizing Büchi automata", CONCUR 2000; Somenzi and Bloem, "Efficient Büchi automata from
///    LTL formulae", CAV 2000.
/// 2. States are sets of formulas that the rest of the word must satisfy (`Translation`). Expansion laws make them a
///    disjunction of what the next letter must be and what must hold after it: f U g = g ∨ (f ∧ X (f U g)), where the
///    second case promises g, and f R g = g ∧ (f ∨ X (f R g)). There is a mark for each g that can be promised; it is on
///    the transitions that do not promise it. A run that sees each mark infinitely often puts nothing off for ever.
///    Couvreur, "On-the-fly verification of linear temporal logic", FM 1999; Duret-Lutz and Poitrenaud, "SPOT: an
///    extensible model checking library using transition-based generalized Büchi automata", MASCOTS 2004. With marks on
///    transitions G F p has one state; with marks on states it would have two.
/// 3. States from which nothing is accepted are removed, states with the same transitions merged, states and transitions
///    that others simulate merged and removed (`SimulationRelation`), marks dropped that make no difference (`reduceMarks`).
///    What a run does finitely often, to leave a component, needs no marks: they are chosen such that most is merged.
/// 4. An initial state in which runs only begin or wait is removed (`simplifyEntry`): F (p ∧ G ¬q) has one state, with a
///    transition ¬q to itself, which can be entered at any position where p holds. In a search the initial state would
///    be paired with every state of the system to no end.
/// 5. Transitions are narrowed to letters for which there is no better one (`separateTransitions`), so that G F p goes on
///    with p and a mark, or with ¬p and none.
///
/// The result need not be deterministic, nor smallest. Its size is exponential in the formula at worst.
///
/// ```
/// G F p                one state, one mark
/// F G p                one state, entered anywhere
/// F (p ∧ G ¬q)         one state, entered anywhere where p holds
/// p U q                two states, one mark
/// G (p → F q)          two states, one mark
/// ```
public struct BuchiAutomaton: Hashable, Sendable {
  public struct Transition: Hashable, Sendable {
    public var target: Int
    /// The atoms that must be true.
    public var positive: UInt64
    /// The atoms that must be false.
    public var negative: UInt64
    public var marks: UInt64

    public init(target: Int, positive: UInt64, negative: UInt64, marks: UInt64) {
      self.target = target
      self.positive = positive
      self.negative = negative
      self.marks = marks
    }

    @inlinable public func admits(_ letter: UInt64) -> Bool {
      letter & positive == positive && letter & negative == 0
    }
  }

  /// Where runs begin: in `state`, if the first letter satisfies the cube.
  ///
  /// The state's own transition has to admit the first letter as well.
  public struct Entry: Hashable, Sendable {
    public var state: Int
    public var positive: UInt64
    public var negative: UInt64

    public init(state: Int, positive: UInt64, negative: UInt64) {
      self.state = state
      self.positive = positive
      self.negative = negative
    }

    @inlinable public func admits(_ letter: UInt64) -> Bool {
      letter & positive == positive && letter & negative == 0
    }
  }

  /// The outgoing transitions of each state.
  public var states: [[Transition]]
  /// A run is accepting when it sees each of the marks 0..<markCount infinitely often; bit k of a transition's marks.
  public var markCount: Int
  public var entries: [Entry]
  /// Whether a run can begin at any position of the word: the automaton says `eventually` of what it says from there.
  public var entersAnywhere = false

  /// The automaton that accepts exactly the words that satisfy the formula.
  ///
  /// Takes a second or two at most.
  ///
  /// - Parameter entryAtoms: The atoms, as bits, that the cubes of entries may speak of.
  /// - Throws: `AutomatonError` for atoms beyond 63, for more than 64 eventualities, 4,096 states, 1,024 transitions of a
  ///   state or 20,000 of all states before simplification.
  public init(_ formula: LTL, entryAtoms: UInt64 = .max) throws(AutomatonError) {
    try self.init(formula, entryAtoms: entryAtoms, mostSimplified: 4096)
  }

  /// - Parameter mostSimplified: An automaton of more transitions is left as it is: what makes it smaller compares states and
  ///   transitions with each other, and takes the square of their number.
  init(_ formula: LTL, entryAtoms: UInt64 = .max, mostSimplified: Int) throws(AutomatonError) {
    var table = FormulaTable()
    let simplified = try table.simplified(formula)
    let translation = try Translation(simplified, in: table)
    states = translation.states
    markCount = translation.markCount
    entries = [Entry(state: 0, cube: .all)]
    if states.reduce(0, { $0 + $1.count }) <= mostSimplified { simplify(entryAtoms: entryAtoms) }
  }
}

extension BuchiAutomaton {
  static func mask(_ count: Int) -> UInt64 { ~0 >> UInt64(64 - count) }

  var allMarks: UInt64 { Self.mask(markCount) }
}

extension BuchiAutomaton.Transition {
  init(target: Int, cube: Cube, marks: UInt64) {
    self.init(target: target, positive: cube.positive, negative: cube.negative, marks: marks)
  }

  var cube: Cube {
    get { Cube(positive: positive, negative: negative) }
    set { (positive, negative) = (newValue.positive, newValue.negative) }
  }
}

extension BuchiAutomaton.Entry {
  init(state: Int, cube: Cube) {
    self.init(state: state, positive: cube.positive, negative: cube.negative)
  }

  var cube: Cube {
    get { Cube(positive: positive, negative: negative) }
    set { (positive, negative) = (newValue.positive, newValue.negative) }
  }
}
