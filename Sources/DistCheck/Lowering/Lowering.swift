import DistCheckEngine
import DistCheckReporting

/// A specification cannot be checked as it stands.
public enum SpecificationError: Error, Equatable {
  /// The state has a part that is not finite, or too large: `State.log: …`.
  case layout(type: String, LayoutError)
  case noInitialState
  case noActions
  /// Two actions or two properties have the same name; where the later one is.
  case duplicateName(String, SourceLocation)
  /// An action has parameters that it cannot have.
  case action(String, SourceLocation, reason: String)
  /// Computing the initial states or the tables failed.
  case fault(SpecificationFault)
  /// A model asks for symmetry, and nothing is declared interchangeable.
  case nothingInterchangeable
  /// A model says something of the fairness of an action that there is not.
  case noSuchAction(String)
  case noSuchProperty(String)
  /// The fairness of an action is for each value of a parameter that it does not have.
  case noSuchParameter(String, Int)
  /// A temporal property cannot be made an automaton of.
  case temporal(String, reason: String)
  /// A formula names an action that there is not, or gives it arguments that it does not have.
  case formula(String, SourceLocation, reason: String)
  /// A constant does not satisfy an assumption.
  case assumption(String, SourceLocation)
  /// The code of a type in the state fails, its `count`, say.
  case typeFault(type: String, SpecificationFault)
  /// What a model gave a constant has no place where the sizes are others.
  case constant(String, reason: String)
  /// Actions that say that their fairness is one are not alike; where the later one is.
  case group(String, actions: String, reason: String, SourceLocation)
  /// The fairness of an action is of each of more instances than there can be conditions.
  case tooManyInstances(String, SourceLocation)
  /// What is declared interchangeable cannot be exchanged.
  case symmetry(String)
}

extension SpecificationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .layout(let type, let error): "\(type)\(error.path.isEmpty ? "" : ".\(error.path)"): \(error.reason)"
    case .noInitialState: "the specification has no initial state"
    case .noActions: "the specification has no actions"
    case .duplicateName(let name, _): "two actions or two properties are called \"\(name)\""
    case .symmetry(let reason): reason
    case .action(let name, _, let reason): "action \(name): \(reason)"
    case .fault(let fault): "the specification fails before its first step: \(fault.message)"
    case .nothingInterchangeable:
      "the model asks for symmetry, but the specification declares nothing interchangeable"
    case .noSuchAction(let name): "the model says something of the fairness of \"\(name)\", which is no action"
    case .noSuchProperty(let name): "the model is expected to violate \"\(name)\", which is no property"
    case .noSuchParameter(let name, let parameter):
      "the fairness of action \(name) is for each value of parameter \(parameter), which it does not have; "
        + "the first is 0"
    case .temporal(let name, let reason), .formula(let name, _, let reason): "property \"\(name)\": \(reason)"
    case .assumption(let name, _): "the assumption \"\(name)\" is false"
    case .typeFault(let type, let fault): "\(type) fails: \(fault.message)"
    case .constant(let name, let reason):
      "the constant \"\(name)\" cannot keep its value: \(reason); write a model of that size, or give "
        + "the constant a value with -D"
    case .group(let name, let actions, let reason, _):
      "the fairness of \(actions) cannot be together in \"\(name)\": \(reason)"
    case .tooManyInstances(let name, _):
      "action \(name) has more than \(grouped(FairnessLimits.mostInstances)) instances, too many for fairness of each"
    }
  }
}

extension Specification {
  /// The specification with its types erased. Inlined into the compiled specification, so that guards and effects are
  /// specialised for its constants.
  @inlinable @inline(__always)
  public func lowered() throws(SpecificationError) -> TransitionSystem {
    let specification = self
    return try TransitionSystem(
      assumptions: { specification.assumptions }, constants: { Self.constants(of: specification) }, state: State.self,
      initial: { specification.initial }, actions: { specification.actions },
      properties: { specification.properties },
      isWithinConstraint: { specification.constraint($0.assumingMemoryBound(to: State.self).pointee) },
      mayStop: { specification.mayStop($0.assumingMemoryBound(to: State.self).pointee) },
      interchangeable: { specification.interchangeable })
  }
}

extension TransitionSystem {
  @usableFromInline
  init<State: BitwiseCopyable>(
    assumptions: @escaping () -> Assumptions, constants: @escaping () -> [ConstantValue],
    state: State.Type,
    initial: @escaping () -> [State], actions: @escaping () -> Actions<State>,
    properties: @escaping () -> Properties<State>,
    isWithinConstraint: @escaping (UnsafeRawPointer) -> Bool, mayStop: @escaping (UnsafeRawPointer) -> Bool,
    interchangeable: @escaping () -> Interchangeable
  ) throws(SpecificationError) {
    let layout = try Layout.ofState(State.self)
    var known: [ConstantValue] = []
    var states: [[UInt64]] = []
    var actionTables: [ActionTable] = []
    var declared: Properties<State> = []
    var kinds: [Layout.IdentityKind] = []
    var broken: Assume?
    do {
      try catchingFaults {
        known = constants()
        broken = assumptions().first { !$0.holds() }
        guard broken == nil else { return }
        states = initial().map { layout.words(of: $0) }
        actionTables = actions().map(\.table)
        declared = properties()
        for kind in interchangeable().kinds where !kinds.contains(kind) { kinds.append(kind) }
      }
    } catch { throw .fault(error) }
    if let broken { throw .assumption(broken.name, broken.location) }
    for action in actionTables { try action.validateParameters() }
    if states.isEmpty { throw .noInitialState }
    if actionTables.isEmpty { throw .noActions }
    var propertyTables: [PropertyTable] = []
    for property in declared { propertyTables.append(try property.lowered(actionTables, layout)) }
    for named in [actionTables.map { ($0.name, $0.location) }, propertyTables.map { ($0.name, $0.location) }] {
      var seen: Set<String> = []
      for (name, location) in named where !seen.insert(name).inserted { throw .duplicateName(name, location) }
    }
    self.init(
      constants: known.map { ($0.name, $0.value) }, layout: layout, initialStates: states, actions: actionTables,
      properties: propertyTables,
      isWithinConstraint: isWithinConstraint, mayStop: mayStop, interchangeable: kinds)
    let (constants, interchangeable) = (known, kinds)
    flawOfSymmetry = { Self.flawOfSymmetry(interchangeable, layout, constants) }
    try validateFairness()
    for property in propertyTables {
      guard case .temporal(let temporal) = property.predicate else { continue }
      do { try temporal.validate() } catch { throw .temporal(property.name, reason: "\(error)") }
    }
  }
}

extension TransitionSystem {
  /// Why the states cannot be explored up to an exchange of identities of these kinds; nil when nothing is known against it.
  private static func flawOfSymmetry(
    _ kinds: [Layout.IdentityKind], _ layout: Layout, _ constants: [ConstantValue]
  ) -> String? {
    for constant in constants {
      guard let kind = constant.layout.kindThatMatters(in: constant.words, among: kinds) else { continue }
      return
        "the constant \(constant.name) is \(constant.value), which treats some \(kind.name) differently from others; "
        + "remove \(kind.name) from `interchangeable`, or check without symmetry"
    }
    let search = TypeSearch()
    do {
      try catchingFaults {
        search.found = layout.typeThatCannotBePermuted(among: kinds) { search.asked = $0 }
      }
    } catch {
      search.found = (search.asked, "its ordinal fails when identities in one of its values are exchanged")
    }
    return search.found.map { type, reason in
      "\(type) cannot be permuted: \(reason); make it of identities in any order, or check without symmetry"
    }
  }

  private final class TypeSearch {
    var asked = ""
    var found: (type: String, reason: String)?
  }

  /// The system, to be explored up to exchange of what is interchangeable.
  func symmetric() throws(SpecificationError) -> TransitionSystem {
    if let flaw = flawOfSymmetry() { throw .symmetry(flaw) }
    var system = self
    system.isSymmetric = true
    return system
  }
}

extension Layout {
  /// The value of a finite type, as a person sees it.
  func value<T>(of value: T) -> Value {
    withMemory(of: value) { self.value(at: $0) }
  }

  /// A state as words; the bytes of the last word that it does not fill are zero.
  func words<T>(of value: T) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: words)
    words.withUnsafeMutableBytes { target in
      withMemory(of: value) { target.copyMemory(from: UnsafeRawBufferPointer(start: $0, count: MemoryLayout<T>.size)) }
    }
    return words
  }
}
