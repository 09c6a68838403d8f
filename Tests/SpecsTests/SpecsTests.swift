import DistCheck
import Testing

@testable import Specs

/// That the specifications are a module whose types tests can use. What they claim is checked by `distcheck Specs`.
struct SpecsTests {
  @Test func twoPhaseCommitHolds() throws {
    let result = try check(TwoPhaseCommit<3>())
    #expect(result.holds)
    #expect(result.distinctStates == 288)
  }

  @Test func counterexampleDescribesItself() throws {
    let result = try check(TwoPhaseCommit<3>(waitsForAll: false))
    #expect(!result.holds)
    #expect(result.counterexample?.steps.count == 4)
    // Of the states in which one RM has committed and another aborted, the least has them first in the record, where the
    // bits of a state begin.
    #expect(result.description.contains("RMChooseToAbort(0)"))
    #expect(result.description.contains("RMRcvCommitMsg(1)"))
  }

  @Test func smallModelsAreAsExpected() throws {
    for model in TwoPhaseCommit<1>.models.prefix(5) + Voting<1, 1, 1>.models.suffix(2) {
      #expect(model.expectation.mismatches(try check(model)) == [], "\(model.name)")
    }
  }

  @Test func modelsHaveDifferentNames() {
    for models in [
      TwoPhaseCommit<1>.models, Paxos<1, 1, 1>.models, Voting<1, 1, 1>.models, Raft<1>.models,
      StateStore<1, 1, 1>.models, DuellingProposers<1, 1>.models, RaftElections<1, 1>.models,
      KeyValueStore<1, 1, 1>.models, EtcdRaft<1, 1, 1, 1>.models,
    ] {
      #expect(Set(models.map(\.name)).count == models.count)
    }
  }
}
