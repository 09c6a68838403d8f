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
        environment: .inherit.updating(["SWIFT_BACKTRACE": "enable=no"]), input: .none, output: .sequence,
        error: .currentStandardError
      ) { execution in
        let process = execution.processIdentifier.value
        let watch = Interrupts.forward(to: process)
        let killer = Task {
          if let deadline {
            try await Task.sleep(for: deadline + Self.grace)
            kill(process, SIGKILL)
            return true
          }
          return false
        }
        defer {
          watch.cancel()
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
enum Interrupts {
  nonisolated(unsafe) private(set) static var count = 0
  nonisolated(unsafe) private(set) static var killed = false

  struct Watch {
    fileprivate let sources: [any DispatchSourceSignal]
    func cancel() { for source in sources { source.cancel() } }
  }

  static func forward(to process: pid_t) -> Watch {
    Watch(
      sources: [SIGINT, SIGTERM].map { number in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number)
        source.setEventHandler {
          count += 1
          if count > 1 {
            killed = true
            kill(process, SIGKILL)
          } else {
            kill(process, SIGINT)
          }
        }
        source.resume()
        return source
      })
  }
}
