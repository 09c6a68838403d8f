internal import CDistCheckEngine

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Threads that work on the same thing: all begin it together, and it is done when the last one is.
///
/// The thread that calls `run` is worker 0. The others are made when they are first wanted and wait in between, so that a
/// small search pays for no thread.
final class WorkerTeam {
  let count: Int
  /// What its members work for while they work, see `ce_work_for`.
  var identity: UInt64 = 0
  private let shared: UnsafeMutablePointer<Shared>
  private var threads: [pthread_t] = []

  private struct Shared {
    var mutex = pthread_mutex_t()
    var changed = pthread_cond_t()
    /// How many times work was handed out; a worker that sees a new number begins.
    var round = 0
    var working = 0
    var isOver = false
    var body: ((Int) -> Void)?
  }

  init(count: Int) {
    self.count = max(1, count)
    shared = .allocate(capacity: 1)
    shared.initialize(to: Shared())
    pthread_mutex_init(&shared.pointee.mutex, nil)
    pthread_cond_init(&shared.pointee.changed, nil)
  }

  deinit {
    locked {
      shared.pointee.isOver = true
      pthread_cond_broadcast(&shared.pointee.changed)
    }
    for thread in threads { pthread_join(thread, nil) }
    pthread_cond_destroy(&shared.pointee.changed)
    pthread_mutex_destroy(&shared.pointee.mutex)
    shared.deinitialize(count: 1)
    shared.deallocate()
  }

  /// Has every worker run the body with its number, and waits for all of them.
  ///
  /// - Parameter alone: Only worker 0 runs, where the work is too little to wake the others for.
  func run(alone: Bool = false, _ body: (Int) -> Void) {
    let identity = identity
    func work(_ worker: Int) {
      let before = ce_work_for(identity)
      body(worker)
      _ = ce_work_for(before)
    }
    if alone || count == 1 { return work(0) }
    withoutActuallyEscaping(work) { body in
      startThreads()
      locked {
        shared.pointee.body = body
        shared.pointee.working = count - 1
        shared.pointee.round += 1
        pthread_cond_broadcast(&shared.pointee.changed)
      }
      body(0)
      locked {
        while shared.pointee.working > 0 { pthread_cond_wait(&shared.pointee.changed, &shared.pointee.mutex) }
        shared.pointee.body = nil
      }
    }
  }

  /// Calls the body with ranges of `count` things, each of at most `step`, until all are done.
  ///
  /// - Parameter body: Is given a worker and its range. Where it is false, nobody takes another range.
  /// - Returns: Whether all were done.
  @discardableResult
  func forEachRange(of count: Int, by step: Int, _ body: (_ worker: Int, _ range: Range<Int>) -> Bool) -> Bool {
    var next: UInt64 = 0
    var isOver: UInt64 = 0
    withUnsafeMutablePointer(to: &next) { next in
      withUnsafeMutablePointer(to: &isOver) { isOver in
        run(alone: count <= 2 * step) { worker in
          while ce_load(isOver) == 0 {
            let first = Int(ce_add(next, 1)) * step
            guard first < count else { return }
            if !body(worker, first..<min(first + step, count)) { ce_store(isOver, 1) }
          }
        }
      }
    }
    return isOver == 0
  }

  private func startThreads() {
    while threads.count < count - 1 {
      let context = Context(number: threads.count + 1, shared: shared)
      var thread = pthread_t()
      let code = pthread_create(&thread, nil, { WorkerTeam.main($0) }, Unmanaged.passRetained(context).toOpaque())
      precondition(code == 0, "no thread can be made (\(code))")
      threads.append(thread)
    }
  }

  /// What a thread is given.
  private final class Context {
    let number: Int
    let shared: UnsafeMutablePointer<Shared>
    init(number: Int, shared: UnsafeMutablePointer<Shared>) {
      self.number = number
      self.shared = shared
    }
  }

  private static func main(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    let context = Unmanaged<Context>.fromOpaque(argument!).takeRetainedValue()
    let shared = context.shared
    var round = 0
    pthread_mutex_lock(&shared.pointee.mutex)
    while true {
      while shared.pointee.round == round && !shared.pointee.isOver {
        pthread_cond_wait(&shared.pointee.changed, &shared.pointee.mutex)
      }
      if shared.pointee.isOver { break }
      round = shared.pointee.round
      let body = shared.pointee.body!
      pthread_mutex_unlock(&shared.pointee.mutex)
      body(context.number)
      pthread_mutex_lock(&shared.pointee.mutex)
      shared.pointee.working -= 1
      if shared.pointee.working == 0 { pthread_cond_broadcast(&shared.pointee.changed) }
    }
    pthread_mutex_unlock(&shared.pointee.mutex)
    return nil
  }

  private func locked(_ body: () -> Void) {
    pthread_mutex_lock(&shared.pointee.mutex)
    body()
    pthread_mutex_unlock(&shared.pointee.mutex)
  }
}
