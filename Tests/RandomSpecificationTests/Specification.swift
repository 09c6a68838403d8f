/// A random specification, as data: it is rendered as Swift, interpreted, and made smaller.
struct RandomSpecification {
  var name: String
  var declarations = Declarations()
  /// The ranges of its `Bounded` types.
  var ranges: [ClosedRange<Int>] = [0...7, -2...61, -5...295]
  /// How many variables there are; each has a number of its own.
  var variableCount = Variable.firstFree
  var functions: [Function] = []
  /// Stored properties, which a model can give another value.
  var constants: [Constant] = []
  /// Whether the number of identities of the first kind is a generic parameter.
  var isGeneric = false
  var initial: [InitialState] = []
  var actions: [RandomAction] = []
  var properties: [RandomProperty] = []
  var constraint: RandomExpression?
  var mayStop: RandomExpression?
  var models: [RandomModel] = []
}

struct Constant {
  var variable: Variable
  var type: Type
  var value: Plain
}

struct RandomModel {
  var name: String
  /// By constant; nil for the default.
  var constants: [Plain?] = []
  var isSymmetric = false
  var mayStopAnywhere = false
  /// Fairness of all actions, instead of what they say.
  var fairness: RandomFairness?
}

/// One initial state, or one for each value of a finite type.
struct InitialState {
  var loop: (variable: Variable, type: Type)?
  var fields: [RandomExpression]
}

/// A variable, by its number.
struct Variable: Hashable {
  var number: Int

  /// The state that an action, a guard or a property is of.
  static let state = Variable(number: 0)
  /// The state after a step.
  static let after = Variable(number: 1)
  /// The value that a method is called on.
  static let itself = Variable(number: 2)
  static let firstFree = 3

  var name: String {
    switch self {
    case .state: "s"
    case .after: "after"
    case .itself: "self"
    default: "v\(number)"
    }
  }
}

/// A part of a variable: what can be read, and where it can be changed assigned.
struct Place: Hashable {
  var root: Variable
  var path: [Step] = []

  enum Step: Hashable {
    /// A field of a struct.
    case field(Int)
    /// A part of a tuple.
    case part(Int)
    /// An element of an `InlineArray`.
    case element(Int)
    /// The value of a map for a key, which is of a finite type.
    case key(Type, RandomExpression)
    /// The entry of a log at an index, from 1.
    case entry(Int)
    /// What is in an optional, if something is: `?`.
    case wrapped
    /// `from`, `to` or `body` of a packet: the fields are in that order, body first.
    case packet(Int)
  }

  func then(_ step: Step) -> Place { Place(root: root, path: path + [step]) }
}

indirect enum RandomExpression: Hashable {
  case literal(Type, Plain)
  case read(Place)
  /// A struct, tuple, array, packet or optional from its parts.
  case construct(Type, [RandomExpression])
  /// A case of an enum with its payload.
  case variant(Type, Int, [RandomExpression])
  /// An operation; the type is that of its first operand.
  case apply(Operation, Type, [RandomExpression])
  /// `contains`, `allSatisfy` or `count` of the elements that a predicate is true of.
  case quantified(Quantifier, Type, RandomExpression, Variable, RandomExpression)
  /// The same of all values of a finite type.
  case overAll(Quantifier, Type, Variable, RandomExpression)
  /// The set of the values of a finite type that a predicate is true of.
  case filtered(Type, Variable, RandomExpression)
  /// A function of the specification.
  case call(Int, [RandomExpression])
  case choose(RandomExpression, RandomExpression, RandomExpression)
  /// Whether a value is this case, and a condition is true of its payload.
  case matches(Type, RandomExpression, Int, [Variable], RandomExpression)
}

enum Operation: Hashable {
  case not, and, or, equal
  case less, plus(Int)
  case next, previous
  case isNil
  case isEmpty, isFull, countIsAtLeast(Int)
  case contains
  case multiplicityIsAtLeast(Int)
  case isMajority, isQuorum(Int)
  case last, front, back
  /// The element at a place from 0, as an optional.
  case at(Int)
  case union, intersection, subtracting, complement, isSubset, isSuperset, isDisjoint
  case isPrefix, agrees(Int)
  /// The keys of a map that have a value.
  case keys
  /// A set of the elements given.
  case setOf
  /// The largest and the smallest value of a map.
  case largest, smallest
}

enum Quantifier: Hashable { case some, every, atLeast(Int) }

indirect enum Statement: Hashable {
  case assign(Place, RandomExpression)
  case swap(Place, Place)
  case declare(Variable, RandomExpression, type: Type, isMutable: Bool)
  case conditional(RandomExpression, [Statement], [Statement])
  /// `if let`.
  case unwrap(Variable, RandomExpression, [Statement], [Statement])
  /// `guard let … else { return … }`.
  case guardLet(Variable, RandomExpression, otherwise: RandomExpression?)
  case match(Type, RandomExpression, [Branch], otherwise: [Statement]?)
  /// Over the elements of a set, log, queue or bag, in their order.
  case forEach(Variable, Type, RandomExpression, [Statement])
  case forAll(Variable, Type, [Statement])
  /// While the condition is true, but at most some times: the variable counts.
  case loop(Variable, Int, RandomExpression, [Statement])
  case mutate(Mutation, Place, Type, [RandomExpression])
  /// A `mutating` method of the struct at a place, or a function with an `inout` parameter: the first one.
  case callOn(Int, Place, [RandomExpression])
  case exit(RandomExpression?)

  struct Branch: Hashable {
    var variant: Int
    var variables: [Variable]
    var body: [Statement]
  }
}

enum Mutation: Hashable {
  case toggle
  case add(Int)
  case insert, remove, removeAll, append, enqueue, dequeue
  case truncate(Int)
  case formUnion, formIntersection, subtract
  case send, broadcast
  /// Of a network; the operand is a predicate of the variable.
  case removeWhere(Variable)
}

/// A function of the specification, or a `mutating` method of a struct.
struct Function {
  /// The struct that it is a method of.
  var receiver: Int?
  var parameters: [(variable: Variable, type: Type)]
  /// Whether the first parameter is `inout`.
  var isInOut = false
  var result: Type?
  var body: [Statement]
}

struct RandomAction {
  var name: String
  var choice: Choice
  var guards: RandomExpression
  var binding: Binding?
  var effect: [Statement]
  var fairness = RandomFairness()
  /// Of which instances that is said, from the state and the first parameters, where it is not of all.
  var fairPart: FairPart?

  enum Choice {
    case finite([(variable: Variable, type: Type)])
    case each(Place, Type, Variable)
    /// For each value of a finite type the elements of a place that depends on it.
    case owned(Variable, Type, Place, Type, Variable)
    case receiving(Place, Type, Variable)
    case losing(Place, Type)
  }

  /// What a guard finds out for the effect: an optional, and the variable that has its value. Such an action has no other
  /// guard.
  struct Binding {
    var content: RandomExpression
    var type: Type
    var variable: Variable
  }
}

extension RandomAction {
  struct FairPart {
    var parameters: [(variable: Variable, type: Type)]
    var condition: RandomExpression
  }

  /// The variables of the parameters, and their types.
  func parameters(_ element: (Type) -> Type?) -> [(variable: Variable, type: Type)] {
    switch choice {
    case .finite(let parameters): parameters
    case .each(_, let type, let variable): [(variable, element(type)!)]
    case .owned(let owner, let ownerType, _, let type, let variable): [(owner, ownerType), (variable, element(type)!)]
    case .receiving(_, let type, let variable): [(variable, element(type)!)]
    case .losing: []
    }
  }
}

struct RandomFairness: Equatable {
  enum Strength { case weak, strong }
  var strength: Strength?
  var isEach = false
  /// Whether it is for each value of the first parameter only.
  var isOfFirst = false
  var group: Int?
}

struct RandomProperty {
  var name: String
  var kind: Kind

  enum Kind {
    case always(RandomExpression)
    case step(RandomExpression)
    case sometimes(RandomExpression)
    case temporal(RandomFormula)
  }
}

indirect enum RandomFormula: Hashable {
  case now(RandomExpression)
  case step(RandomExpression)
  case not(RandomFormula)
  case and(RandomFormula, RandomFormula)
  case or(RandomFormula, RandomFormula)
  case implies(RandomFormula, RandomFormula)
  case next(RandomFormula)
  case always(RandomFormula)
  case eventually(RandomFormula)
  case until(RandomFormula, RandomFormula)
  case weakUntil(RandomFormula, RandomFormula)
  case release(RandomFormula, RandomFormula)
  case leadsTo(RandomFormula, RandomFormula)
}
