import DistCheck

/// The prisoners and the two switches: prisoners are led one by one, in any order, into a room with two switches, and each
/// has to flip exactly one of them. Once one of them claims, rightly, that all have been there, they go free. They may
/// agree on a strategy beforehand, and cannot talk afterwards; they do not know how the switches stand at first.
///
/// The strategy: whoever is not the counter moves switch A up twice, when he finds it down, and flips B otherwise. The
/// counter alone moves A down, and counts how often.
///
/// Lamport's module `Prisoners`; actions and names as there.
///
/// Assumed: nobody is from some time on never led into the room again. Nothing has to be bounded.
struct Prisoners<let others: Int>: Specification {
  enum Inmate {}
  /// Who is not the counter.
  typealias OtherPrisoner = ID<Inmate, others>

  /// How often everybody but the counter moves switch A up.
  var times = 2
  /// How often the counter moves switch A down before he makes his claim.
  var enough = 2 * others

  struct State: BitwiseCopyable {
    var switchAUp: Bool
    var switchBUp: Bool
    /// How often each has moved switch A up.
    var timesSwitched = OtherPrisoner.Map<Bounded<0, 2>>(0)
    /// How often the counter has moved it down.
    var count = Bounded<0, 15>(0)
  }

  var assumptions: Assumptions {
    Assume("the types have room for what is counted") { times <= 2 && others <= 7 }
  }

  var initial: Initial<State> {
    for a in Bool.all {
      for b in Bool.all { State(switchAUp: a, switchBUp: b) }
    }
  }

  var actions: Actions<State> {
    Action("NonCounterStep", for: OtherPrisoner.self, fairness: .weak.each) { _, _ in
      true
    } then: { s, i in
      if !s.switchAUp && s.timesSwitched[i] < times {
        s.switchAUp = true
        s.timesSwitched[i] += 1
      } else {
        s.switchBUp.toggle()
      }
    }
    Action("CounterStep", fairness: .weak) { _ in
      true
    } then: { s in
      if s.switchAUp {
        s.switchAUp = false
        s.count += 1
      } else {
        s.switchBUp.toggle()
      }
    }
  }

  func done(_ s: State) -> Bool { s.count == enough }

  var properties: Properties<State> {
    Always("whoever is counted has been there") { s in !done(s) || s.timesSwitched.allSatisfy { $0 > 0 } }
    // Switch A may have been up at first.
    Always("count") { s in
      let switched = OtherPrisoner.all.reduce(0) { sum, i in sum + s.timesSwitched[i] }
      let down = switched - (s.switchAUp ? 1 : 0)
      return s.count == down || s.count == down + 1
    }
    Eventually("done") { s in done(s) }
  }

  static var models: Models {
    Model("four", Prisoners<3>()).expects(.holds, distinctStates: 214, generatedStates: 860, depth: 14)
    Model("seven", Prisoners<6>())
    Model("counter left alone", Prisoners<3>()).fairness(.none, of: "CounterStep").expects(.violates("done"))
    Model("others left alone", Prisoners<3>()).fairness(.none, of: "NonCounterStep").expects(.violates("done"))
    // The warden leads in somebody again and again, but always the same.
    Model("the same one", Prisoners<3>()).fairness(.weak, of: "NonCounterStep").expects(.violates("done"))
    // If A was up at first, the counter has counted one that nobody has moved.
    Model("once is not enough", Prisoners<3>(times: 1, enough: 3))
      .expects(.violates("whoever is counted has been there"))
    // If A was down at first, there will be no more.
    Model("one too many", Prisoners<3>(enough: 7)).expects(.violates("done"))
  }
}
