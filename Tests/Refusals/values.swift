// row: An `Enumeration` of more than 256 cases, or with payloads
// options: --model payload
// row: An `Enumeration` whose `allCases` leaves a case out, or has another order
// options: --model cases
// row: A `Finite` whose ordinals are not 0 to `count - 1`
// options: --model ordinals
// row: Parameters with more than 4,294,967,296 combinations
// options: --model instances
// row: Symmetry, and a constant that names an interchangeable identity
// options: --model constant
// row: Symmetry, and a type that has no value for some exchange
// options: --model link
// row: Symmetry, and something that treats interchangeable identities differently
// options: --model first
// row: A value that its type does not have, by its ordinal or from an `Int`
// options: --model ordinal
// row: A guard, effect or property that does not depend on the state alone
// options: --model random
// row: A type whose own `==` says that elements of a set, bag or network are equal which are not, field by field
// options: --model equal
// row: A state written through a pointer, with bytes that its type does not have
// options: --model pointer

import DistCheck

extension Specification {
  /// What most of them have in common: nothing happens.
  @ActionsBuilder<State> var actions: Actions<State> {
    Action("Stay") { s in
      true
    } then: { s in
    }
  }
}

struct Answering: Specification {
  enum Answer: Enumeration {
    case yes(Bool), no(Bool)
    static var allCases: [Answer] { [.yes(false), .yes(true), .no(false), .no(true)] }
  }
  struct State: BitwiseCopyable { var seen = Subset<Answer>() }
  var initial: Initial<State> { State() }
  static var models: Models { Model("payload", Answering()) }
}

struct Colored: Specification {
  enum Color: Enumeration {
    case red, green, hidden
    static var allCases: [Color] { [.red, .green] }
  }
  struct State: BitwiseCopyable { var seen = Subset<Color>() }
  var initial: Initial<State> { State() }
  static var models: Models { Model("cases", Colored()) }
}

struct Levelled: Specification {
  struct Level: Finite {
    var number: UInt8
    static var count: Int { 3 }
    init(ordinal: Int) { number = UInt8(ordinal + 1) }
    var ordinal: Int { Int(number) }
  }
  struct State: BitwiseCopyable { var isOn = Map<Level, 3, Bool>(false) }
  var initial: Initial<State> { State() }
  static var models: Models { Model("ordinals", Levelled()) }
}

struct Manifold: Specification {
  typealias Number = Bounded<0, 65_535>
  struct State: BitwiseCopyable { var isSet = false }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Set", for: Number.self, Number.self, Number.self) { s, a, b, c in
      true
    } then: { s, a, b, c in
      s.isSet = true
    }
  }
  static var models: Models { Model("instances", Manifold()) }
}

struct Faulty: Specification {
  enum Kind {}
  typealias Node = ID<Kind, 3>
  var faulty: Node.Set = [0]
  struct State: BitwiseCopyable { var seen = Node.Set() }
  var initial: Initial<State> { State() }
  var interchangeable: Interchangeable { Node.self }
  static var models: Models { Model("constant", Faulty()).symmetric() }
}

struct Linked: Specification {
  enum Kind {}
  typealias Node = ID<Kind, 3>
  /// From a node to one with a greater number.
  struct Link: Finite {
    var from: Node
    var to: Node
    static var count: Int { 3 }
    init(ordinal: Int) {
      from = ordinal == 2 ? 1 : 0
      to = ordinal == 0 ? 1 : 2
    }
    var ordinal: Int {
      precondition(from.index < to.index)
      return from.index + to.index - 1
    }
  }
  struct State: BitwiseCopyable { var links = Subset<Link>() }
  var initial: Initial<State> { State() }
  var interchangeable: Interchangeable { Node.self }
  static var models: Models { Model("link", Linked()).symmetric() }
}

struct Favouring: Specification {
  enum Kind {}
  typealias Node = ID<Kind, 3>
  struct State: BitwiseCopyable { var seen = Node.Set() }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("See", for: Node.self) { s, n in
      n.index < 2
    } then: { s, n in
      s.seen.insert(n)
    }
  }
  var interchangeable: Interchangeable { Node.self }
  static var models: Models { Model("first", Favouring()).symmetric() }
}

struct Ring: Specification {
  enum Kind {}
  typealias Node = ID<Kind, 3>
  struct State: BitwiseCopyable { var token: Node = 0 }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Pass") { s in
      true
    } then: { s in
      s.token = Node(ordinal: s.token.ordinal + 1)
    }
  }
  static var models: Models { Model("ordinal", Ring()) }
}

struct Gambling: Specification {
  struct State: BitwiseCopyable { var count: Bounded<0, 9> = 0 }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Count") { s in
      s.count < 9 && Bool.random()
    } then: { s in
      s.count += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models { Model("random", Gambling()) }
}

struct Versioned: Specification {
  struct Entry: Equatable {
    var key: UInt8
    var version: UInt8
    static func == (left: Entry, right: Entry) -> Bool { left.key == right.key }
  }
  struct State: BitwiseCopyable {
    var entries = ValueSet<2, Entry>()
    var version: Bounded<0, 2> = 0
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Write") { s in
      s.version < 2
    } then: { s in
      s.entries.insert(Entry(key: 1, version: UInt8(s.version.value)))
      s.version += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models { Model("equal", Versioned()) }
}

struct Unsafe: Specification {
  enum Kind {}
  typealias Node = ID<Kind, 3>
  struct State: BitwiseCopyable { var token: Node = 0 }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Pass") { s in
      true
    } then: { s in
      withUnsafeMutableBytes(of: &s) { $0[0] = 7 }
    }
  }
  static var models: Models { Model("pointer", Unsafe()) }
}
