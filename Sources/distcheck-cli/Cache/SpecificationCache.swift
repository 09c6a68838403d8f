import Foundation

/// Compiled specifications, by all that went into them: contents, sizes, flags, compiler and distcheck itself.
///
/// An entry comes into being by renaming a finished folder, so there are no half-written ones; several distchecks may work
/// on one cache. Changes are made under a lock on the folder, and no entry is removed that another distcheck uses. Where the
/// folder cannot be used, a private one takes its place for this command.
final class SpecificationCache: @unchecked Sendable {
  /// How many entries are kept; the longest unused ones go first.
  private static let capacity = 200

  /// The one of this command.
  static let shared = Result { try SpecificationCache() }

  private let lock = NSLock()
  private var current: URL
  private var isPrivate = false
  /// What this command has found intact or has made, so that it is looked at once; the last few, for each holds a file open.
  private var leases: [(inputs: String, lease: CacheEntry.Lease)] = []
  private static let leaseLimit = 32

  private init() throws {
    do {
      let path = try CacheFolder.path()
      try CacheFolder.prepare(path)
      current = URL(fileURLWithPath: path)
    } catch let error as CacheFolder.Unusable {
      current = try Self.privateFolder(error.reason)
      isPrivate = true
    }
  }

  private static func privateFolder(_ reason: String) throws(CommandError) -> URL {
    Terminal.complain("\(reason); a temporary folder is used; set DISTCHECK_CACHE")
    return try PrivateFolder.make()
  }

  var folder: URL { lock.withLock { current } }

  /// For the compiler, whose own cache is where the other one could not be, too; nil for where it wants to have it.
  var moduleCache: URL? { lock.withLock { isPrivate ? current.appending(path: "modules") : nil } }

  /// The program compiled from these inputs, if there is an intact one.
  func program(for inputs: String) -> URL? {
    if let found = lock.withLock({ leases.last { $0.inputs == inputs } }) { return found.lease.program }
    return CacheEntry(inputs: inputs, in: folder).lease(inputs: inputs).map { keep($0, inputs) }
  }

  private func keep(_ lease: CacheEntry.Lease, _ inputs: String) -> URL {
    lock.withLock {
      if leases.count == Self.leaseLimit { leases.removeFirst() }
      leases.append((inputs, lease))
    }
    return lease.program
  }

  /// A folder to compile in, on the same file system as the entries.
  func workFolder() throws(CommandError) -> URL {
    let work = folder.appending(path: CacheFolder.workName)
    if mkdir(work.path, 0o700) == 0 { return work }
    let reason = String(cString: strerror(errno))
    if !lock.withLock({ isPrivate }) {
      let place = try Self.privateFolder("\(folder.path): no place for compiled specifications: \(reason)")
      lock.withLock { (current, isPrivate) = (place, true) }
      return try workFolder()
    }
    throw CommandError(.internalFault, "\(folder.path): no place for compiled specifications: \(reason)")
  }

  /// Makes the program in a work folder an entry, and returns where it is then.
  func add(_ work: URL, inputs: String) throws(CommandError) -> URL {
    do { try CacheEntry.writeManifest(inputs: inputs, in: work) } catch { throw cannotBeKept(Self.reason(error)) }
    unlink(work.appending(path: CacheFolder.mainName).path)
    let (lease, reason) = locked { () -> (CacheEntry.Lease?, String) in
      let entry = CacheEntry(inputs: inputs, in: folder)
      // Another distcheck may have made the same entry in the meantime, and be running it.
      if let lease = entry.lease(inputs: inputs) { return (lease, "") }
      entry.clear()
      guard rename(work.path, entry.folder.path) == 0 else { return (nil, String(cString: strerror(errno))) }
      return (entry.lease(inputs: inputs), "it is not what was written")
    }
    guard let lease else { throw cannotBeKept(reason) }
    defer { locked { evict() } }
    return keep(lease, inputs)
  }

  private func cannotBeKept(_ reason: String) -> CommandError {
    CommandError(.internalFault, "\(folder.path): the compiled specification cannot be kept: \(reason)")
  }

  /// Keeps other distchecks from changing the folder meanwhile. Where folders cannot be locked, renaming has to do.
  private func locked<T>(_ body: () -> T) -> T {
    let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { if descriptor >= 0 { close(descriptor) } }
    if descriptor >= 0 { flock(descriptor, LOCK_EX) }
    return body()
  }

  private func evict() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    func lastUse(_ name: String) -> Int {
      var status = stat()
      let isFolder = lstat(folder.appending(path: name).path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
      return isFolder ? modificationSeconds(status) : Int.max
    }
    for name in names {
      // Left behind by a process that was killed; here, or on another machine that shares the folder.
      guard let worker = CacheFolder.worker(name), kill(worker, 0) != 0, errno == ESRCH else { continue }
      if lastUse(name) < time(nil) - 3600 { removeWork(name) }
    }
    let entries = names.filter { CacheEntry.isName($0) }
    guard entries.count > Self.capacity else { return }
    let dated = entries.map { (name: $0, time: lastUse($0)) }.sorted { $0.time > $1.time }
    for entry in dated.dropFirst(Self.capacity) { CacheEntry(folder.appending(path: entry.name)).remove() }
  }

  /// Removes what a compilation leaves in its folder; what else lies there stays.
  private func removeWork(_ name: String) {
    let work = folder.appending(path: name)
    for file in [CacheFolder.mainName, "program", "manifest"] { unlink(work.appending(path: file).path) }
    rmdir(work.path)
  }

  static func reason(_ error: any Error) -> String {
    let chain = sequence(first: error as NSError) { $0.userInfo[NSUnderlyingErrorKey] as? NSError }
    if let code = chain.first(where: { $0.domain == NSPOSIXErrorDomain })?.code {
      return String(cString: strerror(Int32(code)))
    }
    return switch (error as? CocoaError)?.code {
    case .fileNoSuchFile, .fileReadNoSuchFile: String(cString: strerror(ENOENT))
    case .fileWriteFileExists: String(cString: strerror(EEXIST))
    case .fileWriteNoPermission, .fileReadNoPermission: String(cString: strerror(EACCES))
    default: error.localizedDescription
    }
  }
}

private func modificationSeconds(_ status: stat) -> Int {
  #if os(Linux)
    status.st_mtim.tv_sec
  #else
    status.st_mtimespec.tv_sec
  #endif
}
