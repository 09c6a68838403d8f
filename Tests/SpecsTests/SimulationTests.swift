import DistCheck
import Testing

@testable import Specs

/// Random walks find what is wrong with each model of Raft that must fail, in a few seconds at most.
@Suite struct SimulationTests {
  static let failing = [
    "a restart that forgets the vote", "votes for any log", "entries after any log", "four terms, any entry committed",
  ]

  /// Those that fail by what never happens, which no walk shows.
  static let failingForEver = ["messages lost for ever"]

  @Test(arguments: failing)
  func findsTheBugOfRaft(name: String) throws {
    let model = try #require(Raft<3>.models.first { $0.name == name })
    guard case .violates(let property) = model.expectation.outcome else { throw Unexpected() }
    let result = try simulate(
      model,
      SimulationOptions(seed: 1, timeout: .seconds(60), threads: 2, awaited: .violation(property: property)))
    #expect(result.verdict == .violated)
    let violated = try #require(result.properties.first { $0.verdict == .violated })
    #expect(violated.name == property)
    #expect(violated.trace != nil)
  }

  private struct Unexpected: Error {}

  @Test func everyModelOfRaftThatMustFailIsAmongThem() {
    let failing = Raft<3>.models.filter { $0.expectation.outcome != .holds }
    #expect(failing.map(\.name) == Self.failing + Self.failingForEver)
  }
}
