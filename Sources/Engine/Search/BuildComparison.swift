#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The first states of a system in a fixed order, with hashes of all that is said of them: what two builds of a
/// specification have to agree on.
///
/// Breadth-first from the initial states, by one thread, symmetry aside. States outside the constraint are evaluated and not
/// left. Builds that agree on all states so far agree on what comes next, so the first state whose hashes differ is one that
/// both reach, in the same place of the order.
public final class BuildComparison {
  /// States of which there is one hash.
  public static let blockSize = 64
  /// Processor time after which a state is given up.
  private static let patience = 2
  private static let mostStates = 200_000

  private let system: TransitionSystem
  private let packing: Packing
  private let evaluation: StateEvaluation
  /// Packed states, in the order in which they were met, and how deep they are.
  private var states: [UInt64] = []
  private var depths: [Int32] = []
  /// A hash that two states share keeps one of them out, in both builds the same.
  private var seen: Set<UInt64> = []

  public struct Outcome {
    /// How many states were evaluated.
    public var states = 0
    /// A hash for each block of them.
    public var blocks: [UInt64] = []
    /// What did not come to its end in the state after these.
    public var endless: Int?
  }

  public init(_ system: TransitionSystem) {
    self.system = system
    packing = system.packing
    evaluation = StateEvaluation(system, packing)
    for state in system.initialStates { packing.pack(state).withUnsafeBufferPointer { add($0.baseAddress!, depth: 1) } }
  }

  private func add(_ packed: UnsafePointer<UInt64>, depth: Int32) {
    guard depths.count < Self.mostStates, seen.insert(hash(packed, width: packing.width)).inserted else { return }
    for word in 0..<packing.width { states.append(packed[word]) }
    depths.append(depth)
  }

  private func state(_ index: Int) -> [UInt64] { Array(states[index * packing.width..<(index + 1) * packing.width]) }

  // MARK: Exploration

  /// Evaluates states, until there are so many, or until so much processor time is used.
  ///
  /// - Parameter visit: Called with the number of each state, and its hashes.
  public func explore(
    limit: Int = .max, time: Duration = .seconds(1 << 30), _ visit: (Int, UnsafePointer<UInt64>) -> Void = { _, _ in }
  ) -> Outcome {
    let start = clock()
    let ticks = time / .microseconds(1) * Double(CLOCKS_PER_SEC) / 1e6
    var outcome = Outcome()
    var hash: UInt64 = 0
    for word in states { hash = mix(hash, word) }
    outcome.blocks.append(hash)
    hash = 0
    while outcome.states < min(limit, depths.count) && Double(clock() - start) < ticks {
      let index = outcome.states
      let depth = depths[index]
      Stopwatch.run(seconds: Self.patience) { [self] in
        evaluation.evaluate(packing.unpack(state(index))) { [self] in add($0, depth: depth + 1) }
      }
      if Stopwatch.hasExpired {
        outcome.endless = evaluation.place
        break
      }
      for place in 0..<evaluation.count { hash = mix(hash, evaluation.hashes[place]) }
      visit(index, evaluation.hashes)
      outcome.states += 1
      if outcome.states % Self.blockSize == 0 { outcome.blocks.append(hash) }
    }
    outcome.blocks.append(hash)
    return outcome
  }

  // MARK: One state

  public var placeCount: Int { evaluation.count }

  public struct Details {
    public var place: String
    public var depth: Int
    public var state: String
    /// What an instance does, or a predicate says.
    public var results: [(title: String, text: String)]
    /// What that took; nil where it did not come to its end.
    public var seconds: Double?
  }

  /// What is said of a state that was met by the exploration.
  public func details(state index: Int, place: Int) -> Details? {
    guard depths.indices.contains(index), (0..<placeCount).contains(place) else { return nil }
    var details = Details(
      place: StateEvaluation.name(of: place, in: system), depth: Int(depths[index]),
      state: system.text(state(index), packing), results: [], seconds: nil)
    let start = clock()
    Stopwatch.run(seconds: Self.patience) { [self] in
      details.results = evaluation.results(at: place, of: packing.unpack(state(index)))
    }
    if !Stopwatch.hasExpired { details.seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC) }
    return details
  }
}

/// Ends an evaluation that goes on for too long, as if the specification had called `abort`: that is caught where any fault
/// is caught. For a process with one thread.
enum Stopwatch {
  nonisolated(unsafe) private static var isRunning = false
  /// Whether the last body was ended.
  nonisolated(unsafe) private(set) static var hasExpired = false

  /// Runs a body that evaluates something under a guard.
  static func run(seconds: Int, _ body: () -> Void) {
    signal(SIGVTALRM) { _ in
      guard Stopwatch.isRunning else { return }
      Stopwatch.hasExpired = true
      raise(SIGABRT)
    }
    hasExpired = false
    isRunning = true
    set(seconds)
    body()
    isRunning = false
    set(0)
  }

  private static func set(_ seconds: Int) {
    var timer = itimerval()
    timer.it_value.tv_sec = seconds
    #if canImport(Glibc)
      setitimer(__itimer_which_t(ITIMER_VIRTUAL.rawValue), &timer, nil)
    #else
      setitimer(ITIMER_VIRTUAL, &timer, nil)
    #endif
  }
}
