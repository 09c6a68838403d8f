import CDistCheckEngine
import DistCheckEngine

/// Which types have blanks: bytes that mean nothing in some or all of their values (``Blanks``).
///
/// A type is looked at when a container of it is made for the first time. As long as no type with blanks has come, which is
/// one load to find out, nothing else is done.
@usableFromInline
enum BlankTypes {
  /// Whether some type has blanks.
  @inlinable @inline(__always)
  static var exist: Bool { ce_known_blanks() != 0 }

  /// Whether some type has padding between its fields.
  @inlinable @inline(__always)
  static var arePadded: Bool { ce_known_blanks() & 2 != 0 }

  /// Sees to it that it is known whether a type has blanks. A single byte has none that
  /// a comparison would see.
  @inlinable @inline(__always)
  static func learn<T: BitwiseCopyable>(_ type: T.Type) {
    if MemoryLayout<T>.size > 1 { meet(type) }
  }

  @inlinable @inline(never)
  static func meet<T: BitwiseCopyable>(_ type: T.Type) { _ = blanks(of: type) }

  /// Copies the bytes of a value without its blanks, padding included.
  @inlinable @inline(__always)
  static func write<T: BitwiseCopyable>(_ value: T, to bytes: UnsafeMutableRawPointer) {
    withMemory(of: value) { bytes.copyMemory(from: $0, byteCount: MemoryLayout<T>.size) }
    if MemoryLayout<T>.size > 0 { blanks(of: T.self)?.clearAll(bytes) }
  }

  /// A value with its blanks cleared, but for padding.
  @inlinable @inline(__always)
  static func cleared<T: BitwiseCopyable>(_ value: T) -> T {
    MemoryLayout<T>.size <= 1 || !exist ? value : clearedIfBlank(value)
  }

  /// Not inlined, as that would keep whole effects from being inlined.
  @inlinable @inline(never)
  static func clearedIfBlank<T: BitwiseCopyable>(_ value: T) -> T {
    guard let blanks = blanks(of: T.self) else { return value }
    let program = blanks.address.assumingMemoryBound(to: ce_blank_program.self)
    if MemoryLayout<T>.size <= 8 {
      return withUnsafeBytes(of: ce_cleared_word(program, firstWord(value))) { $0.load(as: T.self) }
    }
    var value = value
    withUnsafeMutablePointer(to: &value) {
      ce_clear_blanks(program, UnsafeMutableRawPointer($0).assumingMemoryBound(to: UInt8.self))
    }
    return value
  }

  /// Compares two values without blanks by their bytes, padding aside.
  @inlinable @inline(never)
  static func compare<T: BitwiseCopyable>(_ left: T, _ right: T) -> Int {
    guard MemoryLayout<T>.size > 1, let blanks = blanks(of: T.self), blanks.isPadded else {
      return compareBytes(left, right)
    }
    return withMemory(of: left) { left in withMemory(of: right) { blanks.compare(left, $0) } }
  }

  @inlinable @inline(__always)
  static func blanks<T: BitwiseCopyable>(of type: T.Type) -> Blanks? {
    if let entry = ce_find_type(unsafeBitCast(type, to: UnsafeRawPointer.self)) {
      return entry.pointee.blanks.map { Blanks(at: $0) }
    }
    return discover(type)
  }

  /// - Returns: nil for a type without blanks.
  @usableFromInline @inline(never)
  static func discover(_ type: any BitwiseCopyable.Type) -> Blanks? {
    let layout: Layout
    do { layout = try Layout.of(type) } catch {
      // A part of the state of this type is refused before the search; where only effects use it there is nothing to go by.
      specificationFailure("a container of elements that are of no finite type")
    }
    let blanks = Blanks(layout)
    let flags: UInt32 = blanks.isEmpty ? 0 : blanks.isPadded ? 3 : 1
    ce_add_type(unsafeBitCast(type, to: UnsafeRawPointer.self), blanks.isEmpty ? nil : blanks.address, flags)
    return blanks.isEmpty ? nil : blanks
  }
}
