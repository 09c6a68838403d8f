/// A formula and its parts, numbered, with the temporal ones put as `next`, `until` and `release`.
struct Tableau {
  indirect enum Node: Hashable {
    case atom(Int)
    case not(Node)
    case and(Node, Node)
    case or(Node, Node)
    case next(Node)
    case until(Node, Node)
    case release(Node, Node)
    case constant(Bool)
  }

  private(set) var atoms: [RandomFormula] = []
  /// The parts of whose truth at the next step there is a guess.
  private(set) var temporal: [Node] = []
  private var root = Node.constant(true)

  /// What is true at a step, if a guess is right.
  struct Truth {
    /// Whether the formula is.
    var isTrue = false
    /// What the guess of the step before must have been: the truth of each temporal part, or of what is next.
    var needed = 0
    /// Which promises are kept here: an `until` is false, or what it waits for is true.
    var fulfilled: UInt64 = 0
  }

  init(_ formula: RandomFormula) {
    root = node(formula)
    collect(root)
  }

  private mutating func node(_ formula: RandomFormula) -> Node {
    switch formula {
    case .now, .step:
      atoms.append(formula)
      return .atom(atoms.count - 1)
    case .not(let f): return .not(node(f))
    case .and(let f, let g): return .and(node(f), node(g))
    case .or(let f, let g): return .or(node(f), node(g))
    case .implies(let f, let g): return .or(.not(node(f)), node(g))
    case .next(let f): return .next(node(f))
    case .always(let f): return .release(.constant(false), node(f))
    case .eventually(let f): return .until(.constant(true), node(f))
    case .until(let f, let g): return .until(node(f), node(g))
    case .weakUntil(let f, let g):
      let (f, g) = (node(f), node(g))
      return .release(g, .or(f, g))
    case .release(let f, let g): return .release(node(f), node(g))
    case .leadsTo(let f, let g):
      return .release(.constant(false), .or(.not(node(f)), .until(.constant(true), node(g))))
    }
  }

  private mutating func collect(_ node: Node) {
    switch node {
    case .atom, .constant: break
    case .not(let f): collect(f)
    case .and(let f, let g), .or(let f, let g):
      collect(f)
      collect(g)
    case .next(let f):
      if !temporal.contains(node) { temporal.append(node) }
      collect(f)
    case .until(let f, let g), .release(let f, let g):
      if !temporal.contains(node) { temporal.append(node) }
      collect(f)
      collect(g)
    }
  }

  var allFulfilled: UInt64 { (1 << UInt64(temporal.count)) - 1 }

  func truth(atoms: [Bool], guess: Int) -> Truth {
    func guessed(_ node: Node) -> Bool { guess >> temporal.firstIndex(of: node)! & 1 == 1 }
    func value(_ node: Node) -> Bool {
      switch node {
      case .constant(let value): value
      case .atom(let number): atoms[number]
      case .not(let f): !value(f)
      case .and(let f, let g): value(f) && value(g)
      case .or(let f, let g): value(f) || value(g)
      case .next: guessed(node)
      case .until(let f, let g): value(g) || value(f) && guessed(node)
      case .release(let f, let g): value(g) && (value(f) || guessed(node))
      }
    }
    var truth = Truth(isTrue: value(root))
    for (index, node) in temporal.enumerated() {
      let isNeeded = if case .next(let f) = node { value(f) } else { value(node) }
      if isNeeded { truth.needed |= 1 << index }
      let isKept =
        switch node {
        case .until(_, let g): !value(node) || value(g)
        case .release(_, let g): value(node) || !value(g)
        default: true
        }
      if isKept { truth.fulfilled |= 1 << UInt64(index) }
    }
    return truth
  }
}
