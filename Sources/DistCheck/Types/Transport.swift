import DistCheckEngine

/// How a network treats its messages: in which order, and what can become of them.
///
/// One byte. A constant of the specification, so that the same protocol runs over any network:
/// ```swift
/// var transport = Transport.unordered.losing.duplicating
/// ```
@frozen
public struct Transport: BitwiseCopyable, Equatable {
  @usableFromInline let raw: UInt8

  @inlinable @inline(__always)
  init(raw: UInt8) { self.raw = raw }

  /// A set that only grows: every message sent can be received any number of times, at any time, in any order, or
  /// never. The weakest network, and often the smallest state space to say so with.
  @inlinable @inline(__always)
  public static var growing: Self { Self(raw: 0) }

  /// A bag: each message is received once, in any order.
  @inlinable @inline(__always)
  public static var unordered: Self { Self(raw: 4) }

  /// Messages on the same link are received once each, in the order in which they were sent.
  @inlinable @inline(__always)
  public static var fifo: Self { Self(raw: 8) }

  /// The same, but any message that could be received can be lost instead.
  @inlinable @inline(__always)
  public var losing: Self { Self(raw: raw | 1) }

  /// The same, but a message that is received can stay, to be received again.
  @inlinable @inline(__always)
  public var duplicating: Self { Self(raw: raw | 2) }

  @inlinable @inline(__always)
  public var isGrowing: Bool { raw >> 2 == 0 }
  @inlinable @inline(__always)
  public var isFIFO: Bool { raw >> 2 == 2 }
  @inlinable @inline(__always)
  public var loses: Bool { raw & 1 != 0 }
  @inlinable @inline(__always)
  public var duplicates: Bool { raw & 2 != 0 && !isGrowing }
}

extension Transport: LayoutDescribing {
  /// Every combination, by name.
  static let names: [String] = ["growing", "unordered", "fifo"].flatMap { order in
    ["", ".losing", ".duplicating", ".losing.duplicating"].map { order + $0 }
  }

  public static func layout() throws(LayoutError) -> Layout {
    Layout(typeName: "Transport", size: 1, stride: 1, kind: .ordinal(names.map { .name($0) }))
  }
}
