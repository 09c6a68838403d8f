// row: A part of the state that is no finite type, such as a `Double`
// options: --model double
// row: A pointer in the state
// options: --model pointer
// row: More than 64 identities of a kind, or none
// options: --model identities
// row: A `Bounded` of more than 65,536 values
// options: --model bounded
// row: A `Bounded` whose range is empty
// options: --model range
// row: A log, queue, bag, set or network without capacity, or of more than 65,535
// options: --model capacity
// row: A message, or an element of a bag or set, with padding between its fields
// options: --model padding
// row: A `Map` with another number of places than its key has values
// options: --model map
// row: A `Subset` of more than 64 possible elements
// options: --model subset
// row: Sets of sets of more than 20 elements
// options: --model sets
// row: A `Map` or `Subset` over an `Enumeration` of more than 256 cases, or with payloads
// options: --model enumeration
// row: A `count` of a finite type that fails
// options: --model count

import DistCheck

extension Specification {
  /// What all of them have in common: nothing happens.
  @ActionsBuilder<State> var actions: Actions<State> {
    Action("Stay") { s in
      true
    } then: { s in
    }
  }
}

struct Floating: Specification {
  struct State: BitwiseCopyable { var time = 0.5 }
  var initial: Initial<State> { State() }
  static var models: Models { Model("double", Floating()) }
}

struct Pointing: Specification {
  struct State: BitwiseCopyable { var next: UnsafeRawPointer? = nil }
  var initial: Initial<State> { State() }
  static var models: Models { Model("pointer", Pointing()) }
}

struct Crowd: Specification {
  enum Kind {}
  struct State: BitwiseCopyable { var leader: ID<Kind, 65>? = nil }
  var initial: Initial<State> { State() }
  static var models: Models { Model("identities", Crowd()) }
}

struct Wide: Specification {
  struct State: BitwiseCopyable { var number: Bounded<0, 65_536>? = nil }
  var initial: Initial<State> { State() }
  static var models: Models { Model("bounded", Wide()) }
}

struct Narrow: Specification {
  struct State: BitwiseCopyable { var number: Bounded<3, 2>? = nil }
  var initial: Initial<State> { State() }
  static var models: Models { Model("range", Narrow()) }
}

struct Placeless: Specification {
  struct State: BitwiseCopyable { var log = Log<0, Bool>() }
  var initial: Initial<State> { State() }
  static var models: Models { Model("capacity", Placeless()) }
}

struct Padded: Specification {
  struct Element: BitwiseCopyable {
    var small: UInt8 = 0
    var wide: UInt32 = 0
  }
  struct State: BitwiseCopyable { var bag = Bag<2, Element>() }
  var initial: Initial<State> { State() }
  static var models: Models { Model("padding", Padded()) }
}

struct Mapped: Specification {
  enum Color: Enumeration { case red, green }
  struct State: BitwiseCopyable { var isOn: Map<Color, 3, Bool>? = nil }
  var initial: Initial<State> { State() }
  static var models: Models { Model("map", Mapped()) }
}

struct Large: Specification {
  struct State: BitwiseCopyable { var numbers = Subset<Bounded<1, 65>>() }
  var initial: Initial<State> { State() }
  static var models: Models { Model("subset", Large()) }
}

struct Nested: Specification {
  struct State: BitwiseCopyable { var sets = Subset<Subset<Bounded<0, 30>>>() }
  var initial: Initial<State> { State() }
  static var models: Models { Model("sets", Nested()) }
}

struct Enumerated: Specification {
  enum Answer: Enumeration {
    case none
    case some(UInt32)
    static var allCases: [Answer] { [.none] }
  }
  struct State: BitwiseCopyable { var seen: Map<Answer, 1, Bool>? = nil }
  var initial: Initial<State> { State() }
  static var models: Models { Model("enumeration", Enumerated()) }
}

struct Uncounted: Specification {
  struct Part: Finite {
    static var count: Int { Array(repeating: 2, count: 1)[Int(CommandLine.argc)] }
    init(ordinal: Int) {}
    var ordinal: Int { 0 }
  }
  struct State: BitwiseCopyable { var parts = Subset<Part>() }
  var initial: Initial<State> { State() }
  static var models: Models { Model("count", Uncounted()) }
}
