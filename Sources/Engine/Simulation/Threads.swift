#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Runs the body on several threads at once, the calling one being number 0, and returns when all have ended.
///
/// Where the system gives fewer threads, those that there are do the work.
func withThreads(_ count: Int, _ body: @escaping (Int) -> Void) {
  var threads: [pthread_t] = []
  for number in 1..<max(1, count) {
    let context = Unmanaged.passRetained(ThreadBody { body(number) })
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil, { Unmanaged<ThreadBody>.fromOpaque($0!).takeRetainedValue().runInC() }, context.toOpaque())
    if code != 0 {
      context.release()
      break
    }
    threads.append(thread)
  }
  body(0)
  for thread in threads { pthread_join(thread, nil) }
}

private final class ThreadBody {
  private let run: () -> Void
  init(_ run: @escaping () -> Void) { self.run = run }

  func runInC() -> UnsafeMutableRawPointer? {
    run()
    return nil
  }
}
