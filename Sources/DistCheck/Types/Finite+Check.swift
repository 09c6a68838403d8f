import DistCheckEngine

extension Finite {
  /// Tests what the library relies on: that the numbers 0 to `count - 1` are those of the values, each of one.
  ///
  /// Takes time in proportion to the number of values: at most 65,536 but for subsets as parameters, which need no test.
  ///
  /// - Throws: `LayoutError` that says what is wrong with the type.
  static func checkOrdinals() throws(LayoutError) {
    let layout = try Layout.of(Self.self)
    if let enumeration = self as? any Enumeration.Type { try enumeration.checkCases(layout) }
    if count < 1 { throw LayoutError("\(Self.self) has no values: its count is \(count)") }
    if case .ordinal(let values) = layout.kind, values.count != count {
      throw LayoutError("\(Self.self) has \(values.count) values, but its count is \(count)")
    }
    if hasCheckedOrdinals { return }
    guard count <= 65_536 else { throw LayoutError("\(Self.self) has \(count) values, more than 65,536") }
    for number in 0..<count {
      let found = Self(ordinal: number).ordinal
      if found != number {
        throw LayoutError("\(Self.self)(ordinal: \(number)) has the ordinal \(found); it must be \(number)")
      }
    }
  }
}

extension Enumeration {
  fileprivate static func checkCases(_ layout: Layout) throws(LayoutError) {
    guard case .ordinal(let values) = layout.kind, layout.size <= 1, layout.identity == nil else {
      throw LayoutError(
        "\(Self.self) is an Enumeration, which must be an enum without payload and with at most 256 cases")
    }
    let cases = Array(allCases)
    guard cases.count == values.count else {
      throw LayoutError(
        "allCases of \(Self.self) has \(cases.count) of its \(values.count) cases; an Enumeration must have all")
    }
    for (number, one) in cases.enumerated() where one.ordinal != number {
      throw LayoutError(
        "allCases of \(Self.self) has \(layout.value(of: one)) in place \(number); "
          + "an Enumeration must have its cases in the order of their declaration")
    }
  }
}
