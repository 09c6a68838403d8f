import Foundation

/// Standard input, handed on to the process of a specification by a named pipe, as that has no standard input of its own.
final class ForwardedInput: @unchecked Sendable {
  /// The pipe.
  let path: String
  /// The first line, which may say what the rest needs to be read.
  let firstLine: String
  private let beginning: Data

  /// - Parameter waits: Whether it waits for the first line.
  init(waits: Bool = true) throws(CommandError) {
    path = try PrivateFolder.make().appending(path: "log").path
    guard mkfifo(path, 0o600) == 0 else {
      throw CommandError(.internalFault, "\(path): \(String(cString: strerror(errno)))")
    }
    var data = Data()
    while waits, !data.contains(10), data.count < 1 << 20 {
      let more = Self.read()
      if more.isEmpty { break }
      data += more
    }
    if Interrupts.count > 0 { throw CommandError(.inconclusive, "standard input: interrupted") }
    beginning = data
    firstLine = String(decoding: data.prefix { $0 != 10 }, as: UTF8.self)
  }

  /// What comes next; nothing at the end, and once there was a signal.
  private static func read() -> Data {
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      // A signal does not end a read.
      var input = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
      let ready = poll(&input, 1, 100)
      if Interrupts.count > 0 { return Data() }
      if ready == 0 || ready < 0 && errno == EINTR { continue }
      let count = Foundation.read(0, &bytes, bytes.count)
      if count < 0 && errno == EINTR { continue }
      return Data(bytes.prefix(max(0, count)))
    }
  }

  /// From now on what comes is handed on, until one of both ends closes.
  func begin() {
    Thread.detachNewThread { [path, beginning] in
      signal(SIGPIPE, SIG_IGN)
      let pipe = open(path, O_WRONLY | O_CLOEXEC)
      guard pipe >= 0 else { return }
      defer { close(pipe) }
      var data = beginning.isEmpty ? Self.read() : beginning
      while !data.isEmpty {
        let isWritten = data.withUnsafeBytes { bytes in
          var done = 0
          while done < bytes.count {
            let count = write(pipe, bytes.baseAddress! + done, bytes.count - done)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return false }
            done += count
          }
          return true
        }
        if !isWritten { return }
        data = Self.read()
      }
    }
  }
}
