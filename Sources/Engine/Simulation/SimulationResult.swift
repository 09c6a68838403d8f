/// What a random search has found out about one model. Never that something holds.
public struct SimulationResult {
  public struct Property {
    public var name: String
    public var kind: CheckResult.Property.Kind
    /// `violated`; `holds` for a `sometimes` that was reached; else `inconclusive`.
    public var verdict: CheckResult.Property.Verdict
    public var trace: Trace?
    /// For a `sometimes`: how many walks reached it.
    public var walks: Int
  }

  public struct Action {
    public var name: String
    public var location: SourceLocation
    public var isOptional: Bool
    /// States on walks in which at least one instance was enabled.
    public var enabled: Int
    /// Steps that took an instance.
    public var taken: Int
  }

  /// How many walks ended in which way; of one that went back, how it first had nowhere to go.
  public struct Endings: Equatable, Sendable {
    /// At the limit on their depth.
    public var depth = 0
    /// In a state in which nothing is enabled, legitimately.
    public var stopped = 0
    /// In a state from which every step leads out of the state constraint, or which lies outside itself.
    public var constraint = 0
    /// In a state from which every step leads back to a state that the walk has been in, or out of the constraint.
    public var exhausted = 0
    /// With what was found.
    public var found = 0

    public init() {}
  }

  public struct Lengths: Equatable {
    public var shortest: Int
    public var mean: Double
    public var longest: Int
    /// How many walks have a length in each tenth of the limit.
    public var histogram: [Int]

    public init(shortest: Int, mean: Double, longest: Int, histogram: [Int]) {
      self.shortest = shortest
      self.mean = mean
      self.longest = longest
      self.histogram = histogram
    }
  }

  /// Where something was found.
  public struct Origin: Equatable {
    /// The number of the walk, from 1.
    public var walk: Int
    /// States on the way there before it was made shorter, a step that fails included.
    public var length: Int

    public init(walk: Int, length: Int) {
      self.walk = walk
      self.length = length
    }
  }

  /// `violated`, `specificationError` or `inconclusive`.
  public var verdict: CheckResult.Verdict
  /// `timeout` or `interrupt`; nil when something was found or all walks were made.
  public var stopReason: StopReason?
  public var options: SimulationOptions
  public var walks: Int
  public var steps: Int
  public var checkedStates: Int
  public var statesOutsideConstraint: Int
  public var lengths: Lengths
  public var endings: Endings
  public var origin: Origin?
  public var elapsed: Duration
  public var peakMemory: Int
  public var constants: [(name: String, value: Value)]
  public var properties: [Property]
  public var actions: [Action]
  public var fault: CheckResult.Fault?

  /// The trace to what is wrong, if anything is.
  public var counterexample: Trace? {
    fault?.trace ?? properties.first { $0.verdict == .violated }?.trace
  }
}

extension SimulationResult {
  init(_ system: TransitionSystem, _ options: SimulationOptions, _ statistics: WalkStatistics) {
    verdict = .inconclusive
    self.options = options
    walks = statistics.walks
    steps = statistics.steps
    checkedStates = statistics.checkedStates
    statesOutsideConstraint = statistics.statesOutsideConstraint
    lengths = Lengths(
      shortest: statistics.walks == 0 ? 0 : statistics.shortest,
      mean: statistics.walks == 0 ? 0 : Double(statistics.totalLength) / Double(statistics.walks),
      longest: statistics.longest, histogram: statistics.histogram)
    endings = statistics.endings
    elapsed = .zero
    peakMemory = 0
    constants = system.constants
    properties =
      zip(system.properties, statistics.reached).map {
        Property(name: $0.name, kind: $0.kind, verdict: $1 > 0 ? .holds : .inconclusive, walks: $1)
      } + [Property(name: "deadlock", kind: .deadlock, verdict: .inconclusive, walks: 0)]
    actions = system.actions.indices.map {
      Action(
        name: system.actions[$0].name, location: system.actions[$0].location,
        isOptional: system.actions[$0].isOptional, enabled: statistics.enabled[$0], taken: statistics.taken[$0])
    }
  }
}
