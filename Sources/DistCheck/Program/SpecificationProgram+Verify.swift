import CDistCheckEngine
import DistCheckEngine
import DistCheckLogs
import DistCheckMessages
import DistCheckReporting

extension SpecificationProgram {
  /// The mapping of a log, compiled with the specification.
  public struct LogEntry {
    var name: String
    var sizeNames: [String]
    var pattern: () -> String?
    var sizes: (LogPreview) throws -> [Int]
    var interpreter: () -> LogInterpreter
    /// The instance of the specification that the mapping names.
    var model: () -> Model

    @inlinable @inline(__always)
    public init<Mapping: LogMapping>(_ type: Mapping.Type, name: String, sizeNames: [String]) {
      self.init(
        name: name, sizeNames: sizeNames, pattern: { Mapping.pattern }, sizes: { try Mapping.sizes($0) },
        interpreter: { MappedLog(Mapping()) }, model: { Model("log", Mapping().specification) })
    }

    @usableFromInline
    init(
      name: String, sizeNames: [String], pattern: @escaping () -> String?,
      sizes: @escaping (LogPreview) throws -> [Int], interpreter: @escaping () -> LogInterpreter,
      model: @escaping () -> Model
    ) {
      self.name = name
      self.sizeNames = sizeNames
      self.pattern = pattern
      self.sizes = sizes
      self.interpreter = interpreter
      self.model = model
    }
  }
}

extension Program {
  // MARK: Sizes

  /// Tells the sizes that a log calls for.
  func tellSizes(_ log: Request.Log) throws(Event.Failure) {
    guard let entry = logEntry else { throw Event.Failure(code: 70, message: "there is no mapping") }
    let preview = try preview(of: log, pattern: entry.pattern(), context: LogContext())
    let outcome = Outcome<[Int]>()
    do {
      try catchingFaults {
        do { outcome.value = try entry.sizes(preview) } catch { outcome.error = error }
      }
    } catch { throw .fault(error, in: "the sizes that \(entry.name) gives fail") }
    if let error = outcome.error { throw Event.Failure(code: 65, message: "\(error)") }
    let sizes = outcome.value ?? []
    guard sizes.count == entry.sizeNames.count else {
      let names = entry.sizeNames.joined(separator: ", ")
      throw .specification(
        65,
        sizes.isEmpty
          ? "\(entry.name) has the sizes \(names): give them in sizes(_:), or with -D"
          : "\(entry.name) has the sizes \(names), and sizes(_:) gives \(sizes.count)")
    }
    for (name, size) in zip(entry.sizeNames, sizes) where size < 1 {
      throw .specification(65, "sizes(_:) of \(entry.name) gives \(name) = \(size); it must be at least 1")
    }
    channel.send(.sizes(sizes))
  }

  private final class Outcome<T> {
    var value: T?
    var error: (any Error)?
  }

  /// What is known of a log beforehand.
  private func preview(
    of log: Request.Log, pattern: String?, context: LogContext
  ) throws(Event.Failure) -> LogPreview {
    do throws(LogError) {
      var records: [LogRecord] = []
      for path in log.configurations {
        let reader = try LogReader(path: path, name: path, format: .json)
        var record = LogRecord()
        record.context = context
        while try reader.next(into: record) {
          records.append(record)
          record = LogRecord()
          record.context = context
        }
      }
      let pattern = log.pattern ?? pattern
      return LogPreview(
        configuration: LogConfiguration(records: records), isComplete: log.firstLine == nil, context: context
      ) { body in
        let record = LogRecord()
        record.context = context
        if let line = log.firstLine {
          try record.read(Array(line.utf8), file: log.names.first ?? "", line: 1)
          _ = try body(record.root)
          return
        }
        for (path, name) in zip(log.paths, log.names) {
          let reader = try LogReader(path: path, name: name, format: LogFormat(path: name, pattern: pattern))
          while try reader.next(into: record) {
            guard try body(record.root) else { return }
          }
        }
      }
    } catch { throw Event.Failure(code: 65, message: "\(error)") }
  }

  // MARK: Verification

  /// Verifies a log by the mapping that was compiled with the specification, with other values for stored constants.
  func verify(_ subject: Request.Subject, _ request: Request.Verification) throws(Event.Failure) {
    guard let logEntry else { return }
    let made = Outcome<Model>()
    do { try catchingFaults { made.value = logEntry.model() } } catch {
      throw .fault(error, in: "the specification that \(logEntry.name) names fails")
    }
    guard let model = made.value else { return }
    // With the names of its sizes, the specification is the same as the one that a check of it knows.
    let name = "\(model.type)".prefix { $0 != "<" }.split(separator: ".").last.map(String.init) ?? ""
    let sizeNames = entries.first { $0.name == name }?.sizeNames ?? []
    let entry = SpecificationProgram.Entry(name: name, sizeNames: sizeNames, models: { [] })
    let system = try lower(try configured(model, of: entry, subject.constants), of: entry)
    try verify(system, logEntry.interpreter(), logEntry, request)
  }

  /// Verifies a log, as the request says.
  ///
  /// - Parameter entry: The mapping; nil where the log is in the form that distcheck writes itself.
  func verify(
    _ system: TransitionSystem, _ interpreter: LogInterpreter, _ entry: SpecificationProgram.LogEntry?,
    _ request: Request.Verification
  ) throws(Event.Failure) {
    let name = entry?.name ?? ""
    let pattern = entry?.pattern()
    let preview = try preview(of: request.log, pattern: pattern, context: interpreter.context)
    let outcome = Outcome<Void>()
    do {
      try catchingFaults {
        do { try interpreter.begin(preview) } catch { outcome.error = error }
      }
    } catch { throw .fault(error, in: "\(name) fails before the first line") }
    if let error = outcome.error { throw Event.Failure(code: 65, message: "\(error)") }
    var system = system
    let states = interpreter.initialStates(system.layout)
    if let states { system.initialStates = states.map { system.canonical($0) } }
    channel.beginSearch(timeoutMilliseconds: request.timeoutMilliseconds)
    do throws(LogFailure) {
      let verification = try LogVerification(
        system, interpreter, request, specification: self.request.path, pattern: pattern)
      var report = try verification.run()
      report.beginsAsSpecified = states == nil
      channel.send(.verified(Event.Verification(report)))
    } catch {
      switch error {
      case .log(let error): throw Event.Failure(code: 65, message: "\(error)")
      case .usage(let reason): throw Event.Failure(code: 64, message: reason)
      case .mapping(let reason, let place):
        throw Event.Failure(code: 65, message: "\(place.file == nil ? "" : place.position)\(reason)")
      case .fault(let fault, let place):
        throw .fault(fault, in: "the mapping fails at \(place.file ?? ""):\(place.line ?? 0)")
      }
    }
  }
}

extension LogError {
  /// `server.ndjson:17: `
  var position: String { file.map { file in line.map { "\(file):\($0): " } ?? "\(file): " } ?? "" }
}
