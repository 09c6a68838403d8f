import DistCheck
import DistCheckTemporal
import TestSupport

/// Three registers, each with one of three interchangeable values, and a flag. Most states have successors that differ only
/// in which value is which: different states of one orbit.
struct RuledRegisters: Specification {
  enum Kind {}
  typealias Value = ID<Kind, 3>

  struct State: BitwiseCopyable {
    var a = Value(0)
    var b = Value(0)
    var c = Value(0)
    var flag = false
  }

  /// What a register gets: the value of another one, or the value that two others do not have.
  enum Source: CaseIterable {
    case a, b, c, thirdOfAB, thirdOfBC

    func value(_ s: State) -> Value {
      func third(_ x: Value, _ y: Value) -> Value { x == y ? x : Value.all.first { $0 != x && $0 != y }! }
      return switch self {
      case .a: s.a
      case .b: s.b
      case .c: s.c
      case .thirdOfAB: third(s.a, s.b)
      case .thirdOfBC: third(s.b, s.c)
      }
    }
  }

  struct Rule {
    var areEqual: Bool?
    var flag: Bool?
    var sources: (Source, Source, Source)
    var toggles: Bool
    var fairness: Fairness

    static func random(using generator: inout SplitMix64) -> Rule {
      func source() -> Source { Source.allCases.randomElement(using: &generator)! }
      return Rule(
        areEqual: [nil, nil, true, false].randomElement(using: &generator)!,
        flag: [nil, nil, true, false].randomElement(using: &generator)!, sources: (source(), source(), source()),
        toggles: generator.chance(0.3), fairness: [.none, .weak, .weak, .strong].randomElement(using: &generator)!)
    }
  }

  var rules: [Rule] = []
  var temporal = LTL.constant(true)

  var interchangeable: Interchangeable { Value.self }

  var initial: Initial<State> {
    for a in Value.all { for b in Value.all { for c in Value.all { State(a: a, b: b, c: c) } } }
  }

  var actions: Actions<State> {
    for (number, rule) in rules.enumerated() {
      Action("rule \(number)", fairness: rule.fairness) { s in
        rule.areEqual.map { $0 == (s.a == s.b) } ?? true && rule.flag.map { $0 == s.flag } ?? true
      } then: { s in
        let old = s
        s.a = rule.sources.0.value(old)
        s.b = rule.sources.1.value(old)
        s.c = rule.sources.2.value(old)
        if rule.toggles { s.flag.toggle() }
      }
    }
  }

  static var atoms: [Formula<State>] {
    [
      now { s in s.a == s.b }, now { s in s.b == s.c }, now { s in s.flag }, step { s, t in s.a != t.a },
      step { s, t in t.b == s.c },
    ]
  }

  var properties: Properties<State> { Temporal("temporal", temporal.formula(of: Self.atoms)) }

  func mayStop(_ s: State) -> Bool { true }
}
