import DistCheckTemporal

/// The temporal properties of a system, and what has come of them.
final class Liveness {
  struct Property {
    /// Its number among the properties of the system.
    var index: Int
    var automaton: ProductAutomaton
    /// Of the whole system, but numbered for this property: which there are becomes known on the way.
    var conditions: FairnessConditions
  }

  let properties: [Property]
  var outcomes: [Int: LivenessOutcome] = [:]
  /// A search that goes on is interrupted for a look at what there is so far when it has so many states, and then at eight
  /// times as many. A look visits an eighth of them for each property, so all looks together take a seventh of the time of
  /// the check at the end; and a violation that is everywhere is found early.
  var nextLook: Int
  private let lookFactor: Int
  /// The property that is being checked.
  var current: Int?
  /// Whether to check them at all.
  let isWanted: Bool
  /// Whether to say which fairness each property needs, whatever that costs.
  let explains: Bool

  /// nil when there are no temporal properties.
  init?(_ system: TransitionSystem, _ options: SearchOptions = SearchOptions()) {
    isWanted = options.checksLiveness
    explains = options.explains
    nextLook = options.looksAtLivenessOnTheWay ? options.searchThresholds.firstLook : .max
    lookFactor = options.searchThresholds.lookFactor
    var properties: [Property] = []
    for (index, property) in system.properties.enumerated() {
      guard case .temporal(let temporal) = property.predicate else { continue }
      guard let automaton = try? ProductAutomaton(violating: temporal) else {
        preconditionFailure("property \"\(property.name)\" has no automaton")
      }
      properties.append(Property(index: index, automaton: automaton, conditions: FairnessConditions(system)))
    }
    guard !properties.isEmpty else { return nil }
    self.properties = properties
  }

  /// The next look is at more states than there are.
  func noteLook(at storedStates: Int) { while nextLook <= storedStates { nextLook *= lookFactor } }

  deinit { for property in properties { property.automaton.deallocate() } }

  /// None of the properties can be checked.
  func refuse(_ obstacle: LivenessOutcome.Obstacle) {
    for property in properties { outcomes[property.index] = LivenessOutcome(obstacle: isWanted ? obstacle : .unwanted) }
  }

  /// Whether there are properties that would be said to hold.
  var isAnythingHeld: Bool { outcomes.values.contains { !$0.isViolated && $0.obstacle == nil } }

  /// What was not violated has not been shown either.
  func takeBack(because obstacle: LivenessOutcome.Obstacle) {
    for (index, outcome) in outcomes where !outcome.isViolated && outcome.obstacle == nil {
      outcomes[index] = LivenessOutcome(obstacle: obstacle)
    }
  }

  var isViolated: Bool { outcomes.values.contains { $0.isViolated } }
}

/// What has come of a temporal property.
struct LivenessOutcome {
  /// Why nothing is known.
  enum Obstacle: String {
    case unwanted = "only safety was asked for"
    case lossy = "a lossy search checks no temporal properties"
    case depthFirst = "a depth-first search checks no temporal properties"
    case disk = "temporal properties are checked only while all states are in memory"
    case memory = "there was not enough memory to check it"
    case symmetry =
      """
      fairness for each instance, or of a part, and symmetry exclude each other: under symmetry it is not told which \
      instance is which
      """
    case stopped = "the search was stopped first"
    case noBehaviour = "every fair behaviour leaves the state constraint"
  }

  /// Whether some behaviour violates it, and one that does; nil where there was no time or memory to find it.
  var isViolated = false
  var lasso: Lasso?
  var obstacle: Obstacle?
  /// Whether what was found of stored states is no execution of the specification.
  var isNoExecution = false
  /// Nodes of the product that were visited.
  var productStates = 0
  /// Whether behaviour that leaves the stored states was left out.
  var isCut = false
  /// Whether nothing ever triggers it.
  var isVacuous = false
  /// The fairness assumptions that are enough for it, none of which can be left out; nil when that was not looked for.
  var needs: [String]?
}

extension TemporalProperty {
  /// - Throws: When the formula is too large to be checked.
  public func validate() throws(AutomatonError) {
    let automaton = try ProductAutomaton(violating: self)
    automaton.deallocate()
  }
}
