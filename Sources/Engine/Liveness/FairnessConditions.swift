/// The fairness of a system, as conditions on behaviours.
///
/// An assumption is what the specification declares, of an action or of a group of them, whose members have the same
/// strength and are told apart by values of the same types. It stands for one condition, or
/// for one for each process, message or whatever its instances are told apart by; those over what is in the state become
/// known as they are met.
final class FairnessConditions {
  struct Assumption {
    var strength: Fairness.Strength
    /// `RMPrepare`, `each RMPrepare`, `step (Enter, Leave) for each first parameter`.
    var subject: String
    var actions: [Int]

    /// `weak fairness of each RMPrepare`.
    var description: String { "\(strength.rawValue) fairness of \(subject)" }
  }

  let assumptions: [Assumption]
  /// By action: what its instances are a part of.
  private let lookups: UnsafeMutablePointer<Lookup>
  private let lookupCount: Int
  /// By condition: the assumption that it belongs to.
  private(set) var owners: [Int] = []
  private var numbers: [Key: Int] = [:]

  private struct Key: Hashable {
    var assumption: Int
    var argument: [UInt8]
  }

  private struct Lookup {
    enum Kind { case none, action, ordinals, bytes }
    var kind = Kind.none
    /// Of an action.
    var condition = -1
    /// Of instances that are known by their ordinals.
    var conditions: UnsafeMutablePointer<Int32>?
    /// Of instances that are known by the bytes of some parameters.
    var dynamic: Dynamic?
    /// Of which instances fairness is said, where it is not of all.
    var isFair: ((UnsafeRawPointer, Int) -> Bool)?
  }

  private final class Dynamic {
    let assumption: Int
    let parameters: [Int]
    let scratch: UnsafeMutableRawPointer
    let write: (UnsafeRawPointer, Int, Int, UnsafeMutableRawPointer) -> Int

    init(
      assumption: Int, parameters: [Int], limit: Int,
      write: @escaping (UnsafeRawPointer, Int, Int, UnsafeMutableRawPointer) -> Int
    ) {
      self.assumption = assumption
      self.parameters = parameters
      self.write = write
      scratch = .allocate(byteCount: max(8, limit), alignment: 8)
    }

    deinit { scratch.deallocate() }
  }

  var count: Int { owners.count }

  init(_ system: TransitionSystem) {
    var assumptions: [Assumption] = []
    var groups: [String: Int] = [:]
    var owners: [Int] = []
    var numbers: [Key: Int] = [:]
    func number(_ key: Key) -> Int {
      if let number = numbers[key] { return number }
      numbers[key] = owners.count
      owners.append(key.assumption)
      return owners.count - 1
    }
    func lookup(_ index: Int) -> Lookup {
      let action = system.actions[index]
      guard let strength = action.fairness.strength else { return Lookup() }
      var assumption = assumptions.count
      let group = action.fairness.group.map { "\(strength) \($0)" }
      if let group, let known = groups[group] {
        assumption = known
        assumptions[assumption].actions.append(index)
      } else {
        if let group { groups[group] = assumption }
        assumptions.append(Assumption(strength: strength, subject: "", actions: [index]))
      }
      guard case .each(let chosen) = action.fairness.scope else {
        return Lookup(kind: .action, condition: number(Key(assumption: assumption, argument: [])))
      }
      let parameters = chosen.isEmpty ? Array(0..<action.identity.parameterCount) : chosen
      switch action.identity {
      case .ordinals(_, let allCounts):
        let counts = allCounts()
        let conditions = UnsafeMutablePointer<Int32>.allocate(capacity: counts.reduce(1, *))
        for ordinal in 0..<counts.reduce(1, *) {
          var (rest, digits) = (ordinal, [Int]())
          for count in counts {
            digits.append(rest % count)
            rest /= count
          }
          let key = Key(assumption: assumption, argument: Self.bytes(parameters.map { digits[$0] }))
          (conditions + ordinal).initialize(to: Int32(number(key)))
        }
        return Lookup(kind: .ordinals, conditions: conditions)
      case .bytes(_, let limit, let write):
        return Lookup(
          kind: .bytes, dynamic: Dynamic(assumption: assumption, parameters: parameters, limit: limit, write: write))
      }
    }
    lookupCount = system.actions.count
    lookups = .allocate(capacity: lookupCount)
    for index in system.actions.indices {
      (lookups + index).initialize(to: lookup(index))
      if lookups[index].kind != .none { lookups[index].isFair = system.actions[index].isFair }
    }
    for index in assumptions.indices {
      assumptions[index].subject = Self.subject(of: assumptions[index].actions.map { system.actions[$0] })
    }
    self.assumptions = assumptions
    self.owners = owners
    self.numbers = numbers
  }

  deinit {
    for index in 0..<lookupCount { lookups[index].conditions?.deallocate() }
    lookups.deinitialize(count: lookupCount)
    lookups.deallocate()
  }

  private static func bytes(_ digits: [Int]) -> [UInt8] {
    digits.flatMap { digit in (0..<8).map { UInt8(truncatingIfNeeded: digit >> ($0 * 8)) } }
  }

  private static func subject(of actions: [ActionTable]) -> String {
    let fairness = actions[0].fairness
    let names = actions.map { $0.isFair == nil ? $0.name : "\($0.name) in part" }.joined(separator: ", ")
    let subject = fairness.group.map { "\($0) (\(names))" } ?? names
    switch fairness.scope {
    case .action: return subject
    case .each(let parameters):
      return parameters.isEmpty
        ? "each \(subject)"
        : "\(subject) for each \(parameters.map { position($0) }.joined(separator: " and ")) parameter"
    }
  }

  private static func position(_ parameter: Int) -> String {
    let names = ["first", "second", "third", "fourth", "fifth", "sixth"]
    return parameter < names.count ? names[parameter] : "\(parameter + 1)th"
  }

  /// The condition that an instance is a part of; -1 for none.
  @inline(__always)
  func condition(of action: Int, _ ordinal: Int, in state: UnsafeRawPointer) -> Int {
    let lookup = lookups + action
    if let isFair = lookup.pointee.isFair, !isFair(state, ordinal) { return -1 }
    switch lookup.pointee.kind {
    case .none: return -1
    case .action: return lookup.pointee.condition
    case .ordinals: return Int(lookup.pointee.conditions![ordinal])
    case .bytes: return number(lookup.pointee.dynamic!, ordinal, state)
    }
  }

  @inline(never)
  private func number(_ dynamic: Dynamic, _ ordinal: Int, _ state: UnsafeRawPointer) -> Int {
    var argument: [UInt8] = []
    for parameter in dynamic.parameters {
      let count = dynamic.write(state, ordinal, parameter, dynamic.scratch)
      argument += UnsafeRawBufferPointer(start: dynamic.scratch, count: count)
    }
    let key = Key(assumption: dynamic.assumption, argument: argument)
    if let number = numbers[key] { return number }
    numbers[key] = owners.count
    owners.append(dynamic.assumption)
    return owners.count - 1
  }
}
