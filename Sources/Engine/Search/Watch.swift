internal import CDistCheckEngine

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Hears signals and looks at the clock while a search is at work, from a thread of its own: whatever the workers do, they
/// find out from a flag of `SearchControl`.
///
/// Once the search is to stop, workers have a moment to finish what they have begun, so that a checkpoint can be written. After
/// that they leave it. A worker that is still within one and the same evaluation of the specification is taken out of it.
final class Watch {
  private static let tick = 50
  /// Ticks after which workers leave what they have begun, and for which an evaluation may go on once the search is to stop.
  private static let patience = 8

  private let shared: UnsafeMutablePointer<Shared>
  private var thread: pthread_t?
  /// Whom the workers work for, see `ce_work_for`.
  let identity: UInt64

  private struct Shared {
    var mutex = pthread_mutex_t()
    var changed = pthread_cond_t()
    var isOver = false
    let control: UnsafeMutablePointer<SearchControl>
    let deadline: ContinuousClock.Instant?
    let identity: UInt64
  }

  init(_ control: UnsafeMutablePointer<SearchControl>, deadline: ContinuousClock.Instant?) {
    identity = UInt64(UInt(bitPattern: control))
    shared = .allocate(capacity: 1)
    shared.initialize(to: Shared(control: control, deadline: deadline, identity: identity))
    pthread_mutex_init(&shared.pointee.mutex, nil)
    pthread_cond_init(&shared.pointee.changed, nil)
    // Nothing else stops a search without bounds that is called as a library.
    guard deadline != nil || ce_catches_interrupts() else { return }
    var thread = pthread_t()
    let code = pthread_create(&thread, nil, { Watch.main($0) }, shared)
    precondition(code == 0, "no thread can be made (\(code))")
    self.thread = thread
  }

  /// Nothing more is to be watched.
  func end() {
    guard let thread else { return }
    pthread_mutex_lock(&shared.pointee.mutex)
    shared.pointee.isOver = true
    pthread_cond_signal(&shared.pointee.changed)
    pthread_mutex_unlock(&shared.pointee.mutex)
    pthread_join(thread, nil)
    self.thread = nil
  }

  deinit {
    end()
    pthread_cond_destroy(&shared.pointee.changed)
    pthread_mutex_destroy(&shared.pointee.mutex)
    shared.deinitialize(count: 1)
    shared.deallocate()
  }

  private static func main(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    let shared = argument!.assumingMemoryBound(to: Shared.self)
    let control = shared.pointee.control
    var ticksSinceStop = 0
    var phase = control.pointee.phase
    pthread_mutex_lock(&shared.pointee.mutex)
    while !shared.pointee.isOver {
      if ce_interrupted() { control.pointee.request(.interrupt) }
      if let deadline = shared.pointee.deadline, ContinuousClock.now >= deadline { control.pointee.request(.timeout) }
      if phase != control.pointee.phase { (phase, ticksSinceStop) = (control.pointee.phase, 0) }
      if control.pointee.isStopped {
        ticksSinceStop += 1
        if ticksSinceStop == patience { control.pointee.leave() }
        if ticksSinceStop > 1 { ce_free_endless(shared.pointee.identity, Int32(patience)) }
      }
      var wait = Duration.milliseconds(tick)
      if let deadline = shared.pointee.deadline, !control.pointee.isStopped {
        wait = max(.zero, min(wait, deadline - ContinuousClock.now))
      }
      var time = timespec()
      clock_gettime(CLOCK_REALTIME, &time)
      time.tv_nsec += Int(wait / .nanoseconds(1))
      if time.tv_nsec >= 1_000_000_000 { (time.tv_sec, time.tv_nsec) = (time.tv_sec + 1, time.tv_nsec - 1_000_000_000) }
      pthread_cond_timedwait(&shared.pointee.changed, &shared.pointee.mutex, &time)
    }
    pthread_mutex_unlock(&shared.pointee.mutex)
    return nil
  }
}
