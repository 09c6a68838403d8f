import CDistCheckEngine
import DistCheckEngine
import DistCheckMessages
import DistCheckReporting
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The two ends of the talk with the command: the request comes from standard input, events go to what was standard output.
final class EventChannel: Sendable {
  let request: Request
  private let output: Int32
  /// How many frames were written; nil where events are for people to read, one a line.
  private let frameCount: Mutex<UInt64?>

  /// Takes both descriptors away from the specification: what it prints itself goes to standard error, and it reads nothing.
  ///
  /// Without arguments the request is a frame on standard input. That is held open: it ends when the command does, and then
  /// this process ends, too. An argument is a request in JSON, to run a specification by hand or under a profiler.
  init() {
    output = duplicate(1)
    dup2(2, 1)
    signal(SIGPIPE, SIG_IGN)
    if CommandLine.arguments.count > 1 {
      frameCount = Mutex(nil)
      guard let request = try? JSON(parsing: CommandLine.arguments[1])?.decoded(as: Request.self) else {
        Self.refuse("the argument is no request of the command distcheck\n")
      }
      self.request = request
      return
    }
    frameCount = Mutex(0)
    let input = duplicate(0)
    let nothing = open("/dev/null", O_RDONLY)
    if nothing >= 0 {
      dup2(nothing, 0)
      close(nothing)
    }
    request = Self.readRequest(input)
    ce_watch(
      input,
      { channel in
        Unmanaged<EventChannel>.fromOpaque(channel!).takeUnretainedValue().send(.unending)
        _exit(0)
      }, Unmanaged.passRetained(self).toOpaque())
  }

  /// From now on a signal is a wish to stop and report, and so is the end of a time.
  func beginSearch(timeoutMilliseconds: Int?) {
    catchInterrupts()
    if let timeoutMilliseconds { ce_set_time_limit(Int64(timeoutMilliseconds)) }
    send(.began(.search))
  }

  private static func readRequest(_ input: Int32) -> Request {
    var reader = FrameReader(key: 0)
    var bytes = [UInt8](repeating: 0, count: 1 << 12)
    while true {
      if let request = try? reader.next(Request.self) { return request }
      let count = read(input, &bytes, bytes.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        refuse("a compiled specification is run by the command distcheck\n")
      }
      reader.append(bytes[..<count])
    }
  }

  private static func refuse(_ message: String) -> Never {
    _ = Array(message.utf8).withUnsafeBytes { writeBytes(2, $0.baseAddress!, $0.count) }
    exit(64)
  }

  /// Any thread may send.
  func send(_ event: Event) {
    frameCount.withLock { number in
      let bytes: [UInt8]
      if let count = number {
        guard let frame = try? Frame.bytes(of: event, number: count, key: request.key) else { _exit(70) }
        bytes = frame
        number = count + 1
      } else {
        bytes = Array("\((try? JSON(encoding: event)) ?? .null)\n".utf8)
      }
      write(bytes)
    }
  }

  private func write(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let count = writeBytes(output, bytes.baseAddress! + done, bytes.count - done)
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { _exit(70) }  // nobody listens any more
        done += count
      }
    }
  }
}

/// A descriptor far from those that a specification would guess, and not for what it runs.
private func duplicate(_ descriptor: Int32) -> Int32 {
  let high = fcntl(descriptor, F_DUPFD_CLOEXEC, 100)
  return high >= 0 ? high : fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
}

private func writeBytes(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
