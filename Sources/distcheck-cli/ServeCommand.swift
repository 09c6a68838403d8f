import ArgumentParser
import DistCheckMessages
import DistCheckReporting
import Foundation

/// `distcheck serve`: a specification that a program in any language steps beside its own.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract:
      "Answer requests about a run of a specification: JSON-RPC 2.0 on standard input and output, one message a line.",
    discussion: """
      Methods: begin; enabled, the steps that are possible; take, with an event as "distcheck log" writes it; observe, whether \
      an event fits; would, what an event would lead to; state; explain, why the last event did not fit.
      """)

  @OptionGroup var choice: ModelChoice

  func run() async throws {
    do {
      try await serve()
    } catch let error as CommandError {
      Terminal.complain(error.message)
      throw ExitCode(Int32(error.status.rawValue))
    }
  }

  private func serve() async throws {
    let chosen = try await ChosenModel(choice, command: "serve")
    let input = try ForwardedInput(waits: false)
    input.begin()
    _ = try await chosen.runner.ask(chosen.program, .serve(chosen.subject, path: input.path), about: chosen.model) {
      event in
      // At once, as somebody waits for it.
      if case .line(let line) = event { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }
      return ""
    }
  }
}
