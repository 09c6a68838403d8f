extension SimulationReport {
  /// One line: what was found, whether that was expected, and that it was a random search.
  public func headline(_ style: Style) -> String {
    let found =
      switch verdict {
      case .violated:
        (violatedProperty?.kind == .deadlock ? "deadlock" : "violates \"\(violatedProperty?.name ?? "")\"") + inWalk
      case .specificationError: "fails: \(fault?.message ?? "")" + inWalk
      case .inconclusive, .holds:
        "inconclusive: nothing wrong in \(grouped(walks)) random \(walks == 1 ? "walk" : "walks")" + stopped
      }
    if verdict == .inconclusive {
      return "\(style.bold(model)): \(expectation.isMet ? found : style.yellow(found))"
    }
    let colored = expectation.isMet ? style.green(found) + style.dim(" (as expected)") : style.red(found)
    return "\(style.bold(model)): \(colored)"
  }

  private var inWalk: String { origin.map { " in random walk \(grouped($0.walk))" } ?? "" }

  private var stopped: String {
    switch stopReason {
    case .timeout: ", stopped by its time limit"
    case .interrupt: ", interrupted"
    default: ""
    }
  }

  /// How much was done, and how to do it again.
  public func counts() -> [String] {
    let rate = seconds > 0 ? Int(Double(steps) / seconds) : 0
    let how = strategy + (changePoints.map { " with \($0) change \($0 == 1 ? "point" : "points")" } ?? "")
    return [
      "\(grouped(walks)) \(walks == 1 ? "walk" : "walks"), \(grouped(steps)) steps, \(grouped(checkedStates)) states checked, "
        + "\(grouped(rate)) steps/s, \(formatted(seconds: seconds)), \(formatted(bytes: peakMemory))",
      "\(how), depth \(grouped(depth)), seed \(seed)",
    ]
  }

  /// `shortened from 62 to 39 states`; nil when nothing was found.
  public func shortening() -> String? {
    guard let origin, let trace = counterexample else { return nil }
    let count = trace.steps.count
    if count < origin.length { return "shortened from \(grouped(origin.length)) to \(grouped(count)) states" }
    return "in \(grouped(count)) \(count == 1 ? "state" : "states"), which could not be shortened"
  }

  /// What else a person should know: unmet expectations, and what no walk came by.
  public func remarks(_ style: Style) -> [String] {
    var remarks = expectation.mismatches.map { verdict == .inconclusive ? style.yellow($0) : style.red($0) }
    guard verdict == .inconclusive else { return remarks }
    for property in properties where property.kind == .sometimes && property.walks == 0 {
      remarks.append(style.yellow("no walk reached \"\(property.name)\""))
    }
    let temporal = properties.filter { $0.kind == .temporal }
    if !temporal.isEmpty {
      let names = temporal.map { "\"\($0.name)\"" }.joined(separator: ", ")
      remarks.append(style.yellow("random walks do not check temporal properties: \(names)"))
    }
    for action in actions where action.enabled == 0 && !action.isOptional {
      remarks.append(style.yellow("enabled on no walk: \(action.name) (guard at \(specification):\(action.line))"))
    }
    return remarks
  }

  /// Lengths, endings, goals and actions.
  public func statistics() -> [String] {
    let mean = Int((lengths.mean * 10).rounded())
    var lines = [
      "states on a walk: \(grouped(lengths.shortest)) to \(grouped(lengths.longest)), mean \(mean / 10).\(mean % 10)"
    ]
    lines += histogram().map { "  \($0)" }
    let endings = [
      ("at the depth limit", endings.depth), ("where the system may stop", endings.stopped),
      ("at the state constraint", endings.constraint), ("with nowhere new to go", endings.exhausted),
      ("with what was found", endings.found),
    ]
    lines.append("walks ended")
    lines += table(endings.filter { $0.1 > 0 }.map { [$0.0, grouped($0.1)] }).map { "  \($0)" }
    let goals = properties.filter { $0.kind == .sometimes }
    if !goals.isEmpty {
      lines.append("walks reached")
      lines += table(goals.map { ["\"\($0.name)\"", grouped($0.walks)] }).map { "  \($0)" }
    }
    let rows = actions.map { [$0.name, grouped($0.enabled), grouped($0.taken)] }
    return lines + table([["action", "enabled", "taken"]] + rows)
  }

  /// A bar for each tenth of the depth limit, as far as there are walks.
  private func histogram() -> [String] {
    let buckets = lengths.histogram
    guard !buckets.isEmpty, let most = buckets.max(), most > 0 else { return [] }
    let rows = buckets.indices.compactMap { k -> (range: [String], bar: String)? in
      // The lengths with (length - 1) * buckets / depth == k.
      let first = (k * depth + buckets.count - 1) / buckets.count + 1
      let last = ((k + 1) * depth + buckets.count - 1) / buckets.count
      if first > last || buckets[k] == 0 { return nil }
      let bar = String(repeating: "#", count: max(1, buckets[k] * 40 / most))
      return (["\(grouped(first))-\(grouped(last))", grouped(buckets[k])], bar)
    }
    return zip(table(rows.map(\.range)), rows).map { "\($0)  \($1.bar)" }
  }
}
