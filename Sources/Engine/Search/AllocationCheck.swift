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
    return check.found.sorted { $0.key < $1.key }.map { place, frames in
      Allocation(place: StateEvaluation.name(of: place, in: self), frames: frames)
    }
  }
}

private final class AllocationCheck {
  private static let mostStates = 64

  private let system: TransitionSystem
  private let scan: SuccessorScan
  private let fault = UnsafeMutablePointer<ce_fault>.allocate(capacity: 1)
  private(set) var found: [Int: [UInt64]] = [:]

  init(_ system: TransitionSystem) {
    self.system = system
    scan = SuccessorScan(system)
    fault.initialize(to: ce_fault())
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
      examine(state)
      let successors = Successors()
      try? catchingFaults { [self] in
        guard system.isWithinConstraint(state) else { return }
        scan.forEachSuccessor(of: state) { _, successor in
          successors.states.append(Array(UnsafeBufferPointer(start: successor, count: packing.stateWords)))
          return successors.states.count < Self.mostStates
        }
      }
      for state in successors.states where states.count < Self.mostStates && known.insert(packing.pack(state)).inserted
      {
        states.append(state)
      }
    }
  }

  private final class Successors { var states: [[UInt64]] = [] }

  private func examine(_ state: [UInt64]) {
    let actions = system.actions.count
    for place in 0..<actions { watch(place) { [self] in expand(place, state) } }
    for (index, property) in system.properties.enumerated() {
      switch property.predicate {
      case .always(let holds), .sometimes(let holds): watch(actions + index) { _ = holds(state) }
      case .step, .temporal: break
      }
    }
    watch(actions + system.properties.count) { [system] in _ = system.isWithinConstraint(state) }
    watch(actions + system.properties.count + 1) { [system] in _ = system.mayStop(state) }
  }

  /// Every instance, one after another, into a place of its own.
  private func expand(_ action: Int, _ state: [UInt64]) {
    let words = system.packing.stateWords
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 16 * words) { room in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 16) { ordinals in
        guard let first = room.baseAddress, let ordinal = ordinals.baseAddress else { return }
        var next = 0
        while next >= 0 {
          var buffer = SuccessorBuffer(
            next: UnsafeMutableRawPointer(first), room: 16, stride: words * 8, ordinals: ordinal)
          next = system.actions[action].expand(state, &buffer, next, .max)
        }
      }
    }
  }

  private func watch(_ place: Int, _ evaluate: @escaping () -> Void) {
    if found[place] != nil { return }
    try? catchingFaults { [fault] in
      evaluate()
      ce_watch_allocations(fault)
      evaluate()
      ce_watch_allocations(nil)
    }
    ce_watch_allocations(nil)
    if fault.pointee.frameCount > 0 { found[place] = SpecificationFault(fault.pointee).frames }
    fault.pointee.frameCount = 0
  }
}
