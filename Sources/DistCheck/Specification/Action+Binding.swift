import DistCheckEngine

// Guards that bind: what a guard finds out is handed to the effect. Such a guard returns an optional, nil where the action is
// not enabled, and is evaluated once more where the action is taken.
// ```swift
// Action("Deliver", for: Node.self, finding: Message.self) { s, n in s.inbox[n].front } then: { s, n, message in … }
// ```
// The label is what keeps Swift from trying these initialisers with every guard and effect that there is, which takes a minute
// where effects are long.

extension Action {
  /// An action without parameters whose guard finds out what the effect needs.
  @inlinable @inline(__always)
  public init<Content>(
    _ name: String,
    finding: Content.Type, fairness: Fairness = .none, file: String = #fileID, line: Int = #line,
    when content: @escaping (borrowing State) -> Content?,
    then effect: @escaping (inout State, Content) -> Void
  ) {
    self.init(
      name, fairness: fairness, file: file, line: line,
      when: { s in content(s) != nil },
      then: { s in
        let found = content(s)!
        effect(&s, found)
      })
  }

  /// An action with a parameter that ranges over a finite type, whose guard finds out what the effect needs.
  @inlinable @inline(__always)
  public init<A: Finite, Content>(
    _ name: String, for a: A.Type,
    finding: Content.Type, fairness: Fairness = .none, file: String = #fileID, line: Int = #line,
    when content: @escaping (borrowing State, A) -> Content?,
    then effect: @escaping (inout State, A, Content) -> Void
  ) {
    self.init(
      name, for: A.self, fairness: fairness, file: file, line: line,
      when: { s, a in content(s, a) != nil },
      then: { s, a in
        let found = content(s, a)!
        effect(&s, a, found)
      })
  }

  /// An action with two parameters that range over finite types, whose guard finds out what the effect needs.
  @inlinable @inline(__always)
  public init<A: Finite, B: Finite, Content>(
    _ name: String, for a: A.Type, _ b: B.Type,
    finding: Content.Type, fairness: Fairness = .none, file: String = #fileID, line: Int = #line,
    when content: @escaping (borrowing State, A, B) -> Content?,
    then effect: @escaping (inout State, A, B, Content) -> Void
  ) {
    self.init(
      name, for: A.self, B.self, fairness: fairness, file: file, line: line,
      when: { s, a, b in content(s, a, b) != nil },
      then: { s, a, b in
        let found = content(s, a, b)!
        effect(&s, a, b, found)
      })
  }

  /// An action with three parameters that range over finite types, whose guard finds out what the effect needs.
  @inlinable @inline(__always)
  public init<A: Finite, B: Finite, C: Finite, Content>(
    _ name: String, for a: A.Type, _ b: B.Type, _ c: C.Type,
    finding: Content.Type, fairness: Fairness = .none, file: String = #fileID, line: Int = #line,
    when content: @escaping (borrowing State, A, B, C) -> Content?,
    then effect: @escaping (inout State, A, B, C, Content) -> Void
  ) {
    self.init(
      name, for: A.self, B.self, C.self, fairness: fairness, file: file, line: line,
      when: { s, a, b, c in content(s, a, b, c) != nil },
      then: { s, a, b, c in
        let found = content(s, a, b, c)!
        effect(&s, a, b, c, found)
      })
  }

  /// An action with four parameters that range over finite types, whose guard finds out what the effect needs.
  @inlinable @inline(__always)
  public init<A: Finite, B: Finite, C: Finite, D: Finite, Content>(
    _ name: String, for a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type,
    finding: Content.Type, fairness: Fairness = .none, file: String = #fileID, line: Int = #line,
    when content: @escaping (borrowing State, A, B, C, D) -> Content?,
    then effect: @escaping (inout State, A, B, C, D, Content) -> Void
  ) {
    self.init(
      name, for: A.self, B.self, C.self, D.self, fairness: fairness, file: file, line: line,
      when: { s, a, b, c, d in content(s, a, b, c, d) != nil },
      then: { s, a, b, c, d in
        let found = content(s, a, b, c, d)!
        effect(&s, a, b, c, d, found)
      })
  }

  /// An action with five parameters that range over finite types, whose guard finds out what the effect needs.
  @inlinable @inline(__always)
  public init<A: Finite, B: Finite, C: Finite, D: Finite, E: Finite, Content>(
    _ name: String, for a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type, _ e: E.Type,
    finding: Content.Type, fairness: Fairness = .none, file: String = #fileID, line: Int = #line,
    when content: @escaping (borrowing State, A, B, C, D, E) -> Content?,
    then effect: @escaping (inout State, A, B, C, D, E, Content) -> Void
  ) {
    self.init(
      name, for: A.self, B.self, C.self, D.self, E.self, fairness: fairness, file: file, line: line,
      when: { s, a, b, c, d, e in content(s, a, b, c, d, e) != nil },
      then: { s, a, b, c, d, e in
        let found = content(s, a, b, c, d, e)!
        effect(&s, a, b, c, d, e, found)
      })
  }

  /// An action with six parameters that range over finite types, whose guard finds out what the effect needs.
  @inlinable @inline(__always)
  public init<A: Finite, B: Finite, C: Finite, D: Finite, E: Finite, F: Finite, Content>(
    _ name: String, for a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type, _ e: E.Type, _ f: F.Type,
    finding: Content.Type, fairness: Fairness = .none, file: String = #fileID, line: Int = #line,
    when content: @escaping (borrowing State, A, B, C, D, E, F) -> Content?,
    then effect: @escaping (inout State, A, B, C, D, E, F, Content) -> Void
  ) {
    self.init(
      name, for: A.self, B.self, C.self, D.self, E.self, F.self, fairness: fairness, file: file, line: line,
      when: { s, a, b, c, d, e, f in content(s, a, b, c, d, e, f) != nil },
      then: { s, a, b, c, d, e, f in
        let found = content(s, a, b, c, d, e, f)!
        effect(&s, a, b, c, d, e, f, found)
      })
  }

  /// An action with seven parameters that range over finite types, whose guard finds out what the effect needs.
  @inlinable @inline(__always)
  public init<A: Finite, B: Finite, C: Finite, D: Finite, E: Finite, F: Finite, G: Finite, Content>(
    _ name: String, for a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type, _ e: E.Type, _ f: F.Type, _ g: G.Type,
    finding: Content.Type, fairness: Fairness = .none, file: String = #fileID, line: Int = #line,
    when content: @escaping (borrowing State, A, B, C, D, E, F, G) -> Content?,
    then effect: @escaping (inout State, A, B, C, D, E, F, G, Content) -> Void
  ) {
    self.init(
      name, for: A.self, B.self, C.self, D.self, E.self, F.self, G.self, fairness: fairness, file: file, line: line,
      when: { s, a, b, c, d, e, f, g in content(s, a, b, c, d, e, f, g) != nil },
      then: { s, a, b, c, d, e, f, g in
        let found = content(s, a, b, c, d, e, f, g)!
        effect(&s, a, b, c, d, e, f, g, found)
      })
  }

  /// An action with eight parameters that range over finite types, whose guard finds out what the effect needs.
  @inlinable @inline(__always)
  public init<A: Finite, B: Finite, C: Finite, D: Finite, E: Finite, F: Finite, G: Finite, H: Finite, Content>(
    _ name: String, for a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type, _ e: E.Type, _ f: F.Type, _ g: G.Type,
    _ h: H.Type,
    finding: Content.Type, fairness: Fairness = .none, file: String = #fileID, line: Int = #line,
    when content: @escaping (borrowing State, A, B, C, D, E, F, G, H) -> Content?,
    then effect: @escaping (inout State, A, B, C, D, E, F, G, H, Content) -> Void
  ) {
    self.init(
      name, for: A.self, B.self, C.self, D.self, E.self, F.self, G.self, H.self, fairness: fairness, file: file,
      line: line,
      when: { s, a, b, c, d, e, f, g, h in content(s, a, b, c, d, e, f, g, h) != nil },
      then: { s, a, b, c, d, e, f, g, h in
        let found = content(s, a, b, c, d, e, f, g, h)!
        effect(&s, a, b, c, d, e, f, g, h, found)
      })
  }

  /// An action with a parameter that ranges over the elements of a part of the state, whose guard finds out what the effect
  /// needs.
  @inlinable @inline(__always)
  public init<Elements: Choosable & BitwiseCopyable, Content>(
    _ name: String, each path: KeyPath<State, Elements>, finding: Content.Type, fairness: Fairness = .none,
    file: String = #fileID,
    line: Int = #line, when content: @escaping (borrowing State, Elements.Choice) -> Content?,
    then effect: @escaping (inout State, Elements.Choice, Content) -> Void
  ) where Elements.Choice: BitwiseCopyable {
    self.init(
      name, each: path, fairness: fairness, file: file, line: line,
      when: { s, choice in content(s, choice) != nil },
      then: { s, choice in
        let found = content(s, choice)!
        effect(&s, choice, found)
      })
  }

  /// An action with a parameter over a finite type, and one over the elements of a part of the state that belongs to it,
  /// whose guard finds out what the effect needs.
  @inlinable @inline(__always)
  public init<A: Finite, Elements: Choosable, Content>(
    _ name: String, for a: A.Type, each elements: @escaping (borrowing State, A) -> Elements,
    finding: Content.Type, fairness: Fairness = .none, file: String = #fileID, line: Int = #line,
    when content: @escaping (borrowing State, A, Elements.Choice) -> Content?,
    then effect: @escaping (inout State, A, Elements.Choice, Content) -> Void
  ) where Elements.Choice: BitwiseCopyable {
    self.init(
      name, for: A.self, each: elements, fairness: fairness, file: file, line: line,
      when: { s, a, choice in content(s, a, choice) != nil },
      then: { s, a, choice in
        let found = content(s, a, choice)!
        effect(&s, a, choice, found)
      })
  }

  @available(*, unavailable, message: "an action has a guard and an effect: Action(\"…\") { s in … } then: { s in … }")
  public init(
    _ name: String, fairness: Fairness = .none, file: String = #fileID, line: Int = #line,
    when isEnabled: @escaping (borrowing State) -> Bool
  ) { fatalError() }
}
