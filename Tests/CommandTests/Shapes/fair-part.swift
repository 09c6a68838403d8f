import DistCheck

// Fairness of a part of an action, for each way of choosing its parameters, beside the same said with two actions.

struct Mail<let n: Int>: Specification {
  typealias Node = ID<Mail, n>

  enum Kind: Enumeration { case request, reply }

  struct Message: NetworkMessage {
    var kind: Kind
    var node: Node
  }

  var part = Part.replies
  enum Part: Enumeration { case replies, requests, split, first, none }

  struct State: BitwiseCopyable {
    var network = Network<4, Message>(.unordered)
    var asked = Node.Set()
    var served = Node.Set()
    var isCut = false
  }

  var initial: Initial<State> { State() }

  private func receive(_ s: inout State, _ m: Message) {
    switch m.kind {
    case .request: s.network.send(Message(kind: .reply, node: m.node))
    case .reply: s.served.insert(m.node)
    }
  }

  var actions: Actions<State> {
    Action("Ask", for: Node.self, fairness: .weak.each) { s, n in
      !s.asked.contains(n)
    } then: { s, n in
      s.asked.insert(n)
      s.network.send(Message(kind: .request, node: n))
    }
    if part == .split {
      Action("Receive reply", receiving: \.network, fairness: .weak.each) { s, m in
        m.kind == .reply
      } then: { s, m in
        receive(&s, m)
      }
      Action("Receive request", receiving: \.network) { s, m in
        m.kind == .request
      } then: { s, m in
        receive(&s, m)
      }
    } else {
      Action("Receive", receiving: \.network, fairness: part == .none ? .none : .weak.each) { s, m in
        true
      } then: { s, m in
        receive(&s, m)
      }
      .fair(for: Message.self) { s, m in
        switch part {
        case .replies: m.kind == .reply
        case .requests: m.kind == .request
        case .first: m.node == 0
        case .split, .none: true
        }
      }
    }
  }

  var properties: Properties<State> {
    Temporal(
      "a reply arrives",
      now { s in Node.all.contains { n in s.network.contains(Message(kind: .reply, node: n)) } }
        ~> now { s in !s.served.isEmpty })
    Temporal("the first is served", eventually { s in s.served.contains(0) })
    Temporal("the last is served", eventually { s in s.served.contains(Node(n - 1)) })
  }

  func mayStop(_ s: borrowing State) -> Bool { true }

  static var models: Models {
    Model("replies", Mail<2>()).expects(.violates("the first is served"))
    Model("split", Mail<2>(part: .split)).expects(.violates("the first is served"))
    Model("requests", Mail<2>(part: .requests)).expects(.violates("a reply arrives"))
    Model("the first", Mail<2>(part: .first)).expects(.violates("the last is served"))
    Model("none", Mail<2>(part: .none)).expects(.violates("the first is served"))
    Model("all", Mail<2>(part: .first)).fairness(.weak.each, of: "Receive").expects(.holds)
  }
}

/// A lamp that is switched by an action of two parameters, and by one over what an optional holds.
struct Lamp: Specification {
  var isOnlyOn = true

  struct State: BitwiseCopyable {
    var isOn = false
    var isBroken = false
    var wish: Bool? = true
  }

  var initial: Initial<State> { State() }

  var actions: Actions<State> {
    Action("Set", for: Bool.self, Bounded<0, 2>.self, fairness: .strong) { s, isOn, strength in
      !s.isBroken && strength.value == 2
    } then: { s, isOn, strength in
      s.isOn = isOn
    }
    .fair(for: Bool.self, Bounded<0, 2>.self) { s, isOn, strength in
      isOn == isOnlyOn && strength.value == 2
    }
    Action("Grant", each: \.wish, fairness: .weak) { s, wish in
      s.isOn == wish
    } then: { s, wish in
      s.wish = nil
    }
    .fair { s in s.isOn }
  }

  var properties: Properties<State> {
    Temporal("switched on", eventually { s in s.isOn })
    Temporal("granted", eventually(always(now { s in s.isOn })) ==> eventually { s in s.wish == nil })
  }

  func mayStop(_ s: borrowing State) -> Bool { true }

  static var models: Models {
    Model("on", Lamp()).expects(.holds)
    Model("off", Lamp(isOnlyOn: false)).expects(.violates("switched on"))
  }
}
