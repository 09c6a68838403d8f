// Swift's reflection API tells the fields of structs but not the cases of enums. These are read from the type's metadata,
// whose format is part of Swift's stable ABI (docs/ABI/TypeMetadata.rst and TypeLayout.rst in the Swift repository).

enum MetadataKind {
  case structure, enumeration, optional, tuple, other

  init(of type: Any.Type) {
    self =
      switch metadata(of: type).load(as: Int.self) {
      case 0x200: .structure
      case 0x201: .enumeration
      case 0x202: .optional
      case 0x301: .tuple
      default: .other
      }
  }
}

private func metadata(of type: Any.Type) -> UnsafeRawPointer { unsafeBitCast(type, to: UnsafeRawPointer.self) }

/// The cases of an enum, and the functions with which the runtime takes its values apart.
struct EnumMetadata {
  let cases: [(name: String, payload: Any.Type?)]
  let tag: (UnsafeRawPointer) -> Int
  let project: (UnsafeMutableRawPointer) -> Void
  let inject: (UnsafeMutableRawPointer, Int) -> Void

  /// - Parameter type: An enum.
  /// - Throws: `LayoutError` when Swift does not tell the type of a payload.
  init(_ type: Any.Type) throws(LayoutError) {
    let metadata = metadata(of: type)
    let descriptor = metadata.load(fromByteOffset: 8, as: UnsafeRawPointer.self)
    let genericArguments = metadata + 16
    let fields = relative(descriptor + 16)
    let recordSize = Int((fields + 10).load(as: UInt16.self))
    let count = Int((fields + 12).load(as: UInt32.self))
    var cases: [(name: String, payload: Any.Type?)] = []
    for index in 0..<count {
      let record = fields + 16 + index * recordSize
      let name = String(cString: relative(record + 8).assumingMemoryBound(to: CChar.self))
      guard (record + 4).load(as: Int32.self) != 0 else {
        cases.append((name, nil))
        continue
      }
      // The flag of an indirect case.
      guard record.load(as: UInt32.self) & 1 == 0 else {
        throw LayoutError("an indirect case is a pointer, not a finite type", path: name)
      }
      let mangled = relative(record + 4)
      let payload = _getTypeByMangledNameInContext(
        mangled.assumingMemoryBound(to: UInt8.self), UInt(mangledLength(mangled)), genericContext: descriptor,
        genericArguments: genericArguments)
      guard let payload else { throw LayoutError("Swift does not tell the type of its payload", path: name) }
      cases.append((name, payload))
    }
    self.cases = cases
    // The value witness table: eight functions, size, stride, flags, and for enums three more functions.
    let witnesses = metadata.load(fromByteOffset: -8, as: UnsafeRawPointer.self)
    typealias Tag = @convention(c) (UnsafeRawPointer, UnsafeRawPointer) -> UInt32
    typealias Project = @convention(c) (UnsafeMutableRawPointer, UnsafeRawPointer) -> Void
    typealias Inject = @convention(c) (UnsafeMutableRawPointer, UInt32, UnsafeRawPointer) -> Void
    let getTag = unsafeBitCast((witnesses + 88).load(as: UnsafeRawPointer.self), to: Tag.self)
    let projectData = unsafeBitCast((witnesses + 96).load(as: UnsafeRawPointer.self), to: Project.self)
    let injectTag = unsafeBitCast((witnesses + 104).load(as: UnsafeRawPointer.self), to: Inject.self)
    tag = { Int(getTag($0, metadata)) }
    project = { projectData($0, metadata) }
    inject = { injectTag($0, UInt32($1), metadata) }
  }
}

/// Follows a 32-bit offset that is relative to its own place.
private func relative(_ field: UnsafeRawPointer) -> UnsafeRawPointer { field + Int(field.load(as: Int32.self)) }

/// A mangled name is text with embedded references: a byte from 0x01 to 0x17 is followed by four bytes, one from 0x18 to
/// 0x1F by a pointer; a zero byte ends it.
private func mangledLength(_ name: UnsafeRawPointer) -> Int {
  var length = 0
  while true {
    switch name.load(fromByteOffset: length, as: UInt8.self) {
    case 0: return length
    case 1...0x17: length += 5
    case 0x18...0x1F: length += 9
    default: length += 1
    }
  }
}
