import DistCheckEngine

/// An instance of a specification to check, and what is expected of it.
///
/// ```swift
/// Model("three resource managers", TwoPhaseCommit<3>()).expects(.holds, distinctStates: 288)
/// Model("hasty coordinator", TwoPhaseCommit<3>(waitsForAll: false)).expects(.violates("consistent"))
/// ```
/// Without an expectation a model is expected to hold.
public struct Model {
  public let name: String
  /// Where it is written.
  public let location: SourceLocation
  public private(set) var expectation = Expectation(outcome: .holds)
  /// Whether it asks to be explored up to exchange of what is interchangeable.
  public private(set) var isSymmetric = false
  /// Fairness that is assumed instead of what the actions say; the last one that names an action counts.
  private(set) var fairness: [(actions: [String], fairness: Fairness)] = []
  /// Whether it may stop in any state: deadlocks are not looked for.
  private(set) var mayStop = false
  /// Of a model of other sizes, the one that has given the constants their values; empty of all others.
  var origin: [Model] = []
  /// The type of the specification, of which the constants are stored properties.
  let type: Any.Type
  /// Shows the constants as the model gives them.
  let given: (_ look: (UnsafeRawPointer) -> Void) -> Void
  /// Shows the constants as they are where nothing gives them a value.
  let defaults: (_ look: (UnsafeRawPointer) -> Void) -> Void
  /// Erases the types, after a change to the constants in place.
  @usableFromInline let lower: (ConstantChange) throws(SpecificationError) -> TransitionSystem

  @inlinable @inline(__always)
  public init<S: Specification>(_ name: String, _ specification: S, file: String = #fileID, line: Int = #line) {
    self.init(name: name, at: SourceLocation(file: file, line: line), specification) {
      change throws(SpecificationError) in
      var copy = specification
      try withUnsafeMutablePointer(to: &copy) { constants throws(SpecificationError) in try change.apply(constants) }
      return try copy.lowered()
    }
  }

  @usableFromInline @inline(never)
  init<S: Specification>(
    name: String, at location: SourceLocation, _ specification: S,
    lower: @escaping (ConstantChange) throws(SpecificationError) -> TransitionSystem
  ) {
    self.init(
      name: name, at: location, type: S.self, given: { look in withMemory(of: specification) { look($0) } },
      defaults: { look in withMemory(of: S()) { look($0) } }, lower: lower)
  }

  init(
    name: String, at location: SourceLocation, type: Any.Type, given: @escaping ((UnsafeRawPointer) -> Void) -> Void,
    defaults: @escaping ((UnsafeRawPointer) -> Void) -> Void,
    lower: @escaping (ConstantChange) throws(SpecificationError) -> TransitionSystem
  ) {
    self.name = name
    self.location = location
    self.type = type
    self.given = given
    self.defaults = defaults
    self.lower = lower
  }

  /// Says what is expected; counts that are given are compared exactly, when the search was complete.
  public func expects(
    _ outcome: Expectation.Outcome, distinctStates: Int? = nil, generatedStates: Int? = nil, depth: Int? = nil
  ) -> Model {
    var model = self
    model.expectation = Expectation(
      outcome: outcome, distinctStates: distinctStates, generatedStates: generatedStates, depth: depth)
    return model
  }

  /// Asks for one state of each orbit: of those that differ only by an exchange of what the specification declares
  /// ``Interchangeable``. The counts that are expected are then numbers of orbits.
  public func symmetric() -> Model {
    var model = self
    model.isSymmetric = true
    return model
  }

  /// Assumes other fairness than the actions say.
  ///
  /// ```swift
  /// Model("unfair", Mutex<2>()).fairness(.none).expects(.violates("everyone enters"))
  /// Model("fair channel", Bit()).fairness(.strong.each, of: "Receive")
  /// ```
  /// - Parameter actions: The names of the actions; all actions when there are none.
  public func fairness(_ fairness: Fairness, of actions: String...) -> Model {
    var model = self
    model.fairness.append((actions, fairness))
    return model
  }

  /// Takes it for legitimate that nothing can happen any more, in every state: deadlocks are not looked for.
  public func mayStopAnywhere() -> Model {
    var model = self
    model.mayStop = true
    return model
  }

  /// The model with everything else that another one says.
  func saying(as other: Model) -> Model {
    var model = self
    model.expectation = other.expectation.withoutCounts
    model.isSymmetric = other.isSymmetric
    model.fairness = other.fairness
    model.mayStop = other.mayStop
    return model
  }

  /// The model with its types erased.
  public func lowered() throws(SpecificationError) -> TransitionSystem {
    var system = try lower(ConstantChange())
    if isSymmetric {
      if system.interchangeable.isEmpty { throw .nothingInterchangeable }
      system = try system.symmetric()
    }
    for (names, fairness) in fairness {
      for name in names where !system.actions.contains(where: { $0.name == name }) {
        throw .noSuchAction(name)
      }
      for index in system.actions.indices where names.isEmpty || names.contains(system.actions[index].name) {
        system.actions[index].fairness = fairness
        system.actions[index].isFair = nil
      }
    }
    if !fairness.isEmpty { try system.validateFairness() }
    if mayStop { system.mayStop = { _ in true } }
    return system
  }
}

/// What is expected of a model.
public struct Expectation: Equatable {
  public enum Outcome: Equatable {
    /// Every property holds, and the search is complete.
    case holds
    /// This property is found violated.
    case violates(String)
    /// A deadlock is found.
    case deadlocks
    /// The specification itself fails: a capacity is exceeded, a value is out of range.
    case fails
  }
  public var outcome: Outcome
  /// Compared when they are given and the search was complete.
  public var distinctStates: Int?
  public var generatedStates: Int?
  public var depth: Int?

  /// The same without counts: for other constants than those it was written for.
  var withoutCounts: Expectation { Expectation(outcome: outcome) }

  /// In what way a result differs from what is expected; empty when it does not, or when what is to be violated was left
  /// out.
  public func mismatches(_ result: CheckResult) -> [String] {
    if case .violates(let name) = outcome, result.holds,
      result.properties.contains(where: { $0.name == name && $0.verdict == .leftOut })
    {
      return []
    }
    let found = Self.outcomes(of: result)
    guard found.contains(outcome) else {
      return ["expected \(outcome), but \(found.first.map { "it \($0)" } ?? "the search is inconclusive")"]
    }
    guard outcome == .holds else { return [] }
    return [
      ("distinct states", distinctStates, result.distinctStates),
      ("generated states", generatedStates, result.generatedStates), ("depth", depth, result.depth),
    ].compactMap { name, expected, found in
      expected == nil || expected == found ? nil : "expected \(expected!) \(name), found \(found)"
    }
  }

  /// What was found; several properties can be violated at the same depth.
  private static func outcomes(of result: CheckResult) -> [Outcome] {
    switch result.verdict {
    case .holds: [.holds]
    case .inconclusive: []
    case .specificationError: [.fails]
    case .violated: result.violated.map { $0.kind == .deadlock ? .deadlocks : .violates($0.name) }
    }
  }
}

extension Expectation.Outcome: CustomStringConvertible {
  public var description: String {
    switch self {
    case .holds: "holds"
    case .violates(let property): "violates \"\(property)\""
    case .deadlocks: "deadlocks"
    case .fails: "fails"
    }
  }
}

public typealias Models = [Model]

@resultBuilder
public enum ModelsBuilder {
  public static func buildExpression(_ model: Model) -> Models { [model] }
  public static func buildExpression(_ models: Models) -> Models { models }
  public static func buildBlock(_ parts: Models...) -> Models { parts.flatMap { $0 } }
  public static func buildOptional(_ part: Models?) -> Models { part ?? [] }
  public static func buildEither(first: Models) -> Models { first }
  public static func buildEither(second: Models) -> Models { second }
  public static func buildArray(_ parts: [Models]) -> Models { parts.flatMap { $0 } }
}
