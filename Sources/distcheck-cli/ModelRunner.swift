import DistCheckReporting
import Foundation

/// What every command that runs the models of a file needs: the models, a choice among them, other constants, and the
/// talk with the compiled specification.
struct ModelRunner {
  var file: SpecificationFile

  /// A model as the compiled specification lists it.
  struct Model {
    var index: Int
    var name: String
    var specification: String
    var sizes: [JSON.Member]
    var constants: [JSON.Member]
    var expectation: String
    var isSymmetric: Bool
    /// Why its constants are not known.
    var failure: JSON
  }

  func listModels(_ program: URL) async throws -> [Model] {
    let messages = try await messages(program, ["list", "spec=\(file.path)"])
    let models = messages.filter { $0.kind == "M" }.enumerated().map { index, message in
      Model(
        index: index, name: message.content["name"].string ?? "",
        specification: message.content["specification"].string ?? "", sizes: message.content["sizes"].members,
        constants: message.content["constants"].members, expectation: message.content["expectation"].string ?? "",
        isSymmetric: message.content["symmetric"].boolean ?? false, failure: message.content["failure"])
    }
    if models.isEmpty { throw CommandError(.notASpecification, "\(file.path): the specification has no models") }
    return models
  }

  /// The model with this name; without a name all, or the first where constants are set.
  func choose(from all: [Model], named name: String?, setsConstants: Bool) throws -> [Model] {
    if let name {
      let named = all.filter { $0.name == name }
      guard !named.isEmpty else {
        let names = all.map { "\"\($0.name)\"" }.joined(separator: ", ")
        throw CommandError(.usage, "\(file.path): no model \"\(name)\"; there are \(names)")
      }
      return named
    }
    return setsConstants ? [all[0]] : all
  }

  // MARK: Running

  /// The program and the words that give a model other constants.
  func configure(
    _ model: Model, _ values: [(name: String, value: String)], _ compiler: SpecificationCompiler,
    isOptimized: Bool = true
  ) async throws -> (program: URL, words: [String]) {
    var sizes = model.sizes.compactMap(\.value.integer)
    var words: [String] = []
    for (name, value) in values {
      if let place = model.sizes.firstIndex(where: { $0.key == name }) {
        guard let size = Int(value) else { throw CommandError(.usage, "-D \(name): \"\(value)\" is no integer") }
        guard (0...65_535).contains(size) else { throw CommandError(.usage, "-D \(name): \(size) is not in 0...65535") }
        sizes[place] = size
      } else {
        words.append("set=\(name)=\(value)")
      }
    }
    let isResized = sizes != model.sizes.compactMap(\.value.integer)
    let program = try await compiler.program(
      for: file, sizes: isResized ? (specification: model.specification, values: sizes) : nil,
      isOptimized: isOptimized)
    return (program, words + (values.isEmpty ? [] : ["resized"]))
  }

  func messages(_ program: URL, _ request: [String]) async throws -> [SpecificationProcess.Message] {
    var isAnswering = true
    return try await messages(program, request, deadline: nil, isAnswering: &isAnswering)
  }

  /// Everything that a program says, less its progress, which is shown, and its errors, which are thrown.
  func messages(
    _ program: URL, _ request: [String], deadline: Duration?, isAnswering: inout Bool,
    progress: @escaping @Sendable (JSON) -> String = { _ in "" }
  ) async throws -> [SpecificationProcess.Message] {
    let received = Received()
    isAnswering = try await SpecificationProcess(program: program).run(request, deadline: deadline) { message in
      if message.kind == "P" { Terminal.showProgress(progress(message.content)) } else { received.add(message) }
    }
    if let error = received.messages.first(where: { $0.kind == "E" })?.content, error["code"].integer != 1 {
      throw await self.error(error, program)
    }
    return received.messages
  }

  /// What a program says of why it cannot go on, with the line of the specification where there is one.
  func error(_ content: JSON, _ program: URL) async -> CommandError {
    var fault = Report.Fault(
      message: content["fault"].string ?? "", line: content["line"].integer,
      frames: content["frames"].array.compactMap { $0.integer.map { UInt64($0) } })
    if !fault.frames.isEmpty, let toolchain = try? Toolchain() {
      fault = await Symbolizer(toolchain: toolchain).locate(fault, in: program, of: file)
    }
    let place =
      content["inSpecification"].boolean ?? false ? "\(file.path)\(fault.line.map { ":\($0)" } ?? ""): " : ""
    let status = Status(rawValue: content["code"].integer ?? 70) ?? .internalFault
    return CommandError(status, place + (content["message"].string ?? "") + fault.message)
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

  func describe(_ fault: Report.Fault) -> String {
    let line = fault.line.map { "\(file.path):\($0): " } ?? ""
    return "\(line)\(fault.place): \(fault.message)"
  }

  /// The command that shows an execution again.
  func replayCommand(_ constants: [String], _ token: String) -> String {
    "distcheck \(Self.quoted(file.path))\(constants.map { " -D \($0)" }.joined()) --replay \(token)"
  }

  static func quoted(_ path: String) -> String {
    let isPlain = path.allSatisfy { $0.isLetter || $0.isNumber || "/._-+,:@%".contains($0) }
    return isPlain ? path : "'\(path.replacing("'", with: "'\\''"))'"
  }
}

/// Collects what a program says; the callback that fills it may run on any thread.
private final class Received: @unchecked Sendable {
  private let lock = NSLock()
  private var collected: [SpecificationProcess.Message] = []

  func add(_ message: SpecificationProcess.Message) { lock.withLock { collected.append(message) } }
  var messages: [SpecificationProcess.Message] { lock.withLock { collected } }
}
