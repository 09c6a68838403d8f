import ArgumentParser
import DistCheckReporting
import Foundation

/// `distcheck check`, the default: explores the models of specifications.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check the models of specifications (the default).")

  @Argument(help: "Specification files, or folders of them.")
  var paths: [String]

  @Option(
    name: .customLong("model"), parsing: .singleValue,
    help: "Only the model with this name; its counterexample is shown even when it is expected.")
  var models: [String] = []

  @OptionGroup var compilation: CompilationOptions

  @Flag(help: "List the models, with constants and expectations, and check nothing.")
  var list = false

  @Option(
    name: .customShort("D"), parsing: .singleValue,
    help: ArgumentHelp(
      "Set a constant of the model named by --model, else of the first one: -D servers=5. A range or a list sweeps: -D servers=3...6, -D remembers=false...true, -D servers=3,5.",
      valueName: "name=value"))
  var constants: [String] = []

  @Option(
    help: ArgumentHelp(
      "The order of exploration: breadth-first, depth-first (its counterexamples are long), iterative-deepening.",
      valueName: "order"))
  var strategy: String?

  @Option(
    help: "Explore no paths of more states than this; the verdict is then inconclusive. Depth-first, 10,000 by default."
  )
  var maxDepth: Int?

  @Option(help: "Stop after this many distinct states.")
  var maxStates: Int?

  @Option(help: "Stop each model after this time: 90, 90s, 5m, 2h.")
  var timeout: String?

  @Option(help: "Explore with this many threads; by default one for each processor.")
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "How states are kept: auto, full (as they are), compact (eight bytes each, and what they share once).",
      valueName: "kind"))
  var storage: String?

  @Option(
    help: ArgumentHelp(
      "Keep so little of states that some may be missed, and say how many: bits=8 to bits=32 (of a hash), bitstate, or bitstate=256M.",
      valueName: "kind"))
  var lossy: String?

  @Option(help: "Use no more memory than this for states: 512M, 4G. By default three quarters of what there is.")
  var memory: String?

  @Option(help: ArgumentHelp("Go on in this folder, on disk, when the memory is used up.", valueName: "folder"))
  var spill: String?

  @Option(
    help: ArgumentHelp(
      "Write the search down in this folder, every so often and when it is stopped; \"distcheck resume\" goes on.",
      valueName: "folder"))
  var checkpoint: String?

  @Option(help: ArgumentHelp("How often to write a checkpoint: 30s, 5m (the default).", valueName: "time"))
  var checkpointEvery: String?

  @Flag(
    help: "Evaluate everything twice, and once more in an unoptimized build of the specification, and compare: slow.")
  var selfCheck = false

  @Flag(
    help:
      "Do not compare the first states of each model with an unoptimized build of the specification in the background.")
  var noSelfCheck = false

  @Flag(help: "Leave temporal properties out; the verdict says so.")
  var safety = false

  @Flag(
    help: "Say of every temporal property that holds which fairness it needs, also where it takes long to find out.")
  var explain = false

  @Option(help: .hidden)
  var resumeFrom: String?

  @Flag(help: "Print one JSON object for each model, one a line.")
  var json = false

  @Flag(help: "Show whole states in traces, not only what changed.")
  var full = false

  @Flag(help: "Show for each action how often it was enabled, taken, and led to a new state.")
  var coverage = false

  @Flag(help: "Explore one state of each orbit under exchange of what the specification declares interchangeable.")
  var symmetry = false

  @Option(parsing: .singleValue, help: "Show the shortest path to what this Sometimes property asks for.")
  var witness: [String] = []

  @Option(help: "Show again the execution that a token stands for.")
  var replay: String?

  func run() async throws {
    let comparisons = Comparisons()
    let recorders = Terminal.recorders(writesJSON: json, textOptions)
    var tallies: [Tally] = []
    for path in paths {
      let files: [SpecificationFile]
      do {
        files = try SpecificationFile.files(at: path, with: compilation.companions)
        try requireOne(of: files, in: path)
      } catch {
        let tally = Tally(path: path, recorders: recorders)
        tally.fail(error)
        tallies.append(tally)
        continue
      }
      for file in files {
        let tally = Tally(path: file.path, recorders: recorders)
        defer { tallies.append(tally) }
        if Interrupts.count > 0 {
          tally.noteInterruption(isSaid: tallies.contains { $0.statuses.contains(.inconclusive) })
          continue
        }
        do {
          try await FileCheck(file: file, options: self, comparisons: comparisons, tally: tally).run()
        } catch let error as CommandError {
          tally.fail(error)
        }
        tally.finish()
      }
    }
    var statuses = tallies.flatMap(\.statuses)
    var passed = tallies.reduce(0) { $0 + $1.passed }
    var failed = tallies.reduce(0) { $0 + $1.failed }
    let late = await finish(comparisons, Status.mostSerious(statuses), recorders)
    statuses += late.statuses
    passed -= late.failed
    failed += late.failed
    recorders.record(.ended(passed: passed, failed: failed))
    let status = Status.mostSerious(statuses)
    if status != .success { throw ExitCode(Int32(status.rawValue)) }
  }

  /// Some options are about one specification, and a folder can hold several.
  private func requireOne(of files: [SpecificationFile], in path: String) throws(CommandError) {
    let asked = [
      ("--checkpoint", checkpoint != nil), ("--model", !models.isEmpty), ("-D", !constants.isEmpty),
      ("--replay", replay != nil),
    ]
    guard files.count > 1, let option = asked.first(where: \.1) else { return }
    throw CommandError(.usage, "\(option.0): \(path) holds \(files.count) specifications; name one of them")
  }

  private var textOptions: TextRecorder.Options {
    var options = TextRecorder.Options()
    options.isFull = full
    options.showsCoverage = coverage
    options.witnesses = witness
    options.countsModels = !list && replay == nil
    return options
  }

  /// Waits for the comparisons with unoptimised builds where the exit code would be 0, and tells what they have found out.
  private func finish(
    _ comparisons: Comparisons, _ status: Status, _ recorders: [any Recorder]
  ) async -> (statuses: [Status], failed: Int) {
    if status == .success { await comparisons.finish() } else { await comparisons.stop() }
    var statuses: [Status] = []
    var failed = 0
    for entry in comparisons.entries {
      switch entry.outcome {
      case .differs(let difference):
        guard let report = entry.shown else { continue }
        var differing = report
        differing.differ(difference)
        recorders.record(.revised(differing))
        statuses.append(.specificationFault)
        if report.expectation.isMet { failed += 1 }
      case .failed(let error) where status == .success && Interrupts.count == 0:
        if !statuses.contains(error.status) { Terminal.complain(error.message) }
        statuses.append(error.status)
      case .agreed, .failed, nil: break
      }
    }
    if status == .success && Interrupts.count > 0 && comparisons.entries.contains(where: { !$0.isDone }) {
      Terminal.complain("interrupted before the comparison with an unoptimized build was done")
      statuses.append(.inconclusive)
    }
    return (statuses, failed)
  }
}
