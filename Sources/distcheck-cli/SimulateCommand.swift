import ArgumentParser
import DistCheckReporting
import Foundation

/// `distcheck simulate`: random walks through models, for what is too large to be explored.
struct SimulateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Walk at random through the models of a specification, and shorten what is found.",
    discussion: """
      Proves nothing: a model in which nothing is found is inconclusive. The exit code is then 0 where the model is expected \
      to hold, and 20 where it is expected not to.
      """)

  enum Strategy: String, ExpressibleByArgument, CaseIterable { case swarm, uniform, pct }

  @Argument(help: "A specification file.")
  var path: String

  @Option(
    name: .customLong("model"), parsing: .singleValue,
    help: "Only the model with this name; its counterexample is shown even when it is expected.")
  var models: [String] = []

  @Option(
    name: .customShort("D"), parsing: .singleValue,
    help: ArgumentHelp(
      "Set a constant of the model named by --model, else of the first one: -D servers=5.", valueName: "name=value"))
  var constants: [String] = []

  @OptionGroup var compilation: CompilationOptions

  @Option(help: "Where randomness begins: the same seed makes the same walks. (default: another one each time)")
  var seed: Int?

  @Option(help: "States on a walk.")
  var depth = 100

  @Option(help: "Stop each model after this many walks.")
  var walks: Int?

  @Option(help: "Stop each model after this time: 90, 90s, 5m, 2h. (default: 10s without --walks, none with it)")
  var timeout: String?

  @Option(help: "How a step is chosen: by weights drawn for each walk, by even chances, or by priorities.")
  var strategy = Strategy.swarm

  @Option(help: "How often a walk of --strategy pct changes priorities. (default: 3)")
  var changePoints: Int?

  @Option(help: "How many threads walk. (default: one for each core)")
  var threads: Int?

  @Flag(help: "Show how long walks were, how they ended, and how often each action was enabled and taken.")
  var statistics = false

  @Flag(help: "Print one JSON object for each model, one a line.")
  var json = false

  @Flag(help: "Show whole states in traces, not only what changed.")
  var full = false

  func validate() throws {
    for (name, value, limit) in [
      ("--walks", walks, Int.max), ("--depth", depth, 100_000), ("--threads", threads, 256),
    ] {
      guard let value else { continue }
      if value < 1 { throw ValidationError("\(name) \(value): must be at least 1") }
      if value > limit { throw ValidationError("\(name) \(value): must be at most \(grouped(limit))") }
    }
    if let seed, seed < 0 { throw ValidationError("--seed \(seed): must be at least 0") }
    if let changePoints {
      if strategy != .pct { throw ValidationError("--change-points is for --strategy pct") }
      if changePoints < 0 { throw ValidationError("--change-points \(changePoints): must be at least 0") }
      if changePoints > 1000 { throw ValidationError("--change-points \(changePoints): must be at most 1,000") }
    }
    if let timeout, TimeLimit(timeout) == nil {
      throw ValidationError("--timeout \(timeout): write a time such as 90, 90s, 5m or 2h")
    }
    if json && statistics { throw ValidationError("--json has the statistics already: leave out --statistics") }
    if json && full { throw ValidationError("--json shows whole states already: leave out --full") }
  }

  func run() async throws {
    let tally = Tally(path: path, recorders: Terminal.recorders(writesJSON: json, textOptions))
    do {
      let simulation = FileSimulation(
        file: try SpecificationFile.file(at: path, with: compilation.companions, command: "simulate"), options: self,
        seed: seed ?? Int.random(in: 0..<1_000_000_000),
        limit: timeout.flatMap { TimeLimit($0) } ?? (walks == nil ? TimeLimit("10s") : nil), tally: tally)
      try await simulation.run()
    } catch let error as CommandError {
      tally.fail(error)
    }
    tally.finish()
    tally.record(.ended(passed: tally.passed, failed: tally.failed))
    let status = Status.mostSerious(tally.statuses)
    if status != .success { throw ExitCode(Int32(status.rawValue)) }
  }

  private var textOptions: TextRecorder.Options {
    var options = TextRecorder.Options()
    options.isFull = full
    options.showsCoverage = statistics
    return options
  }
}
