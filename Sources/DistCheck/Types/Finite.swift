import DistCheckEngine

/// A type with finitely many values, numbered from 0: what an action's parameter can range over, what a set can be a set
/// of, and what a map can be indexed by.
///
/// Identities, bounded integers, `Bool`, subsets and optionals of finite types are finite; an enum without payload becomes
/// so by conforming to ``Enumeration``. Of a type that a specification makes finite itself it is tested, before the search,
/// that every number from 0 to `count - 1` makes a value that has this number.
public protocol Finite: BitwiseCopyable, Equatable {
  /// How many values there are.
  static var count: Int { get }

  /// The value with the given number; an error of the specification when there is none.
  ///
  /// - Parameter ordinal: From 0 to `count - 1`.
  init(ordinal: Int)

  /// The number of this value, from 0 to `count - 1`.
  var ordinal: Int { get }

  /// The same as ``init(ordinal:)``, where it is known that there is such a value. For the library.
  init(uncheckedOrdinal ordinal: Int)

  /// Whether there can be no value whose number is out of range. For the types of the library.
  static var hasCheckedOrdinals: Bool { get }
}

extension Finite {
  @inlinable @inline(__always)
  public init(uncheckedOrdinal ordinal: Int) { self.init(ordinal: ordinal) }

  @inlinable @inline(__always)
  public static var hasCheckedOrdinals: Bool { false }

  /// The set of all values. There can be at most 64.
  @inlinable @inline(__always)
  public static var all: Subset<Self> { .all }
}

@inlinable @inline(__always)
func checkOrdinal(_ ordinal: Int, of count: Int) {
  if ordinal < 0 || ordinal >= count {
    specificationFailure("there is no value number %: they are numbered 0 to %", ordinal, count - 1)
  }
}

/// An enum without payload, as a finite type: `enum Color: Enumeration { case red, green }`.
///
/// One byte (none when there is only one case). The ordinals are those of the declaration.
public protocol Enumeration: Finite, CaseIterable {}

extension Enumeration {
  @inlinable @inline(__always)
  public static var count: Int { allCases.count }

  @inlinable @inline(__always)
  public init(ordinal: Int) {
    checkOrdinal(ordinal, of: Self.count)
    self.init(uncheckedOrdinal: ordinal)
  }

  @inlinable @inline(__always)
  public init(uncheckedOrdinal ordinal: Int) {
    Self.checkSize()
    // There are at most 256 cases. Not by unsafeBitCast, which crashes the compiler (Swift 6.3) for an enum without bytes.
    self = withUnsafeBytes(of: UInt8(truncatingIfNeeded: ordinal)) { $0.load(as: Self.self) }
  }

  @inlinable @inline(__always)
  public var ordinal: Int {
    Self.checkSize()
    return Int(truncatingIfNeeded: firstWord(self))
  }

  @inlinable @inline(__always)
  public static var hasCheckedOrdinals: Bool { true }

  @inlinable @inline(__always)
  static func checkSize() {
    if MemoryLayout<Self>.size > 1 {
      specificationFailure("an Enumeration must be an enum without payload and with at most 256 cases")
    }
  }
}

extension Bool: Finite {
  @inlinable @inline(__always)
  public static var count: Int { 2 }
  @inlinable @inline(__always)
  public init(ordinal: Int) {
    checkOrdinal(ordinal, of: 2)
    self = ordinal == 1
  }
  @inlinable @inline(__always)
  public init(uncheckedOrdinal ordinal: Int) { self = ordinal != 0 }
  @inlinable @inline(__always)
  public var ordinal: Int { self ? 1 : 0 }
  @inlinable @inline(__always)
  public static var hasCheckedOrdinals: Bool { true }
}

extension Optional: Finite where Wrapped: Finite {
  @inlinable @inline(__always)
  public static var count: Int { Wrapped.count + 1 }
  /// `nil` is 0.
  @inlinable @inline(__always)
  public init(ordinal: Int) { self = ordinal == 0 ? nil : Wrapped(ordinal: ordinal - 1) }
  @inlinable @inline(__always)
  public init(uncheckedOrdinal ordinal: Int) { self = ordinal == 0 ? nil : Wrapped(uncheckedOrdinal: ordinal - 1) }
  @inlinable @inline(__always)
  public var ordinal: Int { map { $0.ordinal + 1 } ?? 0 }
  @inlinable @inline(__always)
  public static var hasCheckedOrdinals: Bool { Wrapped.hasCheckedOrdinals }
}

/// What an optional part of the state holds, as a choice of one or none: `each: \.pending`.
extension Optional: Choosable {
  @inlinable @inline(__always)
  public var choiceCount: Int { 1 }
  @inlinable @inline(__always)
  public func choice(at index: Int) -> Wrapped? { self }
}

/// A type that says itself how its bytes are to be read. Structs and enums of a specification need not: their layout is
/// taken from Swift's own reflection data.
public protocol LayoutDescribing {
  /// - Throws: `LayoutError` when a part of it is not finite, or a limit is exceeded.
  static func layout() throws(LayoutError) -> Layout
}

/// A type cannot be part of a state.
public struct LayoutError: Error, Equatable, CustomStringConvertible {
  /// The field: `log.entries`; empty for the type itself.
  public var path: String
  public var reason: String

  init(_ reason: String, path: String = "") {
    self.path = path
    self.reason = reason
  }

  public var description: String { path.isEmpty ? reason : "\(path): \(reason)" }

  func inside(_ field: String) -> LayoutError {
    LayoutError(reason, path: path.isEmpty ? field : "\(field).\(path)")
  }
}

extension Finite {
  /// All values, as a person sees them, in the order of their ordinals.
  static func values() throws(LayoutError) -> [Value] {
    let layout = try Layout.of(Self.self)
    return (0..<count).map { layout.value(of: Self(uncheckedOrdinal: $0)) }
  }

  /// The type, as what indexes a part of the state.
  static func domain() throws(LayoutError) -> Layout.Domain {
    try checkOrdinals()
    return Layout.Domain(
      layout: try Layout.of(Self.self), count: count,
      write: { $1.storeBytes(of: Self(uncheckedOrdinal: $0), as: Self.self) },
      ordinal: { $0.loadUnaligned(as: Self.self).ordinal })
  }
}
