// row: A line `// distcheck: ` that says something else than `with FILE`
// options:
// distcheck: without numbers.swift
import DistCheck

struct Directed: Specification {
  struct State: BitwiseCopyable { var isOn = false }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Switch") { s in
      true
    } then: { s in
      s.isOn.toggle()
    }
  }
  static var models: Models { Model("directed", Directed()) }
}
