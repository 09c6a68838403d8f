import DistCheckEngine
import DistCheckTemporal

/// A formula of linear temporal logic over predicates of states and steps.
///
/// Made from ``now(_:)``, ``step(_:)``, ``enabled(_:_:)`` and ``taken(_:_:)`` by `always`, `eventually`, `next`, `until`,
/// `release`, `weakUntil`, `~>` (leads to), `==>` (implies), `!`, `&&` and `||`:
/// ```swift
/// var request: Formula<State> { now { s in s.isWaiting } }
/// var reply: Formula<State> { now { s in s.isServed } }
/// var properties: Properties<State> {
///   Temporal("every request is answered", always(request ~> reply))
/// }
/// ```
/// It is said of a behaviour at one of its positions; a property says it of the first. A behaviour is a sequence of steps
/// each of which changes the state, and goes on for ever or stops: then its last state is repeated for ever. (Pnueli, "The
/// Temporal Logic of Programs", 1977.)
public struct Formula<State: BitwiseCopyable> {
  var formula: LTL
  /// The predicates, each once: a formula that occurs twice in another one is evaluated once.
  private(set) var atoms: [Atom]
  /// The formulas without temporal operators that stand to the left of `~>` or `==>`.
  private(set) var triggers: [LTL] = []

  /// A class, so that it is known when it comes twice.
  final class Atom {
    enum Content {
      case predicate(TemporalProperty.Atom)
      /// Of the action with a name, whose first parameters have these values.
      case action(String, Relation, arguments: [(type: any Finite.Type, ordinal: Int)])
    }
    enum Relation { case enabled, taken }

    let content: Content
    init(_ content: Content) { self.content = content }
  }

  @usableFromInline @inline(never)
  init(atom: TemporalProperty.Atom) {
    formula = .atom(0)
    atoms = [Atom(.predicate(atom))]
  }

  init(_ relation: Atom.Relation, _ action: String, _ arguments: [(type: any Finite.Type, ordinal: Int)]) {
    formula = .atom(0)
    atoms = [Atom(.action(action, relation, arguments: arguments))]
  }

  private init(_ formula: LTL, _ atoms: [Atom], _ triggers: [LTL]) {
    self.formula = formula
    self.atoms = atoms
    self.triggers = triggers
  }

  static var `true`: Formula { Formula(.constant(true), [], []) }

  func map(_ make: (LTL) -> LTL) -> Formula { Formula(make(formula), atoms, triggers) }

  func joined(_ other: Formula, hasTrigger: Bool = false, _ make: (LTL, LTL) -> LTL) -> Formula {
    var all = atoms
    let numbers = other.atoms.map { atom in
      if let known = all.firstIndex(where: { $0 === atom }) { return known }
      all.append(atom)
      return all.count - 1
    }
    let trigger = hasTrigger && formula.isPropositional ? [formula] : []
    return Formula(
      make(formula, other.formula.renumbered(numbers)), all,
      triggers + trigger + other.triggers.map { $0.renumbered(numbers) })
  }
}

extension LTL {
  fileprivate func renumbered(_ numbers: [Int]) -> LTL {
    switch self {
    case .constant: self
    case .atom(let number): .atom(numbers[number])
    case .not(let f): .not(f.renumbered(numbers))
    case .and(let f, let g): .and(f.renumbered(numbers), g.renumbered(numbers))
    case .or(let f, let g): .or(f.renumbered(numbers), g.renumbered(numbers))
    case .next(let f): .next(f.renumbered(numbers))
    case .until(let f, let g): .until(f.renumbered(numbers), g.renumbered(numbers))
    case .release(let f, let g): .release(f.renumbered(numbers), g.renumbered(numbers))
    }
  }
}

// MARK: Predicates

/// The state satisfies a predicate.
@inlinable @inline(__always)
public func now<State: BitwiseCopyable>(_ holds: @escaping (borrowing State) -> Bool) -> Formula<State> {
  Formula(atom: .state { holds($0.assumingMemoryBound(to: State.self).pointee) })
}

/// The step that is taken next satisfies a predicate of the states before and after; where a behaviour stops, they are the
/// same.
@inlinable @inline(__always)
public func step<State: BitwiseCopyable>(
  _ holds: @escaping (_ before: borrowing State, _ after: borrowing State) -> Bool
) -> Formula<State> {
  Formula(
    atom: .step {
      holds($0.assumingMemoryBound(to: State.self).pointee, $1.assumingMemoryBound(to: State.self).pointee)
    })
}

/// An action can be taken: the guard of some instance is true. With arguments, of some instance whose first parameters have
/// these values.
///
/// ```swift
/// Temporal("the lock is fair", forAll(Client.self) { c in always(eventually(enabled("Enter", c))) })
/// ```
/// A step that leaves the state constraint counts, as it does for fairness. The search ends before it begins where there is
/// no action of that name, or where the parameters have other types.
public func enabled<State, each Argument: Finite>(
  _ action: String, _ arguments: repeat each Argument
) -> Formula<State> {
  Formula(.enabled, action, ordinals(repeat each arguments))
}

/// The step that is taken next is one of an action: it changes the state, and some instance leads there. With arguments,
/// some instance whose first parameters have these values.
///
/// Where two actions lead to the same state, the step is one of both. Where a behaviour stops, none is taken. (Lamport's
/// ⟨A⟩ over all variables: "The Temporal Logic of Actions", 1994, section 2.4.)
public func taken<State, each Argument: Finite>(
  _ action: String, _ arguments: repeat each Argument
) -> Formula<State> {
  Formula(.taken, action, ordinals(repeat each arguments))
}

private func ordinals<each Argument: Finite>(
  _ arguments: repeat each Argument
) -> [(type: any Finite.Type, ordinal: Int)] {
  var ordinals: [(type: any Finite.Type, ordinal: Int)] = []
  for argument in repeat each arguments { ordinals.append((type(of: argument), argument.ordinal)) }
  return ordinals
}

// MARK: Operators

/// From here on at every position.
public func always<State>(_ f: Formula<State>) -> Formula<State> { f.map { .always($0) } }

/// From here on in every state: `always { s in … }` is `always(now { s in … })`.
@inlinable @inline(__always)
public func always<State: BitwiseCopyable>(_ holds: @escaping (borrowing State) -> Bool) -> Formula<State> {
  always(now(holds))
}

/// Here or at some later position.
public func eventually<State>(_ f: Formula<State>) -> Formula<State> { f.map { .eventually($0) } }

/// In this state or some later one: `eventually { s in … }` is `eventually(now { s in … })`.
@inlinable @inline(__always)
public func eventually<State: BitwiseCopyable>(_ holds: @escaping (borrowing State) -> Bool) -> Formula<State> {
  eventually(now(holds))
}

/// At the next position: after the next step that changes the state, if there is one.
public func next<State>(_ f: Formula<State>) -> Formula<State> { f.map { .next($0) } }

/// In the next state: `next { s in … }` is `next(now { s in … })`.
@inlinable @inline(__always)
public func next<State: BitwiseCopyable>(_ holds: @escaping (borrowing State) -> Bool) -> Formula<State> {
  next(now(holds))
}

/// The second comes true, here or later, and the first is true until then.
public func until<State>(_ f: Formula<State>, _ g: Formula<State>) -> Formula<State> { f.joined(g) { .until($0, $1) } }

/// The first is true until the second comes true, or for ever.
public func weakUntil<State>(_ f: Formula<State>, _ g: Formula<State>) -> Formula<State> {
  f.joined(g) { .weakUntil($0, $1) }
}

/// The second is true up to and including where the first comes true, or for ever.
public func release<State>(_ f: Formula<State>, _ g: Formula<State>) -> Formula<State> {
  f.joined(g) { .release($0, $1) }
}

/// For every value of a finite type: `forAll(Client.self) { c in waits(c) ~> isServed(c) }`. Costs as much as a property
/// for each.
public func forAll<Parameter: Finite, State>(
  _ type: Parameter.Type, _ formula: (Parameter) -> Formula<State>
) -> Formula<State> {
  let formulas = (0..<Parameter.count).map { formula(Parameter(uncheckedOrdinal: $0)) }
  return formulas.dropFirst().reduce(formulas.first ?? .true) { $0 && $1 }
}

precedencegroup TemporalPrecedence {
  associativity: right
  lowerThan: LogicalDisjunctionPrecedence
  higherThan: TernaryPrecedence
}
infix operator ==> : TemporalPrecedence

extension Formula {
  /// Leads to: whenever the left side is true, the right one is, then or later.
  ///
  /// The operator is declared by the standard library, and does not bind tighter or looser than `&&`, `||` and `==>`:
  /// where it stands beside one of them, put parentheses.
  public static func ~> (_ f: Formula, _ g: Formula) -> Formula {
    f.joined(g, hasTrigger: true) { .leadsTo($0, $1) }
  }

  /// Implies: if the left side is true here, the right one is.
  public static func ==> (_ f: Formula, _ g: Formula) -> Formula {
    f.joined(g, hasTrigger: true) { .implies($0, $1) }
  }

  public static func && (_ f: Formula, _ g: Formula) -> Formula { f.joined(g) { .and($0, $1) } }
  public static func || (_ f: Formula, _ g: Formula) -> Formula { f.joined(g) { .or($0, $1) } }
  public static prefix func ! (_ f: Formula) -> Formula { f.map { .not($0) } }
}
