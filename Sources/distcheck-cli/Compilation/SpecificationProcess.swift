import DistCheckReporting
import Foundation
import Subprocess
import SystemPackage

/// A compiled specification at work in a process of its own: whatever happens in it, the command line lives to tell.
struct SpecificationProcess {
  var program: URL

  /// A line that the program writes: what kind it is, and what it says.
  struct Message {
    var kind: Character
    var content: JSON
  }

  /// A specification that leans on the order of a `Set` of the standard library is to do the same in every run.
  static let environment = Environment.inherit.updating([
    "SWIFT_BACKTRACE": "enable=no", "SWIFT_DETERMINISTIC_HASHING": "1",
  ])

  /// How long a program may go on after it was told to stop, before it is killed.
  private static let grace = Duration.seconds(3)

  /// Runs the program, and hands over each message as it comes.
  ///
  /// - Parameter deadline: When the program should have stopped by itself.
  /// - Returns: Whether it ran to its own end; false when it had to be killed because it no longer answered.
  func run(
    _ request: [String], deadline: Duration? = nil, _ receive: @escaping @Sendable (Message) -> Void
  ) async throws -> Bool {
    let result: ExecutionResult<Bool, SequenceOutput, FileDescriptorOutput>
    do {
      result = try await Subprocess.run(
        .path(FilePath(program.path)), arguments: Arguments(request),
        environment: Self.environment, input: .none, output: .sequence,
        error: .currentStandardError
      ) { execution in
        let process = execution.processIdentifier.value
        Interrupts.forward(to: process)
        let killer = Task {
          if let deadline {
            try await Task.sleep(for: deadline + Self.grace)
            kill(process, SIGKILL)
            return true
          }
          return false
        }
        defer {
          Interrupts.forward(to: 0)
          killer.cancel()
        }
        for try await line in execution.standardOutput.strings(bufferingPolicy: .unbounded) {
          let text = line.trimmingCharacters(in: .newlines)
          guard let kind = text.first, let content = JSON(parsing: String(text.dropFirst(2))) else { continue }
          receive(Message(kind: kind, content: content))
        }
        killer.cancel()
        return (try? await killer.value) ?? false
      }
    } catch {
      throw CommandError(.internalFault, "\(program.path): cannot be run: \(error)")
    }
    if result.closureResult || Interrupts.killed { return false }
    guard result.terminationStatus.isSuccess else {
      throw CommandError(
        .internalFault,
        "the compiled specification ended unexpectedly (\(result.terminationStatus)); this is a fault of distcheck")
    }
    return true
  }
}

/// Ctrl-C: the program is asked to stop and report; on the second one it is killed.
///
/// Only plain integers, for they are used in a signal handler.
enum Interrupts {
  nonisolated(unsafe) private static var received: Int32 = 0
  nonisolated(unsafe) private static var program: pid_t = 0
  /// The leader of a group of processes in the background, which nobody has to be polite to.
  nonisolated(unsafe) private static var background: pid_t = 0

  static var count: Int { Int(received) }
  /// Whether the program was killed instead of being asked.
  static var killed: Bool { received > 1 }

  /// From now on signals go to this program; to none when it is 0, but they no longer end this process.
  static func forward(to process: pid_t) {
    program = process
    for number in [SIGINT, SIGTERM] {
      signal(number) { _ in
        Interrupts.received += 1
        if Interrupts.background > 0 { kill(-Interrupts.background, SIGKILL) }
        if Interrupts.program > 0 { kill(Interrupts.program, Interrupts.received > 1 ? SIGKILL : SIGINT) }
      }
    }
    if received > 0 && process > 0 { kill(process, SIGINT) }
  }

  /// Asks the program to stop and report, though nobody has pressed Ctrl-C.
  static func stopProgram() {
    if program > 0 { kill(program, SIGINT) }
  }

  static func setBackground(_ process: pid_t) {
    background = process
    if received > 0 && process > 0 { kill(-process, SIGKILL) }
  }

  /// Kills what works in the background; with an argument only if it is that one.
  static func endBackground(_ process: pid_t? = nil) {
    if background > 0 && process ?? background == background { kill(-background, SIGKILL) }
  }
}
