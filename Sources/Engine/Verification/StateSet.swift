/// Distinct states, with the node of a history for each: all states that a specification can be in after a line of a log.
///
/// States are canonical words. Equal ones are found by a table of places (linear probing); under symmetry by those of their
/// orbits' representatives, so one state of each orbit stays.
final class StateSet {
  let words: Int
  private let keyWords: Int
  private(set) var count = 0
  private var capacity = 0
  private var states: UnsafeMutablePointer<UInt64>
  /// What states are compared by; the states themselves where that is nothing else.
  private var keys: UnsafeMutablePointer<UInt64>
  private var notes: UnsafeMutablePointer<Note>
  private var table: UnsafeMutablePointer<Int32>
  private var tableSize = 0

  struct Note {
    var hash: UInt64
    /// Where the state stands in the history.
    var node: Int32
    /// The property that the behaviour which led here has broken, -1 for none.
    var broken: Int32
  }

  /// - Parameter keyWords: The length of a key; 0 where states are their own keys.
  init(words: Int, keyWords: Int = 0) {
    self.words = words
    self.keyWords = keyWords
    states = .allocate(capacity: 0)
    keys = .allocate(capacity: 0)
    notes = .allocate(capacity: 0)
    table = .allocate(capacity: 0)
  }

  deinit {
    states.deallocate()
    keys.deallocate()
    notes.deallocate()
    table.deallocate()
  }

  /// Whether states are compared by something else than themselves.
  var hasKeys: Bool { keyWords > 0 }

  subscript(index: Int) -> UnsafePointer<UInt64> { UnsafePointer(states + index &* words) }

  func note(_ index: Int) -> Note { notes[index] }

  func setNode(_ node: Int32, of index: Int) { notes[index].node = node }

  /// Bytes that it takes.
  var memory: Int { capacity * (words + keyWords) * 8 + capacity * MemoryLayout<Note>.stride + tableSize * 4 }

  func removeAll() {
    count = 0
    // A table that was large once is not cleared for every line after.
    if tableSize > 64 {
      table.deallocate()
      table = .allocate(capacity: 0)
      tableSize = 0
    } else {
      table.update(repeating: -1, count: tableSize)
    }
  }

  /// Adds a state unless it is there.
  ///
  /// Of two behaviours that lead to one state, one that has broken nothing is kept.
  ///
  /// - Returns: Its place, and whether it is new there.
  func insert(
    _ state: UnsafePointer<UInt64>, key: UnsafePointer<UInt64>? = nil, broken: Int32
  ) -> (index: Int, isNew: Bool) {
    let (key, width) = (key ?? state, key == nil ? words : keyWords)
    let hash = count == 0 ? 0 : hash(key, width: width)
    if count == 1 && notes[0].hash == 0 { notes[0].hash = DistCheckEngine.hash(keyAt(0), width: width) }
    if count > 0, let index = find(key, width, hash) {
      guard notes[index].broken >= 0 && broken < 0 else { return (index, false) }
      notes[index].broken = broken
      return (index, true)
    }
    if count == capacity { grow() }
    states.advanced(by: count * words).update(from: state, count: words)
    if keyWords > 0 { keys.advanced(by: count * keyWords).update(from: key, count: keyWords) }
    notes[count] = Note(hash: hash, node: -1, broken: broken)
    count += 1
    if count > 8 { enter(count - 1) }
    return (count - 1, true)
  }

  private func keyAt(_ index: Int) -> UnsafePointer<UInt64> {
    keyWords > 0 ? UnsafePointer(keys + index * keyWords) : self[index]
  }

  private func find(_ key: UnsafePointer<UInt64>, _ width: Int, _ hash: UInt64) -> Int? {
    if count <= 8 {
      for index in 0..<count where notes[index].hash == hash && equal(keyAt(index), key, width: width) { return index }
      return nil
    }
    var place = slot(hash: hash, of: tableSize)
    while table[place] >= 0 {
      let index = Int(table[place])
      if notes[index].hash == hash && equal(keyAt(index), key, width: width) { return index }
      place = place + 1 == tableSize ? 0 : place + 1
    }
    return nil
  }

  private func enter(_ index: Int) {
    if count * 2 > tableSize || count == 9 {
      tableSize = max(64, tableSize, count * 4)
      table.deallocate()
      table = .allocate(capacity: tableSize)
      table.initialize(repeating: -1, count: tableSize)
      for other in 0..<count { place(other) }
    } else {
      place(index)
    }
  }

  private func place(_ index: Int) {
    var place = slot(hash: notes[index].hash, of: tableSize)
    while table[place] >= 0 { place = place + 1 == tableSize ? 0 : place + 1 }
    table[place] = Int32(index)
  }

  private func grow() {
    let larger = max(4, capacity * 2)
    func move<T: BitwiseCopyable>(_ old: inout UnsafeMutablePointer<T>, _ width: Int) {
      let new = UnsafeMutablePointer<T>.allocate(capacity: larger * width)
      new.update(from: old, count: count * width)
      old.deallocate()
      old = new
    }
    move(&states, words)
    if keyWords > 0 { move(&keys, keyWords) }
    move(&notes, 1)
    capacity = larger
  }
}
