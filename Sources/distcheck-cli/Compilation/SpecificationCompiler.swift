import Foundation
import Subprocess
import SystemPackage

/// Turns specification files into programs.
struct SpecificationCompiler {
  var toolchain: Toolchain
  var cache: SpecificationCache

  init() throws(CommandError) {
    toolchain = try Toolchain()
    cache = try SpecificationCache()
  }

  /// Line tables so that a fault can be traced to its line; `-wmo` so that guards and effects are inlined into their loops.
  private static let flags = [
    "-wmo", "-gline-tables-only", "-swift-version", "6", "-parse-as-library", "-Xllvm",
    "-sil-fso-disable-arg-explosion",
  ]

  /// The program for a file, from the cache or newly compiled.
  ///
  /// - Parameters:
  ///   - sizes: Other values for the integer generic parameters of one of its specifications.
  ///   - isOptimized: False for the build that the self-check compares with.
  func program(
    for file: SpecificationFile, sizes: (specification: String, values: [Int])? = nil, isOptimized: Bool = true
  ) async throws -> URL {
    let main = Self.main(for: file, sizes: sizes)
    let flags = [isOptimized ? "-O" : "-Onone"] + Self.flags
    let inputs = [
      toolchain.identity, flags.joined(separator: " "), main, file.url.standardizedFileURL.path, file.source,
    ].joined(separator: "\n--\n")
    if let program = cache.program(for: inputs) { return program }
    let work = try cache.workFolder()
    defer { try? FileManager.default.removeItem(at: work) }
    try await compile(file, main: main, flags: flags, in: work)
    return try cache.add(work, inputs: inputs)
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
    return """
      import DistCheck
      @main enum CheckedSpecificationMain {
        static func main() { SpecificationProgram.run([
      \(entries.joined())  ]) }
      }

      """
  }

  private func compile(_ file: SpecificationFile, main: String, flags: [String], in work: URL) async throws {
    let mainFile = work.appending(path: "distcheck-main.swift")
    do {
      try Data(main.utf8).write(to: mainFile)
    } catch {
      throw CommandError(.internalFault, "\(work.path): cannot be written: \(SpecificationCache.reason(error))")
    }
    if Terminal.showsProgress { Terminal.showProgress("compiling \(file.path) …") }
    let arguments =
      flags + [
        "-module-name", "CheckedSpecification", file.path, mainFile.path, "-I", toolchain.modules.path, "-Xcc",
        "-fmodule-map-file=\(toolchain.moduleMap.path)", "-o", work.appending(path: "program").path,
      ] + toolchain.objects.map(\.path)
    let result: ExecutionResult<Void, StringOutput<UTF8>, StringOutput<UTF8>>
    do {
      result = try await Subprocess.run(
        .path(FilePath(toolchain.compiler.path)), arguments: Arguments(arguments), output: .string(limit: 4 << 20),
        error: .string(limit: 4 << 20))
    } catch {
      throw CommandError(.internalFault, "\(toolchain.compiler.path): cannot be run: \(error)")
    }
    Terminal.clearProgress()
    if Interrupts.count > 0 { throw CommandError(.inconclusive, "\(file.path): interrupted while it was compiled") }
    let diagnostics = Self.withoutGeneratedCode(
      result.standardOutput + result.standardError, generated: mainFile.path)
    if !diagnostics.isEmpty { Terminal.passOn(diagnostics) }
    guard result.terminationStatus.isSuccess else {
      if diagnostics.contains("No space left on device") {
        throw CommandError(.internalFault, "\(cache.folder.path): No space left on device")
      }
      // The compiler has said why, or it is not the specification that is wrong.
      guard (result.standardOutput + result.standardError).contains(/:\d+:\d+: error:/) else {
        throw CommandError(
          .internalFault, "\(file.path): \(toolchain.compiler.path) failed (\(result.terminationStatus))")
      }
      let reason =
        diagnostics.contains("error:")
        ? "" : "; a specification is a struct at the top level of its file, and not private"
      throw CommandError(.notASpecification, "\(file.path): does not compile\(reason)")
    }
  }

  /// What the compiler says, less what it says of the generated file.
  ///
  /// A diagnostic begins with `path:line:column:` and goes on until the next one does.
  static func withoutGeneratedCode(_ text: String, generated: String) -> String {
    var keeps = true
    var lines: [Substring] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.contains(/^\S.*?:\d+:\d+: (error|warning|note|remark):/) { keeps = !line.hasPrefix(generated) }
      if keeps { lines.append(line) }
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines.joined(separator: "\n")
  }
}
