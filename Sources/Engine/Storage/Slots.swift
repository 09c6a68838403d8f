internal import CDistCheckEngine

/// The words of an open-addressing table with linear probing, which all workers look into and fill at the same time. A
/// word is an entry; 0 is a free slot. What an entry means, and by which hash it is found, is up to the store.
///
/// Relies on the table being where it is: good until the store grows. Everything is inlined, and what is passed in,
/// too, so that every store has a loop of its own.
struct Slots {
  let base: UnsafeMutablePointer<UInt64>
  let count: Int

  @inline(__always)
  init(_ table: PagedMemory) {
    base = table.base.assumingMemoryBound(to: UInt64.self)
    count = table.byteCount &>> 3
  }

  /// The first slot to look at.
  @inline(__always)
  func home(_ hash: UInt64) -> Int { slot(hash: hash, of: count) }

  @inline(__always)
  func next(_ slot: Int) -> Int { slot &+ 1 == count ? 0 : slot &+ 1 }

  @inline(__always)
  func prefetch(_ hash: UInt64) { ce_prefetch(base + home(hash)) }

  @inline(__always)
  subscript(slot: Int) -> UInt64 { ce_load(base + slot) }

  /// The entry that is sought, and its slot; 0 and a free slot when it is not there.
  @inline(__always)
  func find(_ hash: UInt64, where isSought: (UInt64) -> Bool) -> (entry: UInt64, slot: Int) {
    var slot = home(hash)
    while true {
      let entry = self[slot]
      if entry == 0 || isSought(entry) { return (entry, slot) }
      slot = next(slot)
    }
  }

  /// Enters what was not found.
  ///
  /// - Returns: 0, or the entry that is sought when that has been entered in the meantime.
  @inline(__always)
  func insert(_ new: UInt64, _ hash: UInt64, unless isSought: (UInt64) -> Bool) -> UInt64 {
    var slot = home(hash)
    while true {
      var entry = self[slot]
      if entry == 0 {
        entry = ce_compare_exchange(base + slot, 0, new)
        if entry == 0 { return 0 }
      }
      if isSought(entry) { return entry }
      slot = next(slot)
    }
  }

  /// Enters what cannot be in the table.
  @inline(__always)
  func enter(_ entry: UInt64, _ hash: UInt64) {
    var slot = home(hash)
    while self[slot] != 0 || ce_compare_exchange(base + slot, 0, entry) != 0 { slot = next(slot) }
  }
}
