import DistCheck

// Two actions that are enabled by turns, while a third goes round between them for ever. Weak fairness of each alone asks
// for nothing; of both together it asks for one of them.

struct Turns: Specification {
  var isTogether = true

  struct State: BitwiseCopyable {
    var isLeft = true
    var isDone = false
  }

  var initial: Initial<State> { State() }

  private var fairness: Fairness { isTogether ? .weak.together("leave") : .weak }

  var actions: Actions<State> {
    Action("Turn") { s in
      !s.isDone
    } then: { s in
      s.isLeft.toggle()
    }
    Action("Leave left", fairness: fairness) { s in
      s.isLeft && !s.isDone
    } then: { s in
      s.isDone = true
    }
    Action("Leave right", fairness: fairness) { s in
      !s.isLeft && !s.isDone
    } then: { s in
      s.isDone = true
    }
  }

  var properties: Properties<State> {
    Eventually("done") { s in s.isDone }
  }

  func mayStop(_ s: borrowing State) -> Bool { s.isDone }

  static var models: Models {
    Model("together", Turns()).expects(.holds, distinctStates: 4)
    Model("each", Turns(isTogether: false)).expects(.violates("done"))
  }
}
