import DistCheckEngine
import DistCheckLogs

/// What a mapping needs to know of the specification while it reads lines: its actions by name, the names of identities, and
/// how finite types are decoded.
@usableFromInline
final class LogContext {
  let names = LogNameTables()
  private var actions: [String: Int] = [:]
  private var parameters: [Parameters] = []
  /// What is wrong with the mapping, found out while a line was read.
  private(set) var flaw: String?
  private var layouts: [ObjectIdentifier: Layout] = [:]

  fileprivate struct Parameters {
    var action: String
    var types: [Any.Type]
  }

  init() {}

  func use(_ system: TransitionSystem) {
    parameters = system.actions.map { Parameters(action: $0.name, types: $0.parameterTypes) }
    for (index, action) in system.actions.enumerated() { actions[action.name] = index }
  }

  func note(_ flaw: String) { if self.flaw == nil { self.flaw = flaw } }

  // MARK: Steps

  @usableFromInline
  func step<each P>(_ name: String, _ arguments: repeat each P) -> StepPattern {
    guard let number = actions[name] else {
      let others = parameters.map(\.action).joined(separator: ", ")
      note("there is no action \"\(name)\"; the specification has \(others)")
      return StepPattern(action: nil)
    }
    var known: [StepPattern.Argument] = []
    for argument in repeat each arguments { known.append(self.argument(argument, known.count, of: parameters[number])) }
    while known.last == .unknown { known.removeLast() }
    return StepPattern(action: number, arguments: known)
  }

  private func argument<P>(_ value: P, _ place: Int, of action: Parameters) -> StepPattern.Argument {
    guard place < action.types.count else {
      // What a line leaves out may be of another action.
      if let optional = value as? any OptionalValue, optional.isNil { return .unknown }
      note("the mapping gives action \(action.action) \(place + 1) arguments; it has \(action.types.count)")
      return .unknown
    }
    let type = action.types[place]
    if type == P.self { return Self.argument(value) }
    if let optional = value as? any OptionalValue { return optional.argument(self, place, of: action) }
    note("the mapping gives action \(action.action) a \(P.self) where it has a \(type)")
    return .unknown
  }

  fileprivate static func argument<P>(_ value: P) -> StepPattern.Argument {
    if let value = value as? any Finite { return .ordinal(value.ordinal) }
    return withMemory(of: value) { pointer in
      .bytes(Array(UnsafeRawBufferPointer(start: pointer, count: MemoryLayout<P>.size)))
    }
  }

  fileprivate func wrapped<P>(_ value: P, _ place: Int, of action: Parameters) -> StepPattern.Argument {
    argument(value, place, of: action)
  }

  /// A parameter from the bytes that an instance is known by.
  @usableFromInline
  static func load<P: BitwiseCopyable>(_ type: P.Type, _ bytes: UnsafeRawPointer) -> P {
    if let finite = type as? any Finite.Type {
      return finite.value(Int(truncatingIfNeeded: bytes.load(as: UInt64.self)), as: P.self)
    }
    return bytes.loadUnaligned(as: P.self)
  }

  // MARK: Values

  /// A value as a rejection shows it; an identity by the name that the log has for it.
  @usableFromInline
  func text<V>(of value: V) -> String { self.value(of: value).description }

  @usableFromInline
  func value<V>(of value: V) -> Value {
    (try? layout(of: V.self)).map { $0.named(by: names).value(of: value) } ?? .name("\(value)")
  }

  func layout(of type: Any.Type) throws(LayoutError) -> Layout {
    if let layout = layouts[ObjectIdentifier(type)] { return layout }
    let layout = try Layout.of(type)
    layouts[ObjectIdentifier(type)] = layout
    return layout
  }
}

extension Finite {
  fileprivate static func value<P>(_ ordinal: Int, as _: P.Type) -> P { Self(uncheckedOrdinal: ordinal) as! P }
}

/// An optional argument: nothing is known where there is none.
private protocol OptionalValue {
  var isNil: Bool { get }
  func argument(_ context: LogContext, _ place: Int, of action: LogContext.Parameters) -> StepPattern.Argument
}

extension Optional: OptionalValue {
  fileprivate var isNil: Bool { if case .none = self { true } else { false } }

  fileprivate func argument(_ context: LogContext, _ place: Int, of action: LogContext.Parameters)
    -> StepPattern.Argument
  {
    map { context.wrapped($0, place, of: action) } ?? .unknown
  }
}
