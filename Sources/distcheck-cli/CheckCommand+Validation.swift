import ArgumentParser

/// What can be said of the options before any file is read: values that mean nothing, and options that do not combine.
extension CheckCommand {
  func validate() throws {
    try validateValues()
    try validateCombinations()
  }

  private func validateValues() throws {
    for (name, value) in [("--max-depth", maxDepth), ("--max-states", maxStates)] {
      if let value, value < 1 { throw ValidationError("\(name) \(value): must be at least 1") }
    }
    if let timeout, TimeLimit(timeout) == nil {
      throw ValidationError("--timeout \(timeout): write a time such as 90, 90s, 5m or 2h")
    }
    if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads \(threads): must be 1 to 1,024") }
    if let strategy, !["breadth-first", "depth-first", "iterative-deepening"].contains(strategy) {
      throw ValidationError("--strategy \(strategy): must be breadth-first, depth-first or iterative-deepening")
    }
    if let storage, !["auto", "full", "compact"].contains(storage) {
      throw ValidationError("--storage \(storage): must be auto, full or compact")
    }
    if let lossy, LossyOption(lossy) == nil {
      throw ValidationError(
        "--lossy \(lossy): must be bits=8 to bits=32, bitstate, or bitstate with a size such as 256M")
    }
    if let memory, MemorySize(memory) == nil {
      throw ValidationError("--memory \(memory): write an amount such as 512M or 4G, at least 16M")
    }
    if spill == "" { throw ValidationError("--spill: names no folder") }
    if checkpoint == "" { throw ValidationError("--checkpoint: names no folder") }
    if let checkpointEvery, TimeLimit(checkpointEvery) == nil {
      throw ValidationError("--checkpoint-every \(checkpointEvery): write a time such as 30s or 5m")
    }
  }

  private func validateCombinations() throws {
    let search: [(String, Bool)] = [
      ("--max-depth", maxDepth != nil), ("--max-states", maxStates != nil), ("--timeout", timeout != nil),
      ("--strategy", strategy != nil), ("--threads", threads != nil), ("--storage", storage != nil),
      ("--symmetry", symmetry), ("--memory", memory != nil), ("--spill", spill != nil),
      ("--checkpoint", checkpoint != nil), ("--lossy", lossy != nil), ("--self-check", selfCheck),
      ("--no-self-check", noSelfCheck), ("--coverage", coverage), ("--explain", explain), ("--safety", safety),
      ("--witness", !witness.isEmpty),
    ]
    try refuse("--list", list, with: [("--replay", replay != nil)] + search + [("-D", !constants.isEmpty)])
    try refuse("--self-check", selfCheck, with: [("--no-self-check", noSelfCheck)])
    try refuse("--safety", safety, with: [("--explain", explain)])
    try refuse("--replay", replay != nil, with: search)
    try refuse(
      "--lossy", lossy != nil,
      with: [("--storage", storage != nil), ("--spill", spill != nil), ("--checkpoint", checkpoint != nil)])
    try refuse(
      "--storage full", storage == "full", with: [("--spill", spill != nil), ("--checkpoint", checkpoint != nil)],
      because: "what is written to disk is compact")
    try refuse(
      "--self-check", selfCheck,
      with: [("--lossy", lossy != nil), ("--spill", spill != nil), ("--checkpoint", checkpoint != nil)],
      because: "it compares whole searches")
    if let strategy, strategy != "breadth-first" {
      let name = "--strategy \(strategy)"
      try refuse(
        name, true, with: [("--threads \(threads ?? 1)", threads ?? 1 > 1)], because: "there is one stack")
      try refuse(
        name, true,
        with: [
          ("--storage", storage != nil), ("--lossy", lossy != nil), ("--spill", spill != nil),
          ("--checkpoint", checkpoint != nil), ("--self-check", selfCheck),
        ], because: "states are kept with their depth")
    }
    if checkpointEvery != nil && checkpoint == nil { throw ValidationError("--checkpoint-every needs --checkpoint") }
    if checkpoint != nil && paths.count > 1 { throw ValidationError("--checkpoint needs a single specification") }
    if paths.count > 1 && (!models.isEmpty || !constants.isEmpty || replay != nil || !compilation.companions.isEmpty) {
      throw ValidationError("--model, -D, --replay and --with need a single specification")
    }
  }

  /// Refuses an option together with any of the others that are given.
  private func refuse(
    _ name: String, _ isGiven: Bool, with others: [(name: String, isGiven: Bool)], because reason: String? = nil
  ) throws {
    guard isGiven, let other = others.first(where: { $0.isGiven }) else { return }
    throw ValidationError("\(name) and \(other.name) exclude each other\(reason.map { ": \($0)" } ?? "")")
  }
}
