extension BreadthFirstSearch {
  /// Writes down all that the search needs to go on. No worker is at work, and none has a block.
  func writeCheckpoint(_ options: CheckpointOptions) throws(FileError) {
    guard prepareForCheckpoint() else {
      throw fileError ?? FileError(options.folder, reason: "a bound was reached in the midst of a state's successors")
    }
    try spill?.states.synchronize()
    try spill?.items.synchronize()
    var writer = try CheckpointWriter(folder: options.folder)
    try writer.put(options.notes.count)
    for note in options.notes { try writer.put(note) }
    try writer.put(CheckpointIdentity(system, packing).words)
    try writer.put(spill?.folder ?? "")
    for file in [spill?.states, spill?.items] {
      try writer.put(file?.count ?? 0)
      try writer.put(file?.checksum ?? 0)
    }

    try writer.put(depth)
    let counters = counters
    for number in [
      storedStates, counters.exploredStates, counters.generatedStates, counters.statesOutsideConstraint,
      Int(elapsed / .microseconds(1)),
    ] { try writer.put(number) }
    for action in coverage {
      for number in [action.enabled, action.taken, action.newStates] { try writer.put(number) }
    }
    for position in findings.properties {
      guard case .state(let state, let depth, _) = position else {
        try writer.put([])
        continue
      }
      try writer.put(state)
      try writer.put(depth)
    }

    try store.save(to: &writer)
    try put(frontier, to: &writer)
    try put(next, to: &writer)
    let deep = kept.indices.filter { !kept[$0].isEmpty && $0 != depth }
    try writer.put(deep.count)
    for depth in deep {
      try writer.put(depth)
      try put(kept[depth], to: &writer)
    }
    // The level that is being explored is kept as a whole, too.
    try put(kept[depth], to: &writer)
    try writer.finish()
  }

  private func put(_ frontier: Frontier, to writer: inout CheckpointWriter) throws(FileError) {
    let runs = frontier.segment + frontier.runs
    try writer.put(runs.reduce(0) { $0 + $1.count })
    for run in runs { for k in 0..<run.count { try writer.put(run.items[k]) } }
    try writer.put(frontier.spilled.count)
    for run in frontier.spilled {
      try writer.put(run.first)
      try writer.put(run.count)
    }
  }

  /// Takes up what a checkpoint holds. The search has not begun, and its store is empty.
  func readCheckpoint(_ reader: inout CheckpointReader) throws(FileError) {
    depth = try reader.readNumber()
    earlier.storedStates = try reader.readNumber()
    earlier.exploredStates = try reader.readNumber()
    earlier.generatedStates = try reader.readNumber()
    earlier.statesOutsideConstraint = try reader.readNumber()
    earlier.elapsed = .microseconds(try reader.readNumber())
    for _ in system.actions {
      var action = ActionCoverage()
      action.enabled = try reader.readNumber()
      action.taken = try reader.readNumber()
      action.newStates = try reader.readNumber()
      earlier.coverage.append(action)
    }
    for index in findings.properties.indices {
      let state = try reader.readWords()
      if !state.isEmpty { findings.properties[index] = .state(state, depth: try reader.readNumber(), nil) }
    }
    try store.restore(from: &reader)
    frontier = try frontier(from: &reader, depth: depth)
    next = try frontier(from: &reader, depth: depth + 1)
    kept = Array(repeating: Frontier(), count: depth + 1)
    for _ in 0..<(try reader.readNumber()) {
      let depth = try reader.readNumber()
      kept[depth] = try frontier(from: &reader, depth: depth)
    }
    kept[depth] = try frontier(from: &reader, depth: depth)
    resumeWorkers()
  }

  private func frontier(from reader: inout CheckpointReader, depth: Int) throws(FileError) -> Frontier {
    var frontier = Frontier()
    var rest = try reader.readNumber()
    while rest > 0 {
      guard let chunk = arena.takeChunk() else { throw FileError(reader.path, reason: "there is no memory for it") }
      let count = min(arena.chunkItems, rest)
      for k in 0..<count { chunk[k] = try reader.read() }
      frontier.runs.append(ItemRun(items: chunk, count: count, depth: depth))
      rest -= count
    }
    for _ in 0..<(try reader.readNumber()) {
      frontier.spilled.append(SpilledRun(first: try reader.readNumber(), count: try reader.readNumber()))
    }
    return frontier
  }
}

extension CheckpointReader {
  /// Opens what was on disk when the checkpoint was written; nil when nothing was to go there.
  mutating func openSpill() throws(FileError) -> Spill? {
    let folder = try readText()
    let (states, statesChecksum, items, itemsChecksum) = (
      try readNumber(), try read(), try readNumber(), try read()
    )
    if folder.isEmpty { return nil }
    let spill = try Spill(reopening: folder, states: states, items: items)
    try spill.states.verify(checksum: statesChecksum)
    try spill.items.verify(checksum: itemsChecksum)
    return spill
  }
}

/// What a checkpoint has to fit: constants, actions, layout and initial states, properties.
struct CheckpointIdentity {
  let words: [UInt64]

  init(_ system: TransitionSystem, _ packing: Packing) {
    var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
    for property in system.properties { for byte in property.name.utf8 { hash = mix(hash, UInt64(byte)) } }
    words = [
      UInt64(system.fingerprint), UInt64(packing.bits), UInt64(system.actions.count), UInt64(system.properties.count),
      system.isSymmetric ? 1 : 0, hash,
    ]
  }
}

extension CompactStore {
  func save(to writer: inout CheckpointWriter) throws(FileError) {
    let cuts = shapeCuts
    try writer.put(cuts.map { UInt64($0) })
    try writer.put(nodes?.entryCount ?? 0)
    if let nodes {
      var failure: FileError?
      nodes.forEachEntry { id, value in
        guard failure == nil else { return }
        do throws(FileError) {
          try writer.put(UInt64(id))
          try writer.put(value)
        } catch { failure = error }
      }
      if let failure { throw failure }
    }
    try writer.put(entryCount)
    for entry in entries where entry != 0 { try writer.put(entry) }
  }

  func restore(from reader: inout CheckpointReader) throws(FileError) {
    let cuts = try reader.readWords().map { Int($0) }
    do throws(OutOfMemory) { try adopt(cuts: cuts) } catch { throw noMemory(reader) }
    let nodeCount = try reader.readNumber()
    if let nodes {
      do throws(OutOfMemory) { try nodes.reserve(nodeCount) } catch { throw noMemory(reader) }
      for _ in 0..<nodeCount { nodes.restore(Int(try reader.read()), try reader.read()) }
    }
    let count = try reader.readNumber()
    do throws(OutOfMemory) { try reserve(count) } catch { throw noMemory(reader) }
    let probe = probe(worker: 0)
    for _ in 0..<count { probe.enter(try reader.read()) }
  }

  private func noMemory(_ reader: CheckpointReader) -> FileError {
    FileError(reader.path, reason: "the operating system gives no memory for what it holds")
  }
}
