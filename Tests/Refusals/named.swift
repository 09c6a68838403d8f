// row: Two models of a specification with one name
// options:

import DistCheck

struct Named: Specification {
  struct State: BitwiseCopyable { var isOn = false }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Stay") { s in
      true
    } then: { s in
    }
  }
  static var models: Models {
    Model("one", Named())
    Model("one", Named()).fairness(.weak)
  }
}
