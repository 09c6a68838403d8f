internal import CDistCheckEngine

/// What a search may use before it gives up and says so.
public struct Bounds: Equatable, Sendable {
  /// States on the longest path that is explored, the initial state being 1.
  public var maxDepth: Int?
  /// Distinct states.
  public var maxStates: Int?
  /// Time from the start of the search.
  public var timeout: Duration?
  /// Bytes of memory for states; by default three quarters of what the machine or its control group allows.
  public var memory: Int

  public init(maxDepth: Int? = nil, maxStates: Int? = nil, timeout: Duration? = nil, memory: Int? = nil) {
    self.maxDepth = maxDepth
    self.maxStates = maxStates
    self.timeout = timeout
    self.memory = memory ?? MachineMemory.available / 4 * 3
  }
}

/// Why a search stopped before it had seen everything.
public enum StopReason: String, Sendable {
  case maxDepth = "max-depth"
  case maxStates = "max-states"
  case timeout
  case interrupt
  case memory
  /// Writing or reading what was spilled, or the log of a lossy search, failed.
  case disk
  /// Nothing: the search came to its end, but states may have been omitted.
  case lossy
  /// No initial state is within the state constraint: there was nothing to explore.
  case constraint
}

/// From now on SIGINT, SIGTERM and SIGHUP end a search, which then reports what it has covered, instead of the process.
public func catchInterrupts() { ce_catch_interrupts() }
