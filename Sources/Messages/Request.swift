import DistCheckReporting

/// What the command asks of a compiled specification: one request a process, written to its standard input as a frame.
///
/// Both sides are of one build, as the name of a cached program holds the build of distcheck; the version is for the case
/// that they are not after all.
public struct Request: Codable, Sendable {
  public static let currentVersion = 1

  public var version = Self.currentVersion
  /// What the events are sealed with, see `Frame`.
  public var key: UInt64
  /// The path of the specification, as it stands in reports.
  public var path: String
  public var task: Task

  public init(key: UInt64, path: String, task: Task) {
    self.key = key
    self.path = path
    self.task = task
  }

  public enum Task: Codable, Sendable {
    /// An `Event.model` for each model.
    case list
    case check(Subject, Check)
    /// The execution that a token stands for.
    case replay(Subject, token: String)
    case simulate(Subject, Simulation)
    case compare(Subject, Comparison)
    /// The sizes that a log calls for, as the mapping that was compiled with the specification says.
    case sizes(Log)
    case verify(Subject, Verification)
    /// Logs that the specification would write, each line an `Event.line`.
    case write(Subject, LogWriting)
    /// Answers to the requests in a named pipe, each an `Event.line`.
    case serve(Subject, path: String)
  }

  public struct LogWriting: Codable, Sendable {
    public var seed: Int
    public var length: Int
    /// Whether one thing is to be changed.
    public var mutates: Bool
    /// Where all transitions are wanted: of no more states than this.
    public var tourLimit: Int?

    public init(seed: Int, length: Int, mutates: Bool, tourLimit: Int?) {
      self.seed = seed
      self.length = length
      self.mutates = mutates
      self.tourLimit = tourLimit
    }
  }

  /// The files of a log. Paths are what is opened, names what errors call it.
  public struct Log: Codable, Sendable {
    public var paths: [String]
    public var names: [String]
    public var configurations: [String]
    /// A regular expression for lines that are text, in place of the mapping's.
    public var pattern: String?
    /// Of a log that can be read only once, its first line.
    public var firstLine: String?

    public init(
      paths: [String], names: [String], configurations: [String], pattern: String? = nil, firstLine: String? = nil
    ) {
      self.paths = paths
      self.names = names
      self.configurations = configurations
      self.pattern = pattern
      self.firstLine = firstLine
    }
  }

  /// The verification of a log.
  public struct Verification: Codable, Sendable {
    public enum Strategy: String, Codable, Sendable { case automatic, breadth, depth }

    public var log: Log
    /// As reports name the mapping's file; nil where the log is in the form that distcheck writes itself.
    public var mapping: String?
    public var strategy = Strategy.automatic
    public var maxStates: Int?
    public var timeoutMilliseconds: Int?
    public var countsCoverage = false
    public var explains = false
    /// Whether the whole of the longest behaviour that fits is wanted, and not its last step and its token alone.
    public var wantsTrace = false

    public init(log: Log, mapping: String?) {
      self.log = log
      self.mapping = mapping
    }
  }

  /// The model that is meant, and its constants.
  public struct Subject: Codable, Equatable, Sendable {
    /// As `Event.model` numbers it.
    public var model: Int
    /// Its name. Where the model of that number has another one, the specification does not list the same in every run.
    public var name: String
    /// Values for stored constants.
    public var constants: [Constant]
    /// Whether any constant is another, be it one that the program was compiled with.
    public var isChanged: Bool

    public init(model: Int, name: String, constants: [Constant] = [], isChanged: Bool = false) {
      self.model = model
      self.name = name
      self.constants = constants
      self.isChanged = isChanged
    }
  }

  public struct Constant: Codable, Equatable, Sendable {
    public var name: String
    public var text: String

    public init(name: String, text: String) {
      self.name = name
      self.text = text
    }
  }

  /// A search. What is nil has the engine's default.
  public struct Check: Codable, Sendable {
    public var maxDepth: Int?
    public var maxStates: Int?
    public var timeoutMilliseconds: Int?
    /// Bytes.
    public var memory: Int?
    /// As `SearchOptions.Strategy` and `SearchOptions.Storage` name them.
    public var strategy: String?
    public var storage: String?
    public var threads: Int?
    public var lossy: Lossy?
    public var spillFolder: String?
    public var checkpoint: Checkpoint?
    /// The folder of the checkpoint to go on from.
    public var resumeFolder: String?
    public var usesSymmetry = false
    public var checksItself = false
    public var leavesTemporalOut = false
    public var explains = false
    /// `Sometimes` properties of which a path is wanted.
    public var witnesses: [String] = []

    public init() {}
  }

  public enum Lossy: Codable, Equatable, Sendable {
    case hashCompaction(bits: Int)
    /// The engine's default where bytes are nil.
    case bitstate(bytes: Int?)
  }

  public struct Checkpoint: Codable, Sendable {
    public var folder: String
    public var everyMilliseconds: Int?
    /// For whoever resumes.
    public var notes: [String]

    public init(folder: String, everyMilliseconds: Int?, notes: [String]) {
      self.folder = folder
      self.everyMilliseconds = everyMilliseconds
      self.notes = notes
    }
  }

  /// Random walks.
  public struct Simulation: Codable, Sendable {
    public enum Strategy: Codable, Sendable {
      case swarm, uniform
      case priorities(changePoints: Int)
    }

    public var strategy: Strategy
    public var seed: Int
    public var depth: Int
    public var threads: Int
    public var walks: Int?
    public var timeoutMilliseconds: Int?

    public init(
      strategy: Strategy, seed: Int, depth: Int, threads: Int, walks: Int? = nil, timeoutMilliseconds: Int? = nil
    ) {
      self.strategy = strategy
      self.seed = seed
      self.depth = depth
      self.threads = threads
      self.walks = walks
      self.timeoutMilliseconds = timeoutMilliseconds
    }
  }

  /// What a build is to say of the first states, for a comparison with another build.
  public enum Comparison: Codable, Sendable {
    /// A hash for each block of the first states; as many states as can be explored in a time.
    case timed(milliseconds: Int)
    /// The same of so many states.
    case blocks(states: Int)
    /// The hashes of each state of a block.
    case states(ofBlock: Int)
    /// What is said of one state at one place, in full.
    case details(state: Int, place: Int)
  }
}
