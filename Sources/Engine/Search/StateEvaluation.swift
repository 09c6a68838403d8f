/// All that a specification says of one state, as one hash for each thing that says something: actions, then properties,
/// then the state constraint and `mayStop`.
///
/// Two evaluations of the same state have the same hashes, at whatever time and in whatever build, unless the specification
/// depends on something else than the state, or a compiler is at fault. The sample of every search, the self-check and the
/// comparison of two builds look at these hashes.
///
/// A fault inside the specification leaves these functions by a jump, so what changes is behind a pointer. What fails has
/// one and the same hash, as messages differ between builds.
final class StateEvaluation {
  private let system: TransitionSystem
  private let packing: Packing
  private let scan: SuccessorScan
  private let packed: UnsafeMutablePointer<UInt64>
  private let live: UnsafeMutablePointer<Live>
  let count: Int
  let hashes: UnsafeMutablePointer<UInt64>

  private struct Live {
    var place = 0
    var hash: UInt64 = 0
    var repeats = false
  }

  /// Whether the last evaluation was left because it did not come to its end: its hashes say nothing.
  private(set) var isCut = false

  /// The hash of what fails.
  static let failed: UInt64 = 0xFA17_ED00_0000_0001

  init(_ system: TransitionSystem, _ packing: Packing) {
    self.system = system
    self.packing = packing
    scan = SuccessorScan(system)
    packed = .allocate(capacity: packing.width)
    live = .allocate(capacity: 1)
    live.initialize(to: Live())
    count = system.actions.count + system.properties.count + 2
    hashes = .allocate(capacity: count)
    hashes.initialize(repeating: 0, count: count)
  }

  deinit {
    scan.deallocate()
    packed.deallocate()
    live.deallocate()
    hashes.deallocate()
  }

  // MARK: Places

  var constraint: Int { count - 2 }
  var mayStop: Int { count - 1 }

  /// What is being evaluated, or was when it was left by force.
  var place: Int { live.pointee.place }

  /// `action Up`, `property "calm"`.
  static func name(of place: Int, in system: TransitionSystem) -> String {
    let (actions, properties) = (system.actions.count, system.properties.count)
    let part: SpecificationPart =
      switch place {
      case ..<actions: .action(place)
      case ..<(actions + properties): .property(place - actions)
      case actions + properties: .constraint
      default: .mayStop
      }
    return part.name(in: system)
  }

  // MARK: Evaluation

  /// Evaluates everything in a state as the specification sees it, and leaves the hashes of that.
  ///
  /// - Parameters:
  ///   - repeats: Evaluates each thing twice in a row; where the results differ, the hash is one of both.
  ///   - found: Called with the packed form of each successor of a state within the constraint.
  func evaluate(_ state: [UInt64], repeats: Bool = false, found: ((UnsafePointer<UInt64>) -> Void)? = nil) {
    live.pointee.repeats = repeats
    isCut = false
    evaluate(constraint..<count, of: state, found: nil)
    // Outside the constraint no action is tried, and no search asks whether the system may stop.
    if Stopwatch.hasExpired || isCut { return }
    let isWithin = hashes[constraint] == 1
    if !isWithin { for place in 0..<system.actions.count { hashes[place] = 0 } }
    evaluate((isWithin ? 0 : system.actions.count)..<constraint, of: state, found: found)
  }

  private func evaluate(_ places: Range<Int>, of state: [UInt64], found: ((UnsafePointer<UInt64>) -> Void)?) {
    live.pointee.place = places.lowerBound
    while live.pointee.place < places.upperBound {
      do {
        try catchingFaults { [self] in
          while live.pointee.place < places.upperBound {
            live.pointee.hash = 0
            evaluatePlace(state, found)
            hashes[live.pointee.place] = live.pointee.hash
            if live.pointee.repeats { repeatPlace(state) }
            live.pointee.place += 1
          }
        }
      } catch {
        isCut = error.isEndless
        if Stopwatch.hasExpired || isCut { return }
        hashes[live.pointee.place] = Self.failed
        live.pointee.place += 1
      }
    }
  }

  private func repeatPlace(_ state: [UInt64]) {
    live.pointee.hash = 0
    evaluatePlace(state, nil)
    let once = hashes[live.pointee.place]
    if live.pointee.hash != once { hashes[live.pointee.place] = mix(once, live.pointee.hash) }
  }

  private func evaluatePlace(_ state: [UInt64], _ found: ((UnsafePointer<UInt64>) -> Void)?) {
    let (live, place, actions) = (live, live.pointee.place, system.actions.count)
    func forEachStep(_ value: (UnsafePointer<UInt64>) -> UInt64) {
      scan.forEachSuccessor(of: state) { _, successor in
        live.pointee.hash = mix(live.pointee.hash &+ 1, value(successor))
        return true
      }
    }
    if place < actions {
      let (packed, packing) = (packed, packing)
      scan.forEachSuccessor(of: state, action: place) { choice, successor in
        packing.pack(successor, into: packed)
        let step = mix(hash(packed, width: packing.width), UInt64(choice.ordinal))
        live.pointee.hash = mix(live.pointee.hash &+ 1, step)
        found?(packed)
        return true
      }
    } else if place == constraint {
      live.pointee.hash = evaluating { system.isWithinConstraint(state) } ? 1 : 0
    } else if place == mayStop {
      live.pointee.hash = evaluating { system.mayStop(state) } ? 1 : 0
    } else {
      switch system.properties[place - actions].predicate {
      case .always(let holds), .sometimes(let holds): live.pointee.hash = evaluating { holds(state) } ? 1 : 0
      case .step(let holds): forEachStep { after in evaluating { holds(state, after) } ? 1 : 2 }
      case .temporal(let property) where property.hasSteps:
        forEachStep { after in evaluating { property.letter(state, after) } | 1 << 63 }
      case .temporal(let property): live.pointee.hash = evaluating { property.letter(state, state) }
      }
    }
  }

  // MARK: What a person wants to know of it

  /// The results at one place, each with what it is of: `Up(1)` and what changes, `value` and `true`.
  func results(at place: Int, of state: [UInt64]) -> [(title: String, text: String)] {
    let results = Results()
    do {
      try catchingFaults { [self] in list(place, state, results) }
    } catch { results.add("failure", error.message) }
    return results.list
  }

  private final class Results {
    private(set) var list: [(title: String, text: String)] = []
    /// Nobody reads more; the first difference may be further down, but then it is not shown.
    func add(_ title: String, _ text: String) { if list.count < 10_000 { list.append((title, text)) } }
  }

  private func list(_ place: Int, _ state: [UInt64], _ results: Results) {
    let layout = system.layout
    func title(_ choice: Path.Choice) -> String {
      let action = system.actions[choice.action]
      let arguments = action.arguments(state, choice.ordinal).map(\.description).joined(separator: ", ")
      return arguments.isEmpty ? action.name : "\(action.name)(\(arguments))"
    }
    func listSteps(_ value: (UnsafePointer<UInt64>) -> String) {
      scan.forEachSuccessor(of: state) { choice, successor in
        results.add(title(choice), value(successor))
        return true
      }
    }
    let actions = system.actions.count
    if place < actions {
      let before = layout.value(at: state)
      scan.forEachSuccessor(of: state, action: place) { choice, successor in
        results.add(title(choice), Value.changes(from: before, to: layout.value(at: successor)).text)
        return true
      }
    } else if place == constraint {
      results.add("value", "\(system.isWithinConstraint(state))")
    } else if place == mayStop {
      results.add("value", "\(system.mayStop(state))")
    } else {
      switch system.properties[place - actions].predicate {
      case .always(let holds), .sometimes(let holds): results.add("value", "\(holds(state))")
      case .step(let holds): listSteps { "\(holds(state, $0))" }
      case .temporal(let property) where property.hasSteps: listSteps { "\(property.letter(state, $0))" }
      case .temporal(let property):
        for (number, atom) in property.atoms.enumerated() {
          results.add("predicate \(number + 1)", "\(atom.value(state) ?? false)")
        }
      }
    }
  }
}

extension [Change] {
  /// One line: `n: 1 → 2, set: + 3`.
  fileprivate var text: String {
    if isEmpty { return "nothing changes" }
    return map { change in
      switch change.kind {
      case .replaced(let before, let after): "\(change.path): \(before) → \(after)"
      case .membership(let added, let removed):
        "\(change.path): " + (removed.map { "− \($0)" } + added.map { "+ \($0)" }).joined(separator: ", ")
      }
    }.joined(separator: ", ")
  }
}

extension TransitionSystem {
  /// A packed state in one line, cut short where it is long.
  func text(_ packed: [UInt64], _ packing: Packing) -> String {
    let lines = layout.value(at: packing.unpack(packed)).lines().map { "\($0.path): \($0.text)" }
    let text = lines.joined(separator: ", ")
    return text.count <= 400 ? text : text.prefix(400) + "…"
  }
}
