/// Reads a log: its lines one after the other, taken apart into fields.
public final class LogReader {
  private let input: LogInput
  private let format: LogFormat
  private let pattern: LinePattern?
  /// Lines that a pattern sees together.
  private var window: [[UInt8]] = []
  private var states: ITFTrace?

  /// Lines that held nothing for the reader: empty ones, and those that a pattern does not match.
  public private(set) var passedOver = 0

  /// - Parameters:
  ///   - path: A file, or a named pipe.
  ///   - name: What errors call it.
  ///   - isStopped: Asked while there is nothing to read.
  /// - Throws: `LogError` where the file cannot be read, or the pattern is none.
  public init(
    path: String, name: String, format: LogFormat, isStopped: @escaping () -> Bool = { false }
  ) throws(LogError) {
    self.format = format
    if case .pattern(let text) = format { pattern = try LinePattern(text) } else { pattern = nil }
    input = try LogInput(path: path, name: name, isStopped: isStopped)
  }

  /// As the user named it.
  public var name: String { input.name }
  /// The number of the line that was read last, from 1.
  public var line: Int { input.line }

  /// Reads the next line into the record.
  ///
  /// - Returns: False where there is none.
  /// - Throws: `LogError` for a line that cannot be taken apart.
  public func next(into record: LogRecord) throws(LogError) -> Bool {
    switch format {
    case .json: return try nextJSON(into: record)
    case .pattern: return try nextMatch(into: record)
    case .itf:
      if states == nil { states = try ITFTrace(input) }
      return try states!.next(into: record)
    }
  }

  private func nextJSON(into record: LogRecord) throws(LogError) -> Bool {
    while let text = try input.next() {
      if text.allSatisfy({ $0 == 0x20 || $0 == 9 }) {
        passedOver += 1
        continue
      }
      do throws(LogError) {
        try record.read(text, file: input.name, line: input.line)
      } catch {
        guard input.isUnfinished else { throw error }
        throw LogError("the last line is cut off: \(error.reason)", file: input.name, line: input.line)
      }
      return true
    }
    return false
  }

  private func nextMatch(into record: LogRecord) throws(LogError) -> Bool {
    guard let pattern else { return false }
    while true {
      while window.count < pattern.lineCount, let text = try input.next() { window.append(Array(text)) }
      guard window.count == pattern.lineCount else {
        passedOver += window.count
        window.removeAll()
        return false
      }
      let first = input.line - pattern.lineCount + 1
      let bytes = Array(window.joined(separator: [10]))
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw LogError("it is not valid UTF-8", file: input.name, line: first)
      }
      guard let fields = pattern.fields(in: text) else {
        passedOver += 1
        window.removeFirst()
        continue
      }
      record.read(bytes, fields: fields, file: input.name, line: first)
      window.removeAll()
      return true
    }
  }
}
