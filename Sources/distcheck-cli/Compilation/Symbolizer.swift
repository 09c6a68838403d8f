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
    guard let place = place(await symbols(of: fault.frames, in: program).flatMap { $0 }, in: file) else { return fault }
    fault.line = place.line
    fault.message = place.reason ?? fault.message
    return fault
  }

  /// Gives allocations their lines.
  func locate(
    _ allocations: [Report.Allocation], in program: URL, of file: SpecificationFile
  ) async -> [Report.Allocation] {
    var symbols = await symbols(of: allocations.flatMap(\.frames), in: program)[...]
    return allocations.map { allocation in
      var allocation = allocation
      allocation.line = place(symbols.prefix(allocation.frames.count).flatMap { $0 }, in: file)?.line
      symbols = symbols.dropFirst(allocation.frames.count)
      return allocation
    }
  }

  /// By address: the functions that the code there is inlined into, innermost first.
  private func symbols(of addresses: [UInt64], in program: URL) async -> [[JSON]] {
    guard !addresses.isEmpty, let tool = toolchain.companion("llvm-symbolizer") else { return [] }
    let arguments = addresses.map { "0x" + String($0, radix: 16) }
    let result = try? await Subprocess.run(
      .path(FilePath(tool.path)),
      arguments: Arguments(["--obj=\(program.path)", "--inlines", "--output-style=JSON"] + arguments),
      output: .string(limit: 4 << 20), error: .discarded)
    return (result?.standardOutput).flatMap { JSON(parsing: $0) }?.array.map { $0["Symbol"].array } ?? []
  }

  /// The innermost line of the specification, and the check of the compiler's that is within it.
  private func place(_ frames: [JSON], in file: SpecificationFile) -> (line: Int?, reason: String?)? {
    let name = file.url.lastPathComponent
    let inSpecification = frames.firstIndex {
      URL(fileURLWithPath: $0["FileName"].string ?? "").lastPathComponent == name && ($0["Line"].integer ?? 0) > 0
    }
    guard let inSpecification else { return nil }
    // The compiler marks its own checks as inlined functions with telling names.
    let marker = "Swift runtime failure: "
    let reason = frames[...inSpecification].lazy.compactMap { $0["FunctionName"].string }
      .first { $0.hasPrefix(marker) }
    return (frames[inSpecification]["Line"].integer, reason.map { String($0.dropFirst(marker.count)) })
  }
}
