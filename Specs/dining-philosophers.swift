import DistCheck

/// Dining philosophers who hand forks to each other: eating makes forks dirty, and whoever holds a dirty one cleans it and
/// hands it to the neighbour, who then has precedence.
///
/// Chandy and Misra, "The Drinking Philosophers Problem", 1984; labels and names as in Hemphill's PlusCal module
/// `DiningPhilosophers`.
///
/// Assumed: a philosopher reads and hands over forks at once, and never dies. Nothing has to be bounded.
struct DiningPhilosophers<let count: Int>: Specification {
  enum Person {}
  typealias Philosopher = ID<Person, count>
  /// To the left of each philosopher there is one fork.
  typealias Fork = Philosopher
  enum Label: Enumeration { case loop, eat, think }

  /// Whether one philosopher holds two forks at first, and another none. Otherwise everybody holds the left one.
  var startsUneven = true
  /// Whether forks get dirty by eating.
  var eatingSoils = true
  /// Whether a philosopher needs both forks to eat.
  var needsBoth = true

  struct State: BitwiseCopyable {
    var holder: Fork.Map<Philosopher>
    var clean = Fork.Map<Bool>(false)
    var pc = Philosopher.Map<Label>(.loop)
    var hungry = Philosopher.Map<Bool>(true)

    func left(_ p: Philosopher) -> Fork { p }
    func right(_ p: Philosopher) -> Fork { p.next }

    func holds(_ p: Philosopher, dirty fork: Fork) -> Bool { holder[fork] == p && !clean[fork] }

    mutating func hand(_ fork: Fork, to p: Philosopher) {
      holder[fork] = p
      clean[fork] = true
    }
  }

  var initial: Initial<State> {
    State(holder: Fork.Map { fork in startsUneven && fork.index == 1 ? 0 : fork })
  }

  func canEat(_ s: State, _ p: Philosopher) -> Bool {
    let (left, right) = (s.left(p), s.right(p))
    let (hasLeft, hasRight) = (s.holder[left] == p, s.holder[right] == p)
    return (needsBoth ? hasLeft && hasRight : hasLeft || hasRight) && s.clean[left] && s.clean[right]
  }

  var actions: Actions<State> {
    // Hands over a dirty fork, if there is one, and looks whether it is time to eat or to think.
    Action("Loop", for: Philosopher.self, fairness: .weak.each.together("Philosopher")) { s, p in
      s.pc[p] == .loop
    } then: { s, p in
      if s.holds(p, dirty: s.left(p)) {
        s.hand(s.left(p), to: p.previous)
      } else if s.holds(p, dirty: s.right(p)) {
        s.hand(s.right(p), to: p.next)
      }
      if !s.hungry[p] { s.pc[p] = .think } else if canEat(s, p) { s.pc[p] = .eat }
    }
    Action("Eat", for: Philosopher.self, fairness: .weak.each.together("Philosopher")) { s, p in
      s.pc[p] == .eat
    } then: { s, p in
      s.hungry[p] = false
      if eatingSoils {
        s.clean[s.left(p)] = false
        s.clean[s.right(p)] = false
      }
      s.pc[p] = .loop
    }
    Action("Think", for: Philosopher.self, fairness: .weak.each.together("Philosopher")) { s, p in
      s.pc[p] == .think
    } then: { s, p in
      s.hungry[p] = true
      s.pc[p] = .loop
    }
  }

  var properties: Properties<State> {
    Always("exclusive access") { s in
      Philosopher.all.allSatisfy { p in s.pc[p] != .eat || s.pc[p.next] != .eat }
    }
    for p in Philosopher.all {
      AlwaysEventually("\(p.index) does not starve") { s in !s.hungry[p] }
    }
  }

  static var models: Models {
    Model("five", DiningPhilosophers<5>()).expects(.holds, distinctStates: 67, generatedStates: 336, depth: 29)
    Model("philosophers who can die", DiningPhilosophers<5>()).fairness(.none).expects(.violates("0 does not starve"))
    // Looking in vain changes nothing, and nobody can do anything else for ever without the neighbours.
    Model("fair to nobody in particular", DiningPhilosophers<5>()).fairness(.weak.together("Philosopher"))
    // Everybody hands over the left fork, and then has a clean right one.
    Model("round table", DiningPhilosophers<5>(startsUneven: false)).expects(.violates("0 does not starve"))
    Model("forks stay clean", DiningPhilosophers<5>(eatingSoils: false)).expects(.violates("0 does not starve"))
    Model("one fork is enough", DiningPhilosophers<5>(needsBoth: false)).expects(.violates("exclusive access"))
  }
}
