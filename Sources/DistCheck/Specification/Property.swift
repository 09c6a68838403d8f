import DistCheckEngine

/// What is claimed of a specification: made by `Always`, `Step` and `Sometimes`.
public struct Property<State: BitwiseCopyable> {
  private let name: String
  private let location: SourceLocation
  private let claim: Claim

  private enum Claim {
    case predicate(PropertyTable.Predicate)
    case formula(Formula<State>)
  }

  @usableFromInline
  init(_ name: String, _ file: String, _ line: Int, _ predicate: PropertyTable.Predicate) {
    (self.name, location, claim) = (name, SourceLocation(file: file, line: line), .predicate(predicate))
  }

  @usableFromInline @inline(never)
  init(_ name: String, _ file: String, _ line: Int, _ formula: Formula<State>) {
    (self.name, location, claim) = (name, SourceLocation(file: file, line: line), .formula(formula))
  }

  /// The property with its type erased.
  func lowered(_ actions: [ActionTable], _ layout: Layout) throws(SpecificationError) -> PropertyTable {
    let predicate: PropertyTable.Predicate
    switch claim {
    case .predicate(let known): predicate = known
    case .formula(let formula): predicate = .temporal(try formula.lowered(of: name, at: location, actions, layout))
    }
    return PropertyTable(name: name, location: location, predicate: predicate)
  }
}

/// The properties of a specification.
public typealias Properties<State: BitwiseCopyable> = [Property<State>]

/// An invariant: true in every reachable state.
///
/// A function, like the other two, and not a type: the builder then has one kind of expression, and a mistake in a closure
/// is reported where it is.
@inlinable @inline(__always)
public func Always<State: BitwiseCopyable>(
  _ name: String, file: String = #fileID, line: Int = #line, holds: @escaping (borrowing State) -> Bool
) -> Property<State> {
  Property(name, file, line, .always { holds($0.assumingMemoryBound(to: State.self).pointee) })
}

/// A property of every transition: it sees the state before and the state after. It holds for steps that change nothing,
/// too, or it does not hold.
@inlinable @inline(__always)
public func Step<State: BitwiseCopyable>(
  _ name: String, file: String = #fileID, line: Int = #line,
  holds: @escaping (_ before: borrowing State, _ after: borrowing State) -> Bool
) -> Property<State> {
  Property(
    name, file, line,
    .step {
      holds($0.assumingMemoryBound(to: State.self).pointee, $1.assumingMemoryBound(to: State.self).pointee)
    })
}

/// Something that must be possible: true in at least one reachable state. When a complete search meets no such state, the
/// property is violated: the model is too small, or the protocol too careful.
@inlinable @inline(__always)
public func Sometimes<State: BitwiseCopyable>(
  _ name: String, file: String = #fileID, line: Int = #line, holds: @escaping (borrowing State) -> Bool
) -> Property<State> {
  Property(name, file, line, .sometimes { holds($0.assumingMemoryBound(to: State.self).pointee) })
}

@resultBuilder
public enum PropertiesBuilder<State: BitwiseCopyable> {
  public static func buildExpression(_ property: Property<State>) -> Properties<State> { [property] }
  public static func buildExpression(_ properties: Properties<State>) -> Properties<State> { properties }
  public static func buildBlock(_ parts: Properties<State>...) -> Properties<State> { parts.flatMap { $0 } }
  public static func buildOptional(_ part: Properties<State>?) -> Properties<State> { part ?? [] }
  public static func buildEither(first: Properties<State>) -> Properties<State> { first }
  public static func buildEither(second: Properties<State>) -> Properties<State> { second }
  public static func buildArray(_ parts: [Properties<State>]) -> Properties<State> { parts.flatMap { $0 } }
}
