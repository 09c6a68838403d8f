import DistCheckEngine

// MARK: Five parameters over finite types, and more

// The last one would do for all of these, but Swift 6.3 infers no closure's types from a parameter pack.

extension Action {
  /// An action with five parameters that range over finite types; the first changes fastest.
  @inlinable @inline(__always)
  public init<A: Finite, B: Finite, C: Finite, D: Finite, E: Finite>(
    _ name: String, for a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type, _ e: E.Type,
    fairness: Fairness = .none, file: String = #fileID, line: Int = #line,
    when isEnabled: @escaping (borrowing State, A, B, C, D, E) -> Bool,
    then effect: @escaping (inout State, A, B, C, D, E) -> Void
  ) {
    table = ActionTable(name, file, line, fairness, .finite(A.self, B.self, C.self, D.self, E.self)) {
      source, buffer, first, limit in
      Self.explore(
        source, buffer, first, limit,
        count: combinations(A.self, B.self, C.self, D.self, E.self),
        isEnabled: { s, k in
          var rest = k
          return isEnabled(
            s.pointee, digit(A.self, &rest), digit(B.self, &rest), digit(C.self, &rest), digit(D.self, &rest),
            digit(E.self, &rest))
        },
        effect: { s, _, k in
          var rest = k
          effect(
            &s.pointee, digit(A.self, &rest), digit(B.self, &rest), digit(C.self, &rest), digit(D.self, &rest),
            digit(E.self, &rest))
        })
    }
  }

  /// An action with six parameters that range over finite types; the first changes fastest.
  @inlinable @inline(__always)
  public init<A: Finite, B: Finite, C: Finite, D: Finite, E: Finite, F: Finite>(
    _ name: String, for a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type, _ e: E.Type, _ f: F.Type,
    fairness: Fairness = .none, file: String = #fileID, line: Int = #line,
    when isEnabled: @escaping (borrowing State, A, B, C, D, E, F) -> Bool,
    then effect: @escaping (inout State, A, B, C, D, E, F) -> Void
  ) {
    table = ActionTable(name, file, line, fairness, .finite(A.self, B.self, C.self, D.self, E.self, F.self)) {
      source, buffer, first, limit in
      Self.explore(
        source, buffer, first, limit,
        count: combinations(A.self, B.self, C.self, D.self, E.self, F.self),
        isEnabled: { s, k in
          var rest = k
          return isEnabled(
            s.pointee, digit(A.self, &rest), digit(B.self, &rest), digit(C.self, &rest), digit(D.self, &rest),
            digit(E.self, &rest), digit(F.self, &rest))
        },
        effect: { s, _, k in
          var rest = k
          effect(
            &s.pointee, digit(A.self, &rest), digit(B.self, &rest), digit(C.self, &rest), digit(D.self, &rest),
            digit(E.self, &rest), digit(F.self, &rest))
        })
    }
  }

  /// An action with seven parameters that range over finite types; the first changes fastest.
  @inlinable @inline(__always)
  public init<A: Finite, B: Finite, C: Finite, D: Finite, E: Finite, F: Finite, G: Finite>(
    _ name: String, for a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type, _ e: E.Type, _ f: F.Type, _ g: G.Type,
    fairness: Fairness = .none, file: String = #fileID, line: Int = #line,
    when isEnabled: @escaping (borrowing State, A, B, C, D, E, F, G) -> Bool,
    then effect: @escaping (inout State, A, B, C, D, E, F, G) -> Void
  ) {
    table = ActionTable(name, file, line, fairness, .finite(A.self, B.self, C.self, D.self, E.self, F.self, G.self)) {
      source, buffer, first, limit in
      Self.explore(
        source, buffer, first, limit,
        count: combinations(A.self, B.self, C.self, D.self, E.self, F.self, G.self),
        isEnabled: { s, k in
          var rest = k
          return isEnabled(
            s.pointee, digit(A.self, &rest), digit(B.self, &rest), digit(C.self, &rest), digit(D.self, &rest),
            digit(E.self, &rest), digit(F.self, &rest), digit(G.self, &rest))
        },
        effect: { s, _, k in
          var rest = k
          effect(
            &s.pointee, digit(A.self, &rest), digit(B.self, &rest), digit(C.self, &rest), digit(D.self, &rest),
            digit(E.self, &rest), digit(F.self, &rest), digit(G.self, &rest))
        })
    }
  }

  /// An action with eight parameters that range over finite types; the first changes fastest.
  @inlinable @inline(__always)
  public init<A: Finite, B: Finite, C: Finite, D: Finite, E: Finite, F: Finite, G: Finite, H: Finite>(
    _ name: String, for a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type, _ e: E.Type, _ f: F.Type, _ g: G.Type,
    _ h: H.Type,
    fairness: Fairness = .none, file: String = #fileID, line: Int = #line,
    when isEnabled: @escaping (borrowing State, A, B, C, D, E, F, G, H) -> Bool,
    then effect: @escaping (inout State, A, B, C, D, E, F, G, H) -> Void
  ) {
    table = ActionTable(
      name, file, line, fairness, .finite(A.self, B.self, C.self, D.self, E.self, F.self, G.self, H.self)
    ) {
      source, buffer, first, limit in
      Self.explore(
        source, buffer, first, limit,
        count: combinations(A.self, B.self, C.self, D.self, E.self, F.self, G.self, H.self),
        isEnabled: { s, k in
          var rest = k
          return isEnabled(
            s.pointee, digit(A.self, &rest), digit(B.self, &rest), digit(C.self, &rest), digit(D.self, &rest),
            digit(E.self, &rest), digit(F.self, &rest), digit(G.self, &rest), digit(H.self, &rest))
        },
        effect: { s, _, k in
          var rest = k
          effect(
            &s.pointee, digit(A.self, &rest), digit(B.self, &rest), digit(C.self, &rest), digit(D.self, &rest),
            digit(E.self, &rest), digit(F.self, &rest), digit(G.self, &rest), digit(H.self, &rest))
        })
    }
  }

  /// An action with nine or more parameters that range over finite types; the first changes fastest.
  ///
  /// From nine parameters on, Swift 6.3 wants to see the type of the effect's first one:
  /// `then: { (s: inout State, a, b, c, d, e) in … }`.
  @inlinable @inline(__always)
  public init<each Parameter: Finite>(
    _ name: String, for parameters: repeat (each Parameter).Type, fairness: Fairness = .none, file: String = #fileID,
    line: Int = #line, when isEnabled: @escaping (borrowing State, repeat each Parameter) -> Bool,
    then effect: @escaping (inout State, repeat each Parameter) -> Void
  ) {
    table = ActionTable(name, file, line, fairness, .finite(repeat (each Parameter).self)) {
      source, buffer, first, limit in
      Self.explore(
        source, buffer, first, limit, count: combinations(repeat (each Parameter).self),
        isEnabled: { s, k in
          var rest = k
          return isEnabled(s.pointee, repeat digit((each Parameter).self, &rest))
        },
        effect: { s, _, k in
          var rest = k
          effect(&s.pointee, repeat digit((each Parameter).self, &rest))
        })
    }
  }
}
