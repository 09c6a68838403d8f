internal import CDistCheckEngine

/// The bytes of a type that mean nothing in some or all of its values: padding between fields, and what an enum's active
/// case leaves of the room for its payload.
///
/// Swift leaves anything there. Two equal values could then differ in their bytes, so the bytes are cleared where a value is
/// stored, and left out where values are compared:
/// - What an enum's case leaves unused is cleared by ``clear(_:)`` where a value is put into a container, and in every state
///   before it is packed. Copies keep it cleared, since Swift copies a payload's room as a whole.
/// - Padding between fields comes and goes with each copy. Packing drops it, and comparisons leave it out.
///
/// The containers of the library need neither inside a value: what is in them was cleared when it was put there, and places
/// beyond the count are zero.
///
/// Memory of a `Blanks` is never released: there is one for each type of element, and one for each system.
public struct Blanks: @unchecked Sendable {
  private let form: UnsafeMutablePointer<Form>

  private struct Form {
    /// Bytes of a value.
    var size: Int
    var operations: UnsafeMutablePointer<BlankOperation>
    var operationCount: Int
    /// For `slowly`.
    var layouts: UnsafeMutablePointer<Layout>
    /// By byte: the bits that can mean something.
    var mask: UnsafeMutablePointer<UInt8>
    var isPadded: Bool
  }

  public init(_ layout: Layout) {
    var compiler = BlankCompiler()
    compiler.emit(layout, at: 0, keeping: [UInt8](repeating: 0, count: layout.size))
    let occupied = layout.occupiedBits
    form = .allocate(capacity: 1)
    form.initialize(
      to: Form(
        size: layout.size, operations: Self.copied(compiler.operations), operationCount: compiler.operations.count,
        layouts: Self.copied(compiler.layouts), mask: Self.copied(occupied), isPadded: occupied.contains(0)))
  }

  private static func copied<T>(_ values: [T]) -> UnsafeMutablePointer<T> {
    let copy = UnsafeMutablePointer<T>.allocate(capacity: max(1, values.count))
    copy.initialize(from: values, count: values.count)
    return copy
  }

  /// One that was made before, by its ``address``.
  public init(at address: UnsafeRawPointer) {
    form = UnsafeMutableRawPointer(mutating: address).assumingMemoryBound(to: Form.self)
  }

  public var address: UnsafeRawPointer { UnsafeRawPointer(form) }

  /// Whether some byte means nothing in any value, so that comparisons have to leave it out.
  public var isPadded: Bool { form.pointee.isPadded }

  /// Whether no byte of any value is blank.
  public var isEmpty: Bool { form.pointee.operationCount == 0 && !isPadded }

  /// Whether there is something for ``clear(_:)`` to do.
  var clearsNothing: Bool { form.pointee.operationCount == 0 }

  /// Clears what the active cases of the enums in a value leave unused. Takes time in proportion to the number of enums
  /// with payloads, and allocates nothing but for enums whose cases no single byte tells apart.
  public func clear(_ value: UnsafeMutableRawPointer) {
    if form.pointee.operationCount > 0 { run(0, form.pointee.operationCount, value) }
  }

  private func run(_ first: Int, _ end: Int, _ value: UnsafeMutableRawPointer) {
    var index = first
    while index < end {
      let operation = form.pointee.operations + index
      let place = value + Int(operation.pointee.offset)
      switch operation.pointee.code {
      case .when:
        let isActive = place.load(as: UInt8.self) & operation.pointee.byteMask == operation.pointee.byte
        if !isActive {
          index = Int(operation.pointee.end)
          continue
        }
      case .exit:
        index = Int(operation.pointee.end)
        continue
      case .keep8:
        place.storeBytes(of: place.loadUnaligned(as: UInt64.self) & operation.pointee.mask, as: UInt64.self)
      case .keep4:
        let mask = UInt32(truncatingIfNeeded: operation.pointee.mask)
        place.storeBytes(of: place.loadUnaligned(as: UInt32.self) & mask, as: UInt32.self)
      case .keep2:
        let mask = UInt16(truncatingIfNeeded: operation.pointee.mask)
        place.storeBytes(of: place.loadUnaligned(as: UInt16.self) & mask, as: UInt16.self)
      case .keep1:
        let mask = UInt8(truncatingIfNeeded: operation.pointee.mask)
        place.storeBytes(of: place.load(as: UInt8.self) & mask, as: UInt8.self)
      case .each:
        let body = (index &+ 1, Int(operation.pointee.end))
        for k in 0..<Int(operation.pointee.count) { run(body.0, body.1, place + k &* Int(operation.pointee.stride)) }
        index = body.1
        continue
      case .slowly: form.pointee.layouts[Int(operation.pointee.count)].canonicalize(place)
      }
      index &+= 1
    }
  }

  // MARK: Comparison

  /// Compares two values, both cleared, byte by byte; negative when the left one comes first. Values of at most eight bytes
  /// are compared as little-endian integers, as the containers do.
  public func compare(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer) -> Int {
    let (size, mask) = (form.pointee.size, form.pointee.mask)
    if size <= 8 {
      var (first, second): (UInt64, UInt64) = (0, 0)
      for k in 0..<size {
        first |= UInt64(left.load(fromByteOffset: k, as: UInt8.self) & mask[k]) &<< UInt64(8 &* k)
        second |= UInt64(right.load(fromByteOffset: k, as: UInt8.self) & mask[k]) &<< UInt64(8 &* k)
      }
      return first == second ? 0 : first < second ? -1 : 1
    }
    for k in 0..<size {
      let first = left.load(fromByteOffset: k, as: UInt8.self) & mask[k]
      let second = right.load(fromByteOffset: k, as: UInt8.self) & mask[k]
      if first != second { return first < second ? -1 : 1 }
    }
    return 0
  }

  /// Clears a value altogether, padding included: equal values have equal bytes afterwards.
  public func clearAll(_ value: UnsafeMutableRawPointer) {
    clear(value)
    let mask = form.pointee.mask
    for k in 0..<form.pointee.size {
      value.storeBytes(of: value.load(fromByteOffset: k, as: UInt8.self) & mask[k], toByteOffset: k, as: UInt8.self)
    }
  }
}

/// One instruction of what clears the blanks of a value. Offsets are relative to the value, within `each` to its element.
struct BlankOperation {
  enum Code: UInt8 {
    /// The instructions up to `end` are for values in which a byte has a certain value: a case of an enum.
    case when
    /// Goes on at `end`.
    case exit
    /// Keeps some bits of 8, 4, 2 or 1 bytes and clears the others.
    case keep8, keep4, keep2, keep1
    /// The instructions up to `end` are for each of `count` values, `stride` bytes apart.
    case each
    /// By way of the Swift runtime, for enums whose cases no byte tells apart: the layout number `count`.
    case slowly
  }

  var code: Code
  var byteMask: UInt8 = 0
  var byte: UInt8 = 0
  var offset: Int32
  var end: Int32 = 0
  var count: Int32 = 0
  var stride: Int32 = 0
  var mask: UInt64 = 0
}
