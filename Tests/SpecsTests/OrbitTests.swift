import DistCheck
import Testing

@testable import DistCheckEngine
@testable import Specs

/// Numbers of orbits of the specifications: from a search over canonical forms that is too simple to be wrong, and from
/// the full set of states.
@Suite struct OrbitTests {
  /// Goes through the states of a system in the manner of a queue; each is looked at in the form that is given.
  private func explore(_ system: TransitionSystem, _ form: (inout [UInt64]) -> Void) -> Set<[UInt64]> {
    let words = system.layout.words
    let mask = Symmetry(system.layout, kinds: []).mask
    var seen: Set<[UInt64]> = []
    var queue: [[UInt64]] = []
    func visit(_ state: [UInt64]) {
      var state = state
      form(&state)
      guard state.withUnsafeBytes({ system.isWithinConstraint($0.baseAddress!) }) else { return }
      if seen.insert(zip(state, mask).map { $0 & $1 }).inserted { queue.append(state) }
    }
    for state in system.initialStates { visit(state) }
    let room = 64
    let successors = UnsafeMutablePointer<UInt64>.allocate(capacity: room * words)
    successors.initialize(repeating: 0, count: room * words)
    let ordinals = UnsafeMutablePointer<UInt32>.allocate(capacity: room)
    defer {
      successors.deallocate()
      ordinals.deallocate()
    }
    while let state = queue.popLast() {
      for action in system.actions {
        var next = 0
        repeat {
          var buffer = SuccessorBuffer(next: successors, room: room, stride: words * 8, ordinals: ordinals)
          next = action.expand(state, &buffer, next, Int.max)
          for k in 0..<(room - buffer.room) {
            visit(Array(UnsafeBufferPointer(start: successors + k * words, count: words)))
          }
        } while next >= 0
      }
    }
    return seen
  }

  private func orbits(_ system: TransitionSystem) -> Set<[UInt64]> {
    let canonicalizer = Canonicalizer(Symmetry(system))
    defer { canonicalizer.deallocate() }
    return explore(system) { canonicalizer.canonicalize(&$0) }
  }

  @Test func twoPhaseCommit() throws {
    #expect(orbits(try TwoPhaseCommit<3>().lowered()).count == 80)
    #expect(orbits(try TwoPhaseCommit<5>().lowered()).count == 314)
    #expect(orbits(try TwoPhaseCommit<7>().lowered()).count == 920)
    #expect(orbits(try TwoPhaseCommit<9>().lowered()).count == 2_232)
  }

  /// The orbits that the reduced search meets are those into which the states of the full one fall, and the orbits have
  /// all of these for members: their number is the mean number of states that a permutation leaves alone.
  private func compare(_ system: TransitionSystem, sourceLocation: Testing.SourceLocation = #_sourceLocation) {
    let all = explore(system) { _ in }
    let canonicalizer = Canonicalizer(Symmetry(system))
    defer { canonicalizer.deallocate() }
    var forms: Set<[UInt64]> = []
    let mask = Symmetry(system).mask
    for state in all {
      var state = state
      canonicalizer.canonicalize(&state)
      forms.insert(zip(state, mask).map { $0 & $1 })
    }
    #expect(forms.isSubset(of: all), sourceLocation: sourceLocation)
    let reduced = orbits(system)
    #expect(forms.count == reduced.count, sourceLocation: sourceLocation)
    #expect(forms.subtracting(reduced).isEmpty, sourceLocation: sourceLocation)
    var orbitSizes: [[UInt64]: Int] = [:]
    for state in all {
      var state = state
      canonicalizer.canonicalize(&state)
      orbitSizes[zip(state, mask).map { $0 & $1 }, default: 0] += 1
    }
    // The size of an orbit divides the number of permutations.
    let permutations = Int(Symmetry(system).permutationCount)
    #expect(orbitSizes.values.allSatisfy { permutations % $0 == 0 }, sourceLocation: sourceLocation)
    // By brute force: the least image under all permutations.
    let symmetry = Symmetry(system)
    let permuter = Permuter(symmetry)
    defer { permuter.deallocate() }
    var least: Set<[UInt64]> = []
    let arrangements = symmetry.kinds.reduce([[]]) { lists, kind in
      lists.flatMap { list in Self.arrangements(Array(0..<kind.count)).map { list + $0 } }
    }
    for state in all {
      let images = arrangements.map { images in
        for (k, image) in images.enumerated() { permuter.images[k] = UInt8(image) }
        var target = state
        permuter.permute(state, into: &target)
        return zip(target, mask).map { $0 & $1 }
      }
      if let k = images.firstIndex(where: { !all.contains($0) }) {
        Issue.record(
          "\(arrangements[k]) takes \(system.layout.value(at: state)) to \(system.layout.value(at: images[k]))",
          sourceLocation: sourceLocation)
        return
      }
      least.insert(images.min { $0.lexicographicallyPrecedes($1) }!)
    }
    #expect(least.count == forms.count, sourceLocation: sourceLocation)
  }

  private static func arrangements(_ items: [Int]) -> [[Int]] {
    if items.isEmpty { return [[]] }
    return items.flatMap { item in arrangements(items.filter { $0 != item }).map { [item] + $0 } }
  }

  @Test func paxos() throws { compare(try Paxos<3, 2, 1>().lowered()) }
  @Test func voting() throws { compare(try Voting<3, 2, 2>().lowered()) }
  @Test func raft() throws { compare(try Raft<3>().lowered()) }
  @Test func raftInOrder() throws {
    compare(try Raft<3>(maxTerm: 1, maxMessages: 3, transport: .fifo).lowered())
  }
}
