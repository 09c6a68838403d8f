#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A run of zeroed memory straight from the operating system: pages cost nothing until they are touched, and are
/// returned at once.
struct PagedMemory {
  let base: UnsafeMutableRawPointer
  let byteCount: Int

  /// Maps memory; nil when the operating system refuses.
  ///
  /// - Parameters:
  ///   - sparse: Address space only, of which a small part may be used.
  ///   - largePages: Fewer misses where access is random; not for what is used from one end on.
  init?(byteCount: Int, sparse: Bool = false, largePages: Bool = true) {
    var flags = MAP_PRIVATE | MAP_ANONYMOUS
    #if os(Linux)
      if sparse { flags |= MAP_NORESERVE }
    #endif
    let memory = mmap(nil, byteCount, PROT_READ | PROT_WRITE, Int32(flags), -1, 0)
    guard let memory, memory != MAP_FAILED else { return nil }
    #if os(Linux)
      // A random probe of many megabytes misses the TLB nearly always; large pages mend that.
      if largePages && byteCount >= 4 << 20 { madvise(memory, byteCount, MADV_HUGEPAGE) }
    #endif
    base = memory
    self.byteCount = byteCount
  }

  /// Address space for more than the machine's memory holds; half as much while the system refuses.
  static func reserve(_ most: Int = 1 << 42, largePages: Bool = true) -> PagedMemory? {
    var byteCount = most
    while byteCount >= 1 << 24 {
      if let memory = PagedMemory(byteCount: byteCount, sparse: true, largePages: largePages) { return memory }
      byteCount /= 2
    }
    return nil
  }

  func release() { munmap(base, byteCount) }

  /// Gives it back, and then takes so many bytes in its place; or as many as before where the operating system refuses.
  /// Both together are never in memory.
  ///
  /// - Returns: Whether it is as large as it was to be. All of it is zero in either case.
  mutating func replace(byteCount wanted: Int) -> Bool {
    let old = byteCount
    release()
    let larger = PagedMemory(byteCount: wanted)
    guard let memory = larger ?? PagedMemory(byteCount: old) else {
      fatalError("the operating system took memory back")
    }
    self = memory
    return larger != nil
  }

  /// Takes so many bytes in its place, where it is smaller; what was in it is gone then.
  ///
  /// - Throws: `OutOfMemory` when the operating system refuses; it is as it was then.
  mutating func enlarge(byteCount wanted: Int) throws(OutOfMemory) {
    guard wanted > byteCount else { return }
    guard let memory = PagedMemory(byteCount: wanted) else { throw OutOfMemory() }
    release()
    self = memory
  }

  /// Makes all of it zero, and gives its pages back.
  func clear() { clear(0..<byteCount) }

  /// Makes a range of bytes zero, and gives the pages back that lie wholly within it.
  func clear(_ range: Range<Int>) {
    let page = 4096
    let first = min((range.lowerBound + page - 1) / page * page, range.upperBound)
    let last = max(range.upperBound / page * page, first)
    memset(base + range.lowerBound, 0, first - range.lowerBound)
    if first < last { madvise(base + first, last - first, MADV_DONTNEED) }
    memset(base + last, 0, range.upperBound - last)
  }
}

/// What the machine, or the part of it that this process may use, has.
public enum MachineMemory {
  /// Bytes of memory that this process may use, as the machine or its control group says.
  static var available: Int {
    let machine = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    let limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
    return limits.compactMap(number).reduce(machine, min)
  }

  /// The most memory that this process has had in use, in bytes.
  public static var peak: Int {
    // What getrusage says on Linux includes the process that this one was forked from.
    if let highWater = line(beginning: "VmHWM:", inFile: "/proc/self/status") { return highWater * 1024 }
    var usage = rusage()
    getrusage(0, &usage)  // RUSAGE_SELF, whose type differs between C libraries
    #if os(Linux)
      return usage.ru_maxrss * 1024
    #else
      return usage.ru_maxrss
    #endif
  }

  /// The first integer of a file.
  private static func number(inFile path: String) -> Int? { line(beginning: "", inFile: path) }

  /// The first integer in the first line that begins with a text.
  private static func line(beginning prefix: String, inFile path: String) -> Int? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 256)
    while fgets(&buffer, Int32(buffer.count), file) != nil {
      let line = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard line.hasPrefix(prefix) else { continue }
      return Int(line.dropFirst(prefix.count).drop { !$0.isNumber }.prefix { $0.isNumber })
    }
    return nil
  }
}
