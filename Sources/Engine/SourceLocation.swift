/// A place in a specification's source, as `#fileID` and `#line` give it.
public struct SourceLocation: Equatable, Sendable {
  public var file: String
  public var line: Int

  public init(file: String, line: Int) {
    self.file = file
    self.line = line
  }
}
