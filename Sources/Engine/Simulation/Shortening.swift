/// Makes an execution that ends with something wrong shorter.
struct Shortening {
  init(_ system: TransitionSystem, _ goal: ExecutionGoal) {}
  func shortened(_ execution: Execution) -> Execution? { nil }
}
