/// Where an action writes the states it leads to.
///
/// The engine owns the memory and fills in the fields; the typed shell, inlined into the compiled specification, writes
/// one state after another. Nothing is allocated while states are explored.
@frozen
public struct SuccessorBuffer {
  /// Where the next successor goes: `stride` bytes, aligned for any state.
  public var next: UnsafeMutableRawPointer
  /// How many more fit.
  public var room: Int
  /// Bytes from one successor to the next.
  public let stride: Int
  /// Where the next successor's ordinal goes: which instance of the action produced it.
  public var ordinals: UnsafeMutablePointer<UInt32>

  @inlinable
  public init(
    next: UnsafeMutableRawPointer, room: Int, stride: Int, ordinals: UnsafeMutablePointer<UInt32>
  ) {
    self.next = next
    self.room = room
    self.stride = stride
    self.ordinals = ordinals
  }

  /// Accepts the successor that was just written at `next`.
  @inlinable @inline(__always)
  public mutating func commit(ordinal: Int) {
    next += stride
    room &-= 1
    // An action with more than 2 to the 32 instances is refused before the search, or fails where it has them.
    ordinals.pointee = UInt32(truncatingIfNeeded: ordinal)
    ordinals += 1
  }
}
