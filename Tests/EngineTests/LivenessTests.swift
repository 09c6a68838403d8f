import DistCheck
import DistCheckEngine
import Testing

/// A walker on a ring who may step back, and whose every step forward is fair by itself: more conditions than a word has
/// bits.
private struct Walk<let places: Int>: Specification {
  enum Kind {}
  typealias Place = Bounded<0, places>

  struct State: BitwiseCopyable { var place: Place = 0 }

  var initial: Initial<State> { State() }

  var actions: Actions<State> {
    Action("Forward", for: Place.self, fairness: .strong.each) { s, place in
      s.place == place
    } then: { s, place in
      s.place = place.value == places ? 0 : Place(place.value + 1)
    }
    Action("Back") { s in
      s.place > 0
    } then: { s in
      s.place -= 1
    }
  }

  var properties: Properties<State> {
    AlwaysEventually("home") { s in s.place == 0 }
  }

  static var models: Models {
    Model("strong", Walk<149>())
    Model("weak", Walk<149>()).fairness(.weak.each, of: "Forward")
    Model("whole", Walk<149>()).fairness(.strong, of: "Forward")
  }
}

/// The same, with the step forward in a message, so that conditions become known as the messages are met.
private struct Relay: Specification {
  typealias Place = Bounded<0, 149>

  struct State: BitwiseCopyable {
    var place: Place = 0
    var network = Network<1, Place>(.unordered)
  }

  var initial: Initial<State> { State() }

  var actions: Actions<State> {
    Action("Send", fairness: .weak) { s in
      s.network.isEmpty
    } then: { s in
      s.network.send(s.place)
    }
    Action("Receive", receiving: \.network, fairness: .strong.each) { s, _ in
      true
    } then: { s, place in
      s.place = place == .max ? 0 : Place(place.value + 1)
    }
    Action("Lose", for: Bool.self) { s, _ in
      !s.network.isEmpty
    } then: { s, goesBack in
      s.network = .init(.unordered)
      if goesBack && s.place > 0 { s.place -= 1 }
    }
  }

  var properties: Properties<State> {
    AlwaysEventually("home") { s in s.place == 0 && s.network.isEmpty }
  }

  static var models: Models {
    Model("strong", Relay())
    Model("weak", Relay()).fairness(.weak.each, of: "Receive")
  }
}

extension Bounded: NetworkMessage {}

/// What random systems do not show.
@Suite struct LivenessTests {
  private func verdict(_ models: Models, _ name: String) throws -> CheckResult.Property {
    let model = try #require(models.first { $0.name == name })
    return try #require(try check(model).properties.first { $0.name == "home" })
  }

  /// Generalised acceptance: nothing is multiplied out, and sets are wider than a word.
  @Test func manyConditions() throws {
    #expect(try verdict(Walk<149>.models, "strong").verdict == .holds)
    let weak = try verdict(Walk<149>.models, "weak")
    #expect(weak.verdict == .violated)
    // One step forward, then back and forth: 0, 1, 2, 1.
    #expect(weak.trace?.loop == 1)
    #expect(weak.trace?.steps.count == 4)
    #expect(weak.temporal?.excludedBy == ["strong fairness of each Forward, here Forward(2)"])
    #expect(try verdict(Walk<149>.models, "whole").verdict == .violated)
  }

  @Test func conditionsThatComeUp() throws {
    #expect(try verdict(Relay.models, "strong").verdict == .holds)
    let weak = try verdict(Relay.models, "weak")
    #expect(weak.verdict == .violated)
    #expect(weak.temporal?.excludedBy.contains { $0.hasPrefix("strong fairness of") && $0.contains("Receive") } == true)
  }

  /// What cannot be checked is refused also without a model.
  @Test func refused() {
    struct Wrong: Specification {
      var parameter = 0
      var predicates = 1
      struct State: BitwiseCopyable { var isDone = false }
      var initial: Initial<State> { State() }
      var actions: Actions<State> {
        Action("End", for: Bool.self, fairness: .weak.each(parameter)) { s, _ in
          !s.isDone
        } then: { s, _ in
          s.isDone = true
        }
      }
      var properties: Properties<State> {
        Temporal("many", (1..<predicates).reduce(now { s in s.isDone }) { f, _ in f && now { s in s.isDone } })
      }
    }
    #expect(throws: SpecificationError.noSuchParameter("End", 1)) { try check(Wrong(parameter: 1)) }
    #expect(
      throws: SpecificationError.temporal(
        "many", reason: "atom 64 of the formula is not among the 64 that there can be")
    ) {
      try check(Wrong(predicates: 65))
    }
  }

  /// Formulas whose negation no behaviour, or every one, satisfies.
  @Test func trivialFormulas() throws {
    struct Trivial: Specification {
      struct State: BitwiseCopyable { var isDone = false }
      var initial: Initial<State> { State() }
      var actions: Actions<State> {
        Action("End") { s in
          !s.isDone
        } then: { s in
          s.isDone = true
        }
      }
      func mayStop(_ s: State) -> Bool { true }
      var properties: Properties<State> {
        let done: Formula<State> = now { s in s.isDone }
        Temporal("always true", always(done || !done))
        Temporal("never true", eventually(done && !done))
      }
    }
    let result = try check(Trivial())
    #expect(result.properties.map(\.verdict) == [.holds, .violated, .holds])
    #expect(result.properties[0].temporal?.needs == [])
    #expect(result.properties[1].trace?.steps.count == 1)
    #expect(result.properties[1].temporal?.excludedBy == ["weak fairness of End"])
  }
}
