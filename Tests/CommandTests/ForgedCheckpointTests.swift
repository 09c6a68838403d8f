import Foundation
import TestSupport
import Testing

/// Checkpoints whose checksums are right and whose numbers are not; and such as somebody else has written.
@Suite struct ForgedCheckpointTests {
  private let workspace: Workspace

  init() async throws {
    try await Library.compiled.wait(for: .long)
    workspace = try Workspace(in: Library.workspace)
  }

  private var file: URL { workspace.folder.appending(path: "saved/checkpoint") }

  /// The two checksums at the end of a checkpoint, computed as its documentation says.
  private func sealed(_ body: [UInt64]) -> Data {
    var (first, second): (UInt64, UInt64) = (0, 0x6A09_E667_F3BC_C908)
    for word in body {
      let product = ((first &+ 0x9E37_79B9_7F4A_7C15) ^ word).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
      first = product.high ^ product.low
      second = (second ^ word) &* 0x9FB2_1C65_1E98_DF25
      second ^= second >> 28
    }
    return (body + [second, first]).withUnsafeBytes { Data($0) }
  }

  /// How many words there are before the first that belongs to a state.
  private func beginning(of body: [UInt64]) -> Int {
    var place = 3
    for _ in 0..<body[2] { place += 1 + (Int(body[place]) + 7) / 8 }
    let actions = Int(body[place + 3])
    place += 1 + Int(body[place])
    place += 1 + (Int(body[place]) + 7) / 8 + 5
    return place + 6 + 3 * actions
  }

  private func words(_ data: Data) -> [UInt64] {
    data.withUnsafeBytes { bytes in
      (0..<data.count / 8).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self) }
    }
  }

  /// Each number of the beginning becomes another: refused, or without consequence. So does one of the rest, states and
  /// their parts: one that another state can have is not told from it, but it is no fault of distcheck.
  @Test(arguments: ["narrow", "wide"])
  func numbers(model: String) async throws {
    let search = "../long.swift --model \(model) -D nodes=3 -D limit=60"
    let whole = try #require(Numbers(try await workspace.shell("\"$distcheck\" \(search) --json")))
    let first = try await workspace.shell("\"$distcheck\" \(search) --checkpoint saved --timeout 30ms")
    try #require(first.code == 20)
    let intact = try Data(contentsOf: file)
    let body = Array(words(intact).dropLast(2))
    try #require(sealed(body) == intact)
    var random = SystemRandomNumberGenerator()
    // Notes, identity, spill, counters, coverage, lengths of two witnesses.
    let head = beginning(of: body)
    let changes: [(UInt64) -> UInt64] = [
      { _ in 0 }, { $0 &+ 1 }, { $0 &- 1 }, { _ in 1 << 63 }, { _ in 1 << 40 }, { _ in .max >> 1 },
      { $0 ^ 1 << UInt64.random(in: 0..<64) },
    ]
    for _ in 0..<60 {
      let place = Bool.random() ? Int.random(in: 2..<head) : Int.random(in: 2..<body.count)
      var forged = body
      forged[place] = changes.randomElement(using: &random)!(body[place])
      if forged == body { continue }
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try sealed(forged).write(to: file)
      let outcome = try await workspace.shell("exec \"$distcheck\" resume saved --json --threads 1 --timeout 20s")
      if outcome.code == 64 {
        #expect(outcome.errors.split(separator: "\n").count == 1)
        #expect(try words(Data(contentsOf: file)) == words(sealed(forged)), "it is not touched")
      } else if place >= head, [0, 20, 75].contains(outcome.code) {
        continue
      } else if let numbers = Numbers(outcome) {
        // How often an action was enabled, or led deeper, follows from nothing else.
        #expect(
          numbers.ignoringCoverage() == whole.ignoringCoverage(),
          "word \(place) of \(body.count): \(body[place]) became \(forged[place])")
      } else {
        Issue.record("word \(place) of \(body.count): \(body[place]) became \(forged[place]): \(outcome)")
      }
    }
  }

  /// What a checkpoint names is compiled and run.
  @Test func ofOthers() async throws {
    let first = try await workspace.shell(
      "\"$distcheck\" ../long.swift --model narrow -D limit=30 --checkpoint saved --timeout 40ms")
    #expect(first.code == 20)
    try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: file.path)
    let refused = try await workspace.run("resume", "saved")
    #expect(refused.code == 64)
    #expect(refused.errors.contains("saved/checkpoint: belongs to user \(geteuid()) and has mode 666; with --trust "))
    if geteuid() == 0 {
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
      chown(file.path, 12345, 12345)
      let others = try await workspace.run("resume", "saved")
      #expect(others.code == 64)
      #expect(others.errors.contains("belongs to user 12345 and has mode 644; with --trust "))
    }
    let outcome = try await workspace.run("resume", "saved", "--trust", "--json")
    #expect(Numbers(outcome)?.distinct == 923_521)
  }

  /// Notes that are arguments of another kind are none of ours.
  @Test(arguments: ["--help", "-h", "--version", "--replay=x", "../long.swift", "--self-check"])
  func notes(argument: String) async throws {
    let first = try await workspace.shell(
      "\"$distcheck\" ../long.swift --model narrow -D limit=30 --checkpoint saved --timeout 40ms")
    #expect(first.code == 20)
    var body = Array(words(try Data(contentsOf: file)).dropLast(2))
    body[2] += 1
    let bytes = Array(argument.utf8)
    var note = [UInt64(bytes.count)]
    for start in stride(from: 0, to: bytes.count, by: 8) {
      note.append(bytes[start...].prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) })
    }
    // Before the first option.
    var place = 3
    for _ in 0..<2 { place += 1 + (Int(body[place]) + 7) / 8 }
    body.insert(contentsOf: note, at: place)
    try sealed(body).write(to: file)
    let outcome = try await workspace.run("resume", "saved")
    #expect(outcome.code == 64)
    #expect(outcome.errors == "distcheck: saved: the checkpoint is not of this command\n")
    #expect(outcome.output.isEmpty)
  }

  @Test func namesThatBeginWithADash() async throws {
    try workspace.write("-x/dash.swift", Fixture.long.source.replacing("\"narrow\"", with: "\"--up\""))
    let first = try await workspace.shell(
      "cd ./-x && \"$distcheck\" dash.swift --model=--up -D limit=30 --checkpoint=-saved --timeout 40ms")
    #expect(first.code == 20)
    #expect(first.output.hasSuffix("    go on with: distcheck resume ./-saved\n"))
    let outcome = try await workspace.shell("cd ./-x && \"$distcheck\" resume --json -- -saved")
    #expect(Numbers(outcome)?.distinct == 923_521)
  }
}
