import DistCheck

/// Counters of eight nodes, each kept in many copies: the same graph of states whatever the size of a state.
///
/// For `Benchmarks/scaling`. What a node knows is a function of its own counter, and a step changes one node, in one place
/// or in many.
///
/// Counts are arithmetic: 5^8 states, and 8 × 4 × 5^7 steps.
struct StateSize<let copies: Int>: Specification {
  enum Process {}
  typealias Node = ID<Process, 8>
  enum Place {}
  typealias Copy = ID<Place, copies>
  /// Four bits.
  typealias Counter = Bounded<0, 15>

  struct State: BitwiseCopyable {
    var counters = Node.Map<Copy.Map<Counter>>(Copy.Map(0))
  }

  var initial: Initial<State> { State() }

  var actions: Actions<State> {
    Action("Count", for: Node.self) { s, i in
      s.counters[i][0] < 4
    } then: { s, i in
      let counter: Counter = s.counters[i][0] + 1
      s.counters[i] = Copy.Map(counter)
    }
  }

  var properties: Properties<State> {
    Always("within bounds") { s in s.counters.allSatisfy { $0[0] <= 4 } }
  }

  func mayStop(_ s: State) -> Bool { s.counters.allSatisfy { $0[0] == 4 } }

  static var models: Models {
    Model("32 bits", StateSize<1>()).expects(.holds, distinctStates: 390_625, generatedStates: 2_500_001, depth: 33)
    Model("64 bits", StateSize<2>()).expects(.holds, distinctStates: 390_625, generatedStates: 2_500_001, depth: 33)
    Model("128 bits", StateSize<4>()).expects(.holds, distinctStates: 390_625, generatedStates: 2_500_001, depth: 33)
    Model("256 bits", StateSize<8>()).expects(.holds, distinctStates: 390_625, generatedStates: 2_500_001, depth: 33)
    Model("512 bits", StateSize<16>()).expects(.holds, distinctStates: 390_625, generatedStates: 2_500_001, depth: 33)
    Model("1,024 bits", StateSize<32>()).expects(.holds, distinctStates: 390_625, generatedStates: 2_500_001, depth: 33)
  }
}
