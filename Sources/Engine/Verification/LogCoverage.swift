internal import CDistCheckEngine

/// What logs have exercised of a specification: which actions were taken, which guards were seen true and which false, and
/// which atoms of its temporal properties.
///
/// A class, so that nothing of it is being changed while the specification's code runs, which a fault leaves by a jump.
public final class LogCoverage {
  public struct Action {
    public var name: String
    public var isOptional: Bool
    /// Lines that it may have been, or before which it may have been hidden.
    public var taken = 0
    /// In how many states an instance was enabled, and in how many none.
    public var enabled = 0
    public var disabled = 0
  }

  public private(set) var actions: [Action]
  /// By action, the line that was counted last.
  private var lastLines: [Int]
  private let expansions: [ActionTable.Expand]
  private let probe: Probe

  /// Memory for one successor, which nobody looks at.
  private final class Probe {
    let state: UnsafeMutablePointer<UInt64>
    let ordinal: UnsafeMutablePointer<UInt32>
    let words: Int

    init(words: Int) {
      self.words = words
      state = .allocate(capacity: words)
      ordinal = .allocate(capacity: 1)
    }

    deinit {
      state.deallocate()
      ordinal.deallocate()
    }
  }

  init(_ system: TransitionSystem) {
    actions = system.actions.map { Action(name: $0.name, isOptional: $0.isOptional) }
    lastLines = system.actions.map { _ in -1 }
    expansions = system.actions.map(\.expand)
    probe = Probe(words: system.layout.words)
  }

  func noteEnabled(in state: UnsafePointer<UInt64>) {
    for index in actions.indices {
      let isEnabled = isEnabled(index, state)
      if isEnabled { actions[index].enabled += 1 } else { actions[index].disabled += 1 }
    }
  }

  private func isEnabled(_ action: Int, _ state: UnsafePointer<UInt64>) -> Bool {
    var buffer = SuccessorBuffer(
      next: UnsafeMutableRawPointer(probe.state), room: 1, stride: probe.words * 8, ordinals: probe.ordinal)
    ce_enter()
    _ = expansions[action](state, &buffer, 0, Int.max)
    ce_leave()
    return buffer.room == 0
  }

  func noteTaken(_ choices: [Path.Choice], line: Int) {
    for choice in choices where lastLines[choice.action] != line {
      lastLines[choice.action] = line
      actions[choice.action].taken += 1
    }
  }
}
