import Foundation
import TestSupport
import Testing

/// Mistakes that can be foreseen, and what is said beneath the compiler's message.
@Suite struct AdviceTests {
  /// Where a mistake stands.
  enum Place { case field, helper, action, property }

  struct Mistake: Sendable {
    var place: Place
    var text: String
    /// The line of the mistake, and what the advice begins with.
    var advice: String

    init(_ place: Place, _ text: String, _ advice: String) {
      (self.place, self.text, self.advice) = (place, text, advice)
    }
  }

  private static func specification(_ mistake: Mistake) -> String {
    func text(_ place: Place) -> String { place == mistake.place ? mistake.text : "// nothing" }
    return """
      import DistCheck

      struct Lock<let clients: Int>: Specification {
        var limit = 2
        enum Kind {}
        typealias Client = ID<Kind, clients>
        struct Request: NetworkMessage { var from: Client }
        struct State: BitwiseCopyable {
          var holder: Client?
          var waits = Client.Map<Bool>(false)
          var tries = Bounded<0, 3>(0)
          var network = Network<2, Request>(.unordered)
          \(text(.field))
        }
        var initial: Initial<State> { State() }
        var actions: Actions<State> {
          Action("Ask", for: Client.self) { s, c in !s.waits[c] } then: { s, c in s.waits[c] = true }
          \(text(.action))
        }
        var properties: Properties<State> {
          Always("few") { s in s.tries <= 3 }
          \(text(.property))
        }
        \(text(.helper))
        static var models: Models { Model("two", Lock<2>()) }
      }

      """
  }

  @Test(arguments: [
    Mistake(
      .action, "Action(\"Grant\", for: Client.self) { s, c in s.holder == nil }", "18: an action has a guard and an"),
    Mistake(.action, "Action(\"Grant\", receiving: \\.network) { s, m in true }", "18: an action has a guard and an"),
    Mistake(
      .action, "Action(\"Grant\") { s, c in s.holder == nil } then: { s, c in s.holder = c }",
      "18: the parameters of the closures have no types"),
    Mistake(
      .action, "Action(\"Grant\", for: Client.self) { s, c, d in true } then: { s, c, d in s.holder = c }",
      "18: guard and effect have the state, then"),
    Mistake(
      .action, "Action(\"Grant\", for: Client.self) { s in true } then: { s in s.holder = nil }",
      "18: guard and effect have the state, then"),
    Mistake(
      .action, "Action(\"Grant\", for: Client.self) { s, c in s.holder = c; return true } then: { s, c in }",
      "18: guards and properties only read"),
    Mistake(
      .action, "Action(\"Grant\", for: Client.self) { s, c in s.waits[c] = true; return true } then: { s, c in }",
      "18: guards and properties only read"),
    Mistake(
      .action, "Action(\"Grant\", for: Client.self) { s, c in s.waits[c].toggle(); return true } then: { s, c in }",
      "18: guards and properties only read"),
    Mistake(
      .action, "Action(\"Grant\") { s in s.tries += 1; return true } then: { s in s.holder = nil }",
      "18: guards and properties only read"),
    Mistake(
      .action, "Action(\"Grant\") { s in s.network.removeAll(); return true } then: { s in s.holder = nil }",
      "18: guards and properties only read"),
    Mistake(.property, "Always(\"free\") { s in s.holder = nil }", "22: guards and properties say what is true"),
    Mistake(
      .action, "Action(\"Grant\", for: Int.self) { s, n in true } then: { s, n in s.holder = nil }",
      "18: parameters, keys and elements of a Subset are finite"),
    Mistake(
      .field, "var number = Map<Int, 3, Bool>(false)", "13: parameters, keys and elements of a Subset are finite"),
    Mistake(
      .helper, "func waiting(_ s: borrowing State) -> Int { Client.all.count { s.waits[$0] } }",
      "24: a helper whose closures use the state takes it as `_ s: State`"),
    Mistake(.field, "func isLow() -> Bool { tries < limit }", "13: constants of the specification are out of reach"),
    Mistake(.field, "var log: [Int] = []", "13: a state has no arrays"),
    Mistake(
      .action, "Action(\"Set\") { s in true } then: { s in s.tries = limit }", "18: say that it is one, Bounded(number)"
    ),
    Mistake(
      .action, "Action(\"Grant\", each: { s in s.network }) { s, m in true } then: { s, m in }",
      "18: each: and receiving: name a stored property"),
    Mistake(
      .action,
      "Action(\"Grant\", for: Client.self) { s, c -> Client? in s.holder } then: { s, c, h in s.holder = h }",
      "18: guard and effect have the state, then"),
    Mistake(.field, "var large = Network<clients + 2, Request>(.unordered)", "13: what stands in angle brackets"),
    Mistake(
      .property, "Temporal(\"u\", now { s in s.tries == 0 } until now { s in s.tries == 1 })",
      "22: until, weakUntil and release are functions"),
  ])
  func whatToDo(_ mistake: Mistake) async throws {
    let workspace = try Workspace()
    try workspace.write("lock.swift", Self.specification(mistake))
    let outcome = try await workspace.run("lock.swift", "--no-self-check")
    #expect(outcome.code == 65)
    #expect(outcome.errors.contains("\ndistcheck: lock.swift:\(mistake.advice)"), "\(outcome.errors)")
    #expect(outcome.errors.hasSuffix("\ndistcheck: lock.swift: does not compile\n"))
    // Nothing of the library's own source, which the user may never have seen.
    #expect(!outcome.errors.contains("/Sources/DistCheck/"), "\(outcome.errors)")
  }

  /// The ways that the advice points to compile.
  @Test(arguments: [
    Mistake(.helper, "func waiting(_ s: State) -> Int { Client.all.count { s.waits[$0] } }", ""),
    Mistake(.field, "func waiting() -> Int { Client.all.count { waits[$0] } }", ""),
    Mistake(.action, "Action(\"Set\") { s in s.tries < 1 } then: { s in s.tries = Bounded(limit) }", ""),
    Mistake(
      .action,
      "Action(\"Grant\", for: Client.self, finding: Client.self) { s, c in s.holder } then: { s, c, h in s.holder = h }",
      ""),
    Mistake(.property, "Temporal(\"u\", until(now { s in s.tries == 0 }, now { s in s.holder == nil }))", ""),
  ])
  func whatIsRight(_ text: Mistake) async throws {
    let workspace = try Workspace()
    try workspace.write("lock.swift", Self.specification(text))
    let outcome = try await workspace.run("lock.swift", "--list")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.isEmpty)
  }
}
