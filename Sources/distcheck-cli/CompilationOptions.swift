import ArgumentParser

/// What every command that compiles a specification can be told of it.
struct CompilationOptions: ParsableArguments {
  @Option(
    name: .customLong("with"), parsing: .singleValue,
    help: ArgumentHelp(
      "Compile this Swift file with the specification, as a line \"// distcheck: with FILE\" in it does.",
      valueName: "file"))
  var companions: [String] = []
}
