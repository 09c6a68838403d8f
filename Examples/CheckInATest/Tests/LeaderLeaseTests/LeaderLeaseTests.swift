import DistCheck
import Testing

@testable import LeaderLease

@Test func leaseWithMarginHasOneLeader() throws {
  #expect(try check(LeaderLease<2>()).holds)
}

@Test func leaseWithoutMarginHasTwo() throws {
  let result = try check(LeaderLease<2>(margin: 0))
  #expect(result.counterexample != nil)
}
