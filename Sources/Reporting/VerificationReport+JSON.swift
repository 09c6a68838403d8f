extension VerificationReport {
  public static let schema = 1

  /// The public form.
  public var json: JSON {
    .object([
      "schema": .integer(Self.schema), "spec": .string(specification), "mapping": JSON(mapping),
      "logs": .array(logs.map { .string($0) }), "constants": .object(constants),
      "verdict": .string(verdict.rawValue), "stopReason": JSON(stopReason), "strategy": .string(strategy),
      "lines": .integer(lines), "skippedLines": .integer(skippedLines), "states": .integer(states),
      "mostStates": .integer(mostStates), "seconds": .number(seconds), "peakMemoryBytes": .integer(peakMemory),
      "names": .object(names.map { JSON.Member(key: $0.type, value: .array($0.names.map { .string($0) })) }),
      "violated": broken?.json ?? .null, "possiblyViolated": possiblyBroken?.json ?? .null,
      "rejection": rejection?.json ?? .null, "trace": trace?.published.json ?? .null, "error": fault?.json ?? .null,
      "actions": .array(coverage.map(\.json)),
    ])
  }
}

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
      "field": JSON(field), "log": JSON(logged), "spec": JSON(specified),
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
