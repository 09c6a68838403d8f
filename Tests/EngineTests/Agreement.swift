import Testing

@testable import DistCheckEngine

/// Compares what the engine found with the reference.
///
/// - Parameters:
///   - radices: For each action, how many values each parameter has; arguments are integers, the first changes fastest.
///   - value: How the engine shows a numbered state.
func expectAgreement(
  _ result: CheckResult, _ table: TableSystem, radices: [[Int]], seed: Int, value: (Int) -> Value
) {
  let reference = table.explore()
  #expect(result.fault?.fault == nil, "seed \(seed)")
  #expect(result.distinctStates == reference.distinct, "seed \(seed)")
  #expect(result.generatedStates == reference.generated, "seed \(seed)")
  #expect(result.depth == reference.depth, "seed \(seed)")
  #expect(result.statesOutsideConstraint == reference.outside, "seed \(seed)")
  #expect(result.actions.map(\.coverage) == reference.coverage, "seed \(seed)")
  let isEmpty = reference.distinct == 0 && !reference.isViolated
  #expect((result.stopReason == .constraint) == isEmpty, "seed \(seed)")
  #expect(result.isComplete == (!reference.isViolated && !isEmpty), "seed \(seed)")
  if result.isComplete { #expect(result.unexploredStates == 0, "seed \(seed)") }
  #expect(
    result.holds == (!reference.isViolated && !isEmpty && reference.isReached.allSatisfy { $0 }), "seed \(seed)")
  for property in result.properties {
    let number = Int(property.name.split(separator: " ").last!)
    let expected: Int?
    switch property.kind {
    case .always: expected = reference.invariants[number!]
    case .step: expected = reference.steps[number!]
    case .deadlock: expected = reference.deadlock
    case .temporal: continue
    case .sometimes:
      #expect((property.verdict == .holds) == reference.isReached[number!], "seed \(seed)")
      continue
    }
    #expect(property.trace?.steps.count == expected, "seed \(seed): \(property.name)")
    #expect((property.verdict == .violated) == (expected != nil), "seed \(seed): \(property.name)")
    guard let trace = property.trace else { continue }
    expectExecution(trace, table, radices: radices, seed: seed, value: value)
    let last = trace.steps.last!.state
    switch property.kind {
    case .always: #expect(table.broken[number!].contains { value($0) == last }, "seed \(seed)")
    case .deadlock:
      let isStuck = (0..<table.stateCount).contains { state in
        value(state) == last && table.actions.allSatisfy { $0[state].allSatisfy { $0 == nil } }
      }
      #expect(isStuck, "seed \(seed)")
    default: break
    }
  }
}

/// Whether two results say the same, but for what it has cost.
func expectSame(_ result: CheckResult, _ other: CheckResult, _ label: String) {
  #expect(result.verdict == other.verdict, "\(label)")
  #expect(result.isComplete == other.isComplete, "\(label)")
  #expect(result.stopReason == other.stopReason, "\(label)")
  #expect(result.distinctStates == other.distinctStates, "\(label)")
  #expect(result.generatedStates == other.generatedStates, "\(label)")
  #expect(result.depth == other.depth, "\(label)")
  #expect(result.unexploredStates == other.unexploredStates, "\(label)")
  #expect(result.statesOutsideConstraint == other.statesOutsideConstraint, "\(label)")
  #expect(result.actions.map(\.coverage) == other.actions.map(\.coverage), "\(label)")
  #expect(result.properties.map(\.verdict) == other.properties.map(\.verdict), "\(label)")
  #expect(
    result.properties.map { $0.trace?.token.description } == other.properties.map { $0.trace?.token.description },
    "\(label)")
  #expect(result.fault?.place == other.fault?.place, "\(label)")
  #expect(result.fault?.trace?.token.description == other.fault?.trace?.token.description, "\(label)")
}

/// Every way to search that has to give the same result.
let searches: [(label: String, options: SearchOptions)] =
  [1, 2, 3].flatMap { (threads: Int) in
    [SearchOptions.Storage.full, .compact].map { (storage: SearchOptions.Storage) in
      ("\(threads) threads, \(storage.rawValue) storage", SearchOptions(threads: threads, storage: storage))
    }
  } + [(1, 1), (2, 3), (3, 2), (64, 1), (1, 512)].map { sources, successors in smallBlocks(sources, successors) }

/// Blocks of so many states, and so many successors.
private func smallBlocks(_ sources: Int, _ successors: Int) -> (label: String, options: SearchOptions) {
  var options = SearchOptions(threads: 1 + sources % 2, storage: successors == 1 ? .compact : .full)
  (options.searchThresholds.sources, options.searchThresholds.successors) = (sources, successors)
  return ("blocks of \(sources) states and \(successors) successors", options)
}

/// Every step of the trace is one that the tables allow.
func expectExecution(
  _ trace: Trace, _ table: TableSystem, radices: [[Int]], seed: Int, value: (Int) -> Value
) {
  guard var state = table.initial.first(where: { value($0) == trace.steps[0].state }) else {
    Issue.record("seed \(seed): the trace does not begin in an initial state")
    return
  }
  for step in trace.steps.dropFirst() {
    let action = Int(step.action!)!
    var (ordinal, weight) = (0, 1)
    for (argument, radix) in zip(step.arguments, radices[action]) {
      guard case .integer(let digit) = argument else { break }
      ordinal += digit * weight
      weight *= radix
    }
    guard let next = table.actions[action][state][ordinal] else {
      Issue.record("seed \(seed): the trace takes an instance that is not enabled")
      return
    }
    state = next
    #expect(step.state == value(state), "seed \(seed)")
  }
}
