import DistCheck
import Testing

/// What cannot be checked as it stands is thrown in a test, and does not end it.
@Suite struct LoweringTests {
  /// A state with one part.
  struct Part<Value: BitwiseCopyable>: BitwiseCopyable { var part: Value }

  struct Uncounted: Finite {
    static var count: Int { [2][Int(CommandLine.argc)] }
    init(ordinal: Int) {}
    var ordinal: Int { 0 }
  }

  private func check<Value: BitwiseCopyable>(_ value: Value) throws {
    _ = try DistCheck.check(
      Sketch(Part(part: value)) {
        Action("Stay") { _ in
          true
        } then: { _ in
        }
      })
  }

  @Test func faultsOfTypes() throws {
    for isTrap in [false, true] {
      do {
        if isTrap { try check(Subset<Uncounted>()) } else { try check(Subset<Subset<Bounded<0, 30>>>()) }
        Issue.record("the type is not refused")
      } catch SpecificationError.typeFault(let type, let fault) {
        #expect(type.hasPrefix("State.part, of type Subset<"))
        #expect(fault.isTrap == isTrap)
      }
    }
  }

  @Test func faultOfAFairParameter() {
    #expect {
      try DistCheck.check(
        Sketch(0) {
          Action("Go", for: Uncounted.self, fairness: .weak.each) { _, _ in
            true
          } then: { _, _ in
          }
        })
    } throws: { error in
      if case SpecificationError.typeFault(let type, _) = error { type == "a parameter of action Go" } else { false }
    }
  }

  struct Sized<let n: Int>: Specification {
    enum Kind {}
    var leader: ID<Kind, n> = 0
    var names: [String] = []
    struct State: BitwiseCopyable { var isOn = false }
    var assumptions: Assumptions { Assume("the names are kept") { names == ["a", "b"] } }
    var initial: Initial<State> { State() }
    var actions: Actions<State> {
      Action("Switch") { s in
        true
      } then: { s in
        s.isOn.toggle()
      }
    }
  }

  @Test func otherSizes() throws {
    let model = Model("three", Sized<3>(leader: 1, names: ["a", "b"]))
    #expect(try DistCheck.check(model.resized(to: Sized<4>.self)).holds)
    #expect(try DistCheck.check(model.resized(to: Sized<2>.self).resized(to: Sized<5>.self)).holds)
    #expect(throws: SpecificationError.constant("leader", reason: "there is no 1 in ID<Kind, 1>")) {
      try DistCheck.check(model.resized(to: Sized<1>.self))
    }
  }
}
