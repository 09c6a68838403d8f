import DistCheck
import Testing

@testable import DistCheckEngine

/// What is sampled in every search, also in a test, where hashing is not deterministic.
@Suite struct DeterminismCheckTests {
  struct Coin: Specification {
    struct State: BitwiseCopyable { var n: UInt8 = 0 }
    var initial: Initial<State> { State() }
    var actions: Actions<State> {
      Action("Up") { s in
        Bool.random() && s.n < 9
      } then: { s in
        s.n += 1
      }
    }
    func mayStop(_ s: State) -> Bool { true }
  }

  @Test func coin() throws {
    let result = try check(Coin())
    #expect(result.verdict == .specificationError)
    #expect(result.fault?.place == "action Up")
    #expect(!result.isEngineFault)
  }

  /// The order of a set depends on where it lies in memory, unless hashing is deterministic.
  struct Hashed: Specification {
    struct State: BitwiseCopyable { var n = 0 }
    var initial: Initial<State> { State() }
    var actions: Actions<State> {
      Action("Choose") { s in
        s.n == 0
      } then: { s in
        s.n = Set(1...20).first!
      }
    }
    func mayStop(_ s: State) -> Bool { true }
  }

  @Test func orderOfASet() throws {
    let result = try check(Hashed())
    #expect(result.verdict == .specificationError)
    #expect(result.fault?.place == "action Choose")
  }

  /// A layout that leaves out a byte on which everything hinges: states are restored as others. The specification is not
  /// accused of that.
  @Test func engineIsAtFault() {
    let byte = Layout(typeName: "UInt8", size: 1, stride: 1, kind: .integer(isSigned: false))
    let layout = Layout(
      typeName: "State", size: 2, stride: 2, kind: .record([Layout.Field(name: "n", offset: 0, layout: byte)]))
    let here = SourceLocation(file: #fileID, line: #line)
    func hidden(_ state: UnsafeRawPointer) -> UInt8 { state.load(fromByteOffset: 1, as: UInt8.self) }
    let up = ActionTable(
      name: "Up", location: here,
      expand: { state, buffer, first, limit in
        guard first == 0, state.load(as: UInt8.self) < 9 else { return -1 }
        buffer.pointee.next.storeBytes(of: state.load(as: UInt8.self) + 1, as: UInt8.self)
        buffer.pointee.next.storeBytes(of: 1, toByteOffset: 1, as: UInt8.self)
        buffer.pointee.commit(ordinal: 0)
        return -1
      }, instanceCount: { _ in 1 }, arguments: { _, _ in [] })
    let system = TransitionSystem(
      constants: [], layout: layout, initialStates: [[0]], actions: [up],
      properties: [
        PropertyTable(name: "unmarked", location: here, predicate: .always { hidden($0) == 0 })
      ], isWithinConstraint: { _ in true }, mayStop: { _ in true })
    let result = Checker(system).check()
    #expect(result.isEngineFault)
    #expect(result.fault?.place == "distcheck")
    #expect(
      result.fault?.fault.message.hasPrefix(
        "a state that is stored is restored as another one; this is a fault of distcheck, not of the specification")
        ?? false)
  }
}
