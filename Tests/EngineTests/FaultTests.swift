import DistCheck
import DistCheckEngine
import Testing

/// Ends, but not before the stack does; two calls, so that it becomes no loop.
@inline(never) @_optimize(none)
private func endless(_ depth: Int) -> Int { depth < 0 ? 0 : endless(depth &+ 1) &+ endless(depth &+ 2) }

private enum Kind: CaseIterable {
  case overflow, inlineArrayIndex, arrayIndex, failedPrecondition, division, missingValue, fullLog, badIdentity, memory,
    recursion

  /// Fails unless the number is small; the number comes from the state, so that the compiler knows nothing of it.
  @inline(never)
  func happen(_ number: Int) {
    guard number >= 3 else { return }
    switch self {
    case .overflow: keep(UInt8(number) + 250 + UInt8(number))
    case .inlineArrayIndex: keep(InlineArray<3, Int> { $0 }[number])
    case .arrayIndex: keep([1, 2, 3][number])
    case .failedPrecondition: precondition(number < 3, "too large")
    case .division: keep(7 / (number - 3))
    case .missingValue: keep((number == 0 ? 1 : nil)!)
    case .fullLog:
      var log = Log<2, Int>()
      for k in 0..<number { log.append(k) }
      keep(log.count)
    case .badIdentity: keep(ID<Kind, 3>(number).index)
    case .memory: keep(UnsafePointer<Int>(bitPattern: 8 * (number + 1))!.pointee)
    case .recursion: keep(endless(number))
    }
  }

  private func keep(_ value: some FixedWidthInteger) { sink = Int(truncatingIfNeeded: value) }

  var message: String {
    switch self {
    case .fullLog: "a log of capacity 2 is full"
    case .badIdentity: "there is no identity 3: they are 0 to 2"
    case .memory: "invalid memory access"
    case .recursion: "stack exhausted (endless recursion?)"
    default: "arithmetic overflow, index out of range or failed precondition"
    }
  }
}

/// Where results go, so that computing them is not dropped.
nonisolated(unsafe) private var sink = 0

/// What goes wrong inside a specification is reported as such, and the process survives.
@Suite struct FaultTests {
  /// Counts to 4; the fault happens where the counter is 3.
  private func check(
    guards: @escaping (Int, Int) -> Void = { _, _ in },
    effects: @escaping (Int, Int) -> Void = { _, _ in }, invariant: @escaping (Int) -> Void = { _ in },
    step: @escaping (Int) -> Void = { _ in }, goal: @escaping (Int) -> Void = { _ in },
    constraint: @escaping (Int) -> Void = { _ in }, mayStop: @escaping (Int) -> Void = { _ in }
  ) throws -> (result: CheckResult, system: TransitionSystem) {
    let specification = Sketch(
      0,
      constraint: {
        constraint($0)
        return true
      },
      mayStop: {
        mayStop($0)
        return true
      }
    ) {
      Action("Next") { s in
        s < 3
      } then: { s in
        s += 1
      }
      Action("Fail", for: Bounded<4, 6>.self, ID<Kind, 2>.self) { s, k, flag in
        guards(s, k.value + flag.index)
        return s == 3 && k == 5 && flag == 1
      } then: { s, k, flag in
        effects(s, k.value + flag.index)
        s = 4
      }
    } properties: {
      Always("invariant") { s in
        invariant(s)
        return true
      }
      Step("step") { _, after in
        step(after)
        return true
      }
      Sometimes("goal") { s in
        goal(s)
        return false
      }
    }
    let system = try specification.lowered()
    let result = Checker(system).check()
    // There is one path only, so every way to search finds the same.
    for strategy in [SearchOptions.Strategy.depthFirst, .iterativeDeepening] {
      let other = Checker(system, options: SearchOptions(strategy: strategy)).check()
      #expect(other.verdict == result.verdict, "\(strategy)")
      #expect(other.fault?.place == result.fault?.place, "\(strategy)")
      #expect(other.fault?.fault.message == result.fault?.fault.message, "\(strategy)")
      #expect(other.fault?.trace?.token == result.fault?.trace?.token, "\(strategy)")
    }
    return (result, system)
  }

  private func expect(
    _ outcome: (result: CheckResult, system: TransitionSystem), _ kind: Kind, place: String, steps: Int,
    lastTitle: String, sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let result = outcome.result
    #expect(result.verdict == .specificationError, "\(kind)", sourceLocation: sourceLocation)
    #expect(!result.isComplete, "\(kind)", sourceLocation: sourceLocation)
    let fault = try #require(result.fault, "\(kind)", sourceLocation: sourceLocation)
    #expect(fault.fault.message == kind.message, "\(kind)", sourceLocation: sourceLocation)
    #expect(fault.fault.isTrap == (kind != .fullLog && kind != .badIdentity), sourceLocation: sourceLocation)
    #expect(fault.place == place, "\(kind)", sourceLocation: sourceLocation)
    let trace = try #require(fault.trace, "\(kind)", sourceLocation: sourceLocation)
    #expect(trace.steps.count == steps, "\(kind)", sourceLocation: sourceLocation)
    #expect(trace.steps.last?.title == lastTitle, "\(kind)", sourceLocation: sourceLocation)
    // The token leads to the same end.
    let token = try #require(ReplayToken(trace.token.description))
    let replay = try Checker(outcome.system).replay(token)
    #expect(replay.trace.steps.map(\.title) == trace.steps.map(\.title), sourceLocation: sourceLocation)
    if place.hasPrefix("action") {
      #expect(trace.steps.last?.state == nil, "\(kind)", sourceLocation: sourceLocation)
      #expect(replay.fault?.message == kind.message, "\(kind)", sourceLocation: sourceLocation)
    }
    // Another search in the same process.
    #expect(try DistCheck.check(chain(to: 300)).distinctStates == 301, sourceLocation: sourceLocation)
  }

  @Test(arguments: Kind.allCases) fileprivate func inAGuard(_ kind: Kind) throws {
    let outcome = try check(guards: { s, k in if k == 6 { kind.happen(s) } })
    // Instances are tried with the first parameter changing fastest.
    try expect(outcome, kind, place: "action Fail(6, 0)", steps: 5, lastTitle: "Fail(6, 0)")
  }

  @Test(arguments: Kind.allCases) fileprivate func inAnEffect(_ kind: Kind) throws {
    let outcome = try check(effects: { s, _ in kind.happen(s) })
    try expect(outcome, kind, place: "action Fail(5, 1)", steps: 5, lastTitle: "Fail(5, 1)")
  }

  @Test(arguments: Kind.allCases) fileprivate func inAProperty(_ kind: Kind) throws {
    try expect(
      check(invariant: { kind.happen($0) }), kind, place: "property \"invariant\"", steps: 4, lastTitle: "Next")
    try expect(check(step: { kind.happen($0) }), kind, place: "property \"step\"", steps: 4, lastTitle: "Next")
    try expect(check(goal: { kind.happen($0) }), kind, place: "property \"goal\"", steps: 4, lastTitle: "Next")
  }

  @Test(arguments: Kind.allCases) fileprivate func inTheConstraint(_ kind: Kind) throws {
    try expect(
      check(constraint: { kind.happen($0) }), kind, place: "state constraint", steps: 4, lastTitle: "Next")
  }

  @Test(arguments: Kind.allCases) fileprivate func inMayStop(_ kind: Kind) throws {
    // Only asked of a state that nothing is enabled in, which is 4; there 3 less one is what fails.
    let outcome = try check(mayStop: { kind.happen($0 - 1) })
    try expect(outcome, kind, place: "mayStop", steps: 5, lastTitle: "Fail(5, 1)")
  }

  @Test(arguments: Kind.allCases) fileprivate func inAnInitialStatesProperty(_ kind: Kind) throws {
    let outcome = try check(invariant: { kind.happen($0 + 3) })
    try expect(outcome, kind, place: "property \"invariant\"", steps: 1, lastTitle: "Initial state")
  }

  /// A struct, because initial states, actions and assumptions have to be computed late.
  private struct Failing: Specification {
    var kind = Kind.overflow
    var place = "initial"
    var initial: Initial<Int> {
      if place == "initial" { kind.happen(three) }
      return [0]
    }
    var assumptions: Assumptions {
      Assume("sane") {
        if place == "assumption" { kind.happen(three) }
        return place != "false assumption"
      }
    }
    var actions: Actions<Int> {
      if place == "actions" { let _ = kind.happen(three) }
      Action("Next") { _ in
        true
      } then: { _ in
      }
    }
    private var three: Int { place.utf8.count > 100 ? 0 : 3 }
  }

  @Test(arguments: ["initial", "actions", "assumption"]) func beforeTheFirstStep(place: String) throws {
    for kind in Kind.allCases {
      do {
        _ = try DistCheck.check(Failing(kind: kind, place: place))
        Issue.record("\(kind) in \(place) is not noticed")
      } catch SpecificationError.fault(let fault) {
        #expect(fault.message == kind.message, "\(place)")
      }
      #expect(try DistCheck.check(chain(to: 3)).holds)
    }
  }

  @Test func falseAssumption() {
    do {
      _ = try DistCheck.check(Failing(place: "false assumption"))
      Issue.record("the assumption is not noticed")
    } catch {
      #expect(error.description == "the assumption \"sane\" is false")
    }
  }

  /// The action is known even when the block has been emptied in the midst of its instances.
  @Test func afterAFullBlock() throws {
    typealias Leaf = Bounded<0, 999>
    let result = try DistCheck.check(
      Sketch(Leaf(0)) {
        Action("Go", for: Leaf.self) { s, _ in
          s == 0
        } then: { s, to in
          if to == 800 { Kind.fullLog.happen(3) }
          s = to
        }
      })
    #expect(result.verdict == .specificationError)
    #expect(result.fault?.place == "action Go(800)")
    #expect(result.fault?.trace?.steps.map(\.title) == ["Initial state", "Go(800)"])
  }

  @Test func overAndOver() throws {
    for round in 0..<200 {
      let kind = Kind.allCases[round % Kind.allCases.count]
      let result = try check(effects: { s, _ in kind.happen(s) }).result
      #expect(result.fault?.fault.message == kind.message, "round \(round)")
    }
  }

  @Test func violationBeforeTheFault() throws {
    let result = try DistCheck.check(
      Sketch(0) {
        Action("Next") { s in
          Kind.overflow.happen(s)
          return true
        } then: { s in
          s += 1
        }
      } properties: {
        Always("not 2") { s in s != 2 }
      })
    #expect(result.verdict == .violated)
    #expect(result.counterexample?.steps.count == 3)
  }
}
