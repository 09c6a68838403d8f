// What a formula says of an action, or of some of its instances.
extension ActionTable {
  /// Whether it is enabled: some instance's guard is true. Costs no more than the guards.
  ///
  /// - Parameter arguments: Ordinals of the first parameters, which are of finite types; the other parameters may have any.
  public func enabledAtom(_ arguments: [Int] = []) -> TemporalProperty.Atom {
    .state { state in
      contains(arguments, in: state) { first, limit in
        // What has no room for a successor says where it is: at an instance that is enabled.
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 1) { ordinals in
          var buffer = SuccessorBuffer(
            next: UnsafeMutableRawPointer(mutating: state), room: 0, stride: 0, ordinals: ordinals.baseAddress!)
          return expand(state, &buffer, first, limit) >= 0
        }
      }
    }
  }

  /// Whether a step takes it: the step changes the state, and some instance leads from the one to the other, whatever else
  /// does (Lamport's ⟨A⟩ over all variables). Costs the expansion of the action.
  ///
  /// - Parameter arguments: As above.
  public func takenAtom(_ arguments: [Int] = [], in layout: Layout) -> TemporalProperty.Atom {
    let packing = Packing(layout)
    return .step { before, after in
      let words = packing.stateWords
      let room = 8
      // The state before, the one after, and successors.
      return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: (2 + room) * words) { states in
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: room) { ordinals in
          states.initialize(repeating: 0)
          guard let base = states.baseAddress, let ordinals = ordinals.baseAddress else { return false }
          func canonicalize(_ first: Int, _ count: Int) {
            packing.clearBlanks(base + first * words, count: count)
            packing.clearPadding(base + first * words, count: count)
          }
          func isAfter(_ number: Int) -> Bool {
            (0..<words).allSatisfy { base[number * words + $0] == base[words + $0] }
          }
          for (number, state) in [before, after].enumerated() {
            UnsafeMutableRawPointer(base + number * words).copyMemory(from: state, byteCount: layout.size)
          }
          canonicalize(0, 2)
          if isAfter(0) { return false }
          return contains(arguments, in: before) { first, limit in
            var next = first
            while next >= 0 {
              var buffer = SuccessorBuffer(next: base + 2 * words, room: room, stride: words * 8, ordinals: ordinals)
              next = expand(before, &buffer, next, limit)
              let count = room - buffer.room
              canonicalize(2, count)
              if (2..<2 + count).contains(where: isAfter) { return true }
            }
            return false
          }
        }
      }
    }
  }

  /// Whether some range of instances with these arguments satisfies a predicate.
  private func contains(
    _ arguments: [Int], in state: UnsafeRawPointer, _ holds: (_ first: Int, _ limit: Int) -> Bool
  ) -> Bool {
    if arguments.isEmpty { return holds(0, .max) }
    switch identity {
    case .ordinals(_, let counts):
      // The first parameter changes fastest.
      var (first, distance) = (0, 1)
      for (argument, count) in zip(arguments, counts()) {
        first += argument * distance
        distance *= count
      }
      return stride(from: first, to: instanceCount(state), by: distance).contains { holds($0, $0 + 1) }
    case .bytes(_, let limit, let write):
      return withUnsafeTemporaryAllocation(byteCount: max(8, limit), alignment: 8) { bytes in
        guard let bytes = bytes.baseAddress else { return false }
        // An instance that is not enabled may be none at all, and has no arguments then.
        return (0..<instanceCount(state)).contains { instance in
          holds(instance, instance + 1)
            && arguments.enumerated().allSatisfy { parameter, argument in
              write(state, instance, parameter, bytes) == 8 && bytes.load(as: Int.self) == argument
            }
        }
      }
    }
  }
}
