import DistCheckEngine

extension Report {
  /// One line: what was found, whether that was expected, and whether the search was one that can miss something.
  public func headline(_ style: Style) -> String {
    let lossy = loss == nil ? "" : " in a lossy search"
    let found =
      switch verdict {
      case .holds: "holds" + safetyOnly
      case .violated: violation + lossy
      case .specificationError:
        // Without a trace, nothing else says where.
        "fails\(lossy): \(fault?.trace == nil ? fault.map { "\($0.place): " } ?? "" : "")\(fault?.message ?? "")"
      case .inconclusive: unsettled
      }
    let colored =
      if expectation.isMet {
        style.green(found) + (verdict == .holds ? "" : style.dim(" (as expected)"))
      } else if verdict == .inconclusive {
        style.yellow(found)
      } else {
        verdict == .holds ? found : style.red(found)
      }
    return "\(style.bold(model)): \(colored)"
  }

  /// Of what holds, that temporal properties were not to be checked.
  private var safetyOnly: String {
    let count = properties.count { $0.verdict == .leftOut }
    return count == 0 ? "" : " (safety; \(count) temporal \(count == 1 ? "property" : "properties") left out)"
  }

  /// What was found, in a few words, for a table.
  public var finding: String {
    switch verdict {
    case .holds: "holds"
    case .violated: violation
    case .specificationError: "fails"
    case .inconclusive: "inconclusive"
    }
  }

  private var violation: String {
    let name = violatedProperty?.name ?? ""
    return switch violatedProperty?.kind {
    case .deadlock: "deadlock"
    case .sometimes: "never reached: \"\(name)\""
    default: "violates \"\(name)\""
    }
  }

  /// Of what is inconclusive, why.
  private var unsettled: String {
    if stopReason == .lossy { return nothingWrong }
    let reason =
      switch (isComplete, stopReason) {
      case (true, nil): "not everything was checked"
      case (true, _): "\(explain(stopReason)) after all states had been explored"
      case (false, _): explain(stopReason)
      }
    let failure = diskFailure.map { " (\($0))" } ?? ""
    let isNothing = stopReason == .constraint
    return "inconclusive: \(reason)\(failure)\(isNothing ? "" : "; \(nothingWrong)")"
  }

  private var nothingWrong: String {
    guard let loss else { return "nothing wrong in what was explored" }
    return "nothing wrong in a lossy search (expected \(significant(loss.expectedOmissions)) states omitted)"
  }

  /// How much was explored, in one line.
  public func counts() -> String {
    var parts = [
      "\(grouped(distinctStates)) \(reductions.contains("symmetry") ? "orbits" : "distinct")",
      "\(grouped(generatedStates)) generated", "depth \(depth)",
      formatted(seconds: seconds), formatted(bytes: peakMemory),
    ]
    if spilledBytes > 0 { parts.append("\(formatted(bytes: spilledBytes)) on disk") }
    if unexploredStates > 0 && verdict == .inconclusive { parts.append("\(grouped(unexploredStates)) not explored") }
    return parts.joined(separator: ", ")
  }

  /// What else a person should know: unmet expectations, actions that never happen, states left out.
  public func remarks(_ style: Style) -> [String] {
    var remarks = expectation.mismatches.filter { _ in verdict != .inconclusive }.map { style.red($0) }
    for property in properties where property.kind == .sometimes && property.verdict == .violated {
      if property.name == violatedProperty?.name { continue }  // says the headline
      remarks.append(style.red("no reachable state satisfies \"\(property.name)\""))
    }
    for property in properties where property.verdict == .leftOut {
      guard expectation.outcome == "violates \"\(property.name)\"", verdict == .holds else { continue }
      remarks.append(style.dim("expected \(expectation.outcome), which was left out"))
    }
    remarks += temporalRemarks(style)
    if isComplete && verdict == .inconclusive && properties.contains(where: { $0.verdict == .holds }) {
      remarks.append(style.dim("every other property holds"))
    }
    if let unfinished {
      remarks.append(
        style.yellow("\(unfinished) did not come to its end in a state, and was left when the search was stopped"))
    }
    // What no state satisfies has no trace.
    if verdict == .violated, counterexample == nil, violatedProperty?.kind != .sometimes {
      remarks.append(style.yellow("there was no time to find the steps that lead there"))
    }
    if let loss { remarks += loss.remarks.map { style.dim($0) } }
    if isComplete && !sums.isEmpty {
      remarks.append(style.dim("evaluated twice, in an optimized and in an unoptimized build, without a difference"))
    }
    if let failure = checkpoint?.failure { remarks.append(style.yellow("no checkpoint could be written: \(failure)")) }
    if isDepthFirst && counterexample != nil {
      remarks.append(style.dim("a path that was taken depth-first; there can be a shorter one"))
    }
    for allocation in allocations {
      let line = allocation.line.map { " (\(specification):\($0))" } ?? ""
      remarks.append(style.dim("slow: \(allocation.place) allocates memory each time it is evaluated\(line)"))
    }
    guard isComplete || verdict == .inconclusive else { return remarks }
    if isComplete {
      for action in actions where action.coverage.enabled == 0 && !action.isOptional {
        remarks.append(style.yellow("never enabled: \(action.name) (guard at \(specification):\(action.line))"))
      }
    }
    if statesOutsideConstraint > 0 {
      remarks.append(
        style.dim("within the state constraint, which cut off \(grouped(statesOutsideConstraint)) transitions"))
      let hidden =
        verdict != .holds ? [] : properties.filter { $0.verdict != .leftOut && $0.temporal?.isCut ?? false }
      if !hidden.isEmpty {
        remarks.append(
          style.yellow(
            "behaviour that leaves the state constraint was not looked at, and could violate "
              + (hidden.count > 2 ? "\(hidden.count) temporal properties" : Self.list(hidden))))
      }
    }
    return remarks
  }

  /// What is known of temporal properties beyond their verdicts; once for all of which the same is to be said.
  private func temporalRemarks(_ style: Style) -> [String] {
    var remarks: [(properties: [Property], text: (_ names: String, _ isOne: Bool) -> String)] = []
    func add(_ property: Property, _ isSame: (Property) -> Bool, _ text: @escaping (String, Bool) -> String) {
      if let index = remarks.firstIndex(where: { isSame($0.properties[0]) }) {
        remarks[index].properties.append(property)
      } else {
        remarks.append(([property], text))
      }
    }
    for property in properties {
      guard let temporal = property.temporal else { continue }
      if property.verdict == .leftOut { continue }
      if let obstacle = temporal.obstacle {
        guard verdict != .violated, verdict != .specificationError else { continue }
        add(property, { $0.temporal?.obstacle == obstacle }) { names, isOne in
          style.yellow("\(names) \(isOne ? "was" : "were") not checked: \(obstacle)")
        }
      } else if property.verdict == .inconclusive && temporal.productStates > 0 {
        add(property, { $0.verdict == .inconclusive }) { names, _ in
          style.yellow("no behaviour within the bound violates \(names); what goes beyond it was not looked at")
        }
      } else if temporal.isVacuous {
        add(property, { $0.temporal?.isVacuous ?? false }) { names, isOne in
          style.yellow(
            "\(names) \(isOne ? "holds" : "hold") vacuously: what \(isOne ? "it waits" : "they wait") for never occurs")
        }
      } else if property.verdict == .holds, let needs = temporal.needs {
        add(property, { $0.temporal?.needs == needs && !($0.temporal?.isVacuous ?? false) }) { names, isOne in
          style.dim(
            needs.isEmpty
              ? "\(names) \(isOne ? "holds" : "hold") without any fairness"
              : "\(names) \(isOne ? "needs" : "need") \(needs.joined(separator: "; "))")
        }
      }
    }
    return remarks.map { $0.text(Self.list($0.properties), $0.properties.count == 1) }
  }

  /// By which fairness the behaviour that is shown would be excluded.
  public func exclusions(_ style: Style) -> [String] {
    guard fault == nil, let property = violatedProperty, let temporal = property.temporal else { return [] }
    if temporal.excludedBy.isEmpty { return [style.dim("not excluded by fairness of any single action")] }
    if temporal.excludedBy.count == 1 { return ["excluded by \(temporal.excludedBy[0])"] }
    return ["excluded by any of"] + temporal.excludedBy.map { "  \($0)" }
  }

  /// The names, all of them where they are few.
  private static func list(_ properties: [Property]) -> String {
    let shown = properties.count > 8 ? properties.prefix(6) : properties[...]
    let rest = properties.count - shown.count
    return shown.map { "\"\($0.name)\"" }.joined(separator: ", ") + (rest > 0 ? " and \(rest) others" : "")
  }

  /// The actions with how often each was enabled, taken, and led to a new state.
  public func coverageTable() -> [String] {
    let rows =
      [["action", "enabled", "taken", "new states"]]
      + actions.map {
        [
          $0.name, grouped($0.coverage.enabled), grouped($0.coverage.taken),
          spilledBytes > 0 ? "–" : grouped($0.coverage.newStates),
        ]
      }
    return table(rows)
  }

  private func explain(_ stopReason: StopReason?) -> String {
    switch stopReason {
    case .maxDepth where strategy != .breadthFirst:
      "no paths of more than \(grouped(depth)) states, see --max-depth"
    case .maxDepth: "stopped at the depth given by --max-depth"
    case .maxStates: "stopped at the number of states given by --max-states"
    case .timeout: "stopped by --timeout"
    case .interrupt: "interrupted"
    case .memory: "stopped when the memory was used up (--memory gives more, --spill goes on on disk)"
    case .disk: "stopped because the disk failed"
    case .constraint: "nothing was checked, as no initial state is within the state constraint"
    case .lossy, nil: "stopped"
    }
  }
}

extension Loss {
  /// How the expectation was computed, and what it does not cover.
  var remarks: [String] {
    let probability = omissionProbability > 0.99 ? "above 0.99" : significant(omissionProbability)
    let percent = "\(fixed(fill * 100, digits: 1)) % full"
    let formula =
      switch kind {
      case .hashCompaction:
        "lossy: signatures of \(bits) bits, \(percent); a new state compared with c of them is missed with probability "
          + "1 − (1 − 1/(2^\(bits) − 1))^c"
      case .bitstate:
        "lossy: 3 bits a state of \(grouped(bits)), \(percent); a new state is missed with probability fill^3"
      }
    return [
      formula,
      "at least one state was omitted with probability \(probability); what only omitted states "
        + "lead to is not counted",
    ]
  }
}

extension Report.Trace {
  /// Numbered steps: the action with its arguments, and what changed.
  ///
  /// - Parameter isFull: The whole state at each step instead of what changed.
  public func text(_ style: Style, isFull: Bool = false) -> [String] {
    let width = "\(steps.count)".count
    let shownAtEachEnd = 100
    let left = shownAtEachEnd..<max(shownAtEachEnd, steps.count - shownAtEachEnd)
    var lines: [String] = []
    for (index, step) in steps.enumerated() {
      if !isFull && left.contains(index) {
        if index == left.lowerBound { lines.append(style.dim("… \(grouped(left.count)) steps; shown by --full")) }
        if index == loop { lines.append(style.bold("from state \(index + 1) on, again and again:")) }
        continue
      }
      let number = "\(index + 1)"
      let padding = String(repeating: " ", count: width - number.count)
      lines.append("\(padding)\(style.dim(number + ".")) \(style.bold(step.title))")
      let indent = String(repeating: " ", count: width + 4)
      if step.state.isNull {
        lines.append(indent + style.red("the specification fails here"))
      } else if isFull || index == 0 {
        for line in step.lines { lines.append("\(indent)\(line.path): \(line.text)") }
      } else if step.changes.isEmpty {
        lines.append(indent + style.dim("nothing changes"))
      } else {
        for change in step.changes { lines.append(indent + change.text(style)) }
      }
      for fairness in step.fairness { lines.append(indent + style.green("✓ ") + style.dim(fairness)) }
      if index == loop {
        lines.append(style.bold(index == steps.count - 1 ? "stops here for ever" : "then, again and again:"))
      }
    }
    if let loop, loop < steps.count - 1 { lines.append(style.bold("back to state \(loop + 1)")) }
    return lines
  }
}

extension Report.Change {
  func text(_ style: Style) -> String {
    if let before, let after { return "\(path): \(style.dim(before)) → \(style.cyan(after))" }
    let parts = removed.map { style.dim("− \($0)") } + added.map { style.cyan("+ \($0)") }
    return "\(path): \(parts.joined(separator: ", "))"
  }
}

// MARK: Numbers

/// 1,745,408.
public func grouped(_ number: Int) -> String {
  let digits = Array(String(number.magnitude))
  var text = ""
  for (index, digit) in digits.enumerated() {
    if index > 0 && (digits.count - index) % 3 == 0 { text += "," }
    text.append(digit)
  }
  return number < 0 ? "-\(text)" : text
}

/// Two significant digits: 0.00031, 2.4, 1,300.
public func significant(_ number: Double) -> String {
  guard number.isFinite, number > 0 else { return number == 0 ? "0" : "\(number)" }
  if number >= 1e15 { return "more than 1,000,000,000,000,000" }
  var (scaled, exponent) = (number, 0)
  while scaled < 9.95 { (scaled, exponent) = (scaled * 10, exponent - 1) }
  while scaled >= 99.5 { (scaled, exponent) = (scaled / 10, exponent + 1) }
  let rounded = Double("\(Int(scaled.rounded()))e\(exponent)") ?? number
  return rounded == rounded.rounded() ? grouped(Int(rounded)) : "\(rounded)"
}

/// A time as a person says it: 0.04 s, 12.3 s, 3 min 20 s.
public func formatted(seconds: Double) -> String {
  if seconds >= 60 { return "\(Int(seconds) / 60) min \(Int(seconds) % 60) s" }
  return "\(fixed(seconds, digits: seconds < 10 ? 2 : 1)) s"
}

/// An amount of memory: 812 kB, 46.3 MB, 1.2 GB.
public func formatted(bytes: Int) -> String {
  switch bytes {
  case ..<1_000_000: "\(bytes / 1000) kB"
  case ..<1_000_000_000: "\(fixed(Double(bytes) / 1e6, digits: 1)) MB"
  default: "\(fixed(Double(bytes) / 1e9, digits: 1)) GB"
  }
}

private func fixed(_ number: Double, digits: Int) -> String {
  let factor = digits == 2 ? 100 : 10
  let scaled = Int((number * Double(factor)).rounded())
  let fraction = String(scaled % factor)
  return "\(scaled / factor).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
}

/// Columns, the first flush left and the others flush right.
public func table(_ rows: [[String]]) -> [String] {
  let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
  return rows.map { row in
    row.indices.map { column in
      let padding = String(repeating: " ", count: widths[column] - row[column].count)
      return column == 0 ? row[column] + padding : padding + row[column]
    }.joined(separator: "  ")
  }
}

extension CheckResult: CustomStringConvertible {
  /// The verdict, and the counterexample step by step: what a test prints when it fails.
  public var description: String {
    let report = Report(
      self, specification: "", model: "check", expectation: Report.Expectation(outcome: "", mismatches: []))
    return ([report.headline(.plain), report.counts()] + (report.counterexample?.text(.plain) ?? []))
      .joined(separator: "\n")
  }
}
