import DistCheckEngine

/// What a random search has found out about one model.
public typealias SimulationResult = DistCheckEngine.SimulationResult
/// How a random search goes about it, and what it may use.
public typealias SimulationOptions = DistCheckEngine.SimulationOptions
/// Which of the enabled instances a walk takes.
public typealias SimulationStrategy = DistCheckEngine.SimulationStrategy

/// Walks at random through a specification, and says what that ran into. Proves nothing.
///
/// For tests of what is too large to be explored. Give it a number of walks or a time, or it ends only with a finding.
@inlinable @inline(__always)
public func simulate<S: Specification>(
  _ specification: S, _ options: SimulationOptions
) throws(SpecificationError) -> SimulationResult {
  Simulation(try specification.lowered(), options).run()
}

/// Walks at random through a model of a specification, its expectation aside.
public func simulate(_ model: Model, _ options: SimulationOptions) throws(SpecificationError) -> SimulationResult {
  Simulation(try model.lowered(), options).run()
}
