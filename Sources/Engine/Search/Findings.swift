/// A state or transition, by content: what it is called does not depend on who met it first.
enum Position: Equatable {
  /// A state that was first met at a depth, in its packed form.
  ///
  /// A lossy search cannot restore the states before it, and notes where its log tells the way.
  case state([UInt64], depth: Int, Lineage?)
  /// The transition of a state by an instance of an action.
  case transition(from: [UInt64], depth: Int, Path.Choice, Lineage?)

  /// States on the path that ends here.
  var length: Int {
    switch self {
    case .state(_, let depth, _): depth
    case .transition(_, let depth, _, _): depth + 1
    }
  }

  /// Of two positions of the same kind and length, the one that is reported.
  func precedes(_ other: Position) -> Bool {
    if length != other.length { return length < other.length }
    switch (self, other) {
    case (.state(let left, _, _), .state(let right, _, _)): return left.lexicographicallyPrecedes(right)
    case (.transition(let left, _, let choice, _), .transition(let right, _, let otherChoice, _)):
      if left != right { return left.lexicographicallyPrecedes(right) }
      return (choice.action, choice.ordinal) < (otherChoice.action, otherChoice.ordinal)
    case (.state, .transition): return true
    case (.transition, .state): return false
    }
  }
}

extension Path {
  /// The path to a position, when this one leads to its state.
  func extended(to position: Position) -> Path {
    guard case .transition(_, _, let choice, _) = position else { return self }
    return Path(initial: initial, choices: choices + [choice])
  }
}

/// What a level has brought to light.
///
/// A level is always explored to its end, and of all that is wrong in it the least by content is kept, so what is reported
/// depends neither on the number of workers nor on which was faster.
struct Findings {
  /// What of the specification failed while it was evaluated.
  struct Fault {
    var place: SpecificationPart
    var at: Position
    var fault: SpecificationFault
  }

  /// For each property, the violation or (`sometimes`) the witness.
  var properties: [Position?]
  var deadlock: Position?
  var fault: Fault?
  /// Something that makes all that was found doubtful.
  var flaw: (Flaw, at: Position)?

  init(propertyCount: Int) { properties = Array(repeating: nil, count: propertyCount) }

  mutating func note(property: Int, _ position: Position) {
    if properties[property].map(position.precedes) ?? true { properties[property] = position }
  }

  mutating func note(deadlock position: Position) {
    if deadlock.map(position.precedes) ?? true { deadlock = position }
  }

  mutating func note(_ fault: Fault) {
    if self.fault.map({ fault.at.precedes($0.at) }) ?? true { self.fault = fault }
  }

  mutating func note(_ flaw: Flaw, at position: Position) {
    if self.flaw.map({ position.precedes($0.at) }) ?? true { self.flaw = (flaw, position) }
  }

  mutating func merge(_ other: Findings) {
    for (index, position) in other.properties.enumerated() {
      if let position { note(property: index, position) }
    }
    if let position = other.deadlock { note(deadlock: position) }
    if let fault = other.fault { note(fault) }
    if let (flaw, position) = other.flaw { note(flaw, at: position) }
  }
}

/// Something that the search relies on and that is not so: the specification is not deterministic, not symmetric though it
/// says so, or leaves bytes that are not canonical; or distcheck itself is at fault.
struct Flaw: Equatable {
  /// `action RMPrepare`, `property "consistent"`, `state`.
  var place: String
  var message: String
  /// Whether the message is to end with the state.
  var namesState = false

  static let notCanonical = Flaw(
    place: "distcheck", message: "the bytes of a state are not canonical; this is a fault of distcheck")

  /// The state has a value that its type does not have.
  static func noValue(_ change: Change) -> Flaw {
    let found = if case .replaced(let before, _) = change.kind { before } else { "what it holds" }
    return Flaw(
      place: "state",
      message: "\(change.path): \(found) is no value of its type; something has written its bytes directly")
  }

  static func notDeterministic(_ place: String) -> Flaw {
    Flaw(
      place: place,
      message: "it is not deterministic: evaluated twice in the same state it gave two results; "
        + "choice belongs in an action's parameters", namesState: true)
  }

  /// No fault of the specification.
  static let otherWhenRestored = Flaw(
    place: "distcheck",
    message:
      "a state that is stored is restored as another one; this is a fault of distcheck, not of the specification",
    namesState: true)
}
