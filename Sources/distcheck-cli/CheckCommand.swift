import ArgumentParser
import DistCheckReporting
import Foundation

/// `distcheck check`, the default: explores the models of specifications.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check the models of specifications (the default).")

  @Argument(help: "Specification files, or folders of them.")
  var paths: [String]

  @Option(help: "Only the model with this name; its counterexample is shown even when it is expected.")
  var model: String?

  @Flag(help: "List the models, with constants and expectations, and check nothing.")
  var list = false

  @Option(
    name: .customShort("D"), parsing: .singleValue,
    help: ArgumentHelp(
      "Set a constant of the model named by --model, else of the first one: -D servers=5. A range sweeps: -D servers=3...6.",
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

  func validate() throws {
    for (name, value) in [("--max-depth", maxDepth), ("--max-states", maxStates)] {
      if let value, value < 1 { throw ValidationError("\(name) \(value): must be at least 1") }
    }
    if let timeout, TimeLimit(timeout) == nil {
      throw ValidationError("--timeout \(timeout): write a time such as 90, 90s, 5m or 2h")
    }
    if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads \(threads): must be 1 to 1,024") }
    if let storage, !["auto", "full", "compact"].contains(storage) {
      throw ValidationError("--storage \(storage): must be auto, full or compact")
    }
    if let lossy, LossyOption(lossy) == nil {
      throw ValidationError(
        "--lossy \(lossy): must be bits=8 to bits=32, bitstate, or bitstate with a size such as 256M")
    }
    for (name, isGiven) in [
      ("--storage", storage != nil), ("--spill", spill != nil), ("--checkpoint", checkpoint != nil),
    ]
    where lossy != nil && isGiven {
      throw ValidationError("--lossy and \(name) exclude each other")
    }
    if let memory, MemorySize(memory) == nil {
      throw ValidationError("--memory \(memory): write an amount such as 512M or 4G, at least 16M")
    }
    if let checkpointEvery {
      guard TimeLimit(checkpointEvery) != nil else {
        throw ValidationError("--checkpoint-every \(checkpointEvery): write a time such as 30s or 5m")
      }
      if checkpoint == nil { throw ValidationError("--checkpoint-every needs --checkpoint") }
    }
    if storage == "full" && (spill != nil || checkpoint != nil) {
      throw ValidationError(
        "--storage full and \(spill != nil ? "--spill" : "--checkpoint") exclude each other: "
          + "what is written to disk is compact")
    }
    if checkpoint != nil && paths.count > 1 { throw ValidationError("--checkpoint needs a single specification") }
    if let strategy { try validate(strategy: strategy) }
    let exclusive: [(String, Bool)] = [("--list", list), ("--replay", replay != nil)]
    let searching: [(String, Bool)] = [
      ("--max-depth", maxDepth != nil), ("--max-states", maxStates != nil), ("--timeout", timeout != nil),
      ("--strategy", strategy != nil), ("--threads", threads != nil), ("--storage", storage != nil), ("--symmetry", symmetry),
      ("--memory", memory != nil), ("--spill", spill != nil), ("--checkpoint", checkpoint != nil),
      ("--lossy", lossy != nil), ("--coverage", coverage), ("--witness", !witness.isEmpty),
    ]
    for (index, first) in exclusive.enumerated() where first.1 {
      for second in exclusive.dropFirst(index + 1) + searching where second.1 {
        throw ValidationError("\(first.0) and \(second.0) exclude each other")
      }
    }
    if list && !constants.isEmpty { throw ValidationError("--list and -D exclude each other") }
    if paths.count > 1 && (model != nil || !constants.isEmpty || replay != nil) {
      throw ValidationError("--model, -D and --replay need a single specification")
    }
  }

  private func validate(strategy: String) throws {
    guard ["breadth-first", "depth-first", "iterative-deepening"].contains(strategy) else {
      throw ValidationError("--strategy \(strategy): must be breadth-first, depth-first or iterative-deepening")
    }
    if strategy == "breadth-first" { return }
    if let threads, threads > 1 {
      throw ValidationError("--strategy \(strategy) and --threads \(threads) exclude each other: there is one stack")
    }
    if storage != nil {
      throw ValidationError("--strategy \(strategy) and --storage exclude each other: states are kept with their depth")
    }
  }

  func run() async throws {
    Interrupts.forward(to: 0)
    var statuses: [Status] = []
    var passed = 0
    var failed = 0
    for path in paths {
      do {
        for file in try SpecificationFile.files(at: path) {
          let check = FileCheck(file: file, options: self)
          do {
            try await check.run()
          } catch let error as CommandError {
            Terminal.complain(error.message)
            check.tally.statuses.append(error.status)
            check.tally.failed += 1
          }
          statuses += check.tally.statuses
          passed += check.tally.passed
          failed += check.tally.failed
        }
      } catch let error as CommandError {
        Terminal.complain(error.message)
        statuses.append(error.status)
        failed += 1
      }
      if Interrupts.count > 0 { break }
    }
    if passed + failed > 1 && !json && !list && replay == nil {
      Terminal.print("models: \(passed) passed, \(failed) failed")
    }
    let status = Status.mostSerious(statuses)
    if status != .success { throw ExitCode(Int32(status.rawValue)) }
  }
}
