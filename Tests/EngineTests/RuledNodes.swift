import DistCheck
import DistCheckTemporal
import TestSupport

/// Four nodes, each in one of three phases, in a group or not, one of them perhaps the leader.
struct RuledNodes: Specification {
  enum Kind {}
  typealias Node = ID<Kind, 4>
  enum Phase: Enumeration { case idle, busy, done }

  struct State: BitwiseCopyable {
    var phase = Node.Map<Phase>(.idle)
    var group = Node.Set()
    var leader: Node? = nil
    /// Messages: who asks whom.
    var asks = Network<3, Packet<Node, Bool>>(.unordered)
  }

  /// What a node may do, and when.
  struct Rule {
    var phase: Phase
    var isMember: Bool?
    var isLeader: Bool?
    var mostMembers: Int
    var next: Phase
    var joins: Bool?
    var leads: Bool?
    var asksLeader: Bool
  }

  struct Rules {
    var rules: [Rule]
    var receipt: Rule
    var mostBusy: Int
    var mostMembers: Int
    var stops: Bool

    static func random(using generator: inout SplitMix64) -> Rules {
      func rule() -> Rule {
        Rule(
          phase: Phase(ordinal: Int.random(in: 0..<3, using: &generator)),
          isMember: [nil, true, false].randomElement(using: &generator)!,
          isLeader: [nil, nil, true, false].randomElement(using: &generator)!,
          mostMembers: Int.random(in: 1...4, using: &generator),
          next: Phase(ordinal: Int.random(in: 0..<3, using: &generator)),
          joins: [nil, true, true, false].randomElement(using: &generator)!,
          leads: [nil, nil, true, false].randomElement(using: &generator)!,
          asksLeader: generator.chance(0.4))
      }
      return Rules(
        rules: [Rule(phase: .idle, mostMembers: 4, next: .busy, asksLeader: false)] + (0..<4).map { _ in rule() },
        receipt: rule(), mostBusy: Int.random(in: 2...5, using: &generator),
        mostMembers: Int.random(in: 2...5, using: &generator), stops: generator.chance(0.7))
    }
  }

  var rules: Rules
  /// By rule, then of receiving.
  var fairness: [Fairness] = []
  /// Instead of the other properties: over whether a node is busy, is done, is a member, leads, or is asked something, and whether the leader changes
  /// or one more gets busy.
  var temporal: LTL?

  init(rules: Rules) { self.rules = rules }
  init() {
    self.init(
      rules: Rules(
        rules: [], receipt: Rule(phase: .idle, mostMembers: 0, next: .idle, asksLeader: false), mostBusy: 0,
        mostMembers: 0, stops: true))
  }

  var interchangeable: Interchangeable { Node.self }

  var initial: Initial<State> { State() }

  private func isEnabled(_ rule: Rule, _ s: State, _ i: Node) -> Bool {
    s.phase[i] == rule.phase && rule.isMember.map { $0 == s.group.contains(i) } ?? true
      && rule.isLeader.map { $0 == (s.leader == i) } ?? true && s.group.count <= rule.mostMembers
      && (!rule.asksLeader || s.leader != nil && s.asks.count < 2)
  }

  private func apply(_ rule: Rule, _ s: inout State, _ i: Node) {
    s.phase[i] = rule.next
    if let joins = rule.joins { if joins { s.group.insert(i) } else { s.group.remove(i) } }
    if rule.asksLeader, let leader = s.leader { s.asks.send(rule.joins ?? false, from: i, to: leader) }
    if let leads = rule.leads { s.leader = leads ? i : nil }
  }

  var actions: Actions<State> {
    for (number, rule) in rules.rules.enumerated() {
      Action("rule \(number)", for: Node.self, fairness: fairness.isEmpty ? .none : fairness[number]) { s, i in
        isEnabled(rule, s, i)
      } then: { s, i in
        apply(rule, &s, i)
      }
    }
    Action("receive", receiving: \.asks, fairness: fairness.last ?? .none) { s, m in
      s.phase[m.to] != rules.receipt.phase || m.body
    } then: { s, m in
      var receipt = rules.receipt
      receipt.asksLeader = false
      apply(receipt, &s, m.body ? m.from : m.to)
    }
  }

  /// Each is the same whichever node is which.
  static var atoms: [Formula<State>] {
    [
      now { s in s.phase.contains(.busy) }, now { s in s.phase.contains(.done) }, now { s in !s.group.isEmpty },
      now { s in s.leader != nil }, now { s in !s.asks.isEmpty }, step { s, t in s.leader != t.leader },
      step { s, t in s.phase.count { $0 == .busy } < t.phase.count { $0 == .busy } },
    ]
  }

  var properties: Properties<State> {
    if let temporal { Temporal("temporal", temporal.formula(of: Self.atoms)) } else { safety }
  }

  @PropertiesBuilder<State> private var safety: Properties<State> {
    Always("few are busy") { s in s.phase.count { $0 == .busy } < rules.mostBusy }
    Always("few are members") { s in s.group.count < rules.mostMembers }
    Step("leaders rest") { before, after in
      before.leader == after.leader || after.leader.map { after.phase[$0] != .done } ?? true
    }
    Sometimes("a leader") { s in s.leader != nil }
  }

  func mayStop(_ s: State) -> Bool { rules.stops || temporal != nil }

  /// How many orbits there are up to a level, by trying all permutations of every state.
  func orbits(levels: Int) -> Int {
    var seen: Set<[UInt8]> = []
    var level = [State()]
    for _ in 0..<levels {
      level = level.filter { seen.insert(Self.least($0)).inserted }
      level = level.flatMap { state in successors(of: state) }
    }
    return seen.count
  }

  private func successors(of state: State) -> [State] {
    var next: [State] = []
    for rule in rules.rules {
      for i in Node.all where isEnabled(rule, state, i) {
        var copy = state
        apply(rule, &copy, i)
        next.append(copy)
      }
    }
    var last: Packet<Node, Bool>?
    for m in state.asks where state.phase[m.to] != rules.receipt.phase || m.body {
      if let last, last.from == m.from, last.to == m.to, last.body == m.body { continue }
      last = m
      var copy = state
      copy.asks.remove(m)
      var receipt = rules.receipt
      receipt.asksLeader = false
      apply(receipt, &copy, m.body ? m.from : m.to)
      next.append(copy)
    }
    return next
  }

  private static func least(_ state: State) -> [UInt8] {
    permutations.map { permutation in
      func image(_ node: Node) -> Int { permutation[node.index] }
      var phases = [UInt8](repeating: 0, count: 4)
      for i in Node.all { phases[image(i)] = UInt8(state.phase[i].ordinal) }
      var members = [UInt8](repeating: 0, count: 4)
      for i in state.group { members[image(i)] = 1 }
      let asks = state.asks.map { UInt8(image($0.from) * 8 + image($0.to) * 2 + ($0.body ? 1 : 0)) }.sorted()
      return phases + members + [state.leader.map { UInt8(image($0) + 1) } ?? 0] + asks
    }.min { $0.lexicographicallyPrecedes($1) }!
  }

  private static let permutations: [[Int]] = {
    func all(_ rest: [Int]) -> [[Int]] {
      rest.isEmpty ? [[]] : rest.flatMap { first in all(rest.filter { $0 != first }).map { [first] + $0 } }
    }
    return all([0, 1, 2, 3])
  }()
}
