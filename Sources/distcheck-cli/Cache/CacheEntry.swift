import DistCheckMessages
import DistCheckReporting
import Foundation

/// A compiled specification in a cache: a folder with the program, a manifest, and notes on what it was compared with.
///
/// The name of the folder is a hash of the inputs. The manifest holds the inputs in full, with size and checksum of the
/// program, and is compared: a collision or damage costs a compilation, never a wrong verdict. Nothing is taken for an
/// entry, let alone removed, that does not say so in such a manifest.
struct CacheEntry {
  let folder: URL

  static let notePrefix = "compared-"
  private static let magic = "distcheck entry 1"

  private var program: URL { folder.appending(path: "program") }
  private var manifest: URL { folder.appending(path: "manifest") }

  init(inputs: String, in cache: URL) { folder = cache.appending(path: Self.name(inputs[...])) }
  init(_ folder: URL) { self.folder = folder }

  private static func name(_ inputs: Substring) -> String { String(Checksum.of(inputs.utf8), radix: 36) }

  static func isName(_ name: String) -> Bool {
    (1...13).contains(name.utf8.count) && name.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) }
  }

  // MARK: In use

  /// A program that is being used: as long as this exists, no distcheck removes it.
  final class Lease: Sendable {
    let program: URL
    private let descriptor: Int32

    fileprivate init(program: URL, descriptor: Int32) {
      self.program = program
      self.descriptor = descriptor
    }

    deinit { close(descriptor) }
  }

  /// The program, if the entry is intact, is of these inputs, and is this user's.
  func lease(inputs: String) -> Lease? {
    guard isOwn(folder, S_IFDIR), isOwn(program, S_IFREG), access(program.path, X_OK) == 0,
      let descriptor = openManifest(lock: LOCK_SH)
    else { return nil }
    let lease = Lease(program: program, descriptor: descriptor)
    guard let data = try? Data(contentsOf: program, options: .alwaysMapped),
      text(descriptor) == Self.manifest(inputs: inputs, program: data)
    else { return nil }
    utimensat(AT_FDCWD, folder.path, nil, 0)
    return lease
  }

  /// Makes a folder with a program an entry.
  static func writeManifest(inputs: String, in work: URL) throws {
    let program = try Data(contentsOf: work.appending(path: "program"), options: .alwaysMapped)
    try Data(manifest(inputs: inputs, program: program).utf8).write(to: work.appending(path: "manifest"))
  }

  private static func manifest(inputs: String, program: Data) -> String {
    let checksum = program.withUnsafeBytes { Checksum.ofFile($0) }
    return "\(magic)\nprogram \(program.count) \(checksum)\n\(inputs)"
  }

  /// This user's, and only this user can change it; links are not followed.
  private func isOwn(_ file: URL, _ kind: mode_t) -> Bool {
    var status = stat()
    guard lstat(file.path, &status) == 0, status.st_mode & S_IFMT == kind, status.st_uid == geteuid() else {
      return false
    }
    return kind != S_IFDIR || status.st_mode & 0o022 == 0
  }

  private func openManifest(lock: Int32) -> Int32? {
    let descriptor = open(manifest.path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    var status = stat()
    // Whoever removes an entry holds the lock until the name is gone.
    guard flock(descriptor, lock) == 0, fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_nlink > 0
    else {
      close(descriptor)
      return nil
    }
    return descriptor
  }

  private func text(_ descriptor: Int32) -> String? {
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
    return (try? handle.readToEnd()).flatMap { String(validating: $0, as: UTF8.self) }
  }

  // MARK: What is known of the program

  /// The models that it lists, if it has listed them before.
  static func models(of program: URL) -> [Event.ModelDescription]? {
    guard let data = FileManager.default.contents(atPath: modelsFile(program)),
      let json = JSON(parsing: String(decoding: data, as: UTF8.self))
    else { return nil }
    return try? json.decoded(as: [Event.ModelDescription].self)
  }

  static func keep(_ models: [Event.ModelDescription], of program: URL) {
    guard let json = try? JSON(encoding: models) else { return }
    try? Data(json.description.utf8).write(to: URL(fileURLWithPath: modelsFile(program)), options: .atomic)
  }

  private static let modelsName = "models"

  private static func modelsFile(_ program: URL) -> String {
    program.deletingLastPathComponent().appending(path: modelsName).path
  }

  // MARK: Removal

  /// Whether it says that it is an entry, of this version or of an earlier one.
  var isEntry: Bool { hasManifest(lock: LOCK_SH | LOCK_NB) { _ in } }

  private func hasManifest(lock: Int32, _ body: (Int32) -> Void) -> Bool {
    guard isOwn(folder, S_IFDIR), let descriptor = openManifest(lock: lock) else { return false }
    defer { close(descriptor) }
    guard let text = text(descriptor) else { return false }
    // The program's line, before which earlier versions had none.
    let lines = text.split(separator: "\n", maxSplits: text.hasPrefix("\(Self.magic)\n") ? 2 : 1)
    guard let inputs = lines.last, lines.dropLast().last?.hasPrefix("program ") == true,
      Self.name(inputs) == folder.lastPathComponent
    else { return false }
    body(descriptor)
    return true
  }

  /// Removes what an entry consists of, if it is one that nobody uses. What else lies in the folder stays, and the folder
  /// with it.
  func remove() {
    _ = hasManifest(lock: LOCK_EX | LOCK_NB) { _ in removeFiles() }
  }

  /// Takes what is in the place of a new entry out of the way: a damaged entry, a link, whatever it is.
  func clear() {
    var status = stat()
    guard lstat(folder.path, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFLNK {
      unlink(folder.path)
      return
    }
    if status.st_mode & S_IFMT == S_IFDIR { removeFiles() }
    let aside = folder.deletingLastPathComponent().appending(path: "damaged-\(UInt32.random(in: 0...UInt32.max))")
    rename(folder.path, aside.path)
  }

  private func removeFiles() {
    unlink(manifest.path)
    if unlink(program.path) != 0 { rmdir(program.path) }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let own = [Self.modelsName, CacheFolder.mainName]
    for name in names where own.contains(name) || name.hasPrefix(Self.notePrefix) {
      unlink(folder.appending(path: name).path)
    }
    rmdir(folder.path)
  }
}
