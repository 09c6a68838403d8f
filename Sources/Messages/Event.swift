import DistCheckReporting

/// What a compiled specification tells the command, in frames on its standard output. The last one is `done` or `unending`; where that is
/// missing the process did not come to its end.
public enum Event: Codable {
  case began(Phase)
  case model(ModelDescription)
  case searched(SearchProgress)
  case walked(SimulationProgress)
  case report(Report)
  case simulationReport(SimulationReport)
  case replayed(Replay)
  case compared(Comparison)
  /// Integer generic parameters of a mapping.
  case sizes([Int])
  case verified(Verification)
  /// A line for standard output.
  case line(String)
  case failed(Failure)
  /// The process was to stop, by a signal or by its time limit, and the specification's code does not come to its end.
  case unending
  case done

  /// What the process does from here on: where it has to be stopped, that is what did not come to its end.
  public enum Phase: String, Codable, Sendable {
    /// The list of models, or the constants of one.
    case models
    /// Assumptions, initial states, and what else is evaluated before the search.
    case start
    case search
  }

  public struct ModelDescription: Codable, Sendable {
    /// The number that requests name it by.
    public var index: Int
    public var name: String
    public var specification: String
    /// Integer generic parameters, and stored constants, each with its value.
    public var sizes: JSON
    public var constants: JSON
    public var expectation: String
    public var isSymmetric: Bool
    /// Why its constants are not known.
    public var failure: Failure?

    public init(
      index: Int, name: String, specification: String, sizes: JSON, constants: JSON, expectation: String,
      isSymmetric: Bool, failure: Failure?
    ) {
      self.index = index
      self.name = name
      self.specification = specification
      self.sizes = sizes
      self.constants = constants
      self.expectation = expectation
      self.isSymmetric = isSymmetric
      self.failure = failure
    }
  }

  public struct SearchProgress: Codable, Sendable {
    public var distinctStates: Int
    public var generatedStates: Int
    public var depth: Int
    public var queued: Int
    public var seconds: Double
    /// Bytes.
    public var memory: Int
    /// The temporal property that is being checked.
    public var property: String?
    /// What the search rests for, where that is not a temporal property.
    public var activity: String?

    public init(
      distinctStates: Int, generatedStates: Int, depth: Int, queued: Int, seconds: Double, memory: Int,
      property: String?, activity: String?
    ) {
      self.distinctStates = distinctStates
      self.generatedStates = generatedStates
      self.depth = depth
      self.queued = queued
      self.seconds = seconds
      self.memory = memory
      self.property = property
      self.activity = activity
    }
  }

  public struct SimulationProgress: Codable, Sendable {
    public var walks: Int
    public var steps: Int
    public var seconds: Double

    public init(walks: Int, steps: Int, seconds: Double) {
      self.walks = walks
      self.steps = steps
      self.seconds = seconds
    }
  }

  public struct Replay: Codable {
    /// Nil where the token belongs to another model, or to another specification.
    public var trace: Report.Trace?
    public var violated: [String] = []
    public var fault: String?

    public init(trace: Report.Trace?, violated: [String] = [], fault: String? = nil) {
      self.trace = trace
      self.violated = violated
      self.fault = fault
    }
  }

  /// A report, and the parts of it that have a form of their own.
  public struct Verification: Codable {
    private var body: VerificationReport
    private var trace: Report.Trace?
    private var constants: JSON

    public init(_ report: VerificationReport) {
      body = report
      trace = report.trace
      constants = .object(report.constants)
    }

    public var report: VerificationReport {
      var report = body
      report.trace = trace
      report.constants = constants.members
      return report
    }
  }

  public enum Comparison: Codable, Sendable {
    /// - Parameter endless: The place that did not come to its end in the state after the last one.
    case blocks(states: Int, hashes: [UInt64], endless: Int?)
    case state(hashes: [UInt64])
    case details(Details)

    public struct Details: Codable, Sendable {
      public var place: String
      public var depth: Int
      public var state: String
      /// What is said there, each with a title.
      public var results: [Result]
      /// Nil where it does not come to its end.
      public var seconds: Double?

      public struct Result: Codable, Sendable {
        public var title: String
        public var text: String

        public init(title: String, text: String) {
          self.title = title
          self.text = text
        }
      }

      public init(place: String, depth: Int, state: String, results: [Result], seconds: Double?) {
        self.place = place
        self.depth = depth
        self.state = state
        self.results = results
        self.seconds = seconds
      }
    }
  }

  /// Why a request cannot be answered, and the exit code that this calls for.
  public struct Failure: Codable, Error, Sendable {
    public var code: Int
    public var message: String
    /// The model that it is about, if it is about one; the message does not name it.
    public var model: String?
    /// Whether it is about the specification, and not about the command line: then the command says where.
    public var isInSpecification: Bool
    public var line: Int?
    /// What went wrong in the specification's code; the message ends where its own begins.
    public var fault: String?
    /// Code addresses, from which the line can be found.
    public var frames: [UInt64]

    public init(
      code: Int, message: String, model: String? = nil, isInSpecification: Bool = false, line: Int? = nil,
      fault: String? = nil, frames: [UInt64] = []
    ) {
      self.code = code
      self.message = message
      self.model = model
      self.isInSpecification = isInSpecification
      self.line = line
      self.fault = fault
      self.frames = frames
    }
  }
}

// Reports have a public form in JSON; between the processes they have the same.

extension Report: Codable {
  public func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }
  public init(from decoder: any Decoder) throws {
    guard let report = Self(try JSON(from: decoder)) else { throw unreadable(decoder) }
    self = report
  }
}

extension SimulationReport: Codable {
  public func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }
  public init(from decoder: any Decoder) throws {
    guard let report = Self(try JSON(from: decoder)) else { throw unreadable(decoder) }
    self = report
  }
}

extension Report.Trace: Codable {
  public func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }
  public init(from decoder: any Decoder) throws { self.init(try JSON(from: decoder)) }
}

private func unreadable(_ decoder: any Decoder) -> DecodingError {
  .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "is no report of this version"))
}
