import DistCheckEngine

/// The identity of one of `size` things of a kind: an acceptor, a server, a resource manager.
///
/// The kind is a type of its own, so that an acceptor is never taken for a proposer:
/// ```swift
/// enum Acceptor {}
/// typealias A = ID<Acceptor, 3>
/// ```
/// One byte. Identities are 0, 1, … `size - 1`, at most 64 of a kind. Nothing can be said of an identity but whether it
/// equals another, unless a protocol orders its nodes: then compare their `index`.
@frozen
public struct ID<Kind, let size: Int>: Finite, Hashable {
  @usableFromInline let raw: UInt8

  /// The identity with a number; an error of the specification when there is none.
  @inlinable @inline(__always)
  public init(_ index: Int) {
    if index < 0 || index >= Self.count {
      specificationFailure("there is no identity %: they are 0 to %", index, size - 1)
    }
    raw = UInt8(truncatingIfNeeded: index)  // less than 64
  }

  @inlinable @inline(__always)
  public static var count: Int {
    if size < 1 || size > 64 { specificationFailure("there can be 1 to 64 identities of a kind, not %", size) }
    return size
  }

  @inlinable @inline(__always)
  public init(ordinal: Int) { self.init(ordinal) }

  @inlinable @inline(__always)
  public init(uncheckedOrdinal ordinal: Int) { raw = UInt8(truncatingIfNeeded: ordinal) }

  @inlinable @inline(__always)
  public static var hasCheckedOrdinals: Bool { true }

  @inlinable @inline(__always)
  public var ordinal: Int { Int(raw) }

  /// Its number, from 0.
  @inlinable @inline(__always)
  public var index: Int { Int(raw) }

  /// The next one around a ring: after the last comes the first.
  @inlinable @inline(__always)
  public var next: Self { Self(uncheckedOrdinal: index + 1 == size ? 0 : index + 1) }

  /// The one before, around a ring.
  @inlinable @inline(__always)
  public var previous: Self { Self(uncheckedOrdinal: index == 0 ? size - 1 : index - 1) }

  /// A set of identities: eight bytes.
  public typealias Set = Subset<Self>

  /// A value for each identity.
  public typealias Map<Value: BitwiseCopyable> = DistCheck.Map<Self, size, Value>
}

extension ID: CustomStringConvertible {
  public var description: String { "\(index)" }
}

extension ID: ExpressibleByIntegerLiteral {
  @inlinable @inline(__always)
  public init(integerLiteral index: Int) { self.init(index) }
}

extension ID: LayoutDescribing {
  public static func layout() throws(LayoutError) -> Layout {
    guard (1...64).contains(size) else {
      throw LayoutError("there can be 1 to 64 identities of a kind, not \(size)")
    }
    return Layout(
      typeName: "\(Self.self)", size: 1, stride: 1, kind: .ordinal((0..<size).map { .integer($0) }), identity: kind)
  }

  /// The kind, as a symmetry knows it.
  @usableFromInline static var kind: Layout.IdentityKind {
    Layout.IdentityKind(name: "\(Kind.self)", count: size, type: Kind.self)
  }
}
