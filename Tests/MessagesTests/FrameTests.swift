import DistCheckReporting
import Testing

@testable import DistCheckMessages

/// Requests and events survive the way, whatever is in them; what is no frame is refused.
@Suite struct FrameTests {
  private func frame(_ event: Event, number: UInt64 = 0) throws -> [UInt8] {
    try Frame.bytes(of: event, number: number, key: 7)
  }

  private func model(_ name: String) -> Event {
    .model(
      Event.ModelDescription(
        index: 3, name: name, specification: "S", sizes: .object(["n": 2]), constants: .object(["on": true]),
        expectation: "holds", isSymmetric: true,
        failure: Event.Failure(code: 75, message: "m", isInSpecification: true, fault: "f", frames: [.max, 1])))
  }

  /// Also byte by byte, and with what separates lines for some readers.
  @Test(arguments: ["plain", "a\u{2028}b\u{2029}c\u{85}d\ne", "", "\u{0}\"\\", "größer ✓"])
  func modelsInPieces(name: String) throws {
    var reader = FrameReader(key: 7)
    var names: [String] = []
    for byte in try frame(model(name)) + frame(model("next"), number: 1) {
      reader.append([byte])
      while case .model(let model)? = try reader.next(Event.self) {
        names.append(model.name)
        #expect(model.index == 3 && model.isSymmetric && model.sizes["n"].integer == 2)
        #expect(model.failure?.frames == [.max, 1])
        #expect(model.failure?.line == nil)
      }
    }
    #expect(names == [name, "next"])
    #expect(!reader.isInFrame)
  }

  @Test func requests() throws {
    var check = Request.Check()
    check.maxDepth = 4
    check.lossy = .bitstate(bytes: nil)
    check.checkpoint = Request.Checkpoint(folder: "-x", everyMilliseconds: nil, notes: ["a\nb", ""])
    check.witnesses = ["w"]
    let subject = Request.Subject(model: 1, name: "m", constants: [.init(name: "n", text: "=2")], isChanged: true)
    let request = Request(key: .max, path: "p", task: .check(subject, check))
    var reader = FrameReader(key: 0)
    reader.append(try Frame.bytes(of: request, number: 0, key: 0))
    let read = try #require(try reader.next(Request.self))
    #expect(read.key == .max && read.version == Request.currentVersion)
    guard case .check(let readSubject, let readCheck) = read.task else {
      Issue.record("another task")
      return
    }
    #expect(readSubject == subject)
    #expect(readCheck.maxDepth == 4 && readCheck.maxStates == nil && readCheck.lossy == .bitstate(bytes: nil))
    #expect(readCheck.checkpoint?.notes == ["a\nb", ""] && readCheck.witnesses == ["w"])
  }

  /// A byte more, a byte less, a byte other, a frame twice, a frame of somebody else: none is taken for an event.
  @Test func foreignBytes() throws {
    let good = try frame(.done)
    var bad: [[UInt8]] = [
      Array("R {\"verdict\":\"holds\"}\n".utf8) + good, [0] + good, Array(good.dropFirst()) + good,
      try Frame.bytes(of: Event.done, number: 0, key: 8), try frame(.done, number: 1),
    ]
    for place in good.indices where !(4..<8).contains(place) {
      var other = good
      other[place] ^= 1
      bad.append(other)
    }
    for bytes in bad {
      var reader = FrameReader(key: 7)
      reader.append(bytes)
      #expect(throws: FrameReader.ForeignBytes.self) { while try reader.next(Event.self) != nil {} }
    }
    var reader = FrameReader(key: 7)
    reader.append(good + good)
    #expect(try reader.next(Event.self) != nil)
    #expect(throws: FrameReader.ForeignBytes.self) { try reader.next(Event.self) }
  }
}
