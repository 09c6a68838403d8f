import DistCheckEngine

// What is said of all behaviour that is fair. A behaviour may stop wherever no fairness forbids it, as in TLA+.

/// Comes true in every behaviour, and may become false again.
@inlinable @inline(__always)
public func Eventually<State: BitwiseCopyable>(
  _ name: String, file: String = #fileID, line: Int = #line, holds: @escaping (borrowing State) -> Bool
) -> Property<State> {
  Temporal(name, file: file, line: line, eventually(now(holds)))
}

/// Whenever the first is true, the second is, then or later. A property that holds because the first never is true is
/// pointed out.
@inlinable @inline(__always)
public func LeadsTo<State: BitwiseCopyable>(
  _ name: String, file: String = #fileID, line: Int = #line, when trigger: @escaping (borrowing State) -> Bool,
  then goal: @escaping (borrowing State) -> Bool
) -> Property<State> {
  Temporal(name, file: file, line: line, now(trigger) ~> now(goal))
}

/// Is true again and again, in every behaviour.
@inlinable @inline(__always)
public func AlwaysEventually<State: BitwiseCopyable>(
  _ name: String, file: String = #fileID, line: Int = #line, holds: @escaping (borrowing State) -> Bool
) -> Property<State> {
  Temporal(name, file: file, line: line, always(eventually(now(holds))))
}

/// Is true from some point on, in every behaviour.
@inlinable @inline(__always)
public func EventuallyAlways<State: BitwiseCopyable>(
  _ name: String, file: String = #fileID, line: Int = #line, holds: @escaping (borrowing State) -> Bool
) -> Property<State> {
  Temporal(name, file: file, line: line, eventually(always(now(holds))))
}

/// The second comes true in every behaviour, and the first is true until then.
@inlinable @inline(__always)
public func Until<State: BitwiseCopyable>(
  _ name: String, file: String = #fileID, line: Int = #line, holds: @escaping (borrowing State) -> Bool,
  until goal: @escaping (borrowing State) -> Bool
) -> Property<State> {
  Temporal(name, file: file, line: line, until(now(holds), now(goal)))
}

/// Every behaviour satisfies a formula of linear temporal logic.
@inlinable @inline(__always)
public func Temporal<State: BitwiseCopyable>(
  _ name: String, file: String = #fileID, line: Int = #line, _ formula: Formula<State>
) -> Property<State> {
  Property(name, file, line, formula)
}
