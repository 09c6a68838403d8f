/// The names that a log gives to the values of one type: the first name that appears is the first value, unless the names
/// are known beforehand.
public final class LogNames {
  /// How many values there are.
  public let capacity: Int
  /// What they are called in errors: `RM`.
  private let type: String
  private var numbers: [String: Int] = [:]
  public private(set) var names: [String] = []
  /// Whether a line has named one of the values.
  public private(set) var isUsed = false
  /// Whether no further name is to appear.
  private var isClosed = false

  init(type: String, capacity: Int) {
    self.type = type
    self.capacity = capacity
  }

  /// The number of a name; a new one has the next.
  func number(of name: String) throws(Failure) -> Int {
    isUsed = true
    if let number = numbers[name] { return number }
    if isClosed { throw Failure(reason: "\"\(name)\" is none of \(type): \(list)") }
    guard names.count < capacity else {
      throw Failure(
        reason: "\"\(name)\" would be number \(names.count + 1) of \(type), and there are \(capacity): \(list)")
    }
    numbers[name] = names.count
    names.append(name)
    return names.count - 1
  }

  private var list: String {
    names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", …" : "")
  }

  /// Says what the names are, in the order of the values; no other is known then.
  func set(_ names: [String]) throws(Failure) {
    guard names.count <= capacity else {
      throw Failure(reason: "there are \(names.count) names, and \(capacity) of \(type)")
    }
    self.names = []
    numbers = [:]
    for name in names {
      if numbers[name] != nil { throw Failure(reason: "the name \"\(name)\" of \(type) is given twice") }
      numbers[name] = self.names.count
      self.names.append(name)
    }
    isClosed = true
  }

  struct Failure: Error {
    var reason: String
  }
}

/// The names of all types, for one log.
public final class LogNameTables {
  private var tables: [ObjectIdentifier: LogNames] = [:]
  private var order: [(type: String, names: LogNames)] = []

  public init() {}

  public func table(_ type: ObjectIdentifier, name: String, capacity: Int) -> LogNames {
    if let table = tables[type] { return table }
    let table = LogNames(type: name, capacity: capacity)
    tables[type] = table
    order.append((name, table))
    return table
  }

  /// The table of a type, if a name of it has appeared.
  public func existing(_ type: ObjectIdentifier) -> LogNames? { tables[type] }

  /// All tables, in the order in which their first names appeared.
  public var all: [(type: String, names: [String])] { order.map { ($0.type, $0.names.names) } }
}

extension LogValue {
  /// The number that a name stands for; a name that has not appeared before has the next one.
  public func number(in names: LogNames) throws(LogError) -> Int { try number(of: try name, in: names) }

  /// The same for a name that is not the value itself, but belongs to it.
  public func number(of name: String, in names: LogNames) throws(LogError) -> Int {
    do { return try names.number(of: name) } catch { throw self.error(error.reason) }
  }
}

extension LogNames {
  /// - Throws: `LogError` where there are more names than values, or one is given twice.
  public func declare(_ names: [String]) throws(LogError) {
    do { try set(names) } catch { throw LogError(error.reason) }
  }
}
