import DistCheckMessages
import DistCheckReporting
import Foundation
import Subprocess
import SystemPackage

/// A compiled specification at work in a process of its own: whatever happens in it, the command line lives to tell.
struct SpecificationProcess {
  var program: URL
  /// The specification, and the model where it is about one, as errors name it.
  var subject: String
  /// Of low priority, in a group of its own, and killed by the first signal.
  var isInBackground = false

  /// A specification that leans on the order of a `Set` of the standard library is to do the same in every run.
  static let environment = Environment.inherit.updating([
    "SWIFT_BACKTRACE": "enable=no", "SWIFT_DETERMINISTIC_HASHING": "1",
  ])

  /// When a process is killed that has not stopped by itself.
  struct Deadline {
    var limit: Duration
    /// What starting may take besides: a short limit is for the search.
    static let start = Duration.seconds(1)
    /// How much longer a search may take, to stop and to report; it says so itself where the specification's code does not
    /// come to its end, see `Event.unending`.
    var grace = Duration.seconds(600)
  }

  /// What a process has come to.
  enum Ending: Equatable {
    /// It has answered.
    case done
    /// It was killed in the midst of something, after its time, or by a signal.
    case outOfTime(during: Event.Phase)
    case interrupted(during: Event.Phase)
  }

  /// Hands the program a request, and collects what it answers, up to its end.
  ///
  /// - Parameter progress: Called with what is only for the moment.
  /// - Throws: `CommandError` where it ended in another way than by answering.
  func run(
    _ path: String, _ task: Request.Task, deadline: Deadline? = nil, progress: @escaping (Event) -> Void = { _ in }
  ) async throws -> (events: [Event], ending: Ending) {
    let request = Request(key: .random(in: .min ... .max), path: path, task: task)
    let frame = try Frame.bytes(of: request, number: 0, key: 0)
    let answer = Answer()
    let status: TerminationStatus
    do {
      status = try await Subprocess.run(
        .path(FilePath(program.path)), environment: Self.environment, platformOptions: options, input: .inputWriter,
        output: .sequence, error: try errorOutput
      ) { execution in
        let process = execution.processIdentifier.value
        isInBackground ? Self.lower(process) : Interrupts.forward(to: process)
        let killer = Task { try await answer.kill(process, after: deadline) }
        defer {
          isInBackground ? Interrupts.setBackground(0) : Interrupts.forward(to: 0)
          killer.cancel()
        }
        // It dies before it has read all of it, or will say what is wrong.
        _ = try? await execution.standardInputWriter.write(frame)
        var reader = FrameReader(key: request.key)
        do {
          for try await buffer in execution.standardOutput {
            buffer.withUnsafeBytes { reader.append($0) }
            while let event = try reader.next(Event.self) { answer.receive(event, progress) }
          }
        } catch is FrameReader.ForeignBytes {
          answer.isForeign = true
        }
        // Nobody listens any more: it is about to end, or has closed what is not its own.
        if !answer.isDone && !answer.isUnending { kill(process, SIGKILL) }
      }.terminationStatus
    } catch {
      throw CommandError(.internalFault, "\(program.path): cannot be run: \(error)")
    }
    return (answer.events, try ending(answer, status))
  }

  private var options: PlatformOptions {
    var options = PlatformOptions()
    if isInBackground { options.processGroupID = 0 }
    return options
  }

  /// What a specification prints; in the background it has printed that before, or will.
  private var errorOutput: FileDescriptorOutput {
    get throws {
      guard isInBackground else { return .currentStandardError }
      return .fileDescriptor(try FileDescriptor.open("/dev/null", .writeOnly), closeAfterSpawningProcess: true)
    }
  }

  private static func lower(_ process: pid_t) {
    BackgroundProcess.lowerPriority(of: process)
    Interrupts.setBackground(process)
  }

  private func ending(_ answer: Answer, _ status: TerminationStatus) throws(CommandError) -> Ending {
    if answer.isForeign {
      throw CommandError(
        .specificationFault, "\(subject): the specification writes to a descriptor that is not its own")
    }
    if answer.isDone { return .done }
    if answer.isOutOfTime || answer.isUnending { return .outOfTime(during: answer.phase) }
    if Interrupts.count > 0 { return .interrupted(during: answer.phase) }
    switch status {
    case .exited(let code):
      throw CommandError(.specificationFault, "\(subject): the specification ended its own process (exit code \(code))")
    case .signaled(let signal) where [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGSYS].contains(signal):
      throw CommandError(
        .internalFault, "\(subject): the compiled specification died of signal \(signal); this is a fault of distcheck")
    case .signaled(let signal):
      let reason = signal == SIGKILL ? ", or the system, for want of memory" : ""
      throw CommandError(
        .specificationFault,
        "\(subject): the process of the specification was ended by signal \(signal): by the specification itself\(reason)"
      )
    }
  }
}

/// What a process has said so far. Written by one task, and looked at by the one that kills.
private final class Answer: @unchecked Sendable {
  private let lock = NSLock()
  private var currentPhase = Event.Phase.models
  private var wasKilled = false
  private(set) var events: [Event] = []
  private(set) var isDone = false
  private(set) var isUnending = false
  var isForeign = false

  var phase: Event.Phase { lock.withLock { currentPhase } }
  var isOutOfTime: Bool { lock.withLock { wasKilled } }

  func receive(_ event: Event, _ progress: (Event) -> Void) {
    switch event {
    case .began(let phase): lock.withLock { currentPhase = phase }
    case .searched, .walked, .line: progress(event)
    case .unending: isUnending = true
    case .done: isDone = true
    default: events.append(event)
    }
  }

  func kill(_ process: pid_t, after deadline: SpecificationProcess.Deadline?) async throws {
    guard let deadline else { return }
    try await Task.sleep(for: deadline.limit)
    // Before the search begins there is nothing to report, and so nothing to wait for.
    if phase != .search { try await Task.sleep(for: SpecificationProcess.Deadline.start) }
    if phase == .search { try await Task.sleep(for: deadline.grace) }
    lock.withLock {
      wasKilled = true
      Foundation.kill(process, SIGKILL)
    }
  }
}
