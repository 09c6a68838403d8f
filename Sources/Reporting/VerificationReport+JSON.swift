extension VerificationReport {
  public static let schema = 1

  /// The public form.
  public var json: JSON {
    let what = JSON.object([
      "schema": .integer(Self.schema), "spec": .string(specification), "mapping": JSON(mapping),
      "logs": strings(logs), "constants": .object(constants), "verdict": .string(verdict.rawValue),
      "stopReason": JSON(stopReason), "limit": limit.map { .integer($0) } ?? .null, "strategy": .string(strategy),
    ])
    let counts = JSON.object([
      "lines": .integer(lines), "skippedLines": .integer(skippedLines), "states": .integer(states),
      "mostStates": .integer(mostStates), "seconds": .number(seconds), "peakMemoryBytes": .integer(peakMemory),
    ])
    let found = JSON.object([
      "names": .object(names.map { JSON.Member(key: $0.type, value: strings($0.names)) }),
      "fieldsNotRead": strings(fieldsNotRead), "fieldsNotFound": strings(fieldsNotFound),
      "violated": broken?.json ?? .null, "possiblyViolated": possiblyBroken?.json ?? .null,
      "rejection": rejection?.json ?? .null, "trace": trace?.published.json ?? .null,
      "error": fault?.json ?? .null, "actions": .array(coverage.map(\.json)),
    ])
    return .object(what.members + counts.members + found.members)
  }
}

private func strings(_ texts: [String]) -> JSON { .array(texts.map { .string($0) }) }

extension VerificationReport.Place {
  fileprivate var json: JSON { .object(["file": .string(file), "line": .integer(line), "text": .string(text)]) }
}

extension VerificationReport.Broken {
  fileprivate var json: JSON {
    .object(["property": .string(property), "at": place.json])
  }
}

extension VerificationReport.Fault {
  fileprivate var json: JSON {
    .object(["message": .string(message), "place": .string(part), "at": place.json])
  }
}

extension VerificationReport.Rejection {
  fileprivate var json: JSON {
    .object([
      "at": place.json, "actor": JSON(actor), "states": .integer(states),
      "candidates": .array(candidates.map(\.json)), "candidatesAreCut": .boolean(isCut),
      "allowed": .array(allowed.map { .string($0) }), "furtherAllowed": .integer(furtherAllowed),
      "recent": .array(recent.map(\.json)), "hints": .array(hints.map { .string($0) }),
      "order": order.map { .object(["followed": .integer($0.followed), "total": .integer($0.total)]) } ?? .null,
      "others": .array(
        others.map { .object(["at": $0.place.json, "candidates": .array($0.candidates.map(\.json))]) }),
    ])
  }
}

extension VerificationReport.Candidate {
  fileprivate var json: JSON {
    .object([
      "step": .string(step), "line": line.map { .integer($0) } ?? .null, "reason": .string(reason),
      "field": JSON(field), "log": JSON(logged), "spec": JSON(specified), "states": .integer(states),
    ])
  }
}

extension VerificationReport.Step {
  fileprivate var json: JSON {
    .object(["line": .integer(line), "step": .string(step), "hidden": .boolean(isHidden)])
  }
}

extension VerificationReport.Action {
  fileprivate var json: JSON {
    .object([
      "name": .string(name), "optional": .boolean(isOptional), "taken": .integer(taken),
      "enabled": .integer(enabled), "disabled": .integer(disabled),
    ])
  }
}
