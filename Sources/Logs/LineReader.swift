/// Lines of text as they come, for what is no log.
public final class LineReader {
  private let input: LogInput

  /// - Parameters:
  ///   - path: A file, or a named pipe.
  ///   - name: What errors call it.
  ///   - isStopped: Asked while there is nothing to read.
  public init(path: String, name: String, isStopped: @escaping () -> Bool) throws(LogError) {
    input = try LogInput(path: path, name: name, isStopped: isStopped)
  }

  /// The next line, whatever bytes are in it; nil where there is none, or where reading was stopped.
  public func next() throws(LogError) -> String? { try input.next().map { String(decoding: $0, as: UTF8.self) } }
}
