import Foundation
import TestSupport
import Testing

/// `--lossy`: what it says, and what it means for a script.
@Suite struct LossyTests {
  @Test func neverHolds() async throws {
    let outcome = try await Library.run(.verdicts, "--model", "holds", "--lossy", "bits=32")
    #expect(outcome.code == 20)
    #expect(outcome.errors.isEmpty)
    #expect(
      outcome.output.contains(
        #/  holds: nothing wrong in a lossy search \(expected [0-9.e-]+ states omitted\)\n    4 distinct, 4 generated, /#
      ))
    #expect(
      outcome.output.contains(
        #/    lossy: signatures of 32 bits, [0-9.]+ % full; a new state compared with c of them is missed with probability 1 − \(1 − 1/\(2\^32 − 1\)\)\^c\n/#
      ))
    #expect(
      outcome.output.contains(
        #/    at least one state was omitted with probability [0-9.e-]+; what only omitted states lead to is not counted\n/#
      ))
  }

  @Test func bitstate() async throws {
    let outcome = try await Library.run(.verdicts, "--model", "holds", "--lossy", "bitstate=1M")
    #expect(outcome.code == 20)
    #expect(
      outcome.output.contains(
        "    lossy: 3 bits a state of 8,388,608, 0.0 % full; a new state is missed with probability fill^3\n"))
    let roomy = try await Library.run(.verdicts, "--model", "holds", "--lossy", "bitstate")
    #expect(roomy.code == 20)
  }

  /// The array is too small for so many states.
  @Test func manyOmissions() async throws {
    let outcome = try await Library.run(.constants, "--model", "small", "--lossy", "bitstate=8", "--threads", "1")
    #expect(outcome.code == 20)
    #expect(outcome.output.contains("nothing wrong in a lossy search"))
    #expect(outcome.output.contains("with probability above 0.99;"))
  }

  @Test(arguments: [
    ("always", 12, "  always: violates \"below\" in a lossy search\n"),
    ("step", 12, "  step: violates \"steady\" in a lossy search\n"),
    ("deadlock", 11, "  deadlock: deadlock in a lossy search\n"),
    ("expected violation", 0, "  expected violation: violates \"below\" in a lossy search (as expected)\n"),
    ("expected deadlock", 0, "  expected deadlock: deadlock in a lossy search (as expected)\n"),
    ("sometimes", 20, "  sometimes: nothing wrong in a lossy search (expected "),
  ])
  func whatIsFoundIsReal(model: String, code: Int32, line: String) async throws {
    for kind in ["bits=32", "bitstate=64K"] {
      let outcome = try await Library.run(.verdicts, "--model", model, "--lossy", kind)
      #expect(outcome.code == code)
      #expect(outcome.output.contains(line))
      let exact = try await Library.run(.verdicts, "--model", model)
      let replay = exact.output.split(separator: "\n").first { $0.contains("replay: ") }
      if let replay, code != 20 { #expect(outcome.output.contains(replay)) }
    }
  }

  @Test func fault() async throws {
    let exact = try await Library.run(.faults, "--model", "effect", "--json")
    let lossy = try await Library.run(.faults, "--model", "effect", "--json", "--lossy", "bits=32")
    #expect(exact.code == 75 && lossy.code == 75)
    func faults(_ outcome: Outcome) -> [Substring] {
      outcome.output.matches(of: /"error": ?(\{"message".*?),"expectation"/).map(\.output.1)
    }
    #expect(!faults(exact).isEmpty && faults(lossy) == faults(exact))
  }

  @Test func bound() async throws {
    let outcome = try await Library.run(.large, "--max-states", "1000", "--lossy", "bits=32")
    #expect(outcome.code == 20)
    #expect(
      outcome.output.contains(
        "  large: inconclusive: stopped at the number of states given by --max-states; nothing wrong in a lossy search (expected "
      ))
  }

  @Test func json() async throws {
    for (option, kind, bits) in [("bits=24", "hash-compaction", 24), ("bitstate=1K", "bitstate", 8192)] {
      let outcome = try await Library.run(.constants, "--model", "small", "--json", "--lossy", option)
      #expect(outcome.code == 20)
      let report = try #require(
        try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
      #expect(report["verdict"] as? String == "inconclusive")
      #expect(report["stopReason"] as? String == "lossy")
      #expect(report["complete"] as? Bool == false)
      #expect((report["reductions"] as? [Any])?.isEmpty == true)
      let lossy = try #require(report["lossy"] as? [String: Any])
      #expect(lossy.keys.sorted() == ["bits", "expectedOmissions", "fill", "kind", "omissionProbability"])
      #expect(lossy["kind"] as? String == kind)
      #expect(lossy["bits"] as? Int == bits)
      let expected = try #require(lossy["expectedOmissions"] as? Double)
      let probability = try #require(lossy["omissionProbability"] as? Double)
      let fill = try #require(lossy["fill"] as? Double)
      #expect(expected >= 0 && abs(probability - (1 - exp(-expected))) < 1e-6)
      #expect(fill > 0 && fill < 1)
      let properties = try #require(report["properties"] as? [[String: Any]])
      #expect(properties.map { $0["verdict"] as? String } == ["holds", "inconclusive"])
    }
  }

  @Test func logThatCannotBeWritten() async throws {
    func line(_ reason: String) -> String {
      "  large: inconclusive: stopped because the disk failed (\(reason)); nothing wrong in a lossy search (expected "
    }
    let nowhere = try await Library.run(
      .large, "--max-states", "1000000", "--lossy", "bits=32", environment: ["DISTCHECK_TMP": "/nowhere"])
    #expect(nowhere.code == 20)
    #expect(nowhere.output.contains(line("/nowhere: No such file or directory")))
    // A limit on the size of files, in blocks of 512 bytes, is like a disk that is full.
    try await Library.compiled.wait(for: .large)
    let full = try await Library.workspace.shell(
      "export DISTCHECK_TMP=/tmp; ulimit -f 400; exec \"$distcheck\" large.swift --max-states 1000000 --lossy bits=32")
    #expect(full.code == 20)
    #expect(full.output.contains(line("/tmp: File too large")))
    #expect(full.errors.isEmpty)
    let room = try await Library.run(.large, "--max-states", "100000", "--lossy", "bits=32")
    #expect(room.output.contains("stopped at the number of states"))
  }

  /// Nothing is left in the folder.
  @Test func logHasNoName() async throws {
    let folder = Library.workspace.folder.appending(path: "log")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let outcome = try await Library.run(
      .large, "--max-states", "100000", "--lossy", "bits=32", environment: ["DISTCHECK_TMP": folder.path])
    #expect(outcome.output.contains("  large: inconclusive: stopped at the number of states"))
    #expect(Library.workspace.names(in: "log").isEmpty)
  }
}
