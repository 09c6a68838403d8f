import DistCheck

/// A state of 512 bytes of which a step changes four.
///
/// For `Benchmarks/growth`. Counts are arithmetic: (`most` + 1)^8 states.
struct SparseState: Specification {
  /// How far each of eight counters goes.
  var most = 3

  enum Row {}
  typealias R = ID<Row, 64>
  enum Column {}
  typealias C = ID<Column, 2>
  enum Counter {}
  typealias K = ID<Counter, 8>

  struct State: BitwiseCopyable {
    var numbers = R.Map<C.Map<UInt32>>(C.Map(0xABCD_0000))
  }

  /// Where a counter is among the rows.
  func row(_ counter: K) -> R { R(counter.ordinal * 8) }

  var initial: Initial<State> { State() }

  var actions: Actions<State> {
    Action("Count", for: K.self) { s, k in
      s.numbers[row(k)][0] < 0xABCD_0000 + UInt32(most)
    } then: { s, k in
      s.numbers[row(k)][0] += 1
    }
  }

  var properties: Properties<State> { Always("counts") { s in s.numbers.allSatisfy { $0[0] >= 0xABCD_0000 } } }

  func mayStop(_ s: State) -> Bool { true }

  static var models: Models {
    Model("sparse", SparseState()).expects(.holds, distinctStates: 65_536)
  }
}
