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

  @Flag(
    help: "Also if another user has written it, or could have: the specification that it names is compiled and run.")
  var trust = false

  @Flag(help: "Print one JSON object.")
  var json = false

  @Flag(help: "Show whole states in traces, not only what changed.")
  var full = false

  @Flag(help: "Show for each action how often it was enabled, taken, and led to a new state.")
  var coverage = false

  func validate() throws {
    if folder.isEmpty { throw ValidationError("resume: names no folder") }
  }

  func run() async throws {
    let checkpoint = try Checkpoint(folder: folder, isTrusted: trust)
    var arguments = checkpoint.arguments + ["--resume-from=\(folder)"]
    for (name, value) in [("--threads", threads.map(String.init)), ("--timeout", timeout), ("--memory", memory)] {
      guard let value else { continue }
      arguments.removeAll { $0.hasPrefix("\(name)=") }
      arguments.append("\(name)=\(value)")
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

  /// - Throws: `CommandError` when there is none, when it is another user's, or when the specification has changed.
  init(folder: String, isTrusted: Bool) throws(CommandError) {
    let notes: [String]
    do throws(FileError) {
      if !isTrusted { try Self.refuseOthers(folder) }
      notes = try checkpointNotes(in: folder)
    } catch { throw CommandError(.usage, "\(error)") }
    guard notes.count > 2, let arguments = Self.arguments(notes[2...]) else {
      throw CommandError(.usage, "\(folder): the checkpoint is not of this command")
    }
    path = notes[0]
    self.arguments = arguments + ["--checkpoint=\(folder)"]
    let companions = arguments.compactMap { $0.hasPrefix("--with=") ? String($0.dropFirst("--with=".count)) : nil }
    for path in [path] + companions where !FileManager.default.isReadableFile(atPath: path) {
      throw CommandError(.usage, "\(folder): the checkpoint belongs to \(path), which cannot be read")
    }
    guard Self.fingerprint(try? SpecificationFile(path: path, with: companions)) == notes[1] else {
      throw CommandError(.usage, "\(folder): the checkpoint belongs to another version of \(path)")
    }
  }

  /// The specification that a checkpoint names is compiled and run: it has to be this user who has named it.
  private static func refuseOthers(_ folder: String) throws(FileError) {
    let path = checkpointPath(in: folder)
    var status = stat()
    guard lstat(path, &status) == 0, status.st_uid != geteuid() || status.st_mode & 0o022 != 0 else { return }
    throw FileError(
      path,
      reason: "belongs to user \(status.st_uid) and has mode \(String(status.st_mode & 0o7777, radix: 8)); "
        + "with --trust the specification that it names is compiled and run all the same")
  }

  /// Options that have a value; `-D` is followed by one.
  private static let options = [
    "--model", "--with", "--witness", "--max-depth", "--max-states", "--storage", "--spill", "--memory",
    "--checkpoint-every",
  ]
  private static let flags = ["--symmetry", "--safety", "--explain"]

  static func notes(_ file: SpecificationFile, _ model: ModelRunner.Model, _ options: CheckCommand) -> [String] {
    let values: [(String, String?)] =
      [
        ("--model", model.name), ("--max-depth", options.maxDepth.map(String.init)),
        ("--max-states", options.maxStates.map(String.init)), ("--storage", options.storage),
        ("--spill", options.spill.map { absolute($0) }), ("--memory", options.memory),
        ("--checkpoint-every", options.checkpointEvery),
      ] + options.compilation.companions.map { ("--with", absolute($0)) } + options.witness.map { ("--witness", $0) }
    let flags = zip(Self.flags, [options.symmetry, options.safety, options.explain]).filter { $1 }.map { $0.0 }
    return [file.url.standardizedFileURL.path, fingerprint(file)]
      + values.compactMap { name, value in value.map { "\(name)=\($0)" } } + flags + options.constants.map { "-D\($0)" }
  }

  /// The arguments that were noted; nil where they are not what is noted here.
  private static func arguments(_ notes: ArraySlice<String>) -> [String]? {
    var arguments: [String] = []
    for note in notes {
      if note.hasPrefix("-D") {
        arguments += ["-D", String(note.dropFirst(2))]
      } else if flags.contains(note) || options.contains(where: { note.hasPrefix("\($0)=") }) {
        arguments.append(note)
      } else {
        return nil
      }
    }
    return arguments
  }

  static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

  /// Of all that is compiled; nil is a file that is no specification any more.
  private static func fingerprint(_ file: SpecificationFile?) -> String {
    String(Checksum.of((file?.sources.map(\.source).joined(separator: "\n--\n") ?? "").utf8), radix: 36)
  }
}
