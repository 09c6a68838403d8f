import Foundation
import Testing

@testable import DistCheckEngine
import TestSupport

/// What is written to disk is read back as it was, or not at all; and no file of anybody else is touched.
@Suite(.needsOptimization) struct WordFileTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "distcheck-words-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func path(_ name: String) -> String { folder.appending(path: name).path }

  private static let header = WordFile.Header(search: 7)

  private func words(_ count: Int) -> [UInt64] {
    var random = SplitMix64(seed: 1)
    return (0..<count).map { _ in random.next() }
  }

  private func write(_ words: [UInt64], _ name: String, pieces: Int) throws -> WordFile {
    let file = try WordFile(creating: path(name), header: Self.header)
    for first in stride(from: 0, to: words.count, by: pieces) {
      try words[first..<min(first + pieces, words.count)].withContiguousStorageIfAvailable { try file.append($0) }
    }
    return file
  }

  private func read(_ file: WordFile, _ range: Range<Int>) throws -> [UInt64] {
    var result = [UInt64](repeating: 0, count: range.count)
    try result.withUnsafeMutableBufferPointer { buffer throws(FileError) in
      try file.read(at: range.lowerBound, into: buffer)
    }
    return result
  }

  private static let block = WordFile.blockWords

  @Test(arguments: [1, 777, block - 1, block, block + 1, 5 * block + 3], [100, block, 3 * block])
  func anyRange(count: Int, pieces: Int) throws {
    let words = words(count)
    let file = try write(words, "w", pieces: pieces)
    #expect(file.count == count)
    for parts in 1...4 {
      var seen: [UInt64] = []
      for part in 0..<parts { try file.forEach(part: part, of: parts) { seen += $0 } }
      #expect(seen == words)
    }
    for edge in [0, 1, Self.block - 1, Self.block, count / 2, count - 1] where edge < count {
      for end in [edge, edge + 1, Self.block, Self.block + 1, count] where (edge...count).contains(end) {
        #expect(try read(file, edge..<end) == Array(words[edge..<end]))
      }
    }
    let again = try WordFile(opening: path("w"), header: Self.header, count: count)
    try again.learn()
    #expect(again.checksum == file.checksum)
    #expect(try read(again, 0..<count) == words)
  }

  /// One bit, anywhere: noticed by who reads that block, and by nobody else.
  @Test(arguments: [0, block - 1, block, 2 * block, 2 * block + 5])
  func changedMeanwhile(place: Int) throws {
    let words = words(2 * Self.block + 6)
    let file = try write(words, "w", pieces: 1000)
    let handle = try FileHandle(forUpdating: folder.appending(path: "w"))
    try handle.seek(toOffset: UInt64((WordFile.Header.words + place) * 8))
    try handle.write(contentsOf: withUnsafeBytes(of: words[place] ^ 1 << 40) { Data($0) })
    for other in [0, Self.block, 2 * Self.block] {
      let range = other..<other + 3
      if other / Self.block == place / Self.block {
        #expect(throws: FileError.self) { try read(file, range) }
      } else {
        #expect(try read(file, range) == Array(words[range]))
      }
    }
    #expect(throws: FileError.self) { try file.forEach(part: 0, of: 1) { _ in } }
  }

  @Test func cutMeanwhile() throws {
    let file = try write(words(3 * Self.block), "w", pieces: 1000)
    truncate(path("w"), off_t(2 * Self.block * 8))
    #expect(throws: FileError.self) { try file.forEach(part: 0, of: 1) { _ in } }
  }

  /// What is there already stays as it is, whatever it is; only what a killed search has left behind gives way.
  @Test func notOurs() throws {
    try Data("precious".utf8).write(to: folder.appending(path: "file"))
    try FileManager.default.createSymbolicLink(atPath: path("link"), withDestinationPath: path("file"))
    try FileManager.default.createSymbolicLink(atPath: path("dangling"), withDestinationPath: path("nowhere"))
    try FileManager.default.createDirectory(atPath: path("folder"), withIntermediateDirectories: false)
    mkfifo(path("fifo"), 0o600)
    for name in ["file", "link", "dangling", "folder", "fifo"] {
      #expect(throws: FileError.self) { try WordFile(creating: path(name), header: Self.header) }
      #expect(throws: FileError.self) { try WordFile(opening: path(name), header: Self.header, count: 0) }
    }
    #expect(try String(contentsOf: folder.appending(path: "file"), encoding: .utf8) == "precious")
    #expect(!FileManager.default.fileExists(atPath: path("nowhere")))

    _ = try write(words(5), "left behind", pieces: 5)
    _ = try write(words(5), "left behind", pieces: 5)
    try Data().write(to: folder.appending(path: "just begun"))
    _ = try write(words(5), "just begun", pieces: 5)
    try write(words(5), "of a checkpoint", pieces: 5).claim()
    #expect(throws: FileError.self) { try WordFile(creating: path("of a checkpoint"), header: Self.header) }
    #expect(throws: FileError.self) {
      try WordFile(opening: path("of a checkpoint"), header: .init(search: 8), count: 5)
    }
    // More than is wanted is cut only when that is asked for.
    let file = try WordFile(opening: path("of a checkpoint"), header: Self.header, count: 2)
    #expect(try Data(contentsOf: folder.appending(path: "of a checkpoint")).count == (WordFile.Header.words + 5) * 8)
    try file.cut()
    #expect(try Data(contentsOf: folder.appending(path: "of a checkpoint")).count == (WordFile.Header.words + 2) * 8)
  }

  @Test func lockedOnce() throws {
    let first = try FolderLock(folder.path, for: .spill)
    let second = #expect(throws: FileError.self) { try FolderLock(folder.path, for: .spill) }
    #expect(second?.isRefusal == true)
    #expect(second?.reason == "another search is going on here, process \(getpid())")
    withExtendedLifetime(try FolderLock(folder.path, for: .checkpoint)) {}  // another matter
    withExtendedLifetime(first) {}
  }

  @Test func lockIsFreeAgain() throws {
    do { withExtendedLifetime(try FolderLock(folder.path, for: .spill)) {} }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    // What a killed process leaves is taken over; what is none of ours is not.
    try Data("distcheck 1\n".utf8).write(to: folder.appending(path: ".distcheck-spill-lock"))
    do { withExtendedLifetime(try FolderLock(folder.path, for: .spill)) {} }
    try Data("mine".utf8).write(to: folder.appending(path: ".distcheck-checkpoint-lock"))
    #expect(throws: FileError.self) { try FolderLock(folder.path, for: .checkpoint) }
    #expect(
      try String(contentsOf: folder.appending(path: ".distcheck-checkpoint-lock"), encoding: .utf8) == "mine")
  }
}
