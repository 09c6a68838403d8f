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
        12  a safety property is violated, or a log is rejected
        13  a liveness property is violated
        20  inconclusive: a bound, a budget or a signal stopped the search
        64  wrong usage
        65  a specification does not compile, or is none; a log cannot be read
        70  a fault of distcheck itself, or of its surroundings: no compiler, a full disk
        75  a specification failed while running: overflow, capacity, index; it is not deterministic; two builds differ
      With several models, the most serious one decides: 70, 65, 64, 75, 12, 13, 11, 10, 20.
      """,
    version: version,
    subcommands: [
      CheckCommand.self, SimulateCommand.self, VerifyCommand.self, LogCommand.self, ServeCommand.self,
      ResumeCommand.self, NewCommand.self,
    ],
    defaultSubcommand: CheckCommand.self)
}

@main
enum Main {
  static func main() async {
    let error = await run()
    PrivateFolder.removeAll()
    Command.exit(withError: error)
  }

  /// What the command ends with; nil where all is well.
  private static func run() async -> (any Error)? {
    do {
      try Repetitions.refuse(CommandLine.arguments.dropFirst())
      var command = try Command.parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      return nil
    } catch let error as CommandError {
      Terminal.complain(error.message)
      return ExitCode(Int32(error.status.rawValue))
    } catch let code as ExitCode {
      return code
    } catch  where Command.exitCode(for: error) == .success {
      return error  // --help and --version
    } catch {
      Terminal.complain(Command.message(for: error) + " (see distcheck --help)")
      return ExitCode(Int32(Status.usage.rawValue))
    }
  }
}

/// Options that were given twice: of two values one would be ignored.
enum Repetitions {
  /// Each of these adds to those before.
  private static let lists: Set<Substring> = ["--model", "--witness", "--with", "--config"]

  static func refuse(_ arguments: some Sequence<String>) throws(CommandError) {
    var seen: Set<Substring> = []
    // A value that begins with a dash is joined to its option by "=", so what begins so is an option.
    for argument in arguments.prefix(while: { $0 != "--" }) where argument.hasPrefix("--") {
      let name = argument.prefix { $0 != "=" }
      if !lists.contains(name) && !seen.insert(name).inserted {
        throw CommandError(.usage, "\(name): is given twice (see distcheck --help)")
      }
    }
  }
}
