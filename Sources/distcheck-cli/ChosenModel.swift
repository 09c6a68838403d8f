import ArgumentParser
import DistCheckMessages
import Foundation

/// One model of one specification, as the command line names it.
struct ModelChoice: ParsableArguments {
  @Argument(help: "A specification file.")
  var path: String

  @Option(name: .customLong("model"), help: "The model with this name. (default: the first)")
  var model: String?

  @Option(
    name: .customShort("D"), parsing: .singleValue,
    help: ArgumentHelp("Set a constant of the model: -D servers=5.", valueName: "name=value"))
  var constants: [String] = []

  @OptionGroup var compilation: CompilationOptions
}

/// That model, compiled with the constants that the command line gives.
struct ChosenModel {
  var runner: ModelRunner
  var model: ModelRunner.Model
  var program: URL
  var subject: Request.Subject

  /// - Parameter command: What errors call whoever asks.
  init(_ choice: ModelChoice, command: String) async throws {
    let file = try SpecificationFile.file(at: choice.path, with: choice.compilation.companions, command: command)
    let values = try ConstantSetting.values(choice.constants, command: command)
    runner = ModelRunner(file: file)
    let compiler = try SpecificationCompiler()
    let all = try await runner.listModels(try await compiler.program(for: file), limit: nil)
    model = try runner.choose(from: all, named: choice.model.map { [$0] } ?? [], setsConstants: true)[0]
    (program, subject) = try await runner.configure(model, values, compiler)
  }
}
