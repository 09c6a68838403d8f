import DistCheck
import DistCheckEngine
import Testing
import TestSupport

/// A token replays the execution it was printed for, and nothing else.
@Suite(.needsOptimization) struct ReplayTests {
  /// Two parameters, two initial states, and a violation some steps away.
  private func system(goal: Int = 47, name: String = "Add") throws -> TransitionSystem {
    try Sketch(100, 0) {
      Action(name, for: Bounded<1, 3>.self, Bool.self) { s, _, _ in
        s < 60
      } then: { s, k, double in
        s += double ? 2 * k.value : k.value
      }
      Action("Half") { s in
        s > 0 && s % 2 == 0
      } then: { s in
        s /= 2
      }
    } properties: {
      Always("not the goal") { s in s != goal }
      Step("no jump to it") { _, after in after != goal }
    }.lowered()
  }

  private func counterexample() throws -> Trace {
    try #require(Checker(try system()).check().counterexample)
  }

  @Test func roundTrip() throws {
    let trace = try counterexample()
    let token = try #require(ReplayToken(trace.token.description))
    #expect(token == trace.token)
    #expect(token.description == trace.token.description)
    let replay = try Checker(try system()).replay(token)
    #expect(replay.trace.steps.map(\.title) == trace.steps.map(\.title))
    #expect(replay.trace.steps.map(\.state) == trace.steps.map(\.state))
    #expect(replay.violated == ["not the goal", "no jump to it"])
    #expect(replay.fault == nil)
  }

  /// Long paths and large ordinals take several bytes in the token.
  @Test func longTokens() throws {
    typealias Number = Bounded<0, 60_000>
    let system = try Sketch(Number(0)) {
      Action("Far", for: Number.self) { s, k in
        s == 0 && k.value > 59_990
      } then: { s, k in
        s = k
      }
      Action("Down") { s in
        s.value > 59_700
      } then: { s in
        s -= 1
      }
    } properties: {
      Always("not 59800") { s in s != 59_800 }
    }.lowered()
    let trace = try #require(Checker(system).check().counterexample)
    #expect(trace.steps.count == 1 + 1 + 191)
    #expect(trace.steps[1].title == "Far(59991)")
    let token = try #require(ReplayToken(trace.token.description))
    #expect(try Checker(system).replay(token).trace.steps.map(\.title) == trace.steps.map(\.title))
  }

  @Test func randomSystems() throws {
    for seed in 0..<300 {
      var generator = SplitMix64(seed: seed)
      let encoding = RandomEncoding(count: 60, fieldCount: 3, using: &generator)
      let table = TableSystem.random(stateCount: encoding.words.count, instanceCounts: [2, 200], using: &generator)
      let system = TransitionSystem(table, encoding)
      let result = Checker(system).check()
      guard let violated = result.properties.first(where: { $0.trace != nil }), let trace = violated.trace else {
        continue
      }
      let token = try #require(ReplayToken(trace.token.description), "seed \(seed)")
      let replay = try Checker(system).replay(token)
      #expect(replay.trace.steps.map(\.state) == trace.steps.map(\.state), "seed \(seed)")
      #expect(replay.violated.contains(violated.name) || violated.kind == .deadlock, "seed \(seed)")
    }
  }

  @Test func tokenOfAnotherSystem() throws {
    let token = try counterexample().token
    for other in [try system(name: "Plus"), try chain(to: 5).lowered()] {
      #expect(throws: ReplayFailure.otherSystem) { try Checker(other).replay(token) }
    }
    // Properties do not change what the choices mean.
    #expect(try Checker(try system(goal: 1000)).replay(token).violated.isEmpty)
  }

  @Test func garbageIsNoToken() throws {
    let text = try counterexample().token.description
    for garbage in ["", " ", "0", "hello", "1234567", text.uppercased() + "A", text + "!", text + "é", "-" + text] {
      #expect(ReplayToken(garbage) == nil, "\(garbage)")
    }
  }

  /// A token with a good fingerprint and anything behind it is refused or replayed, but never crashes.
  @Test func damagedTokens() throws {
    let text = try counterexample().token.description
    let checker = Checker(try system())
    let digits = Array("0123456789abcdefghjkmnpqrstvwxyz")
    var generator = SplitMix64(seed: 1)
    var (replayed, refused, unreadable) = (0, 0, 0)
    for _ in 0..<20_000 {
      let kept = Int.random(in: 6...text.count, using: &generator)
      let added = Int.random(in: 0...20, using: &generator)
      let damaged = text.prefix(kept) + String((0..<added).map { _ in digits.randomElement(using: &generator)! })
      guard let token = ReplayToken(String(damaged)) else {
        unreadable += 1
        continue
      }
      do throws(ReplayFailure) {
        _ = try checker.replay(token)
        replayed += 1
      } catch {
        refused += 1
      }
    }
    #expect(replayed > 0 && refused > 100 && unreadable > 100)
  }
}
