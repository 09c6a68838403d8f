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
/// ever changed, only read in sequential passes: the states once for each level, to tell which of its states are new
/// (Stern, Dill: "Using Magnetic Disk Instead of Main Memory in the Murφ Verifier", 1998), the items when their level is
/// explored. 8 bytes a state, and 8 for each item that did not fit.
final class Spill {
  let folder: String
  /// Entries of the table, each with its key and its depth.
  let states: WordFile
  let items: WordFile

  /// - Parameter isNameless: The files are gone with the process; otherwise they can be opened again.
  init(folder: String, isNameless: Bool) throws(FileError) {
    self.folder = folder
    try Folder.make(folder)
    let suffix = isNameless ? "-\(getpid())" : ""
    states = try WordFile(creating: "\(folder)/states\(suffix)", isNameless: isNameless)
    items = try WordFile(creating: "\(folder)/items\(suffix)", isNameless: isNameless)
  }

  /// Opens what a checkpoint knows of.
  init(reopening folder: String, states: Int, items: Int) throws(FileError) {
    self.folder = folder
    self.states = try WordFile(opening: "\(folder)/states", count: states)
    self.items = try WordFile(opening: "\(folder)/items", count: items)
  }

  /// Takes the files out of the folder; what is open can still be read.
  func remove() {
    unlink(states.path)
    unlink(items.path)
  }

  var hasStates: Bool { states.count > 0 }
  var byteCount: Int { (states.count + items.count) * 8 }
}

/// Items of a level that are on disk, one word each.
struct SpilledRun {
  var first: Int
  var count: Int
}

extension CompactStore {
  /// Marks every state of the table that was first met at a depth, or so it seemed, but is on disk from an earlier one.
  ///
  /// - Returns: How many there are.
  func markDuplicates(_ spill: Spill, label: UInt64, _ team: WorkerTeam) throws(FileError) -> Int {
    var duplicates: UInt64 = 0
    var failures: [FileError?] = Array(repeating: nil, count: team.count)
    withUnsafeMutablePointer(to: &duplicates) { duplicates in
      failures.withUnsafeMutableBufferPointer { failures in
        team.run { worker in
          let probe = probe(worker: worker)
          do throws(FileError) {
            try spill.states.forEach(part: worker, of: team.count) { entries in
              probe.markDuplicates(entries, label: label, count: duplicates)
            }
          } catch { failures[worker] = error }
        }
      }
    }
    if let failure = failures.compactMap({ $0 }).first { throw failure }
    return Int(duplicates)
  }

  /// Drops the items whose states are marked as duplicates, and moves the others together.
  func withoutDuplicates(_ run: ItemRun) -> ItemRun {
    let probe = probe(worker: 0)
    var run = run
    var kept = 0
    for k in 0..<run.count where !probe.isDuplicate(run.items[k]) {
      run.items[kept] = run.items[k]
      kept += 1
    }
    run.count = kept
    return run
  }
}
