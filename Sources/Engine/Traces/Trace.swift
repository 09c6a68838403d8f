/// An execution of a specification, replayed step by step through its own code.
public struct Trace {
  public struct Step {
    /// The action taken, or nil for the initial state.
    public var action: String?
    public var arguments: [Value]
    /// The state that it led to; nil when the specification failed while computing it.
    public var state: Value?
    /// What differs from the state before.
    public var changes: [Change]
    /// On the loop of a lasso: the fairness assumptions that are satisfied here, where they had not been before.
    public var fairness: [String] = []
  }

  /// The initial state first.
  public var steps: [Step]
  /// Of a lasso: the index of the step to whose state the last one leads back. Where that is the last one, the behaviour
  /// stops there for ever.
  public var loop: Int?
  /// Replays this execution: `distcheck SPEC --replay TOKEN`.
  public var token: ReplayToken
  /// The words of the last state.
  var lastState: [UInt64]
  let path: Path
}

extension Trace.Step {
  /// `RMPrepare(2)`, or `Initial state`.
  public var title: String {
    guard let action else { return "Initial state" }
    return TransitionSystem.title(action, arguments)
  }
}

extension Trace {
  /// Replays a path through the typed specification.
  ///
  /// - Parameters:
  ///   - failing: An instance that is known to fail after the path; shown as a last step without a state.
  ///   - control: Of a search that can be stopped; nil where nothing stops it.
  /// - Throws: `ReplayFailure` when a step of the path is not enabled where the path takes it.
  init(
    _ path: Path, of system: TransitionSystem, failing: Path.Choice? = nil,
    control: UnsafeMutablePointer<SearchControl>? = nil
  ) throws(ReplayFailure) {
    let states = try path.states(in: system, control: control)
    var value = system.layout.value(at: states[0])
    steps = [Step(action: nil, arguments: [], state: value, changes: [])]
    self.path = path
    token = ReplayToken(path, failing: failing, fingerprint: system.fingerprint)
    for (number, choice) in path.choices.enumerated() {
      if control?.pointee.isLeft ?? false { throw .stopped }
      let after = system.layout.value(at: states[number + 1])
      steps.append(
        Step(
          action: system.actions[choice.action].name,
          arguments: system.actions[choice.action].arguments(states[number], choice.ordinal), state: after,
          changes: Value.changes(from: value, to: after)))
      value = after
    }
    let state = states.last!
    if let failing {
      steps.append(
        Step(
          action: system.actions[failing.action].name,
          arguments: system.actions[failing.action].arguments(state, failing.ordinal), state: nil, changes: []))
    }
    lastState = state
  }
}

/// Why a path cannot be replayed.
public enum ReplayFailure: Error, Equatable {
  /// The token was made for other constants, another model, or another version of the specification.
  case otherSystem
  case noSuchInitialState(Int)
  case notEnabled(step: Int)
  /// The search was stopped, and this with it.
  case stopped
  /// It ends in another state than the one it is to go back to.
  case noLoop
}
