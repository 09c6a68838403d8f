import DistCheckEngine
import DistCheckMessages

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What the command line compiles a specification into: a program that answers one `Request` with a stream of `Event`s.
///
/// Not for specifications to call.
public enum SpecificationProgram {
  /// A specification of the file.
  public struct Entry {
    var name: String
    var sizeNames: [String]
    var models: () -> Models
    var resize: ((Model) -> Model)?

    /// - Parameters:
    ///   - sizeNames: The names of its integer generic parameters.
    ///   - resize: Gives a model other sizes, when other sizes were asked for.
    public init(
      name: String, sizeNames: [String], models: @escaping () -> Models, resize: ((Model) -> Model)? = nil
    ) {
      self.name = name
      self.sizeNames = sizeNames
      self.models = models
      self.resize = resize
    }
  }

  /// - Parameter log: The mapping of a log, where one was compiled with the specification.
  public static func run(_ entries: [Entry], log: LogEntry? = nil) -> Never {
    let channel = EventChannel()
    do throws(Event.Failure) {
      try Program(entries: entries, logEntry: log, channel: channel).run()
    } catch { channel.send(.failed(error)) }
    channel.send(.done)
    exit(0)
  }
}

struct Program {
  let entries: [SpecificationProgram.Entry]
  var logEntry: SpecificationProgram.LogEntry?
  let channel: EventChannel

  var request: Request { channel.request }

  func run() throws(Event.Failure) {
    guard request.version == Request.currentVersion else {
      throw Event.Failure(code: 70, message: "the compiled specification is of another version of distcheck")
    }
    channel.send(.began(.models))
    switch request.task {
    case .sizes(let log): return try tellSizes(log)
    case .verify(let subject, let options) where logEntry != nil: return try verify(subject, options)
    default: break
    }
    let all = try models()
    switch request.task {
    case .sizes: break
    case .verify(let subject, let options):
      let (entry, model) = try find(subject, in: all)
      let system = try lower(model, of: entry)
      try verify(system, NativeLog(system), nil, options)
    case .write(let subject, let options):
      let (entry, model) = try find(subject, in: all)
      try write(try lower(model, of: entry), options, model: model)
    case .serve(let subject, let path):
      let (entry, model) = try find(subject, in: all)
      try serve(try lower(model, of: entry), path)
    case .list: list(all)
    case .check(let subject, let options):
      let (entry, model) = try find(subject, in: all)
      let system = try lower(model, of: entry)
      try validateExpectation(of: model, subject, system)
      try check(
        model, options.usesSymmetry ? try symmetric(system, model, of: entry) : system, options,
        isChanged: subject.isChanged)
    case .replay(let subject, let token):
      let (entry, model) = try find(subject, in: all)
      try replay(token, try lower(model, of: entry))
    case .simulate(let subject, let options):
      let (entry, model) = try find(subject, in: all)
      let system = try lower(model, of: entry)
      try validateExpectation(of: model, subject, system)
      simulate(model, system, options)
    case .compare(let subject, let wanted):
      let (entry, model) = try find(subject, in: all)
      compare(try lower(model, of: entry), wanted)
    }
  }

  /// The model that a request is about, with its constants.
  private func find(
    _ subject: Request.Subject, in all: [(entry: SpecificationProgram.Entry, model: Model)]
  ) throws(Event.Failure) -> (SpecificationProgram.Entry, Model) {
    guard all.indices.contains(subject.model), all[subject.model].model.name == subject.name else {
      throw .specification(
        75, "the specification does not list the same models in every run: \"\(subject.name)\" is not there")
    }
    let (entry, model) = all[subject.model]
    return (entry, try configured(model, of: entry, subject.constants))
  }

  /// Whether there is what a model is expected to violate. With other constants there may be other properties.
  private func validateExpectation(
    of model: Model, _ subject: Request.Subject, _ system: TransitionSystem
  ) throws(Event.Failure) {
    guard case .violates(let name) = model.expectation.outcome, !subject.isChanged,
      !system.properties.contains(where: { $0.name == name })
    else { return }
    throw failure(.noSuchProperty(name), of: model)
  }

  private func symmetric(
    _ system: TransitionSystem, _ model: Model, of entry: SpecificationProgram.Entry
  ) throws(Event.Failure) -> TransitionSystem {
    guard !system.interchangeable.isEmpty else {
      throw Event.Failure(code: 64, message: "--symmetry: \(entry.name) declares nothing interchangeable")
    }
    do { return try system.symmetric() } catch { throw failure(error, of: model) }
  }
}
