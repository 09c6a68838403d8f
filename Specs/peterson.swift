import DistCheck

/// Peterson's algorithm: mutual exclusion of two processes that read and write shared variables.
///
/// Peterson, "Myths About the Mutual Exclusion Problem", 1981; labels as in Differdange's PlusCal module `Peterson`.
///
/// Assumed: reading and writing a variable is atomic, also reading both in `a3` at once. A process may stay outside for
/// ever, but is fair in all else. Nothing has to be bounded.
struct Peterson: Specification {
  enum Thread {}
  typealias Process = ID<Thread, 2>
  /// `a0` is outside, `cs` the critical section.
  enum Label: Enumeration { case a0, a1, a2, a3, cs, a4 }
  /// Why a process may enter.
  enum Reason: Enumeration { case otherIsOutside, myTurn }

  /// Whether a process raises its flag before it gives way to the other, and not after.
  var flagsFirst = true
  /// Whether a process enters when the other's flag is down.
  var looksAtFlag = true
  /// Whether a process enters when it is its turn.
  var looksAtTurn = true

  struct State: BitwiseCopyable {
    var pc = Process.Map<Label>(.a0)
    /// Who wants to enter, or is inside.
    var c = Process.Map<Bool>(false)
    var turn: Process = 0
  }

  func other(_ p: Process) -> Process { p.next }

  func mayEnter(_ s: State, _ p: Process, _ reason: Reason) -> Bool {
    switch reason {
    case .otherIsOutside: looksAtFlag && !s.c[other(p)]
    case .myTurn: looksAtTurn && s.turn == p
    }
  }

  var initial: Initial<State> { State() }

  var actions: Actions<State> {
    Action("a0", for: Process.self) { s, p in
      s.pc[p] == .a0
    } then: { s, p in
      s.pc[p] = .a1
    }
    Action("a1", for: Process.self, fairness: .weak.each(0).together("Process")) { s, p in
      s.pc[p] == .a1
    } then: { s, p in
      if flagsFirst { s.c[p] = true } else { s.turn = other(p) }
      s.pc[p] = .a2
    }
    Action("a2", for: Process.self, fairness: .weak.each(0).together("Process")) { s, p in
      s.pc[p] == .a2
    } then: { s, p in
      if flagsFirst { s.turn = other(p) } else { s.c[p] = true }
      s.pc[p] = .a3
    }
    // As in TLC, a successor for each reason.
    Action("a3", for: Process.self, Reason.self, fairness: .weak.each(0).together("Process")) { s, p, reason in
      s.pc[p] == .a3 && mayEnter(s, p, reason)
    } then: { s, p, _ in
      s.pc[p] = .cs
    }
    Action("cs", for: Process.self, fairness: .weak.each(0).together("Process")) { s, p in
      s.pc[p] == .cs
    } then: { s, p in
      s.pc[p] = .a4
    }
    Action("a4", for: Process.self, fairness: .weak.each(0).together("Process")) { s, p in
      s.pc[p] == .a4
    } then: { s, p in
      s.c[p] = false
      s.pc[p] = .a0
    }
  }

  var properties: Properties<State> {
    Always("mutual exclusion") { s in s.pc.count { $0 == .cs || $0 == .a4 } <= 1 }
    for p in Process.all {
      LeadsTo("\(p.index) enters") { s in
        s.pc[p] == .a1
      } then: { s in
        s.pc[p] == .cs
      }
    }
  }

  static var models: Models {
    Model("Peterson", Peterson()).expects(.holds, distinctStates: 42, generatedStates: 77, depth: 11)
    Model("processes that may stop", Peterson()).fairness(.none).expects(.violates("0 enters"))
    // One may take all the steps.
    Model("somebody moves", Peterson())
      .fairness(.weak.together("Process"), of: "a1", "a2", "a3", "cs", "a4")
      .expects(.violates("1 enters"))
    // Both give way, both find that the other has not raised its flag, or that it is their turn.
    Model("flags last", Peterson(flagsFirst: false)).expects(.violates("mutual exclusion"))
    // After you, after you.
    Model("no turns", Peterson(looksAtTurn: false)).expects(.deadlocks)
    // Whoever stays outside takes no turn.
    Model("no flags", Peterson(looksAtFlag: false)).expects(.violates("0 enters"))
  }
}
