import DistCheck

/// A specification put together in place.
struct Sketch<State: BitwiseCopyable>: Specification {
  var initial: Initial<State>
  var actions: Actions<State>
  var properties: Properties<State>
  private let isWithin: (State) -> Bool
  private let stops: (State) -> Bool

  init() { self.init(actions: {}) }

  init(
    _ initial: State..., constraint: @escaping (State) -> Bool = { _ in true },
    mayStop: @escaping (State) -> Bool = { _ in true }, @ActionsBuilder<State> actions: () -> Actions<State>,
    @PropertiesBuilder<State> properties: () -> Properties<State> = { [] }
  ) {
    self.initial = initial
    self.actions = actions()
    self.properties = properties()
    isWithin = constraint
    stops = mayStop
  }

  func constraint(_ state: borrowing State) -> Bool { isWithin(copy state) }
  func mayStop(_ state: borrowing State) -> Bool { stops(copy state) }
}

/// Counts up to a limit.
func chain(
  to last: Int, mayStop: Bool = true, @PropertiesBuilder<Int> properties: () -> Properties<Int> = { [] }
) -> Sketch<Int> {
  Sketch(
    0, mayStop: { _ in mayStop },
    actions: {
      Action("Next") { s in
        s < last
      } then: { s in
        s += 1
      }
    },
    properties: properties)
}
