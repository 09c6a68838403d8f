import DistCheckMessages
import DistCheckReporting
import Foundation

/// One log, verified against one specification and reported.
struct FileVerification {
  var file: SpecificationFile
  var options: VerifyCommand
  var limit: TimeLimit?
  let tally: Tally
  private var runner: ModelRunner { ModelRunner(file: file) }

  /// What a log from standard input is called.
  private static let standardInput = "standard input"

  func run() async throws {
    for path in options.logs + options.configurations where path != "-" {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw CommandError(.usage, "\(path): no such file")
      }
      if isFolder.boolValue { throw CommandError(.usage, "\(path): is a folder") }
    }
    var sum = try options.coverageFile.map { path throws(CommandError) in
      try CoverageFile(path, specification: file.path)
    }
    let values = try ConstantSetting.values(options.constants, command: "verify")
    var input: ForwardedInput?
    var log = Request.Log(
      paths: options.logs, names: options.logs, configurations: options.configurations, pattern: options.pattern)
    if options.logs.isEmpty || options.logs == ["-"] {
      let forwarded = try ForwardedInput()
      log.firstLine = forwarded.firstLine
      (log.paths, log.names) = ([forwarded.path], [Self.standardInput])
      input = forwarded
    }
    let compiler = try SpecificationCompiler()
    let (program, subject) = try await configure(log, values, compiler)
    input?.begin()
    var report = try await verify(program, subject, log)
    if sum != nil {
      sum?.add(report)
      try sum?.write()
      report.coverage = sum?.actions ?? []
    }
    let status = Self.status(of: report)
    tally.count(status, passes: status == .success)
    tally.record(.verified(report, replayCommand: replayCommand(report)))
  }

  // MARK: Sizes

  /// The program for the sizes that the log calls for, and the constants that it is to be given.
  private func configure(
    _ log: Request.Log, _ values: [(name: String, value: String)], _ compiler: SpecificationCompiler
  ) async throws -> (URL, Request.Subject) {
    guard let mapping = file.mapping else {
      let all = try await runner.listModels(try await compiler.program(for: file), limit: limit?.duration)
      let model = try runner.choose(from: all, named: options.model.map { [$0] } ?? [], setsConstants: true)[0]
      return try await runner.configure(model, values, compiler)
    }
    var sizes: [Int?] = mapping.sizeNames.map { _ in nil }
    var subject = Request.Subject(model: 0, name: "log", isChanged: !values.isEmpty)
    for (name, value) in values {
      guard let place = mapping.sizeNames.firstIndex(of: name) else {
        subject.constants.append(Request.Constant(name: name, text: value))
        continue
      }
      guard let size = Int(value) else { throw CommandError(.usage, "-D \(name): \"\(value)\" is no integer") }
      guard (1...65_535).contains(size) else { throw CommandError(.usage, "-D \(name): \(size) is not in 1...65535") }
      sizes[place] = size
    }
    if sizes.contains(where: { $0 == nil }) {
      let program = try await compiler.program(for: file)
      let events = try await runner.ask(
        program, .sizes(log), about: nil, deadline: limit.map { .init(limit: $0.duration) })
      guard case .sizes(let found)? = events.last else {
        throw CommandError(.internalFault, "the compiled mapping gave no sizes")
      }
      for (place, size) in found.enumerated() where sizes[place] == nil {
        guard (0...65_535).contains(size) else {
          throw CommandError(
            .notASpecification, "\(options.mapping ?? ""): \(mapping.sizeNames[place]) is to be \(size)")
        }
        sizes[place] = size
      }
    }
    let chosen = sizes.compactMap { $0 }
    return (try await compiler.program(for: file, sizes: (mapping.name, chosen)), subject)
  }

  // MARK: Verification

  private func verify(_ program: URL, _ subject: Request.Subject, _ log: Request.Log) async throws -> VerificationReport
  {
    var request = Request.Verification(log: log, mapping: options.mapping)
    request.strategy =
      switch options.strategy {
      case .auto: .automatic
      case .breadth: .breadth
      case .depth: .depth
      }
    request.maxStates = options.maxStates
    request.timeoutMilliseconds = limit?.milliseconds
    request.countsCoverage = options.coverage || options.coverageFile != nil
    request.explains = options.explain
    request.wantsTrace = options.full || options.json
    let events = try await runner.ask(
      program, .verify(subject, request), about: nil, deadline: limit.map { .init(limit: $0.duration) })
    guard case .verified(let verification)? = events.last else {
      throw CommandError(.internalFault, "the compiled specification gave no report")
    }
    return verification.report
  }

  static func status(of report: VerificationReport) -> Status {
    switch report.verdict {
    case .accepted: .success
    case .rejected, .violated: .safety
    case .inconclusive: .inconclusive
    case .specificationError: .specificationFault
    }
  }

  /// The command that shows a behaviour of the log as one of the specification: with the constants that the log called for.
  private func replayCommand(_ report: VerificationReport) -> String? {
    guard let token = report.trace?.token else { return nil }
    let constants = report.constants.map { "\($0.key)=\($0.value.string ?? $0.value.description)" }
    guard report.beginsAsSpecified, constants.allSatisfy({ !$0.contains("[") && !$0.contains("{") }) else { return nil }
    return runner.replayCommand(constants, options.compilation.companions, token)
  }
}
