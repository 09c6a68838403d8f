@_spi(Reflection) import Swift
import DistCheckEngine

extension Layout {
  /// How the bytes of a type are to be read.
  ///
  /// Types of the library say so themselves; structs, tuples and enums of a specification are taken apart with Swift's
  /// reflection data.
  ///
  /// - Throws: `LayoutError` for a type that is not finite, naming the field.
  public static func of(_ type: Any.Type) throws(LayoutError) -> Layout {
    if let describing = type as? any LayoutDescribing.Type { return try describing.layout() }
    switch MetadataKind(of: type) {
    case .structure where String(reflecting: type).hasPrefix("Swift."):
      throw LayoutError("\(type) is not a finite type")  // Double, pointers: what they are made of says nothing
    case .structure, .tuple: return try record(type)
    case .enumeration, .optional: return try enumeration(type)
    case .other: throw LayoutError("\(type) is not a finite type")
    }
  }

  /// The layout of a state, whatever the code of the types in it does.
  static func ofState(_ type: Any.Type) throws(SpecificationError) -> Layout {
    do {
      return try evaluating { () throws(LayoutError) in try of(type) }.get()
    } catch let error as LayoutError {
      throw .layout(type: "State", error)
    } catch let fault as SpecificationFault {
      throw .typeFault(type: failing(type, path: "State"), fault)
    } catch { preconditionFailure("\(error)") }
  }

  /// The innermost field in the layout of a type whose own code fails: `State.votes, of type Subset<…>,`.
  private static func failing(_ type: Any.Type, path: String) -> String {
    if !(type is any LayoutDescribing.Type), [.structure, .tuple].contains(MetadataKind(of: type)) {
      for field in StoredProperty.all(of: type) {
        do {
          _ = try evaluating { () throws(LayoutError) in try of(field.type) }
        } catch { return failing(field.type, path: "\(path).\(field.name)") }
      }
    }
    return "\(path), of type \(type),"
  }

  private static func record(_ type: Any.Type) throws(LayoutError) -> Layout {
    var fields: [(name: String, offset: Int, type: Any.Type)] = []
    let isComplete = _forEachField(of: type, options: []) { name, offset, type, _ in
      fields.append((String(cString: name), offset, type))
      return true
    }
    guard isComplete else { throw LayoutError("\(type) has a field whose type Swift does not tell") }
    var described: [Field] = []
    for field in fields {
      do {
        let name = field.name.hasPrefix(".") ? "" : field.name  // elements of a tuple without labels: .0, .1
        described.append(Field(name: name, offset: field.offset, layout: try of(field.type)))
      } catch { throw error.inside(field.name.hasPrefix(".") ? String(field.name.dropFirst()) : field.name) }
    }
    let size = TypeSize(of: type)
    if described.isEmpty && size.size > 0 { throw LayoutError("\(type) is not a finite type") }
    return Layout(typeName: "\(type)", size: size.size, stride: size.stride, kind: .record(described))
  }

  private static func enumeration(_ type: Any.Type) throws(LayoutError) -> Layout {
    let metadata = try EnumMetadata(type)
    var cases: [Enumeration.Case] = []
    for alternative in metadata.cases {
      do {
        cases.append(
          Enumeration.Case(name: alternative.name, payload: try alternative.payload.map { try of($0) } ?? nil))
      } catch let error as LayoutError {
        throw MetadataKind(of: type) == .optional ? error : error.inside(alternative.name)
      } catch { throw LayoutError("\(error)") }
    }
    let size = TypeSize(of: type)
    // Without payloads the stored byte is the ordinal.
    if cases.allSatisfy({ $0.payload == nil }) {
      return Layout(
        typeName: "\(type)", size: size.size, stride: size.stride, kind: .ordinal(cases.map { .name($0.name) }))
    }
    return Layout(
      typeName: "\(type)", size: size.size, stride: size.stride,
      kind: .enumeration(
        Enumeration(
          cases: cases, isOptional: MetadataKind(of: type) == .optional, tag: metadata.tag,
          project: metadata.project, inject: metadata.inject)))
  }
}

/// Size and stride of a type that is known only at run time.
private struct TypeSize {
  var size: Int
  var stride: Int

  init(of type: Any.Type) {
    func open<T>(_: T.Type) -> TypeSize {
      TypeSize(size: MemoryLayout<T>.size, stride: MemoryLayout<T>.stride)
    }
    self = _openExistential(type, do: open)
  }

  private init(size: Int, stride: Int) {
    self.size = size
    self.stride = stride
  }
}

// MARK: Types of the standard library

extension FixedWidthInteger where Self: BitwiseCopyable {
  static func integerLayout() -> Layout {
    Layout(
      typeName: "\(Self.self)", size: MemoryLayout<Self>.size, stride: MemoryLayout<Self>.stride,
      kind: .integer(isSigned: isSigned))
  }
}

extension Int: LayoutDescribing { public static func layout() -> Layout { integerLayout() } }
extension Int8: LayoutDescribing { public static func layout() -> Layout { integerLayout() } }
extension Int16: LayoutDescribing { public static func layout() -> Layout { integerLayout() } }
extension Int32: LayoutDescribing { public static func layout() -> Layout { integerLayout() } }
extension Int64: LayoutDescribing { public static func layout() -> Layout { integerLayout() } }
extension UInt: LayoutDescribing { public static func layout() -> Layout { integerLayout() } }
extension UInt8: LayoutDescribing { public static func layout() -> Layout { integerLayout() } }
extension UInt16: LayoutDescribing { public static func layout() -> Layout { integerLayout() } }
extension UInt32: LayoutDescribing { public static func layout() -> Layout { integerLayout() } }
extension UInt64: LayoutDescribing { public static func layout() -> Layout { integerLayout() } }

extension Bool: LayoutDescribing {
  public static func layout() -> Layout {
    Layout(typeName: "Bool", size: 1, stride: 1, kind: .ordinal([.boolean(false), .boolean(true)]))
  }
}

extension InlineArray: LayoutDescribing where Element: Copyable {
  public static func layout() throws(LayoutError) -> Layout {
    Layout(
      typeName: "\(Self.self)", size: MemoryLayout<Self>.size, stride: MemoryLayout<Self>.stride,
      kind: .map(keys: (0..<count).map { .integer($0) }, value: try Layout.of(Element.self)))
  }
}
