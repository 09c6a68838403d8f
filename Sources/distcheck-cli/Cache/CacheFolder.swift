import Foundation

/// Where compiled specifications are kept, and who may write there: what is found in it is run.
enum CacheFolder {
  /// Why there is no such folder, though nothing is wrong with what was asked for.
  struct Unusable: Error {
    var reason: String
  }

  /// The folder that the environment names.
  static func path() throws(Unusable) -> String {
    let environment = ProcessInfo.processInfo.environment
    if let path = environment["DISTCHECK_CACHE"], !path.isEmpty { return URL(fileURLWithPath: path).path }
    if let path = environment["XDG_CACHE_HOME"], path.hasPrefix("/") {
      return URL(fileURLWithPath: path).appending(path: "distcheck").path
    }
    if let home = environment["HOME"], home.hasPrefix("/") {
      return URL(fileURLWithPath: home).appending(path: ".cache/distcheck").path
    }
    throw Unusable(reason: "there is no place for compiled specifications")
  }

  /// Makes the folder if it is not there, for this user alone.
  ///
  /// - Throws: `Unusable` when the system does not give one; `CommandError` for a folder from which nothing is to be run, or
  ///   in which other things are.
  static func prepare(_ path: String) throws {
    // The compiler cannot have it in the names of its files.
    if path.contains(where: \.isNewline) { throw Unusable(path, "its name has a line break") }
    make(path)
    var status = stat()
    if stat(path, &status) != 0, let target = danglingTarget(path) {
      make(target)
    }
    guard stat(path, &status) == 0 else { throw Unusable(path, String(cString: strerror(errno))) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw Unusable(path, "is no folder") }
    var link = stat()
    guard lstat(path, &link) == 0 else { throw Unusable(path, String(cString: strerror(errno))) }
    for status in [link, status] where !isTrusted(status) {
      let mode = String(status.st_mode & 0o7777, radix: 8)
      throw CommandError(
        .usage,
        "\(path): belongs to user \(status.st_uid) and has mode \(mode), so others could put programs there; "
          + "DISTCHECK_CACHE names a folder of your own, of mode 700")
    }
    if runsNothing(path) { throw Unusable(path, "it is on a file system that runs no programs") }
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      throw Unusable(path, String(cString: strerror(EACCES)))
    }
    if let foreign = names.sorted().first(where: { !isOurs($0) }), !names.contains(where: { isEntry($0, in: path) }) {
      throw CommandError(
        .usage,
        "\(path): holds \(foreign), so it is no cache of compiled specifications; "
          + "DISTCHECK_CACHE names a folder for them alone, empty or new")
    }
  }

  private static func runsNothing(_ path: String) -> Bool {
    #if os(Linux)
      var system = statvfs()
      return statvfs(path, &system) == 0 && system.f_flag & 8 != 0  // ST_NOEXEC
    #else
      return false
    #endif
  }

  /// Owned by this user; and if it is no link, nobody else may write there.
  private static func isTrusted(_ status: stat) -> Bool {
    if status.st_mode & S_IFMT == S_IFLNK { return status.st_uid == geteuid() || status.st_uid == 0 }
    return status.st_uid == geteuid() && status.st_mode & 0o022 == 0
  }

  private static func make(_ path: String) {
    var prefix = ""
    for part in path.split(separator: "/") {
      prefix += "/\(part)"
      mkdir(prefix, 0o700)
    }
  }

  private static func danglingTarget(_ path: String) -> String? {
    guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { return nil }
    return URL(fileURLWithPath: target, relativeTo: URL(fileURLWithPath: path).deletingLastPathComponent())
      .standardizedFileURL.path
  }

  // MARK: Names

  static let logPrefix = "compiler-"
  /// In a folder to compile in: the part of the program that is not the specification.
  static let mainName = "distcheck-main.swift"
  private static let workPrefix = "work-"

  /// A new name for a folder to compile in.
  static var workName: String { "\(workPrefix)\(getpid())-\(UInt32.random(in: 0...UInt32.max))" }

  /// The process that compiles in a folder of this name; nil when it is no such name.
  static func worker(_ name: String) -> pid_t? {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "work", UInt32(parts[2]) != nil else { return nil }
    return pid_t(parts[1])
  }

  private static func isOurs(_ name: String) -> Bool {
    if CacheEntry.isName(name) || worker(name) != nil { return true }
    return name.hasPrefix(logPrefix) && name.hasSuffix(".txt") || name.hasPrefix("damaged-")
  }

  private static func isEntry(_ name: String, in path: String) -> Bool {
    CacheEntry.isName(name) && CacheEntry(URL(fileURLWithPath: path).appending(path: name)).isEntry
  }
}

extension CacheFolder.Unusable {
  fileprivate init(_ path: String, _ reason: String) {
    self.reason = "\(path): no place for compiled specifications: \(reason)"
  }
}
