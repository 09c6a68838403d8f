import DistCheckEngine
import DistCheckLogs

/// A line of a log, or a part of one: ``LogMapping/read(_:_:)`` is given the line.
public typealias LogValue = DistCheckLogs.LogValue
/// Something in a log that cannot be read.
public typealias LogError = DistCheckLogs.LogError

/// What relates the log of a real system to a specification: which lines matter, which steps each may stand for, and what it
/// shows of the states before and after them. Whatever is not said is unknown.
///
/// It is a Swift file beside the specification, one for each system that implements it:
/// ```swift
/// struct TwoPhaseCommitLog<let resourceManagers: Int>: LogMapping {
///   typealias Spec = TwoPhaseCommit<resourceManagers>
///
///   static func sizes(_ log: LogPreview) throws -> [Int] { [try log.configuration["RM"].elements.count] }
///
///   mutating func read(_ line: LogValue, _ event: inout LogEvent<Spec>) throws {
///     let rm = try line["rm"].as(Spec.RM.self)
///     event.is("RMPrepare", rm)
///     event.after("phase", is: try line["phase"].as(Spec.Phase.self)) { s in s.phase[rm] }
///   }
/// }
/// ```
/// It may keep what it has to remember from line to line in stored properties; lines come in the order of the log.
public protocol LogMapping {
  associatedtype Spec: Specification

  init()

  /// The values of the mapping's integer generic parameters that a log calls for, in their order. None by default: then
  /// the mapping has none.
  static func sizes(_ log: LogPreview) throws -> [Int]

  /// How lines that are text are taken apart: a regular expression with named groups, which become fields. None by default:
  /// then each line is a JSON object. `--pattern` takes its place.
  static var pattern: String? { get }

  /// The instance of the specification that the system is one of. With the defaults of its constants, by default.
  var specification: Spec { get }

  /// The states that the log can begin in; nil, which is the default, for those of the specification.
  var initial: [Spec.State]? { get }

  /// Steps that leave no line. None by default.
  var hidden: HiddenActions { get }

  /// In which order lines of several processes happened. As they stand in one file, by default.
  var order: LogOrder { get }

  /// Whether all that the mapping says of identities comes from names in the lines. No by default.
  ///
  /// It is no where a closure speaks of a certain identity, such as `s.role[0]`. Where it is yes, identities of an
  /// interchangeable kind that no line names are alike to the log, and states that differ only in an exchange of them
  /// count as one. Then a log with event names alone is followed by far fewer states.
  var identitiesComeFromLines: Bool { get }

  /// Called before the first line, to take from a configuration what it says of names and constants.
  mutating func begin(_ log: LogPreview) throws

  /// Says what a line means. A line about which nothing is said stands for one step of any action.
  ///
  /// - Throws: `LogError` for what cannot be read; ``LogValue`` throws it by itself.
  mutating func read(_ line: LogValue, _ event: inout LogEvent<Spec>) throws
}

extension LogMapping {
  public static func sizes(_ log: LogPreview) throws -> [Int] { [] }
  public static var pattern: String? { nil }
  @inlinable public var specification: Spec { Spec() }
  public var initial: [Spec.State]? { nil }
  public var hidden: HiddenActions { HiddenActions() }
  public var order: LogOrder { .file }
  public var identitiesComeFromLines: Bool { false }
  public mutating func begin(_ log: LogPreview) throws {}
}

/// Actions that can be taken between two lines without leaving one: `HiddenActions("Lose", "Timeout", atMost: 2)`.
public struct HiddenActions: Sendable {
  var names: [String]
  var limit: Int

  public init() { (names, limit) = ([], 0) }

  /// - Parameter limit: How many such steps there can be between two lines.
  public init(_ names: String..., atMost limit: Int) {
    self.names = names
    self.limit = limit
  }
}

/// In which order the lines of a log happened.
public enum LogOrder: Sendable, Equatable {
  /// As they stand in the file.
  case file
  /// Those of each process as they stand, and those of different ones as far as clocks, messages and times of the events say:
  /// every order that these allow is one.
  ///
  /// - Parameter skew: How far apart the clocks of two processes can be, in the unit of ``LogEvent/time``; nil where times
  ///   say nothing.
  case partial(skew: Double? = nil)
}

/// What is known of a log before it is read: its configuration, and its lines.
public struct LogPreview {
  /// The fields of the files that `--config` names, one after the other; of a field that is in several lines the first.
  public let configuration: LogConfiguration
  /// Whether all lines can be looked at beforehand; of a log from standard input that is the first one alone.
  public let isComplete: Bool
  let context: LogContext
  private let lines: (_ body: (LogValue) throws -> Bool) throws -> Void

  init(
    configuration: LogConfiguration, isComplete: Bool, context: LogContext,
    lines: @escaping (_ body: (LogValue) throws -> Bool) throws -> Void
  ) {
    self.isComplete = isComplete
    self.context = context
    self.configuration = configuration
    self.lines = lines
  }

  /// Calls the body with each line of the log until it returns false. Of a log that is read from standard input there is the
  /// first line alone.
  public func forEachLine(_ body: (LogValue) throws -> Bool) throws { try lines(body) }

  /// The different names that a field has in the log, which is read for that from its beginning to its end.
  ///
  /// - Throws: `LogError` also where the log comes from standard input.
  public func distinct(_ field: (LogValue) throws -> LogValue?) throws -> [String] {
    guard isComplete else {
      throw LogError(
        "its lines are not known beforehand; give the sizes of the mapping with -D", file: "standard input")
    }
    var names: [String] = []
    var seen: Set<String> = []
    try forEachLine { line in
      if let value = try field(line), value.isPresent, seen.insert(try value.name).inserted {
        names.append(try value.name)
      }
      return true
    }
    return names
  }
}

/// The fields of configuration files, whose lines are JSON objects.
public struct LogConfiguration {
  let records: [LogRecord]

  public subscript(name: String) -> LogValue {
    for record in records where record.root[name].isPresent { return record.root[name] }
    return (records.first ?? Self.empty())[name]
  }

  private static func empty() -> LogRecord {
    let record = LogRecord()
    try? record.read(Array("{}".utf8), file: "configuration (none was given with --config)", line: 1)
    return record
  }
}

extension LogRecord {
  fileprivate subscript(name: String) -> LogValue { root[name] }
}
