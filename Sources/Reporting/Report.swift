import DistCheckEngine

/// What there is to say about one run of one model: the same for text, for JSON, and between the compiled specification
/// and the command line.
///
/// The JSON form is a public format; its fields are documented in Documentation/JSON.md.
public struct Report: Equatable {
  public static let schema = 1

  public var specification: String
  public var model: String
  public var constants: [JSON.Member]
  public var strategy: SearchOptions.Strategy
  public var verdict: CheckResult.Verdict
  public var isComplete: Bool
  public var stopReason: StopReason?
  /// What did not come to its end when the search was stopped: `action Up`.
  public var unfinished: String?
  public var distinctStates: Int
  public var generatedStates: Int
  public var depth: Int
  public var unexploredStates: Int
  public var statesOutsideConstraint: Int
  public var seconds: Double
  public var peakMemory: Int
  public var searchMemory: Int
  public var spilledBytes: Int
  /// Why the disk was given up: path and reason.
  public var diskFailure: String?
  /// What has come of the checkpoints, when there were to be any.
  public var checkpoint: Checkpoint?
  public var stateBits: Int
  public var threads: Int
  /// By what the states were reduced: `symmetry`.
  public var reductions: [String]
  public var loss: Loss?
  /// Of the self-check; only for the command line.
  public var sums: [[String]]
  public var properties: [Property]
  public var actions: [Action]
  public var fault: Fault?
  /// What takes memory from Swift's runtime whenever it is evaluated.
  public var allocations: [Allocation]
  public var expectation: Expectation

  public struct Property: Equatable {
    public var name: String
    public var kind: CheckResult.Property.Kind
    public var verdict: CheckResult.Property.Verdict
    public var temporal: CheckResult.Temporal?
    public var trace: Trace?
  }

  public struct Checkpoint: Equatable {
    public var isWritten: Bool
    public var failure: String?
  }

  public struct Action: Equatable {
    public var name: String
    public var line: Int
    public var isOptional: Bool
    public var coverage: ActionCoverage
  }

  public struct Fault: Equatable {
    public var message: String
    public var place: String
    /// The line of the specification, once it is known.
    public var line: Int?
    /// Code addresses in the compiled specification, from which the line can be found.
    public var frames: [UInt64]
    public var trace: Trace?
  }

  public struct Allocation: Equatable {
    /// `action Up`, `property "calm"`.
    public var place: String
    /// The line of the specification, once it is known.
    public var line: Int?
    public var frames: [UInt64]
  }

  public struct Expectation: Equatable {
    public var outcome: String
    public var mismatches: [String]
    public init(outcome: String, mismatches: [String]) {
      self.outcome = outcome
      self.mismatches = mismatches
    }
    public var isMet: Bool { mismatches.isEmpty }
  }

  public struct Trace: Equatable {
    public var token: String
    /// Of a lasso: the index of the step to whose state the last one leads back; its own where the behaviour stops.
    public var loop: Int?
    public var steps: [Step]
  }

  public struct Step: Equatable {
    public var action: String?
    public var arguments: [JSON]
    /// `RMPrepare(2)`.
    public var title: String
    public var changes: [Change]
    /// On a loop: the fairness that is satisfied here.
    public var fairness: [String]
    public var state: JSON
    /// The whole state as lines of path and text.
    public var lines: [Line]
  }

  public struct Change: Equatable {
    public var path: String
    public var before: String?
    public var after: String?
    public var added: [String]
    public var removed: [String]
  }

  public struct Line: Equatable {
    public var path: String
    public var text: String
  }
}

extension Report.Fault {
  /// One that happened before there was a search.
  public init(message: String, line: Int?, frames: [UInt64]) {
    self.init(message: message, place: "", line: line, frames: frames, trace: nil)
  }
}

extension Report {
  /// The report of a search.
  public init(
    _ result: CheckResult, specification: String, model: String, allocations: [DistCheckEngine.Allocation] = [],
    expectation: Expectation
  ) {
    self.specification = specification
    self.model = model
    self.expectation = expectation
    constants = result.constants.map { JSON.Member(key: $0.name, value: JSON($0.value)) }
    strategy = result.strategy
    verdict = result.verdict
    isComplete = result.isComplete
    stopReason = result.stopReason
    unfinished = result.unfinished
    distinctStates = result.distinctStates
    generatedStates = result.generatedStates
    depth = result.depth
    unexploredStates = result.unexploredStates
    statesOutsideConstraint = result.statesOutsideConstraint
    seconds = (result.elapsed / .microseconds(1)).rounded() / 1e6
    peakMemory = result.peakMemory
    searchMemory = result.searchMemory
    spilledBytes = result.spilledBytes
    diskFailure = result.diskFailure?.description
    checkpoint = result.checkpoint.map {
      Checkpoint(isWritten: $0.isWritten, failure: $0.failure?.description)
    }
    stateBits = result.stateBits
    threads = result.threads
    sums = result.sums.map { $0.map { String($0, radix: 36) } }
    reductions = result.isSymmetric ? ["symmetry"] : []
    loss = result.loss
    properties = result.properties.map {
      Property(
        name: $0.name, kind: $0.kind, verdict: $0.verdict, temporal: $0.temporal,
        trace: $0.trace.map { Trace($0) })
    }
    actions = result.actions.map {
      Action(name: $0.name, line: $0.location.line, isOptional: $0.isOptional, coverage: $0.coverage)
    }
    fault = result.fault.map {
      Fault(
        message: $0.fault.message, place: $0.place, line: nil, frames: $0.fault.frames,
        trace: $0.trace.map { Trace($0) })
    }
    self.allocations = allocations.map { Allocation(place: $0.place, line: nil, frames: $0.frames) }
  }

  /// Takes the verdict back: another build of the specification says something else.
  public mutating func differ(_ difference: String) {
    verdict = .specificationError
    isComplete = false
    for k in properties.indices {
      properties[k] = Property(
        name: properties[k].name, kind: properties[k].kind, verdict: .inconclusive, temporal: nil, trace: nil)
    }
    fault = Fault(message: difference, place: "self-check", line: nil, frames: [], trace: nil)
    expectation.mismatches = ["expected \(expectation.outcome), but two builds of the specification differ"]
  }

  /// The trace to what is wrong, if anything is.
  public var counterexample: Trace? {
    fault?.trace ?? violatedProperty?.trace
  }

  /// Whether traces are the paths that were taken, and in general not shortest.
  public var isDepthFirst: Bool { strategy == .depthFirst }

  /// The violated property that is shown: the expected one if it is among them, else the one with the shortest
  /// counterexample.
  public var violatedProperty: Property? {
    let violated = properties.filter { $0.verdict == .violated }
    func isExpected(_ property: Property) -> Bool {
      expectation.outcome == (property.kind == .deadlock ? "deadlocks" : "violates \"\(property.name)\"")
    }
    func length(_ property: Property) -> Int { property.trace?.steps.count ?? Int.max }
    return violated.first(where: isExpected)
      ?? violated.enumerated()
      .min { (length($0.element), $0.offset) < (length($1.element), $1.offset) }?
      .element
  }
}

extension Report.Trace {
  public init(_ trace: DistCheckEngine.Trace) {
    token = trace.token.description
    loop = trace.loop
    steps = trace.steps.map { step in
      Report.Step(
        action: step.action, arguments: step.arguments.map { JSON($0) }, title: step.title,
        changes: step.changes.map { Report.Change($0) }, fairness: step.fairness,
        state: step.state.map { JSON($0) } ?? .null,
        lines: step.state?.lines().map { Report.Line(path: $0.path, text: $0.text) } ?? [])
    }
  }
}

extension Report.Change {
  init(_ change: DistCheckEngine.Change) {
    path = change.path
    switch change.kind {
    case .replaced(let old, let new): (before, after, added, removed) = (old, new, [], [])
    case .membership(let new, let old): (before, after, added, removed) = (nil, nil, new, old)
    }
  }
}

extension JSON {
  /// A value of a specification. Sets and sequences become arrays, maps objects, cases with payload objects with a
  /// member `case`.
  public init(_ value: Value) {
    switch value {
    case .integer(let integer): self = .integer(integer)
    case .boolean(let boolean): self = .boolean(boolean)
    case .name("nil"): self = .null
    case .name(let name): self = .string(name)
    case .variant(let name, .record(let fields)):
      self = .object([Member(key: "case", value: .string(name))] + Self.members(fields))
    case .variant(let name, let payload): self = .object(["case": .string(name), "value": JSON(payload)])
    case .record(let fields): self = .object(Self.members(fields))
    case .map(let entries):
      self = .object(entries.map { Member(key: $0.key.description, value: JSON($0.value)) })
    case .set(let elements), .sequence(let elements): self = .array(elements.map { JSON($0) })
    case .packet(let from, let to, let body):
      self = .object(["from": JSON(from), "to": JSON(to), "body": JSON(body)])
    }
  }

  private static func members(_ fields: [Value.Field]) -> [Member] {
    fields.enumerated().map { Member(key: $1.name.isEmpty ? "\($0)" : $1.name, value: JSON($1.value)) }
  }
}
