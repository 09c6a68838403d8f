/// The fairness of a system, as conditions on behaviours.
///
/// An assumption is what the specification declares, of an action or of a group of them. It stands for one condition, or
/// for one for each process, message or whatever its instances are told apart by; those over what is in the state become
/// known as they are met.
final class FairnessConditions {
  struct Assumption {
    var strength: Fairness.Strength
    /// `RMPrepare`, `each RMPrepare`, `step (Enter, Leave) for each parameter 0`.
    var subject: String
    var actions: [Int]

    /// `weak fairness of each RMPrepare`.
    var description: String { "\(strength.rawValue) fairness of \(subject)" }
  }

  let assumptions: [Assumption]
  /// By action: of which assumption its instances are a part; nil where nothing is assumed.
  private let lookups: [Lookup?]
  /// By condition: the assumption that it belongs to.
  private(set) var owners: [Int] = []
  private var numbers: [Key: Int] = [:]

  private struct Key: Hashable {
    var assumption: Int
    var argument: [UInt8]
  }

  private enum Lookup {
    /// The same for all instances.
    case action(condition: Int)
    /// By ordinal.
    case ordinals([Int32])
    /// By the bytes of some parameters.
    case bytes(
      assumption: Int, parameters: [Int], scratch: UnsafeMutableRawPointer,
      write: (UnsafeRawPointer, Int, Int, UnsafeMutableRawPointer) -> Int)
  }

  var count: Int { owners.count }

  init(_ system: TransitionSystem) {
    var assumptions: [Assumption] = []
    /// By group, strength and scope.
    var groups: [(fairness: Fairness, assumption: Int)] = []
    var owners: [Int] = []
    var numbers: [Key: Int] = [:]
    func number(_ key: Key) -> Int {
      if let number = numbers[key] { return number }
      numbers[key] = owners.count
      owners.append(key.assumption)
      return owners.count - 1
    }
    lookups = system.actions.indices.map { index in
      let action = system.actions[index]
      guard let strength = action.fairness.strength else { return nil }
      var assumption = assumptions.count
      if action.fairness.group != nil, let group = groups.first(where: { $0.fairness == action.fairness }) {
        assumption = group.assumption
        assumptions[assumption].actions.append(index)
      } else {
        groups.append((action.fairness, assumption))
        assumptions.append(Assumption(strength: strength, subject: "", actions: [index]))
      }
      guard case .each(let chosen) = action.fairness.scope else {
        return .action(condition: number(Key(assumption: assumption, argument: [])))
      }
      let parameters = chosen.isEmpty ? Array(0..<action.identity.parameterCount) : chosen
      switch action.identity {
      case .ordinals(let counts):
        return .ordinals(
          (0..<counts.reduce(1, *)).map { ordinal in
            var (rest, digits) = (ordinal, [Int]())
            for count in counts {
              digits.append(rest % count)
              rest /= count
            }
            return Int32(number(Key(assumption: assumption, argument: Self.bytes(parameters.map { digits[$0] }))))
          })
      case .bytes(_, let limit, let write):
        return .bytes(
          assumption: assumption, parameters: parameters,
          scratch: .allocate(byteCount: max(8, limit), alignment: 8), write: write)
      }
    }
    for index in assumptions.indices {
      assumptions[index].subject = Self.subject(of: assumptions[index].actions.map { system.actions[$0] })
    }
    self.assumptions = assumptions
    self.owners = owners
    self.numbers = numbers
  }

  deinit {
    for case .bytes(_, _, let scratch, _)? in lookups { scratch.deallocate() }
  }

  private static func bytes(_ digits: [Int]) -> [UInt8] {
    digits.flatMap { digit in (0..<4).map { UInt8(truncatingIfNeeded: digit >> ($0 * 8)) } }
  }

  private static func subject(of actions: [ActionTable]) -> String {
    let (fairness, names) = (actions[0].fairness, actions.map(\.name).joined(separator: ", "))
    let subject = fairness.group.map { "\($0) (\(names))" } ?? names
    switch fairness.scope {
    case .action: return subject
    case .each(let parameters):
      return parameters.isEmpty
        ? "each \(subject)"
        : "\(subject) for each \(parameters.map { "parameter \($0)" }.joined(separator: " and "))"
    }
  }

  /// The condition that an instance is a part of; -1 for none.
  @inline(__always)
  func condition(of action: Int, _ ordinal: Int, in state: UnsafeRawPointer) -> Int {
    switch lookups[action] {
    case nil: -1
    case .action(let condition): condition
    case .ordinals(let conditions): Int(conditions[ordinal])
    case .bytes(let assumption, let parameters, let scratch, let write):
      number(assumption, parameters, scratch, write, ordinal, state)
    }
  }

  @inline(never)
  private func number(
    _ assumption: Int, _ parameters: [Int], _ scratch: UnsafeMutableRawPointer,
    _ write: (UnsafeRawPointer, Int, Int, UnsafeMutableRawPointer) -> Int, _ ordinal: Int, _ state: UnsafeRawPointer
  ) -> Int {
    var argument: [UInt8] = []
    for parameter in parameters {
      let count = write(state, ordinal, parameter, scratch)
      argument += UnsafeRawBufferPointer(start: scratch, count: count)
    }
    let key = Key(assumption: assumption, argument: argument)
    if let number = numbers[key] { return number }
    numbers[key] = owners.count
    owners.append(assumption)
    return owners.count - 1
  }
}
