import DistCheck

// Ordinary specifications of which Swift 6.3 dies when its optimiser takes maps apart that are handed to functions; the
// tenth, eleventh and fifteenth it survives. Counts are those of an unoptimised build.

// MARK: Role map

// One scalar per node, four nodes: no struct at all.
struct V01<let nodes: Int>: Specification {
  enum Pod {}
  typealias Node = ID<Pod, nodes>
  enum Role: Enumeration { case idle, leading, dead }
  struct State: BitwiseCopyable {
    var term: Bounded<0, 3> = 0
    var role = Node.Map<Role>(.idle)
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Lead", for: Node.self) { s, n in
      s.role[n] == .idle && !Node.all.contains { m in s.role[m] == .leading }
    } then: { s, n in
      s.role[n] = .leading
    }
    Action("Die", for: Node.self) { s, n in
      s.role[n] == .leading && s.term < 3
    } then: { s, n in
      s.role[n] = .dead; s.term += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  var properties: Properties<State> {
    Always("one") { s in Node.all.count { n in s.role[n] == .leading } <= 1 }
    Sometimes("two dead") { s in Node.all.filter { n in s.role[n] == .dead }.count == 2 }
  }
  static var models: Models {
    Model("four", V01<4>()).expects(.holds, distinctStates: 47)
  }
}

// MARK: Nested map

struct V02<let nodes: Int>: Specification {
  enum Pod {}
  typealias Node = ID<Pod, nodes>
  struct State: BitwiseCopyable {
    var term: Bounded<0, 3> = 0
    var knows = Node.Map<Node.Map<Bool>>(Node.Map<Bool>(false))
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Tell", for: Node.self, Node.self) { s, n, m in
      !s.knows[n][m] && Node.all.allSatisfy { k in n == m || s.knows[k][k] }
    } then: { s, n, m in
      s.knows[n][m] = true
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  var properties: Properties<State> {
    Always("self first") { s in
      Node.all.allSatisfy { n in Node.all.allSatisfy { m in n == m || !s.knows[n][m] || s.knows[n][n] } }
    }
    Sometimes("all") { s in Node.all.allSatisfy { n in Node.all.allSatisfy { m in s.knows[n][m] } } }
  }
  static var models: Models {
    Model("two", V02<2>()).expects(.holds, distinctStates: 7)
    Model("three", V02<3>()).expects(.holds, distinctStates: 71)
  }
}

// MARK: Log entries

struct V03<let cap: Int>: Specification {
  struct Entry: Equatable { var term: Bounded<0, 2> = 0; var noop = false }
  struct State: BitwiseCopyable {
    var term: Bounded<0, 2> = 0
    var log = Log<cap, Entry>()
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Append") { s in
      !s.log.isFull
    } then: { s in
      s.log.append(Entry(term: s.term, noop: false))
    }
    Action("Noop") { s in
      !s.log.isFull && !s.log.contains { e in e.noop }
    } then: { s in
      s.log.append(Entry(term: s.term, noop: true))
    }
    Action("Term") { s in
      s.term < 2
    } then: { s in
      s.term += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  var properties: Properties<State> {
    Always("ordered") { s in s.log.indices.allSatisfy { i in i == 1 || s.log[i - 1].term <= s.log[i].term } }
    Always("one noop") { s in (1...cap).count { i in s.log.contains(index: i) && s.log[i].noop } <= 1 }
    Sometimes("max") { s in s.log.max { $0.term < $1.term }?.term == 2 }
  }
  static var models: Models {
    Model("two", V03<2>()).expects(.holds, distinctStates: 45)
    Model("four", V03<4>()).expects(.holds, distinctStates: 210)
  }
}

// MARK: Sets reduce

struct V04<let nodes: Int>: Specification {
  enum Pod {}
  typealias Node = ID<Pod, nodes>
  struct Peer { var votes = Bounded<0, 3>(0); var up = true; var voted = false }
  struct State: BitwiseCopyable {
    var seen = Node.Set()
    var at = Node.Map<Peer>(Peer())
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Vote", for: Node.self, Node.self) { s, n, m in
      !s.at[n].voted && s.at[m].votes < 3 && Node.all.reduce(0) { $0 + s.at[$1].votes.value } < 3
    } then: { s, n, m in
      s.at[n].voted = true
      s.at[m].votes += 1
      s.seen.insert(n)
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  var properties: Properties<State> {
    Always("sum") { s in Node.all.reduce(0) { sum, n in sum + s.at[n].votes.value } <= nodes }
    Always("voters") { s in Node.all.filter { n in s.at[n].voted }.count == s.seen.count }
    Always("set") { s in Node.Set { n in s.at[n].voted } == s.seen }
    Sometimes("majority") { s in Node.all.contains { n in s.at[n].votes.value * 2 > nodes } }
  }
  static var models: Models {
    Model("two", V04<2>()).expects(.holds, distinctStates: 8)
    Model("three", V04<3>()).expects(.holds, distinctStates: 38)
  }
}

// MARK: First min foreach

struct V05<let nodes: Int>: Specification {
  enum Pod {}
  typealias Node = ID<Pod, nodes>
  struct Cell { var level: Bounded<0, 2> = 0; var on = false }
  struct State: BitwiseCopyable {
    var turn: Bounded<0, 3> = 0
    var at = Node.Map<Cell>(Cell())
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Raise", for: Node.self) { s, n in
      s.at[n].level < 2 && Node.all.min { a, b in s.at[a].level < s.at[b].level } == n
    } then: { s, n in
      s.at[n].level += 1
      Node.all.forEach { m in if m != n { s.at[m].on = false } }
      s.at[n].on = true
    }
    Action("Turn") { s in
      s.turn < 3 && Node.all.first { n in s.at[n].on } != nil
    } then: { s in
      s.turn += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  var properties: Properties<State> {
    Always("close") { s in
      let low = Node.all.min { a, b in s.at[a].level < s.at[b].level }!
      let high = Node.all.max { a, b in s.at[a].level < s.at[b].level }!
      return s.at[high].level.value - s.at[low].level.value <= 1
    }
    Always("first") { s in
      guard let n = Node.all.first(where: { n in s.at[n].on }) else { return true }
      return s.at[n].level > 0
    }
  }
  static var models: Models {
    Model("two", V05<2>()).expects(.holds, distinctStates: 17)
    Model("three", V05<3>()).expects(.holds, distinctStates: 25)
  }
}

// MARK: Two integers

struct V06<let nodes: Int, let depth: Int>: Specification {
  enum Pod {}
  typealias Node = ID<Pod, nodes>
  typealias Level = Bounded<0, depth>
  struct Cell { var low: Level = 0; var high: Level = 0; var open = true; var used = false }
  struct State: BitwiseCopyable {
    var leader: Node? = nil
    var at = Node.Map<Cell>(Cell())
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("High", for: Node.self) { s, n in
      s.at[n].high.value < depth
    } then: { s, n in
      s.at[n].high += 1
    }
    Action("Low", for: Node.self) { s, n in
      s.at[n].low < s.at[n].high
    } then: { s, n in
      s.at[n].low += 1
    }
    Action("Close", for: Node.self) { s, n in
      s.at[n].open && s.leader == nil && Node.all.allSatisfy { m in s.at[m].open }
    } then: { s, n in
      s.at[n].open = false; s.leader = n
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  var properties: Properties<State> {
    Always("order") { s in Node.all.allSatisfy { n in s.at[n].low <= s.at[n].high } }
    Always("one closed") { s in Node.all.count { n in !s.at[n].open } <= 1 }
    Always("unused") { s in !Node.all.contains { n in s.at[n].used } }
  }
  static var models: Models {
    Model("two", V06<2, 2>()).expects(.holds, distinctStates: 108)
    Model("three", V06<3, 1>()).expects(.holds, distinctStates: 108)
  }
}

// MARK: Payload enum

struct V07<let nodes: Int>: Specification {
  enum Pod {}
  typealias Node = ID<Pod, nodes>
  enum Slot: Equatable { case empty; case follows(Node); case leads(Bool) }
  struct State: BitwiseCopyable {
    var term: Bounded<0, 2> = 0
    var slot = Node.Map<Slot>(.empty)
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Lead", for: Node.self) { s, n in
      s.slot[n] == .empty && Node.all.allSatisfy { m in s.slot[m] == .empty }
    } then: { s, n in
      s.slot[n] = .leads(true)
    }
    Action("Follow", for: Node.self, Node.self) { s, n, m in
      s.slot[n] == .empty && s.slot[m] == .leads(true)
    } then: { s, n, m in
      s.slot[n] = .follows(m)
    }
  }
  func mayStop(_ s: State) -> Bool { Node.all.contains { n in s.slot[n] != .empty } }
  var properties: Properties<State> {
    Always("followed leads") { s in
      Node.all.allSatisfy { n in
        if case .follows(let m) = s.slot[n] { return s.slot[m] == .leads(true) }
        return true
      }
    }
    Always("one") { s in Node.all.count { n in if case .leads = s.slot[n] { true } else { false } } <= 1 }
  }
  static var models: Models {
    Model("two", V07<2>()).expects(.holds, distinctStates: 5)
    Model("four", V07<4>()).expects(.holds, distinctStates: 33)
  }
}

// MARK: Constraint maystop

struct V08<let nodes: Int>: Specification {
  enum Pod {}
  typealias Node = ID<Pod, nodes>
  struct Cell { var level: Bounded<0, 9> = 0; var up = true }
  struct State: BitwiseCopyable {
    var term: Bounded<0, 3> = 0
    var at = Node.Map<Cell>(Cell())
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Raise", for: Node.self) { s, n in
      s.at[n].up
    } then: { s, n in
      s.at[n].level += 1
    }
    Action("Down", for: Node.self) { s, n in
      s.at[n].level == 2
    } then: { s, n in
      s.at[n].up = false
    }
  }
  func constraint(_ s: State) -> Bool { Node.all.allSatisfy { n in s.at[n].level <= 2 } }
  func mayStop(_ s: State) -> Bool { Node.all.allSatisfy { n in !s.at[n].up } }
  var properties: Properties<State> { Always("down late") { s in s.at.allSatisfy { $0.up || $0.level >= 2 } } }
  static var models: Models {
    Model("two", V08<2>()).expects(.holds, distinctStates: 16)
    Model("three", V08<3>()).expects(.holds, distinctStates: 64)
  }
}

// MARK: Formulas

struct V09<let nodes: Int>: Specification {
  enum Pod {}
  typealias Node = ID<Pod, nodes>
  struct Cell { var asked = false; var served = false }
  struct State: BitwiseCopyable {
    var round: Bounded<0, 3> = 0
    var at = Node.Map<Cell>(Cell())
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Ask", for: Node.self, fairness: .weak.each) { s, n in
      !s.at[n].asked
    } then: { s, n in
      s.at[n].asked = true
    }
    Action("Serve", for: Node.self, fairness: .weak.each) { s, n in
      s.at[n].asked && !s.at[n].served
    } then: { s, n in
      s.at[n].served = true
    }
  }
  func mayStop(_ s: State) -> Bool { Node.all.allSatisfy { n in s.at[n].served } }
  var anyAsked: Formula<State> { now { s in Node.all.contains { n in s.at[n].asked } } }
  var allServed: Formula<State> { now { s in Node.all.allSatisfy { n in s.at[n].served } } }
  var properties: Properties<State> {
    Eventually("all asked") { s in Node.all.allSatisfy { n in s.at[n].asked } }
    LeadsTo("served") { s in
      Node.all.contains { n in s.at[n].asked }
    } then: { s in
      Node.all.count { n in s.at[n].served } == nodes
    }
    Temporal("formula", always(anyAsked ~> allServed))
    Temporal("step", always(step { b, a in Node.all.allSatisfy { n in !b.at[n].asked || a.at[n].asked } }))
    Step("grows") { b, a in Node.all.allSatisfy { n in !b.at[n].served || a.at[n].served } }
  }
  static var models: Models {
    Model("two", V09<2>()).expects(.holds, distinctStates: 9)
    Model("three", V09<3>()).expects(.holds, distinctStates: 27)
  }
}

// MARK: Not generic

struct V10: Specification {
  enum Pod {}
  typealias Node = ID<Pod, 3>
  struct Cell { var a = false; var b = false; var c = false; var d: Bounded<0, 2> = 0 }
  struct State: BitwiseCopyable {
    var term: Bounded<0, 3> = 0
    var at = Node.Map<Cell>(Cell())
    func count() -> Int { Node.all.count { n in at[n].a } }
    var level: Int { Node.all.reduce(0) { $0 + at[$1].d.value } }
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("A", for: Node.self) { s, n in
      s.count() == 0
    } then: { s, n in
      s.at[n].a = true
    }
    Action("D", for: Node.self) { s, n in
      s.at[n].d < 2 && s.level < 3
    } then: { s, n in
      s.at[n].d += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  var properties: Properties<State> {
    Always("one") { s in s.count() <= 1 }
    Always("level") { s in s.level <= 3 }
  }
  static var models: Models {
    Model("three", V10()).expects(.holds, distinctStates: 68)
  }
}

// MARK: Queue bag

struct V11<let cap: Int>: Specification {
  struct Message: Equatable { var kind: Bounded<0, 2> = 0; var number: Bounded<0, 1> = 0 }
  struct State: BitwiseCopyable {
    var sent: Bounded<0, 2> = 0
    var queue = Queue<cap, Message>()
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Send", for: Bounded<0, 2>.self) { s, k in
      s.queue.count < cap && !s.queue.contains { $0.kind == k }
    } then: { s, k in
      s.queue.enqueue(Message(kind: k, number: 1))
    }
    Action("Take") { s in
      !s.queue.isEmpty && s.sent < 2
    } then: { s in
      let taken = s.queue.dequeue()
      if taken.number == 1 { s.sent += 1 }
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  var properties: Properties<State> {
    Always("distinct") { s in
      (0..<s.queue.count).allSatisfy { i in (0..<i).allSatisfy { j in s.queue[i].kind != s.queue[j].kind } }
    }
    Always("numbers") { s in s.queue.allSatisfy { $0.number == 1 } }
    Sometimes("full") { s in s.queue.count { $0.kind == 2 } == 1 }
  }
  static var models: Models {
    Model("two", V11<2>()).expects(.holds, distinctStates: 30)
    Model("three", V11<3>()).expects(.holds, distinctStates: 48)
  }
}

// MARK: Map of logs

struct V12<let nodes: Int, let cap: Int>: Specification {
  enum Pod {}
  typealias Node = ID<Pod, nodes>
  struct Entry: Equatable { var term = false; var value = false }
  struct State: BitwiseCopyable {
    var log = Node.Map<Log<cap, Entry>>(Log<cap, Entry>())
    var committed: Bounded<0, 4> = 0
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Append", for: Node.self, Bool.self) { s, n, v in
      !s.log[n].isFull
        && Node.all.allSatisfy { m in s.log[n].isPrefix(of: s.log[m]) || s.log[m].isPrefix(of: s.log[n]) }
    } then: { s, n, v in
      s.log[n].append(Entry(term: true, value: v))
    }
    Action("Copy", for: Node.self, Node.self) { s, n, m in
      n != m && s.log[n].count > s.log[m].count
    } then: { s, n, m in
      s.log[m] = s.log[n]
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  var properties: Properties<State> {
    Always("terms") { s in Node.all.allSatisfy { n in s.log[n].allSatisfy { e in e.term } } }
    Sometimes("same") { s in
      Node.all.allSatisfy { n in Node.all.allSatisfy { m in s.log[n].count == cap && s.log[n] == s.log[m] } }
    }
  }
  static var models: Models {
    Model("two", V12<2, 2>()).expects(.holds, distinctStates: 41)
    Model("small", V12<3, 1>()).expects(.holds, distinctStates: 27)
  }
}

// MARK: Int args

// Plain loops and a helper function, no algorithm of the library.
struct V13<let nodes: Int>: Specification {
  enum Pod {}
  typealias Node = ID<Pod, nodes>
  struct Cell { var x: UInt8 = 0; var y: UInt8 = 0 }
  struct State: BitwiseCopyable {
    var mode = false
    var at = Node.Map<Cell>(Cell())
  }
  func total(_ s: State) -> Int {
    var sum = 0
    for n in Node.all { sum += Int(s.at[n].x) }
    return sum
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("X", for: Node.self) { s, n in
      total(s) < 4
    } then: { s, n in
      s.at[n].x += 1
    }
    Action("Y", for: Node.self) { s, n in
      s.at[n].y < s.at[n].x
    } then: { s, n in
      s.at[n].y += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  var properties: Properties<State> {
    Always("sum") { s in total(s) <= 4 }
    Always("y") { s in
      for n in Node.all where s.at[n].y > s.at[n].x { return false }
      return true
    }
  }
  static var models: Models {
    Model("two", V13<2>()).expects(.holds, distinctStates: 70)
    Model("three", V13<3>()).expects(.holds, distinctStates: 210)
  }
}

// MARK: Captured map

// Maps on their own: captured, passed, returned, inout, optional.
struct V14<let nodes: Int>: Specification {
  enum Pod {}
  typealias Node = ID<Pod, nodes>
  struct Cell { var up = false; var leading = false }
  typealias Cells = Node.Map<Cell>
  struct State: BitwiseCopyable {
    var term: Bounded<0, 3> = 0
    var at = Cells(Cell())
    var old = Cells(Cell())
    var flipped: Cells {
      var result = at
      for n in Node.all { result[n].up.toggle() }
      return result
    }
  }
  func leaders(_ cells: Cells) -> Int { Node.all.count { n in cells[n].leading } }
  func raise(_ cells: inout Cells, _ n: Node) { for m in Node.all { cells[m].leading = m == n } }
  func known(_ s: State) -> Cells? { s.term > 0 ? s.old : nil }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Up", for: Node.self) { s, n in
      let at = s.at; return !at[n].up && Node.all.allSatisfy { m in !at[m].up || at[m].leading || m != n }
    } then: { s, n in
      s.at[n].up = true
    }
    Action("Lead", for: Node.self) { s, n in
      s.at[n].up && s.term < 3
    } then: { s, n in
      s.old = s.at
      raise(&s.at, n)
      s.term += 1
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  var properties: Properties<State> {
    Always("one") { s in leaders(s.at) <= 1 }
    Always("one before") { s in known(s).map { cells in leaders(cells) <= 1 } ?? true }
    Always("flipped") { s in
      let f = s.flipped; return Node.all.allSatisfy { n in f[n].up != s.at[n].up }
    }
    Sometimes("changed") { s in Node.all.contains { n in s.old[n].leading && !s.at[n].leading } }
  }
  static var models: Models {
    Model("two", V14<2>()).expects(.holds, distinctStates: 26)
    Model("three", V14<3>()).expects(.holds, distinctStates: 125)
  }
}

// MARK: Other keys

// Keys that are no identities, no generic parameter; bags and sets of structs; a network beside.
enum Color: Enumeration { case red, green, blue, white }
struct V15<let cap: Int>: Specification {
  struct Pair: Equatable { var a: Bounded<0, 1> = 0; var b: Bounded<0, 1> = 0 }
  struct State: BitwiseCopyable {
    var sent: Bounded<0, 3> = 0
    var lit = Map<Color, 4, Bool>(false)
    var bag = Bag<cap, Pair>()
    var all = ValueSet<4, Pair>()
  }
  var initial: Initial<State> { State() }
  var actions: Actions<State> {
    Action("Light", for: Color.self) { s, c in
      !s.lit[c] && Color.all.count { s.lit[$0] } < 2
    } then: { s, c in
      s.lit[c] = true
    }
    Action("Put", for: Bounded<0, 1>.self, Bool.self) { s, a, b in
      s.bag.count < cap && s.sent < 3 && (b || !s.bag.contains { $0.a == a })
    } then: { s, a, b in
      s.bag.insert(Pair(a: a, b: 0))
      s.all.insert(Pair(a: a, b: 0))
      s.sent += 1
    }
    Action("Take", each: \.bag) { s, p in
      Color.all.contains { s.lit[$0] }
    } then: { s, p in
      s.bag.remove(p)
    }
  }
  func mayStop(_ s: State) -> Bool { true }
  var properties: Properties<State> {
    Always("two lit") { s in Color.all.filter { c in s.lit[c] }.count <= 2 }
    Always("known") { s in s.bag.allSatisfy { p in s.all.contains { q in q == p } } }
    Always("zero") { s in s.all.reduce(0) { $0 + $1.b.value } == 0 }
  }
  static var models: Models {
    Model("two", V15<2>()).expects(.holds, distinctStates: 276)
    Model("four", V15<4>()).expects(.holds, distinctStates: 320)
  }
}
