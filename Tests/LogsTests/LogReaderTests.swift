import DistCheckLogs
import Foundation
import TestSupport
import Testing

/// Lines of files, in every form that they come in.
@Suite struct LogReaderTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "distcheck-logs-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func write(_ name: String, _ data: Data) throws -> String {
    let file = folder.appending(path: name)
    try data.write(to: file)
    return file.path
  }

  /// The field `n` of each line, with its number; then what is wrong with the line after these.
  private func read(_ path: String, _ format: LogFormat = .json) -> (values: [String], error: String?) {
    var values: [String] = []
    do {
      let reader = try LogReader(path: path, name: (path as NSString).lastPathComponent, format: format)
      let record = LogRecord()
      while try reader.next(into: record) { values.append("\(record.line):\(try record.root["n"].name)") }
    } catch { return (values, "\(error)") }
    return (values, nil)
  }

  /// Lines that end before, at and after the ends of what is read at once.
  @Test func borders() throws {
    for length in [65_530, 65_535, 65_536, 65_537, 131_072, 200_001] {
      let first = "{\"n\":1,\"p\":\"" + String(repeating: "x", count: length - 14) + "\"}"
      let path = try write("long.ndjson", Data("\(first)\n{\"n\":2}\n\n{\"n\":3}".utf8))
      let (values, error) = read(path)
      #expect(values == ["1:1", "2:2", "4:3"] && error == nil, "\(length)")
    }
  }

  @Test func ends() throws {
    #expect(read(try write("crlf.ndjson", Data("{\"n\":1}\r\n{\"n\":2}\r\n".utf8))).values == ["1:1", "2:2"])
    #expect(read(try write("empty.ndjson", Data())).values.isEmpty)
    let cut = read(try write("cut.ndjson", Data("{\"n\":1}\n{\"n\":".utf8)))
    #expect(cut.values == ["1:1"])
    #expect(cut.error?.hasPrefix("cut.ndjson:2: the last line is cut off: ") == true, "\(cut.error ?? "")")
    let wrong = read(try write("wrong.ndjson", Data("{\"n\":1}\nx\n{\"n\":2}\n".utf8)))
    #expect(wrong.error == "wrong.ndjson:2: it is no JSON (column 1)")
    let binary = read(try write("binary.ndjson", Data((0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 37) })))
    #expect(binary.error?.hasPrefix("binary.ndjson:1: ") == true)
  }

  @Test func noFile() throws {
    #expect(read(folder.appending(path: "none.ndjson").path).error == "none.ndjson: No such file or directory")
    #expect(read(folder.path).error?.hasSuffix(": is a folder") == true)
  }

  @Test func packed() throws {
    let lines = (0..<5000).map { "{\"n\":\($0)}" }.joined(separator: "\n")
    let plain = try write("plain.ndjson", Data(lines.utf8))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c", "gzip -c '\(plain)' > '\(plain).gz'; head -c 3000 '\(plain).gz' > '\(folder.path)/cut.gz'",
    ]
    try process.run()
    process.waitUntilExit()
    #expect(read("\(plain).gz").values == read(plain).values)
    #expect(read("\(plain).gz").values.count == 5000)
    let cut = read("\(folder.path)/cut.gz")
    #expect(cut.error?.hasSuffix("is damaged: gzip cannot unpack it to its end") == true, "\(cut.error ?? "")")
    let none = read(try write("no.gz", Data("{\"n\":1}\n".utf8)))
    #expect(none.error?.hasSuffix("is damaged: gzip cannot unpack it to its end") == true)
  }

  @Test func patterns() throws {
    let text = "12:00 node=a n=7\nnoise\n12:01 node=b n=8\n"
    let path = try write("text.log", Data(text.utf8))
    let (values, error) = read(path, .pattern("node=(?<node>\\w+) n=(?<n>\\d+)"))
    #expect(values == ["1:7", "3:8"] && error == nil)
    // As ShiViz has them: the clock stands in the line after the event.
    let two = try write("two.log", Data("sent 5\na {\"a\":1}\nnoise\nsent 6\nb {\"b\":1}\n".utf8))
    #expect(read(two, .pattern("sent (?<n>\\d+)\\n(?<host>\\w+) (?<clock>.*)")).values == ["1:5", "4:6"])
    #expect(read(path, .pattern("(")).error?.contains("is no regular expression") == true)
    #expect(read(path, .pattern("n=\\d")).error?.contains("has no named group") == true)
  }

  @Test func informalTraces() throws {
    let trace = """
      {"#meta": {"format": "ITF"}, "vars": ["n", "m"], "states": [
        {"#meta": {"index": 0}, "n": {"#bigint": "3"}, "m": {"#map": [["a", {"#tup": [1, 2]}]]}},
        {"#meta": {"index": 1}, "n": {"#bigint": "4"}, "m": {"#map": []}}]}
      """
    let path = try write("t.itf.json", Data(trace.utf8))
    #expect(read(path, LogFormat(path: path, pattern: nil)).values == ["1:3", "2:4"])
    let reader = try LogReader(path: path, name: "t", format: .itf)
    let record = LogRecord()
    _ = try reader.next(into: record)
    #expect(try record.root["m"]["a"][1].integer == 2)
    let other = read(try write("u.itf.json", Data("{\"n\":1}".utf8)), .itf)
    #expect(other.error == "u.itf.json: it is no ITF trace: it has no array \"states\"")
  }

  /// Names are numbered as they come, and no further than there are values.
  @Test func names() throws {
    let tables = LogNameTables()
    let table = tables.table(ObjectIdentifier(Int.self), name: "RM", capacity: 2)
    let record = LogRecord()
    try record.read(Array(#"["b", "a", "b", 7]"#.utf8), file: "f", line: 1)
    let numbers = try record.root.elements.prefix(3).map { try $0.number(in: table) }
    #expect(numbers == [0, 1, 0])
    #expect(throws: LogError("\"7\" would be number 3 of RM, and there are 2: b, a", path: "[3]", file: "f", line: 1)) {
      try record.root[3].number(in: table)
    }
    #expect(throws: LogError.self) { try table.declare(["a", "b", "c"]) }
    #expect(throws: LogError.self) { try table.declare(["a", "a"]) }
    try table.declare(["a", "c"])
    #expect(throws: LogError("\"b\" is none of RM: a, c", path: "[0]", file: "f", line: 1)) {
      try record.root[0].number(in: table)
    }
  }
}
