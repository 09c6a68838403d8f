#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file of 64-bit words, written at its end and read anywhere.
///
/// Of each block of it there is a checksum in memory, eight bytes for 64 kB: what is read back is what was written, or it is
/// an error. A file that is there already is never written to, unless it says that it is ours; links are not followed.
final class WordFile {
  /// What a file begins with that is to be found again: that it is one of ours, of which search, and whether a checkpoint
  /// knows of it. One that no checkpoint knows of is of no use once its process is gone.
  struct Header: Equatable {
    static let magic: UInt64 = 0x4C49_5053_5349_4431  // "1DISSPIL"
    static let words = 3
    fileprivate static let claimOffset = 16
    var search: UInt64
  }

  let path: String
  private let descriptor: Int32
  private let headerBytes: Int
  /// Words in it, less the header.
  private(set) var count = 0
  private var buffer: [UInt64] = []
  private static let bufferWords = 1 << 17

  static let blockWords = 1 << 13
  /// Of each block that is full, and of what is in the last one.
  private var sums: [UInt64] = []
  private var lastSum: UInt64 = 0

  /// Makes a new file.
  ///
  /// - Parameters:
  ///   - header: Nil for a file that has none, since its first words tell what it is.
  ///   - isNameless: It has no name any more once it is made, and is gone with the process.
  /// - Throws: `FileError`, a refusal where there is something of that name.
  init(creating path: String, header: Header? = nil, isNameless: Bool = false) throws(FileError) {
    self.path = path
    headerBytes = header == nil ? 0 : Header.words * 8
    if header != nil { Self.removeUseless(path) }
    descriptor = openFile(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw errno == EEXIST
        ? FileError(
          path, reason: "is there already, and is not of this search; remove it, or choose another folder",
          isRefusal: true)
        : FileError(path)
    }
    if isNameless { unlink(path) }
    if let header { try write([Header.magic, header.search, 0], at: 0) }
  }

  /// From now on a checkpoint knows of the file.
  func claim() throws(FileError) { try write([1], at: Header.claimOffset) }

  /// Removes what a search has left behind that was killed before it had a checkpoint, be it before the first word.
  private static func removeUseless(_ path: String) {
    let descriptor = openFile(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var status = stat()
    var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
      status.st_size == 0 || pread(descriptor, &words, 24, 0) == 24 && words.0 == Header.magic && words.2 == 0
    else { return }
    unlink(path)
  }

  /// Opens a file of which so many words are wanted; it may have more, which `cut` removes.
  ///
  /// Nothing is known of what is in it before it was read by `learn`.
  init(opening path: String, header: Header? = nil, count: Int) throws(FileError) {
    self.path = path
    self.count = count
    headerBytes = header == nil ? 0 : Header.words * 8
    descriptor = openFile(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0)
    guard descriptor >= 0 else { throw errno == ELOOP ? FileError(path, reason: "is a link") : FileError(path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(path) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw FileError(path, reason: "is no file") }
    let (size, wanted) = (Int(status.st_size), headerBytes + count * 8)
    guard size >= wanted else {
      throw FileError(path, reason: "is shorter than it was: \(size) bytes instead of \(wanted)")
    }
    guard let header else { return }
    var words = [UInt64](repeating: 0, count: Header.words)
    try words.withUnsafeMutableBufferPointer { words throws(FileError) in try readBytes(at: 0, into: words) }
    guard words[0] == Header.magic, words[1] == header.search else {
      throw FileError(path, reason: "is of another search, or of none")
    }
  }

  deinit { close(descriptor) }

  /// Takes away what lies behind the words that are wanted. Done once it is certain that the file is the right one.
  func cut() throws(FileError) {
    guard ftruncate(descriptor, off_t(headerBytes + count * 8)) == 0 else { throw FileError(path) }
  }

  /// Removes the name, if it is still that of this file.
  func unlinkName() {
    var (own, named) = (stat(), stat())
    guard fstat(descriptor, &own) == 0, lstat(path, &named) == 0, own.st_ino == named.st_ino, own.st_dev == named.st_dev
    else { return }
    unlink(path)
  }

  // MARK: Checksums

  /// Of all words in it. O(blocks).
  var checksum: UInt64 { mix(sums.reduce(0) { Self.sum($0, $1) } &+ UInt64(count), lastSum | 1) }

  private static func sum(_ sum: UInt64, _ word: UInt64) -> UInt64 { mix(sum &+ 0x9E37_79B9_7F4A_7C15, word) }

  private static func sum(_ words: UnsafeBufferPointer<UInt64>) -> UInt64 { words.reduce(0) { sum($0, $1) } }

  private func expectedSum(_ block: Int) -> UInt64 { block < sums.count ? sums[block] : lastSum }

  private func add(_ words: UnsafeBufferPointer<UInt64>) {
    for word in words {
      lastSum = Self.sum(lastSum, word)
      count += 1
      guard count % Self.blockWords == 0 else { continue }
      sums.append(lastSum)
      lastSum = 0
    }
  }

  /// Reads all of it, and from then on expects to find the same.
  func learn(_ body: (UnsafeBufferPointer<UInt64>) -> Void = { _ in }) throws(FileError) {
    let wanted = count
    count = 0
    sums = []
    lastSum = 0
    try withBlock { block throws(FileError) in
      while count < wanted {
        let words = UnsafeMutableBufferPointer(rebasing: block.prefix(wanted - count))
        try readBytes(at: headerBytes + count * 8, into: words)
        add(UnsafeBufferPointer(words))
        body(UnsafeBufferPointer(words))
      }
    }
  }

  // MARK: Writing

  func append(_ word: UInt64) throws(FileError) {
    buffer.append(word)
    if buffer.count == Self.bufferWords { try flush() }
  }

  func append(_ words: UnsafeBufferPointer<UInt64>) throws(FileError) {
    try flush()
    try write(UnsafeRawBufferPointer(words), at: headerBytes + count * 8)
    add(words)
  }

  func flush() throws(FileError) {
    if buffer.isEmpty { return }
    let words = buffer
    buffer.removeAll(keepingCapacity: true)
    try words.withUnsafeBufferPointer { words throws(FileError) in
      try write(UnsafeRawBufferPointer(words), at: headerBytes + count * 8)
      add(words)
    }
  }

  private func write(_ words: [UInt64], at place: Int) throws(FileError) {
    try words.withUnsafeBufferPointer { words throws(FileError) in try write(UnsafeRawBufferPointer(words), at: place) }
  }

  private func write(_ bytes: UnsafeRawBufferPointer, at place: Int) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let written = pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(place + done))
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

  // MARK: Reading

  /// Reads words; there must be so many. What is in the buffer must have been flushed. May be called by several threads.
  ///
  /// Reads, and checks, all blocks that the words are in.
  func read(at first: Int, into words: UnsafeMutableBufferPointer<UInt64>) throws(FileError) {
    var next = first
    let end = first + words.count
    while next < end {
      let block = next / Self.blockWords
      let range = block * Self.blockWords..<min((block + 1) * Self.blockWords, count)
      if next == range.lowerBound && range.upperBound <= end {
        try readBlock(
          block, into: UnsafeMutableBufferPointer(rebasing: words[(next - first)..<(range.upperBound - first)]))
      } else {
        let last = min(range.upperBound, end)
        try withBlock { whole throws(FileError) in
          try readBlock(block, into: UnsafeMutableBufferPointer(rebasing: whole.prefix(range.count)))
          for k in next..<last { words[k - first] = whole[k - range.lowerBound] }
        }
      }
      next = min(range.upperBound, end)
    }
  }

  /// Reads words of which nothing is known yet.
  func readUnchecked(at first: Int, into words: UnsafeMutableBufferPointer<UInt64>) throws(FileError) {
    try readBytes(at: headerBytes + first * 8, into: words)
  }

  private func readBlock(_ block: Int, into words: UnsafeMutableBufferPointer<UInt64>) throws(FileError) {
    try readBytes(at: headerBytes + block * Self.blockWords * 8, into: words)
    guard Self.sum(UnsafeBufferPointer(words)) == expectedSum(block) else {
      throw FileError(path, reason: "is not what was written to it: something else has changed it, or the disk has")
    }
  }

  private func readBytes(at place: Int, into words: UnsafeMutableBufferPointer<UInt64>) throws(FileError) {
    var done = 0
    let bytes = words.count * 8
    while done < bytes {
      let got = pread(
        descriptor, UnsafeMutableRawPointer(words.baseAddress!) + done, bytes - done, off_t(place + done))
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else { throw got == 0 ? FileError(path, reason: "ends too early") : FileError(path) }
      done += got
    }
  }

  private func withBlock(_ body: (UnsafeMutableBufferPointer<UInt64>) throws(FileError) -> Void) throws(FileError) {
    let block = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: Self.blockWords)
    defer { block.deallocate() }
    try body(block)
  }

  /// Calls the body with the words of one part of the file, some at a time.
  func forEach(part: Int, of parts: Int, _ body: (UnsafeBufferPointer<UInt64>) -> Void) throws(FileError) {
    // Whole blocks, so that none is read by two.
    let blocks = (count + Self.blockWords - 1) / Self.blockWords
    let (first, last) = (blocks * part / parts, blocks * (part + 1) / parts)
    try forEach(in: first * Self.blockWords..<max(first * Self.blockWords, min(last * Self.blockWords, count)), body)
  }

  /// Calls the body with a range of the words, some at a time.
  func forEach(in range: Range<Int>, _ body: (UnsafeBufferPointer<UInt64>) -> Void) throws(FileError) {
    try withBlock { block throws(FileError) in
      var next = range.lowerBound
      while next < range.upperBound {
        let end = min((next / Self.blockWords + 1) * Self.blockWords, range.upperBound)
        let words = UnsafeMutableBufferPointer(rebasing: block.prefix(end - next))
        try read(at: next, into: words)
        body(UnsafeBufferPointer(words))
        next = end
      }
    }
  }
}
