import DistCheckReporting
import Foundation

/// Standard output and standard error, and what they can show.
enum Terminal {
  static let outputStyle = Style(isColored: isatty(1) == 1 && allowsColor)
  static let errorStyle = Style(isColored: isatty(2) == 1 && allowsColor)
  static let showsProgress = isatty(2) == 1

  private static var allowsColor: Bool {
    let environment = ProcessInfo.processInfo.environment
    return (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
  }

  /// A line of text.
  static func print(_ line: String) { put(line.visible(keepsColors: outputStyle.isColored)) }

  /// A line for a machine.
  static func print(_ json: JSON) { put(json.description) }

  /// What writes results on standard output.
  static func recorders(writesJSON: Bool, _ options: TextRecorder.Options) -> [any Recorder] {
    writesJSON ? [JSONRecorder { print($0) }] : [TextRecorder(style: outputStyle, options: options) { print($0) }]
  }

  private static func put(_ line: String) {
    clearProgress()
    guard !writeAll(line + "\n", to: 1) else { return }
    let reason = String(cString: strerror(errno))
    complain("standard output: \(reason)")
    PrivateFolder.removeAll()
    exit(Int32(Status.internalFault.rawValue))
  }

  /// One line on standard error, with the name of the tool.
  static func complain(_ message: String) {
    clearProgress()
    writeAll("distcheck: \(message.visible())\n", to: 2)
  }

  /// Text of another tool on standard error, as it is.
  static func passOn(_ text: String) {
    clearProgress()
    writeAll(text.hasSuffix("\n") || text.isEmpty ? text : text + "\n", to: 2)
  }

  // MARK: Progress

  nonisolated(unsafe) private static var isProgressShown = false

  /// Replaces the line of progress, on a terminal. What it has no room for is left out: a line that wraps could not be
  /// cleared.
  static func showProgress(_ line: String) {
    guard showsProgress, !line.isEmpty else { return }
    let (line, room) = (line.visible(), width - 1)
    writeAll("\r\u{1B}[K\(line.count <= room ? line : line.prefix(room - 1) + "…")", to: 2)
    isProgressShown = true
  }

  /// Columns of the terminal.
  private static var width: Int {
    var size = winsize()
    guard ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 2 else { return 80 }
    return Int(size.ws_col)
  }

  static func clearProgress() {
    guard isProgressShown else { return }
    writeAll("\r\u{1B}[K", to: 2)
    isProgressShown = false
  }

  /// - Returns: Whether all was written. For what cannot be said on standard error there is no other place.
  @discardableResult
  private static func writeAll(_ text: String, to descriptor: Int32) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      var written = 0
      while written < bytes.count {
        let count = write(descriptor, bytes.baseAddress! + written, bytes.count - written)
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { return false }
        written += count
      }
      return true
    }
  }
}
