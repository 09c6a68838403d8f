import Foundation
import Testing

/// A specification that fails while it runs: exit code 75, where it failed, and the steps that lead there.
@Suite struct SpecificationFaultTests {
  /// Model, line, place, message.
  private static let faults: [(String, Int, String, String)] = [
    ("guardOverflow", 33, "action Count", "arithmetic overflow"),
    ("always", 60, "property \"some\"", "arithmetic overflow"),
    ("step", 61, "property \"grows\"", "arithmetic overflow"),
    ("sometimes", 62, "property \"far\"", "arithmetic overflow"),
    ("constraint", 65, "state constraint", "arithmetic overflow"),
    ("mayStop", 66, "mayStop", "arithmetic overflow"),
    ("effect", 34, "action Effect(0)", "arithmetic overflow"),
    ("log", 35, "action Log(0)", "a log of capacity 1 is full"),
    ("queue", 36, "action Queue", "a queue of capacity 2 is full"),
    ("dequeue", 37, "action Dequeue", "an empty queue has nothing to dequeue"),
    ("bag", 38, "action Bag", "a bag of capacity 3 is full"),
    ("bagRemove", 39, "action BagRemove", "the bag does not contain the element that is removed"),
    ("set", 40, "action Set", "a set of capacity 4 is full"),
    ("network", 41, "action Network", "a network of capacity 5 is full"),
    ("networkRemove", 43, "action NetworkRemove", "the network does not contain the message that is removed"),
    ("index", 45, "action Index", "a log with 0 entries has none at index 2"),
    ("identity", 47, "action Identity", "there is no identity 255: they are 0 to 1"),
    ("precondition", 48, "action Precondition", "precondition failure"),
    ("division", 52, "action Division", "Division by zero"),
    ("unwrap", 53, "action Unwrap", "Unexpectedly found nil while unwrapping an Optional value"),
    ("array", 54, "action Array", "Index out of bounds"),
    ("conversion", 55, "action Conversion", "Not enough bits to represent the passed value"),
  ]

  @Test(arguments: faults)
  func fault(model: String, line: Int, place: String, message: String) async throws {
    let outcome = try await Library.run(.faults, "--model", model)
    #expect(outcome.code == 75)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.hasPrefix("faults.swift\n  \(model): fails: \(message)\n"))
    #expect(outcome.stableOutput.contains("    faults.swift:\(line): \(place): \(message)\n    replay: "))
  }

  @Test func trace() async throws {
    let outcome = try await Library.run(.faults, "--model", "log")
    #expect(
      outcome.stableOutput == """
        faults.swift
          log: fails: a log of capacity 1 is full
            3 distinct, 4 generated, depth 3, TIME, MEMORY
            expected holds, but it fails
              1. Initial state
                   n: 254
                   small: 2
                   log: []
                   queue: []
                   bag: {}
                   set: {}
                   network: {}
                   array[0]: 0
                   array[1]: 0
                   leader: nil
              2. Count
                   n: 254 → 255
              3. Log(0)
                   log: [] → [1]
              4. Log(0)
                   the specification fails here
            faults.swift:35: action Log(0): a log of capacity 1 is full
            replay: distcheck faults.swift --replay TOKEN

        """)
  }

  @Test func endlessRecursion() async throws {
    let outcome = try await Library.run(.faults, "--model", "recursion")
    #expect(outcome.code == 75)
    #expect(outcome.output.contains("action Recursion: stack exhausted (endless recursion?)\n"))
    #expect(outcome.errors.isEmpty)
  }

  @Test func initialState() async throws {
    let outcome = try await Library.run(.faults, "--model", "initial")
    #expect(outcome.code == 75)
    #expect(
      outcome.errors.hasPrefix(
        "distcheck: faults.swift:29: model \"initial\": the specification fails before its first step: arithmetic overflow"
      ))
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }

  @Test func json() async throws {
    let outcome = try await Library.run(.faults, "--model", "index", "--json")
    #expect(outcome.code == 75)
    let report = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(report["verdict"] as? String == "spec-error")
    let error = try #require(report["error"] as? [String: Any])
    #expect(error["message"] as? String == "a log with 0 entries has none at index 2")
    #expect(error["place"] as? String == "action Index")
    #expect(error["line"] as? Int == 45)
    #expect(error.keys.sorted() == ["line", "message", "place", "trace"])
    let steps = try #require((error["trace"] as? [String: Any])?["steps"] as? [[String: Any]])
    #expect(steps.map { $0["title"] as? String } == ["Initial state", "Count", "Index"])
    #expect(steps.last?["state"] is NSNull)
  }
}
