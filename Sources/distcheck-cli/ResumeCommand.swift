import ArgumentParser
import DistCheckEngine
import Foundation

/// `distcheck resume`: goes on with a search that was stopped.
struct ResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Go on with a search from its checkpoint.",
    discussion:
      "Model, constants and bounds are those it was begun with; the final counts are as if it had never stopped.")

  @Argument(help: "The folder that was given to --checkpoint.")
  var folder: String

  @Option(help: "Explore with this many threads; by default one for each processor.")
  var threads: Int?

  @Option(help: "Stop again after this time: 90, 90s, 5m, 2h.")
  var timeout: String?

  @Option(help: "Use no more memory than this for states: 512M, 4G.")
  var memory: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  @Flag(help: "Show whole states in traces, not only what changed.")
  var full = false

  @Flag(help: "Show for each action how often it was enabled, taken, and led to a new state.")
  var coverage = false

  func run() async throws {
    let checkpoint = try Checkpoint(folder: folder)
    var arguments = checkpoint.arguments + ["--resume-from", folder]
    if memory != nil, let old = arguments.firstIndex(of: "--memory") { arguments.removeSubrange(old...old + 1) }
    for (name, value) in [("--threads", threads.map(String.init)), ("--timeout", timeout), ("--memory", memory)] {
      if let value { arguments += [name, value] }
    }
    for (name, isSet) in [("--json", json), ("--full", full), ("--coverage", coverage)] where isSet {
      arguments.append(name)
    }
    try await CheckCommand.parse(arguments + ["--", checkpoint.path]).run()
  }
}

/// What the command line notes in a checkpoint, to run the same search again.
struct Checkpoint {
  var path: String
  /// The arguments of `distcheck check`, but for the path.
  var arguments: [String]

  /// - Throws: `CommandError` when there is none, or the specification has changed.
  init(folder: String) throws(CommandError) {
    let notes: [String]
    do throws(FileError) {
      notes = try checkpointNotes(in: folder)
    } catch { throw CommandError(.usage, "\(error)") }
    guard notes.count > 2 else { throw CommandError(.usage, "\(folder): the checkpoint is not of this command") }
    let source = notes[1]
    path = notes[0]
    arguments = Array(notes[2...]) + ["--checkpoint", folder]
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandError(.usage, "\(folder): the checkpoint belongs to \(path), which cannot be read")
    }
    guard Self.fingerprint(data) == source else {
      throw CommandError(.usage, "\(folder): the checkpoint belongs to another version of \(path)")
    }
  }

  static func notes(_ file: SpecificationFile, _ model: ModelRunner.Model, _ options: CheckCommand) -> [String] {
    var arguments = ["--model", model.name]
    for constant in options.constants { arguments += ["-D", constant] }
    if options.symmetry { arguments.append("--symmetry") }
    if options.safety { arguments.append("--safety") }
    if options.explain { arguments.append("--explain") }
    for witness in options.witness { arguments += ["--witness", witness] }
    let values: [(String, String?)] = [
      ("--max-depth", options.maxDepth.map(String.init)), ("--max-states", options.maxStates.map(String.init)),
      ("--storage", options.storage), ("--spill", options.spill.map { absolute($0) }),
      ("--memory", options.memory), ("--checkpoint-every", options.checkpointEvery),
    ]
    for (name, value) in values { if let value { arguments += [name, value] } }
    return [file.url.standardizedFileURL.path, fingerprint(Data(file.source.utf8))] + arguments
  }

  static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

  private static func fingerprint(_ source: Data) -> String {
    String(SpecificationCache.hash(source), radix: 36)
  }
}
