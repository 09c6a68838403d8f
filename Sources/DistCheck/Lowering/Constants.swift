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
  var name: String
  var reason: String
  init(_ name: String, _ reason: String) {
    self.name = name
    self.reason = reason
  }
}

extension Specification {
  /// Names and values of the stored constants.
  @usableFromInline
  static func constants(of specification: Self) -> [(name: String, value: Value)] {
    withUnsafePointer(to: specification) { pointer in
      Constant.all(of: Self.self).map { ($0.name, $0.value(in: pointer)) }
    }
  }
}

extension Specification {
  /// The bytes of the stored constants where nothing gives them another value, by name.
  @usableFromInline @inline(never)
  static func defaultBytes() -> [String: [UInt8]] {
    withUnsafePointer(to: Self()) { pointer in
      Dictionary(Constant.all(of: Self.self).map { ($0.name, $0.bytes(in: pointer)) }) { first, _ in first }
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
    var chosen: [(Constant, String)] = []
    for (name, text) in values {
      guard let constant = constants.first(where: { $0.name == name }) else {
        throw ConstantError(name, "no such constant")
      }
      let scratch = UnsafeMutableRawPointer.allocate(byteCount: constant.offset + 64, alignment: 16)
      defer { scratch.deallocate() }
      try constant.set(text, in: scratch)
      chosen.append((constant, text))
    }
    let lower = lower
    return Model(name: name, type: type, defaults: defaults) { change throws(SpecificationError) in
      try lower { specification in
        for (constant, text) in chosen { try? constant.set(text, in: specification) }
        change(specification)  // what is set later wins
      }
    }.saying(as: self)
  }

  /// The model with the type of the specification replaced, which gives it other sizes; stored constants keep their
  /// values.
  @inlinable @inline(__always)
  public func resized<S: Specification>(to type: S.Type) -> Model {
    Model(name, S()).adopting(constantsOf: self)
  }

  /// The model with what another one has given its constants. Those that it left at their defaults stay at the defaults
  /// here, which may depend on the size: a majority, say.
  @usableFromInline
  func adopting(constantsOf other: Model) -> Model {
    let theirDefaults = other.defaults()
    var given: [String: (value: Value, bytes: [UInt8])] = [:]
    _ = try? other.lower { specification in
      for constant in Constant.all(of: other.type) {
        let bytes = constant.bytes(in: specification)
        if bytes != theirDefaults[constant.name] {
          given[constant.name] = (constant.value(in: specification), bytes)
        }
      }
    }
    let (lower, constants) = (lower, Constant.all(of: type))
    return Model(name: name, type: type, defaults: defaults) { change throws(SpecificationError) in
      try lower { specification in
        for constant in constants {
          guard let (value, bytes) = given[constant.name], bytes.count == constant.layout.size else { continue }
          // A value that there is no more with the new size, an identity say, stays at its default.
          let fits = bytes.withUnsafeBytes { $0.baseAddress.map { constant.layout.value(at: $0) == value } ?? false }
          if fits { (specification + constant.offset).copyMemory(from: bytes, byteCount: bytes.count) }
        }
        change(specification)
      }
    }.saying(as: other)
  }
}
