internal import CDistCheckEngine

extension Expander {
  /// Works on the block under a guard until it is done or the store has to grow, whatever fails in it.
  func advanceGuarded() {
    while isBusy && !live.pointee.wantsRoom {
      do {
        try catchingFaults { advance() }
      } catch {
        recover(error)
      }
    }
  }

  /// Finds out what has failed, notes it, and sees to it that `advance` goes on behind it.
  private func recover(_ fault: SpecificationFault) {
    if fault.isEndless {
      let place =
        switch live.pointee.site {
        case .none, .flushing: live.pointee.place
        case .expanding: live.pointee.action
        case .stopping: determinism.mayStopPlace
        }
      return leaveBlock(unfinished: place)
    }
    switch live.pointee.site {
    case .none: preconditionFailure("a fault outside the specification: \(fault.message)")
    case .expanding: recoverExpanding(fault)
    case .flushing:
      precondition(!live.pointee.isCareful, "a fault outside the specification: \(fault.message)")
      live.pointee.isCareful = true
    case .stopping:
      live.pointee.findings.note(
        Findings.Fault(place: .mayStop, at: position(ofSource: live.pointee.source), fault: fault))
      live.pointee.source += 1
    }
  }

  /// Tries the instances of the action one by one, each under its own guard, until one fails again.
  private func recoverExpanding(_ fault: SpecificationFault) {
    let words = packing.stateWords
    let state = block.sources + live.pointee.source * words
    let action = system.actions[live.pointee.action]
    func note(_ fault: SpecificationFault, ordinal: Int) {
      block.successorCounts[live.pointee.source] += 1  // a state with an action that fails is no deadlock
      live.pointee.findings.note(
        Findings.Fault(place: .action(live.pointee.action), at: transition(ordinal: ordinal), fault: fault))
    }
    var instances = 0
    do {
      try catchingFaults { instances = evaluating { action.instanceCount(state) } }
    } catch {
      if error.isEndless { return leaveBlock(unfinished: live.pointee.action) }
      note(error, ordinal: -1)  // not even how many instances there are can be told
      return finishSource()
    }
    while live.pointee.ordinal < instances {
      if live.pointee.count == block.capacity { return }  // `advance` makes room, and comes back
      let (count, ordinal) = (live.pointee.count, live.pointee.ordinal)
      live.pointee.ordinal += 1
      do {
        try catchingFaults {
          // Not captured: a jump would leave Swift's record of exclusive accesses to a captured variable behind.
          var buffer = SuccessorBuffer(
            next: UnsafeMutableRawPointer(block.successors + count * words), room: 1, stride: words * 8,
            ordinals: block.ordinals + count)
          ce_enter()
          _ = action.expand(state, &buffer, ordinal, ordinal + 1)
          ce_leave()
          keep(1 - buffer.room)
        }
      } catch {
        if error.isEndless { return leaveBlock(unfinished: live.pointee.action) }
        return note(error, ordinal: ordinal)
      }
    }
    note(fault, ordinal: -1)  // it fails only when many are tried at once: not deterministic
    finishSource()
  }

  /// What `check` does, with a guard around each evaluation. A state that cannot be evaluated is as if outside.
  func checkCarefully(_ newCount: Int) -> Int {
    let words = packing.stateWords
    var outside = 0
    for index in 0..<newCount {
      let k = block.newcomers[index]
      let state = block.successors + k * words
      for property in invariants where evaluate(.property(property.index), k, { property.holds(state) }) == false {
        live.pointee.findings.note(property: property.index, position(ofSuccessor: k))
      }
      for goal in live.pointee.goals where evaluate(.property(goal.index), k, { goal.holds(state) }) == true {
        live.pointee.findings.note(property: goal.index, position(ofSuccessor: k))
      }
      block.isOutside[index] = evaluate(.constraint, k) { system.isWithinConstraint(state) } != true
      if block.isOutside[index] { outside += 1 }
    }
    return outside
  }

  private func evaluate(_ place: SpecificationPart, _ k: Int, _ predicate: @escaping () -> Bool) -> Bool? {
    evaluate(place, position(ofSuccessor: k), predicate)
  }

  /// The value of a predicate; nil when it fails, which is noted.
  private func evaluate(_ place: SpecificationPart, _ position: Position, _ predicate: @escaping () -> Bool) -> Bool? {
    let value = UnsafeMutablePointer<Bool>.allocate(capacity: 1)
    defer { value.deallocate() }
    do {
      try catchingFaults { value.initialize(to: evaluating(predicate)) }
      return value.pointee
    } catch {
      if error.isEndless { return nil }
      live.pointee.findings.note(Findings.Fault(place: place, at: position, fault: error))
      return nil
    }
  }

  func checkStepsCarefully() {
    let words = packing.stateWords
    var k = 0
    for run in 0..<live.pointee.runCount where block.runs[run].action >= 0 {
      let before = block.sources + block.runs[run].source * words
      while k < block.runs[run].end {
        let (after, position) = (block.successors + k * words, transition(k, in: block.runs[run]))
        for property in stepProperties
        where evaluate(.property(property.index), position, { property.holds(before, after) }) == false {
          live.pointee.findings.note(property: property.index, position)
        }
        k += 1
      }
    }
  }
}
