// row: An array, a string, a dictionary or a class in the state
// options:

import DistCheck

struct Growing: Specification {
  struct State: BitwiseCopyable { var log: [Int] = [] }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Stay") { s in
      true
    } then: { s in
    }
  }
  static var models: Models { Model("growing", Growing()) }
}
