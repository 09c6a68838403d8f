import DistCheckEngine

/// What is claimed of a specification: made by ``Always``, ``Step`` and ``Sometimes``.
public struct Property<State: BitwiseCopyable> {
  @usableFromInline let table: PropertyTable

  @inlinable
  init(table: PropertyTable) { self.table = table }
}

/// The properties of a specification.
public typealias Properties<State: BitwiseCopyable> = [Property<State>]

/// An invariant: true in every reachable state.
@frozen
public struct Always<State: BitwiseCopyable> {
  @usableFromInline let property: Property<State>

  @inlinable @inline(__always)
  public init(
    _ name: String, file: String = #fileID, line: Int = #line, holds: @escaping (borrowing State) -> Bool
  ) {
    property = Property(
      table: PropertyTable(
        name: name, location: SourceLocation(file: file, line: line),
        predicate: .always { holds($0.assumingMemoryBound(to: State.self).pointee) }))
  }
}

/// A property of every transition: it sees the state before and the state after. It holds for steps that change nothing,
/// too, or it does not hold.
@frozen
public struct Step<State: BitwiseCopyable> {
  @usableFromInline let property: Property<State>

  @inlinable @inline(__always)
  public init(
    _ name: String, file: String = #fileID, line: Int = #line,
    holds: @escaping (_ before: borrowing State, _ after: borrowing State) -> Bool
  ) {
    property = Property(
      table: PropertyTable(
        name: name, location: SourceLocation(file: file, line: line),
        predicate: .step {
          holds($0.assumingMemoryBound(to: State.self).pointee, $1.assumingMemoryBound(to: State.self).pointee)
        }))
  }
}

/// Something that must be possible: true in at least one reachable state. When a complete search meets no such state, the
/// property is violated: the model is too small, or the protocol too careful.
@frozen
public struct Sometimes<State: BitwiseCopyable> {
  @usableFromInline let property: Property<State>

  @inlinable @inline(__always)
  public init(
    _ name: String, file: String = #fileID, line: Int = #line, holds: @escaping (borrowing State) -> Bool
  ) {
    property = Property(
      table: PropertyTable(
        name: name, location: SourceLocation(file: file, line: line),
        predicate: .sometimes { holds($0.assumingMemoryBound(to: State.self).pointee) }))
  }
}

@resultBuilder
public enum PropertiesBuilder<State: BitwiseCopyable> {
  public static func buildExpression(_ property: Always<State>) -> Properties<State> { [property.property] }
  public static func buildExpression(_ property: Step<State>) -> Properties<State> { [property.property] }
  public static func buildExpression(_ property: Sometimes<State>) -> Properties<State> { [property.property] }
  public static func buildBlock(_ parts: Properties<State>...) -> Properties<State> { parts.flatMap { $0 } }
  public static func buildOptional(_ part: Properties<State>?) -> Properties<State> { part ?? [] }
  public static func buildEither(first: Properties<State>) -> Properties<State> { first }
  public static func buildEither(second: Properties<State>) -> Properties<State> { second }
  public static func buildArray(_ parts: [Properties<State>]) -> Properties<State> { parts.flatMap { $0 } }
}
