// row: A specification without models
// options:

import DistCheck

struct Unlisted: Specification {
  struct State: BitwiseCopyable { var isOn = false }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Stay") { s in
      true
    } then: { s in
    }
  }
}
