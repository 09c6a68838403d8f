import Foundation

/// The installed Swift compiler, and the parts of distcheck that a specification is compiled against.
struct Toolchain {
  /// swiftc, with links resolved.
  var compiler: URL
  /// Where `DistCheck.swiftmodule` is.
  var modules: URL
  var moduleMap: URL
  /// Paths, since each URL of so many files would cost a look at the disk.
  var objects: [String]
  /// Changes with the compiler and with distcheck, but takes no time to find out.
  var identity: String

  init() throws(CommandError) {
    compiler = try Self.find("swiftc")
    let folder = try Self.libraryFolder()
    modules = folder.appending(path: "Modules")
    moduleMap = folder.appending(path: "CDistCheckEngine.build/module.modulemap")
    objects = Self.objects(in: folder)
    let module = modules.appending(path: "DistCheck.swiftmodule")
    guard !objects.isEmpty, FileManager.default.fileExists(atPath: module.path),
      FileManager.default.fileExists(atPath: moduleMap.path)
    else {
      throw CommandError(
        .internalFault,
        "\(folder.path): the library that specifications are compiled against is not here; "
          + "run distcheck from the folder it was built in, or set DISTCHECK_LIBRARY to that folder")
    }
    identity = (["distcheck \(Command.version)"] + ([compiler.path, module.path] + objects).map(Self.stamp)).joined(
      separator: "\n")
  }

  /// The objects of the library: those that this executable was linked from, since a build folder may hold others, of
  /// source files that are gone.
  private static func objects(in folder: URL) -> [String] {
    let list = folder.appending(path: "distcheck.product/Objects.LinkFileList").path
    let linked = Set(
      String(decoding: FileManager.default.contents(atPath: list) ?? Data(), as: UTF8.self)
        .split(separator: "\n").compactMap { $0.split(separator: "/").last }.map {
          $0.hasSuffix("'") ? $0.dropLast() : $0
        })
    return [
      "DistCheck", "DistCheckMessages", "DistCheckReporting", "DistCheckEngine", "DistCheckLogs",
      "DistCheckTemporal", "CDistCheckEngine",
    ].flatMap { target in
      let build = "\(folder.path)/\(target).build"
      let names = (try? FileManager.default.contentsOfDirectory(atPath: build)) ?? []
      return names.filter { $0.hasSuffix(".o") && (linked.isEmpty || linked.contains($0[...])) }.sorted()
        .map { "\(build)/\($0)" }
    }
  }

  /// Path, size and time of change of a file.
  private static func stamp(_ file: String) -> String {
    var status = stat()
    stat(file, &status)
    #if os(Linux)
      let time = "\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
    #else
      let time = "\(status.st_mtimespec.tv_sec).\(status.st_mtimespec.tv_nsec)"
    #endif
    return "\(file) \(status.st_size) \(time)"
  }

  /// A tool on PATH.
  private static func find(_ name: String) throws(CommandError) -> URL {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    for folder in path.split(separator: ":") {
      let file = URL(fileURLWithPath: String(folder)).appending(path: name)
      if FileManager.default.isExecutableFile(atPath: file.path) { return file }
    }
    throw CommandError(.internalFault, "\(name) is not on PATH; specifications are compiled with the Swift toolchain")
  }

  /// The build folder that this executable lies in.
  private static func libraryFolder() throws(CommandError) -> URL {
    if let folder = ProcessInfo.processInfo.environment["DISTCHECK_LIBRARY"], !folder.isEmpty {
      return URL(fileURLWithPath: folder)
    }
    guard let executable = Bundle.main.executableURL else {
      throw CommandError(.internalFault, "the folder of the executable is not known; set DISTCHECK_LIBRARY")
    }
    return executable.resolvingSymlinksInPath().deletingLastPathComponent()
  }

  /// A tool that comes with the compiler; nil when it does not.
  func companion(_ name: String) -> URL? {
    let file = compiler.resolvingSymlinksInPath().deletingLastPathComponent().appending(path: name)
    return FileManager.default.isExecutableFile(atPath: file.path) ? file : nil
  }
}
