internal import CDistCheckEngine
import DistCheckTemporal

/// Looks for behaviours that are fair and violate a property: cycles of the product of the stored states with the
/// automaton of the violation, and states in which one may stop.
///
/// One depth-first pass over the product, which exists nowhere: strongly connected components by the path-based algorithm
/// (Gabow, "Path-based depth-first search for strong and biconnected components", 2000), with the union of what is known
/// of each candidate beside it (Couvreur, "On-the-fly verification of linear temporal logic", 1999). A component in which
/// only a strong condition is unsatisfied is searched once more without the states in which that is enabled (Emerson,
/// Lei, "Modalities for model checking", 1987), at most as often as there are strong conditions. Everything is linear in
/// the product but for that, and runs on one thread.
///
/// Takes four bytes for each node of the product, and eight to twenty for each on the current path.
final class ProductSearch<Store: NumberedStore> {
  /// What `order` says of a node that is done: it is on no fair cycle, or it is on one.
  private static var dead: UInt32 { .max }
  private static var fair: UInt32 { .max - 1 }
  /// Nodes have numbers less than this.
  private static var nodeLimit: Int { Int(UInt32.max) - 2 }

  private let automaton: ProductAutomaton
  private let conditions: FairnessConditions
  let sets: MarkSets
  private let expansion: NumberedExpansion<Store>
  private let limit: Int
  /// Called now and then; true to give up.
  private let pause: (Int) -> Bool
  /// Whether to give up once a violation is found: nobody asks for a shortest one.
  private let isQuick: Bool
  /// After so many visits, the search is given up.
  private let mostVisits: Int

  private let memory: PagedMemory
  /// By node: 0 when it was not met; its place on the stack of live nodes, from 1 on; or what came of it.
  private let order: UnsafeMutablePointer<UInt32>
  private var live: PagedStack<UInt32>
  private var roots: PagedStack<Root>
  /// Nodes to visit, each with the set of the step that leads there, and below those of a node a marker for itself.
  private var pending: PagedStack<Pending>
  /// The transitions that the state at hand admits.
  private let admitted: UnsafeMutablePointer<BuchiAutomaton.Transition>
  /// The sets of steps by condition, for automata with few marks.
  private var stepSets: [UInt32] = []
  private let markSpan: Int
  /// Whether stopping is accepted, by the atoms that are true and the automaton state.
  private var stops: [[UInt64]: Bool] = [:]
  /// In a component that is searched once more: conditions in whose presence a state is left out.
  private var forbidden: [UInt64] = []

  private var entered = 0
  /// Nodes visited, some more than once.
  private(set) var visited = 0
  private(set) var hasFairCycle = false
  private(set) var hasFairStop = false
  /// Whether a step led to a state that is not stored, because a constraint or a bound excludes it.
  private(set) var isCut = false
  private(set) var isGivenUp = false

  var isViolated: Bool { hasFairCycle || hasFairStop }

  /// The first node of what may become a component.
  private struct Root {
    var place: UInt32
    var set: UInt32
    /// The set of the step that led to it.
    var incoming: UInt32
  }

  private struct Pending {
    var node: UInt32
    /// Of the step; `marker` for the node whose successors lie above.
    var set: UInt32
    @inline(__always) static var marker: UInt32 { .max }
  }

  init(
    _ automaton: ProductAutomaton, _ conditions: FairnessConditions, strengths: [Fairness.Strength?],
    _ expansion: NumberedExpansion<Store>, isQuick: Bool, mostVisits: Int = .max,
    pause: @escaping (Int) -> Bool
  ) throws(OutOfMemory) {
    self.automaton = automaton
    self.conditions = conditions
    self.expansion = expansion
    self.isQuick = isQuick
    self.mostVisits = mostVisits
    self.pause = pause
    limit = expansion.store.numberLimit
    let nodes = limit * automaton.stateCount
    memory = try Self.array(nodes: nodes)
    order = memory.base.assumingMemoryBound(to: UInt32.self)
    live = try PagedStack()
    roots = try PagedStack()
    pending = try PagedStack()
    sets = MarkSets(conditions, strengths: strengths, marks: automaton.automaton.markCount)
    admitted = .allocate(capacity: max(1, automaton.degree))
    markSpan = automaton.automaton.markCount > 4 ? 0 : 1 << automaton.automaton.markCount
  }

  deinit {
    memory.release()
    live.release()
    roots.release()
    pending.release()
    admitted.deallocate()
  }

  /// Four zeroed bytes for each node.
  static func array(nodes: Int) throws(OutOfMemory) -> PagedMemory {
    guard nodes < nodeLimit, let memory = PagedMemory(byteCount: max(8, nodes * 4)) else { throw OutOfMemory() }
    return memory
  }

  var byteCount: Int { memory.byteCount + live.byteCount + roots.byteCount + pending.byteCount + sets.byteCount }

  /// Whether a node lies on a fair cycle that is accepted. Known of all nodes after a search that was not quick.
  func isFair(_ node: Int) -> Bool { order[node] == Self.fair }

  // MARK: From where

  /// Enters the product at a state, where the automaton's entries admit it.
  func enter(_ number: Int) {
    entered &+= 1
    if entered & 0xFFF == 0 && pause(byteCount) { isGivenUp = true }
    for entry in automaton.automaton.entries {
      let node = entry.state * limit + number
      if order[node] != 0 || isGivenUp { continue }
      if entry.positive | entry.negative != 0 {
        expansion.load(number)
        if !entry.admits(automaton.letter(expansion.source)) { continue }
      }
      search(from: node)
    }
  }

  private func search(from node: Int) {
    let base = pending.count
    visit(node, incoming: MarkSets.identity)
    while pending.count > base {
      if isGivenUp { return pending.removeLast(to: base) }
      if sets.isCrowded { forgetSets() }
      let next = pending.pop()
      let place = order[Int(next.node)]
      if next.set == Pending.marker {
        if roots.top.place == place { close() }
      } else if place == 0 {
        visit(Int(next.node), incoming: next.set)
      } else if place < Self.fair {
        merge(place, next.set)
        judge()
      }
    }
  }

  // MARK: Nodes

  private func visit(_ node: Int, incoming: UInt32) {
    visited &+= 1
    if visited > mostVisits || visited & 63 == 0 && pause(byteCount) {
      isGivenUp = true
      return
    }
    let (automatonState, number) = (node / limit, node % limit)
    expansion.load(number)
    let admittedCount = admit(from: automatonState)
    if admittedCount == 0 || !forbidden.isEmpty && isForbidden(number) {
      order[node] = Self.dead
      return
    }
    order[node] = UInt32(truncatingIfNeeded: live.count &+ 1)
    live.push(UInt32(truncatingIfNeeded: node))
    roots.push(
      Root(place: UInt32(truncatingIfNeeded: live.count), set: MarkSets.identity, incoming: incoming))
    pending.push(Pending(node: UInt32(truncatingIfNeeded: node), set: Pending.marker))
    sets.beginState()
    while !expansion.isDone {
      let count = expansion.advance()
      let first = admitted[0].target &* limit
      for k in 0..<count where expansion.numbers[k] >= 0 { ce_prefetch(order + (first &+ expansion.numbers[k])) }
      for k in 0..<count {
        let condition = condition(k)
        if condition >= 0 { sets.enable(condition) }
        let successor = expansion.numbers[k]
        if successor < 0 {
          isCut = true
          continue
        }
        let letter = automaton.hasSteps ? automaton.letter(expansion.source, expansion.successor(k)) : 0
        for transition in 0..<admittedCount where isAdmitted(transition, letter) {
          let target = admitted[transition].target &* limit &+ successor
          let place = order[target]
          if place >= Self.fair { continue }
          let set = set(marks: admitted[transition].marks, condition: condition)
          if place == 0 {
            pending.push(Pending(node: UInt32(truncatingIfNeeded: target), set: set))
          } else {
            merge(place, set)
          }
        }
      }
    }
    let set = sets.endState()
    roots.top.set = sets.union(roots.top.set, set)
    judge()
    if !hasFairStop && sets.hasNothingEnabled(set) && acceptsStop(from: automatonState) {
      hasFairStop = true
      if isQuick { isGivenUp = true }
    }
  }

  /// Of the sets of states, only those of the current path are needed.
  private func forgetSets() {
    sets.forget { keep in
      for index in 0..<roots.count {
        roots[index].set = keep(roots[index].set)
        roots[index].incoming = keep(roots[index].incoming)
      }
      for index in 0..<pending.count where pending[index].set != Pending.marker {
        pending[index].set = keep(pending[index].set)
      }
    }
    stepSets = []
  }

  private func acceptsStop(from automatonState: Int) -> Bool {
    let letter = automaton.letter(expansion.source) | automaton.letter(expansion.source, expansion.source)
    let key = [letter, UInt64(automatonState)]
    if let isAccepted = stops[key] { return isAccepted }
    let isAccepted = automaton.automaton.accepts(constant: letter, from: automatonState)
    stops[key] = isAccepted
    return isAccepted
  }

  /// Which transitions the state at hand admits, as far as its own atoms tell.
  @inline(__always)
  private func admit(from automatonState: Int) -> Int {
    let letter = automaton.letter(expansion.source)
    var count = 0
    for index in automaton.starts[automatonState]..<automaton.starts[automatonState &+ 1] {
      let transition = automaton.transitions[index]
      let positive = transition.positive & automaton.stateAtoms
      if letter & positive == positive && letter & transition.negative == 0 {
        admitted[count] = transition
        count &+= 1
      }
    }
    return count
  }

  /// Whether a step's own atoms admit a transition.
  @inline(__always)
  private func isAdmitted(_ transition: Int, _ letter: UInt64) -> Bool {
    if !automaton.hasSteps { return true }
    let positive = admitted[transition].positive & ~automaton.stateAtoms
    return letter & positive == positive && letter & admitted[transition].negative == 0
  }

  @inline(__always)
  private func condition(_ k: Int) -> Int {
    if conditions.assumptions.isEmpty { return -1 }
    return conditions.condition(of: Int(expansion.actions[k]), Int(expansion.ordinals[k]), in: expansion.source)
  }

  @inline(__always)
  private func set(marks: UInt64, condition: Int) -> UInt32 {
    if markSpan == 0 { return sets.step(marks: marks, condition: condition) }
    let index = (condition &+ 1) &* markSpan &+ Int(truncatingIfNeeded: marks)
    if index < stepSets.count && stepSets[index] != .max { return stepSets[index] }
    return makeSet(marks, condition, index)
  }

  @inline(never)
  private func makeSet(_ marks: UInt64, _ condition: Int, _ index: Int) -> UInt32 {
    while stepSets.count <= index { stepSets.append(.max) }
    stepSets[index] = sets.step(marks: marks, condition: condition)
    return stepSets[index]
  }

  /// Whether a condition that is forbidden is enabled in the state at hand.
  private func isForbidden(_ number: Int) -> Bool {
    sets.beginState()
    while !expansion.isDone {
      for k in 0..<expansion.advance() {
        let condition = condition(k)
        if condition >= 0 { sets.enable(condition) }
      }
    }
    if sets.isEnabled(sets.endState(), anyOf: forbidden) { return true }
    expansion.load(number)
    return false
  }

  // MARK: Components

  /// A step leads back to a live node: all candidates from its own one on are one.
  @inline(__always)
  private func merge(_ place: UInt32, _ set: UInt32) {
    var set = set
    while roots.top.place > place {
      let root = roots.pop()
      set = sets.union(set, sets.union(root.set, root.incoming))
    }
    roots.top.set = sets.union(roots.top.set, set)
  }

  /// In a quick search: whether what is known of the candidate on top is a violation already. Not before the set of every
  /// state in it is known.
  @inline(__always)
  private func judge() {
    if isQuick && sets.isKnownFair(roots.top.set) {
      hasFairCycle = true
      isGivenUp = true
    }
  }

  /// The component on top is complete.
  private func close() {
    let root = roots.pop()
    let first = Int(root.place) - 1
    if sets.isFair(root.set) {
      hasFairCycle = true
      if isQuick { isGivenUp = true }
      for place in first..<live.count { order[Int(live[place])] = Self.fair }
      return live.removeLast(to: first)
    }
    if !sets.isHopeless(root.set) { return searchAgain(first, without: sets.unfair(root.set)) }
    for place in first..<live.count { order[Int(live[place])] = Self.dead }
    live.removeLast(to: first)
  }

  /// Strong conditions are enabled in the component, and never taken: behaviour that stays in it is fair only where they
  /// are not enabled.
  private func searchAgain(_ first: Int, without conditions: [UInt64]) {
    let nodes = (first..<live.count).map { live[$0] }
    live.removeLast(to: first)
    for node in nodes { order[Int(node)] = 0 }
    let outer = forbidden
    forbidden = conditions.indices.map { conditions[$0] | ($0 < outer.count ? outer[$0] : 0) }
    for node in nodes where order[Int(node)] == 0 && !isGivenUp { search(from: Int(node)) }
    forbidden = outer
  }
}
