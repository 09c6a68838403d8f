extension BreadthFirstSearch {
  /// Writes the search down, if it is to be. No worker is at work, and none has a block.
  func writeCheckpoint() {
    guard let disk, let checkpoints = disk.checkpoints else { return }
    checkpoints.write { options throws(FileError) in try write(options, disk.store) }
  }

  /// Writes down all that the search needs to go on.
  private func write(_ options: CheckpointOptions, _ store: any SavedStore) throws(FileError) {
    guard prepareForCheckpoint() else {
      throw fileError ?? FileError(options.folder, reason: "a bound was reached in the midst of a state's successors")
    }
    let spilled = try spill?.noted()
    var writer = try CheckpointWriter(folder: options.folder)
    try writer.put(options.notes.count)
    for note in options.notes { try writer.put(note) }
    try writer.put(CheckpointIdentity(system, packing).words)
    try writer.put(spilled)

    try writer.put(depth)
    let counters = counters
    for number in [
      storedStates, counters.exploredStates, counters.generatedStates, counters.statesOutsideConstraint,
      Int(elapsed / .microseconds(1)),
    ] { try writer.put(number) }
    for action in coverage {
      for number in [action.taken, action.enabled, action.newStates] { try writer.put(number) }
    }
    for position in findings.properties {
      guard case .state(let state, let depth, _) = position else {
        try writer.put([])
        continue
      }
      try writer.put(state)
      try writer.put(depth)
    }

    try writer.put(liveness?.nextLook ?? 0)

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
    try writer.finish { () throws(FileError) in try spill?.claim() }
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
}

extension BreadthFirstSearch where Store: SavedStore {
  /// Takes up what a checkpoint holds. The search has not begun, and its store is empty.
  ///
  /// - Throws: `FileError` where a number is none that it can be, or does not fit the others.
  func readCheckpoint(_ reader: inout CheckpointReader) throws(FileError) {
    let most = reader.rest + (spill?.states.count ?? 0)  // states, of at least a word each
    depth = try reader.readNumber("the depth", atMost: most)
    earlier.storedStates = try reader.readNumber("the number of states", atMost: most)
    earlier.exploredStates = try reader.readNumber("the number of explored states", atMost: earlier.storedStates)
    earlier.generatedStates = try reader.readNumber("the number of generated states")
    earlier.statesOutsideConstraint = try reader.readNumber(
      "the number of states outside the constraint", atMost: earlier.generatedStates)
    earlier.elapsed = .microseconds(try reader.readNumber("the time", atMost: 1 << 52))
    for _ in system.actions {
      var action = ActionCoverage()
      action.taken = try reader.readNumber("how often an action was taken", atMost: earlier.generatedStates)
      action.enabled = try reader.readNumber("how often an action was enabled", atMost: action.taken)
      action.newStates = try reader.readNumber("how often an action led deeper", atMost: action.taken)
      earlier.coverage.append(action)
    }
    guard earlier.coverage.reduce(system.initialStates.count, { $0 &+ $1.taken }) == earlier.generatedStates else {
      throw reader.damaged("it does not say how states were generated")
    }
    for index in findings.properties.indices {
      let state = try reader.readWords()
      if state.isEmpty { continue }
      guard state.count == packing.width else { throw reader.damaged("a state has \(state.count) words") }
      findings.properties[index] = .state(
        state, depth: try reader.readNumber("the depth of a state", atMost: depth + 1), nil)
    }
    let nextLook = try reader.readNumber()
    guard liveness == nil || nextLook > 0 else { throw reader.damaged("the next look at temporal properties") }
    liveness?.nextLook = nextLook
    try store.restore(from: &reader)
    guard store.newEntryCount + (spill?.states.count ?? 0) == earlier.storedStates else {
      throw reader.damaged("it does not hold \(earlier.storedStates) states")
    }
    frontier = try frontier(from: &reader, depth: depth)
    next = try frontier(from: &reader, depth: depth + 1)
    kept = Array(repeating: Frontier(), count: depth + 1)
    for _ in 0..<(try reader.readCount("the number of deep levels")) {
      let depth = try reader.readNumber("the depth of a level", atMost: depth)
      kept[depth] = try frontier(from: &reader, depth: depth)
    }
    kept[depth] = try frontier(from: &reader, depth: depth)
    try reader.finish()
    resumeWorkers()
  }

  private func frontier(from reader: inout CheckpointReader, depth: Int) throws(FileError) -> Frontier {
    var frontier = Frontier()
    var rest = try reader.readCount("the number of states of a level")
    while rest > 0 {
      guard let chunk = arena.takeChunk() else { throw FileError(reader.path, reason: "there is no memory for it") }
      let count = min(arena.chunkItems, rest)
      for k in 0..<count {
        chunk[k] = try reader.read()
        guard mayBe(item: chunk[k], ofDepth: depth) else { throw reader.damaged("a state of a level is \(chunk[k])") }
      }
      frontier.runs.append(ItemRun(items: chunk, count: count, depth: depth))
      rest -= count
    }
    let onDisk = spill?.items.count ?? 0
    for _ in 0..<(try reader.readCount("the number of parts of a level on disk", words: 2)) {
      let first = try reader.readNumber("the place of a part of a level", atMost: onDisk)
      let count = try reader.readNumber("the size of a part of a level", atMost: onDisk - first)
      frontier.spilled.append(SpilledRun(first: first, count: count))
    }
    return frontier
  }

  /// Whether a state can be in a level: it has been met there, as far as that is not known on disk alone.
  private func mayBe(item: UInt64, ofDepth depth: Int) -> Bool {
    guard item >> 56 == 0 else { return false }
    guard spill?.states.count ?? 0 == 0 else { return true }
    let label = withUnsafePointer(to: item) { store.probe(worker: 0).find(key: item, $0) }
    return label == DepthLabel.label(depth: depth)
  }
}

extension CheckpointWriter {
  fileprivate mutating func put(_ spill: Spill.Note?) throws(FileError) {
    try put(spill?.folder ?? "")
    try put(spill?.header.search ?? 0)
    for file in [spill?.states, spill?.items] {
      try put(file?.count ?? 0)
      try put(file?.checksum ?? 0)
    }
  }
}

extension CheckpointReader {
  /// Opens what was on disk when the checkpoint was written; nil when nothing was to go there.
  mutating func openSpill() throws(FileError) -> Spill? {
    let folder = try readText()
    let header = WordFile.Header(search: try read())
    let states = (try readNumber("the number of states on disk", atMost: 1 << 56), try read())
    let items = (try readNumber("the number of items on disk", atMost: 1 << 56), try read())
    if folder.isEmpty { return nil }
    return try Spill(reopening: Spill.Note(folder: folder, header: header, states: states, items: items))
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
