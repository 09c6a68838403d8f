#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What does not fit in memory, on disk.
///
/// States that are moved out of the store's table are appended to one file, items of the frontier to another. Neither is
/// ever changed, only read in sequential passes: the states at least once for each level, to tell which of its states are
/// new (Stern, Dill: "Using Magnetic Disk Instead of Main Memory in the Murφ Verifier", 1998), the items when their level
/// is explored. 8 bytes a state, and 8 for each item that did not fit.
final class Spill {
  let folder: String
  /// Entries of the table, each with its key and its depth.
  let states: WordFile
  let items: WordFile
  /// Items have one part in so many of the memory; the store has the rest.
  var itemShare = StorageThresholds().itemShare
  /// What the files begin with, where they can be opened again.
  let header: WordFile.Header
  private let lock: FolderLock

  /// - Parameter isNameless: The files are gone with the process; otherwise they can be opened again.
  init(folder: String, isNameless: Bool) throws(FileError) {
    self.folder = folder
    try Folder.make(folder)
    lock = try FolderLock(folder, for: .spill)
    header = WordFile.Header(search: .random(in: .min ... .max))
    let suffix = isNameless ? "-\(getpid())-\(header.search)" : ""
    states = try WordFile(
      creating: "\(folder)/states\(suffix)", header: isNameless ? nil : header, isNameless: isNameless)
    do {
      items = try WordFile(
        creating: "\(folder)/items\(suffix)", header: isNameless ? nil : header, isNameless: isNameless)
    } catch {
      states.unlinkName()  // just made, and empty
      throw error
    }
  }

  /// What a checkpoint notes of the files.
  struct Note {
    var folder: String
    var header: WordFile.Header
    var states: (count: Int, checksum: UInt64)
    var items: (count: Int, checksum: UInt64)
  }

  /// What a checkpoint is to note, which is on disk.
  func noted() throws(FileError) -> Note {
    for file in [states, items] { try file.synchronize() }
    return Note(
      folder: folder, header: header, states: (states.count, states.checksum), items: (items.count, items.checksum))
  }

  /// From now on a checkpoint knows of the files, and no other search removes them.
  func claim() throws(FileError) {
    for file in [states, items] {
      try file.claim()
      try file.synchronize()
    }
  }

  /// Opens what a checkpoint knows of, reads all of it to see whether it is as it was, and only then forgets what was
  /// written after the checkpoint.
  init(reopening note: Note) throws(FileError) {
    folder = note.folder
    header = note.header
    lock = try FolderLock(folder, for: .spill)
    states = try WordFile(opening: "\(folder)/states", header: header, count: note.states.count)
    items = try WordFile(opening: "\(folder)/items", header: header, count: note.items.count)
    for (file, checksum) in [(states, note.states.checksum), (items, note.items.checksum)] {
      try file.learn()
      guard file.checksum == checksum else {
        throw FileError(file.path, reason: "is not what it was: its checksum is wrong")
      }
    }
    try states.cut()
    try items.cut()
  }

  /// Takes the files out of the folder; what is open can still be read.
  func remove() {
    states.unlinkName()
    items.unlinkName()
  }

  var hasStates: Bool { states.count > 0 }
  /// Whether nothing was ever moved here.
  var isEmpty: Bool { states.count == 0 && items.count == 0 }
  var byteCount: Int { (states.count + items.count) * 8 }
}

/// Items of a level that are on disk, one word each.
struct SpilledRun {
  var first: Int
  var count: Int
}
