extension Fixture {
  /// A lock that is granted to whoever comes first, or to somebody else.
  static let lock = Fixture(
    name: "lock.swift",
    source: """
      import DistCheck

      /// A lock that is granted to whoever comes first, or to somebody else.
      struct Lock<let clients: Int>: Specification {
        enum Kind {}
        typealias Client = ID<Kind, clients>
        enum Phase: Enumeration { case thinking, waiting, holding }

        struct State: BitwiseCopyable {
          var phase = Client.Map<Phase>(.thinking)
        }

        var initial: Initial<State> { State() }

        var actions: Actions<State> {
          Action("Ask", for: Client.self) { s, c in
            s.phase[c] == .thinking
          } then: { s, c in
            s.phase[c] = .waiting
          }
          Action("Grant", for: Client.self, fairness: .weak.each) { s, c in
            s.phase[c] == .waiting && !s.phase.contains(.holding)
          } then: { s, c in
            s.phase[c] = .holding
          }
          Action("Release", for: Client.self, fairness: .weak) { s, c in
            s.phase[c] == .holding
          } then: { s, c in
            s.phase[c] = .thinking
          }
        }

        var properties: Properties<State> {
          LeadsTo("served") { s in s.phase[0] == .waiting } then: { s in s.phase[0] == .holding }
          AlwaysEventually("free") { s in !s.phase.contains(.holding) }
        }

        var mayAsk = true
        func constraint(_ s: State) -> Bool { mayAsk || !s.phase.contains(.waiting) }
        func mayStop(_ s: State) -> Bool { true }
        var interchangeable: Interchangeable { Client.self }

        static var models: Models {
          Model("fair", Lock<2>()).fairness(.strong.each, of: "Grant")
          Model("overtaken", Lock<2>()).expects(.violates("served"))
          Model("idle", Lock<2>()).fairness(.none).expects(.violates("served"))
          Model("nobody asks", Lock<2>(mayAsk: false))
        }
      }

      """)
}
