import Testing

/// The interpreter, on specifications of which it is known what is right.
struct InterpreterTests {
  /// Two-phase commit, as in `Specs`, of three resource managers: 288 states.
  @Test(.serialized, arguments: [(3, false, 288, 1_146, 11), (3, true, 80, 318, 11)])
  func twoPhaseCommit(count: Int, isSymmetric: Bool, states: Int, generated: Int, depth: Int) throws {
    let commit = TwoPhaseCommit(resourceManagers: count)
    let model = RandomModel(name: "two-phase commit", isSymmetric: isSymmetric)
    let orbits = isSymmetric ? Orbits(commit.specification.declarations) : nil
    let result = try #require(
      Interpreter(commit.specification).explore(model, orbits: orbits, limit: 10_000))
    #expect(result.verdict == .holds)
    #expect(result.distinct == states)
    #expect(result.generated == generated)
    #expect(result.depth == depth)
  }

  /// A counter that goes round: what is true of it again and again, under which fairness.
  @Test func temporalFormulas() throws {
    var specification = RandomSpecification(name: "Ring")
    let type = Type.bounded(0, 3)
    specification.declarations.structures = [Structure(fields: [type])]
    let counter = Place(root: .state, path: [.field(0)])
    func equals(_ number: Int) -> RandomExpression {
      .apply(.equal, type, [.read(counter), .literal(type, .number(number))])
    }
    specification.initial = [InitialState(fields: [.literal(type, .number(0))])]
    specification.actions = [
      RandomAction(
        name: "up", choice: .finite([]), guards: .apply(.not, .bool, [equals(3)]),
        effect: [.mutate(.add(1), counter, type, [])]),
      RandomAction(
        name: "back", choice: .finite([]), guards: equals(2),
        effect: [.assign(counter, .literal(type, .number(0)))]),
    ]
    func violates(_ formula: RandomFormula, _ strength: RandomFairness.Strength?) throws -> Bool {
      let graph = try #require(
        TemporalGraph(
          Interpreter(specification), fairness: { _ in RandomFairness(strength: strength) }, limit: 10))
      return try #require(graph.violates(formula) as Bool?)
    }
    // It may stop; under weak fairness it may go round between 0 and 2 for ever; strong fairness of "up" does not help.
    let ends = RandomFormula.eventually(.now(equals(3)))
    #expect(try violates(ends, nil))
    #expect(try violates(ends, .weak))
    #expect(try violates(ends, .strong))
    let moves = RandomFormula.always(.eventually(.or(.now(equals(2)), .now(equals(3)))))
    #expect(try violates(moves, nil))
    #expect(try !violates(moves, .weak))
    #expect(try !violates(.until(.not(.now(equals(3))), .now(equals(2))), .weak))
    #expect(try violates(.next(.now(equals(1))), nil))
    #expect(try !violates(.next(.now(equals(1))), .weak))
    #expect(try !violates(.release(.now(equals(2)), .not(.now(equals(3)))), nil))
    #expect(try violates(.always(.implies(.now(equals(2)), .next(.now(equals(0))))), .weak))
  }
}

/// Two-phase commit as data.
private struct TwoPhaseCommit {
  var specification = RandomSpecification(name: "TwoPhaseCommit")
  private let manager = Type.enumeration(1)
  private let phase = Type.enumeration(0)
  private let set = Type.subset(.identity(0))
  private let rm = Variable(number: Variable.firstFree)
  private enum Field: Int { case phase, manager, tmPrepared, sentPrepared, sentCommit, sentAbort }

  init(resourceManagers: Int) {
    specification.variableCount += 1
    specification.declarations.enumerations = [4, 3]
    specification.declarations.identities = [Identity(count: resourceManagers, isInterchangeable: true)]
    let map = Type.map(.identity(0), phase)
    specification.declarations.structures = [Structure(fields: [map, manager, set, set, .bool, .bool])]
    let empty = RandomExpression.literal(set, .list([]))
    let no = RandomExpression.literal(.bool, .bool(false))
    let working = Plain.list([Plain](repeating: .number(0), count: resourceManagers))
    specification.initial = [
      InitialState(fields: [.literal(map, working), .literal(manager, .number(0)), empty, empty, no, no])
    ]
    let identity = RandomExpression.read(Place(root: rm))
    let all = RandomExpression.literal(set, .list((0..<resourceManagers).map { .number($0) }))
    let working0 = RandomExpression.apply(.equal, phase, [.read(phasePlace), .literal(phase, .number(0))])
    add(
      "TMRcvPrepared", for: true, [isUndecided, .apply(.contains, set, [.read(place(.sentPrepared)), identity])],
      [.mutate(.insert, place(.tmPrepared), set, [identity])])
    add(
      "TMCommit", for: false, [isUndecided, .apply(.equal, set, [.read(place(.tmPrepared)), all])],
      [.assign(place(.manager), .literal(manager, .number(1))), .mutate(.toggle, place(.sentCommit), .bool, [])])
    add(
      "TMAbort", for: false, [isUndecided],
      [.assign(place(.manager), .literal(manager, .number(2))), .mutate(.toggle, place(.sentAbort), .bool, [])])
    add(
      "RMPrepare", for: true, [working0],
      [becomes(1), .mutate(.insert, place(.sentPrepared), set, [identity])])
    add("RMChooseToAbort", for: true, [working0], [becomes(3)])
    add("RMRcvCommitMsg", for: true, [.read(place(.sentCommit))], [becomes(2)])
    add("RMRcvAbortMsg", for: true, [.read(place(.sentAbort))], [becomes(3)])
  }

  private func place(_ field: Field) -> Place { Place(root: .state, path: [.field(field.rawValue)]) }
  private var phasePlace: Place { place(.phase).then(.key(.identity(0), .read(Place(root: rm)))) }
  private var isUndecided: RandomExpression {
    .apply(.equal, manager, [.read(place(.manager)), .literal(manager, .number(0))])
  }
  private func becomes(_ number: Int) -> Statement { .assign(phasePlace, .literal(phase, .number(number))) }

  private mutating func add(_ name: String, for isOfOne: Bool, _ guards: [RandomExpression], _ effect: [Statement]) {
    specification.actions.append(
      RandomAction(
        name: name, choice: .finite(isOfOne ? [(rm, .identity(0))] : []), guards: .apply(.and, .bool, guards),
        effect: effect))
  }
}
