import DistCheck

/// Reliable broadcast among processes of which some are Byzantine: what a correct process accepts, all correct ones do,
/// and nobody is made to accept what was never sent.
///
/// Srikanth and Toueg, "Simulating Authenticated Broadcasts to Derive Simple Fault-Tolerant Algorithms", 1987, figure
/// 7, one round; rules and names as in the module `bcastByz` by Konnov, Tran and Widder, 2016.
///
/// Assumed: more than three times as many processes as are tolerated to be faulty (N > 3T), and no more faulty ones
/// than are tolerated (F <= T). Messages between correct processes arrive in the end, and nobody can send in the name
/// of another. Faulty processes send what they like, to whom they like; who they are is open. Nothing has to be
/// bounded.
struct ByzantineBroadcast<let n: Int>: Specification {
  enum Participant {}
  typealias Process = ID<Participant, n>
  /// v0 and v1: has not heard from the broadcaster, has; se: has sent echo; ac: has accepted, and sent echo.
  enum Label: Enumeration { case v0, v1, se, ac }
  enum Rule: Enumeration { case uponV1, uponNonFaulty, uponAcceptNotSentBefore, uponAcceptSentBefore }

  /// How many faulty processes are tolerated.
  var t = 1
  /// How many there are.
  var f = 1

  struct State: BitwiseCopyable {
    var corr: Process.Set
    var pc: Process.Map<Label>
    /// From whom each has received echo.
    var rcvd = Process.Map<Process.Set>([])
    /// The correct processes that have sent echo.
    var sent = Process.Set()

    var faulty: Process.Set { corr.complement }

    func allCorrect(are label: Label) -> Bool { corr.allSatisfy { p in pc[p] == label } }
    func someCorrect(is label: Label) -> Bool { corr.contains { p in pc[p] == label } }
  }

  var assumptions: Assumptions {
    Assume("some processes are correct") { 0 <= f && f < n }
  }

  /// Any processes may be faulty, and any may have heard from the broadcaster.
  var initial: Initial<State> {
    for corr in 0..<Process.Set.count where Process.Set(ordinal: corr).count == n - f {
      for heard in 0..<Process.Set.count {
        let heard = Process.Set(ordinal: heard)
        State(
          corr: Process.Set(ordinal: corr), pc: Process.Map { p in heard.contains(p) ? .v1 : .v0 })
      }
    }
  }

  /// Whether a correct process can follow a rule once it has received messages besides those that it had.
  func follows(_ s: State, _ p: Process, _ rule: Rule, _ messages: Process.Set) -> Bool {
    guard s.corr.contains(p) && messages.isSubset(of: s.sent.union(s.faulty)) else { return false }
    let echoes = s.rcvd[p].union(messages).count
    let hasNotSent = s.pc[p] == .v0 || s.pc[p] == .v1
    return switch rule {
    case .uponV1: s.pc[p] == .v1
    case .uponNonFaulty: hasNotSent && echoes >= n - 2 * t && echoes < n - t
    case .uponAcceptNotSentBefore: hasNotSent && echoes >= n - t
    case .uponAcceptSentBefore: s.pc[p] == .se && echoes >= n - t
    }
  }

  func follow(_ s: inout State, _ p: Process, _ rule: Rule, _ messages: Process.Set) {
    s.rcvd[p].formUnion(messages)
    s.sent.insert(p)
    s.pc[p] = rule == .uponV1 || rule == .uponNonFaulty ? .se : .ac
  }

  var actions: Actions<State> {
    // The module's Step, in two: only what correct processes have sent has to arrive.
    Action("Step", for: Process.self, Rule.self, Process.Set.self, fairness: .weak) { s, p, rule, messages in
      messages.isSubset(of: s.sent) && follows(s, p, rule, messages)
    } then: { s, p, rule, messages in
      follow(&s, p, rule, messages)
    }
    Action("StepFromFaulty", for: Process.self, Rule.self, Process.Set.self) { s, p, rule, messages in
      !messages.isSubset(of: s.sent) && follows(s, p, rule, messages)
    } then: { s, p, rule, messages in
      follow(&s, p, rule, messages)
    }
    // As in the module, so that counts agree.
    Action("Stutter") { _ in
      true
    } then: { _ in
    }
  }

  var noneHasHeard: Formula<State> { now { s in s.allCorrect(are: .v0) } }
  var allHaveHeard: Formula<State> { now { s in s.allCorrect(are: .v1) } }
  var someAccepts: Formula<State> { now { s in s.someCorrect(is: .ac) } }
  var allAccept: Formula<State> { now { s in s.allCorrect(are: .ac) } }

  var properties: Properties<State> {
    Temporal("unforgeability", noneHasHeard ==> always(!someAccepts))
    Temporal("correctness", allHaveHeard ==> eventually(allAccept))
    Temporal("relay", always(someAccepts ~> allAccept))
  }

  static var models: Models {
    Model("one of four is faulty", ByzantineBroadcast<4>())
      .expects(.holds, distinctStates: 14_424, generatedStates: 227_344, depth: 7)
    Model("none of four is faulty", ByzantineBroadcast<4>(f: 0))
    Model("messages that never arrive", ByzantineBroadcast<4>()).fairness(.none).expects(.violates("correctness"))
    // N = 3T: the echo of one faulty process is believed.
    Model("one of three is faulty", ByzantineBroadcast<3>()).expects(.violates("unforgeability"))
    // F > T, and N < 3F: correct processes are too few for anybody to accept without faulty ones.
    Model("two of four are faulty", ByzantineBroadcast<4>(f: 2)).expects(.violates("correctness"))
    Model("two of four are faulty, and help only one", ByzantineBroadcast<4>(f: 2)).expects(.violates("relay"))
  }
}
