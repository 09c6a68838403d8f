/// What one line of a log says of a behaviour, with its types erased: which steps it may stand for, and what it shows of the
/// states before and after them. Whatever it does not say is unknown.
public struct Observation {
  /// Each a sequence of steps that the line may stand for; an empty one is no step at all. Without any, the line stands for
  /// one step of any action.
  public var alternatives: [[StepPattern]] = []
  /// What it shows of the state before the first step and after the last one.
  public var fields: [StateField] = []
  /// What it shows of the parameters of whichever step has one of that type.
  public var parameters: [ParameterField] = []
  /// Who acts, as arguments show it: steps that name the same are shown when the line is rejected.
  public var actor: (() -> Value)?

  public init() {}

  public mutating func removeAll() {
    alternatives.removeAll(keepingCapacity: true)
    fields.removeAll(keepingCapacity: true)
    parameters.removeAll(keepingCapacity: true)
    actor = nil
  }
}

/// Instances of an action of which some parameters are known.
public struct StepPattern {
  /// The place of the action in the specification; nil for any.
  public var action: Int?
  /// What is known of its parameters, in their order; those behind are unknown.
  public var arguments: [Argument]

  public enum Argument: Equatable {
    case unknown
    /// A value of a finite type, by its ordinal.
    case ordinal(Int)
    /// Any other, by its bytes, see `InstanceIdentity`.
    case bytes([UInt8])
  }

  public init(action: Int?, arguments: [Argument] = []) {
    self.action = action
    self.arguments = arguments
  }

  static var any: StepPattern { StepPattern(action: nil) }
}

/// Something that a line shows of the states before and after its steps.
public struct StateField {
  /// As the mapping calls it: `term of node 3`.
  public var name: String
  public var agrees: (_ before: UnsafeRawPointer, _ after: UnsafeRawPointer) -> Bool
  /// What the log says it is.
  public var logged: () -> String
  /// What the specification says it is.
  public var specified: (_ before: UnsafeRawPointer, _ after: UnsafeRawPointer) -> String
  /// Whether it is known before the step.
  public var isBefore: Bool

  public init(
    name: String, isBefore: Bool, agrees: @escaping (UnsafeRawPointer, UnsafeRawPointer) -> Bool,
    logged: @escaping () -> String, specified: @escaping (UnsafeRawPointer, UnsafeRawPointer) -> String
  ) {
    self.name = name
    self.isBefore = isBefore
    self.agrees = agrees
    self.logged = logged
    self.specified = specified
  }
}

/// Something that a line shows of a parameter: a field of the message that is received.
public struct ParameterField {
  public var name: String
  /// Of which parameters it is one: those of this type.
  public var type: Any.Type
  /// Whether it agrees, by the value's bytes as `InstanceIdentity` has them.
  public var agrees: (_ bytes: UnsafeRawPointer) -> Bool
  public var logged: () -> String
  public var specified: (_ bytes: UnsafeRawPointer) -> String

  public init(
    name: String, type: Any.Type, agrees: @escaping (UnsafeRawPointer) -> Bool, logged: @escaping () -> String,
    specified: @escaping (UnsafeRawPointer) -> String
  ) {
    self.name = name
    self.type = type
    self.agrees = agrees
    self.logged = logged
    self.specified = specified
  }
}

/// Steps that leave no line in the log.
public struct HiddenSteps {
  /// The places of their actions in the specification.
  public var actions: [Int]
  /// How many there can be between two lines.
  public var limit: Int

  public init(actions: [Int] = [], limit: Int = 0) {
    self.actions = actions
    self.limit = limit
  }
}
