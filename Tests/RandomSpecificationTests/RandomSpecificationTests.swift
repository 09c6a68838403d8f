import Foundation
import Testing

/// Random specifications, each explored by the executable in several ways and by an interpreter that shares nothing
/// with it.
///
/// Variables of the environment say what is run:
/// - `DISTCHECK_RANDOM_SECONDS`: no specification is begun after so many seconds, by default 120;
/// - `DISTCHECK_RANDOM_SEED`: the first seed, by default 1; the others follow it;
/// - `DISTCHECK_RANDOM_SHRINK`: a seed whose specification is made as small as it gets while it differs; nothing else is
///   run then. `Tests/shrink` sets it.
@Suite struct RandomSpecificationTests {
  private static func variable(_ name: String) -> Int? {
    ProcessInfo.processInfo.environment["DISTCHECK_RANDOM_\(name)"].flatMap { Int($0) }
  }

  private static let isShrinking = variable("SHRINK") != nil

  /// How many specifications are compiled together: more in a file cost less each.
  private static let batchSize = 8

  @Test(.disabled(if: isShrinking)) func randomSpecificationsAreExploredRightly() async throws {
    let seconds = Self.variable("SECONDS") ?? 120
    let seeds = Seeds(first: Self.variable("SEED") ?? 1, time: .seconds(seconds))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<2 {
        group.addTask {
          let command = try Command()
          while let batch = await seeds.next(Self.batchSize) {
            let expected = batch.map { (seed: $0, expected: Expected(seed: $0)) }
            var told: Set<Int> = []
            for difference in try await Comparison(command: command).differences(expected)
            where told.insert(difference.seed).inserted {
              print("differs: \(difference)")
              Issue.record("\(difference)\n  Tests/shrink \(difference.seed) makes it small")
            }
          }
        }
      }
      try await group.waitForAll()
    }
    print("random specifications: seeds \(seeds.first) to \(await seeds.last)")
    let last = await seeds.last
    #expect(last > seeds.first)
  }

  @Test(.enabled(if: isShrinking)) func shrunk() async throws {
    let seed = Self.variable("SHRINK") ?? 0
    let command = try Command()
    let comparison = Comparison(command: command)
    let expected = Expected(seed: seed)
    guard let difference = try await comparison.differences([(seed, expected)], stopsEarly: true).first else {
      print("seed \(seed): nothing differs")
      return
    }
    let deadline = ContinuousClock.now + .seconds(Self.variable("SECONDS") ?? 300)
    let (smallest, same) = try await Shrinker(comparison: comparison, deadline: deadline).shrink(expected, difference)
    print("// seed \(seed): \(difference)\n// small: \(same)\nimport DistCheck\n")
    print(Renderer(smallest.specification).source())
  }
}

/// The seeds, handed out in batches until time is up.
private actor Seeds {
  let first: Int
  private var following: Int
  private let time: Duration
  /// Set by who comes first: other tests can keep all threads busy for minutes before.
  private var deadline: ContinuousClock.Instant?

  init(first: Int, time: Duration) {
    self.first = first
    following = first
    self.time = time
  }

  /// The last one that was handed out.
  var last: Int { following - 1 }

  func next(_ count: Int) -> Range<Int>? {
    let end = deadline ?? .now + time
    deadline = end
    if ContinuousClock.now > end { return nil }
    defer { following += count }
    return following..<following + count
  }
}
