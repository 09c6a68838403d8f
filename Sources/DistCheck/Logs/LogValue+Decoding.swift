import DistCheckEngine
import DistCheckLogs

extension LogValue {
  /// The value of a finite type.
  ///
  /// Identities are known by names, strings or integers: the first name that appears is the first identity, unless the
  /// mapping says what the names are (``LogPreview/names(_:are:)``). Cases of enums are strings, or objects of one field
  /// where they have a payload; structs are objects, sets and logs arrays, maps objects, `null` is `nil`.
  ///
  /// - Throws: `LogError` where it is none, or missing.
  public func `as`<T: BitwiseCopyable>(_ type: T.Type) throws(LogError) -> T {
    guard let object = context, let context = object as? LogContext else {
      throw error("nobody knows how to read a \(type)")
    }
    let layout: Layout
    do { layout = try context.layout(of: type) } catch { throw self.error("a \(type) cannot be read: \(error)") }
    let size = max(1, MemoryLayout<T>.size)
    let target = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    defer { target.deallocate() }
    target.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    try layout.decode(self, to: target, context)
    return target.load(as: T.self)
  }

  /// The same of a field that may be missing, or `null`.
  public func optional<T: BitwiseCopyable>(_ type: T.Type) throws(LogError) -> T? {
    isPresent ? try self.as(type) : nil
  }
}

// Here and not in the module of logs, whose operators a mapping would have to import.
extension LogValue {
  /// Whether it is a string with this text; `switch` compares so, too.
  public static func == (value: LogValue, text: String) -> Bool { value.isString(text) }

  public static func != (value: LogValue, text: String) -> Bool { !value.isString(text) }

  public static func ~= (text: String, value: LogValue) -> Bool { value.isString(text) }
}

extension Layout {
  fileprivate func decode(
    _ value: LogValue, to target: UnsafeMutableRawPointer, _ context: LogContext
  ) throws(LogError) {
    if let identity {
      let table = context.names.table(identity.type, name: identity.name, capacity: identity.count)
      return target.storeBytes(of: UInt8(try value.number(in: table)), as: UInt8.self)
    }
    switch kind {
    case .integer(let isSigned): try decodeInteger(value, to: target, isSigned)
    case .ordinal(let values):
      guard let ordinal = try ordinal(value, among: values) else {
        throw value.error("\(value.shown) is none of \(Self.list(values))")
      }
      store(ordinal, target)
    case .enumeration(let enumeration): try decode(value, enumeration, to: target, context)
    case .record(let fields): try decode(value, fields, to: target, context)
    case .subset:
      guard let domain else { throw value.error("a \(typeName) cannot be read") }
      var bits: UInt64 = 0
      for element in try value.elements {
        let bit = UInt64(1) << UInt64(try domain.ordinal(of: element, context))
        if bits & bit != 0 { throw element.error("\(element.shown) is in the set twice") }
        bits |= bit
      }
      target.storeBytes(of: bits, as: UInt64.self)
    case .map(let keys, let layout): try decodeMap(value, keys, layout, to: target, context)
    case .list(let list):
      guard list.isOrdered else { throw value.error("a \(typeName), whose order means nothing, cannot be read") }
      let elements = try value.elements
      guard elements.count <= list.capacity else {
        throw value.error("it has \(elements.count) elements, and there is room for \(list.capacity)")
      }
      target.storeBytes(of: UInt16(elements.count), toByteOffset: list.countOffset, as: UInt16.self)
      for (index, element) in elements.enumerated() {
        try list.element.decode(element, to: target + list.elementsOffset + index * list.element.stride, context)
      }
    case .packet(let from, let to, let body): try decode(value, [from, to, body], to: target, context)
    case .hidden: throw value.error("a \(typeName) cannot be read")
    }
  }

  private func decodeInteger(
    _ value: LogValue, to target: UnsafeMutableRawPointer, _ isSigned: Bool
  ) throws(LogError) {
    let integer = try value.integer
    let bits = size * 8
    let range =
      isSigned
      ? (Int.min >> (64 - bits))...(Int.max >> (64 - bits)) : 0...(bits == 64 ? Int.max : (1 << bits) - 1)
    guard range.contains(integer) else {
      throw value.error("\(integer) is not in \(range.lowerBound)...\(range.upperBound)")
    }
    store(integer, target)
  }

  private func store(_ integer: Int, _ target: UnsafeMutableRawPointer) {
    withUnsafeBytes(of: integer.littleEndian) { target.copyMemory(from: $0.baseAddress!, byteCount: size) }
  }

  private func ordinal(_ value: LogValue, among values: [Value]) throws(LogError) -> Int? {
    switch value.kind {
    case .string:
      let text = try value.string
      return values.firstIndex { $0.description == text }
    case .integer: return values.firstIndex(of: .integer(try value.integer))
    case .boolean: return values.firstIndex(of: .boolean(try value.boolean))
    default: throw value.error(value.kind == .missing ? "the field is missing" : "\(value.shown) is no \(typeName)")
    }
  }

  private static func list(_ values: [Value]) -> String {
    values.count > 12
      ? "\(values.first!) to \(values.last!)" : values.map(\.description).joined(separator: ", ")
  }

  private func decode(
    _ value: LogValue, _ enumeration: Enumeration, to target: UnsafeMutableRawPointer, _ context: LogContext
  ) throws(LogError) {
    if enumeration.isOptional {
      guard let some = enumeration.cases.firstIndex(where: { $0.payload != nil }),
        let none = enumeration.cases.firstIndex(where: { $0.payload == nil })
      else { throw value.error("a \(typeName) cannot be read") }
      guard value.kind != .null else { return enumeration.inject(target, none) }
      try enumeration.cases[some].payload?.decode(value, to: target, context)
      return enumeration.inject(target, some)
    }
    let names = enumeration.cases.map(\.name).joined(separator: ", ")
    let (name, payload): (String, LogValue?)
    switch value.kind {
    case .object:
      let fields = try value.fields
      guard fields.count == 1 else { throw value.error("it is no case of \(typeName), an object of one field") }
      (name, payload) = (fields[0].name, fields[0].value)
    default: (name, payload) = (try value.string, nil)
    }
    guard let tag = enumeration.cases.firstIndex(where: { $0.name == name }) else {
      throw value.error("\"\(name)\" is none of \(names)")
    }
    if let layout = enumeration.cases[tag].payload {
      guard let payload else { throw value.error("\"\(name)\" has a payload: write {\"\(name)\": …}") }
      try layout.decode(payload, to: target, context)
    } else if payload != nil {
      throw value.error("\"\(name)\" has no payload")
    }
    enumeration.inject(target, tag)
  }

  private func decode(
    _ value: LogValue, _ fields: [Field], to target: UnsafeMutableRawPointer, _ context: LogContext
  ) throws(LogError) {
    let given = try value.fields
    for (name, value) in given where !fields.contains(where: { $0.name == name }) {
      throw value.error("there is no such field of \(typeName)")
    }
    for field in fields { try field.layout.decode(value[field.name], to: target + field.offset, context) }
  }

  private func decodeMap(
    _ value: LogValue, _ keys: [Value], _ layout: Layout, to target: UnsafeMutableRawPointer, _ context: LogContext
  ) throws(LogError) {
    if value.kind == .array {
      let elements = try value.elements
      guard elements.count == keys.count else {
        throw value.error("it has \(elements.count) values, and there are \(keys.count) keys")
      }
      for (index, element) in elements.enumerated() {
        try layout.decode(element, to: target + index * layout.stride, context)
      }
      return
    }
    let fields = try value.fields
    guard fields.count == keys.count else {
      throw value.error("it has \(fields.count) values, and there are \(keys.count) keys")
    }
    for (name, value) in fields {
      guard let index = try index(of: name, value, keys, context) else {
        throw value.error("\"\(name)\" is none of \(Self.list(keys))")
      }
      try layout.decode(value, to: target + index * layout.stride, context)
    }
  }

  private func index(
    of name: String, _ value: LogValue, _ keys: [Value], _ context: LogContext
  ) throws(LogError) -> Int? {
    guard let identity = domain?.layout.identity else { return keys.firstIndex { $0.description == name } }
    let table = context.names.table(identity.type, name: identity.name, capacity: identity.count)
    return try value.number(of: name, in: table)
  }
}

extension Layout.Domain {
  /// Which of its values a field is.
  fileprivate func ordinal(of value: LogValue, _ context: LogContext) throws(LogError) -> Int {
    let size = max(8, layout.size)
    let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    defer { memory.deallocate() }
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    try layout.decode(value, to: memory, context)
    return ordinal(memory)
  }
}

extension LogPreview {
  /// Says what the log calls the identities of a type, in their order; no other name is known then.
  ///
  /// - Throws: `LogError` where there are more names than identities, or one is given twice.
  public func names<Kind, let size: Int>(_ type: ID<Kind, size>.Type, are names: [String]) throws(LogError) {
    let kind = ID<Kind, size>.kind
    try context.names.table(kind.type, name: kind.name, capacity: kind.count).declare(names)
  }
}
