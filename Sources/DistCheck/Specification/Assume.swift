import DistCheckEngine

/// Something that the constants have to satisfy: `Assume("quorums intersect") { 2 * quorum > acceptors }`.
public struct Assume {
  public let name: String
  public let location: SourceLocation
  let holds: () -> Bool

  public init(_ name: String, file: String = #fileID, line: Int = #line, holds: @escaping () -> Bool) {
    self.name = name
    self.holds = holds
    location = SourceLocation(file: file, line: line)
  }
}

public typealias Assumptions = [Assume]

@resultBuilder
public enum AssumptionsBuilder {
  public static func buildExpression(_ assumption: Assume) -> Assumptions { [assumption] }
  public static func buildBlock(_ parts: Assumptions...) -> Assumptions { parts.flatMap { $0 } }
}
