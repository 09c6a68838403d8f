import DistCheck
import DistCheckEngine
import Testing

/// `enabled` and `taken` in formulas, compared with the guards and effects themselves, written as predicates.
private enum PlaceKind {}
private typealias Place = ID<PlaceKind, 3>
private typealias Level = Bounded<0, 2>

private struct Message: NetworkMessage, Equatable {
  var to: Place
  var level: Level
}

private struct State: BitwiseCopyable, Equatable {
  var level = Place.Map<Level>(0)
  var bag = Bag<2, Place>()
  var network = Network<2, Message>(.unordered.duplicating)

  static func == (left: State, right: State) -> Bool {
    left.level == right.level && left.bag == right.bag && left.network.elementsEqual(right.network)
  }
}

/// Guard and effect of one instance, which know nothing of each other's action.
private typealias Instance = (guard: (State) -> Bool, effect: (inout State) -> Void)

private func up(_ node: Place, _ twice: Bool) -> Instance {
  ({ $0.level[node].value + (twice ? 2 : 1) <= 2 }, { $0.level[node] += twice ? 2 : 1 })
}
/// Leads to where `up` does, for one node.
private func jump() -> Instance { ({ $0.level[Place(0)] == 0 }, { $0.level[Place(0)] = 2 }) }
private func put(_ node: Place) -> Instance { ({ !$0.bag.isFull && $0.level[node] == 1 }, { $0.bag.insert(node) }) }
private func drop(_ node: Place) -> Instance { ({ $0.bag.contains(node) }, { $0.bag.remove(node) }) }
private func send(_ node: Place) -> Instance {
  ({ !$0.network.isFull && $0.level[node] == 2 }, { $0.network.send(Message(to: node, level: 0)) })
}
private func receive(_ message: Message, stays: Bool) -> Instance {
  (
    { $0.network.contains { $0 == message } },
    {
      if !stays { $0.network.remove(message) }
      $0.level[message.to] = message.level
    }
  )
}
/// Changes nothing where the level is zero already.
private func reset(_ node: Place) -> Instance { ({ $0.level[node] != 1 }, { $0.level[node] = 0 }) }

@Suite struct ActionPredicateTests {
  private func specification(@PropertiesBuilder<State> _ properties: () -> Properties<State>) -> Sketch<State> {
    Sketch(
      State(),
      actions: {
        Action("Up", for: Place.self, Bool.self) { s, node, twice in
          up(node, twice).guard(copy s)
        } then: { s, node, twice in
          up(node, twice).effect(&s)
        }
        Action("Jump") { s in
          jump().guard(copy s)
        } then: { s in
          jump().effect(&s)
        }
        Action("Put", for: Place.self) { s, node in
          put(node).guard(copy s)
        } then: { s, node in
          put(node).effect(&s)
        }
        Action("Drop", each: \.bag) { s, node in
          true
        } then: { s, node in
          drop(node).effect(&s)
        }
        Action("Send", for: Place.self) { s, node in
          send(node).guard(copy s)
        } then: { s, node in
          send(node).effect(&s)
        }
        Action("Receive", receiving: \.network) { s, message in
          true
        } then: { s, message in
          s.level[message.to] = message.level
        }
        Action("Reset", for: Place.self) { s, node in
          reset(node).guard(copy s)
        } then: { s, node in
          reset(node).effect(&s)
        }
      },
      properties: properties)
  }

  private func enabledByHand(_ instances: [Instance]) -> Formula<State> {
    now { s in instances.contains { $0.guard(copy s) } }
  }

  private func takenByHand(_ instances: [Instance]) -> Formula<State> {
    step { before, after in
      let (before, after) = (copy before, copy after)
      return before != after
        && instances.contains { instance in
          guard instance.guard(before) else { return false }
          var next = before
          instance.effect(&next)
          return next == after
        }
    }
  }

  private func same(_ f: Formula<State>, _ g: Formula<State>) -> Formula<State> { always((f ==> g) && (g ==> f)) }

  private static var received: [Instance] {
    [false, true].flatMap { stays in
      nodes.map { receive(Message(to: $0, level: 0), stays: stays) }
    }
  }
  private static let nodes = (0..<3).map { Place($0) }

  /// Every state and every step is on some behaviour, so what is always the same is so everywhere.
  @Test(arguments: [1, 2]) func areWhatGuardsAndEffectsSay(threads: Int) throws {
    let all = Self.nodes.flatMap { [up($0, false), up($0, true)] }
    let specification = specification {
      Temporal("up", same(enabled("Up"), enabledByHand(all)))
      Temporal("up is taken", same(taken("Up"), takenByHand(all)))
      for node in Self.nodes {
        let both = [up(node, false), up(node, true)]
        Temporal("up \(node)", same(enabled("Up", node), enabledByHand(both)))
        Temporal("up \(node) is taken", same(taken("Up", node), takenByHand(both)))
        Temporal("up \(node) twice", same(enabled("Up", node, true), enabledByHand([up(node, true)])))
        Temporal("up \(node) twice is taken", same(taken("Up", node, true), takenByHand([up(node, true)])))
        Temporal("drop \(node)", same(enabled("Drop", node), enabledByHand([drop(node)])))
        Temporal("drop \(node) is taken", same(taken("Drop", node), takenByHand([drop(node)])))
        Temporal("reset \(node) is taken", same(taken("Reset", node), takenByHand([reset(node)])))
      }
      Temporal("jump", same(enabled("Jump"), enabledByHand([jump()])))
      Temporal("jump is taken", same(taken("Jump"), takenByHand([jump()])))
      Temporal("put is taken", same(taken("Put"), takenByHand(Self.nodes.map(put))))
      Temporal("drop", same(enabled("Drop"), enabledByHand(Self.nodes.map(drop))))
      Temporal("drop is taken", same(taken("Drop"), takenByHand(Self.nodes.map(drop))))
      Temporal("receive", same(enabled("Receive"), now { s in !s.network.isEmpty }))
      Temporal("receive is taken", same(taken("Receive"), takenByHand(Self.received)))
      Temporal("send", same(enabled("Send"), enabledByHand(Self.nodes.map(send))))
      Temporal("reset", same(enabled("Reset"), enabledByHand(Self.nodes.map(reset))))
    }
    let result = Checker(try specification.lowered(), options: SearchOptions(threads: threads)).check()
    #expect(result.holds, "\(result)")
    #expect(result.distinctStates > 500)
  }

  /// None of them is true or false throughout.
  @Test func differ() throws {
    let names = ["Up", "Jump", "Put", "Drop", "Send", "Receive", "Reset"]
    let result = try check(
      specification {
        for name in names {
          Temporal("\(name) enabled", always(enabled(name)))
          Temporal("\(name) disabled", always(!enabled(name)))
          Temporal("\(name) taken", always(taken(name)))
          Temporal("\(name) not taken", always(!taken(name)))
        }
      })
    #expect(result.violated.count == 4 * names.count)
  }

  @Test func refused() throws {
    func reason(_ formula: Formula<State>) -> String? {
      do {
        _ = try check(specification { Temporal("p", formula) })
        return nil
      } catch { return "\(error)" }
    }
    #expect(reason(always(enabled("Upp"))) == "property \"p\": \"Upp\" is no action")
    #expect(
      reason(always(taken("Up", Place(0), true, true))) == "property \"p\": action Up has 2 parameters, not 3")
    #expect(
      reason(always(taken("Up", true)))?.hasPrefix("property \"p\": parameter 0 of action Up is ID<") == true)
    #expect(reason(always(enabled("Jump", true))) == "property \"p\": action Jump has 0 parameters, not 1")
    #expect(reason(always(!taken("Drop", Place(0)))) == nil)
  }
}
