#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// One search at a time writes what it spills, or its checkpoints, in a folder.
///
/// A locked file (`flock`) that holds the number of the process, and is gone with the lock. The system lets go of the lock
/// when the process dies, however it does; what is left of the file then is taken over by the next.
final class FolderLock {
  /// What a folder is locked for; one search may use it for both.
  enum Purpose: String {
    case spill, checkpoint
  }

  private static let signature = "distcheck "
  /// A process that was just killed takes a moment to be gone.
  private static let attempts = 20
  private static let pause: UInt32 = 50_000  // microseconds

  private let path: String
  private let descriptor: Int32

  /// - Throws: `FileError`, a refusal with the number of the process where another search has the folder.
  init(_ folder: String, for purpose: Purpose) throws(FileError) {
    path = "\(folder)/.distcheck-\(purpose.rawValue)-lock"
    var taken: Int32?
    for attempt in 1...Self.attempts where taken == nil {
      let descriptor = try Self.open(path)
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
        // Whoever had it before removes the name first; then this is not the file that the next one will find.
        if Self.isNamed(descriptor, path) { taken = descriptor } else { close(descriptor) }
        continue
      }
      let code = errno
      defer { close(descriptor) }
      guard code == EWOULDBLOCK || code == EINTR else { throw FileError(path, code: code) }
      if attempt == Self.attempts { break }
      usleep(Self.pause)
    }
    guard let taken else {
      throw FileError(
        folder, reason: "another search is going on here\(Self.holder(path).map { ", process \($0)" } ?? "")",
        isRefusal: true)
    }
    descriptor = taken
    let text = Array("\(Self.signature)\(getpid())\n".utf8)
    guard ftruncate(taken, 0) == 0, pwrite(taken, text, text.count, 0) == text.count else {
      throw FileError(path)
    }
  }

  deinit {
    unlink(path)
    close(descriptor)
  }

  private static func open(_ path: String) throws(FileError) -> Int32 {
    let descriptor = openFile(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw errno == ELOOP ? FileError(path, reason: "is a link", isRefusal: true) : FileError(path)
    }
    var status = stat()
    fstat(descriptor, &status)
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size == 0 || text(descriptor).hasPrefix(signature) else {
      close(descriptor)
      throw FileError(path, reason: "is none of distcheck's files", isRefusal: true)
    }
    return descriptor
  }

  private static func isNamed(_ descriptor: Int32, _ path: String) -> Bool {
    var (own, named) = (stat(), stat())
    return fstat(descriptor, &own) == 0 && lstat(path, &named) == 0 && own.st_ino == named.st_ino
      && own.st_dev == named.st_dev
  }

  private static func text(_ descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  /// The process that has the lock.
  private static func holder(_ path: String) -> Int? {
    let descriptor = openFile(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return Int(text(descriptor).dropFirst(signature.count).prefix { $0.isNumber })
  }
}

/// `open`, under a name that methods of the same name do not hide.
func openFile(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 { open(path, flags, mode) }
