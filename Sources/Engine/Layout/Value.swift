/// A value of a finite type as a person sees it: what printing, comparing and JSON work on.
public indirect enum Value: Equatable {
  case integer(Int)
  case boolean(Bool)
  /// A case without payload, or an absent optional (`nil`).
  case name(String)
  /// A case with payload.
  case variant(String, Value)
  case record([Field])
  case map([Entry])
  /// Elements without order: subsets, sets and bags (an element as often as it occurs).
  case set([Value])
  /// Elements in order.
  case sequence([Value])
  /// A message on its way between two nodes.
  case packet(from: Value, to: Value, body: Value)

  public struct Field: Equatable {
    public var name: String
    public var value: Value
    public init(name: String, value: Value) {
      self.name = name
      self.value = value
    }
  }

  public struct Entry: Equatable {
    public var key: Value
    public var value: Value
    public init(key: Value, value: Value) {
      self.key = key
      self.value = value
    }
  }
}

extension Value: CustomStringConvertible {
  public var description: String {
    switch self {
    case .integer(let value): "\(value)"
    case .boolean(let value): "\(value)"
    case .name(let name): name
    case .variant(let name, .record(let fields)): "\(name)(\(Self.list(fields)))"
    case .variant(let name, let payload): "\(name)(\(payload))"
    case .record(let fields): "(\(Self.list(fields)))"
    case .map(let entries): "[" + entries.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "]"
    case .set(let elements): "{" + elements.map(\.description).joined(separator: ", ") + "}"
    case .sequence(let elements): "[" + elements.map(\.description).joined(separator: ", ") + "]"
    case .packet(let from, let to, let body): "\(from)→\(to) \(body)"
    }
  }

  private static func list(_ fields: [Field]) -> String {
    // The elements of a tuple without labels are called 0, 1, …
    fields.map { $0.name.first?.isNumber ?? true ? "\($0.value)" : "\($0.name): \($0.value)" }.joined(separator: ", ")
  }
}

/// One thing that a step changed.
public struct Change: Equatable {
  public enum Kind: Equatable {
    case replaced(before: String, after: String)
    /// Elements that came to and went from a set or bag.
    case membership(added: [String], removed: [String])
  }
  /// Where: `role[2]`, `log[0].entries`.
  public var path: String
  public var kind: Kind
}

extension Value {
  /// What differs between two values of the same type, in the order of its fields.
  public static func changes(from before: Value, to after: Value, path: String = "") -> [Change] {
    guard before != after else { return [] }
    switch (before, after) {
    case (.record(let old), .record(let new)):
      return old.indices.flatMap { index in
        changes(from: old[index].value, to: new[index].value, path: Self.path(path, old[index].name, index))
      }
    case (.map(let old), .map(let new)):
      return zip(old, new).flatMap { old, new in
        changes(from: old.value, to: new.value, path: "\(path)[\(old.key)]")
      }
    case (.set(let old), .set(let new)):
      let (removed, added) = (difference(old, new), difference(new, old))
      return [Change(path: path, kind: .membership(added: added, removed: removed))]
    default:
      return [Change(path: path, kind: .replaced(before: before.description, after: after.description))]
    }
  }

  /// The path of a field; one without a name goes by its number.
  private static func path(_ path: String, _ name: String, _ index: Int) -> String {
    let name = name.isEmpty ? "\(index)" : name
    return path.isEmpty ? name : "\(path).\(name)"
  }

  /// The elements of `left` that are not in `right`, counted as often as they occur.
  private static func difference(_ left: [Value], _ right: [Value]) -> [String] {
    var rest = right
    return left.filter { element in
      guard let place = rest.firstIndex(of: element) else { return true }
      rest.remove(at: place)
      return false
    }.map(\.description)
  }

  /// The value as lines `path`, `text`: records and maps are opened, the rest is one line each.
  public func lines(path: String = "") -> [(path: String, text: String)] {
    switch self {
    case .record(let fields):
      fields.indices.flatMap { fields[$0].value.lines(path: Self.path(path, fields[$0].name, $0)) }
    case .map(let entries):
      entries.flatMap { $0.value.lines(path: "\(path)[\($0.key)]") }
    default: [(path, description)]
    }
  }
}
