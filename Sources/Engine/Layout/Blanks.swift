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
@frozen
public struct Blanks: @unchecked Sendable {
  /// Where a `ce_blank_program` lies, the first part of a form.
  public let address: UnsafeRawPointer
  private var form: UnsafeMutablePointer<Form> {
    UnsafeMutableRawPointer(mutating: address).assumingMemoryBound(to: Form.self)
  }

  private struct Form {
    /// First, so that the address of a form is that of its program.
    var program: ce_blank_program
    /// Bytes of a value.
    var size: Int
    /// By byte: the bits that can mean something.
    var mask: UnsafeMutablePointer<UInt8>
    var isPadded: Bool
  }

  public init(_ layout: Layout) {
    let compiler = BlankCompiler(layout)
    let occupied = layout.occupiedBits
    // Enums whose cases no single byte tells apart are cleared by way of the Swift runtime.
    let layouts = Self.copied(compiler.layouts)
    let program = ce_blank_program(
      blanks: Self.copied(compiler.program), count: Int32(compiler.program.count),
      targets: Self.copied(compiler.targets),
      cases: Self.copied(compiler.cases),
      call: { layouts, number, place in
        layouts!.assumingMemoryBound(to: Layout.self)[Int(number)].canonicalize(UnsafeMutableRawPointer(place!))
      }, context: layouts)
    let form = UnsafeMutablePointer<Form>.allocate(capacity: 1)
    form.initialize(
      to: Form(program: program, size: layout.size, mask: Self.copied(occupied), isPadded: occupied.contains(0)))
    address = UnsafeRawPointer(form)
  }

  private static func copied<T>(_ values: [T]) -> UnsafeMutablePointer<T> {
    let copy = UnsafeMutablePointer<T>.allocate(capacity: max(1, values.count))
    copy.initialize(from: values, count: values.count)
    return copy
  }

  /// One that was made before, by its ``address``.
  @inlinable
  public init(at address: UnsafeRawPointer) { self.address = address }

  /// Whether some byte means nothing in any value, so that comparisons have to leave it out.
  public var isPadded: Bool { form.pointee.isPadded }

  /// Whether no byte of any value is blank.
  public var isEmpty: Bool { clearsNothing && !isPadded }

  /// Whether there is something for ``clear(_:)`` to do.
  var clearsNothing: Bool { form.pointee.program.count == 0 }

  /// Clears what the active cases of the enums in a value leave unused. Takes time in proportion to the number of enums
  /// with payloads, and allocates nothing but for enums whose cases no single byte tells apart.
  public func clear(_ value: UnsafeMutableRawPointer) {
    ce_clear_blanks(&form.pointee.program, value.assumingMemoryBound(to: UInt8.self))
  }

  /// Clears values that lie at a distance from each other.
  func clear(_ values: UnsafeMutableRawPointer, count: Int, distance: Int) {
    ce_clear_all_blanks(&form.pointee.program, values.assumingMemoryBound(to: UInt8.self), distance, count)
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
