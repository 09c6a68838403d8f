/// How a random search goes about it, and what it may use.
public struct SimulationOptions: Equatable, Sendable {
  public var strategy: SimulationStrategy
  /// With the same seed, options and specification the walks are the same, on any number of threads.
  public var seed: Int
  /// States on a walk, the initial state included.
  public var depth: Int
  /// How many walks; without end when nil.
  public var walks: Int?
  /// Time from the start of the search.
  public var timeout: Duration?
  public var threads: Int
  /// Whether an execution that was found is made shorter before it is returned.
  public var shortens: Bool
  /// What the search is for, when that is known; nil when anything that is wrong ends it.
  ///
  /// A walk always ends with what it runs into. Something else than this, unless it is a fault, is reported only when
  /// this was not found.
  public var awaited: Awaited?

  public enum Awaited: Equatable, Sendable {
    case violation(property: String)
    case deadlock
    case fault
  }

  public init(
    strategy: SimulationStrategy = .swarm, seed: Int = 0, depth: Int = 100, walks: Int? = nil,
    timeout: Duration? = nil, threads: Int = 1, shortens: Bool = true,
    awaited: Awaited? = nil
  ) {
    self.strategy = strategy
    self.seed = seed
    self.depth = depth
    self.walks = walks
    self.timeout = timeout
    self.threads = threads
    self.shortens = shortens
    self.awaited = awaited
  }
}

/// Which of the enabled instances a walk takes. Those that lead out of the state constraint are checked, not taken.
public enum SimulationStrategy: Equatable, Sendable {
  /// Each enabled instance is as likely as any other, whatever its action.
  case uniform
  /// Each walk draws a weight for every action. A step chooses among the actions that are enabled by their weights, and
  /// then among the instances of that action, each as likely as any other. A walk with nowhere new to go returns to a
  /// random state of its own.
  ///
  /// After swarm testing (Groce, Zhang, Eide, Chen, Regehr, ISSTA 2012), where each run leaves out some features: with
  /// even chances what is rare stays rare in every run. A weight is never 0, so every execution remains possible.
  case swarm
  /// Priorities: the enabled action with the highest is taken, and at random depths the one taken becomes the lowest.
  ///
  /// Burckhardt, Kothari, Musuvathi, Nagarakatte: A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs,
  /// ASPLOS 2010. For what remains of the guarantee see Documentation/Simulation.md.
  case priorities(changePoints: Int)
}
