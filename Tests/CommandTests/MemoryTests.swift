import Foundation
import TestSupport
import Testing

/// `--memory` and `--spill`: what a search does that does not fit.
@Suite struct MemoryTests {
  private let workspace: Workspace

  init() async throws {
    try await Library.compiled.wait(for: .long)
    workspace = try Workspace(in: Library.workspace)
  }

  private func run(_ arguments: String) async throws -> Outcome {
    try await workspace.shell("exec \"$distcheck\" ../long.swift \(arguments)")
  }

  /// 46^4 and 41^4 states, of which none takes less than eight bytes.
  @Test(arguments: ["--model narrow -D limit=45", "--model wide -D limit=40"])
  func memoryIsUsedUp(search: String) async throws {
    let outcome = try await run("\(search) --memory 16M")
    #expect(outcome.code == 20)
    #expect(outcome.errors.isEmpty)
    #expect(
      outcome.output.contains(
        ": inconclusive: stopped when the memory was used up (--memory gives more, --spill goes on on disk); "
          + "nothing wrong in what was explored\n"))
    #expect(outcome.output.contains(/, [\d,]+ not explored\n/))
    let json = try await run("\(search) --memory 16M --json")
    #expect(json.code == 20)
    let report = try #require(json.report)
    #expect(report["stopReason"] as? String == "memory")
    #expect(report["complete"] as? Bool == false)
    #expect(try #require(report["unexploredStates"] as? Int) > 0)
    #expect(try #require(report["searchMemoryBytes"] as? Int) <= 20 << 20)
    #expect(try #require(report["peakMemoryBytes"] as? Int) < (16 + 40) << 20)
  }

  /// 46^4 states of eight bytes are more than 16 MB.
  @Test func goesOnOnDisk() async throws {
    let whole = try #require(Numbers(try await run("--model narrow -D limit=45 --json")))
    let outcome = try await run("--model narrow -D limit=45 --memory 16M --spill disk --json")
    #expect(outcome.code == 0)
    #expect(outcome.errors.isEmpty)
    let numbers = try #require(Numbers(outcome))
    #expect(numbers.ignoringDepths() == whole.ignoringDepths())
    #expect(numbers.distinct == 4_477_456)
    #expect(numbers.generated == 17_909_825)
    #expect(numbers.depth == 181)
    let report = try #require(outcome.report)
    #expect(try #require(report["peakMemoryBytes"] as? Int) < (16 + 40) << 20)
    #expect(try #require(report["spilledBytes"] as? Int) > 0)
    #expect(report["diskFailure"] is NSNull)
    #expect(workspace.names() == ["disk"])
    #expect(workspace.names(in: "disk") == [])
  }

  /// What is found is the same, with some of the states before it on disk.
  @Test func violationOnDisk() async throws {
    let search = "--model 'narrow wrong' -D limit=45 -D wrong=100 --json"
    let whole = try #require(Numbers(try await run(search)))
    let outcome = try await run("\(search) --memory 16M --spill disk")
    #expect(outcome.code == 12)
    #expect(Numbers(outcome)?.ignoringDepths() == whole.ignoringDepths())
    #expect(try #require(outcome.report?["spilledBytes"] as? Int) > 0)
    #expect(workspace.names(in: "disk") == [])
  }

  /// Items go to disk before states do. What is there is under the cuts that trees had then, and they stay.
  @Test func cutsStayOnceItemsAreOnDisk() async throws {
    try workspace.write("cuts.swift", Self.cuts)
    let outcome = try await workspace.shell("exec \"$distcheck\" cuts.swift --memory 16M --spill disk --json")
    #expect(outcome.errors.isEmpty)
    let numbers = try #require(Numbers(outcome))
    // 1 + 600 + 600 × 600, and the one in which the property is false.
    #expect(numbers.distinct == 360_602)
    #expect(outcome.code == 0)
    #expect(try #require(outcome.report?["spilledBytes"] as? Int) > 0)
  }

  private static let cuts = """
    import DistCheck

    struct Cuts: Specification {
      typealias Row = Bounded<0, 599>
      struct State: BitwiseCopyable {
        var row = Row(0)
        var mark: UInt32 = 0x5EED_CAFE
        var column = Row(0)
        var level = Bounded<0, 3>(0)
        var tail: UInt32 = 0
        var end = Bounded<0, 1023>(0)
      }
      var initial: Initial<State> { State() }
      var actions: Actions<State> {
        Action("Row", for: Row.self) { s, r in s.level == 0 && s.mark == 0x5EED_CAFE } then: { s, r in
          s.level = 1
          s.row = r
        }
        Action("Column", for: Row.self) { s, r in s.level == 1 && s.mark == 0x5EED_CAFE } then: { s, r in
          s.level = 2
          s.column = r
        }
        Action("Last") { s in s.level == 2 && s.row == 3 && s.column == 4 } then: { s in s.level = 3 }
      }
      func mayStop(_ s: State) -> Bool { true }
      var properties: Properties<State> { Always("no last level") { s in s.level < 3 } }
      static var models: Models { Model("cuts", Cuts()).expects(.violates("no last level")) }
    }
    """

  /// A disk that is full, as far as this process can tell.
  @Test func diskIsFull() async throws {
    try workspace.write("disk/.keep", "")
    let outcome = try await workspace.shell(
      "ulimit -f 4096; exec \"$distcheck\" ../long.swift --model narrow -D limit=45 --memory 16M --spill disk")
    #expect(outcome.code == 20)
    #expect(outcome.errors.isEmpty)
    #expect(
      outcome.output.contains(
        /narrow: inconclusive: stopped because the disk failed \(disk\/(states|items)-\d+-\d+: File too large\); nothing wrong/
      ))
    #expect(workspace.names(in: "disk") == [".keep"])
  }

  /// The checkpoint before the one that cannot be written is still there.
  @Test func diskIsFullForACheckpoint() async throws {
    let outcome = try await workspace.shell(
      """
      "$distcheck" ../long.swift --model narrow -D limit=30 --checkpoint saved --max-depth 20 > /dev/null
      cp saved/checkpoint before
      ulimit -f 64; exec "$distcheck" resume saved --timeout 100ms
      """)
    #expect(outcome.code == 20)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.contains(": inconclusive: stopped "))
    let first = try await workspace.shell(
      """
      ulimit -f 64; exec "$distcheck" ../long.swift --model narrow -D limit=40 --checkpoint other --timeout 200ms
      """)
    #expect(first.code == 20)
    #expect(first.errors.isEmpty)
    #expect(first.output.contains("    no checkpoint could be written: other/checkpoint.new: File too large\n"))
    #expect(!first.output.contains("go on with"))
    #expect(!workspace.names(in: "other").contains("checkpoint"))
  }

  @Test(arguments: ["much", "16", "0M", "-1G", "15M", "9999999T", "1.5", "M"])
  func sizesThatAreRefused(size: String) async throws {
    let outcome = try await run("--memory=\(size)")
    #expect(outcome.code == 64)
    #expect(
      outcome.errors
        == "distcheck: --memory \(size): write an amount such as 512M or 4G, at least 16M (see distcheck --help)\n")
    #expect(outcome.output.isEmpty)
  }

  @Test(arguments: ["16M", "16m", "16MB", "16MiB", "16384K", "0.5G"])
  func sizesThatAreTaken(size: String) async throws {
    let outcome = try await run("--model narrow -D limit=2 --memory \(size)")
    #expect(outcome.code == 0)
    #expect(outcome.errors.isEmpty)
  }
}
