// What is calculated with bounded integers is an `Int`, and they are compared as integers, whatever their ranges are. The
// last group is for `s.next = s.base + 1`, where nothing but a `Bounded` will do.

extension Bounded {
  // MARK: Arithmetic

  @inlinable @inline(__always)
  public static func + (left: Self, right: Int) -> Int { left.value + right }

  @inlinable @inline(__always)
  public static func + (left: Int, right: Self) -> Int { left + right.value }

  @inlinable @inline(__always)
  public static func + <let low: Int, let high: Int>(left: Self, right: Bounded<low, high>) -> Int {
    left.value + right.value
  }

  @inlinable @inline(__always)
  public static func - (left: Self, right: Int) -> Int { left.value - right }

  @inlinable @inline(__always)
  public static func - (left: Int, right: Self) -> Int { left - right.value }

  @inlinable @inline(__always)
  public static func - <let low: Int, let high: Int>(left: Self, right: Bounded<low, high>) -> Int {
    left.value - right.value
  }

  @inlinable @inline(__always)
  public static func * (left: Self, right: Int) -> Int { left.value * right }

  @inlinable @inline(__always)
  public static func * (left: Int, right: Self) -> Int { left * right.value }

  @inlinable @inline(__always)
  public static func * <let low: Int, let high: Int>(left: Self, right: Bounded<low, high>) -> Int {
    left.value * right.value
  }

  @inlinable @inline(__always)
  public static func / (left: Self, right: Int) -> Int { left.value / right }

  @inlinable @inline(__always)
  public static func / (left: Int, right: Self) -> Int { left / right.value }

  @inlinable @inline(__always)
  public static func / <let low: Int, let high: Int>(left: Self, right: Bounded<low, high>) -> Int {
    left.value / right.value
  }

  @inlinable @inline(__always)
  public static func % (left: Self, right: Int) -> Int { left.value % right }

  @inlinable @inline(__always)
  public static func % (left: Int, right: Self) -> Int { left % right.value }

  @inlinable @inline(__always)
  public static func % <let low: Int, let high: Int>(left: Self, right: Bounded<low, high>) -> Int {
    left.value % right.value
  }

  // MARK: Comparison

  @inlinable @inline(__always)
  public static func == (left: Self, right: Int) -> Bool { left.value == right }

  @inlinable @inline(__always)
  public static func == (left: Int, right: Self) -> Bool { left == right.value }

  @inlinable @inline(__always)
  public static func == <let low: Int, let high: Int>(left: Self, right: Bounded<low, high>) -> Bool {
    left.value == right.value
  }

  @inlinable @inline(__always)
  public static func != (left: Self, right: Int) -> Bool { left.value != right }

  @inlinable @inline(__always)
  public static func != (left: Int, right: Self) -> Bool { left != right.value }

  @inlinable @inline(__always)
  public static func != <let low: Int, let high: Int>(left: Self, right: Bounded<low, high>) -> Bool {
    left.value != right.value
  }

  @inlinable @inline(__always)
  public static func < (left: Self, right: Int) -> Bool { left.value < right }

  @inlinable @inline(__always)
  public static func < (left: Int, right: Self) -> Bool { left < right.value }

  @inlinable @inline(__always)
  public static func < <let low: Int, let high: Int>(left: Self, right: Bounded<low, high>) -> Bool {
    left.value < right.value
  }

  @inlinable @inline(__always)
  public static func <= (left: Self, right: Int) -> Bool { left.value <= right }

  @inlinable @inline(__always)
  public static func <= (left: Int, right: Self) -> Bool { left <= right.value }

  @inlinable @inline(__always)
  public static func <= <let low: Int, let high: Int>(left: Self, right: Bounded<low, high>) -> Bool {
    left.value <= right.value
  }

  @inlinable @inline(__always)
  public static func > (left: Self, right: Int) -> Bool { left.value > right }

  @inlinable @inline(__always)
  public static func > (left: Int, right: Self) -> Bool { left > right.value }

  @inlinable @inline(__always)
  public static func > <let low: Int, let high: Int>(left: Self, right: Bounded<low, high>) -> Bool {
    left.value > right.value
  }

  @inlinable @inline(__always)
  public static func >= (left: Self, right: Int) -> Bool { left.value >= right }

  @inlinable @inline(__always)
  public static func >= (left: Int, right: Self) -> Bool { left >= right.value }

  @inlinable @inline(__always)
  public static func >= <let low: Int, let high: Int>(left: Self, right: Bounded<low, high>) -> Bool {
    left.value >= right.value
  }

  // MARK: Storing

  @inlinable @inline(__always)
  public static func += (left: inout Self, right: Int) { left = Self(left.value + right) }

  @inlinable @inline(__always)
  public static func -= (left: inout Self, right: Int) { left = Self(left.value - right) }

  @inlinable @inline(__always)
  public static func += <let low: Int, let high: Int>(left: inout Self, right: Bounded<low, high>) {
    left = Self(left.value + right.value)
  }

  @inlinable @inline(__always)
  public static func -= <let low: Int, let high: Int>(left: inout Self, right: Bounded<low, high>) {
    left = Self(left.value - right.value)
  }

  @inlinable @inline(__always) @_disfavoredOverload
  public static func + (left: Self, right: Int) -> Self { Self(left.value + right) }

  @inlinable @inline(__always) @_disfavoredOverload
  public static func - (left: Self, right: Int) -> Self { Self(left.value - right) }
}

extension Int {
  /// The integer that a bounded one is.
  @inlinable @inline(__always)
  public init<let lower: Int, let upper: Int>(_ bounded: Bounded<lower, upper>) { self = bounded.value }
}
