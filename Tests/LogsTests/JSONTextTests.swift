import DistCheckLogs
import Foundation
import TestSupport
import Testing

/// The parser of lines, compared with Foundation's.
@Suite struct JSONTextTests {
  @Test(arguments: [
    "{}", "[]", "0", "-1.5e+3", "\"\\u00e9\\ud83d\\ude00\\n\"", "{\"a\":[1,{\"b\":null}],\"c\":\"x\"}",
    " [ true , false ] ",
    "\"ä\u{1F600}\"",
  ])
  func accepted(text: String) throws {
    let record = LogRecord()
    try record.read(Array(text.utf8), file: "f", line: 1)
    #expect(isEqual(record.root, try foundation(text)))
  }

  @Test(arguments: [
    "", " ", "{", "[1,]", "{\"a\":1,}", "{\"a\"}", "{a:1}", "01", "1.", "-", "1e", "+1", ".5", "\"", "\"\\x\"",
    "\"\\ud800\"",
    "\"\\ud800\\u0041\"", "\"\\udc00\"", "nul", "tru", "NaN", "[1 2]", "{} {}", "\"\t\"", "{\"a\":1,\"a\":2}", "1 1",
    "]",
    String(repeating: "[", count: 500),
  ])
  func refused(text: String) {
    #expect(throws: LogError.self) { try LogRecord().read(Array(text.utf8), file: "f", line: 1) }
  }

  @Test(
    arguments: [
      [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xF5, 0x80, 0x80, 0x80, 0x22],
      [0x22, 0xE2, 0x82, 0x22],
      [0x22, 0x80, 0x22], [0x00], [0xFF, 0xFE],
    ] as [[UInt8]])
  func invalidBytes(bytes: [UInt8]) {
    #expect(throws: LogError.self) { try LogRecord().read(bytes, file: "f", line: 1) }
  }

  /// More fields than are compared with each other.
  @Test(arguments: [2, 15, 16, 17, 18, 100]) func duplicateFields(count: Int) throws {
    let fields = (0..<count).map { "\"f\($0)\":\($0)" }
    let record = LogRecord()
    try record.read(Array("{\(fields.joined(separator: ","))}".utf8), file: "f", line: 1)
    for k in 0..<count { #expect(try record.root["f\(k)"].integer == k) }
    for k in [0, count / 2, count - 1] {
      let text = "{\(fields.joined(separator: ",")),\"f\(k)\":0}"
      #expect(throws: LogError.self) { try record.read(Array(text.utf8), file: "f", line: 1) }
    }
  }

  @Test func wrongKinds() throws {
    let record = LogRecord()
    try record.read(
      Array(#"{"i":9223372036854775807,"big":9223372036854775808,"n":1.5,"s":"x","a":[1],"z":null}"#.utf8),
      file: "l.ndjson",
      line: 7)
    let line = record.root
    #expect(try line["i"].integer == .max)
    #expect(message { _ = try line["big"].integer } == "l.ndjson:7: big: 9223372036854775808 has more than 64 bits")
    #expect(message { _ = try line["n"].integer } == "l.ndjson:7: n: 1.5 is no integer")
    #expect(message { _ = try line["s"].boolean } == "l.ndjson:7: s: \"x\" is neither true nor false")
    #expect(message { _ = try line["a"][1].integer } == "l.ndjson:7: a[1]: the field is missing")
    #expect(message { _ = try line["a"]["x"].string } == "l.ndjson:7: a.x: the field is missing")
    #expect(message { _ = try line["q"]["r"].string } == "l.ndjson:7: q: the field is missing")
    #expect(!line["z"].isPresent && !line["q"].isPresent && line["s"].isPresent)
  }

  private func message(_ body: () throws -> Void) -> String? {
    do { try body() } catch { return "\(error)" }
    return nil
  }

  /// Random texts, most of them a little wrong. What is right is accepted, and nothing that Foundation refuses; what both
  /// accept is the same. (Foundation overlooks commas at the end, zeros behind the text, and fields that occur twice.)
  ///
  /// `DISTCHECK_RANDOM_SECONDS` goes on for longer.
  @Test func randomTexts() throws {
    let seconds = ProcessInfo.processInfo.environment["DISTCHECK_RANDOM_SECONDS"].flatMap(Double.init) ?? 3
    let start = ContinuousClock.now
    var seed = ProcessInfo.processInfo.environment["DISTCHECK_RANDOM_SEED"].flatMap(Int.init) ?? 1
    var accepted = 0
    var all = 0
    let record = LogRecord()
    while ContinuousClock.now - start < .seconds(seconds) {
      defer { seed += 1 }
      all += 1
      var generator = SplitMix64(seed: seed)
      var bytes = Array(randomJSON(&generator, depth: 0).utf8)
      let isWhole = generator.chance(0.3)
      if !isWhole { mutate(&bytes, &generator) }
      let refusal = refusal(of: bytes, record)
      let isAccepted = refusal == nil
      let text = String(validating: bytes, as: UTF8.self)
      let value = text.flatMap { try? foundation($0) }
      if isAccepted {
        accepted += 1
        // Numbers that are too large for a Double are refused where they are read as numbers.
        if value == nil && !isFinite(record.root) { continue }
        guard let value else {
          Issue.record("seed \(seed): only distcheck accepts \(bytes)")
          break
        }
        #expect(isEqual(record.root, value), "seed \(seed): \(bytes)")
      } else if isWhole {
        Issue.record("seed \(seed): refused: \(refusal ?? "")")
      }
    }
    #expect(accepted > all / 10)
  }

  private func isFinite(_ value: LogValue) -> Bool {
    switch value.kind {
    case .integer, .number: (try? value.number) != nil
    case .array: (try? value.elements.allSatisfy { isFinite($0) }) ?? false
    case .object: (try? value.fields.allSatisfy { isFinite($0.value) }) ?? false
    default: true
    }
  }

  private func refusal(of bytes: [UInt8], _ record: LogRecord) -> String? {
    do { try record.read(bytes, file: "f", line: 1) } catch { return error.reason }
    return nil
  }

  private func foundation(_ text: String) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(text.utf8), options: [.fragmentsAllowed])
  }

  private func isEqual(_ value: LogValue, _ other: Any) -> Bool {
    switch value.kind {
    case .missing: return false
    case .null: return other is NSNull
    case .boolean: return (try? value.boolean) == (other as? Bool)
    case .integer, .number:
      guard let number = try? value.number, let other = (other as? NSNumber)?.doubleValue else { return false }
      return number == other || abs(number - other) <= abs(number) * 1e-12
    case .string: return (try? value.string) == (other as? String)
    case .array:
      guard let elements = try? value.elements, let others = other as? [Any] else { return false }
      return elements.count == others.count && zip(elements, others).allSatisfy { isEqual($0, $1) }
    case .object:
      guard let fields = try? value.fields, let others = other as? [String: Any] else { return false }
      return fields.count == others.count
        && fields.allSatisfy { name, value in others[name].map { isEqual(value, $0) } ?? false }
    }
  }

  private func randomJSON(_ generator: inout SplitMix64, depth: Int) -> String {
    switch Int.random(in: 0...(depth > 3 ? 4 : 7), using: &generator) {
    case 0: return ["null", "true", "false"].randomElement(using: &generator)!
    case 1: return "\(Int.random(in: -1000...1000, using: &generator))"
    case 2: return ["0", "-0", "1e3", "1.25", "-2.5E-2", "12345678901234567890"].randomElement(using: &generator)!
    case 3, 4: return "\"\(randomString(&generator))\""
    case 5, 6:
      let count = Int.random(in: 0...4, using: &generator)
      let fields = (0..<count).map {
        "\"k\($0)\(randomString(&generator))\": \(randomJSON(&generator, depth: depth + 1))"
      }
      return "{\(fields.joined(separator: ","))}"
    default:
      let count = Int.random(in: 0...4, using: &generator)
      return "[\((0..<count).map { _ in randomJSON(&generator, depth: depth + 1) }.joined(separator: " , "))]"
    }
  }

  private func randomString(_ generator: inout SplitMix64) -> String {
    let parts = ["a", "ß", "€", "😀", "\\n", "\\\"", "\\\\", "\\/", "\\u0041", "\\ud83d\\ude00", " ", "x y"]
    return (0..<Int.random(in: 0...4, using: &generator)).map { _ in parts.randomElement(using: &generator)! }.joined()
  }

  private func mutate(_ bytes: inout [UInt8], _ generator: inout SplitMix64) {
    for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0...3, using: &generator) {
      case 0: bytes.remove(at: place)
      case 1: bytes.insert(Array("{}[],:\"\\0123456789eE+-.tfn u".utf8).randomElement(using: &generator)!, at: place)
      case 2: bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
      default: bytes.removeLast(bytes.count - place)
      }
    }
  }
}
