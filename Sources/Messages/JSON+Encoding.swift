import DistCheckReporting

/// `Encodable` values as JSON, for compiled specifications have no Foundation.
///
/// Numbers without a sign are written as if they had one, bit by bit. Linear in the size of the value.
extension JSON {
  public init(encoding value: some Encodable) throws {
    let place = Place()
    try value.encode(to: JSONEncoder(place: place, codingPath: []))
    self = place.json
  }
}

extension JSON: Encodable {
  public func encode(to encoder: any Encoder) throws {
    guard let encoder = encoder as? JSONEncoder else {
      throw EncodingError.invalidValue(self, .init(codingPath: encoder.codingPath, debugDescription: "not for JSON"))
    }
    encoder.place.content = .value(self)
  }
}

/// Where a value goes that is being encoded.
private final class Place {
  enum Content {
    case value(JSON)
    case object([(key: String, place: Place)])
    case array([Place])
  }

  var content = Content.value(.null)

  var json: JSON {
    switch content {
    case .value(let value): value
    case .object(let members): .object(members.map { JSON.Member(key: $0.key, value: $0.place.json) })
    case .array(let places): .array(places.map(\.json))
    }
  }

  func add(_ key: String) -> Place {
    let place = Place()
    if case .object(var members) = content {
      content = .value(.null)  // so that the members are not copied
      members.append((key, place))
      content = .object(members)
    } else {
      content = .object([(key, place)])
    }
    return place
  }

  func append() -> Place {
    let place = Place()
    if case .array(var places) = content {
      content = .value(.null)
      places.append(place)
      content = .array(places)
    } else {
      content = .array([place])
    }
    return place
  }

  var count: Int { if case .array(let places) = content { places.count } else { 0 } }
}

private struct JSONEncoder: Encoder {
  let place: Place
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if case .value = place.content { place.content = .object([]) }
    return KeyedEncodingContainer(Members(place: place, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if case .value = place.content { place.content = .array([]) }
    return Elements(place: place, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { Single(place: place, codingPath: codingPath) }
}

private struct Single: SingleValueEncodingContainer {
  let place: Place
  let codingPath: [any CodingKey]

  func encodeNil() { place.content = .value(.null) }
  func encode(_ value: Bool) { place.content = .value(.boolean(value)) }
  func encode(_ value: String) { place.content = .value(.string(value)) }
  func encode(_ value: Double) { place.content = .value(.number(value)) }
  func encode(_ value: Float) { place.content = .value(.number(Double(value))) }
  func encode(_ value: Int) { place.content = .value(.integer(value)) }
  func encode(_ value: Int8) { encode(Int(value)) }
  func encode(_ value: Int16) { encode(Int(value)) }
  func encode(_ value: Int32) { encode(Int(value)) }
  func encode(_ value: Int64) { encode(Int(value)) }
  func encode(_ value: UInt) { encode(Int(bitPattern: value)) }
  func encode(_ value: UInt8) { encode(Int(value)) }
  func encode(_ value: UInt16) { encode(Int(value)) }
  func encode(_ value: UInt32) { encode(Int(value)) }
  func encode(_ value: UInt64) { encode(Int(truncatingIfNeeded: value)) }
  func encode<T: Encodable>(_ value: T) throws {
    try value.encode(to: JSONEncoder(place: place, codingPath: codingPath))
  }
}

private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let place: Place
  let codingPath: [any CodingKey]

  func encodeNil(forKey key: Key) { place.add(key.stringValue).content = .value(.null) }
  func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
    try Single(place: place.add(key.stringValue), codingPath: codingPath + [key]).encode(value)
  }
  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    JSONEncoder(place: place.add(key.stringValue), codingPath: codingPath + [key]).container(keyedBy: type)
  }
  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    JSONEncoder(place: place.add(key.stringValue), codingPath: codingPath + [key]).unkeyedContainer()
  }
  func superEncoder() -> any Encoder { JSONEncoder(place: place.add("super"), codingPath: codingPath) }
  func superEncoder(forKey key: Key) -> any Encoder {
    JSONEncoder(place: place.add(key.stringValue), codingPath: codingPath + [key])
  }
}

private struct Elements: UnkeyedEncodingContainer {
  let place: Place
  let codingPath: [any CodingKey]

  var count: Int { place.count }
  func encodeNil() { place.append().content = .value(.null) }
  func encode<T: Encodable>(_ value: T) throws {
    try Single(place: place.append(), codingPath: codingPath).encode(value)
  }
  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
    JSONEncoder(place: place.append(), codingPath: codingPath).container(keyedBy: type)
  }
  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    JSONEncoder(place: place.append(), codingPath: codingPath).unkeyedContainer()
  }
  func superEncoder() -> any Encoder { JSONEncoder(place: place.append(), codingPath: codingPath) }
}
