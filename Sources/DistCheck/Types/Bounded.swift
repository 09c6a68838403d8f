import DistCheckEngine

/// An integer from `lower` to `upper`, both included: a ballot, a term, a clock.
///
/// Arithmetic gives an `Int`, which need not be in the range: `s.next < s.base + window` is what it says. The range counts
/// where a number is stored: `s.next += 1`, `s.next = Index(s.base + window)`. Leaving it there is an error of the
/// specification, never a wrap-around: bound it with a guard, or with a state constraint.
///
/// Two bytes. At most 65,536 values.
@frozen
public struct Bounded<let lower: Int, let upper: Int>: Finite, Hashable, Comparable {
  @usableFromInline let raw: UInt16

  @inlinable @inline(__always)
  public init(_ value: Int) {
    _ = Self.count  // whether the range is one
    if value < lower { specificationFailure("% is below %, the lower end of a Bounded", value, lower) }
    if value > upper { specificationFailure("% is above %, the upper end of a Bounded", value, upper) }
    raw = UInt16(truncatingIfNeeded: value &- lower)  // at most upper - lower, which is at most 65,535
  }

  @inlinable @inline(__always)
  public init(ordinal: Int) {
    checkOrdinal(ordinal, of: Self.count)
    self.init(uncheckedOrdinal: ordinal)
  }

  @inlinable @inline(__always)
  public init(uncheckedOrdinal ordinal: Int) { raw = UInt16(truncatingIfNeeded: ordinal) }  // at most 65,535

  @inlinable @inline(__always)
  public static var hasCheckedOrdinals: Bool { true }

  @inlinable @inline(__always)
  public var ordinal: Int { Int(raw) }

  @inlinable @inline(__always)
  public static var count: Int {
    let (distance, isTooLarge) = upper.subtractingReportingOverflow(lower)
    if lower > upper || isTooLarge || distance > 65_535 {
      specificationFailure("%...% are not 1 to 65,536 values", lower, upper)
    }
    return distance + 1
  }

  /// The integer.
  @inlinable @inline(__always)
  public var value: Int { lower &+ Int(raw) }  // at most upper

  @inlinable @inline(__always)
  public static var min: Self { Self(lower) }

  @inlinable @inline(__always)
  public static var max: Self { Self(upper) }

  @inlinable @inline(__always)
  public static func < (left: Self, right: Self) -> Bool { left.raw < right.raw }

  /// The one after it; after the last comes the first.
  @inlinable @inline(__always)
  public var next: Self { Self(uncheckedOrdinal: ordinal + 1 == Self.count ? 0 : ordinal + 1) }

  /// The one before it; before the first comes the last.
  @inlinable @inline(__always)
  public var previous: Self { Self(uncheckedOrdinal: ordinal == 0 ? Self.count - 1 : ordinal - 1) }
}

extension Bounded: ExpressibleByIntegerLiteral {
  @inlinable @inline(__always)
  public init(integerLiteral value: Int) { self.init(value) }
}

extension Bounded: LayoutDescribing {
  public static func layout() throws(LayoutError) -> Layout {
    guard lower <= upper else { throw LayoutError("the range \(lower)...\(upper) is empty") }
    let (distance, isTooLarge) = upper.subtractingReportingOverflow(lower)
    guard !isTooLarge, distance < 65_536 else { throw LayoutError("\(lower)...\(upper) has more than 65,536 values") }
    return Layout(typeName: "\(Self.self)", size: 2, stride: 2, kind: .ordinal((lower...upper).map { .integer($0) }))
  }
}
