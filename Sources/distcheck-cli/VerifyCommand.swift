import ArgumentParser
import DistCheckMessages
import DistCheckReporting
import Foundation

/// `distcheck verify`: whether the log of a real system is a behaviour of a specification.
struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Verify the log of a real system against a specification.",
    discussion: """
      The mapping, a Swift file beside the specification, says what the lines of the log mean \
      (Documentation/Logs.md). Exit code 0: the log is a behaviour of the specification, or the beginning of one; \
      12: it is none; 65: a line cannot be read; 20: a bound or a signal stopped it.
      """)

  enum Strategy: String, ExpressibleByArgument, CaseIterable { case auto, breadth, depth }

  @Argument(help: "A specification file.")
  var path: String

  @Option(
    name: .customLong("log"),
    help: ArgumentHelp(
      "The Swift file that maps the log. Without one, the log is in the form that distcheck log writes.",
      valueName: "file"))
  var mapping: String?

  @Option(
    name: .customLong("model"),
    help: "Without --log: the model that the log is of. (default: the first)")
  var model: String?

  @Argument(
    help: "Files of the log; those that end in .gz are unpacked. Standard input where there are none, or for \"-\".")
  var logs: [String] = []

  @Option(
    name: .customLong("config"), parsing: .singleValue,
    help: ArgumentHelp("A file of JSON lines from which the mapping takes sizes and names.", valueName: "file"))
  var configurations: [String] = []

  @Option(
    help: ArgumentHelp(
      "Lines are text: a regular expression whose named groups are their fields.", valueName: "regex"))
  var pattern: String?

  @Option(
    name: .customShort("D"), parsing: .singleValue,
    help: ArgumentHelp("Set a size of the mapping, or a constant of the specification.", valueName: "name=value"))
  var constants: [String] = []

  @OptionGroup var compilation: CompilationOptions

  @Option(
    help: "Follow all behaviours at once, or one at a time; auto turns to the second where the first needs too much.")
  var strategy = Strategy.auto

  @Option(help: "Stop where more states than this fit. (default: 1,000,000)")
  var maxStates: Int?

  @Option(help: "Stop after this time: 90, 90s, 5m, 2h.")
  var timeout: String?

  @Flag(help: "Draw the behaviours that fit, of the last lines.")
  var explain = false

  @Flag(help: "Show which actions the log takes, and how often each was enabled.")
  var coverage = false

  @Option(
    help: ArgumentHelp(
      "Add that up over many logs: in this file, which is made where it is not there.", valueName: "file"))
  var coverageFile: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  @Flag(help: "Show the longest behaviour that fits.")
  var full = false

  func validate() throws {
    if let maxStates, maxStates < 1 { throw ValidationError("--max-states \(maxStates): must be at least 1") }
    if let timeout, TimeLimit(timeout) == nil {
      throw ValidationError("--timeout \(timeout): write a time such as 90, 90s, 5m or 2h")
    }
    if model != nil && mapping != nil { throw ValidationError("--model: the mapping of --log says what the log is of") }
    if mapping == nil && pattern != nil { throw ValidationError("--pattern: needs a mapping; give one with --log") }
    if mapping == nil && !configurations.isEmpty {
      throw ValidationError("--config: needs a mapping; give one with --log")
    }
    if strategy == .depth && explain {
      throw ValidationError("--explain: draws all behaviours that fit; leave out --strategy depth")
    }
    if json && full { throw ValidationError("--json has the behaviour already: leave out --full") }
    if logs.contains("-") && logs.count > 1 { throw ValidationError("-: standard input is a log of its own") }
  }

  func run() async throws {
    var textOptions = TextRecorder.Options()
    textOptions.isFull = full
    textOptions.countsModels = false
    let tally = Tally(path: path, recorders: Terminal.recorders(writesJSON: json, textOptions))
    do {
      try await FileVerification(
        file: try file(), options: self, limit: timeout.flatMap { TimeLimit($0) }, tally: tally
      ).run()
    } catch let error as CommandError {
      tally.fail(error)
    }
    let status = Status.mostSerious(tally.statuses)
    if status != .success { throw ExitCode(Int32(status.rawValue)) }
  }

  private func file() throws -> SpecificationFile {
    var file = try SpecificationFile.file(at: path, with: compilation.companions, command: "verify")
    if let mapping { try file.addMapping(mapping) }
    return file
  }
}
