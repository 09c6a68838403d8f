#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The lines of a file, one after the other, in constant memory; what `gzip` has packed is unpacked on the way.
final class LogInput {
  /// As the user named it.
  let name: String
  /// The number of the line that was read last, from 1.
  private(set) var line = 0
  /// Whether that line was the last one of the file, and has no end.
  private(set) var isUnfinished = false

  private var descriptor: Int32
  private var unpacker: pid_t?
  /// Whether reading can take as long as whoever writes likes.
  private let waits: Bool
  private let isStopped: () -> Bool

  private var buffer: [UInt8]
  private var first = 0
  private var end = 0
  /// What is known to hold no end of a line.
  private var searched = 0
  private var isAtEnd = false

  /// No line is longer: whatever is, is no log.
  static let longestLine = 64 << 20

  /// - Parameters:
  ///   - path: A file, or a named pipe.
  ///   - name: What errors call it.
  ///   - isStopped: Asked while there is nothing to read.
  init(path: String, name: String, isStopped: @escaping () -> Bool = { false }) throws(LogError) {
    self.name = name
    self.isStopped = isStopped
    buffer = [UInt8](repeating: 0, count: 1 << 16)
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw LogError(reason(errno), file: name) }
    var status = stat()
    fstat(descriptor, &status)
    if status.st_mode & S_IFMT == S_IFDIR { throw LogError("is a folder", file: name) }
    waits = status.st_mode & S_IFMT != S_IFREG
    if name.hasSuffix(".gz") { try unpack() }
  }

  deinit { close() }

  private func close() {
    if descriptor >= 0 {
      #if canImport(Glibc)
        Glibc.close(descriptor)
      #elseif canImport(Musl)
        Musl.close(descriptor)
      #else
        Darwin.close(descriptor)
      #endif
    }
    descriptor = -1
    if let unpacker {
      var status: Int32 = 0
      kill(unpacker, SIGKILL)
      waitpid(unpacker, &status, 0)
    }
    unpacker = nil
  }

  /// Has `gzip` read the file, and reads what that writes.
  private func unpack() throws(LogError) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw LogError(reason(errno), file: name) }
    _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
    _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, descriptor, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var process = pid_t()
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("gzip"), strdup("-dc"), nil]
    defer { for argument in arguments { free(argument) } }
    let code = posix_spawnp(&process, "gzip", &actions, nil, &arguments, environ)
    _ = systemClose(ends[1])
    _ = systemClose(descriptor)
    descriptor = ends[0]
    guard code == 0 else { throw LogError("gzip, which is to unpack it, cannot be run: \(reason(code))", file: name) }
    unpacker = process
  }

  /// The next line, without its end, for as long as the next one is not asked for; nil where there is none, or where reading
  /// was stopped.
  func next() throws(LogError) -> ArraySlice<UInt8>? {
    while true {
      if let place = newline() {
        defer { first = place + 1 }
        line += 1
        searched = place + 1
        return trimmed(first..<place)
      }
      searched = end
      if isAtEnd {
        guard first < end else { return nil }
        line += 1
        isUnfinished = true
        defer { first = end }
        return trimmed(first..<end)
      }
      guard try fill() else { return nil }
    }
  }

  private func newline() -> Int? {
    guard searched < end else { return nil }
    return buffer.withUnsafeBytes { bytes in
      guard let found = memchr(bytes.baseAddress! + searched, 10, end - searched) else { return nil }
      return UnsafeRawPointer(found) - bytes.baseAddress!
    }
  }

  private func trimmed(_ range: Range<Int>) -> ArraySlice<UInt8> {
    var range = range
    if !range.isEmpty, buffer[range.upperBound - 1] == 13 { range = range.lowerBound..<range.upperBound - 1 }
    return buffer[range]
  }

  /// - Returns: False where reading was stopped.
  private func fill() throws(LogError) -> Bool {
    if first > 0 {
      buffer.withUnsafeMutableBytes { bytes in
        _ = memmove(bytes.baseAddress!, bytes.baseAddress! + first, end - first)
      }
      (first, end, searched) = (0, end - first, searched - first)
    }
    if end == buffer.count {
      guard buffer.count < Self.longestLine else {
        throw LogError("the line is longer than \(Self.longestLine >> 20) MB", file: name, line: line + 1)
      }
      buffer.append(contentsOf: [UInt8](repeating: 0, count: buffer.count))
    }
    while true {
      if waits {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let ready = systemPoll(&poll, 100)
        if isStopped() { return false }
        if ready == 0 || ready < 0 && errno == EINTR { continue }
      }
      let count = buffer.withUnsafeMutableBytes { bytes in
        read(descriptor, bytes.baseAddress! + end, bytes.count - end)
      }
      if count < 0 && errno == EINTR { continue }
      if count < 0 { throw LogError(reason(errno), file: name) }
      end += count
      if count == 0 { try finish() }
      return true
    }
  }

  private func finish() throws(LogError) {
    isAtEnd = true
    guard let unpacker else { return }
    self.unpacker = nil
    var status: Int32 = 0
    while waitpid(unpacker, &status, 0) < 0 && errno == EINTR {}
    if status != 0 { throw LogError("is damaged: gzip cannot unpack it to its end", file: name, line: line + 1) }
  }
}

private func systemClose(_ descriptor: Int32) -> Int32 { close(descriptor) }
private func systemPoll(_ descriptor: UnsafeMutablePointer<pollfd>, _ milliseconds: Int32) -> Int32 {
  poll(descriptor, 1, milliseconds)
}

private func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
