/// Where and how often a search is written down.
public struct CheckpointOptions: Equatable, Sendable {
  public var folder: String
  public var interval: Duration
  /// Written into the checkpoint for whoever resumes, and not interpreted here.
  public var notes: [String]

  public init(folder: String, interval: Duration = .seconds(300), notes: [String] = []) {
    self.folder = folder
    self.interval = interval
    self.notes = notes
  }
}

/// Writes a search down every so often, and when it is stopped.
final class CheckpointSchedule {
  private let options: CheckpointOptions
  private let lock: FolderLock
  private var next: ContinuousClock.Instant
  /// Why the last one could not be written; the one before it is still there.
  private(set) var failure: FileError?
  private(set) var isWritten = false

  /// Takes the folder for this search.
  ///
  /// - Parameter resumes: Whether the search goes on from a checkpoint that is there.
  /// - Throws: `FileError` when another search has it, or when something lies there that is no checkpoint; or one is there
  ///   that would be lost.
  init(_ options: CheckpointOptions, resumes: Bool) throws(FileError) {
    self.options = options
    try Folder.make(options.folder)
    lock = try FolderLock(options.folder, for: .checkpoint)
    try CheckpointFile.refuseOthers(in: options.folder)
    if !resumes && CheckpointFile.isOurs(CheckpointFile.path(in: options.folder)) == true {
      throw FileError(options.folder, reason: "holds a checkpoint already", isRefusal: true)
    }
    next = ContinuousClock.now + options.interval
  }

  var isDue: Bool { ContinuousClock.now >= next }

  func write(_ body: (CheckpointOptions) throws(FileError) -> Void) {
    do throws(FileError) {
      try body(options)
      failure = nil
      isWritten = true
    } catch { failure = error }
    next = ContinuousClock.now + options.interval
  }

  /// The search is done: nothing is left to resume.
  func remove() { CheckpointFile.remove(in: options.folder) }
}
