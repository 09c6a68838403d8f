import ArgumentParser

/// The command line: `distcheck Specs/raft.swift`.
struct Command: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "distcheck",
    abstract: "Checks specifications of distributed protocols, and shows how to break them.",
    discussion: """
      Exit codes:
        0   every expectation is met
        10  an assumption of a specification is false, or an expected violation or count did not come
        11  a deadlock
        12  a safety property is violated
        13  a liveness property is violated
        20  inconclusive: a bound, a budget or a signal stopped the search
        64  wrong usage
        65  a specification does not compile, or is none
        70  a fault of distcheck itself, or of its surroundings: no compiler, a full disk
        75  a specification failed while running: overflow, capacity, index; it is not deterministic; two builds differ
      With several models, the most serious one decides: 70, 65, 64, 75, 12, 13, 11, 10, 20.
      """,
    version: version,
    subcommands: [CheckCommand.self, SimulateCommand.self, ResumeCommand.self, NewCommand.self],
    defaultSubcommand: CheckCommand.self)
}

@main
enum Main {
  static func main() async {
    do {
      var command = try Command.parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch let error as CommandError {
      Terminal.complain(error.message)
      Command.exit(withError: ExitCode(Int32(error.status.rawValue)))
    } catch let code as ExitCode {
      Command.exit(withError: code)
    } catch  where Command.exitCode(for: error) == .success {
      Command.exit(withError: error)  // --help and --version
    } catch {
      Terminal.complain(Command.message(for: error) + " (see distcheck --help)")
      Command.exit(withError: ExitCode(Int32(Status.usage.rawValue)))
    }
  }
}
