import DistCheckEngine

extension SimulationReport {
  public var json: JSON {
    .object([
      "schema": .integer(Self.schema),
      "kind": "simulation",
      "spec": .string(specification),
      "model": .string(model),
      "constants": .object(constants),
      "verdict": .string(verdict.rawValue),
      "complete": false,
      "stopReason": stopReason.map { .string($0.rawValue) } ?? .null,
      "strategy": .string(strategy),
      "changePoints": changePoints.map { .integer($0) } ?? .null,
      "seed": .integer(seed),
      "maxDepth": .integer(depth),
      "walks": .integer(walks),
      "steps": .integer(steps),
      "checkedStates": .integer(checkedStates),
      "statesOutsideConstraint": .integer(statesOutsideConstraint),
      "seconds": .number(seconds),
      "peakMemoryBytes": .integer(peakMemory),
      "threads": .integer(threads),
      "lengths": .object([
        "shortest": .integer(lengths.shortest), "mean": .number(lengths.mean), "longest": .integer(lengths.longest),
        "histogram": .array(lengths.histogram.map { .integer($0) }),
      ]),
      "endings": .object([
        "depth": .integer(endings.depth), "stopped": .integer(endings.stopped),
        "constraint": .integer(endings.constraint), "exhausted": .integer(endings.exhausted),
        "found": .integer(endings.found),
      ]),
      "found": origin.map { .object(["walk": .integer($0.walk), "length": .integer($0.length)]) } ?? .null,
      "properties": .array(
        properties.map { property in
          .object([
            "name": .string(property.name), "kind": .string(property.kind.rawValue),
            "verdict": .string(property.verdict.rawValue),
            "walks": .integer(property.walks), "trace": property.trace?.json ?? .null,
          ])
        }),
      "actions": .array(
        actions.map { action in
          .object([
            "name": .string(action.name), "line": .integer(action.line), "optional": .boolean(action.isOptional),
            "enabled": .integer(action.enabled), "taken": .integer(action.taken),
          ])
        }),
      "error": fault?.json ?? .null,
      "expectation": .object([
        "verdict": .string(expectation.outcome), "met": .boolean(expectation.isMet),
        "mismatches": .array(expectation.mismatches.map { .string($0) }),
      ]),
    ])
  }

  /// Reads what `json` has written; nil when it is something else.
  public init?(_ json: JSON) {
    guard json["schema"].integer == Self.schema, json["kind"].string == "simulation",
      let verdict = json["verdict"].named(CheckResult.Verdict.self)
    else { return nil }
    func count(_ key: String, in object: JSON) -> Int { object[key].integer ?? 0 }
    specification = json["spec"].string ?? ""
    model = json["model"].string ?? ""
    constants = json["constants"].members
    self.verdict = verdict
    stopReason = json["stopReason"].named()
    strategy = json["strategy"].string ?? ""
    changePoints = json["changePoints"].integer
    seed = count("seed", in: json)
    depth = count("maxDepth", in: json)
    walks = count("walks", in: json)
    steps = count("steps", in: json)
    checkedStates = count("checkedStates", in: json)
    statesOutsideConstraint = count("statesOutsideConstraint", in: json)
    seconds = json["seconds"].number ?? 0
    peakMemory = count("peakMemoryBytes", in: json)
    threads = count("threads", in: json)
    let lengths = json["lengths"]
    self.lengths = SimulationResult.Lengths(
      shortest: count("shortest", in: lengths), mean: lengths["mean"].number ?? 0,
      longest: count("longest", in: lengths), histogram: lengths["histogram"].array.compactMap(\.integer))
    endings = SimulationResult.Endings()
    endings.depth = count("depth", in: json["endings"])
    endings.stopped = count("stopped", in: json["endings"])
    endings.constraint = count("constraint", in: json["endings"])
    endings.exhausted = count("exhausted", in: json["endings"])
    endings.found = count("found", in: json["endings"])
    let found = json["found"]
    origin =
      found.isNull
      ? nil : SimulationResult.Origin(walk: count("walk", in: found), length: count("length", in: found))
    properties = []
    for property in json["properties"].array {
      guard let kind = property["kind"].named(CheckResult.Property.Kind.self),
        let verdict = property["verdict"].named(CheckResult.Property.Verdict.self)
      else { return nil }
      properties.append(
        Property(
          name: property["name"].string ?? "", kind: kind, verdict: verdict, walks: count("walks", in: property),
          trace: property["trace"].isNull ? nil : Report.Trace(property["trace"])))
    }
    actions = json["actions"].array.map { action in
      Action(
        name: action["name"].string ?? "", line: count("line", in: action),
        isOptional: action["optional"].boolean ?? false, enabled: count("enabled", in: action),
        taken: count("taken", in: action))
    }
    fault = json["error"].isNull ? nil : Report.Fault(json["error"])
    expectation = Report.Expectation(
      outcome: json["expectation"]["verdict"].string ?? "",
      mismatches: json["expectation"]["mismatches"].array.compactMap(\.string))
  }

  /// The report as it is published: without what only the command line needs.
  public var published: JSON {
    var copy = self
    copy.fault?.frames = []
    copy.fault?.trace = fault?.trace?.published
    for index in properties.indices { copy.properties[index].trace = properties[index].trace?.published }
    return copy.json
  }
}
