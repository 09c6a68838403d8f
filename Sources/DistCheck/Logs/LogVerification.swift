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
  private var strategy = "breadth"
  private var lines: LogLines?
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
      if case .broken(let property) = outcome { return broken(property, nil) }
    } catch { return failed(error, "the initial states", nil) }
    let lines = LogLines(request.log, pattern: pattern)
    self.lines = lines
    let order = follower.interpreter.order
    if order != .file || request.log.paths.count > 1 {
      guard !request.explains && request.strategy != .breadth else {
        throw .usage(
          "\(request.explains ? "--explain" : "--strategy breadth"): the events of several processes, whose order is partial, "
            + "are followed one behaviour at a time")
      }
      let events = try load(lines, record)
      if tracker.isStopped { return stopped() }
      guard follower.lineCount > 0 else { throw empty(lines) }
      let skew: Double? = if case .partial(let skew) = order { skew } else { nil }
      let ordering: PartialOrder
      do throws(LogError) { ordering = try EventOrdering.order(events, skew: skew) } catch { throw .log(error) }
      return try depthFirst(events, order: ordering) ?? stopped("broken")
    }
    if request.strategy == .depth {
      let events = try load(lines, record)
      guard follower.lineCount > 0 else { throw empty(lines) }
      if let report = try depthFirst(events, order: TotalOrder(count: events.count)) { return report }
      return try follow(events) ?? report(.accepted)
    }
    if let report = try run(lines, record) { return report }
    if ce_interrupted() { return stopped("interrupt") }
    guard follower.lineCount > 0 else { throw empty(lines) }
    return report(.accepted)
  }

  private func empty(_ lines: LogLines) -> LogFailure {
    let count = lines.passedOver
    let reason =
      count > 0 && pattern != nil
      ? "the pattern matches none of its \(count) lines" : count > 0 ? "all its lines are empty" : "the log is empty"
    return .log(LogError(reason, file: request.log.names.first))
  }

  /// What all lines mean that have not been read.
  private func load(_ lines: LogLines, _ record: LogRecord) throws(LogFailure) -> [LoadedEvent] {
    var events: [LoadedEvent] = []
    while try next(lines, record) {
      if events.count & 255 == 255 && tracker.isStopped { break }
      guard let event = try follower.read(record) else { continue }
      events.append(LoadedEvent(event, record))
    }
    return events
  }

  private func next(_ lines: LogLines, _ record: LogRecord) throws(LogFailure) -> Bool {
    do throws(LogError) { return try lines.next(into: record) } catch { throw .log(error) }
  }

  /// A line that takes more than so many instances is expensive; after so many in all, or where one line takes more, the
  /// other strategy is worth trying.
  private static let muchWork = (line: 5_000, total: 200_000, mostOfLine: 500_000)

  /// - Returns: What there is to report already; nil where the log was read to its end.
  private func run(_ lines: LogLines, _ record: LogRecord) throws(LogFailure) -> VerificationReport? {
    var work = 0
    var triesDepth = request.strategy == .automatic && request.log.firstLine == nil && !request.explains
    if triesDepth { tracker.lineWorkLimit = Self.muchWork.mostOfLine }
    while true {
      if triesDepth && tracker.work > Self.muchWork.total && tracker.work - work > Self.muchWork.line {
        triesDepth = false
        return try goDepthFirst([], lines, record)
      }
      work = tracker.work
      guard try next(lines, record) else { return nil }
      if follower.lineCount & 255 == 0 && tracker.isStopped { return stopped() }
      guard let event = try follower.read(record) else { continue }
      places.note(tracker.lineCount + 1, record)
      let outcome = follower.advance(event)
      if case .fits = outcome {
        previous = event.observation
        continue
      }
      var loaded = LoadedEvent(event, record)
      if outcome == .tooMany && triesDepth && !tracker.isStopped { return try goDepthFirst([loaded], lines, record) }
      loaded.text = record.text(limit: 600)
      return conclude(outcome, loaded) { [self] in following(lines, record) }
    }
  }

  /// Lines behind a rejected one, which tell which change of it is the right one. Of a log that is still being written there
  /// may be none.
  private func following(_ lines: LogLines, _ record: LogRecord) -> [Observation] {
    var following: [Observation] = []
    guard request.log.firstLine == nil else { return following }
    while following.count < Self.mostFollowing, (try? lines.next(into: record)) == true {
      guard let event = try? follower.read(record) else { continue }
      following.append(event.observation)
    }
    return following
  }

  /// What there is to report of a line after which not all is well; nil where it fits.
  ///
  /// - Parameter following: Some lines behind it.
  private func conclude(
    _ outcome: LogTracker.Outcome, _ event: LoadedEvent, following: () -> [Observation]
  ) -> VerificationReport? {
    switch outcome {
    case .fits: return nil
    case .rejected: return rejected([event], following: following, total: nil)
    case .broken(let property): return broken(property, event)
    case .tooMany: return stopped("states")
    case .stopped: return stopped()
    case .fails(let fault, let part): return failed(fault, part, event)
    }
  }

  /// Follows the rest of the log one behaviour at a time; if that does not settle it, breadth-first after all.
  private func goDepthFirst(
    _ first: [LoadedEvent], _ lines: LogLines, _ record: LogRecord
  ) throws(LogFailure) -> VerificationReport? {
    tracker.lineWorkLimit = .max
    let events = first + (try load(lines, record))
    if tracker.isStopped { return stopped() }
    if let report = try depthFirst(events, order: TotalOrder(count: events.count)) { return report }
    return try follow(events)
  }

  /// Follows lines that were read already, breadth-first.
  private func follow(_ events: [LoadedEvent]) throws(LogFailure) -> VerificationReport? {
    for (index, event) in events.enumerated() {
      if index & 255 == 255 && tracker.isStopped { return stopped() }
      places.note(tracker.lineCount + 1, file: event.file, line: event.line)
      let outcome = tracker.advance(event.observation)
      let report = conclude(outcome, event) {
        events[(index + 1)...].prefix(Self.mostFollowing).map(\.observation)
      }
      if let report { return report }
      previous = event.observation
    }
    return nil
  }

  // MARK: Depth first

  /// Follows lines that were read already, one behaviour at a time, from the states that there are.
  ///
  /// - Returns: Nil where that does not settle it: something that fits breaks a property, or fails.
  private func depthFirst(_ events: [LoadedEvent], order: any EventOrder) throws(LogFailure) -> VerificationReport? {
    let before = tracker.lineCount
    strategy = "depth"
    let (search, outcome) = search(events.map(\.observation), order, of: 20 * events.count + 10_000)
    switch outcome {
    case .accepted:
      search.noteCoverage()
      return report(.accepted, pairs: search.pairCount)
    case .tooMany: return stopped("states")
    case .stopped, .gaveUp: return stopped()
    case .unsettled:
      if order is TotalOrder { strategy = "breadth" }
      return nil
    case .rejected:
      let place = search.furthest[0]
      for (index, event) in search.events(to: place).enumerated() {
        places.note(before + index + 1, file: events[event].file, line: events[event].line)
      }
      tracker.adopt(search, at: place, lineCount: before + search.followedCount)
      let next = search.next(at: place)
      return rejected(
        next.map { events[$0] },
        following: {
          order is TotalOrder ? events[(next[0] + 1)...].prefix(Self.mostFollowing).map(\.observation) : []
        }, total: order is TotalOrder ? nil : events.count)
    }
  }

  /// Luck has a share in it which behaviour is found first, so there are two short attempts, in different orders, before the
  /// one that goes on to the end. That one merges states that are alike to the log, which takes time for each.
  private func search(
    _ observations: [Observation], _ order: any EventOrder, of budget: Int
  ) -> (DepthFirstVerification, DepthFirstVerification.Outcome) {
    for isReversed in [false, true] {
      let search = DepthFirstVerification(tracker, observations, order: order, budget: budget, isReversed: isReversed)
      let outcome = search.run()
      if outcome != .gaveUp { return (search, outcome) }
    }
    follower.mergeUnnamed()
    let search = DepthFirstVerification(tracker, observations, order: order)
    return (search, search.run())
  }

  /// - Parameters:
  ///   - next: The events that could come next, none of which fits.
  ///   - total: How many events there are, where their order is not the one in which they stand.
  private func rejected(_ next: [LoadedEvent], following: () -> [Observation], total: Int?) -> VerificationReport {
    var report = report(.rejected)
    let event = next[0]
    let explanation = tracker.explain(event.observation)
    var rejection = VerificationReport.Rejection(
      explanation,
      hints: total == nil ? tracker.hints(event.observation, before: previous, following: following()) : [],
      place: place(of: event), actor: event.observation.actor?().description,
      lineNumber: { [places] in places.place(of: $0).line })
    if let total { rejection.order = .init(followed: tracker.lineCount, total: total) }
    for other in next.dropFirst().prefix(3) {
      let explanation = tracker.explain(other.observation)
      let candidates = VerificationReport.Rejection(
        explanation, hints: [], place: place(of: other), actor: nil, lineNumber: { $0 }
      ).candidates
      rejection.others.append(.init(place: place(of: other), candidates: candidates))
    }
    report.rejection = rejection
    report.trace = trace
    return report
  }

  /// With its text, for which the file is read once more where that is not known.
  private func place(of event: LoadedEvent) -> VerificationReport.Place {
    if let text = event.text { return VerificationReport.Place(file: event.file, line: event.line, text: text) }
    let lines = LogLines(request.log, pattern: pattern)
    let record = LogRecord()
    var text = ""
    if request.log.firstLine == nil {
      while (try? lines.next(into: record)) == true {
        guard record.file == event.file && record.line == event.line else { continue }
        text = record.text(limit: 600)
        break
      }
    }
    return VerificationReport.Place(file: event.file, line: event.line, text: text)
  }

  // MARK: Reports

  private func report(_ verdict: VerificationReport.Verdict, pairs: Int? = nil) -> VerificationReport {
    var report = VerificationReport(
      specification: specification, mapping: request.mapping, logs: request.log.names, verdict: verdict,
      strategy: strategy)
    report.constants = follower.system.constants.map { JSON.Member(key: $0.name, value: JSON($0.value)) }
    report.lines = follower.lineCount
    report.skippedLines = follower.skippedCount + (lines?.passedOver ?? 0)
    report.states = pairs == nil ? tracker.stateCount : 1
    report.mostStates = tracker.mostStates
    report.seconds = ((ContinuousClock.now - start) / .microseconds(1)).rounded() / 1e6
    report.peakMemory = MachineMemory.peak
    if request.mapping != nil {
      report.fieldsNotRead = follower.use.notRead
      report.fieldsNotFound = follower.use.notFound
    }
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
      report.graph = tracker.drawing { [places] in places.place(of: $0).line }
    }
    return report
  }

  private var trace: Report.Trace? {
    tracker.trace(of: 0, isWhole: request.wantsTrace).map { Report.Trace($0) }
  }

  private func stopped(_ reason: String? = nil) -> VerificationReport {
    var report = report(.inconclusive)
    if reason == "states" { report.limit = request.maxStates ?? LogTracker.Options().maxStates }
    report.stopReason = reason ?? (ce_interrupted() ? "interrupt" : "time")
    return report
  }

  /// - Parameter event: nil for the beginning.
  private func broken(_ property: Int, _ event: LoadedEvent?) -> VerificationReport {
    var report = report(.violated)
    report.possiblyBroken = nil
    report.broken = .init(
      property: follower.system.properties[property].name, place: knownPlace(of: event))
    report.trace = trace
    return report
  }

  private func failed(_ fault: SpecificationFault, _ part: String, _ event: LoadedEvent?) -> VerificationReport {
    var report = report(.specificationError)
    report.fault = .init(message: fault.message, part: part, place: knownPlace(of: event))
    report.trace = trace
    return report
  }

  private static let mostFollowing = 20

  /// Without reading the file again.
  private func knownPlace(of event: LoadedEvent?) -> VerificationReport.Place {
    .init(file: event?.file ?? request.log.names[0], line: event?.line ?? 0, text: event?.text ?? "")
  }
}

/// Where the lines that were followed stand in their files: as long as no line is left out, one run of them a file.
private struct LinePlaces {
  private var runs: [(first: Int, file: String, line: Int)] = []

  mutating func note(_ number: Int, _ record: LogRecord) { note(number, file: record.file, line: record.line) }

  mutating func note(_ number: Int, file: String, line: Int) {
    if let last = runs.last, last.file == file, line - last.line == number - last.first { return }
    // Of a log that leaves out many lines, the last places are enough.
    if runs.count > 100_000 { runs.removeFirst(50_000) }
    runs.append((number, file, line))
  }

  func place(of number: Int) -> (file: String, line: Int) {
    guard let run = runs.last(where: { $0.first <= number }) else { return (runs.first?.file ?? "", 0) }
    return (run.file, run.line + number - run.first)
  }
}

/// The lines of all files of a log, one file after the other.
private final class LogLines {
  private let log: Request.Log
  private let pattern: String?
  private var reader: LogReader?
  private var index = 0
  private var passedOverBefore = 0

  /// Lines that held nothing.
  var passedOver: Int { passedOverBefore + (reader?.passedOver ?? 0) }

  init(_ log: Request.Log, pattern: String?) {
    self.log = log
    self.pattern = pattern
  }

  func next(into record: LogRecord) throws(LogError) -> Bool {
    while true {
      if let reader, try reader.next(into: record) { return true }
      if ce_interrupted() { return false }
      guard index < log.paths.count else { return false }
      let name = log.names[index]
      passedOverBefore = passedOver
      reader = try LogReader(
        path: log.paths[index], name: name, format: LogFormat(path: name, pattern: pattern),
        isStopped: { ce_interrupted() })
      index += 1
    }
  }
}
