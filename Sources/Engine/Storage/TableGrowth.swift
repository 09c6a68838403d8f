/// How full a table of words gets before it grows, and by how much it grows then.
struct TableGrowth {
  /// A table is full when one in so many slots is free.
  private let parts: Int
  /// It grows by one in so many bytes.
  private let step: Int

  /// Three quarters full, by half.
  static var byHalf: TableGrowth { TableGrowth(parts: 4, step: 2) }
  /// Four fifths full, by a third.
  static var byThird: TableGrowth { TableGrowth(parts: 5, step: 3) }

  /// Entries that a table of so many bytes may hold.
  func threshold(bytes: Int) -> Int { bytes / 8 / parts * (parts - 1) }

  /// Bytes of a table that may hold so many entries, grown from one of so many bytes.
  func bytes(from bytes: Int, entries: Int) -> Int {
    var bytes = bytes
    while threshold(bytes: bytes) < entries { bytes = (bytes + bytes / step) / 8 * 8 }
    return bytes
  }
}
