import DistCheckEngine

extension Report {
  public var json: JSON {
    let json = JSON.object([
      "schema": .integer(Self.schema),
      "spec": .string(specification),
      "model": .string(model),
      "constants": .object(constants),
      "verdict": .string(verdict.rawValue),
      "complete": .boolean(isComplete),
      "stopReason": JSON(stopReason?.rawValue),
      "unfinished": JSON(unfinished),
      "distinctStates": .integer(distinctStates),
      "generatedStates": .integer(generatedStates),
      "depth": .integer(depth),
      "unexploredStates": .integer(unexploredStates),
      "statesOutsideConstraint": .integer(statesOutsideConstraint),
      "seconds": .number(seconds),
      "peakMemoryBytes": .integer(peakMemory),
      "searchMemoryBytes": .integer(searchMemory),
      "spilledBytes": .integer(spilledBytes),
      "diskFailure": JSON(diskFailure),
      "checkpoint": checkpoint.map {
        .object(["written": .boolean($0.isWritten), "failure": JSON($0.failure)])
      } ?? .null,
      "stateBits": .integer(stateBits),
      "threads": .integer(threads),
      "strategy": .string(strategy.rawValue),
      "reductions": .array(reductions.map { .string($0) }),
      "lossy": loss?.json ?? .null,
      "properties": .array(properties.map(\.json)),
      "actions": .array(actions.map { $0.json(knowsDepths: spilledBytes == 0) }),
      "error": fault?.json ?? .null,
      "allocations": .array(allocations.map(\.json)),
      "expectation": .object([
        "verdict": .string(expectation.outcome),
        "met": .boolean(expectation.isMet),
        "mismatches": .array(expectation.mismatches.map { .string($0) }),
      ]),
    ])
    return sums.isEmpty ? json : json.with("sums", .array(sums.map { .array($0.map { .string($0) }) }))
  }

  /// Reads what `json` has written; nil when it is something else.
  public init?(_ json: JSON) {
    guard json["schema"].integer == Self.schema,
      let verdict = json["verdict"].named(CheckResult.Verdict.self)
    else { return nil }
    let properties = json["properties"].array.compactMap { Property($0) }
    guard properties.count == json["properties"].array.count else { return nil }
    self.properties = properties
    specification = json["spec"].string ?? ""
    model = json["model"].string ?? ""
    constants = json["constants"].members
    self.verdict = verdict
    isComplete = json["complete"].boolean ?? false
    stopReason = json["stopReason"].named()
    unfinished = json["unfinished"].string
    distinctStates = json["distinctStates"].integer ?? 0
    generatedStates = json["generatedStates"].integer ?? 0
    depth = json["depth"].integer ?? 0
    unexploredStates = json["unexploredStates"].integer ?? 0
    statesOutsideConstraint = json["statesOutsideConstraint"].integer ?? 0
    seconds = json["seconds"].number ?? 0
    peakMemory = json["peakMemoryBytes"].integer ?? 0
    searchMemory = json["searchMemoryBytes"].integer ?? 0
    spilledBytes = json["spilledBytes"].integer ?? 0
    diskFailure = json["diskFailure"].string
    checkpoint =
      json["checkpoint"].isNull
      ? nil
      : Checkpoint(
        isWritten: json["checkpoint"]["written"].boolean ?? false, failure: json["checkpoint"]["failure"].string)
    stateBits = json["stateBits"].integer ?? 0
    threads = json["threads"].integer ?? 1
    reductions = json["reductions"].array.compactMap(\.string)
    loss = Loss(json["lossy"])
    strategy = json["strategy"].named() ?? .breadthFirst
    sums = json["sums"].array.map { $0.array.compactMap(\.string) }
    actions = json["actions"].array.map { Action($0) }
    fault = json["error"].isNull ? nil : Fault(json["error"])
    allocations = json["allocations"].array.map { Allocation($0) }
    expectation = Expectation(
      outcome: json["expectation"]["verdict"].string ?? "",
      mismatches: json["expectation"]["mismatches"].array.compactMap(\.string))
  }
}

extension JSON {
  init(_ string: String?) { self = string.map { .string($0) } ?? .null }

  /// An object with one more member.
  public func with(_ key: String, _ value: JSON) -> JSON {
    .object(members + [Member(key: key, value: value)])
  }
}

extension Loss {
  fileprivate var json: JSON {
    .object([
      "kind": .string(kind.rawValue), "bits": .integer(bits), "expectedOmissions": .number(expectedOmissions),
      "omissionProbability": .number(omissionProbability), "fill": .number(fill),
    ])
  }

  fileprivate init?(_ json: JSON) {
    guard let kind = json["kind"].named(Kind.self) else { return nil }
    self.init(
      kind: kind, bits: json["bits"].integer ?? 0, expectedOmissions: json["expectedOmissions"].number ?? 0,
      fill: json["fill"].number ?? 0)
  }
}

extension Report.Property {
  fileprivate var json: JSON {
    .object([
      "name": .string(name), "kind": .string(kind.rawValue), "verdict": .string(verdict.rawValue),
      "temporal": temporal?.json ?? .null, "trace": trace?.json ?? .null,
    ])
  }

  fileprivate init?(_ json: JSON) {
    guard let kind = json["kind"].named(CheckResult.Property.Kind.self),
      let verdict = json["verdict"].named(CheckResult.Property.Verdict.self)
    else { return nil }
    name = json["name"].string ?? ""
    self.kind = kind
    self.verdict = verdict
    temporal = json["temporal"].isNull ? nil : CheckResult.Temporal(json["temporal"])
    trace = json["trace"].isNull ? nil : Report.Trace(json["trace"])
  }
}

extension CheckResult.Temporal {
  fileprivate var json: JSON {
    .object([
      "productStates": .integer(productStates), "cut": .boolean(isCut), "vacuous": .boolean(isVacuous),
      "needs": needs.map { .array($0.map { .string($0) }) } ?? .null,
      "excludedBy": .array(excludedBy.map { .string($0) }), "obstacle": JSON(obstacle),
    ])
  }

  fileprivate init(_ json: JSON) {
    self.init(
      productStates: json["productStates"].integer ?? 0, isCut: json["cut"].boolean ?? false,
      isVacuous: json["vacuous"].boolean ?? false,
      needs: json["needs"].isNull ? nil : json["needs"].array.compactMap(\.string),
      excludedBy: json["excludedBy"].array.compactMap(\.string), obstacle: json["obstacle"].string)
  }
}

extension Report.Action {
  /// - Parameter knowsDepths: Whether it is known which states were new; not once some are on disk.
  fileprivate func json(knowsDepths: Bool) -> JSON {
    .object([
      "name": .string(name), "line": .integer(line), "optional": .boolean(isOptional),
      "enabled": .integer(coverage.enabled), "taken": .integer(coverage.taken),
      "newStates": knowsDepths ? .integer(coverage.newStates) : .null,
    ])
  }

  fileprivate init(_ json: JSON) {
    name = json["name"].string ?? ""
    line = json["line"].integer ?? 0
    isOptional = json["optional"].boolean ?? false
    coverage = ActionCoverage()
    coverage.enabled = json["enabled"].integer ?? 0
    coverage.taken = json["taken"].integer ?? 0
    coverage.newStates = json["newStates"].integer ?? 0
  }
}

extension Report.Fault {
  var json: JSON {
    let json = JSON.object([
      "message": .string(message), "place": .string(place), "line": line.map { .integer($0) } ?? .null,
      "trace": trace?.json ?? .null,
    ])
    return frames.isEmpty ? json : json.with("frames", .array(frames.map { .integer(Int($0)) }))
  }

  init(_ json: JSON) {
    message = json["message"].string ?? ""
    place = json["place"].string ?? ""
    line = json["line"].integer
    frames = json["frames"].array.compactMap { $0.integer.map { UInt64($0) } }
    trace = json["trace"].isNull ? nil : Report.Trace(json["trace"])
  }
}

extension Report.Allocation {
  var json: JSON {
    let json = JSON.object(["place": .string(place), "line": line.map { .integer($0) } ?? .null])
    return frames.isEmpty ? json : json.with("frames", .array(frames.map { .integer(Int($0)) }))
  }

  init(_ json: JSON) {
    place = json["place"].string ?? ""
    line = json["line"].integer
    frames = json["frames"].array.compactMap { $0.integer.map { UInt64($0) } }
  }
}

extension Report.Trace {
  public var json: JSON {
    .object([
      "token": .string(token), "loop": loop.map { .integer($0) } ?? .null, "steps": .array(steps.map(\.json)),
    ])
  }

  public init(_ json: JSON) {
    token = json["token"].string ?? ""
    loop = json["loop"].integer
    steps = json["steps"].array.map { Report.Step($0) }
  }
}

extension Report.Step {
  fileprivate var json: JSON {
    let json = JSON.object([
      "action": JSON(action), "arguments": .array(arguments), "title": .string(title),
      "changes": .array(changes.map(\.json)), "fairness": .array(fairness.map { .string($0) }), "state": state,
    ])
    return lines.isEmpty
      ? json : json.with("lines", .array(lines.map { .array([.string($0.path), .string($0.text)]) }))
  }

  fileprivate init(_ json: JSON) {
    action = json["action"].string
    arguments = json["arguments"].array
    title = json["title"].string ?? ""
    changes = json["changes"].array.map { Report.Change($0) }
    fairness = json["fairness"].array.compactMap(\.string)
    state = json["state"]
    lines = json["lines"].array.map {
      Report.Line(path: $0.array.first?.string ?? "", text: $0.array.last?.string ?? "")
    }
  }
}

extension Report.Change {
  fileprivate var json: JSON {
    .object([
      "path": .string(path), "before": JSON(before), "after": JSON(after),
      "added": .array(added.map { .string($0) }), "removed": .array(removed.map { .string($0) }),
    ])
  }

  fileprivate init(_ json: JSON) {
    path = json["path"].string ?? ""
    before = json["before"].string
    after = json["after"].string
    added = json["added"].array.compactMap(\.string)
    removed = json["removed"].array.compactMap(\.string)
  }
}

// MARK: For the public

extension Report {
  /// The report as it is published: without what only the command line needs.
  public var published: JSON {
    var copy = self
    copy.sums = []
    copy.fault?.frames = []
    copy.fault?.trace = fault?.trace?.published
    for index in allocations.indices { copy.allocations[index].frames = [] }
    for index in properties.indices { copy.properties[index].trace = properties[index].trace?.published }
    return copy.json
  }
}

extension Report.Trace {
  /// The trace without the text form of its states.
  public var published: Report.Trace {
    var copy = self
    for index in steps.indices { copy.steps[index].lines = [] }
    return copy
  }
}
