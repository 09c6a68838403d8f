/// Which fields the first lines of a log have, and which of them their reader looks at: what is never read may be misspelt.
///
/// Fields are told apart by their names alone, wherever they stand.
public final class FieldUse {
  private var present: [String] = []
  private var known: Set<String> = []
  private var read: Set<String> = []
  private var missed: [String] = []

  public init() {}

  /// Takes note of the fields of a line that was read.
  public func note(_ record: LogRecord) {
    for name in record.names where known.insert(name).inserted { present.append(name) }
  }

  func noteRead(_ name: String) { read.insert(name) }

  func noteMissed(_ name: String) { if !missed.contains(name) { missed.append(name) } }

  /// Fields that were never read.
  public var notRead: [String] { present.filter { !read.contains($0) } }

  /// Fields that were looked for, and that no line has.
  public var notFound: [String] { missed.filter { !known.contains($0) } }
}
