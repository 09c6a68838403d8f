#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How each state of a lossy search was reached: 16 bytes a state on disk, as the states themselves are gone.
///
/// Every worker appends to a file of its own, which has no name: it goes when the process does. It lies in the folder
/// that DISTCHECK_TMP names, else TMPDIR, else in /tmp, and is not made before the first 64 kB are full. Written rather
/// than mapped, so that a full disk is an error and no fault.
final class TransitionLog {
  private let writers: UnsafeMutablePointer<LogWriter>
  private let workers: Int

  init(workers: Int) {
    self.workers = workers
    signal(SIGXFSZ, SIG_IGN)  // a limit on the size of files is an error of `pwrite`, too
    writers = .allocate(capacity: workers)
    for worker in 0..<workers { (writers + worker).initialize(to: LogWriter(worker: worker)) }
  }

  func deallocate() {
    for worker in 0..<workers { writers[worker].close() }
    writers.deallocate()
  }

  /// Why it cannot be written, if that is so.
  var failure: FileError? { (0..<workers).lazy.compactMap { self.writers[$0].failure }.first }

  func writer(_ worker: Int) -> UnsafeMutablePointer<LogWriter> { writers + worker }

  /// The path that a log entry is the end of. No worker is at work.
  ///
  /// - Returns: nil when the log cannot be read.
  private func path(to lineage: Lineage) -> Path? {
    var choices: [Path.Choice] = []
    var entry = lineage.entry
    if entry == LogEntry.origin { return Path(initial: lineage.choice!.ordinal, choices: []) }
    if let choice = lineage.choice { choices.append(choice) }
    while true {
      guard let found = writers[Int(entry >> LogWriter.positionBits)].read(entry) else { return nil }
      if found.source == LogEntry.origin {
        return Path(initial: Int(found.ordinal), choices: choices.reversed())
      }
      choices.append(Path.Choice(action: Int(found.action), ordinal: Int(found.ordinal)))
      entry = found.source
    }
  }

  /// A path to each of the positions of a lossy search.
  func paths(to positions: [Position], of system: TransitionSystem, _ packing: Packing) -> [Path?] {
    positions.map { position in
      switch position {
      case .state(_, _, let lineage), .transition(_, _, _, let lineage):
        guard let path = path(to: lineage!) else { preconditionFailure("the log of a lossy search cannot be read") }
        guard let symmetry = system.symmetry else { return path.extended(to: position) }
        let chain = Self.representatives(along: path, of: system, packing, symmetry)
        return Path(through: chain, of: system, packing)?.extended(to: position)
      }
    }
  }

  /// Under symmetry the choices that are logged are those of representatives.
  private static func representatives(
    along path: Path, of system: TransitionSystem, _ packing: Packing, _ symmetry: Symmetry
  ) -> [[UInt64]] {
    let packer = StatePacker(packing, symmetry)
    let scan = SuccessorScan(system)
    defer {
      packer.deallocate()
      scan.deallocate()
    }
    var chain = [packer.pack(system.initialStates[path.initial])]
    for choice in path.choices {
      guard let successor = scan.successor(of: packing.unpack(chain.last!), choice) else { break }
      chain.append(packer.pack(successor))
    }
    return chain
  }
}

/// How a state was reached: from the state of which entry, by which instance of which action.
struct LogEntry {
  /// The source of an initial state, whose number is the ordinal.
  static let origin = UInt64.max

  var source: UInt64
  var action: UInt32
  var ordinal: UInt32
}

/// Where in the log a path ends: at the state of an entry, or one choice behind it.
struct Lineage: Equatable {
  var entry: UInt64
  var choice: Path.Choice?
}

/// One worker's log. An entry's number has the worker in the upper 16 bits.
struct LogWriter {
  static let positionBits: UInt64 = 48
  private static let capacity = 4096

  private let first: UInt64
  private let buffer: UnsafeMutablePointer<LogEntry>
  private var buffered = 0
  private var written = 0
  private var file: Int32 = -1
  private(set) var failure: FileError?

  init(worker: Int) {
    first = UInt64(worker) << Self.positionBits
    buffer = .allocate(capacity: Self.capacity)
  }

  func close() {
    buffer.deallocate()
    if file >= 0 { _ = systemClose(file) }
  }

  /// Sees to it that one more entry can be appended. False when it cannot be written to disk what was before; that is
  /// still in memory then.
  @inline(__always)
  mutating func ensureRoom() -> Bool { buffered < Self.capacity || flush() }

  /// Adds an entry, for which there is room, and returns its number.
  @inline(__always)
  mutating func append(_ entry: LogEntry) -> UInt64 {
    (buffer + buffered).initialize(to: entry)
    buffered &+= 1
    return first + UInt64(written &+ buffered &- 1)
  }

  @inline(never)
  private mutating func flush() -> Bool {
    if file < 0 { file = Self.open() }
    guard file >= 0 else {
      failure = FileError(Self.folder)
      return false
    }
    let (size, stride) = (buffered * MemoryLayout<LogEntry>.stride, MemoryLayout<LogEntry>.stride)
    var done = 0
    while done < size {
      let count = pwrite(file, UnsafeRawPointer(buffer) + done, size - done, off_t(written * stride + done))
      if count < 0 && errno == EINTR { continue }
      if count <= 0 {
        failure = FileError(Self.folder)
        return false
      }
      done += count
    }
    written += buffered
    buffered = 0
    return true
  }

  private static var folder: String {
    let names: [String] = ["DISTCHECK_TMP", "TMPDIR"]
    let folders = names.compactMap { name in getenv(name).map { String(cString: $0) } }
    return folders.first { !$0.isEmpty } ?? "/tmp"
  }

  /// A file without a name; negative when there can be none.
  private static func open() -> Int32 {
    var path = Array("\(folder)/distcheck-XXXXXX".utf8CString)
    let file = mkstemp(&path)
    if file >= 0 { unlink(path) }
    return file
  }

  func read(_ entry: UInt64) -> LogEntry? {
    let position = Int(entry & (1 << Self.positionBits - 1))
    if position >= written { return buffer[position - written] }
    var found = LogEntry(source: 0, action: 0, ordinal: 0)
    let size = MemoryLayout<LogEntry>.stride
    return pread(file, &found, size, off_t(position * size)) == size ? found : nil
  }
}

private func systemClose(_ file: Int32) -> Int32 { close(file) }
