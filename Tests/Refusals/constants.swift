// row: `--with` a file that is not there
// options: --with numbers.swift
// row: `-D` for a constant that there is not
// options: -D m=1
// row: `-D` with what is no value of the constant
// options: -D limit=many
// row: `-D` with a value that is not one of the constant's type
// options: -D level=10
// row: `-D` for a constant of a type that has no text form, such as a set
// options: -D voters=1
// row: `-D` with a size that is no integer, or not in 0...65535
// options: -D n=-1
// row: `-D` of one constant twice
// options: -D n=4 -D n=5
// row: A sweep over an empty range
// options: -D n=4...3
// row: A sweep with a value twice, or with one missing
// options: -D n=4,5,4
// row: A sweep of more than 1,000 values of a constant
// options: -D n=-1...9223372036854775807
// row: A sweep of more than 10,000 combinations
// options: -D limit=1...1000 -D n=1...11
// row: A size for which the types of constants or their defaults fail
// options: -D n=65
// row: Another size, where a constant is an identity that there is no more
// options: --model identity -D n=2
// row: Another size, where a constant is a set with an element that there is no more
// options: --model set -D n=2
// row: Another size, where a constant is a map over identities
// options: --model map -D n=4
// row: Another size, where a constant is longer than its new capacity
// options: --model log -D n=1
// row: Another size, where it cannot be told whether the model changed a constant
// options: --model closure -D n=4
// row: Another size, where a constant has a type that depends on the size in another way
// options: --model range -D n=4

import DistCheck

struct Constants<let n: Int>: Specification {
  enum Kind {}
  typealias Node = ID<Kind, n>

  var limit = 1
  var level = Bounded<0, 9>(1)
  var leader: Node = 0
  var voters = Node.Set()
  var weights = Node.Map<Int8>(1)
  var path = Log<n, Bool>()
  var isQuorum: (Int) -> Bool = { $0 > 1 }
  var range: ClosedRange<Node.Set.Pair>? = nil

  struct State: BitwiseCopyable { var x: Bounded<0, 1> = 0 }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Turn") { s in
      true
    } then: { s in
      s.x = s.x == 0 ? 1 : 0
    }
  }

  private static var full: Log<n, Bool> {
    var log = Log<n, Bool>()
    for _ in 0..<n { log.append(true) }
    return log
  }

  static var models: Models {
    Model("defaults", Constants<3>())
    Model("identity", Constants<3>(leader: 2))
    Model("set", Constants<3>(voters: [0, 2]))
    Model("map", Constants<3>(weights: .init(2)))
    Model("log", Constants<3>(path: Constants<3>.full))
    Model("closure", Constants<3>(isQuorum: { $0 > 2 }))
    Model("range", Constants<3>(range: .init(0)...(.init(2))))
  }
}

extension Subset {
  struct Pair: Comparable {
    var value: Int
    init(_ value: Int) { self.value = value }
    static func < (a: Pair, b: Pair) -> Bool { a.value < b.value }
  }
}
