extension CompactStore: SpillableStore {
  /// Marks every state of the table that was first met at a depth, or so it seemed, but is on disk from an earlier one.
  ///
  /// - Returns: How many there are.
  func markDuplicates(_ spill: Spill, label: UInt64, _ work: StoreWork) throws(FileError) -> Int {
    var duplicates: UInt64 = 0
    var failures: [FileError?] = Array(repeating: nil, count: work.team.count)
    withUnsafeMutablePointer(to: &duplicates) { duplicates in
      failures.withUnsafeMutableBufferPointer { failures in
        work.team.run { worker in
          let probe = probe(worker: worker)
          do throws(FileError) {
            try spill.states.forEach(part: worker, of: work.team.count) { entries in
              probe.markDuplicates(entries, label: label, count: duplicates)
              if worker == 0 { _ = work.isToStop() }
            }
          } catch { failures[worker] = error }
        }
      }
    }
    if let failure = failures.compactMap({ $0 }).first { throw failure }
    return Int(duplicates)
  }

  /// Drops the items whose states are marked as duplicates, and moves the others together.
  func withoutDuplicates(_ run: ItemRun) -> ItemRun {
    let probe = probe(worker: 0)
    var run = run
    var kept = 0
    for k in 0..<run.count where !probe.isDuplicate(run.items[k]) {
      run.items[kept] = run.items[k]
      kept += 1
    }
    run.count = kept
    return run
  }

  /// Is not given up: states would be in the table and on disk.
  func moveStates(to spill: Spill, _ work: StoreWork) throws(FileError) {
    let stripe = thresholds.stripeSlots
    for first in stride(from: 0, to: entries.count, by: stripe) {
      for entry in entries[first..<min(first + stripe, entries.count)]
      where entry != 0 && entry &>> 56 != DepthLabel.duplicate {
        try spill.states.append(entry)
      }
      _ = work.isToStop()
    }
    try spill.states.flush()
    shared.pointee.table.clear()
    shared.pointee.claims = Claims()
  }

  func forEachState(
    label: UInt64, part: Int, of parts: Int, in spill: Spill, _ body: (UnsafePointer<UInt64>) -> Void
  ) throws(FileError) {
    let probe = probe(worker: part)
    try spill.states.forEach(part: part, of: parts) { entries in
      probe.forEachState(entries) { entry, packed in
        if entry &>> 56 == label { body(packed()) }
      }
    }
  }
}
