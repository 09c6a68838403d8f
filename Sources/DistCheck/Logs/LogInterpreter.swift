import DistCheckEngine
import DistCheckLogs

/// A mapping with its types erased: turns lines of a log into what they say of a behaviour.
@usableFromInline
class LogInterpreter {
  let context = LogContext()

  @usableFromInline init() {}

  /// The names of hidden actions, and how many such steps there can be.
  var hidden: HiddenActions { HiddenActions() }
  var order: LogOrder { .file }
  var identitiesComeFromLines: Bool { false }

  /// The states that the log begins in; nil for those of the specification.
  func initialStates(_ layout: Layout) -> [[UInt64]]? { nil }

  func begin(_ log: LogPreview) throws {}

  /// Runs the mapping's code for a line. What it throws is a `LogError` as a rule.
  func read(_ record: LogRecord, into event: inout RawEvent) throws {}
}

/// The interpreter of a mapping of the user's.
@usableFromInline
final class MappedLog<Mapping: LogMapping>: LogInterpreter {
  private var mapping: Mapping
  private var event: LogEvent<Mapping.Spec>

  @usableFromInline
  init(_ mapping: Mapping) {
    self.mapping = mapping
    event = LogEvent(LogContext())
    super.init()
    event = LogEvent(context)
  }

  override var hidden: HiddenActions { mapping.hidden }
  override var order: LogOrder { mapping.order }
  override var identitiesComeFromLines: Bool { mapping.identitiesComeFromLines }

  override func initialStates(_ layout: Layout) -> [[UInt64]]? {
    mapping.initial.map { states in states.map { layout.words(of: $0) } }
  }

  override func begin(_ log: LogPreview) throws { try mapping.begin(log) }

  override func read(_ record: LogRecord, into raw: inout RawEvent) throws {
    event.raw.removeAll()
    try mapping.read(record.root, &event)
    swap(&raw, &event.raw)
  }
}
