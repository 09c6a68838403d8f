// row: An action, a property, the state constraint or `mayStop` that overflows, exceeds a capacity or an index
// options: --model capacity
// row: A guard, effect or property that does not come to its end, with `--timeout`
// options: --model endless --timeout 500ms
// row: No initial state within the state constraint
// options: --model outside
// row: A temporal property, where every fair behaviour leaves the state constraint
// options: --model leaving
// row: `--max-depth`, where there are states at that depth
// options: --model clock --max-depth 3
// row: `--max-states`, where there are more
// options: --model clock --max-states 3
// row: `--timeout`, or Ctrl-C, before the search is over
// options: --model long --timeout 300ms
// row: `--memory` that is not enough
// options: --model long --memory 16M
// row: `--lossy`
// options: --model clock --lossy bits=24
// row: `--lossy`, and a temporal property
// options: --model temporal --lossy bits=24
// row: `--strategy depth-first` or `iterative-deepening`, and a temporal property
// options: --model temporal --strategy depth-first
// row: Symmetry, and fairness of each instance, and a temporal property
// options: --model symmetric
// row: `--symmetry`, where nothing is declared `interchangeable`
// options: --model plain --symmetry

import DistCheck

struct Clock: Specification {
  enum Wrong: Enumeration { case nothing, full, endless, outside, leaving }
  var wrong = Wrong.nothing
  var isTemporal = false

  enum Kind {}
  typealias Node = ID<Kind, 2>
  struct State: BitwiseCopyable {
    var now: Bounded<0, 9> = 0
    var log = Log<1, Bool>()
    var seen = Node.Set()
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Tick", fairness: .weak) { s in
      s.now < 9
    } then: { s in
      if wrong == .full { s.log.append(true) }
      while wrong == .endless { s.now = s.now == 0 ? 1 : 0 }
      s.now += 1
    }
    Action("See", for: Node.self, fairness: .weak.each) { s, n in
      isTemporal
    } then: { s, n in
      s.seen.insert(n)
    }
  }
  var properties: Properties<State> {
    if isTemporal || wrong == .leaving { Eventually("nine") { s in s.now == 9 } }
  }
  func constraint(_ s: State) -> Bool { wrong != .outside && (wrong != .leaving || s.now < 9) }
  func mayStop(_ s: State) -> Bool { s.now == 9 }
  var interchangeable: Interchangeable { Node.self }

  static var models: Models {
    Model("clock", Clock())
    Model("capacity", Clock(wrong: .full))
    Model("endless", Clock(wrong: .endless))
    Model("outside", Clock(wrong: .outside))
    Model("leaving", Clock(wrong: .leaving))
    Model("temporal", Clock(isTemporal: true))
    Model("symmetric", Clock(isTemporal: true)).symmetric()
  }
}

struct Long: Specification {
  enum Kind {}
  typealias Node = ID<Kind, 8>
  struct State: BitwiseCopyable { var counts = Node.Map<Bounded<0, 31>>(0) }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Up", for: Node.self) { s, n in
      s.counts[n] < 31
    } then: { s, n in
      s.counts[n] += 1
    }
  }
  static var models: Models { Model("long", Long()) }
}

struct Plain: Specification {
  struct State: BitwiseCopyable { var isOn = false }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Stay") { s in
      true
    } then: { s in
    }
  }
  static var models: Models { Model("plain", Plain()) }
}
