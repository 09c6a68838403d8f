/// A value of any type that a specification can have, with nothing of how it lies in memory.
///
/// Two values of a type are equal exactly if they are the same case with the same parts:
/// - `number`: an integer (by its bits), a `Bool`, a `Bounded`, the index of an identity or of a case without payload;
/// - `list`: fields, elements in their order, values of a map in the order of its keys, and the elements of bags and
///   sets, which are sorted;
/// - `tagged`: a case with its payload; an `Optional` is case 0, or case 1 with a value; a network is its transport with
///   the messages.
indirect enum Plain: Hashable {
  case number(Int)
  case list([Plain])
  case tagged(Int, [Plain])

  static func bool(_ value: Bool) -> Plain { .number(value ? 1 : 0) }
  static var none: Plain { .tagged(0, []) }
  static func some(_ value: Plain) -> Plain { .tagged(1, [value]) }

  var number: Int {
    guard case .number(let value) = self else { preconditionFailure("\(self) is no number") }
    return value
  }

  var isTrue: Bool { number != 0 }

  /// The parts, whatever they are parts of.
  var parts: [Plain] {
    switch self {
    case .number: preconditionFailure("\(self) has no parts")
    case .list(let parts), .tagged(_, let parts): parts
    }
  }

  var tag: Int {
    guard case .tagged(let tag, _) = self else { preconditionFailure("\(self) has no tag") }
    return tag
  }

  /// The same with other parts.
  func with(_ parts: [Plain]) -> Plain {
    if case .tagged(let tag, _) = self { .tagged(tag, parts) } else { .list(parts) }
  }
}

/// An order of no meaning, by which bags and sets are sorted so that equal ones are equal.
extension Plain: Comparable {
  static func < (left: Plain, right: Plain) -> Bool {
    switch (left, right) {
    case (.number(let a), .number(let b)): a < b
    case (.list(let a), .list(let b)): a.lexicographicallyPrecedes(b)
    case (.tagged(let a, let p), .tagged(let b, let q)): a == b ? p.lexicographicallyPrecedes(q) : a < b
    case (.number, _), (.list, .tagged): true
    case (.list, .number), (.tagged, _): false
    }
  }
}
