/// What a search has found out about one model.
public struct CheckResult {
  public enum Verdict: String {
    /// Every property that was to be checked holds, and the search was complete.
    case holds
    /// A property is violated, or there is a deadlock.
    case violated
    /// The search stopped early and found nothing wrong until then.
    case inconclusive
    /// The specification itself failed: overflow, capacity, index.
    case specificationError = "spec-error"
  }

  public struct Property {
    public enum Kind: String { case always, step, sometimes, temporal, deadlock }
    public enum Verdict: String {
      case holds, violated, inconclusive
      /// It was not to be checked.
      case leftOut = "left-out"
    }
    public var name: String
    public var kind: Kind
    public var verdict: Verdict
    /// Of a temporal property, what else is known.
    public var temporal: Temporal?
    /// A counterexample, or for a `sometimes` a witness when it was asked for; the shortest, unless the search was
    /// depth-first or lossy.
    public var trace: Trace?
  }

  public struct Temporal: Equatable {
    /// Pairs of a state and an automaton state that were visited.
    public var productStates: Int
    /// Whether behaviour that leaves the state constraint, or the bounds, was left out and could violate it.
    public var isCut: Bool
    /// Whether it holds only because its trigger never occurs.
    public var isVacuous: Bool
    /// Of a property that holds: fairness assumptions that are enough for it, none of which can be left out; nil where that
    /// was not looked for.
    public var needs: [String]?
    /// Of a counterexample: fairness assumptions each of which would exclude it.
    public var excludedBy: [String]
    /// Why it was not checked.
    public var obstacle: String?

    public init(
      productStates: Int, isCut: Bool, isVacuous: Bool, needs: [String]?, excludedBy: [String], obstacle: String?
    ) {
      self.productStates = productStates
      self.isCut = isCut
      self.isVacuous = isVacuous
      self.needs = needs
      self.excludedBy = excludedBy
      self.obstacle = obstacle
    }
  }

  public struct Checkpoint {
    /// Whether there is one to resume from.
    public var isWritten: Bool
    /// Why the last one could not be written.
    public var failure: FileError?
  }

  public struct Action {
    public var name: String
    public var location: SourceLocation
    public var coverage: ActionCoverage
    public var isOptional: Bool
  }

  public struct Fault {
    public var fault: SpecificationFault
    /// Where it happened: `action RMPrepare(2)`, `property consistent`.
    public var place: String
    /// The steps that lead there; the last one has no state when it is the one that failed.
    public var trace: Trace?
  }

  public var strategy: SearchOptions.Strategy
  /// In the self-check: for each depth, the sums of what was evaluated up to there, by which builds are compared.
  public var sums: [[UInt64]]
  /// Whether one state of each orbit stands for all of it; states are then orbits.
  public var isSymmetric: Bool
  public var verdict: Verdict
  /// Whether every reachable state (within the state constraint) was explored; never known after a lossy search.
  public var isComplete: Bool
  /// What stopped the search, when neither its end nor a finding did.
  public var stopReason: StopReason?
  public var distinctStates: Int
  /// Initial states plus every enabled action instance, as often as they were generated.
  public var generatedStates: Int
  /// States on the longest shortest path, or depth-first on the longest path that was taken; the initial state being 1.
  public var depth: Int
  /// States that were found but not explored.
  public var unexploredStates: Int
  /// Transitions into states that the state constraint excludes.
  public var statesOutsideConstraint: Int
  public var elapsed: Duration
  /// The most memory the process had in use, in bytes.
  public var peakMemory: Int
  /// The memory that the search itself had in use for states when it ended, in bytes.
  public var searchMemory: Int
  /// How states were kept, if some may have been omitted, and how many that were in expectation.
  public var loss: Loss?
  /// What was moved to disk, in bytes.
  public var spilledBytes: Int
  /// Why the disk was given up, when that stopped the search.
  public var diskFailure: FileError?
  /// What has come of the checkpoints, when there were to be any.
  public var checkpoint: Checkpoint?
  /// Threads that took part.
  public var threads: Int
  /// Bits of a state that can differ between states.
  public var stateBits: Int
  public var constants: [(name: String, value: Value)]
  public var properties: [Property]
  public var actions: [Action]
  public var fault: Fault?
  /// What did not come to its end when the search was stopped: `action Up`, `property "calm"`.
  public var unfinished: String?
  /// Whether the search was given up, as if it had been killed.
  var isAbandoned = false
  /// Whether `fault` is one of distcheck, not of the specification.
  public var isEngineFault = false

  /// Whether every property that was to be checked holds, and every reachable state was explored.
  public var holds: Bool { verdict == .holds }

  /// The trace to what is wrong, if anything is.
  public var counterexample: Trace? {
    fault?.trace ?? violated.first?.trace
  }

  /// The violated properties, the one with the shortest counterexample first.
  public var violated: [Property] {
    let violated = properties.filter { $0.verdict == .violated }
    func length(_ property: Property) -> Int { property.trace?.steps.count ?? Int.max }
    return violated.enumerated()
      .sorted { (length($0.element), $0.offset) < (length($1.element), $1.offset) }
      .map(\.element)
  }
}
