@_spi(Reflection) import Swift
import DistCheckEngine

/// A stored property of a specification: a constant that a model, or `-D`, gives a value.
struct Constant {
  var name: String
  var offset: Int
  var layout: Layout

  /// The constants of a type, in the order of their declaration. Properties whose type is not finite are left out.
  static func all(of type: Any.Type) -> [Constant] {
    var constants: [Constant] = []
    _ = _forEachField(of: type, options: []) { name, offset, type, _ in
      if let layout = try? Layout.of(type) {
        constants.append(Constant(name: String(cString: name), offset: offset, layout: layout))
      }
      return true
    }
    return constants
  }

  func value(in specification: UnsafeRawPointer) -> Value { layout.value(at: specification + offset) }

  func bytes(in specification: UnsafeRawPointer) -> [UInt8] {
    Array(UnsafeRawBufferPointer(start: specification + offset, count: layout.size))
  }

  /// Gives the constant a value that is written as text: an integer, `true`, the name of a case.
  func set(_ text: String, in specification: UnsafeMutableRawPointer) throws(ConstantError) {
    switch layout.kind {
    case .integer(let isSigned):
      let bits = layout.size * 8
      let range =
        isSigned ? (Int.min >> (64 - bits))...(Int.max >> (64 - bits)) : 0...(bits == 64 ? Int.max : (1 << bits) - 1)
      guard let value = Int(text) else { throw ConstantError(name, "\"\(text)\" is no integer") }
      guard range.contains(value) else {
        throw ConstantError(name, "\(value) is not in \(range.lowerBound)...\(range.upperBound)")
      }
      store(value, in: specification)
    case .ordinal(let values):
      guard let ordinal = values.firstIndex(where: { $0.description == text }) else {
        throw ConstantError(name, "\"\(text)\" is none of \(Self.list(values))")
      }
      store(ordinal, in: specification)
    default: throw ConstantError(name, "a constant of type \(layout.typeName) cannot be set by -D")
    }
  }

  private func store(_ value: Int, in specification: UnsafeMutableRawPointer) {
    withUnsafeBytes(of: value.littleEndian) {
      (specification + offset).copyMemory(from: $0.baseAddress!, byteCount: layout.size)
    }
  }

  private static func list(_ values: [Value]) -> String {
    values.count > 12
      ? "\(values.first!) to \(values.last!)" : values.map(\.description).joined(separator: ", ")
  }
}

/// A value cannot be given to a constant.
struct ConstantError: Error {
  static let noSuchConstant = "no such constant"

  var name: String
  var reason: String
  init(_ name: String, _ reason: String) {
    self.name = name
    self.reason = reason
  }
}

/// A stored constant with its value.
@usableFromInline
struct ConstantValue {
  var name: String
  var layout: Layout
  var words: [UInt64]

  var value: Value { words.withUnsafeBytes { layout.value(at: $0.baseAddress!) } }
}

extension Specification {
  /// The stored constants and their values.
  @usableFromInline
  static func constants(of specification: Self) -> [ConstantValue] {
    withMemory(of: specification) { pointer in
      Constant.all(of: Self.self).map { constant in
        var words = [UInt64](repeating: 0, count: constant.layout.words)
        words.withUnsafeMutableBytes { $0.copyBytes(from: constant.bytes(in: pointer)) }
        return ConstantValue(name: constant.name, layout: constant.layout, words: words)
      }
    }
  }
}

extension Model {
  /// The sizes in the specification's type: `[3]` for `Raft<3>`.
  var sizes: [Int] { Self.sizes(of: type) }

  static func sizes(of type: Any.Type) -> [Int] {
    let name = "\(type)"
    guard let open = name.firstIndex(of: "<"), name.hasSuffix(">") else { return [] }
    return name[name.index(after: open)..<name.index(before: name.endIndex)]
      .split(separator: ",").compactMap { Int($0.filter { $0 != " " }) }
  }

  /// The model with other values for some of its stored constants; its expected counts no longer apply.
  ///
  /// - Throws: `ConstantError` for a name that it does not have, or a value out of range.
  func setting(_ values: [(name: String, text: String)]) throws(ConstantError) -> Model {
    let constants = Constant.all(of: type)
    var chosen: [(constant: Constant, text: String)] = []
    for (name, text) in values {
      guard let constant = constants.first(where: { $0.name == name }) else {
        let stored = StoredProperty.all(of: type).first { $0.name == name }
        throw ConstantError(
          name, stored.map { "a constant of type \($0.type) cannot be set by -D" } ?? ConstantError.noSuchConstant)
      }
      let scratch = UnsafeMutableRawPointer.allocate(byteCount: constant.offset + 64, alignment: 16)
      defer { scratch.deallocate() }
      try constant.set(text, in: scratch)
      chosen.append((constant, text))
    }
    let (lower, names) = (lower, Set(values.map(\.name)))
    return Model(name: name, at: location, type: type, given: given, defaults: defaults) {
      change throws(SpecificationError) in
      try lower(
        ConstantChange(names: names.union(change.names)) { constants throws(SpecificationError) in
          for (constant, text) in chosen { try? constant.set(text, in: constants) }
          try change.apply(constants)  // what is set later wins
        })
    }.saying(as: self)
  }
}
