// row: A generic parameter that is a type
// options:

import DistCheck

struct Generic<Message>: Specification {
  struct State: BitwiseCopyable { var isOn = false }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Stay") { s in
      true
    } then: { s in
    }
  }
}
