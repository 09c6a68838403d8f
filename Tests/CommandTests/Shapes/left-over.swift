import DistCheck

// Large enums that are written in place: what a case leaves of the room of another one's payload stays in memory, and
// counts for nothing in containers. Counts are obvious.

enum Message: NetworkMessage, Equatable {
  case small(UInt32)
  case large(UInt32, InlineArray<40, UInt32>)
  case none

  static func == (left: Message, right: Message) -> Bool {
    switch (left, right) {
    case (.small(let a), .small(let b)): a == b
    case (.none, .none): true
    default: false
    }
  }
}

@inline(never)
func leave(_ message: inout Message, _ number: UInt32) {
  switch message {
  case .small: message = .large(number, InlineArray(repeating: 0xFFFF_FF00 + number))
  case .large: message = .small(0)
  case .none: message = .small(0)
  }
}

struct LeftOver: Specification {
  var kind = 0
  struct State: BitwiseCopyable {
    var slot = Message.small(0)
    var set = ValueSet<4, Message>()
    var bag = Bag<8, Message>()
    var network = Network<4, Message>(.unordered)
    var steps = Bounded<0, 4>(0)
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Put", for: Bounded<1, 3>.self) { s, number in
      s.steps < 4
    } then: { s, number in
      s.steps += 1
      leave(&s.slot, UInt32(number.value))
      leave(&s.slot, UInt32(number.value))
      switch kind {
      case 0: s.set.insert(s.slot)
      case 1: s.bag.insert(s.slot)
      default: s.network.send(s.slot)
      }
    }
  }
  var properties: Properties<State> {
    Always("one") { s in s.set.count <= 1 && s.network.count <= s.steps.value }
    Always("as often as it came") { s in kind != 1 || s.bag.multiplicity(of: .small(0)) == s.steps.value }
    Always("there") { s in kind != 0 || s.steps == 0 || s.set.contains(.small(0)) }
  }
  func mayStop(_ s: borrowing State) -> Bool { true }
  static var models: Models {
    for kind in 0..<3 { Model("kind \(kind)", LeftOver(kind: kind)).expects(.holds, distinctStates: 5) }
  }
}
