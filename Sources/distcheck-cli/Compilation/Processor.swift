import Foundation

/// The processor of this machine. Specifications are compiled for it and for no other: a program that a cache brings to
/// another machine might not run there, so what the processor is belongs to what a program was compiled from.
enum Processor {
  /// Flags of the compiler.
  static var flags: [String] {
    #if arch(x86_64)
      ["-Xcc", "-march=native"]
    #else
      ["-Xcc", "-mcpu=native"]
    #endif
  }

  /// Its name, and what it can do; empty where the system does not say.
  static let identity: String = {
    #if os(Linux)
      let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
      let first = text.split(separator: "\n\n").first ?? ""
      let telling = ["model name", "flags", "CPU implementer", "CPU part", "CPU variant", "Features", "isa"]
      return first.split(separator: "\n").filter { line in telling.contains { line.hasPrefix($0) } }
        .joined(separator: "\n")
    #else
      var size = 0
      sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0)
      var name = [CChar](repeating: 0, count: size + 1)
      sysctlbyname("machdep.cpu.brand_string", &name, &size, nil, 0)
      return String(cString: name)
    #endif
  }()
}
