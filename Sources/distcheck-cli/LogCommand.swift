import ArgumentParser
import DistCheckMessages
import DistCheckReporting
import Foundation

/// `distcheck log`: logs that a specification would write.
struct LogCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Write a random log of a specification, or sequences that take every transition of a small model.",
    discussion: """
      Each line is a step: {"action": …, "args": […], "changes": {…}}. "distcheck verify SPEC LOG" reads it. With --mutate one \
      thing is changed; a first line says what, and whether the specification allows it all the same.
      """)

  @OptionGroup var choice: ModelChoice

  @Option(help: "Steps of the log, if it does not come to an end before.")
  var length = 100

  @Option(help: "Where randomness begins: the same seed makes the same log. (default: another one each time)")
  var seed: Int?

  @Flag(help: "Change one thing of the log.")
  var mutate = false

  @Flag(help: "Write sequences that take every transition at least once; each begins with a line \"initial\".")
  var tour = false

  @Option(help: "The most states of a model of which --tour goes through the transitions. (default: 10,000)")
  var maxStates: Int?

  func validate() throws {
    if length < 1 { throw ValidationError("--length \(length): must be at least 1") }
    if length > 1_000_000 { throw ValidationError("--length \(length): must be at most 1,000,000") }
    if let seed, seed < 0 { throw ValidationError("--seed \(seed): must be at least 0") }
    if tour && mutate { throw ValidationError("--tour and --mutate exclude each other") }
    if tour && seed != nil { throw ValidationError("--tour has nothing random: leave out --seed") }
    if let maxStates {
      if !tour { throw ValidationError("--max-states is for --tour") }
      if maxStates < 1 { throw ValidationError("--max-states \(maxStates): must be at least 1") }
    }
  }

  func run() async throws {
    do {
      try await write()
    } catch let error as CommandError {
      Terminal.complain(error.message)
      throw ExitCode(Int32(error.status.rawValue))
    }
  }

  private func write() async throws {
    let chosen = try await ChosenModel(choice, command: "log")
    let request = Request.LogWriting(
      seed: seed ?? Int.random(in: 0..<1_000_000_000), length: length, mutates: mutate,
      tourLimit: tour ? maxStates ?? 10_000 : nil)
    _ = try await chosen.runner.ask(chosen.program, .write(chosen.subject, request), about: chosen.model) { event in
      if case .line(let line) = event { print(line) }
      return ""
    }
  }
}
