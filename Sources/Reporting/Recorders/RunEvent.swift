/// What comes of a run of the command, one event after another: all that a recorder is told.
public enum RunEvent {
  /// The models of a file, where only these were asked for.
  case listed([Listing], of: String)
  /// What is checked from here on, up to `endedSweep`, is one model with one combination of constants after another.
  case beganSweep(of: String, in: String, over: [String])
  case endedSweep
  case checked(Report, Context)
  case simulated(SimulationReport, Context)
  /// A log was verified. The command is the one that shows the longest behaviour that fits, or that breaks a property.
  case verified(VerificationReport, replayCommand: String?)
  /// An execution was shown again.
  case replayed(Replay)
  case notChecked(NotChecked)
  /// What was said of a model is not so: another build of it says something else.
  case revised(Report)
  /// Nothing more comes: how many models were as expected, and how many were not.
  case ended(passed: Int, failed: Int)

  /// A model, as its file describes it.
  public struct Listing {
    public var model: String
    public var constants: [JSON.Member]
    public var expectation: String
    public var isSymmetric: Bool

    public init(model: String, constants: [JSON.Member], expectation: String, isSymmetric: Bool) {
      self.model = model
      self.constants = constants
      self.expectation = expectation
      self.isSymmetric = isSymmetric
    }
  }

  /// What is known of a run beside what came of it.
  public struct Context {
    /// Constants that were set, in a sweep those of this combination, and their values.
    public var values: [(name: String, value: String)]
    /// Whether this model was asked for, and not all of a file.
    public var isChosen: Bool
    /// The commands that show the counterexample again, and that go on with a search that was stopped.
    public var replayCommand: String?
    public var resumeCommand: String?

    public init(
      values: [(name: String, value: String)], isChosen: Bool, replayCommand: String? = nil,
      resumeCommand: String? = nil
    ) {
      self.values = values
      self.isChosen = isChosen
      self.replayCommand = replayCommand
      self.resumeCommand = resumeCommand
    }
  }

  public struct Replay {
    public var specification: String
    public var model: String
    public var trace: Report.Trace
    /// What the execution violates, and what fails at its end.
    public var violated: [String]
    public var fault: String?

    public init(specification: String, model: String, trace: Report.Trace, violated: [String], fault: String?) {
      self.specification = specification
      self.model = model
      self.trace = trace
      self.violated = violated
      self.fault = fault
    }
  }

  /// A model, or a file whose models are not known, that could not be checked.
  public struct NotChecked {
    public var specification: String
    public var model: String?
    public var constants: [JSON.Member]
    /// Constants that were set, and their values.
    public var values: [(name: String, value: String)]
    public var exitCode: Int
    public var message: String

    public init(
      specification: String, model: String?, constants: [JSON.Member], values: [(name: String, value: String)],
      exitCode: Int, message: String
    ) {
      self.specification = specification
      self.model = model
      self.constants = constants
      self.values = values
      self.exitCode = exitCode
      self.message = message
    }
  }
}

/// Writes down what comes of a run, in a form of its own: text for a terminal, JSON.
public protocol Recorder: AnyObject {
  func record(_ event: RunEvent)
}

extension [any Recorder] {
  /// Tells all of them.
  public func record(_ event: RunEvent) {
    for recorder in self { recorder.record(event) }
  }
}
