import DistCheckEngine

/// What there is to say about one log that was verified: the same for text, for JSON, and between the compiled specification
/// and the command line.
///
/// The JSON form is a public format; its fields are documented in Documentation/JSON.md.
public struct VerificationReport: Codable, Equatable {
  public enum Verdict: String, Codable, Sendable {
    /// The lines are a behaviour of the specification, or the beginning of one.
    case accepted
    case rejected
    /// The lines are a behaviour of the specification that breaks a property.
    case violated
    /// A bound or a signal stopped it: nothing is wrong as far as it came.
    case inconclusive
    /// The specification failed.
    case specificationError = "spec-error"
  }

  public var specification: String
  public var mapping: String?
  public var logs: [String]
  public var constants: [JSON.Member] = []
  public var verdict: Verdict
  /// Why it is inconclusive: `states`, `time`, `interrupt`.
  public var stopReason: String?
  public var strategy: String
  /// Whether the log begins in the initial states of the specification, and not in others that the mapping gives.
  public var beginsAsSpecified = true
  /// Lines that were read, and those of them that did not matter to the mapping.
  public var lines = 0
  public var skippedLines = 0
  /// States that the specification can be in after the last line, and the most that there were after one.
  public var states = 0
  public var mostStates = 0
  public var seconds = 0.0
  public var peakMemory = 0
  /// What the log calls identities, by type.
  public var names: [Names] = []
  /// A property that some behaviours of the log break, while others keep all.
  /// Of a log that too many states fit, how many were allowed.
  public var limit: Int?
  /// Fields of the first lines that the mapping does not read, and those that it looks for in vain.
  public var fieldsNotRead: [String] = []
  public var fieldsNotFound: [String] = []
  public var possiblyBroken: Broken?
  public var broken: Broken?
  public var rejection: Rejection?
  public var fault: Fault?
  public var coverage: [Action] = []
  /// Of `--explain`: the behaviours that fit, as lines of a drawing.
  public var graph: [String] = []
  /// The longest behaviour that fits, of a log that is rejected or breaks a property.
  public var trace: Report.Trace?

  /// All but what travels in a form of its own.
  private enum CodingKeys: CodingKey {
    case specification, mapping, logs, verdict, stopReason, strategy, lines, skippedLines, states, mostStates, seconds,
      peakMemory, names, beginsAsSpecified, limit, fieldsNotRead, fieldsNotFound, possiblyBroken, broken, rejection,
      fault, coverage, graph
  }

  public struct Names: Codable, Equatable {
    public var type: String
    public var names: [String]

    public init(type: String, names: [String]) {
      self.type = type
      self.names = names
    }
  }

  public struct Place: Codable, Equatable {
    public var file: String
    public var line: Int
    public var text: String

    public init(file: String, line: Int, text: String) {
      self.file = file
      self.line = line
      self.text = text
    }
  }

  public struct Broken: Codable, Equatable {
    public var property: String
    public var place: Place

    public init(property: String, place: Place) {
      self.property = property
      self.place = place
    }
  }

  public struct Fault: Codable, Equatable {
    public var message: String
    /// `action RMPrepare(2)`
    public var part: String
    public var place: Place

    public init(message: String, part: String, place: Place) {
      self.message = message
      self.part = part
      self.place = place
    }
  }

  public struct Rejection: Codable, Equatable {
    public var place: Place
    public var actor: String?
    /// How many states the specification could be in before the line.
    public var states: Int
    public var candidates: [Candidate]
    public var isCut: Bool
    public var allowed: [String]
    public var furtherAllowed: Int
    public var recent: [Step]
    public var hints: [String]
    /// Of a log whose order is not the one in which it stands: how many events fit in some order, of how many.
    public var order: Order?
    /// Other events that could have come next, and do not fit.
    public var others: [Other] = []
  }

  public struct Order: Codable, Equatable {
    public var followed: Int
    public var total: Int

    public init(followed: Int, total: Int) {
      self.followed = followed
      self.total = total
    }
  }

  public struct Other: Codable, Equatable {
    public var place: Place
    public var candidates: [Candidate]

    public init(place: Place, candidates: [Candidate]) {
      self.place = place
      self.candidates = candidates
    }
  }

  public struct Candidate: Codable, Equatable {
    /// `RMPrepare(2)`
    public var step: String
    /// The line of the specification that declares the action.
    public var line: Int?
    /// `not enabled`, `field`, `no instance` or `fails`.
    public var reason: String
    public var field: String?
    public var logged: String?
    public var specified: String?
    /// In how many of the states that were looked at.
    public var states = 0

    public init(
      step: String, line: Int? = nil, reason: String, field: String? = nil, logged: String? = nil,
      specified: String? = nil
    ) {
      self.step = step
      self.line = line
      self.reason = reason
      self.field = field
      self.logged = logged
      self.specified = specified
    }
  }

  public struct Step: Codable, Equatable {
    public var line: Int
    public var step: String
    public var isHidden: Bool

    public init(line: Int, step: String, isHidden: Bool) {
      self.line = line
      self.step = step
      self.isHidden = isHidden
    }
  }

  public struct Action: Codable, Equatable {
    public var name: String
    public var isOptional: Bool
    public var taken: Int
    public var enabled: Int
    public var disabled: Int

    public init(name: String, isOptional: Bool, taken: Int, enabled: Int, disabled: Int) {
      self.name = name
      self.isOptional = isOptional
      self.taken = taken
      self.enabled = enabled
      self.disabled = disabled
    }
  }

  public init(specification: String, mapping: String?, logs: [String], verdict: Verdict, strategy: String) {
    self.specification = specification
    self.mapping = mapping
    self.logs = logs
    self.verdict = verdict
    self.strategy = strategy
  }
}

extension VerificationReport.Rejection {
  /// - Parameter lines: The places of lines in their file by their numbers in the log as a whole.
  public init(
    _ rejection: Rejection, hints: [Hint], place: VerificationReport.Place, actor: String?,
    lineNumber: (Int) -> Int
  ) {
    self.place = place
    self.actor = actor
    states = rejection.stateCount
    candidates = rejection.candidates.map { candidate in
      var result = VerificationReport.Candidate(
        step: candidate.title, line: candidate.location?.line, reason: "")
      switch candidate.reason {
      case .notEnabled: result.reason = "not enabled"
      case .noInstance: result.reason = "no instance"
      case .fault(let message): (result.reason, result.specified) = ("fails", message)
      case .field(let name, let logged, let specified):
        (result.reason, result.field, result.logged, result.specified) = ("field", name, logged, specified)
      }
      result.states = candidate.states
      return result
    }
    isCut = rejection.isCut
    allowed = rejection.allowed
    furtherAllowed = rejection.furtherAllowed
    recent = rejection.recent.map {
      VerificationReport.Step(line: lineNumber($0.line), step: $0.title, isHidden: $0.isHidden)
    }
    self.hints = hints.map(\.description)
  }
}

extension Hint: CustomStringConvertible {
  public var description: String {
    switch kind {
    case .withoutLine: "It would fit without this line"
    case .swappedWithNext: "It would fit if this line and the next changed places"
    case .swappedWithPrevious: "It would fit if this line and the one before it changed places"
    case .hiddenStep(let step): "It would fit if \(step) had happened before this line"
    case .otherField(let name, let logged, let specified):
      specified == "another"
        ? "It would fit if \(name) were not \(logged)" : "It would fit if \(name) were \(specified), not \(logged)"
    case .otherArguments(let step): "It would fit as \(step)"
    }
  }
}
