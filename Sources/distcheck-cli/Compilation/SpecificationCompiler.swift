import Foundation
import Subprocess
import SystemPackage

/// Turns specification files into programs.
struct SpecificationCompiler {
  var toolchain: Toolchain
  var cache: SpecificationCache

  init() throws(CommandError) {
    toolchain = try Toolchain()
    do { cache = try SpecificationCache.shared.get() } catch let error as CommandError { throw error } catch {
      throw CommandError(.internalFault, "\(error)")
    }
  }

  /// Line tables so that a fault can be traced to its line; `-wmo` so that guards and effects are inlined into their loops.
  ///
  /// The rest is against faults of Swift 6.3, and costs nothing that could be measured. Where a map is handed to a function
  /// the optimiser takes it apart, and code generation dies of the bare array; so it is to leave arguments whole. An element
  /// of an `InlineArray` is written, and two passes take loads and stores of the whole array to be independent of that.
  private static let flags =
    ["-wmo", "-gline-tables-only", "-swift-version", "6", "-parse-as-library"]
    + [
      "-sil-fso-disable-arg-explosion", "-sil-disable-pass=redundant-load-elimination",
      "-sil-disable-pass=dead-store-elimination",
    ].flatMap { ["-Xllvm", $0] } + Processor.flags + watchesAllocations

  /// Has what the specification allocates go through a function of the engine's, which can say where that was. The linkers
  /// of other systems have no such option.
  #if os(Linux)
    private static let watchesAllocations = ["-Xlinker", "--wrap=swift_allocObject"]
  #else
    private static let watchesAllocations: [String] = []
  #endif

  enum Build {
    case optimized
    /// What is compared with.
    case unoptimized, unoptimizedInBackground

    fileprivate var flags: [String] { [self == .optimized ? "-O" : "-Onone"] + SpecificationCompiler.flags }
  }

  /// The program for a file, from the cache or newly compiled.
  ///
  /// - Parameter sizes: Other values for the integer generic parameters of one of its specifications.
  func program(
    for file: SpecificationFile, sizes: (specification: String, values: [Int])? = nil, build: Build = .optimized
  ) async throws -> URL {
    let main = Self.main(for: file, sizes: sizes)
    let inputs = inputs(file, main, build)
    if let program = cache.program(for: inputs) { return program }
    let work = try cache.workFolder()
    defer { try? FileManager.default.removeItem(at: work) }
    try await compile(file, main: main, build, in: work)
    return try cache.add(work, inputs: inputs)
  }

  /// Whether a file, in its own sizes, was compiled before.
  func isCompiled(_ file: SpecificationFile) -> Bool {
    cache.program(for: inputs(file, Self.main(for: file, sizes: nil), .optimized)) != nil
  }

  private func inputs(_ file: SpecificationFile, _ main: String, _ build: Build) -> String {
    ([toolchain.identity, Processor.identity, build.flags.joined(separator: " "), main]
      + file.sources.flatMap { [$0.url.standardizedFileURL.path, $0.source] }).joined(separator: "\n--\n")
  }

  /// The part of the program that is not the specification: it names the specifications and their sizes.
  static func main(for file: SpecificationFile, sizes: (specification: String, values: [Int])?) -> String {
    func type(_ name: String, _ values: [Int]) -> String {
      values.isEmpty ? name : "\(name)<\(values.map(String.init).joined(separator: ", "))>"
    }
    let entries = file.specifications.map { specification in
      let any = type(specification.name, specification.sizeNames.map { _ in 1 })
      let names = specification.sizeNames.map { "\"\($0)\"" }.joined(separator: ", ")
      var entry = ".init(name: \"\(specification.name)\", sizeNames: [\(names)], models: { \(any).models }"
      if let sizes, sizes.specification == specification.name {
        entry += ", resize: { $0.resized(to: \(type(specification.name, sizes.values)).self) }"
      }
      return "  \(entry)),\n"
    }
    let log = file.mapping.map { mapping in
      let isSized = sizes?.specification == mapping.name
      let values = isSized ? sizes!.values : mapping.sizeNames.map { _ in 1 }
      let names = mapping.sizeNames.map { "\"\($0)\"" }.joined(separator: ", ")
      return ", log: .init(\(type(mapping.name, values)).self, name: \"\(mapping.name)\", sizeNames: [\(names)])"
    }
    return """
      import DistCheck
      @main enum CheckedSpecificationMain {
        static func main() { SpecificationProgram.run([
      \(entries.joined())  ]\(log ?? "")) }
      }

      """
  }

  private func compile(_ file: SpecificationFile, main: String, _ build: Build, in work: URL) async throws {
    let mainFile = work.appending(path: CacheFolder.mainName)
    do {
      try Data(main.utf8).write(to: mainFile)
    } catch {
      throw CommandError(.internalFault, "\(work.path): cannot be written: \(SpecificationCache.reason(error))")
    }
    let arguments =
      build.flags + [
        // A relative path that begins with @ would be a list of arguments to the compiler, one with - an option.
        "-module-name", "CheckedSpecification", mainFile.path, "-I", toolchain.modules.path, "-Xcc",
        "-fmodule-map-file=\(toolchain.moduleMap.path)", "-o", work.appending(path: "program").path,
      ] + file.sources.map(\.url.path) + (cache.moduleCache.map { ["-module-cache-path", $0.path] } ?? [])
      + toolchain.objects
    let (status, output) = try await run(arguments, file, inBackground: build == .unoptimizedInBackground)
    if Interrupts.count > 0 { throw CommandError(.inconclusive, "\(file.path): interrupted while it was compiled") }
    if build == .unoptimizedInBackground, case .signaled(SIGKILL) = status {
      throw CommandError(.inconclusive, "\(file.path): an unoptimized build was given up")
    }
    if let failure = CompilerFailure(output, status) {
      throw CommandError(.internalFault, "\(file.path): \(failure.message(keptIn: cache, for: file))")
    }
    let diagnostics = Self.diagnostics(output, of: file, generated: mainFile.path)
    if !diagnostics.isEmpty && build != .unoptimizedInBackground { Terminal.passOn(diagnostics) }
    guard status.isSuccess else {
      if diagnostics.contains("No space left on device") {
        throw CommandError(.internalFault, "\(cache.folder.path): No space left on device")
      }
      // The compiler has said why, or it is not the specification that is wrong.
      guard output.contains(/:\d+:\d+: error:/) else {
        throw CommandError(
          .internalFault, "\(file.path): \(toolchain.compiler.path) failed (\(status))")
      }
      let reason =
        diagnostics.contains("error:")
        ? "" : "; a specification is a struct at the top level of its file, and not private"
      if build != .unoptimizedInBackground { CompilerAdvice.lines(for: diagnostics).forEach(Terminal.complain) }
      throw CommandError(.notASpecification, "\(file.path): does not compile\(reason)")
    }
  }

  private func run(
    _ arguments: [String], _ file: SpecificationFile, inBackground: Bool
  ) async throws -> (TerminationStatus, output: String) {
    do {
      if inBackground {
        let result = try await BackgroundProcess.run(toolchain.compiler, arguments, limit: .seconds(3600))
        return (result.status, result.output + result.errors)
      }
      Terminal.showProgress("compiling \(file.path) …")
      defer {
        Terminal.clearProgress()
        Interrupts.forward(to: 0)
      }
      var options = PlatformOptions()
      options.processGroupID = 0  // so that a signal ends all that it has started
      let result = try await Subprocess.run(
        .path(FilePath(toolchain.compiler.path)), arguments: Arguments(arguments), platformOptions: options,
        input: .none, output: .string(limit: 4 << 20), error: .string(limit: 4 << 20)
      ) { execution in Interrupts.forward(toGroup: execution.processIdentifier.value) }
      return (result.terminationStatus, result.standardOutput + result.standardError)
    } catch {
      throw CommandError(.internalFault, "\(toolchain.compiler.path): cannot be run: \(error)")
    }
  }

  /// What the compiler says, less what it says of the generated file, and with the paths of files as the user named them.
  ///
  /// A diagnostic begins with `path:line:column:` and goes on until the next one does.
  static func diagnostics(_ text: String, of file: SpecificationFile, generated: String) -> String {
    let sources = file.sources.map { (path: $0.path, full: $0.url.path) }
    var keeps = true
    var lines: [Substring] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let source = sources.first { line.hasPrefix("\($0.full):") }
      if let head = line.firstMatch(of: /^\S.*?:\d+:\d+: (error|warning|note|remark):/) {
        // A note on a declaration of this library helps nobody who does not know its source.
        keeps = !line.hasPrefix(generated) && (source != nil || head.output.1 != "note" || !line.hasPrefix("/"))
      }
      guard keeps else { continue }
      lines.append(source.map { $0.path + line.dropFirst($0.full.count) } ?? line)
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines.joined(separator: "\n")
  }
}
