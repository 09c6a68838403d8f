import DistCheckEngine

// How many instances an action over finite types has is tested before the search (`Parameters`): at most 2 to the 32. So the
// products of counts do not overflow.
//
// Every initialiser spells out the closure that expands a state, so that it captures the guard and the effect themselves:
// one more function between them and the loop, and they are no longer inlined.

// MARK: Parameters over finite types

extension Action {
  /// An action without parameters.
  @inlinable @inline(__always)
  public init(
    _ name: String, fairness: Fairness = .none, file: String = #fileID,
    line: Int = #line, when isEnabled: @escaping (borrowing State) -> Bool, then effect: @escaping (inout State) -> Void
  ) {
    table = ActionTable(name, file, line, fairness, .finite()) { source, buffer, first, limit in
      Self.explore(
        source, buffer, first, limit, count: 1, isEnabled: { s, _ in isEnabled(s.pointee) },
        effect: { s, _, _ in effect(&s.pointee) })
    }
  }

  /// An action with a parameter that ranges over a finite type.
  @inlinable @inline(__always)
  public init<A: Finite>(
    _ name: String, for a: A.Type, fairness: Fairness = .none, file: String = #fileID,
    line: Int = #line, when isEnabled: @escaping (borrowing State, A) -> Bool,
    then effect: @escaping (inout State, A) -> Void
  ) {
    table = ActionTable(name, file, line, fairness, .finite(A.self)) { source, buffer, first, limit in
      Self.explore(
        source, buffer, first, limit, count: A.count,
        isEnabled: { s, k in isEnabled(s.pointee, A(uncheckedOrdinal: k)) },
        effect: { s, _, k in effect(&s.pointee, A(uncheckedOrdinal: k)) })
    }
  }

  /// An action with two parameters that range over finite types; the first changes fastest.
  @inlinable @inline(__always)
  public init<A: Finite, B: Finite>(
    _ name: String, for a: A.Type, _ b: B.Type, fairness: Fairness = .none, file: String = #fileID,
    line: Int = #line, when isEnabled: @escaping (borrowing State, A, B) -> Bool,
    then effect: @escaping (inout State, A, B) -> Void
  ) {
    table = ActionTable(name, file, line, fairness, .finite(A.self, B.self)) { source, buffer, first, limit in
      Self.explore(
        source, buffer, first, limit, count: A.count &* B.count,
        isEnabled: { s, k in isEnabled(s.pointee, A(uncheckedOrdinal: k % A.count), B(uncheckedOrdinal: k / A.count)) },
        effect: { s, _, k in effect(&s.pointee, A(uncheckedOrdinal: k % A.count), B(uncheckedOrdinal: k / A.count)) })
    }
  }

  /// An action with three parameters that range over finite types; the first changes fastest.
  @inlinable @inline(__always)
  public init<A: Finite, B: Finite, C: Finite>(
    _ name: String, for a: A.Type, _ b: B.Type, _ c: C.Type, fairness: Fairness = .none, file: String = #fileID,
    line: Int = #line, when isEnabled: @escaping (borrowing State, A, B, C) -> Bool,
    then effect: @escaping (inout State, A, B, C) -> Void
  ) {
    table = ActionTable(name, file, line, fairness, .finite(A.self, B.self, C.self)) { source, buffer, first, limit in
      Self.explore(
        source, buffer, first, limit, count: A.count &* B.count &* C.count,
        isEnabled: { s, k in
          isEnabled(
            s.pointee, A(uncheckedOrdinal: k % A.count), B(uncheckedOrdinal: (k / A.count) % B.count),
            C(uncheckedOrdinal: k / (A.count &* B.count)))
        },
        effect: { s, _, k in
          effect(
            &s.pointee, A(uncheckedOrdinal: k % A.count), B(uncheckedOrdinal: (k / A.count) % B.count),
            C(uncheckedOrdinal: k / (A.count &* B.count)))
        })
    }
  }

  /// An action with four parameters that range over finite types; the first changes fastest.
  @inlinable @inline(__always)
  public init<A: Finite, B: Finite, C: Finite, D: Finite>(
    _ name: String, for a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type, fairness: Fairness = .none,
    file: String = #fileID,
    line: Int = #line, when isEnabled: @escaping (borrowing State, A, B, C, D) -> Bool,
    then effect: @escaping (inout State, A, B, C, D) -> Void
  ) {
    table = ActionTable(name, file, line, fairness, .finite(A.self, B.self, C.self, D.self)) {
      source, buffer, first, limit in
      Self.explore(
        source, buffer, first, limit, count: A.count &* B.count &* C.count &* D.count,
        isEnabled: { s, k in
          isEnabled(
            s.pointee, A(uncheckedOrdinal: k % A.count), B(uncheckedOrdinal: (k / A.count) % B.count),
            C(uncheckedOrdinal: (k / (A.count &* B.count)) % C.count),
            D(uncheckedOrdinal: k / (A.count &* B.count &* C.count)))
        },
        effect: { s, _, k in
          effect(
            &s.pointee, A(uncheckedOrdinal: k % A.count), B(uncheckedOrdinal: (k / A.count) % B.count),
            C(uncheckedOrdinal: (k / (A.count &* B.count)) % C.count),
            D(uncheckedOrdinal: k / (A.count &* B.count &* C.count)))
        })
    }
  }
}

/// How many combinations of values some finite types have. Tested before the search not to overflow.
@inlinable @inline(__always)
func combinations<each P: Finite>(_ types: repeat (each P).Type) -> Int {
  var product = 1
  for count in repeat (each P).count { product &*= count }
  return product
}

/// How many instances there are of an action with some owners, each of which has some places to choose from. Ordinals have
/// 32 bits.
@inlinable @inline(__always)
func instances(_ owners: Int, _ places: Int) -> Int {
  let (product, isTooLarge) = owners.multipliedReportingOverflow(by: places)
  if isTooLarge || product > mostInstances {
    specificationFailure("% times % instances of one action are more than 4,294,967,296", owners, places)
  }
  return product
}

/// Ordinals of instances have 32 bits.
@inlinable @inline(__always)
var mostInstances: Int { 1 << 32 }

/// Splits the value of one parameter off an ordinal.
@inlinable @inline(__always)
func digit<P: Finite>(_: P.Type, _ rest: inout Int) -> P {
  let digit = rest % P.count
  rest /= P.count
  return P(uncheckedOrdinal: digit)
}

// MARK: Parameters over what is in the state

/// Something in the state whose elements a parameter can range over; they are `BitwiseCopyable`.
public protocol Choosable {
  associatedtype Choice
  /// How many places there are to look at.
  var choiceCount: Int { get }
  /// The element at a place; nil when there is none to choose.
  func choice(at index: Int) -> Choice?
}

/// A stored property of a state, by its place in memory: a key path is too slow where states are explored.
@frozen @usableFromInline
struct Part<State, Value> {
  @usableFromInline let offset: Int

  @inlinable @inline(__always)
  init(_ path: KeyPath<State, Value>) {
    guard let offset = MemoryLayout<State>.offset(of: path) else {
      specificationFailure("each:, receiving: and losing: name a stored property of the state")
    }
    self.offset = offset
  }

  @inlinable @inline(__always)
  func of(_ state: UnsafeRawPointer) -> UnsafePointer<Value> {
    (state + offset).assumingMemoryBound(to: Value.self)
  }

  @inlinable @inline(__always)
  func of(_ state: UnsafeMutablePointer<State>) -> UnsafeMutablePointer<Value> {
    (UnsafeMutableRawPointer(state) + offset).assumingMemoryBound(to: Value.self)
  }
}

extension Action {
  /// An action with a parameter that ranges over the elements of a set, bag, queue, log or network in the state, or
  /// over what an optional holds.
  ///
  /// - Parameter path: A stored property of the state: `\.members`.
  @inlinable @inline(__always)
  public init<Elements: Choosable & BitwiseCopyable>(
    _ name: String, each path: KeyPath<State, Elements>, fairness: Fairness = .none, file: String = #fileID,
    line: Int = #line, when isEnabled: @escaping (borrowing State, Elements.Choice) -> Bool,
    then effect: @escaping (inout State, Elements.Choice) -> Void
  ) where Elements.Choice: BitwiseCopyable {
    let (part, choices) = (Part(path), ValueIdentity<Elements.Choice>())
    table = ActionTable(
      name: name, location: SourceLocation(file: file, line: line),
      expand: { source, buffer, first, limit in
        Self.explore(
          source, buffer, first, limit, count: instances(1, part.of(source).pointee.choiceCount),
          isEnabled: { s, k in
            guard let choice = part.of(s).pointee.choice(at: k) else { return false }
            return isEnabled(s.pointee, choice)
          },
          effect: { s, old, k in effect(&s.pointee, part.of(old).pointee.choice(at: k)!) })
      },
      instanceCount: { part.of($0).pointee.choiceCount },
      arguments: { [Value(describing: part.of($0).pointee.choice(at: $1)!)] }, fairness: fairness,
      identity: .bytes(parameters: 1, limit: max(8, MemoryLayout<Elements.Choice>.size)) { source, k, _, bytes in
        choices.write(part.of(source).pointee.choice(at: k), to: bytes)
      }, parameterTypes: [Elements.Choice.self])
  }

  /// An action with a parameter over a finite type, and one over the elements of a part of the state that belongs to
  /// it: `for: Server.self, each: { s, i in s.inbox[i] }`.
  @inlinable @inline(__always)
  public init<A: Finite, Elements: Choosable>(
    _ name: String, for a: A.Type, each elements: @escaping (borrowing State, A) -> Elements,
    fairness: Fairness = .none, file: String = #fileID, line: Int = #line,
    when isEnabled: @escaping (borrowing State, A, Elements.Choice) -> Bool,
    then effect: @escaping (inout State, A, Elements.Choice) -> Void
  ) where Elements.Choice: BitwiseCopyable {
    let choices = ValueIdentity<Elements.Choice>()
    // Instances are numbered owner by owner, with as many places for each as the fullest has elements.
    table = ActionTable(
      name: name, location: SourceLocation(file: file, line: line),
      expand: { source, buffer, first, limit in
        let state = source.assumingMemoryBound(to: State.self)
        var places = 0
        for owner in 0..<A.count {
          places = max(places, elements(state.pointee, A(uncheckedOrdinal: owner)).choiceCount)
        }
        return Self.explore(
          source, buffer, first, limit, count: instances(A.count, places),
          isEnabled: { s, k in
            let owner = A(uncheckedOrdinal: k % A.count)
            let elements = elements(s.pointee, owner)
            guard k / A.count < elements.choiceCount, let choice = elements.choice(at: k / A.count) else {
              return false
            }
            return isEnabled(s.pointee, owner, choice)
          },
          effect: { s, old, k in
            let owner = A(uncheckedOrdinal: k % A.count)
            effect(&s.pointee, owner, elements(old.pointee, owner).choice(at: k / A.count)!)
          })
      },
      instanceCount: { source in
        let state = source.assumingMemoryBound(to: State.self)
        return instances(
          A.count, (0..<A.count).map { elements(state.pointee, A(uncheckedOrdinal: $0)).choiceCount }.max()!)
      },
      arguments: { source, k in
        let owner = A(uncheckedOrdinal: k % A.count)
        let elements = elements(source.assumingMemoryBound(to: State.self).pointee, owner)
        return [Value(describing: owner), Value(describing: elements.choice(at: k / A.count)!)]
      },
      fairness: fairness,
      identity: .bytes(parameters: 2, limit: max(8, MemoryLayout<Elements.Choice>.size)) {
        source, k, parameter, bytes in
        let owner = k % A.count
        if parameter == 0 { return write(UInt64(owner), to: bytes) }
        let elements = elements(source.assumingMemoryBound(to: State.self).pointee, A(uncheckedOrdinal: owner))
        guard k / A.count < elements.choiceCount else { return -1 }
        return choices.write(elements.choice(at: k / A.count), to: bytes)
      }, parameterTypes: [A.self, Elements.Choice.self])
  }
}

/// What tells a value from the others of its type. One of a finite type is known by its ordinal, as it is where a parameter
/// ranges over all of them.
@usableFromInline
struct ValueIdentity<T: BitwiseCopyable> {
  private let ordinal: ((UnsafeRawPointer) -> Int)?

  @usableFromInline @inline(never)
  init() { ordinal = (T.self as? any Finite.Type)?.readOrdinal }

  /// Writes it, and says how many bytes that takes.
  @usableFromInline @inline(never)
  func write(_ value: T, to bytes: UnsafeMutableRawPointer) -> Int {
    guard let ordinal else { return DistCheck.write(value, to: bytes) }
    return DistCheck.write(UInt64(withMemory(of: value) { ordinal($0) }), to: bytes)
  }

  /// Writes what there is to choose at a place, and says how many bytes that takes: -1 where there is nothing.
  @inlinable
  func write(_ value: T?, to bytes: UnsafeMutableRawPointer) -> Int { value.map { write($0, to: bytes) } ?? -1 }
}

extension Finite {
  fileprivate static var readOrdinal: (UnsafeRawPointer) -> Int {
    { $0.assumingMemoryBound(to: Self.self).pointee.ordinal }
  }
}

/// Copies the bytes of a value, blanks cleared, and says how many there are.
@inlinable @inline(__always)
func write<T: BitwiseCopyable>(_ value: T, to bytes: UnsafeMutableRawPointer) -> Int {
  BlankTypes.write(value, to: bytes)
  return MemoryLayout<T>.size
}

extension Value {
  /// The value of a finite type, as a person sees it.
  @usableFromInline
  init<T>(describing value: T) {
    do {
      self = try Layout.of(T.self).value(of: value)
    } catch {
      self = .name("\(value)")
    }
  }
}
