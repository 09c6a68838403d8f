import DistCheckEngine
import DistCheckLogs
import DistCheckReporting

/// Why a log could not be followed to its end, beside that it is rejected.
enum LogFailure: Error {
  /// A line cannot be read.
  case log(LogError)
  /// The mapping itself is wrong.
  case mapping(String, at: LogError)
  /// What was asked for does not go together.
  case usage(String)
  /// The mapping's code failed at a line.
  case fault(SpecificationFault, at: LogError)
}

/// Reads lines by a mapping, and follows them through the specification: what the command does with files, and a monitor with
/// what a program feeds it.
final class LogFollower {
  let system: TransitionSystem
  let interpreter: LogInterpreter
  let tracker: LogTracker
  /// Lines that were read, and those of them that did not matter.
  private(set) var lineCount = 0
  private(set) var skippedCount = 0
  /// Which fields the mapping looks at.
  let use = FieldUse()
  private static let watchedLines = 1000
  private let current: UnsafeMutablePointer<RawEvent>

  /// - Throws: `LogFailure` where the mapping hides an action that there is not.
  init(_ system: TransitionSystem, _ interpreter: LogInterpreter, _ options: LogTracker.Options) throws(LogFailure) {
    self.system = system
    self.interpreter = interpreter
    var options = options
    interpreter.context.use(system)
    for name in interpreter.hidden.names {
      guard let action = system.actions.firstIndex(where: { $0.name == name }) else {
        throw .mapping(
          "the mapping hides an action \"\(name)\", which the specification does not have", at: LogError(""))
      }
      options.hidden.actions.append(action)
    }
    options.hidden.limit = interpreter.hidden.limit
    tracker = LogTracker(system, options: options)
    let names = interpreter.context.names
    tracker.naming = { system.named(by: names) }
    current = .allocate(capacity: 1)
    current.initialize(to: RawEvent())
  }

  deinit {
    current.deinitialize(count: 1)
    current.deallocate()
  }

  /// What a line means; nil where it does not matter. The event is used again for the next line.
  func read(_ record: LogRecord) throws(LogFailure) -> RawEvent? {
    record.context = interpreter.context
    lineCount += 1
    record.use = lineCount <= Self.watchedLines ? use : nil
    let failure = Failure()
    do {
      try catchingFaults { [interpreter, current] in
        do { try interpreter.read(record, into: &current.pointee) } catch { failure.error = error }
      }
    } catch { throw .fault(error, at: record.error("")) }
    if let error = failure.error {
      guard let error = error as? LogError else { throw .log(record.error("\(error)")) }
      throw .log(error)
    }
    record.use?.note(record)
    record.use = nil
    if let flaw = interpreter.context.flaw { throw .mapping(flaw, at: record.error("")) }
    if current.pointee.isSkipped {
      skippedCount += 1
      return nil
    }
    if let field = current.pointee.observation.parameters.first(where: { !hasParameter(for: $0) }) {
      throw .mapping(
        "the mapping says \"\(field.name)\" of a parameter of type \(field.type), and no step of the line has one",
        at: record.error(""))
    }
    return current.pointee
  }

  /// Whether some step that the line may stand for has a parameter of the type that a field is of: otherwise nothing would
  /// be compared.
  private func hasParameter(for field: ParameterField) -> Bool {
    let alternatives = current.pointee.observation.alternatives
    if alternatives.isEmpty { return system.actions.contains { $0.parameterTypes.contains { $0 == field.type } } }
    return alternatives.contains { steps in
      steps.contains { step in
        step.action.map { system.actions[$0].parameterTypes.contains { $0 == field.type } } ?? true
      }
    }
  }

  private final class Failure { var error: (any Error)? }

  /// Follows what the line that was read last means.
  func advance(_ event: RawEvent) -> LogTracker.Outcome { tracker.advance(event.observation) }

  /// Why an event was rejected, in some lines of text: for a program that follows itself, or asks.
  func explanation(of observation: Observation, number: Int, text: String) -> String {
    VerificationReport.Rejection(
      tracker.explain(observation), hints: tracker.hints(observation, before: nil, following: []),
      place: .init(file: "event", line: number, text: text), actor: observation.actor?().description,
      lineNumber: { $0 }
    ).explanation
  }

  /// Has identities that no line so far has named count as alike: for a log whose lines have all been read.
  func mergeUnnamed() {
    guard interpreter.identitiesComeFromLines, system.flawOfSymmetry() == nil else { return }
    let names = interpreter.context.names
    tracker.mergeStates(upTo: system.interchangeable.filter { names.existing($0.type)?.isUsed != true })
  }
}
