import DistCheckEngine

/// A guarded action: in a state in which the guard is true, the effect may happen, all at once.
///
/// ```swift
/// Action("RMPrepare", for: RM.self) { s, rm in
///   s.phase[rm] == .working
/// } then: { s, rm in
///   s.phase[rm] = .prepared
/// }
/// ```
/// Parameters are where choice comes from: the action has an instance for each combination of their values. They range
/// over finite types (`for:`), over what is in the state (`each:`), or over the messages that can be received
/// (`receiving:`).
///
/// What may not be put off for ever is said with `fairness:`, of the action as a whole (`.weak`) or of each of its
/// instances (`.weak.each`), see ``Fairness``. Only what is said of all behaviour depends on it: ``Eventually`` and its kin.
///
/// An enabled instance whose effect changes nothing is still a step, and counts as a generated state, as in TLC.
@frozen
public struct Action<State: BitwiseCopyable> {
  @usableFromInline let table: ActionTable

  @inlinable @inline(__always)
  init(table: ActionTable) { self.table = table }
}

/// The actions of a specification, in the order of their declaration.
public typealias Actions<State: BitwiseCopyable> = [Action<State>]

/// None of this is inlined: it runs once, and would be compiled again for every size of every model.
@resultBuilder
public enum ActionsBuilder<State: BitwiseCopyable> {
  public static func buildExpression(_ action: Action<State>) -> Actions<State> { [action] }
  public static func buildBlock(_ parts: Actions<State>...) -> Actions<State> { parts.flatMap { $0 } }
  public static func buildOptional(_ part: Actions<State>?) -> Actions<State> { part ?? [] }
  public static func buildEither(first: Actions<State>) -> Actions<State> { first }
  public static func buildEither(second: Actions<State>) -> Actions<State> { second }
  public static func buildArray(_ parts: [Actions<State>]) -> Actions<State> { parts.flatMap { $0 } }
}

extension Action {
  /// Goes through instances: the loop of every action, with guard and effect inlined into it.
  ///
  /// The function types here have no type parameters of their own; otherwise the optimiser leaves a call and a
  /// conversion at each instance.
  ///
  /// - Parameters:
  ///   - count: How many instances there are in this state.
  ///   - isEnabled: Whether the instance with this ordinal is enabled.
  ///   - effect: Applies it to a copy of the state; the state itself is still there to read.
  @inlinable @inline(__always)
  static func explore(
    _ source: UnsafeRawPointer, _ buffer: UnsafeMutablePointer<SuccessorBuffer>, _ first: Int, _ limit: Int,
    count: Int, isEnabled: (UnsafePointer<State>, Int) -> Bool,
    effect: (UnsafeMutablePointer<State>, UnsafePointer<State>, Int) -> Void
  ) -> Int {
    let state = source.assumingMemoryBound(to: State.self)
    let end = limit < count ? limit : count
    var ordinal = first
    while ordinal < end {
      if isEnabled(state, ordinal) {
        if buffer.pointee.room == 0 { return ordinal }
        let successor = buffer.pointee.next.assumingMemoryBound(to: State.self)
        successor.pointee = state.pointee
        effect(successor, state, ordinal)
        buffer.pointee.commit(ordinal: ordinal)
      }
      ordinal &+= 1
    }
    return -1
  }
}

/// What a report needs to know of an action's parameters. Made by functions that are not inlined: it is wanted for a few
/// steps of a trace, and would be compiled again for every size of every model.
@usableFromInline
struct Parameters {
  let types: [Any.Type]
  /// Why they cannot be the parameters of an action; nil when they can.
  let flaw: () -> String?
  /// How many values each has.
  let counts: () -> [Int]
  let instanceCount: (UnsafeRawPointer) -> Int
  let arguments: (UnsafeRawPointer, Int) -> [Value]

  /// The combinations of values of finite types; the first changes fastest.
  @usableFromInline @inline(never)
  static func finite<each P: Finite>(_ types: repeat (each P).Type) -> Parameters {
    var erased: [any Finite.Type] = []
    for type in repeat (each P).self { erased.append(type) }
    let types = erased
    return Parameters(
      types: types, flaw: { flaw(of: types) }, counts: { types.map { $0.count } },
      instanceCount: { _ in types.reduce(1) { $0 * $1.count } },
      arguments: { _, ordinal in
        var rest = ordinal
        return types.map { type in
          defer { rest /= type.count }
          return type.value(rest % type.count)
        }
      })
  }
}

extension Parameters {
  private static func flaw(of types: [any Finite.Type]) -> String? {
    var product = 1
    for type in types {
      do { try type.checkOrdinals() } catch { return error.description }
      let (next, isTooLarge) = product.multipliedReportingOverflow(by: type.count)
      if isTooLarge || next > mostInstances {
        let sizes = types.map { "\($0.count) of \($0)" }.joined(separator: ", ")
        return "it has more instances than 4,294,967,296: its parameters have \(sizes)"
      }
      product = next
    }
    return nil
  }
}

extension Finite {
  fileprivate static func value(_ ordinal: Int) -> Value { Value(describing: Self(uncheckedOrdinal: ordinal)) }
}

extension ActionTable {
  @usableFromInline @inline(never)
  init(
    _ name: String, _ file: String, _ line: Int, _ fairness: Fairness, _ parameters: Parameters,
    expand: @escaping Expand
  ) {
    self.init(
      name: name, location: SourceLocation(file: file, line: line), expand: expand,
      instanceCount: parameters.instanceCount, arguments: parameters.arguments, fairness: fairness,
      identity: .ordinals(parameters: parameters.types.count, counts: parameters.counts),
      parameterTypes: parameters.types, flaw: parameters.flaw)
  }
}
