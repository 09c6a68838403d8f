import DistCheckEngine
import DistCheckLogs

/// Follows a running program through a specification: the verifier of logs, fed by the program itself.
///
/// ```swift
/// let monitor = try LogMonitor(TwoPhaseCommitLog<3>())
/// …
/// guard try monitor.observe(line).fits else { fatalError("\(monitor.explanation)") }
/// ```
/// The cost of an event is that of a line without its file: one or a few evaluations of guard and effect where it fixes its
/// step, and in proportion to the states that fit where it does not. There are never more than `maxStates`; memory does not
/// grow with the number of events. For one thread at a time.
public final class LogMonitor<Mapping: LogMapping> {
  /// What is known after an event.
  public enum Verdict: Equatable {
    /// So many states fit.
    case fits(states: Int)
    /// No behaviour of the specification fits.
    case rejected
    /// What fits breaks this property.
    case broken(property: String)
    /// More states fit than may be kept: nothing is known any more.
    case tooManyStates
    /// The specification failed.
    case failed(String)

    /// Whether nothing is wrong as far as is known.
    public var fits: Bool {
      switch self {
      case .fits, .tooManyStates: true
      case .rejected, .broken, .failed: false
      }
    }
  }

  private let follower: LogFollower
  private let mapped: MappedLog<Mapping>
  private let record = LogRecord()
  /// Events that were observed.
  public private(set) var eventCount = 0
  /// What is known now. Once it is something else than ``Verdict/fits(states:)`` it stays.
  public private(set) var verdict: Verdict
  /// Why the last event was rejected, in some lines of text; empty where it was not.
  public private(set) var explanation = ""

  /// - Parameter maxStates: How many states may be kept.
  /// - Throws: `SpecificationError` where the specification cannot be checked as it stands; `LogError` where the mapping
  ///   hides an action that there is not.
  @inlinable @inline(__always)
  public convenience init(_ mapping: Mapping, maxStates: Int = 10_000) throws {
    try self.init(mapping, try mapping.specification.lowered(), maxStates)
  }

  @usableFromInline
  init(_ mapping: Mapping, _ system: TransitionSystem, _ maxStates: Int) throws {
    mapped = MappedLog(mapping)
    var system = system
    if let states = mapped.initialStates(system.layout) { system.initialStates = states.map { system.canonical($0) } }
    var options = LogTracker.Options()
    options.maxStates = maxStates
    options.historyLimit = 1 << 14
    do {
      follower = try LogFollower(system, mapped, options)
    } catch { throw LogMonitor.error(error) }
    verdict = .fits(states: 0)
    verdict = Self.verdict(try follower.tracker.begin(), system)
  }

  /// Observes a line as the program would log it.
  ///
  /// - Throws: `LogError` for a line that cannot be read; it counts as not observed.
  @discardableResult
  public func observe(_ line: String) throws -> Verdict {
    guard case .fits = verdict else { return verdict }
    try record.read(Array(line.utf8), file: "event", line: eventCount + 1)
    let event: RawEvent?
    do { event = try follower.read(record) } catch { throw Self.error(error) }
    eventCount += 1
    guard let event else { return verdict }
    return follow(event.observation, shown: record.text(limit: 600))
  }

  /// Observes an event without a line: says of it what ``LogMapping/read(_:_:)`` would.
  @discardableResult
  public func observe(_ say: (inout LogEvent<Mapping.Spec>) throws -> Void) throws -> Verdict {
    guard case .fits = verdict else { return verdict }
    var event = LogEvent<Mapping.Spec>(mapped.context)
    try say(&event)
    if let flaw = mapped.context.flaw { throw LogError(flaw, file: "event", line: eventCount + 1) }
    eventCount += 1
    if event.raw.isSkipped { return verdict }
    return follow(event.raw.observation, shown: "event \(eventCount)")
  }

  private func follow(_ observation: Observation, shown text: String) -> Verdict {
    verdict = Self.verdict(follower.tracker.advance(observation), follower.system)
    if verdict == .rejected { explanation = follower.explanation(of: observation, number: eventCount, text: text) }
    return verdict
  }

  private static func verdict(_ outcome: LogTracker.Outcome, _ system: TransitionSystem) -> Verdict {
    switch outcome {
    case .fits(let count): .fits(states: count)
    case .rejected: .rejected
    case .broken(let property): .broken(property: system.properties[property].name)
    case .tooMany, .stopped: .tooManyStates
    case .fails(let fault, let place): .failed("\(place): \(fault.message)")
    }
  }

  private static func error(_ failure: LogFailure) -> any Error {
    switch failure {
    case .log(let error): error
    case .usage(let reason): LogError(reason)
    case .mapping(let reason, let place): LogError(reason, file: place.file, line: place.line)
    case .fault(let fault, let place):
      LogError("the mapping fails: \(fault.message)", file: place.file, line: place.line)
    }
  }
}
