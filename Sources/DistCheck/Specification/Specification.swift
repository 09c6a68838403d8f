import DistCheckEngine

/// A protocol as an explicit transition system: what states there are, where it begins, how it moves, and what is claimed
/// of it.
///
/// ```swift
/// struct TwoPhaseCommit<let resourceManagers: Int>: Specification {
///   struct State: BitwiseCopyable { … }
///   var initial: Initial<State> { State() }
///   var actions: Actions<State> { Action("RMPrepare", …) … }
///   var properties: Properties<State> { Always("consistent") { s in … } }
///   static var models: Models { Model("three", TwoPhaseCommit<3>()) }
/// }
/// ```
/// Constants that give sizes are integer generic parameters; all others are stored properties, variables with defaults.
public protocol Specification {
  /// All that the system's future depends on: a struct of finite types.
  ///
  /// `BitwiseCopyable` keeps out arrays, strings, dictionaries and classes.
  associatedtype State: BitwiseCopyable

  /// The constants with their defaults.
  init()

  /// What the constants have to satisfy for the specification to make sense. None by default.
  @AssumptionsBuilder var assumptions: Assumptions { get }

  /// The states in which the system can begin.
  @InitialBuilder<State> var initial: Initial<State> { get }

  /// What can happen.
  @ActionsBuilder<State> var actions: Actions<State> { get }

  /// What is claimed. None by default; a deadlock is always looked for.
  @PropertiesBuilder<State> var properties: Properties<State> { get }

  /// The state constraint: a state outside it is checked against the properties, but neither counted nor explored
  /// further. No state is outside by default.
  func constraint(_ state: State) -> Bool

  /// Whether it is legitimate that nothing can happen any more in this state. Otherwise that is a deadlock, which is the
  /// default.
  func mayStop(_ state: State) -> Bool

  /// The identities that are alike: one identity type a line. None by default.
  @InterchangeableBuilder var interchangeable: Interchangeable { get }

  /// The instances to check, those that hold beside those that must fail.
  @ModelsBuilder static var models: Models { get }
}

extension Specification {
  @inlinable @inline(__always)
  public var assumptions: Assumptions { [] }
  @inlinable @inline(__always)
  public var properties: Properties<State> { [] }
  @inlinable @inline(__always)
  public func constraint(_ state: State) -> Bool { true }
  @inlinable @inline(__always)
  public func mayStop(_ state: State) -> Bool { false }
  public var interchangeable: Interchangeable { Interchangeable([]) }
  public static var models: Models { [] }
}

/// The initial states of a specification: one, or several, one a line or from a loop.
public typealias Initial<State> = [State]

@resultBuilder
public enum InitialBuilder<State> {
  public static func buildExpression(_ state: State) -> [State] { [state] }
  public static func buildExpression(_ states: [State]) -> [State] { states }
  /// A statement, such as one that changes a state before it is named as initial.
  public static func buildExpression(_ statement: Void) -> [State] { [] }
  public static func buildBlock(_ parts: [State]...) -> [State] { parts.flatMap { $0 } }
  public static func buildOptional(_ part: [State]?) -> [State] { part ?? [] }
  public static func buildEither(first: [State]) -> [State] { first }
  public static func buildEither(second: [State]) -> [State] { second }
  public static func buildArray(_ parts: [[State]]) -> [State] { parts.flatMap { $0 } }
}
