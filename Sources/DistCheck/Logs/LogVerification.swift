import CDistCheckEngine
import DistCheckEngine
import DistCheckLogs
import DistCheckMessages
import DistCheckReporting

/// Reads the files of a log to their end, or to the line that no behaviour fits, and reports.
final class LogVerification {
  private let follower: LogFollower
  private let request: Request.Verification
  private let specification: String
  private let pattern: String?
  private let start: ContinuousClock.Instant
  /// By number of the line that was followed, where it stands.
  private var places = LinePlaces()
  /// What the line before said.
  private var previous: Observation?

  init(
    _ system: TransitionSystem, _ interpreter: LogInterpreter, _ request: Request.Verification, specification: String,
    pattern: String?
  ) throws(LogFailure) {
    self.request = request
    self.specification = specification
    self.pattern = request.log.pattern ?? pattern
    let now = ContinuousClock.now
    start = now
    let deadline = request.timeoutMilliseconds.map { now + .milliseconds($0) }
    var options = LogTracker.Options()
    options.maxStates = request.maxStates ?? options.maxStates
    options.countsCoverage = request.countsCoverage
    options.keepsAllWays = request.explains
    options.isStopped = { ce_interrupted() || deadline.map { ContinuousClock.now >= $0 } ?? false }
    follower = try LogFollower(system, interpreter, options)
  }

  private var tracker: LogTracker { follower.tracker }

  func run() throws(LogFailure) -> VerificationReport {
    let record = LogRecord()
    do {
      let outcome = try tracker.begin()
      if case .broken(let property) = outcome { return broken(property, LogError("", file: nil)) }
    } catch { return failed(error, "the initial states", LogError("")) }
    for (path, name) in zip(request.log.paths, request.log.names) {
      let reader: LogReader
      do throws(LogError) {
        reader = try LogReader(
          path: path, name: name, format: LogFormat(path: name, pattern: pattern), isStopped: { ce_interrupted() })
      } catch { throw .log(error) }
      if let report = try run(reader, record) { return report }
    }
    if ce_interrupted() { return stopped("interrupt") }
    guard follower.lineCount > 0 else { throw .log(LogError("the log is empty", file: request.log.names.first)) }
    return report(.accepted)
  }

  /// - Returns: What there is to report already; nil where the file is read to its end.
  private func run(_ reader: LogReader, _ record: LogRecord) throws(LogFailure) -> VerificationReport? {
    while true {
      do throws(LogError) {
        guard try reader.next(into: record) else { return nil }
      } catch { throw .log(error) }
      if follower.lineCount & 255 == 0 && tracker.isStopped { return stopped() }
      guard let event = try follower.read(record) else { continue }
      places.note(tracker.lineCount + 1, record)
      switch follower.advance(event) {
      case .fits: previous = event.observation
      case .rejected: return try rejected(event.observation, record, reader)
      case .broken(let property): return broken(property, record.error(""), text: record.text(limit: 300))
      case .tooMany: return stopped("states")
      case .stopped: return stopped()
      case .fails(let fault, let place): return failed(fault, place, record.error(""), text: record.text(limit: 300))
      }
    }
  }

  // MARK: Reports

  private func report(_ verdict: VerificationReport.Verdict) -> VerificationReport {
    var report = VerificationReport(
      specification: specification, mapping: request.mapping, logs: request.log.names, verdict: verdict,
      strategy: "breadth")
    report.constants = follower.system.constants.map { JSON.Member(key: $0.name, value: JSON($0.value)) }
    report.lines = follower.lineCount
    report.skippedLines = follower.skippedCount
    report.states = tracker.stateCount
    report.mostStates = tracker.mostStates
    report.seconds = ((ContinuousClock.now - start) / .microseconds(1)).rounded() / 1e6
    report.peakMemory = MachineMemory.peak
    report.names = follower.interpreter.context.names.all.map { .init(type: $0.type, names: $0.names) }
    if let (property, line) = tracker.firstBroken {
      let place = places.place(of: line)
      report.possiblyBroken = .init(
        property: follower.system.properties[property].name, place: .init(file: place.file, line: place.line, text: ""))
    }
    if request.countsCoverage {
      report.coverage = tracker.coverage.actions.map {
        .init(name: $0.name, isOptional: $0.isOptional, taken: $0.taken, enabled: $0.enabled, disabled: $0.disabled)
      }
    }
    if request.explains {
      tracker.shown = follower.named
      report.graph = tracker.drawing { [places] in places.place(of: $0).line }
    }
    return report
  }

  private func stopped(_ reason: String? = nil) -> VerificationReport {
    var report = report(.inconclusive)
    report.stopReason = reason ?? (ce_interrupted() ? "interrupt" : "time")
    return report
  }

  private func broken(_ property: Int, _ place: LogError, text: String = "") -> VerificationReport {
    var report = report(.violated)
    report.possiblyBroken = nil
    report.broken = .init(
      property: follower.system.properties[property].name,
      place: .init(file: place.file ?? request.log.names[0], line: place.line ?? 0, text: text))
    tracker.shown = follower.named
    report.trace = tracker.trace(of: 0).map { Report.Trace($0) }
    return report
  }

  private func failed(
    _ fault: SpecificationFault, _ part: String, _ place: LogError, text: String = ""
  ) -> VerificationReport {
    var report = report(.specificationError)
    report.fault = .init(
      message: fault.message, part: part,
      place: .init(file: place.file ?? request.log.names[0], line: place.line ?? 0, text: text))
    return report
  }

  private static let mostFollowing = 20

  private func rejected(
    _ observation: Observation, _ record: LogRecord, _ reader: LogReader
  ) throws(LogFailure) -> VerificationReport {
    tracker.shown = follower.named
    let place = VerificationReport.Place(file: record.file, line: record.line, text: record.text(limit: 300))
    let rejection = tracker.explain(observation)
    let actor = observation.actor?().description
    var report = report(.rejected)
    // Lines behind it tell which change is the right one. Of a log that is still being written there may be none.
    var following: [Observation] = []
    if request.log.firstLine == nil {
      while following.count < Self.mostFollowing, (try? reader.next(into: record)) == true {
        guard let event = try? follower.read(record) else { continue }
        following.append(event.observation)
      }
    }
    let hints = tracker.hints(observation, before: previous, following: following)
    report.rejection = .init(
      rejection, hints: hints, place: place, actor: actor, lineNumber: { [places] in places.place(of: $0).line })
    report.trace = rejection.trace.map { Report.Trace($0) }
    return report
  }
}

/// Where the lines that were followed stand in their files: as long as no line is left out, one run of them a file.
private struct LinePlaces {
  private var runs: [(first: Int, file: String, line: Int)] = []

  mutating func note(_ number: Int, _ record: LogRecord) {
    if let last = runs.last, last.file == record.file, record.line - last.line == number - last.first { return }
    // Of a log that leaves out many lines, the last places are enough.
    if runs.count > 100_000 { runs.removeFirst(50_000) }
    runs.append((number, record.file, record.line))
  }

  func place(of number: Int) -> (file: String, line: Int) {
    guard let run = runs.last(where: { $0.first <= number }) else { return (runs.first?.file ?? "", 0) }
    return (run.file, run.line + number - run.first)
  }
}
