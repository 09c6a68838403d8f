import DistCheck
@testable import Specs
import Testing

@Test func twoPhaseCommitIsConsistent() throws {
  #expect(try check(TwoPhaseCommit<3>()).holds)
}
