extension Expander {
  /// Compares sources of the block with states of their orbits: all of them as long as few states are stored, and in the
  /// self-check; a sample later on. Which ones does not depend on who explores them.
  func checkSymmetry() {
    guard let symmetryCheck else { return }
    let isThorough = live.pointee.storedBefore < 10_000 || sums != nil
    for source in 0..<live.pointee.sourceCount where !control.pointee.isLeft {
      let seed = hash(block.packedSources + source * packing.width, width: packing.width)
      guard isThorough || seed & 63 == 0 else { continue }
      let state = block.sources + source * packing.stateWords
      let found = UnsafeMutablePointer<Flaw?>.allocate(capacity: 1)
      found.initialize(to: nil)
      // What fails here fails where it is explored, too, and is reported there.
      try? catchingFaults {
        found.pointee = symmetryCheck.asymmetry(
          of: state, thorough: isThorough, seed: Int(truncatingIfNeeded: seed >> 8))
      }
      if let asymmetry = found.pointee { live.pointee.findings.note(asymmetry, at: position(ofSource: source)) }
      found.deinitialize(count: 1)
      found.deallocate()
    }
  }

  func checkInitialSymmetry() {
    if let asymmetry = symmetryCheck?.asymmetryOfInitialStates() {
      live.pointee.findings.flaw = (asymmetry, .state(packing.pack(system.initialStates[0]), depth: 1, nil))
    }
  }
}
