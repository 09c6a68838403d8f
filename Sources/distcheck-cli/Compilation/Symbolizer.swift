import DistCheckReporting
import Foundation
import Subprocess
import SystemPackage

/// Finds the line of the specification at which it failed, from code addresses and debug information.
///
/// Done by the `llvm-symbolizer` that comes with the Swift toolchain; where it is missing the line stays unknown.
struct Symbolizer {
  var toolchain: Toolchain

  /// Gives a fault its line, and a trap its reason.
  func locate(_ fault: Report.Fault, in program: URL, of file: SpecificationFile) async -> Report.Fault {
    var fault = fault
    guard !fault.frames.isEmpty, let tool = toolchain.companion("llvm-symbolizer") else { return fault }
    let addresses = fault.frames.map { "0x" + String($0, radix: 16) }
    let result = try? await Subprocess.run(
      .path(FilePath(tool.path)),
      arguments: Arguments(["--obj=\(program.path)", "--inlines", "--output-style=JSON"] + addresses),
      output: .string(limit: 4 << 20), error: .discarded)
    let frames = (result?.standardOutput).flatMap { JSON(parsing: $0) }?.array.flatMap { $0["Symbol"].array } ?? []
    let name = file.url.lastPathComponent
    let inSpecification = frames.firstIndex {
      URL(fileURLWithPath: $0["FileName"].string ?? "").lastPathComponent == name && ($0["Line"].integer ?? 0) > 0
    }
    guard let inSpecification else { return fault }
    fault.line = frames[inSpecification]["Line"].integer
    // The compiler marks its own checks as inlined functions with telling names.
    let marker = "Swift runtime failure: "
    if let reason = frames[...inSpecification].compactMap({ $0["FunctionName"].string }).first(where: {
      $0.hasPrefix(marker)
    }
    ) {
      fault.message = String(reason.dropFirst(marker.count))
    }
    return fault
  }
}
