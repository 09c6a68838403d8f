#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A checkpoint on disk: words, the last of which is a checksum of the others.
///
/// It is written beside the one before and renamed over it once it is whole and on the disk, so that there is always one
/// that is whole, whenever the process is killed.
enum CheckpointFile {
  static let magic: UInt64 = 0x4B48_4343_5349_4431  // "1DISCCHK"
  /// Changes whenever what is written, or what it means, does.
  static let format: UInt64 = 1

  static func path(in folder: String) -> String { "\(folder)/checkpoint" }

  static func remove(in folder: String) {
    unlink(path(in: folder))
    unlink(path(in: folder) + ".new")
  }
}

struct CheckpointWriter {
  private let file: WordFile
  private let folder: String
  private var checksum: UInt64 = 0

  init(folder: String) throws(FileError) {
    self.folder = folder
    try Folder.make(folder)
    file = try WordFile(creating: CheckpointFile.path(in: folder) + ".new", isNameless: false)
    try put(CheckpointFile.magic)
    try put(CheckpointFile.format)
  }

  mutating func put(_ word: UInt64) throws(FileError) {
    checksum = mix(checksum &+ 0x9E37_79B9_7F4A_7C15, word)
    try file.append(word)
  }

  mutating func put(_ number: Int) throws(FileError) { try put(UInt64(bitPattern: Int64(number))) }

  mutating func put(_ words: [UInt64]) throws(FileError) {
    try put(words.count)
    for word in words { try put(word) }
  }

  mutating func put(_ text: String) throws(FileError) {
    let bytes = Array(text.utf8)
    try put(bytes.count)
    for first in stride(from: 0, to: bytes.count, by: 8) {
      try put(bytes[first...].prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) })
    }
  }

  /// Puts it in the place of the checkpoint before.
  func finish() throws(FileError) {
    try file.append(checksum)
    try file.synchronize()
    let path = CheckpointFile.path(in: folder)
    guard rename(path + ".new", path) == 0 else { throw FileError(path) }
    // The folder, so that the new name survives a loss of power, too.
    let descriptor = open(folder, O_RDONLY)
    if descriptor >= 0 {
      fsync(descriptor)
      close(descriptor)
    }
  }
}

struct CheckpointReader {
  private let file: WordFile
  private var next = 0
  private var buffer: [UInt64] = []
  private var bufferStart = 0

  /// Opens a checkpoint, and reads it once to see whether it is whole.
  init(folder: String) throws(FileError) {
    let path = CheckpointFile.path(in: folder)
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw FileError(
        folder, reason: errno == ENOENT ? "there is no checkpoint here" : String(cString: strerror(errno)))
    }
    let words = Int(status.st_size) / 8
    guard status.st_size % 8 == 0, words > 3 else { throw FileError(path, reason: "the checkpoint is torn") }
    file = try WordFile(opening: path, count: words)
    guard try read() == CheckpointFile.magic else { throw FileError(path, reason: "is no checkpoint") }
    let format = try read()
    guard format == CheckpointFile.format else {
      throw FileError(path, reason: "the checkpoint is of another version of distcheck (format \(format))")
    }
    var checksum: UInt64 = 0
    next = 0
    for _ in 0..<words - 1 { checksum = mix(checksum &+ 0x9E37_79B9_7F4A_7C15, try read()) }
    guard try read() == checksum else { throw FileError(path, reason: "the checkpoint is torn: its checksum is wrong") }
    next = 2
  }

  var path: String { file.path }

  mutating func read() throws(FileError) -> UInt64 {
    if next < bufferStart || next >= bufferStart + buffer.count {
      bufferStart = next
      let count = min(1 << 16, file.count - next)
      guard count > 0 else { throw FileError(file.path, reason: "the checkpoint ends too early") }
      buffer = Array(repeating: 0, count: count)
      var failure: FileError?
      buffer.withUnsafeMutableBufferPointer { words in
        do throws(FileError) { try file.read(at: next, into: words) } catch { failure = error }
      }
      if let failure { throw failure }
    }
    next += 1
    return buffer[next - 1 - bufferStart]
  }

  mutating func readNumber() throws(FileError) -> Int { Int(Int64(bitPattern: try read())) }

  mutating func readWords() throws(FileError) -> [UInt64] {
    let count = try readNumber()
    var words: [UInt64] = []
    words.reserveCapacity(count)
    for _ in 0..<count { words.append(try read()) }
    return words
  }

  mutating func readText() throws(FileError) -> String {
    let count = try readNumber()
    var bytes: [UInt8] = []
    while bytes.count < count {
      let word = try read()
      for k in 0..<min(8, count - bytes.count) { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(8 * k))) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Reads what the one who wrote a checkpoint has noted in it.
///
/// - Throws: `FileError` when there is none, or when it is torn or of another version.
public func checkpointNotes(in folder: String) throws(FileError) -> [String] {
  var reader = try CheckpointReader(folder: folder)
  var notes: [String] = []
  for _ in 0..<(try reader.readNumber()) { notes.append(try reader.readText()) }
  return notes
}
