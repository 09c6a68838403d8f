import DistCheckReporting
import Foundation

/// The comparisons of builds that a command has begun: in the background while searches run, one at a time.
final class Comparisons: @unchecked Sendable {
  /// One of them, and what has come of it.
  final class Entry: @unchecked Sendable {
    enum Outcome {
      case agreed
      case differs(String)
      case failed(CommandError)
    }

    fileprivate let lock = NSLock()
    fileprivate var done: Outcome?
    fileprivate var isSearching = false
    fileprivate var task: Task<Void, Never>?
    /// The report that was shown before the outcome was known.
    var shown: Report?

    /// nil while it is not known.
    var outcome: Outcome? { lock.withLock { done } }

    /// Whether it has come to its end, not to a signal.
    var isDone: Bool {
      switch outcome {
      case .agreed, .differs: true
      case .failed, nil: false
      }
    }

    func wait() async { await task?.value }

    /// Ends the search of the model as soon as a difference is known.
    func during(_ search: () async throws -> Report) async rethrows -> Report {
      lock.withLock { isSearching = true }
      defer { lock.withLock { isSearching = false } }
      return try await search()
    }

    fileprivate func finish(_ outcome: Outcome) {
      lock.withLock {
        done = outcome
        if case .differs = outcome, isSearching { Interrupts.stopProgram() }
      }
    }
  }

  private let lock = NSLock()
  private var last: Task<Void, Never>?
  private var subjects: Set<String> = []
  /// Files of which a comparison has failed: the next would, too.
  private var failures: [String: CommandError] = [:]
  private var isStopped = false
  private(set) var entries: [Entry] = []

  /// Begins work that comparisons will wait for.
  func begin(_ work: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
    lock.withLock {
      let before = last
      let task = Task(priority: .background) {
        await before?.value
        if !self.lock.withLock({ self.isStopped }) && Interrupts.count == 0 { await work() }
      }
      last = task
      return task
    }
  }

  /// Begins a comparison, unless it was done before, or for the same program and model with other constants.
  func begin(_ comparison: BuildComparison) -> Entry? {
    guard !comparison.wasDone, lock.withLock({ subjects.insert(comparison.identity).inserted }) else { return nil }
    let entry = Entry()
    lock.withLock { entries.append(entry) }
    let path = comparison.runner.file.path
    entry.task = begin {
      if let failure = self.lock.withLock({ self.failures[path] }) { return entry.finish(.failed(failure)) }
      do {
        entry.finish(try await comparison.difference().map { .differs($0) } ?? .agreed)
      } catch {
        let failure = error as? CommandError ?? CommandError(.internalFault, "\(error)")
        self.lock.withLock { self.failures[path] = failure }
        entry.finish(.failed(failure))
      }
    }
    return entry
  }

  /// Waits for all.
  func finish() async { await lock.withLock({ last })?.value }

  /// Ends what is under way, and begins nothing more.
  func stop() async {
    lock.withLock { isStopped = true }
    Interrupts.endBackground()
    await finish()
  }
}
