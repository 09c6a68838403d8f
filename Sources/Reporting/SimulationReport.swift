import DistCheckEngine

/// What there is to say about random walks through one model: the same for text, for JSON, and between the compiled
/// specification and the command line.
///
/// The JSON form is a public format; its fields are documented in Documentation/JSON.md.
public struct SimulationReport: Equatable {
  public static let schema = 1

  public var specification: String
  public var model: String
  public var constants: [JSON.Member]
  public var verdict: CheckResult.Verdict
  public var stopReason: StopReason?
  /// `uniform`, `swarm`, `pct`.
  public var strategy: String
  public var changePoints: Int?
  public var seed: Int
  public var depth: Int
  public var walks: Int
  public var steps: Int
  public var checkedStates: Int
  public var statesOutsideConstraint: Int
  public var seconds: Double
  public var peakMemory: Int
  public var threads: Int
  public var lengths: SimulationResult.Lengths
  public var endings: SimulationResult.Endings
  /// The walk that found something, and how long its execution was before it was made shorter.
  public var origin: SimulationResult.Origin?
  public var properties: [Property]
  public var actions: [Action]
  public var fault: Report.Fault?
  public var expectation: Report.Expectation

  public struct Property: Equatable {
    public var name: String
    public var kind: CheckResult.Property.Kind
    public var verdict: CheckResult.Property.Verdict
    /// Walks that reached what a `sometimes` asks for.
    public var walks: Int
    public var trace: Report.Trace?
  }

  public struct Action: Equatable {
    public var name: String
    public var line: Int
    public var isOptional: Bool
    public var enabled: Int
    public var taken: Int
  }

  public init(
    _ result: SimulationResult, specification: String, model: String, expectation: Report.Expectation
  ) {
    self.specification = specification
    self.model = model
    self.expectation = expectation
    constants = result.constants.map { JSON.Member(key: $0.name, value: JSON($0.value)) }
    verdict = result.verdict
    stopReason = result.stopReason
    switch result.options.strategy {
    case .uniform: strategy = "uniform"
    case .swarm: strategy = "swarm"
    case .priorities(let count):
      strategy = "pct"
      changePoints = count
    }
    seed = result.options.seed
    depth = result.options.depth
    walks = result.walks
    steps = result.steps
    checkedStates = result.checkedStates
    statesOutsideConstraint = result.statesOutsideConstraint
    seconds = (result.elapsed / .microseconds(1)).rounded() / 1e6
    peakMemory = result.peakMemory
    threads = result.options.threads
    lengths = result.lengths
    endings = result.endings
    origin = result.origin
    properties = result.properties.map {
      Property(
        name: $0.name, kind: $0.kind, verdict: $0.verdict, walks: $0.walks,
        trace: $0.trace.map { Report.Trace($0) })
    }
    actions = result.actions.map {
      Action(
        name: $0.name, line: $0.location.line, isOptional: $0.isOptional, enabled: $0.enabled, taken: $0.taken)
    }
    fault = result.fault.map {
      Report.Fault(
        message: $0.fault.message, place: $0.place, line: nil, frames: $0.fault.frames,
        trace: $0.trace.map { Report.Trace($0) })
    }
  }

  public var violatedProperty: Property? { properties.first { $0.verdict == .violated } }

  /// The trace to what is wrong, if anything is.
  public var counterexample: Report.Trace? { fault?.trace ?? violatedProperty?.trace }
}
