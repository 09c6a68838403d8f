import DistCheckEngine
import DistCheckLogs

/// What a line of a log means, as a ``LogMapping`` says it.
///
/// ```swift
/// event.is("Receive") // one step of this action, of whichever message
/// event.parameter("term", is: 3) { (m: Message) in m.term }
/// event.after("commit", is: 6) { s in s.commit[node] }
/// ```
@frozen
public struct LogEvent<Spec: Specification> {
  public typealias State = Spec.State

  @usableFromInline var raw: RawEvent
  @usableFromInline let context: LogContext

  @usableFromInline
  init(_ context: LogContext) {
    raw = RawEvent()
    self.context = context
  }

  // MARK: Steps

  /// The line stands for a step of an action. Said several times, for a step of one of them.
  ///
  /// - Parameter arguments: The first parameters of the action; one that is `nil` is unknown, and so are those behind.
  @inlinable
  public mutating func `is`<each P>(_ action: String, _ arguments: repeat each P) {
    raw.observation.alternatives.append([context.step(action, repeat each arguments)])
  }

  /// The line stands for several steps, one after the other:
  /// `event.is(steps: event.step("UpdateTerm", i), event.step("Receive"))`.
  public mutating func `is`(steps: LogStep...) {
    raw.observation.alternatives.append(steps.map(\.pattern))
  }

  /// A step, for ``is(steps:)``.
  @inlinable
  public func step<each P>(_ action: String, _ arguments: repeat each P) -> LogStep {
    LogStep(pattern: context.step(action, repeat each arguments))
  }

  /// The line stands for no step: it only shows the state. Said beside steps, it may be no step.
  public mutating func isNoStep() { raw.observation.alternatives.append([]) }

  /// The line does not matter.
  public mutating func skip() { raw.isSkipped = true }

  // MARK: What it shows

  /// The line shows this of the state after the step.
  ///
  /// - Parameters:
  ///   - name: What a rejection calls it: `commit`.
  ///   - value: What the log says.
  ///   - read: What it is in the specification.
  @inlinable
  public mutating func after<V: Equatable>(
    _ name: String, is value: V, _ read: @escaping (borrowing State) -> V
  ) { shows(name, value, isBefore: false, read) }

  /// The line shows this of the state before the step.
  @inlinable
  public mutating func before<V: Equatable>(
    _ name: String, is value: V, _ read: @escaping (borrowing State) -> V
  ) { shows(name, value, isBefore: true, read) }

  @inlinable
  mutating func shows<V: Equatable>(
    _ name: String, _ value: V, isBefore: Bool, _ read: @escaping (borrowing State) -> V
  ) {
    let context = context
    raw.observation.fields.append(
      StateField(
        name: name, isBefore: isBefore,
        agrees: { before, after in
          read((isBefore ? before : after).assumingMemoryBound(to: State.self).pointee) == value
        },
        logged: { context.text(of: value) },
        specified: { before, after in
          context.text(of: read((isBefore ? before : after).assumingMemoryBound(to: State.self).pointee))
        }))
  }

  /// The line shows that the step added an element to a set, and nothing else; it may have been in there.
  @inlinable
  public mutating func adds<E: Finite>(
    _ element: E, to name: String, _ read: @escaping (borrowing State) -> Subset<E>
  ) {
    let context = context
    becomes(name, { "gains \(context.text(of: element))" }, { $0.insert(element) }, read)
  }

  /// The line shows that the step took an element out of a set, and nothing else.
  @inlinable
  public mutating func removes<E: Finite>(
    _ element: E, from name: String, _ read: @escaping (borrowing State) -> Subset<E>
  ) {
    let context = context
    becomes(name, { "loses \(context.text(of: element))" }, { $0.remove(element) }, read)
  }

  /// A set becomes what a change makes of the one before.
  @inlinable
  mutating func becomes<E: Finite>(
    _ name: String, _ logged: @escaping () -> String, _ change: @escaping (inout Subset<E>) -> Void,
    _ read: @escaping (borrowing State) -> Subset<E>
  ) {
    let context = context
    raw.observation.fields.append(
      StateField(
        name: name, isBefore: false,
        agrees: { before, after in
          var expected = read(before.assumingMemoryBound(to: State.self).pointee)
          change(&expected)
          return read(after.assumingMemoryBound(to: State.self).pointee) == expected
        },
        logged: logged,
        specified: { before, after in
          let old = context.text(of: read(before.assumingMemoryBound(to: State.self).pointee))
          return "\(old) became \(context.text(of: read(after.assumingMemoryBound(to: State.self).pointee)))"
        }))
  }

  /// The line shows something of the change itself.
  @inlinable
  public mutating func change(
    _ name: String, _ holds: @escaping (_ before: borrowing State, _ after: borrowing State) -> Bool
  ) {
    raw.observation.fields.append(
      StateField(
        name: name, isBefore: false,
        agrees: { before, after in
          holds(
            before.assumingMemoryBound(to: State.self).pointee, after.assumingMemoryBound(to: State.self).pointee)
        },
        logged: { "so" }, specified: { _, _ in "not so" }))
  }

  /// The line shows this of the parameter of the step that has this type, such as the message that is received.
  @inlinable
  public mutating func parameter<P: BitwiseCopyable, V: Equatable>(
    _ name: String, is value: V, _ read: @escaping (P) -> V
  ) {
    let context = context
    raw.observation.parameters.append(
      ParameterField(
        name: name, type: P.self, agrees: { bytes in read(LogContext.load(P.self, bytes)) == value },
        logged: { context.text(of: value) },
        specified: { bytes in context.text(of: read(LogContext.load(P.self, bytes))) }))
  }

  /// Who acts. When the line is rejected, steps of the same node are shown.
  public mutating func actor<N: Finite>(_ node: N) {
    let context = context
    raw.observation.actor = { context.value(of: node) }
  }

  // MARK: Order

  /// The process whose log the line belongs to; the file by default. It matters with ``LogOrder/partial(skew:)``.
  public var process: String? {
    get { raw.process }
    set { raw.process = newValue }
  }

  /// A vector clock: for each process, how many of its events the line knows of, its own included.
  public var clock: [String: Int]? {
    get { raw.clock }
    set { raw.clock = newValue }
  }

  /// When it happened, in a unit of your choice.
  public var time: Double? {
    get { raw.time }
    set { raw.time = newValue }
  }

  /// The line sends a message: whichever line receives it comes later.
  public mutating func sends(_ message: String) { raw.sent.append(message) }

  /// The line receives a message that another one sends.
  public mutating func receives(_ message: String) { raw.received.append(message) }
}

/// A step that a line may stand for, see ``LogEvent/step(_:_:)``.
public struct LogStep {
  @usableFromInline let pattern: StepPattern

  @usableFromInline
  init(pattern: StepPattern) { self.pattern = pattern }
}

/// What a line means, with the types erased.
@usableFromInline
struct RawEvent {
  @usableFromInline var observation = Observation()
  var isSkipped = false
  var process: String?
  var clock: [String: Int]?
  var time: Double?
  var sent: [String] = []
  var received: [String] = []

  @usableFromInline
  init() {}

  mutating func removeAll() {
    observation.removeAll()
    isSkipped = false
    (process, clock, time) = (nil, nil, nil)
    sent.removeAll(keepingCapacity: true)
    received.removeAll(keepingCapacity: true)
  }
}
