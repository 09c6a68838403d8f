import DistCheckEngine
import DistCheckReporting

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What the command line compiles a specification into: a program that lists, checks and replays its models, and tells
/// its results in lines of JSON.
///
/// Not for specifications to call. A line is a letter and an object: `P` progress, `M` a model, `R` a report, `T` a
/// replayed trace, `E` an error with the exit code that it calls for.
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

  /// Runs the program with the arguments that it was started with.
  public static func run(_ entries: [Entry]) -> Never {
    // The lines go to what was standard output; what the specification prints itself goes to standard error.
    let output = dup(1)
    dup2(2, 1)
    let program = Program(entries: entries, request: Request(CommandLine.arguments.dropFirst()), output: output)
    do {
      try program.run()
      exit(0)
    } catch {
      program.write("E", error.json)
      exit(0)
    }
  }
}

/// What is asked of the program: words, and words with values (`max-depth=4`).
struct Request {
  var verb = ""
  var values: [(key: String, value: String)] = []

  init(_ arguments: ArraySlice<String>) {
    verb = arguments.first ?? "list"
    for argument in arguments.dropFirst() {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      values.append((String(parts[0]), parts.count > 1 ? String(parts[1]) : ""))
    }
  }

  func value(_ key: String) -> String? { values.first { $0.key == key }?.value }
  func number(_ key: String) -> Int? { value(key).flatMap { Int($0) } }
}

struct Program {
  let entries: [SpecificationProgram.Entry]
  let request: Request
  let output: Int32

  func write(_ kind: String, _ json: JSON) {
    var text = "\(kind) \(json)\n"
    text.withUTF8 { bytes in
      var written = 0
      while written < bytes.count {
        let count = writeBytes(output, bytes.baseAddress! + written, bytes.count - written)
        if count <= 0 { exit(70) }  // nobody listens any more
        written += count
      }
    }
  }

  func run() throws(Failure) {
    let all = try models()
    if request.verb == "list" { return list(all) }
    guard let index = request.number("model"), all.indices.contains(index) else {
      throw Failure(code: 70, message: "the compiled specification was asked for a model that it does not have")
    }
    let (entry, model) = all[index]
    var system = try lower(try configured(model, of: entry), of: entry)
    if request.value("symmetry") != nil {
      guard !system.interchangeable.isEmpty else {
        throw Failure(code: 64, message: "--symmetry: \(entry.name) declares nothing interchangeable")
      }
      system.isSymmetric = true
    }
    switch request.verb {
    case "replay": try replay(system)
    case "simulate": simulate(model, system)
    default: try check(model, system)
    }
  }

  private func check(_ model: Model, _ system: TransitionSystem) throws(Failure) {
    let bounds = Bounds(
      maxDepth: request.number("max-depth"), maxStates: request.number("max-states"),
      timeout: request.number("timeout-ms").map { .milliseconds($0) }, memory: request.number("memory"))
    var options = SearchOptions(
      strategy: request.value("strategy").flatMap { SearchOptions.Strategy(rawValue: $0) } ?? .breadthFirst,
      threads: request.number("threads"),
      storage: request.value("storage").flatMap { SearchOptions.Storage(rawValue: $0) } ?? .automatic,
      spillFolder: request.value("spill"), checkpoint: checkpoint)
    if let bits = request.number("lossy-bits") { options.lossy = .hashCompaction(bits: bits) }
    if let bytes = request.number("bitstate") { options.lossy = .bitstate(bytes: bytes == 0 ? nil : bytes) }
    // What else is expected to be wrong is to be found, even if a behaviour is found to be wrong before.
    options.looksAtLiveness =
      switch model.expectation.outcome {
      case .holds: true
      case .deadlocks, .fails: false
      case .violates(let name):
        system.properties.contains {
          if $0.name == name, case .temporal = $0.predicate { true } else { false }
        }
      }
    options.checksLiveness = request.value("safety") == nil
    options.explains = request.value("explain") != nil
    options.checksItself = request.value("self-check") != nil
    for folder in [options.spillFolder, options.checkpoint?.folder].compactMap({ $0 }) {
      do { try Folder.make(folder) } catch { throw Failure(code: 70, message: "\(error)") }
    }
    catchInterrupts()
    var checker = Checker(system, bounds: bounds, options: options)
    checker.wantedWitnesses = Set(request.values.filter { $0.key == "witness" }.map(\.value))
    checker.onProgress = { progress in
      write(
        "P",
        .object([
          "distinctStates": .integer(progress.distinctStates), "generatedStates": .integer(progress.generatedStates),
          "depth": .integer(progress.depth), "queued": .integer(progress.queued),
          "seconds": .number(Double(progress.elapsed / .microseconds(1)) / 1e6),
          "memoryBytes": .integer(progress.memory), "property": progress.property.map { .string($0) } ?? .null,
        ]))
    }
    let result: CheckResult
    if let folder = request.value("resume") {
      do { result = try checker.resume(from: folder) } catch { throw Failure(code: 64, message: "\(error)") }
    } else {
      result = checker.check()
    }
    let isChanged = request.values.contains {
      $0.key == "set" || $0.key == "resized" || $0.key == "symmetry" && !model.isSymmetric
    }
    var expectation = isChanged ? model.expectation.withoutCounts : model.expectation
    // Depth-first, the longest path is another, and what is done again counts again.
    if options.strategy != .breadthFirst { (expectation.generatedStates, expectation.depth) = (nil, nil) }
    let report = Report(
      result, specification: request.value("spec") ?? "", model: model.name,
      expectation: Report.Expectation(
        outcome: expectation.outcome.description, mismatches: expectation.mismatches(result)))
    write("R", report.json)
  }

  private var checkpoint: CheckpointOptions? {
    request.value("checkpoint").map { folder in
      CheckpointOptions(
        folder: folder, interval: .milliseconds(request.number("checkpoint-every-ms") ?? 300_000),
        notes: request.values.filter { $0.key == "note" }.map(\.value))
    }
  }

  private func replay(_ system: TransitionSystem) throws(Failure) {
    guard let text = request.value("token"), let token = ReplayToken(text) else {
      throw Failure(code: 64, message: "--replay: \"\(request.value("token") ?? "")\" is no token")
    }
    let replay: Replay
    do {
      replay = try Checker(system).replay(token)
    } catch {
      switch error {
      case .otherSystem: throw Failure(code: Self.otherSystem, message: "")
      case .noSuchInitialState(let number):
        throw Failure(code: 64, message: "--replay: there is no initial state \(number)")
      case .notEnabled(let step): throw Failure(code: 64, message: "--replay: step \(step) of the token is not enabled")
      case .noLoop: throw Failure(code: 64, message: "--replay: the token does not lead back to where its loop begins")
      }
    }
    write(
      "T",
      .object([
        "trace": Report.Trace(replay.trace).json, "violated": .array(replay.violated.map { .string($0) }),
        "fault": replay.fault.map { .string($0.message) } ?? .null,
      ]))
  }

  /// No exit code: the command line goes on to the next model.
  static let otherSystem = 1
}

private func writeBytes(_ descriptor: Int32, _ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
