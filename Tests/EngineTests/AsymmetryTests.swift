import DistCheck
import Testing

@testable import DistCheckEngine

/// What is not symmetric is found, and named.
@Suite(.needsOptimization) struct AsymmetryTests {
  enum Worker {}
  typealias W = ID<Worker, 3>

  struct State: BitwiseCopyable {
    var tired = W.Set()
    var work = W.Map<Bounded<0, 2>>(0)
    var leader: W?
  }

  struct Work: Specification {
    var start: [State] = [State()]
    var works: @Sendable (borrowing State, W) -> Bool = { _, _ in true }
    var successor: @Sendable (borrowing State, W) -> W = { _, w in w }
    var claim: @Sendable (borrowing State) -> Bool = { _ in true }
    var stepClaim: @Sendable (borrowing State, borrowing State) -> Bool = { _, _ in true }
    var limit: @Sendable (State) -> Bool = { _ in true }
    var rests: @Sendable (State) -> Bool = { $0.work.allSatisfy { $0 == 2 } }

    var initial: Initial<State> { start }
    var interchangeable: Interchangeable { W.self }
    var actions: Actions<State> {
      Action("Work", for: W.self) { s, w in
        s.work[w].value < 2 && !s.tired.contains(w) && works(s, w)
      } then: { s, w in
        s.work[w] += 1
        s.tired.insert(w)
      }
      Action("Rest", for: W.self) { s, w in
        s.tired.contains(w)
      } then: { s, w in
        s.tired.remove(w)
        s.leader = successor(s, w)
      }
    }
    var properties: Properties<State> {
      Always("claim") { s in claim(s) }
      Step("step") { before, after in stepClaim(before, after) }
    }
    func constraint(_ s: State) -> Bool { limit(s) }
    func mayStop(_ s: State) -> Bool { rests(s) }
  }

  /// The first asymmetry on the states within three steps.
  private func find(_ specification: Work, thorough: Bool = true, seeds: Range<Int> = 0..<1) throws -> Flaw? {
    let system = try specification.lowered()
    #expect(system.interchangeable.map(\.name) == ["Worker"])
    let check = SymmetryCheck(Symmetry(system), system)
    defer { check.deallocate() }
    if let asymmetry = check.asymmetryOfInitialStates() { return asymmetry }
    var level = system.initialStates
    let words = system.layout.words
    for _ in 0..<5 {
      var next: [[UInt64]] = []
      for state in level {
        for seed in seeds {
          if let asymmetry = check.asymmetry(of: state, thorough: thorough, seed: seed) { return asymmetry }
        }
        for action in system.actions {
          var successors = [UInt64](repeating: 0, count: 8 * words)
          var ordinals = [UInt32](repeating: 0, count: 8)
          successors.withUnsafeMutableBufferPointer { target in
            ordinals.withUnsafeMutableBufferPointer { numbers in
              var buffer = SuccessorBuffer(
                next: UnsafeMutableRawPointer(target.baseAddress!), room: 8, stride: words * 8,
                ordinals: numbers.baseAddress!)
              _ = action.expand(state, &buffer, 0, Int.max)
              for k in 0..<(8 - buffer.room) { next.append(Array(target[(k * words)..<((k + 1) * words)])) }
            }
          }
        }
      }
      level = next
    }
    return nil
  }

  @Test func symmetric() throws {
    #expect(try find(Work()) == nil)
    #expect(try find(Work(), thorough: false, seeds: 0..<5) == nil)
    #expect(try find(Work(claim: { $0.tired.count < 3 }, limit: { $0.tired.count < 3 })) == nil)
    let leaders = W.all.map { w in State(leader: w) }
    #expect(try find(Work(start: leaders)) == nil)
  }

  @Test func initialStates() throws {
    let found = try find(Work(start: [State(leader: 0)]))
    #expect(found?.place == "initial states")
    #expect(
      found?.message
        == "they differ under symmetry: one of them is none any more when Worker 0 and Worker 1 are exchanged; add the "
        + "states that differ from it by an exchange, or remove Worker from `interchangeable`")
  }

  @Test func guards() throws {
    for thorough in [true, false] {
      let found = try find(Work(works: { _, w in w.index != 1 }), thorough: thorough, seeds: 0..<8)
      // All are alike at first: then nothing tells which of them works.
      #expect(found?.place == "action Work")
      #expect(found?.message.contains("are exchanged; make it not depend on which identity is which") ?? false)
      #expect(found?.message.contains("remove Worker from `interchangeable`") ?? false)
      #expect(!(found?.message.contains("\n") ?? true))
    }
  }

  @Test func effects() throws {
    let found = try find(Work(successor: { _, w in w.next }))
    #expect(found?.place == "action Rest")
    #expect(
      found?.message.hasPrefix("it is not symmetric: what it leads to from some state is another thing when") ?? false)
    #expect(try find(Work(successor: { _, _ in 2 }))?.place == "action Rest")
  }

  @Test func properties() throws {
    let found = try find(Work(claim: { $0.work[0].value < 2 }))
    #expect(found?.place == "property \"claim\"")
    #expect(found?.message.hasPrefix("it is not symmetric: it is ") ?? false)
    let step = try find(Work(stepClaim: { before, after in before.work[1] == after.work[1] }))
    #expect(step?.place == "property \"step\"")
    #expect(step?.message.hasPrefix("it is not symmetric: it judges a step otherwise when Worker ") ?? false)
  }

  @Test func constraintsAndStopping() throws {
    #expect(try find(Work(limit: { $0.work[2].value < 1 }))?.place == "state constraint")
    #expect(try find(Work(rests: { $0.work[2].value < 1 }))?.place == "mayStop")
  }

  // MARK: Lowering

  @Test func modelsAsk() throws {
    struct Plain: Specification {
      struct State: BitwiseCopyable { var flag = false }
      var initial: Initial<State> { State() }
      var actions: Actions<State> {
        Action("Go") { _ in
          true
        } then: { _ in
        }
      }
    }
    #expect(throws: SpecificationError.nothingInterchangeable) { try Model("none", Plain()).symmetric().lowered() }
    let system = try Model("some", Work()).symmetric().lowered()
    #expect(system.isSymmetric)
    #expect(try Model("some", Work()).lowered().isSymmetric == false)
    #expect(try !Work().lowered().isSymmetric)
    #expect(Symmetry(system).permutationCount == 6)
  }
}
