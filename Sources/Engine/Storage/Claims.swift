internal import CDistCheckEngine

/// How many entries of a table are taken, or are about to be: workers claim room for what they will insert, all at the
/// same time, and give back what they have not used of it.
///
/// Relies on lying in memory that does not move while workers are at work.
struct Claims {
  private var claimed: UInt64

  init(_ count: Int = 0) { claimed = UInt64(count) }

  var count: Int { Int(claimed) }

  /// Claims room for so many more. False when there would be more than the limit then.
  mutating func claim(_ more: Int, limit: Int) -> Bool {
    let before = Int(ce_add(&claimed, UInt64(more)))
    if before + more <= limit { return true }
    giveBack(more)
    return false
  }

  mutating func giveBack(_ unused: Int) { _ = ce_add(&claimed, UInt64(bitPattern: Int64(-unused))) }
}
