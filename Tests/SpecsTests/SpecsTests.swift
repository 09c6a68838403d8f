import DistCheck
@testable import Specs
import Testing

@Test func smallModelHolds() throws {
  #expect(try check(TwoPhaseCommit<3>()).holds)
}
