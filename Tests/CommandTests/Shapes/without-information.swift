import DistCheck

// Values that take no bit, of which the optimiser of Swift 6.3 gives undefined addresses. Counts are obvious.

enum One: Enumeration { case only }
enum Ack: BitwiseCopyable, Equatable { case ack }
enum Peer {}
typealias Node = ID<Peer, 3>
typealias Row = Node.Map<Ack>
struct Pair: BitwiseCopyable, Equatable {
  var first = Ack.ack
  var second = Ack.ack
}

// MARK: Containers of what has no bytes

struct Acks: Specification {
  struct State: BitwiseCopyable {
    var bag = Bag<3, Ack>()
    var queue = Queue<2, Pair>()
    var set = ValueSet<2, Ack>()
    var log = Log<2, Ack>()
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Insert") { s in
      s.bag.count < 3
    } then: { s in
      s.bag.insert(.ack)
    }
    Action("Remove") { s in
      s.bag.contains(.ack)
    } then: { s in
      s.bag.remove(.ack)
    }
    Action("Enqueue") { s in
      s.queue.count < 2
    } then: { s in
      s.queue.enqueue(Pair())
    }
    Action("Dequeue") { s in
      s.queue.contains { $0 == Pair() }
    } then: { s in
      _ = s.queue.dequeue()
    }
    Action("Set") { s in
      !s.set.contains(.ack)
    } then: { s in
      s.set.insert(.ack)
      s.set.insert(.ack)
    }
    Action("Append") { s in
      s.log.count < 2
    } then: { s in
      s.log.append(.ack)
    }
    Action("Truncate") { s in
      s.log.count > 1
    } then: { s in
      s.log.truncate(after: 0)
    }
  }
  var properties: Properties<State> {
    Always("one in the set") { s in s.set.count < 2 }
    Always("all are the same") { s in s.bag.multiplicity(of: .ack) == s.bag.count }
  }
  static var models: Models { Model("Acks", Acks()).expects(.holds, distinctStates: 72) }
}

// MARK: Containers of arrays of what has no bytes

struct Rows: Specification {
  struct State: BitwiseCopyable {
    var bag = Bag<2, Row>()
    var set = ValueSet<2, InlineArray<4, Ack>>()
    var wide = Bag<2, ID<Peer, 12>.Map<Ack>>()
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Insert") { s in
      s.bag.count < 2
    } then: { s in
      s.bag.insert(Row(.ack))
    }
    Action("Remove") { s in
      s.bag.contains(Row(.ack))
    } then: { s in
      s.bag.remove(Row(.ack))
    }
    Action("Set") { s in
      !s.set.contains(InlineArray(repeating: .ack))
    } then: { s in
      s.set.insert(InlineArray(repeating: .ack))
    }
    Action("Widen") { s in
      s.wide.count < 2
    } then: { s in
      s.wide.insert(.init(.ack))
    }
    Action("Narrow") { s in
      s.wide.contains(.init(.ack))
    } then: { s in
      s.wide.remove(.init(.ack))
    }
  }
  static var models: Models { Model("Rows", Rows()).expects(.holds, distinctStates: 18) }
}

// MARK: A parameter and a key of one value

struct Keys: Specification {
  struct State: BitwiseCopyable {
    var count = Map<One, 1, Bounded<0, 3>>(0)
    var seen = Subset<One>()
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Count", for: One.self) { s, one in
      s.count[one] < 3
    } then: { s, one in
      s.count[one] += 1
      s.seen.insert(one)
    }
    Action("Reset", for: One.self) { s, one in
      s.seen.contains(one)
    } then: { s, one in
      s.count[one] = 0
      s.seen.remove(one)
    }
  }
  var properties: Properties<State> {
    Always("ordinal") { s in One.only.ordinal == 0 && s.seen.contains(.only) == (s.count[.only] > 0) }
  }
  static var models: Models { Model("Keys", Keys()).expects(.holds, distinctStates: 4) }
}

// MARK: A state of one value, and messages without bytes

struct Still: Specification {
  struct State: BitwiseCopyable {
    var ack = Ack.ack
    var row = Row(.ack)
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Stay") { s in
      s.row == Row(.ack)
    } then: { s in
      s.row = Row(s.ack)
    }
  }
  static var models: Models { Model("Still", Still()).expects(.holds, distinctStates: 1) }
}

struct Messages: Specification {
  struct State: BitwiseCopyable {
    var channel = Network<2, Packet<Node, Ack>>(.unordered)
    var got = Subset<Node>()
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Send", for: Node.self) { s, n in
      s.channel.count < 2 && !s.got.contains(n) && !s.channel.contains { m in m.to == n }
    } then: { s, n in
      s.channel.send(.ack, from: n, to: n)
    }
    Action("Receive", receiving: \.channel) { s, m in
      m.body == .ack
    } then: { s, m in
      s.got.insert(m.to)
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  static var models: Models { Model("Messages", Messages()).expects(.holds, distinctStates: 26) }
}
