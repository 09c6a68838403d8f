import Foundation

/// Compiled specifications, by all that went into them: contents, sizes, flags, compiler and distcheck itself.
///
/// An entry is a folder with the program and a manifest. The name of the folder is only a hash of the inputs; the
/// manifest holds the inputs in full and is compared, so that a collision costs a compilation, never a wrong verdict. An
/// entry comes into being by renaming a finished folder, so there are no half-written ones; one that was damaged later
/// does not match its manifest and is made anew.
struct SpecificationCache {
  let folder: URL
  /// How many entries are kept; the longest unused ones go first.
  private static let capacity = 200

  init() throws(CommandError) {
    let environment = ProcessInfo.processInfo.environment
    if let path = environment["DISTCHECK_CACHE"], !path.isEmpty {
      folder = URL(fileURLWithPath: path)
    } else if let path = environment["XDG_CACHE_HOME"], path.hasPrefix("/") {
      folder = URL(fileURLWithPath: path).appending(path: "distcheck")
    } else if let home = environment["HOME"], home.hasPrefix("/") {
      folder = URL(fileURLWithPath: home).appending(path: ".cache/distcheck")
    } else {
      throw CommandError(.internalFault, "there is no place for compiled specifications; set DISTCHECK_CACHE")
    }
  }

  /// The program compiled from these inputs, if there is an intact one.
  func program(for inputs: String) -> URL? {
    let entry = entry(for: inputs)
    let program = entry.appending(path: "program")
    guard
      let manifest = FileManager.default.contents(atPath: entry.appending(path: "manifest").path),
      let data = FileManager.default.contents(atPath: program.path),
      manifest == Data(Self.manifest(inputs: inputs, program: data).utf8),
      FileManager.default.isExecutableFile(atPath: program.path)
    else { return nil }
    try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: entry.path)
    return program
  }

  /// A folder to compile in, on the same file system as the entries.
  func workFolder() throws(CommandError) -> URL {
    let work = folder.appending(
      path: "work-\(ProcessInfo.processInfo.processIdentifier)-\(UInt32.random(in: 0...UInt32.max))")
    do {
      try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
    } catch {
      throw CommandError(
        .internalFault,
        "\(folder.path): no place for compiled specifications: \(Self.reason(error)); set DISTCHECK_CACHE")
    }
    return work
  }

  /// Makes the program in a work folder an entry, and returns where it is then.
  func add(_ work: URL, inputs: String) throws(CommandError) -> URL {
    // Another distcheck may have made the same entry in the meantime, and be running it.
    if let program = program(for: inputs) { return program }
    let entry = entry(for: inputs)
    do {
      let program = try Data(contentsOf: work.appending(path: "program"))
      try Data(Self.manifest(inputs: inputs, program: program).utf8).write(to: work.appending(path: "manifest"))
      if FileManager.default.fileExists(atPath: entry.path) { try FileManager.default.removeItem(at: entry) }
      try FileManager.default.moveItem(at: work, to: entry)
    } catch {
      // Another distcheck may have made the same entry at the same time.
      if let program = program(for: inputs) { return program }
      throw CommandError(
        .internalFault, "\(folder.path): the compiled specification cannot be kept: \(Self.reason(error))")
    }
    evict()
    return entry.appending(path: "program")
  }

  private func entry(for inputs: String) -> URL {
    folder.appending(path: String(Self.hash(inputs.utf8), radix: 36))
  }

  private static func manifest(inputs: String, program: Data) -> String {
    "program \(program.count) \(hash(program))\n\(inputs)"
  }

  /// FNV-1a, 64 bits.
  static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  private func evict() {
    let key = URLResourceKey.contentModificationDateKey
    let entries = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: [key])) ?? []
    let dated = entries.map { ($0, (try? $0.resourceValues(forKeys: [key]).contentModificationDate) ?? .distantPast) }
    for (entry, date) in dated
    where entry.lastPathComponent.hasPrefix("work-") && date < Date(timeIntervalSinceNow: -3600) {
      try? FileManager.default.removeItem(at: entry)  // left behind by a process that was killed
    }
    let finished = dated.filter { !$0.0.lastPathComponent.hasPrefix("work-") }.sorted { $0.1 > $1.1 }
    for (entry, _) in finished.dropFirst(Self.capacity) { try? FileManager.default.removeItem(at: entry) }
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
