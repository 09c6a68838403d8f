extension Fixture {
  /// Counts to three, and may stop there.
  static let counter = Fixture(name: "counter.swift", source: counter())

  /// - Parameters:
  ///   - fields: More of the state.
  ///   - members: More of the specification.
  static func counter(fields: String = "", members: String = "", mayStop: String = "s.n == 3") -> String {
    """
    import DistCheck

    struct Counter: Specification {
      struct State: BitwiseCopyable {
        var n: UInt8 = 0
    \(fields)
      }
      var initial: Initial<State> { State() }
      var actions: Actions<State> {
        Action("Up") { s in s.n < 3 } then: { s in s.n += 1 }
      }
      func mayStop(_ s: State) -> Bool { \(mayStop) }
    \(members)
      static var models: Models { Model("counter", Counter()) }
    }

    """
  }

  /// One model for each verdict and each way to meet an expectation, or not.
  static let verdicts = Fixture(
    name: "verdicts.swift",
    source: """
      import DistCheck

      struct Verdicts: Specification {
        var always = 9
        var step = 9
        var reach = 3
        var stop = 3
        var limit = 3
        struct State: BitwiseCopyable {
          var n = 0
        }
        var assumptions: Assumptions {
          Assume("the limit is positive") { limit > 0 }
        }
        var initial: Initial<State> { State() }
        var actions: Actions<State> {
          Action("Up") { s in s.n < limit } then: { s in s.n += 1 }
        }
        var properties: Properties<State> {
          Always("below") { s in s.n < always }
          Step("steady") { s, t in t.n < step }
          Sometimes("there") { s in s.n == reach }
        }
        func mayStop(_ s: State) -> Bool { s.n == stop }
        static var models: Models {
          Model("holds", Verdicts()).expects(.holds, distinctStates: 4, generatedStates: 4, depth: 4)
          Model("expected violation", Verdicts(always: 2)).expects(.violates("below"))
          Model("expected deadlock", Verdicts(stop: 4)).expects(.deadlocks)
          Model("no violation", Verdicts()).expects(.violates("below"))
          Model("other violation", Verdicts(step: 2)).expects(.violates("below"))
          Model("wrong count", Verdicts()).expects(.holds, distinctStates: 5, generatedStates: 6, depth: 7)
          Model("always", Verdicts(always: 2))
          Model("step", Verdicts(step: 2))
          Model("sometimes", Verdicts(reach: 7))
          Model("deadlock", Verdicts(stop: 4))
          Model("false assumption", Verdicts(limit: 0))
        }
      }

      """)

  /// A constant of each type, and a size.
  static let constants = Fixture(
    name: "constants.swift",
    source: """
      import DistCheck

      struct Constants<let size: Int>: Specification {
        enum Color: Enumeration { case red, green }
        enum Kind {}
        typealias Node = ID<Kind, size>
        var limit = 3
        var byte: UInt8 = 2
        var flag = true
        var color = Color.red
        var level: Bounded<1, 4> = 2
        var transport = Transport.unordered
        struct State: BitwiseCopyable {
          var n = 0
          var seen = Node.Set()
          var network: Network<2, Packet<Node, Bool>>
        }
        var assumptions: Assumptions {
          Assume("the limit is small") { limit < 10 }
        }
        var initial: Initial<State> { State(network: Network(transport)) }
        var actions: Actions<State> {
          Action("Up") { s in s.n < limit } then: { s in s.n += 1 }
          Action("See", for: Node.self) { s, n in flag } then: { s, n in s.seen.insert(n) }
          Action("Green") { s in color == .green && s.n == 0 } then: { s in s.n = level.value }
          Action("Send") { s in s.network.isEmpty } then: { s in s.network.send(true, from: 0, to: 0) }
          Action("Receive", receiving: \\.network) { s, m in true } then: { s, m in }
          Action("Lose", losing: \\.network)
        }
        var properties: Properties<State> {
          Sometimes("all seen") { s in s.seen == .all || !flag }
        }
        static var models: Models {
          Model("small", Constants<2>()).expects(.holds, distinctStates: 32, generatedStates: 121, depth: 7)
          Model("blind", Constants<3>(flag: false))
        }
      }

      """)

  /// A model for each way in which a specification can fail.
  static let faults = Fixture(
    name: "faults.swift",
    source: """
      import DistCheck

      struct Faults: Specification {
        enum Kind {}
        typealias Node = ID<Kind, 2>
        enum Place: Enumeration {
          case guardOverflow, always, step, sometimes, constraint, mayStop
          case effect, log, queue, dequeue, bag, bagRemove, set, network, networkRemove, index
          case bounded, identity, precondition, recursion, division, unwrap, array, conversion
          case initial, endless
        }
        var place = Place.effect

        struct State: BitwiseCopyable {
          var n: UInt8 = 254
          var small: Bounded<2, 5> = 2
          var log = Log<1, UInt8>()
          var queue = Queue<2, UInt8>()
          var bag = Bag<3, UInt8>()
          var set = ValueSet<4, UInt8>()
          var network = Network<5, Packet<Node, UInt8>>(.unordered)
          var array = InlineArray<2, UInt8>(repeating: 0)
          var leader: Node? = nil
        }

        static func depth(_ n: Int) -> Int { n < 0 ? 0 : depth(n + 1) &+ depth(n + 2) }

        var initial: Initial<State> {
          if place == .initial { State(n: State().n + 2) } else { State() }
        }

        var actions: Actions<State> {
          Action("Count") { s in s.n < 255 || place == .guardOverflow && s.n + 1 == 0 } then: { s in s.n += 1 }
          Action("Effect", for: Node.self) { s, _ in s.n == 255 && place == .effect } then: { s, _ in s.n += 1 }
          Action("Log", for: Node.self) { s, _ in s.n == 255 && place == .log } then: { s, _ in s.log.append(1) }
          Action("Queue") { s in s.n == 255 && place == .queue } then: { s in s.queue.enqueue(1) }
          Action("Dequeue") { s in s.n == 255 && place == .dequeue } then: { s in _ = s.queue.dequeue() }
          Action("Bag") { s in s.n == 255 && place == .bag } then: { s in s.bag.insert(1) }
          Action("BagRemove") { s in s.n == 255 && place == .bagRemove } then: { s in s.bag.remove(1) }
          Action("Set") { s in s.n == 255 && place == .set } then: { s in s.set.insert(UInt8(s.set.count)) }
          Action("Network") { s in s.n == 255 && place == .network } then: { s in s.network.send(1, from: 0, to: 1) }
          Action("NetworkRemove") { s in s.n == 255 && place == .networkRemove } then: { s in
            s.network.remove(Packet(from: 0, to: 1, 1))
          }
          Action("Index") { s in s.n == 255 && place == .index } then: { s in s.n = s.log[2] }
          Action("Bounded") { s in s.n == 255 && place == .bounded } then: { s in s.small += 1 }
          Action("Identity") { s in s.n == 255 && place == .identity } then: { s in s.leader = Node(Int(s.n)) }
          Action("Precondition") { s in s.n == 255 && place == .precondition } then: { s in precondition(s.n < 255) }
          Action("Recursion") { s in s.n == 255 && place == .recursion } then: { s in
            s.n = UInt8(truncatingIfNeeded: Self.depth(Int(s.n)))
          }
          Action("Division") { s in s.n == 255 && place == .division } then: { s in s.n = 1 / (s.n &+ 1) }
          Action("Unwrap") { s in s.n == 255 && place == .unwrap } then: { s in s.n = UInt8(s.leader!.index) }
          Action("Array") { s in s.n == 255 && place == .array } then: { s in s.n = s.array[Int(s.n)] }
          Action("Conversion") { s in s.n == 255 && place == .conversion } then: { s in s.n = UInt8(Int(s.n) + 1) }
          Action("Endless") { s in s.n == 255 && place == .endless } then: { s in while s.n != 0 { s.n = s.n | 1 } }
        }

        var properties: Properties<State> {
          Always("some") { s in place != .always || s.n + 1 > 3 }
          Step("grows") { s, t in place != .step || s.n + 2 > t.n }
          Sometimes("far") { s in place != .sometimes || s.n + 1 == 0 }
        }

        func constraint(_ s: State) -> Bool { place != .constraint || s.n + 1 > 0 }
        func mayStop(_ s: State) -> Bool { place != .mayStop || s.n + 1 > 0 }

        static var models: Models {
          for place in Place.allCases { Model("\\(place)", Faults(place: place)) }
        }
      }

      """)

  /// A state with every kind of value, and a trace that changes each of them.
  static let values = Fixture(
    name: "values.swift",
    source: """
      import DistCheck

      struct Values: Specification {
        enum Kind {}
        typealias Node = ID<Kind, 2>
        typealias Term = Bounded<-1, 3>
        enum Color: Enumeration { case red, green }
        enum Message: NetworkMessage {
          case ping
          case vote(term: UInt8, granted: Bool)
          case from(Node)
        }
        struct Inner: BitwiseCopyable {
          var number: Int8 = -1
          var pair: (Bool, UInt8) = (false, 2)
        }

        struct State: BitwiseCopyable {
          var step: UInt8 = 0
          var color = Color.red
          var message = Message.ping
          var leader: Node? = nil
          var terms = Map<Color, 2, Term>(-1)
          var nodes = Node.Set()
          var log = Log<2, Inner>()
          var queue = Queue<2, Color>()
          var bag = Bag<3, UInt8>()
          var values = ValueSet<2, Message>()
          var network = Network<2, Message>(.unordered)
          var links = Network<2, Packet<Node, Color>>(.fifo.losing)
          var inner = Inner()
          var array = InlineArray<2, Bool>(repeating: false)
        }

        var initial: Initial<State> { State() }

        var actions: Actions<State> {
          Action("Change", for: Node.self, Color.self) { s, n, c in
            s.step == 0 && n == 1 && c == .green
          } then: { s, n, c in
            s.step = 1
            s.color = c
            s.message = .vote(term: 3, granted: true)
            s.leader = n
            s.terms[c] = 2
            s.inner.number = 5
            s.inner.pair.0 = true
            s.array[1] = true
          }
          Action("Fill") { s in s.step == 1 } then: { s in
            s.step = 2
            s.nodes.insert(1)
            s.log.append(Inner(number: 7))
            s.queue.enqueue(.green)
            s.queue.enqueue(.red)
            s.bag.insert(4)
            s.bag.insert(4)
            s.values.insert(.from(1))
            s.network.send(.vote(term: 1, granted: false))
            s.links.send(.green, from: 0, to: 1)
          }
          Action("Receive", receiving: \\.network) { s, m in s.step == 2 } then: { s, m in s.step = 3 }
          Action("Deliver", receiving: \\.links) { s, m in s.step == 3 } then: { s, m in
            s.step = 4
            s.bag.remove(4)
            s.queue.enqueue(s.queue.dequeue())
          }
          Action("Nothing") { s in s.step == 4 } then: { s in }
          Action("End", each: \\.bag) { s, element in s.step == 4 } then: { s, element in
            s.step = 5
            s.leader = nil
            s.message = .from(0)
            s.log.truncate(after: 0)
          }
        }

        var properties: Properties<State> {
          Always("unfinished") { s in s.step < 5 }
        }

        static var models: Models { Model("values", Values()) }
      }

      """)

  /// More states than can be explored in a minute.
  static let large = Fixture(
    name: "large.swift",
    source: """
      import DistCheck

      struct Large: Specification {
        enum Kind {}
        typealias Node = ID<Kind, 8>
        struct State: BitwiseCopyable {
          var counts = Node.Map<Bounded<0, 31>>(0)
        }
        var initial: Initial<State> { State() }
        var actions: Actions<State> {
          Action("Up", for: Node.self) { s, n in s.counts[n] < 31 } then: { s, n in s.counts[n] += 1 }
        }
        static var models: Models { Model("large", Large()) }
      }

      """)
}
