// row: A list of models whose code fails
// options:

import DistCheck

struct Listed: Specification {
  struct State: BitwiseCopyable { var isOn = false }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Stay") { s in
      true
    } then: { s in
    }
  }
  static var models: Models {
    for place in 0..<2 { Model("\([1][place])", Listed()) }
  }
}
