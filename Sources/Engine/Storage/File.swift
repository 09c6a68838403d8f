#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file or folder that cannot be used.
public struct FileError: Error, Equatable {
  public var path: String
  public var reason: String
  /// Whether it is not the system that fails: somebody else uses the folder, or what lies there is not ours.
  public var isRefusal = false

  init(_ path: String, code: Int32 = errno) {
    self.path = path
    reason = String(cString: strerror(code))
  }

  public init(_ path: String, reason: String, isRefusal: Bool = false) {
    self.path = path
    self.reason = reason
    self.isRefusal = isRefusal
  }
}

extension FileError: CustomStringConvertible {
  public var description: String { "\(path): \(reason)" }
}

public enum Folder {
  /// Makes a folder if it is not there yet.
  ///
  /// - Throws: `FileError` when nothing can be written in it.
  public static func make(_ path: String) throws(FileError) {
    var prefix = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      prefix += prefix.isEmpty || prefix.hasSuffix("/") ? part : "/" + part
      if mkdir(prefix, 0o755) != 0 && errno != EEXIST { throw FileError(prefix) }
    }
    var status = stat()
    guard stat(path, &status) == 0 else { throw FileError(path) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw FileError(path, reason: "is no folder") }
    guard access(path, W_OK) == 0 else { throw FileError(path) }
  }
}
