internal import CDistCheckEngine

/// A part of a specification that takes memory from Swift's runtime whenever it is evaluated: for an array or a string, an
/// object, a large value behind a protocol.
///
/// That changes no verdict, but can take most of the time.
public struct Allocation: Equatable, Sendable {
  /// `action RMPrepare`, `property "consistent"`.
  public var place: String
  /// Code addresses, innermost first, as those of `SpecificationFault`.
  public var frames: [UInt64]
}

extension TransitionSystem {
  /// The parts that allocate in one of the first states, in the order of their declaration.
  ///
  /// Evaluates again what a search has evaluated before, and must come to its end. Each thing is evaluated twice: what the
  /// first evaluation alone has allocated was set up once and for all.
  public func allocations() -> [Allocation] {
    let check = AllocationCheck(self)
    check.run()
    return check.parts.indices.compactMap { number in
      check.found[number].map { Allocation(place: check.parts[number].part.name(in: self), frames: $0) }
    }
  }
}

private final class AllocationCheck {
  private static let mostStates = 64

  private let system: TransitionSystem
  private let scan: SuccessorScan
  private let fault = UnsafeMutablePointer<ce_fault>.allocate(capacity: 1)
  let parts: [(part: SpecificationPart, evaluate: ([UInt64]) -> Void)]
  /// By the number of a part: where it allocates.
  private(set) var found: [Int: [UInt64]] = [:]

  init(_ system: TransitionSystem) {
    self.system = system
    let scan = SuccessorScan(system)
    self.scan = scan
    fault.initialize(to: ce_fault())
    var parts: [(part: SpecificationPart, evaluate: ([UInt64]) -> Void)] = system.actions.indices.map { action in
      (.action(action), { state in scan.forEachSuccessor(of: state, action: action) { _, _ in true } })
    }
    for (index, property) in system.properties.enumerated() {
      switch property.predicate {
      case .always(let holds), .sometimes(let holds): parts.append((.property(index), { state in _ = holds(state) }))
      case .step, .temporal: break
      }
    }
    parts.append((.constraint, { state in _ = system.isWithinConstraint(state) }))
    parts.append((.mayStop, { state in _ = system.mayStop(state) }))
    self.parts = parts
  }

  deinit {
    scan.deallocate()
    fault.deallocate()
  }

  func run() {
    let packing = system.packing
    var states = Array(system.initialStates.prefix(Self.mostStates))
    var known = Set(states.map { packing.pack($0) })
    var next = 0
    while next < states.count {
      let state = states[next]
      next += 1
      for number in parts.indices where found[number] == nil { watch(number, state) }
      let successors = Successors()
      try? catchingFaults { [system, scan] in
        guard system.isWithinConstraint(state) else { return }
        scan.forEachSuccessor(of: state) { _, successor in
          successors.states.append(Array(UnsafeBufferPointer(start: successor, count: packing.stateWords)))
          return successors.states.count < Self.mostStates
        }
      }
      for state in successors.states
      where states.count < Self.mostStates && known.insert(packing.pack(state)).inserted { states.append(state) }
    }
  }

  private final class Successors { var states: [[UInt64]] = [] }

  private func watch(_ number: Int, _ state: [UInt64]) {
    try? catchingFaults { [fault, evaluate = parts[number].evaluate] in
      evaluate(state)
      ce_watch_allocations(fault)
      evaluate(state)
      ce_watch_allocations(nil)
    }
    ce_watch_allocations(nil)
    if fault.pointee.frameCount > 0 { found[number] = SpecificationFault(fault.pointee).frames }
    fault.pointee.frameCount = 0
  }
}
