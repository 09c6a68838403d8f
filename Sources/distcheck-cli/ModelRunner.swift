import DistCheckMessages
import DistCheckReporting
import Foundation

/// What every command that runs the models of a file needs: the models, a choice among them, other constants, and the
/// talk with the compiled specification.
struct ModelRunner: Sendable {
  var file: SpecificationFile

  typealias Model = Event.ModelDescription

  /// - Parameter limit: The time that the specification has to list them.
  func listModels(_ program: URL, limit: Duration?) async throws -> [Model] {
    if let models = CacheEntry.models(of: program) { return models }
    let events = try await ask(program, .list, about: nil, deadline: limit.map { .init(limit: $0) })
    let models = events.compactMap { if case .model(let model) = $0 { model } else { nil } }
    if models.isEmpty { throw CommandError(.notASpecification, "\(file.path): the specification has no models") }
    if models.allSatisfy({ $0.failure == nil }) { CacheEntry.keep(models, of: program) }
    return models
  }

  /// The models with these names; without a name all, or the first where constants are set.
  func choose(from all: [Model], named names: [String], setsConstants: Bool) throws -> [Model] {
    for name in names where !all.contains(where: { $0.name == name }) {
      let others = all.map { "\"\($0.name)\"" }.joined(separator: ", ")
      throw CommandError(.usage, "\(file.path): no model \"\(name)\"; there are \(others)")
    }
    if !names.isEmpty { return all.filter { names.contains($0.name) } }
    return setsConstants ? [all[0]] : all
  }

  // MARK: Running

  /// The program and the subject of a request that give a model other constants.
  func configure(
    _ model: Model, _ values: [(name: String, value: String)], _ compiler: SpecificationCompiler,
    build: SpecificationCompiler.Build = .optimized
  ) async throws -> (program: URL, subject: Request.Subject) {
    var sizes = model.sizes.members.compactMap(\.value.integer)
    var subject = Request.Subject(model: model.index, name: model.name, isChanged: !values.isEmpty)
    for (name, value) in values {
      if let place = model.sizes.members.firstIndex(where: { $0.key == name }) {
        guard let size = Int(value) else { throw CommandError(.usage, "-D \(name): \"\(value)\" is no integer") }
        guard (0...65_535).contains(size) else { throw CommandError(.usage, "-D \(name): \(size) is not in 0...65535") }
        sizes[place] = size
      } else {
        subject.constants.append(Request.Constant(name: name, text: value))
      }
    }
    let isResized = sizes != model.sizes.members.compactMap(\.value.integer)
    let program = try await compiler.program(
      for: file, sizes: isResized ? (specification: model.specification, values: sizes) : nil,
      build: build)
    return (program, subject)
  }

  /// What a program answers, less its progress, which is shown.
  ///
  /// - Throws: `CommandError` for what it says is wrong, and where it does not come to its end.
  func ask(
    _ program: URL, _ task: Request.Task, about model: Model?, deadline: SpecificationProcess.Deadline? = nil,
    progress: @escaping (Event) -> String = { _ in "" }
  ) async throws -> [Event] {
    let subject = "\(file.path)\(model.map { ": \($0.name)" } ?? "")"
    let process = SpecificationProcess(program: program, subject: subject)
    let (events, ending) = try await process.run(file.path, task, deadline: deadline) { event in
      Terminal.showProgress(progress(event))
    }
    Terminal.clearProgress()
    for case .failed(let failure) in events { throw await error(failure, program) }
    switch ending {
    case .done: return events
    case .interrupted(during: .models), .interrupted(during: .start):
      throw CommandError(.inconclusive, "\(subject): interrupted")
    case .outOfTime(during: .models):
      throw CommandError(.inconclusive, "\(subject): stopped while the list of models did not come to its end")
    case .outOfTime(during: .start):
      throw CommandError(
        .inconclusive, "\(subject): stopped while assumptions and initial states did not come to their end")
    case .outOfTime(during: .search), .interrupted(during: .search):
      throw CommandError(
        .inconclusive, "\(subject): stopped while a guard, effect or property did not come to its end")
    }
  }

  /// What a program says of why it cannot go on, with the line of the specification where there is one.
  func error(_ failure: Event.Failure, _ program: URL) async -> CommandError {
    var fault = Report.Fault(message: failure.fault ?? "", line: failure.line, frames: failure.frames)
    if !fault.frames.isEmpty, let toolchain = try? Toolchain() {
      fault = await Symbolizer(toolchain: toolchain).locate(fault, in: program, of: file)
    }
    let place = failure.isInSpecification ? "\(file.path)\(fault.line.map { ":\($0)" } ?? ""): " : ""
    let model = failure.model.map { "model \"\($0)\": " } ?? ""
    let reason = failure.message + fault.message
    return CommandError(
      Status(rawValue: failure.code) ?? .internalFault, place + model + reason, reason: place + reason)
  }

  /// The fault with its line. Where several checks of an effect were merged into one there is none; the action's own is
  /// better than none.
  func locate(
    _ fault: Report.Fault, _ actions: [(name: String, line: Int)], in program: URL, _ compiler: SpecificationCompiler
  ) async -> Report.Fault {
    var fault = await Symbolizer(toolchain: compiler.toolchain).locate(fault, in: program, of: file)
    if fault.line == nil { fault.line = actions.first { fault.place.hasPrefix("action \($0.name)") }?.line }
    return fault
  }

  // MARK: Text

  /// The command that shows an execution again.
  func replayCommand(_ constants: [String], _ companions: [String], _ token: String) -> String {
    (["distcheck", Self.quoted(file.path)] + companions.map { "--with \(Self.quoted($0))" }
      + constants.map { "-D \($0)" }
      + ["--replay", token]).joined(separator: " ")
  }

  static func quoted(_ path: String) -> String {
    if path.hasPrefix("-") { return quoted("./\(path)") }
    let isPlain = path.allSatisfy { $0.isLetter || $0.isNumber || "/._-+,:@%".contains($0) }
    return isPlain ? path : "'\(path.replacing("'", with: "'\\''"))'"
  }
}
