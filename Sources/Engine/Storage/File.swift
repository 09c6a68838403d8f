#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The operating system refuses to read or write a file.
public struct FileError: Error, Equatable {
  public var path: String
  public var reason: String

  init(_ path: String, code: Int32 = errno) {
    self.path = path
    reason = String(cString: strerror(code))
  }

  init(_ path: String, reason: String) {
    self.path = path
    self.reason = reason
  }
}

extension FileError: CustomStringConvertible {
  public var description: String { "\(path): \(reason)" }
}

/// A file of 64-bit words, written at its end and read anywhere.
final class WordFile {
  let path: String
  private let descriptor: Int32
  /// Words in it.
  private(set) var count: Int
  /// Of all words in it.
  private(set) var checksum: UInt64 = 0
  private var buffer: [UInt64] = []
  private static let bufferWords = 1 << 17

  /// Makes a new file.
  ///
  /// - Parameter isNameless: It has no name any more once it is made, and is gone with the process.
  init(creating path: String, isNameless: Bool) throws(FileError) {
    self.path = path
    count = 0
    descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw FileError(path) }
    if isNameless { unlink(path) }
  }

  /// Opens a file of which the first words are wanted, and forgets the others.
  init(opening path: String, count: Int) throws(FileError) {
    self.path = path
    self.count = count
    descriptor = open(path, O_RDWR)
    guard descriptor >= 0 else { throw FileError(path) }
    let size = lseek(descriptor, 0, SEEK_END)
    guard size >= count * 8 else {
      throw FileError(path, reason: "is shorter than it was: \(size) bytes instead of \(count * 8)")
    }
    guard ftruncate(descriptor, off_t(count * 8)) == 0 else { throw FileError(path) }
  }

  /// Reads all of it to see whether it is as it was.
  func verify(checksum expected: UInt64) throws(FileError) {
    var found: UInt64 = 0
    try forEach(part: 0, of: 1) { words in
      for word in words { found = mix(found &+ 0x9E37_79B9_7F4A_7C15, word) }
    }
    guard found == expected else { throw FileError(path, reason: "is not what it was: its checksum is wrong") }
    checksum = found
  }

  deinit { close(descriptor) }

  func append(_ word: UInt64) throws(FileError) {
    buffer.append(word)
    if buffer.count == Self.bufferWords { try flush() }
  }

  func append(_ words: UnsafeBufferPointer<UInt64>) throws(FileError) {
    try flush()
    try write(UnsafeRawBufferPointer(words))
    add(words)
  }

  private func add(_ words: UnsafeBufferPointer<UInt64>) {
    for word in words { checksum = mix(checksum &+ 0x9E37_79B9_7F4A_7C15, word) }
    count += words.count
  }

  func flush() throws(FileError) {
    if buffer.isEmpty { return }
    let words = buffer
    buffer.removeAll(keepingCapacity: true)
    var failure: FileError?
    words.withUnsafeBufferPointer { words in
      do throws(FileError) {
        try write(UnsafeRawBufferPointer(words))
        add(words)
      } catch { failure = error }
    }
    if let failure { throw failure }
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let written = pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(count * 8 + done))
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw FileError(path) }
      done += written
    }
  }

  /// Sees to it that what was written survives a loss of power.
  func synchronize() throws(FileError) {
    try flush()
    guard fsync(descriptor) == 0 else { throw FileError(path) }
  }

  /// Reads words; there must be so many. What is in the buffer must have been flushed. May be called by several threads.
  func read(at first: Int, into words: UnsafeMutableBufferPointer<UInt64>) throws(FileError) {
    var done = 0
    let bytes = words.count * 8
    while done < bytes {
      let got = pread(
        descriptor, UnsafeMutableRawPointer(words.baseAddress!) + done, bytes - done, off_t(first * 8 + done))
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else { throw got == 0 ? FileError(path, reason: "ends too early") : FileError(path) }
      done += got
    }
  }

  /// Calls the body with the words of one part of the file, some at a time.
  func forEach(part: Int, of parts: Int, _ body: (UnsafeBufferPointer<UInt64>) -> Void) throws(FileError) {
    let first = count / parts * part
    try forEach(in: first..<(part == parts - 1 ? count : count / parts * (part + 1)), body)
  }

  /// Calls the body with a range of the words, some at a time.
  func forEach(in range: Range<Int>, _ body: (UnsafeBufferPointer<UInt64>) -> Void) throws(FileError) {
    let block = 1 << 14
    var failure: FileError?
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: block) { words in
      var next = range.lowerBound
      while next < range.upperBound {
        let some = UnsafeMutableBufferPointer(rebasing: words.prefix(min(block, range.upperBound - next)))
        do throws(FileError) { try read(at: next, into: some) } catch {
          failure = error
          return
        }
        body(UnsafeBufferPointer(some))
        next += some.count
      }
    }
    if let failure { throw failure }
  }
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
