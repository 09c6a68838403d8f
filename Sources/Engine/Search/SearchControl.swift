internal import CDistCheckEngine

/// What the workers of a search tell each other while they are at work.
struct SearchControl {
  /// The bound on distinct states, and how many are counted against it where there is one.
  var maxStates = UInt64.max
  var takenStates: UInt64 = 0
  /// The next block of the level that nobody has taken.
  var nextBlock: UInt64 = 0
  /// Not 0 when the workers are to rest once their blocks are done.
  var rest: UInt64 = 0
  private var stop: UInt64 = 0
  private var left: UInt64 = 0
  /// What is done is done in phases; each has a moment of its own to come to its end once the search is to stop.
  private(set) var phase: UInt64 = 0

  private static let reasons: [StopReason] = [.maxDepth, .maxStates, .timeout, .interrupt, .memory, .disk]

  /// Ends the search, unless it was ended before for another reason.
  mutating func request(_ reason: StopReason) {
    _ = ce_compare_exchange(&stop, 0, UInt64(Self.reasons.firstIndex(of: reason)! + 1))
  }

  var stopReason: StopReason? {
    mutating get {
      let code = Int(ce_load(&stop))
      return code == 0 ? nil : Self.reasons[code - 1]
    }
  }

  var isStopped: Bool { mutating get { ce_load(&stop) != 0 } }
  /// The search was stopped a while ago: what was begun is left as it is.
  mutating func leave() { ce_store(&left, 1) }
  mutating func beginPhase() {
    ce_store(&left, 0)
    _ = ce_add(&phase, 1)
  }
  var isLeft: Bool { mutating get { ce_load(&left) != 0 } }
  var isResting: Bool { mutating get { ce_load(&rest) != 0 } }
}
