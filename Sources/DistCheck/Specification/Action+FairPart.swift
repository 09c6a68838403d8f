import DistCheckEngine

// Fairness of a part of an action: of those of its instances that satisfy a condition, which may depend on the state.
extension Action {
  /// The action, its fairness only of it where a condition on the state holds, as if it were two actions: the one with this
  /// condition in its guard is fair, the other is not.
  ///
  /// ```swift
  /// Action("Deliver", fairness: .strong) { s in … } then: { s in … }
  ///   .fair { s in s.isLinkUp }
  /// ```
  /// ``Model/fairness(_:of:)`` takes the place of both, the fairness and the condition.
  ///
  /// - Parameter holds: Is asked where an instance is enabled and changes the state.
  public func fair(where holds: @escaping (borrowing State) -> Bool) -> Action {
    fair(types: []) { state, _ in holds(state.assumingMemoryBound(to: State.self).pointee) }
  }

  /// The action, its fairness only of those instances whose first parameter satisfies a condition:
  ///
  /// ```swift
  /// Action("Receive", receiving: \.network, fairness: .strong.each) { s, m in … } then: { s, m in … }
  ///   .fair(for: Message.self) { s, m in m.isAcknowledgement }
  /// ```
  /// - Parameter a: The type of the first parameter, whichever way it is chosen: `for:`, `each:` or `receiving:`.
  public func fair<A: BitwiseCopyable>(
    for a: A.Type, where holds: @escaping (borrowing State, A) -> Bool
  ) -> Action {
    let arguments = InstanceArguments(table.identity)
    return fair(types: [a]) { state, k in
      holds(state.assumingMemoryBound(to: State.self).pointee, arguments[0, of: k, in: state])
    }
  }

  /// The action, its fairness only of those instances whose first two parameters satisfy a condition.
  public func fair<A: BitwiseCopyable, B: BitwiseCopyable>(
    for a: A.Type, _ b: B.Type, where holds: @escaping (borrowing State, A, B) -> Bool
  ) -> Action {
    let arguments = InstanceArguments(table.identity)
    return fair(types: [a, b]) { state, k in
      holds(
        state.assumingMemoryBound(to: State.self).pointee, arguments[0, of: k, in: state],
        arguments[1, of: k, in: state])
    }
  }

  /// The action, its fairness only of those instances whose first three parameters satisfy a condition.
  public func fair<A: BitwiseCopyable, B: BitwiseCopyable, C: BitwiseCopyable>(
    for a: A.Type, _ b: B.Type, _ c: C.Type, where holds: @escaping (borrowing State, A, B, C) -> Bool
  ) -> Action {
    let arguments = InstanceArguments(table.identity)
    return fair(types: [a, b, c]) { state, k in
      holds(
        state.assumingMemoryBound(to: State.self).pointee, arguments[0, of: k, in: state],
        arguments[1, of: k, in: state], arguments[2, of: k, in: state])
    }
  }

  private func fair(types: [Any.Type], _ holds: @escaping (UnsafeRawPointer, Int) -> Bool) -> Action {
    var table = table
    let (flaw, own, earlier) = (table.flaw, table.parameterTypes, table.isFair)
    table.flaw = {
      if let flaw = flaw() { return flaw }
      guard let difference = zip(types, own).first(where: { $0 != $1 }) else {
        return types.count > own.count ? "fair(for:) names more parameters than it has" : nil
      }
      return "fair(for:) says that a parameter is of type \(difference.0), which is of type \(difference.1)"
    }
    table.isFair = { state, k in (earlier?(state, k) ?? true) && holds(state, k) }
    return Action(table: table)
  }
}

/// The values of the parameters of instances, from what tells these apart.
private struct InstanceArguments {
  private let identity: InstanceIdentity

  init(_ identity: InstanceIdentity) { self.identity = identity }

  subscript<T: BitwiseCopyable>(_ parameter: Int, of instance: Int, in state: UnsafeRawPointer) -> T {
    switch identity {
    case .ordinals(_, let counts):
      var rest = instance
      let counts = counts()
      for count in counts[..<parameter] { rest /= count }
      return value(ofOrdinal: rest % counts[parameter])
    case .bytes(_, let limit, let write):
      return withUnsafeTemporaryAllocation(byteCount: max(8, limit), alignment: 16) { bytes in
        guard let bytes = bytes.baseAddress else { specificationFailure("a parameter has no value") }
        _ = write(state, instance, parameter, bytes)
        return T.self is any Finite.Type
          ? value(ofOrdinal: bytes.load(as: Int.self)) : bytes.loadUnaligned(as: T.self)
      }
    }
  }

  private func value<T>(ofOrdinal ordinal: Int) -> T {
    guard let type = T.self as? any Finite.Type, let value = type.init(uncheckedOrdinal: ordinal) as? T else {
      specificationFailure("a parameter has no value")
    }
    return value
  }
}
