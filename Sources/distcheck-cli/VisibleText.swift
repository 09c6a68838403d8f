extension String {
  /// The text as one line that only shows something: characters that would end the line, steer the terminal or turn the
  /// direction of writing are written as `\u{1B}`, as in Swift. Names that a specification gives can have them.
  ///
  /// - Parameter keepsColors: Whether colours and weights, as a `Style` sets them, are left.
  func visible(keepsColors: Bool = false) -> String {
    guard unicodeScalars.contains(where: \.steers) else { return self }
    var result = ""
    var rest = self[...]
    while let scalar = rest.unicodeScalars.first {
      if keepsColors, let color = rest.prefixMatch(of: /\u{1B}\[[0-9;]*m/) {
        result += color.output
        rest = rest[color.range.upperBound...]
        continue
      }
      result += scalar.steers ? "\\u{\(String(scalar.value, radix: 16, uppercase: true))}" : String(scalar)
      rest = Substring(rest.unicodeScalars.dropFirst())
    }
    return result
  }
}

extension Unicode.Scalar {
  fileprivate var steers: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    // Of the invisible ones, those that turn the direction.
    case .format: properties.isBidiControl
    default: false
    }
  }
}
