extension VerificationReport {
  /// What a person reads: the verdict, and for a log that is rejected why, in at most forty lines.
  public func text(_ style: Style, isFull: Bool, replayCommand: String?) -> [String] {
    var lines = [headline(style), "  " + counts]
    for note in notes { lines.append("  " + style.dim(note)) }
    if let rejection { lines += rejection.text(style, in: specification, withFile: logs.count > 1) }
    if let place = broken?.place ?? fault?.place, !place.text.isEmpty {
      lines += ["", "  \(style.dim("\(place.text(withFile: logs.count > 1)):")) \(place.text)"]
    }
    if verdict != .rejected, !isFull, let last = trace?.steps.last {
      lines.append("  \(verdict == .violated ? "It may have been" : "Before it") \(style.bold(last.title)):")
      lines += last.changes.prefix(6).map { "    " + $0.text(style) }
    }
    if let trace {
      if isFull {
        lines.append("")
        lines.append("  \(rejection == nil ? "The behaviour that breaks it" : "The longest behaviour that fits"):")
        lines += trace.text(style, isFull: false).map { "    " + $0 }
      }
      if let replayCommand {
        lines.append("")
        lines.append(
          "  \(isFull ? "the same again" : rejection == nil ? "the steps that break it" : "the steps up to there"): \(replayCommand)"
        )
      }
    }
    if !graph.isEmpty { lines += ["", "  Behaviours that fit:"] + graph.map { "    " + $0 } }
    if !coverage.isEmpty { lines += [""] + coverageLines.map { "  " + $0 } }
    return lines
  }

  private var source: String { logs.joined(separator: ", ") }

  private func headline(_ style: Style) -> String {
    let found =
      switch verdict {
      case .accepted: style.green("accepted")
      case .rejected: style.red("rejected at \(rejection?.place.text(withFile: logs.count > 1) ?? "its beginning")")
      case .violated:
        style.red(
          "violates \"\(broken?.property ?? "")\" at \(broken?.place.text(withFile: logs.count > 1) ?? "its beginning")"
        )
      case .inconclusive: style.yellow("inconclusive: \(reason)")
      case .specificationError:
        style.red(
          "the specification fails at \(fault?.place.text(withFile: logs.count > 1) ?? ""): \(fault?.part ?? ""): \(fault?.message ?? "")"
        )
      }
    return "\(style.bold(source)): \(found)"
  }

  private var reason: String {
    switch stopReason {
    case "states":
      "more than \(grouped(limit ?? mostStates)) states fit the next line; nothing is wrong up to there; see --max-states"
    case "time": "out of time; nothing is wrong up to there"
    case "interrupt": "interrupted; nothing is wrong up to there"
    case "broken": "some behaviours that fit break a property or fail, and none that fits to the end was found"
    default: "nothing is wrong up to there"
    }
  }

  private var counts: String {
    var parts = ["\(grouped(lines)) \(lines == 1 ? "line" : "lines")"]
    if skippedLines > 0 { parts.append("\(grouped(skippedLines)) passed over") }
    if verdict == .accepted || verdict == .inconclusive {
      parts.append(
        strategy == "depth" && verdict == .accepted
          ? "one behaviour that fits" : "\(grouped(states)) \(states == 1 ? "state" : "states") at the end")
    }
    if mostStates > 1 { parts.append("at most \(grouped(mostStates)) at a time") }
    parts.append(formatted(seconds: seconds))
    return parts.joined(separator: ", ")
  }

  private var notes: [String] {
    var notes: [String] = []
    if let possiblyBroken {
      notes.append(
        "some behaviours that fit break \"\(possiblyBroken.property)\" at \(possiblyBroken.place.text(withFile: logs.count > 1)); others do not"
      )
    }
    if !fieldsNotFound.isEmpty {
      notes.append("the mapping looks for fields that no line has: \(fieldsNotFound.joined(separator: ", "))")
    }
    if !fieldsNotRead.isEmpty {
      notes.append("fields that the mapping does not read: \(fieldsNotRead.joined(separator: ", "))")
    }
    return notes
  }

  private var coverageLines: [String] {
    var rows = [["action", "lines", "enabled in states", "disabled in states"]]
    for action in coverage {
      rows.append([action.name, grouped(action.taken), grouped(action.enabled), grouped(action.disabled)])
    }
    let never = coverage.filter { $0.taken == 0 && !$0.isOptional }.map(\.name)
    return table(rows) + (never.isEmpty ? [] : ["in no line: \(never.joined(separator: ", "))"])
  }
}

extension VerificationReport.Place {
  func text(withFile: Bool) -> String { withFile ? "\(file):\(line)" : "line \(line)" }
}

extension VerificationReport.Rejection {
  /// What a person reads, without colours: for a program that watches itself.
  public var explanation: String { text(.plain, in: "", withFile: false).dropFirst().joined(separator: "\n") }

  fileprivate func text(_ style: Style, in specification: String, withFile: Bool) -> [String] {
    var lines = ["", "  \(style.dim(withFile ? "\(place.file):\(place.line):" : "\(place.line):")) \(place.text)"]
    if let order {
      lines.append(
        "  In no order that the log allows do its events fit: \(grouped(order.followed)) of \(grouped(order.total)) do, and this is the next."
      )
    }
    if let actor { lines.append("  \(actor) acts.") }
    lines.append(
      states == 1
        ? "  One state fits the lines before it. In it:"
        : "  \(grouped(states)) states fit the lines before it. In them:")
    for candidate in candidates.prefix(8) {
      let some = candidate.states < states ? style.dim(" [in \(grouped(candidate.states))]") : ""
      lines.append("    " + candidate.text(style, in: specification) + some)
    }
    if isCut { lines.append("    …") }
    for other in others {
      lines.append("  Nor does \(other.place.text(withFile: true)), which could come next:")
      for candidate in other.candidates.prefix(2) { lines.append("    " + candidate.text(style, in: specification)) }
    }
    if !allowed.isEmpty {
      let more = furtherAllowed > 0 ? ", and \(grouped(furtherAllowed)) more" : ""
      lines.append("  Enabled there: \(allowed.map { cut($0) }.joined(separator: ", "))\(more).")
    } else {
      lines.append("  Nothing is enabled there.")
    }
    if !recent.isEmpty {
      lines.append(actor == nil ? "  The last steps:" : "  The last steps of \(actor!):")
      for step in recent {
        lines.append("    \(step.isHidden ? "before line \(step.line)" : "line \(step.line)"): \(cut(step.step))")
      }
    }
    for hint in hints.prefix(4) { lines.append("  " + style.cyan(hint + ".")) }
    return lines
  }
}

extension VerificationReport.Candidate {
  fileprivate func text(_ style: Style, in specification: String) -> String {
    let name = style.bold(cut(step))
    let place = specification.isEmpty ? "" : line.map { style.dim(" (\(specification):\($0))") } ?? ""
    return switch reason {
    case "field": "\(name): \(field ?? ""): log \(logged ?? ""), spec \(specified ?? "")"
    case "no instance": "\(name): there is nothing for its parameter\(place)"
    case "fails": "\(name): fails: \(specified ?? "")\(place)"
    default: "\(name): not enabled\(place)"
    }
  }
}

/// Messages with many entries would fill the screen.
private func cut(_ text: String) -> String { text.count <= 160 ? text : text.prefix(159) + "…" }
