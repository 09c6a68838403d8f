/// A specification with its types erased: words, ordinals and functions. All that the engine knows of it.
public struct TransitionSystem {
  /// Constants of the specification and their values, for reports.
  public var constants: [(name: String, value: Value)]
  /// How a state's bytes are to be read.
  public var layout: Layout
  /// How states are stored.
  let packing: Packing
  /// The initial states, each `layout.words` words.
  public var initialStates: [[UInt64]]
  public var actions: [ActionTable]
  public var properties: [PropertyTable]
  /// The state constraint: states outside are checked but neither counted nor explored further.
  public var isWithinConstraint: (UnsafeRawPointer) -> Bool
  /// Whether it is legitimate for the system to stop in this state. Elsewhere, no enabled action is a deadlock.
  public var mayStop: (UnsafeRawPointer) -> Bool
  /// The kinds whose identities may be exchanged for each other, in the order of their declaration.
  public var interchangeable: [Layout.IdentityKind]
  /// Why that cannot be; nil when it can, as far as is known before the search.
  public var flawOfSymmetry: () -> String? = { nil }
  /// Whether one state of each orbit is to be explored, instead of all.
  public var isSymmetric: Bool

  public init(
    constants: [(name: String, value: Value)], layout: Layout, initialStates: [[UInt64]], actions: [ActionTable],
    properties: [PropertyTable], isWithinConstraint: @escaping (UnsafeRawPointer) -> Bool,
    mayStop: @escaping (UnsafeRawPointer) -> Bool, interchangeable: [Layout.IdentityKind] = [],
    isSymmetric: Bool = false
  ) {
    self.constants = constants
    self.layout = layout
    let packing = Packing(layout)
    self.packing = packing
    self.initialStates = initialStates.map { packing.canonical($0) }
    self.actions = actions
    self.properties = properties
    self.isWithinConstraint = isWithinConstraint
    self.mayStop = mayStop
    self.interchangeable = interchangeable
    self.isSymmetric = isSymmetric
  }
}

extension TransitionSystem {
  /// A state as it is stored and compared: without blanks and padding.
  public func canonical(_ state: [UInt64]) -> [UInt64] { packing.canonical(state) }
}

/// One action of a specification. Its instances in a state (one for each combination of its parameters' values) are
/// numbered from 0: their ordinals.
public struct ActionTable {
  /// Writes the successors of `state` under the instances `first..<limit` into the buffer.
  ///
  /// Returns -1 when it has tried them all, or the ordinal to go on with when the buffer was full.
  public typealias Expand = (
    _ state: UnsafeRawPointer, _ buffer: UnsafeMutablePointer<SuccessorBuffer>, _ first: Int, _ limit: Int
  ) -> Int

  public var name: String
  /// Where the specification declares it.
  public var location: SourceLocation
  public var expand: Expand
  /// How many instances there are to try in a state, enabled or not.
  public var instanceCount: (UnsafeRawPointer) -> Int
  /// The arguments of one instance.
  public var arguments: (_ state: UnsafeRawPointer, _ ordinal: Int) -> [Value]
  /// An action that may well never be enabled because a model switches it off; coverage does not complain about it.
  public var isOptional: Bool
  /// Which of its instances may not be passed over for ever.
  public var fairness: Fairness
  /// Of which of these that is said, by state and ordinal; nil for all. Asked of enabled instances only.
  public var isFair: ((UnsafeRawPointer, Int) -> Bool)?
  /// What tells its instances apart from state to state.
  public var identity: InstanceIdentity
  /// Why it cannot be explored; nil when it can.
  public var flaw: () -> String?
  /// The types of its parameters: those of one type are known by the same bytes, whichever action they belong to.
  public var parameterTypes: [Any.Type]

  public init(
    name: String, location: SourceLocation, isOptional: Bool = false, expand: @escaping Expand,
    instanceCount: @escaping (UnsafeRawPointer) -> Int,
    arguments: @escaping (UnsafeRawPointer, Int) -> [Value], fairness: Fairness = .none,
    identity: InstanceIdentity = .ordinals(parameters: 0, counts: { [] }), parameterTypes: [Any.Type] = [],
    flaw: @escaping () -> String? = { nil }
  ) {
    self.name = name
    self.location = location
    self.isOptional = isOptional
    self.expand = expand
    self.instanceCount = instanceCount
    self.arguments = arguments
    self.fairness = fairness
    self.identity = identity
    self.flaw = flaw
    self.parameterTypes = parameterTypes
  }
}

/// What makes an instance of an action the same one in another state.
public enum InstanceIdentity {
  /// Its ordinal, made of those of its parameters, which have so many values each; the first changes fastest.
  case ordinals(parameters: Int, counts: () -> [Int])
  /// Parameters range over what is in the state, and are known by the bytes of their values; those of finite types by
  /// their ordinals in eight bytes.
  ///
  /// `write` copies those of one parameter, `limit` at most, and returns how many there are; -1 where there is no such
  /// instance.
  case bytes(
    parameters: Int, limit: Int,
    write: (_ state: UnsafeRawPointer, _ ordinal: Int, _ parameter: Int, UnsafeMutableRawPointer) -> Int)

  public var parameterCount: Int {
    switch self {
    case .ordinals(let parameters, _): parameters
    case .bytes(let parameters, _, _): parameters
    }
  }
}

/// One property of a specification.
public struct PropertyTable {
  public enum Predicate {
    /// Holds in every reachable state.
    case always((UnsafeRawPointer) -> Bool)
    /// Holds for every transition, from the state before to the state after.
    case step((_ before: UnsafeRawPointer, _ after: UnsafeRawPointer) -> Bool)
    /// Holds in some reachable state.
    case sometimes((UnsafeRawPointer) -> Bool)
    /// Holds for every fair behaviour.
    case temporal(TemporalProperty)
  }

  public var name: String
  public var location: SourceLocation
  public var predicate: Predicate

  public init(name: String, location: SourceLocation, predicate: Predicate) {
    self.name = name
    self.location = location
    self.predicate = predicate
  }
}
