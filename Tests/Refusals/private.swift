// row: A specification that is private, or nested in another type
// options:

import DistCheck

private struct Hidden: Specification {
  struct State: BitwiseCopyable { var isOn = false }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Stay") { s in
      true
    } then: { s in
    }
  }
  static var models: Models { Model("hidden", Hidden()) }
}
