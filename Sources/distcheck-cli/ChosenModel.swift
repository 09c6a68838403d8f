import DistCheckMessages
import Foundation

/// One model of one specification, compiled with the constants that the command line gives.
struct ChosenModel {
  var runner: ModelRunner
  var model: ModelRunner.Model
  var program: URL
  var subject: Request.Subject

  /// - Parameters:
  ///   - name: The model; the first where it is nil.
  ///   - command: What errors call whoever asks.
  init(
    _ path: String, _ name: String?, _ constants: [String], _ compilation: CompilationOptions, command: String
  ) async throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw CommandError(.usage, "\(path): is a folder; \(command) takes one specification")
    }
    let file = try SpecificationFile.files(at: path, with: compilation.companions)[0]
    let settings = try ConstantSetting.all(constants)
    for setting in settings where setting.values.count > 1 {
      throw CommandError(.usage, "-D \(setting.name): \(command) takes one value; ranges are for checking")
    }
    runner = ModelRunner(file: file)
    let compiler = try SpecificationCompiler()
    let all = try await runner.listModels(try await compiler.program(for: file), limit: nil)
    model = try runner.choose(from: all, named: name.map { [$0] } ?? [], setsConstants: true)[0]
    (program, subject) = try await runner.configure(model, ConstantSetting.combinations(settings)[0], compiler)
  }
}
