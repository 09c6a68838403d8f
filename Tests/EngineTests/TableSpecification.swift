import DistCheck
import DistCheckTemporal

/// A state type whose values are numbered.
protocol Numbered: BitwiseCopyable {
  static var count: Int { get }
  init(number: Int)
  var number: Int { get }
}

/// Tables as a specification: one action for each number of parameters.
struct TableSpecification<State: Numbered>: Specification {
  enum Node {}
  static var radices: [[Int]] { [[], [5], [2, 3], [2, 2, 3], [2, 2, 2, 2]] }

  var table: TableSystem

  init(table: TableSystem) { self.table = table }

  init() {
    self.init(
      table: TableSystem(
        stateCount: 0, initial: [], actions: [], broken: [], brokenSteps: [], goals: [], isOutside: [], mayStop: []))
  }

  private func isEnabled(_ action: Int, _ state: State, _ ordinal: Int) -> Bool {
    table.actions[action][state.number][ordinal] != nil
  }

  private func apply(_ action: Int, _ state: inout State, _ ordinal: Int) {
    state = State(number: table.actions[action][state.number][ordinal]!)
  }

  var initial: Initial<State> { table.initial.map { State(number: $0) } }

  var actions: Actions<State> {
    part(
      0,
      Action("0", fairness: fairness(0)) { s in
        isEnabled(0, s, 0)
      } then: { s in
        apply(0, &s, 0)
      }
    ) { action in
      action.fair { s in table.isFair(0, s.number, 0) }
    }
    part(
      1,
      Action("1", for: Bounded<0, 4>.self, fairness: fairness(1)) { s, a in
        isEnabled(1, s, a.value)
      } then: { s, a in
        apply(1, &s, a.value)
      }
    ) { action in
      action.fair(for: Bounded<0, 4>.self) { s, a in table.isFair(1, s.number, a.value) }
    }
    part(
      2,
      Action("2", for: Bounded<0, 1>.self, ID<Node, 3>.self, fairness: fairness(2)) { s, a, b in
        isEnabled(2, s, a.value + 2 * b.index)
      } then: { s, a, b in
        apply(2, &s, a.value + 2 * b.index)
      }
    ) { action in
      action.fair(for: Bounded<0, 1>.self, ID<Node, 3>.self) { s, a, b in
        table.isFair(2, s.number, a.value + 2 * b.index)
      }
    }
    part(
      3,
      Action("3", for: ID<Node, 2>.self, Bounded<0, 1>.self, ID<Node, 3>.self, fairness: fairness(3)) { s, a, b, c in
        isEnabled(3, s, a.index + 2 * b.value + 4 * c.index)
      } then: { s, a, b, c in
        apply(3, &s, a.index + 2 * b.value + 4 * c.index)
      }
    ) { action in
      action.fair(for: ID<Node, 2>.self, Bounded<0, 1>.self, ID<Node, 3>.self) { s, a, b, c in
        table.isFair(3, s.number, a.index + 2 * b.value + 4 * c.index)
      }
    }
    // Of its parameters only the first is asked about.
    part(
      4,
      Action(
        "4", for: Bounded<0, 1>.self, Bounded<0, 1>.self, Bounded<0, 1>.self, Bounded<0, 1>.self, fairness: fairness(4)
      ) { s, a, b, c, d in
        isEnabled(4, s, a.value + 2 * b.value + 4 * c.value + 8 * d.value)
      } then: { (s: inout State, a, b, c, d) in
        apply(4, &s, a.value + 2 * b.value + 4 * c.value + 8 * d.value)
      }
    ) { action in
      action.fair(for: Bounded<0, 1>.self) { s, a in table.isFair(4, s.number, a.value) }
    }
  }

  /// The action, its fairness of a part of it where the tables say so.
  private func part(_ number: Int, _ action: Action<State>, fair: (Action<State>) -> Action<State>) -> Action<State> {
    !table.fairParts.isEmpty && table.fairParts[number] != nil ? fair(action) : action
  }

  private func fairness(_ action: Int) -> Fairness { table.fairness.isEmpty ? .none : table.fairness[action] }

  var properties: Properties<State> {
    for (index, property) in table.temporal.enumerated() {
      Temporal("temporal \(index)", formula(property))
    }
    for (index, states) in table.broken.enumerated() {
      Always("always \(index)") { s in !states.contains(s.number) }
    }
    for (index, pairs) in table.brokenSteps.enumerated() {
      Step("step \(index)") { before, after in !pairs.contains(before.number * State.count + after.number) }
    }
    for (index, states) in table.goals.enumerated() {
      Sometimes("sometimes \(index)") { s in states.contains(s.number) }
    }
  }

  private func formula(_ property: TemporalTable) -> Formula<State> {
    let atoms: [Formula<State>] = property.atoms.indices.map { number in
      let places = property.atoms[number]
      return property.isOfSteps[number]
        ? step { before, after in places.contains(before.number * State.count + after.number) }
        : now { s in places.contains(s.number) }
    }
    return property.formula.formula(of: atoms)
  }

  func constraint(_ state: borrowing State) -> Bool { !table.isOutside[state.number] }
  func mayStop(_ state: borrowing State) -> Bool { table.mayStop[state.number] }
}

extension LTL {
  /// The formula in the words of a specification.
  func formula<State>(of atoms: [Formula<State>]) -> Formula<State> {
    switch self {
    case .constant(let value): now { _ in value }
    case .atom(let number): atoms[number]
    case .not(let f): !f.formula(of: atoms)
    case .and(let f, let g): f.formula(of: atoms) && g.formula(of: atoms)
    case .or(let f, let g): f.formula(of: atoms) || g.formula(of: atoms)
    case .release(.constant(false), let f): DistCheck.always(f.formula(of: atoms))
    case .until(.constant(true), let f): DistCheck.eventually(f.formula(of: atoms))
    case .next(let f): DistCheck.next(f.formula(of: atoms))
    case .until(let f, let g): DistCheck.until(f.formula(of: atoms), g.formula(of: atoms))
    case .release(let f, let g): DistCheck.release(f.formula(of: atoms), g.formula(of: atoms))
    }
  }
}

// MARK: States

enum Node {}

struct Narrow: Numbered {
  var level: Bounded<3, 7>
  var flag: Bool
  var node: ID<Node, 3>

  static var count: Int { 30 }
  init(number: Int) {
    level = Bounded(3 + number % 5)
    flag = number / 5 % 2 == 1
    node = ID(number / 10)
  }
  var number: Int { level.value - 3 + 5 * flag.ordinal + 10 * node.index }
}

/// The stamp fills its word but does not begin at bit 0 of the packed state.
struct TwoWords: Numbered {
  var node: ID<Node, 5>
  var stamp: UInt64
  var set: ID<Node, 5>.Set

  static let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
  static var count: Int { 80 }
  init(number: Int) {
    node = ID(number % 5)
    stamp = UInt64(number / 5 % 4) &* Self.factor
    set = .init()
    for bit in 0..<2 where (number / 20) >> bit & 1 == 1 { set.insert(ID(bit * 4)) }
  }
  var number: Int {
    node.index + 5 * (0..<4).first { UInt64($0) &* Self.factor == stamp }!
      + 20 * (set.contains(0) ? 1 : 0) + 40 * (set.contains(4) ? 1 : 0)
  }
}

struct ManyWords: Numbered {
  var flag: Bool
  var stamps: InlineArray<3, UInt64>
  var narrow: Bounded<0, 2>
  var signed: Int32
  var half: Int16

  static var count: Int { 96 }
  init(number: Int) {
    flag = number % 2 == 1
    stamps = InlineArray { number / 2 % 4 == $0 ? UInt64.max : UInt64($0) << 40 }
    narrow = Bounded(number / 8 % 3)
    signed = number / 24 % 2 == 0 ? -1 : Int32.max
    half = number / 48 == 0 ? Int16.min : 5
  }
  var number: Int {
    (flag ? 1 : 0) + 2 * ((0..<3).first { stamps[$0] == UInt64.max } ?? 3) + 8 * narrow.value
      + (signed == -1 ? 0 : 24) + (half == 5 ? 48 : 0)
  }
}

/// Optionals, payloads and a log.
struct Rich: Numbered {
  enum Color: Enumeration { case red, green, blue }
  enum Message: Equatable { case idle, vote(ID<Node, 3>, granted: Bool), hint(Color?) }

  var color: Color?
  var message: Message
  var log: Log<2, Color>

  static let messages: [Message] = [
    .idle, .vote(0, granted: false), .vote(2, granted: true), .hint(nil), .hint(.blue),
  ]
  static var count: Int { 4 * 5 * 4 }
  init(number: Int) {
    color = Color?(ordinal: number % 4)
    message = Self.messages[number / 4 % 5]
    log = Log()
    for k in 0..<2 where number / 20 > k { log.append(number / 20 == 3 ? .blue : Color(ordinal: k)) }
  }
  var number: Int {
    color.ordinal + 4 * Self.messages.firstIndex(of: message)!
      + 20 * (log.count < 2 ? log.count : log[1] == .blue ? 3 : 2)
  }
}
