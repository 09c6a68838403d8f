/// A transition-based generalised Büchi automaton.
public struct BuchiAutomaton {
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
  /// Whether a run can begin at any position of the word.
  public var entersAnywhere = false

  /// The automaton that accepts exactly the words that satisfy the formula.
  ///
  /// - Parameter entryAtoms: The atoms, as bits, that the cubes of entries may speak of.
  public init(_ formula: LTL, entryAtoms: UInt64 = .max) throws(AutomatonError) {
    var table = FormulaTable()
    let simplified = try table.simplified(formula)
    let translation = try Translation(simplified, in: table)
    states = translation.states
    markCount = translation.markCount
    entries = [Entry(state: 0, cube: .all)]
    simplify(entryAtoms: entryAtoms)
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
