import Synchronization

/// Where the frontier's items are: chunks of one large reservation of address space, each filled by one worker.
///
/// The reservation is larger than the machine's memory; pages are used as they are touched, so items never move. Chunks
/// of a level that is explored can be given back, to be filled again.
final class ItemArena {
  let itemWords: Int
  let chunkItems: Int
  private let chunkBytes: Int
  private let chunkLimit: Int
  private let memory: PagedMemory
  private let chunks: Mutex<Chunks>

  private struct Chunks {
    var used = 0
    var free: [Int] = []
  }

  init(itemWords: Int, _ thresholds: StorageThresholds = StorageThresholds()) throws(OutOfMemory) {
    self.itemWords = itemWords
    chunkItems = max(thresholds.leastChunkItems, thresholds.chunkWords / itemWords)
    chunkBytes = chunkItems * itemWords * 8
    guard let memory = PagedMemory.reserve() else { throw OutOfMemory() }
    self.memory = memory
    chunkLimit = memory.byteCount / chunkBytes
    chunks = Mutex(Chunks())
  }

  func deallocate() { memory.release() }

  var base: UnsafeMutablePointer<UInt64> { memory.base.assumingMemoryBound(to: UInt64.self) }

  /// Bytes of the chunks that are handed out.
  var byteCount: Int { chunks.withLock { ($0.used - $0.free.count) * chunkBytes } }

  /// Places for items in the chunks that were ever handed out.
  var itemLimit: Int { chunks.withLock { $0.used * chunkItems } }

  /// A chunk for a worker; nil when the reservation is used up.
  func takeChunk() -> UnsafeMutablePointer<UInt64>? {
    let number = chunks.withLock { chunks -> Int? in
      if let free = chunks.free.popLast() { return free }
      guard chunks.used < chunkLimit else { return nil }
      chunks.used += 1
      return chunks.used - 1
    }
    return number.map { base + $0 * chunkItems * itemWords }
  }

  /// Adjacent chunks for so many items; nil when the reservation is used up.
  func takeChunks(items: Int) -> UnsafeMutablePointer<UInt64>? {
    let count = (items + chunkItems - 1) / chunkItems
    let first = chunks.withLock { chunks -> Int? in
      guard chunks.used + count <= chunkLimit else { return nil }
      chunks.used += count
      return chunks.used - count
    }
    return first.map { base + $0 * chunkItems * itemWords }
  }

  /// Reads items that were moved to disk.
  func fill(_ run: SpilledRun, from file: WordFile, depth: Int) throws(FileError) -> [ItemRun] {
    var runs: [ItemRun] = []
    var done = 0
    while done < run.count {
      let count = min(chunkItems, run.count - done)
      guard let chunk = takeChunk() else { throw FileError(file.path, reason: "no memory to read it back") }
      try file.read(at: run.first + done, into: UnsafeMutableBufferPointer(start: chunk, count: count))
      runs.append(ItemRun(items: chunk, count: count, depth: depth))
      done += count
    }
    return runs
  }

  /// Takes chunks back whose items are not wanted any more.
  func recycle(_ runs: [ItemRun]) {
    var numbers = runs.map { ($0.items - base) / (chunkItems * itemWords) }
    numbers.sort()
    chunks.withLock { chunks in
      for (index, number) in numbers.enumerated() where index == 0 || numbers[index - 1] != number {
        chunks.free.append(number)
      }
    }
  }
}

/// Adjacent items of an arena that belong to one level.
struct ItemRun {
  var items: UnsafeMutablePointer<UInt64>
  var count: Int
  /// The depth of the states.
  var depth: Int
}

/// Where a worker's next item goes.
struct ItemCursor {
  private(set) var place: UnsafeMutablePointer<UInt64>
  private var room = 0
  /// What was written since the level began, in runs that are complete and in one that is not.
  private var closed: [ItemRun] = []
  private var first: UnsafeMutablePointer<UInt64>
  private var count = 0
  private let depth: Int
  private let itemWords: Int

  init(_ arena: ItemArena, depth: Int = 1) {
    place = arena.base
    first = arena.base
    itemWords = arena.itemWords
    self.depth = depth
  }

  /// Goes on with the next level; with the rest of its chunk, unless the levels are to have chunks of their own.
  init(after cursor: ItemCursor, depth: Int, sharesChunks: Bool) {
    place = cursor.place
    first = cursor.place
    itemWords = cursor.itemWords
    room = sharesChunks ? cursor.room : 0
    self.depth = depth
  }

  /// Sees to it that there is a place for an item. False when there is no memory for it.
  @inline(__always)
  mutating func ensurePlace(_ arena: ItemArena) -> Bool { room > 0 || takeChunk(arena) }

  @inline(never)
  private mutating func takeChunk(_ arena: ItemArena) -> Bool {
    guard let chunk = arena.takeChunk() else { return false }
    if count > 0 { closed.append(ItemRun(items: first, count: count, depth: depth)) }
    place = chunk
    first = chunk
    count = 0
    room = arena.chunkItems
    return true
  }

  /// Keeps the item that was written at `place`.
  @inline(__always)
  mutating func commit() {
    place += itemWords
    room &-= 1
    count &+= 1
  }

  /// All that was written since the level began.
  var runs: [ItemRun] { count > 0 ? closed + [ItemRun(items: first, count: count, depth: depth)] : closed }
}
