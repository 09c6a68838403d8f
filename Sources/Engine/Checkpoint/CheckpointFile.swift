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
  static let format: UInt64 = 2

  static func path(in folder: String) -> String { "\(folder)/checkpoint" }
  static func newPath(in folder: String) -> String { path(in: folder) + newSuffix }
  private static let newSuffix = ".new"

  static func remove(in folder: String) {
    for path in [path(in: folder), newPath(in: folder)] where isOurs(path) == true { unlink(path) }
  }

  /// Whether a file is a checkpoint, or the beginning of one; nil where there is none. Links are not followed.
  ///
  /// An empty one in the place of the next checkpoint is the beginning of one, too: its search was killed between making
  /// the file and writing the first word, and there is nothing in it that anyone could lose.
  static func isOurs(_ path: String) -> Bool? {
    var status = stat()
    guard lstat(path, &status) == 0 else { return errno == ENOENT ? nil : false }
    let descriptor = openFile(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var word: UInt64 = 0
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
    if status.st_size == 0 { return path.hasSuffix(newSuffix) }
    return pread(descriptor, &word, 8, 0) == 8 && word == magic
  }

  /// - Throws: `FileError`, a refusal, where something lies in the place of a checkpoint that is none.
  static func refuseOthers(in folder: String) throws(FileError) {
    for path in [path(in: folder), newPath(in: folder)] where isOurs(path) == false {
      throw FileError(
        path, reason: "is there already, and is no checkpoint; remove it, or choose another folder", isRefusal: true)
    }
  }
}

/// Two checksums of words that have nothing in common, so that what fits one by intent or by chance does not fit the other.
struct CheckpointSeal: Equatable {
  private(set) var first: UInt64 = 0
  private(set) var second: UInt64 = 0x6A09_E667_F3BC_C908

  mutating func add(_ word: UInt64) {
    first = mix(first &+ 0x9E37_79B9_7F4A_7C15, word)
    second = (second ^ word) &* 0x9FB2_1C65_1E98_DF25
    second ^= second >> 28
  }

  static let words = 2
}

struct CheckpointWriter {
  private let file: WordFile
  private let folder: String
  private var seal = CheckpointSeal()

  init(folder: String) throws(FileError) {
    self.folder = folder
    try Folder.make(folder)
    try CheckpointFile.refuseOthers(in: folder)
    let path = CheckpointFile.newPath(in: folder)
    unlink(path)  // one that was being written when the process was killed
    file = try WordFile(creating: path)
    try put(CheckpointFile.magic)
    try put(CheckpointFile.format)
    try file.flush()  // from now on it can be told for ours
  }

  mutating func put(_ word: UInt64) throws(FileError) {
    seal.add(word)
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
  ///
  /// - Parameter claim: What is to be done when everything is on disk, and nothing but the new name is missing.
  func finish(claim: () throws(FileError) -> Void) throws(FileError) {
    try file.append(seal.second)
    try file.append(seal.first)
    try file.synchronize()
    let path = CheckpointFile.path(in: folder)
    try CheckpointFile.refuseOthers(in: folder)
    try claim()
    guard rename(file.path, path) == 0 else { throw FileError(path) }
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
    guard lstat(path, &status) == 0 else {
      throw FileError(
        folder,
        reason: errno == ENOENT || errno == ENOTDIR
          ? "there is no checkpoint here" : String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw FileError(path, reason: "is no checkpoint") }
    let words = Int(status.st_size) / 8
    guard status.st_size % 8 == 0, words > 2 + CheckpointSeal.words else {
      throw FileError(path, reason: "the checkpoint is torn")
    }
    guard CheckpointFile.isOurs(path) == true else { throw FileError(path, reason: "is no checkpoint") }
    file = try WordFile(opening: path, count: words)
    next = 1
    let format = try readUnchecked()
    guard format == CheckpointFile.format else {
      throw FileError(path, reason: "the checkpoint is of another version of distcheck (format \(format))")
    }
    var seal = CheckpointSeal()
    var rest = words - CheckpointSeal.words
    var last: [UInt64] = []
    try file.learn { words in
      for word in words {
        if rest > 0 { seal.add(word) } else { last.append(word) }
        rest -= 1
      }
    }
    guard last == [seal.second, seal.first] else {
      throw FileError(path, reason: "the checkpoint is torn: its checksum is wrong")
    }
    next = 2
  }

  var path: String { file.path }

  /// Words that were not read yet, less the checksums.
  var rest: Int { file.count - CheckpointSeal.words - next }

  /// A number of the checkpoint is none that it can be.
  func damaged(_ what: String) -> FileError { FileError(path, reason: "the checkpoint is damaged: \(what)") }

  /// The second word, before it is known what the others are.
  private func readUnchecked() throws(FileError) -> UInt64 {
    var words: [UInt64] = [0, 0]
    try words.withUnsafeMutableBufferPointer { words throws(FileError) in try file.readUnchecked(at: 0, into: words) }
    return words[1]
  }

  mutating func read() throws(FileError) -> UInt64 {
    guard rest > 0 else { throw damaged("it ends too early") }
    if next < bufferStart || next >= bufferStart + buffer.count {
      bufferStart = next
      buffer = Array(repeating: 0, count: min(1 << 16, file.count - next))
      try buffer.withUnsafeMutableBufferPointer { words throws(FileError) in try file.read(at: next, into: words) }
    }
    next += 1
    return buffer[next - 1 - bufferStart]
  }

  /// A number that is at least 0.
  ///
  /// - Parameter most: The greatest that it can be.
  mutating func readNumber(_ what: String = "a number", atMost most: Int = .max) throws(FileError) -> Int {
    let number = Int(Int64(bitPattern: try read()))
    guard (0...most).contains(number) else { throw damaged("\(what) is \(number)") }
    return number
  }

  /// How many things follow, each of at least so many words.
  mutating func readCount(_ what: String, words: Int = 1) throws(FileError) -> Int {
    let count = try readNumber(what)
    guard count <= rest / words else { throw damaged("\(what) is \(count)") }
    return count
  }

  mutating func readWords() throws(FileError) -> [UInt64] {
    let count = try readCount("a number of words")
    var words: [UInt64] = []
    words.reserveCapacity(count)
    for _ in 0..<count { words.append(try read()) }
    return words
  }

  mutating func readText() throws(FileError) -> String {
    let count = try readNumber("the length of a text")
    guard count / 8 <= rest else { throw damaged("the length of a text is \(count)") }
    var bytes: [UInt8] = []
    while bytes.count < count {
      let word = try read()
      for k in 0..<min(8, count - bytes.count) { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(8 * k))) }
    }
    guard let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(0) else {
      throw damaged("a text is none")
    }
    return text
  }

  /// Everything was read.
  func finish() throws(FileError) {
    if rest != 0 { throw damaged("it does not end where it should") }
  }
}

/// The file that a checkpoint in a folder is.
public func checkpointPath(in folder: String) -> String { CheckpointFile.path(in: folder) }

/// Reads what the one who wrote a checkpoint has noted in it.
///
/// - Throws: `FileError` when there is none, or when it is torn or of another version.
public func checkpointNotes(in folder: String) throws(FileError) -> [String] {
  var reader = try CheckpointReader(folder: folder)
  var notes: [String] = []
  for _ in 0..<(try reader.readCount("the number of notes")) { notes.append(try reader.readText()) }
  return notes
}
