import DistCheck
import DistCheckEngine
import Testing

func bytes<T: BitwiseCopyable>(of value: T) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }

/// The value as the layout of its type reads it.
func read<T: BitwiseCopyable>(_ value: T) throws -> Value {
  let layout = try Layout.of(T.self)
  return withUnsafeBytes(of: value) { layout.value(at: $0.baseAddress!) }
}

/// How the layout of a type prints a value.
func text<T: BitwiseCopyable>(_ value: T) throws -> String { try read(value).description }

/// Expects that the specification itself fails, with this message.
///
/// The body is left by a jump: what it changes must be its own.
func expectFault(
  _ message: String, sourceLocation: Testing.SourceLocation = #_sourceLocation, _ body: @escaping () -> Void
) {
  do throws(SpecificationFault) {
    try catchingFaults(body)
    Issue.record("nothing failed: \(message)", sourceLocation: sourceLocation)
  } catch {
    #expect(error.message == message, sourceLocation: sourceLocation)
    #expect(!error.isTrap, sourceLocation: sourceLocation)
  }
}

/// A sketch of a specification without deadlocks.
struct Sketch<State: BitwiseCopyable>: Specification {
  var initial: Initial<State>
  var actions: Actions<State>
  var properties: Properties<State>

  init() { self.init(actions: {}) }

  init(
    _ initial: State..., @ActionsBuilder<State> actions: () -> Actions<State>,
    @PropertiesBuilder<State> properties: () -> Properties<State> = { [] }
  ) {
    self.init(all: initial, actions: actions, properties: properties)
  }

  init(
    all initial: [State], @ActionsBuilder<State> actions: () -> Actions<State>,
    @PropertiesBuilder<State> properties: () -> Properties<State> = { [] }
  ) {
    self.initial = initial
    self.actions = actions()
    self.properties = properties()
  }

  func mayStop(_ state: borrowing State) -> Bool { true }
}

enum Node {}
typealias Three = ID<Node, 3>
enum Color: Enumeration { case red, green, blue }
