import DistCheckEngine

/// What a search has found out about one model.
public typealias CheckResult = DistCheckEngine.CheckResult
/// What a search may use before it gives up and says so.
public typealias Bounds = DistCheckEngine.Bounds
/// An execution, replayed step by step.
public typealias Trace = DistCheckEngine.Trace

/// Explores every state that a specification can reach, and says what holds.
///
/// For tests: `#expect(try check(Raft<3>()).holds)`. The result describes itself, with the counterexample.
///
/// - Parameters:
///   - specification: With the constants to check it for.
///   - bounds: What the search may use; when it reaches a bound the verdict is `inconclusive`, never `holds`.
/// - Returns: The verdict, counts, coverage and counterexample.
/// - Throws: ``SpecificationError`` when the specification cannot be checked as it stands.
@inlinable @inline(__always)
public func check<S: Specification>(
  _ specification: S, bounds: Bounds = Bounds()
) throws(SpecificationError) -> CheckResult {
  Checker(try specification.lowered(), bounds: bounds).check()
}

/// Checks a model of a specification, its expectation aside.
public func check(_ model: Model, bounds: Bounds = Bounds()) throws(SpecificationError) -> CheckResult {
  Checker(try model.lowered(), bounds: bounds).check()
}
