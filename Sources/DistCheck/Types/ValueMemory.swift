// Values without information, such as those of an enum of one case and arrays of them, take no memory that Swift 6.3 knows
// of: `withUnsafeBytes(of:)` and `withUnsafePointer(to:)` then give an address that is undefined, and so the count of a
// buffer is, too. So here they are not used for values of a type that someone else chooses.

/// Shows a value where it lies in memory.
@inlinable @inline(__always)
func withMemory<T, Result, Failure: Error>(
  of value: T, _ look: (UnsafePointer<T>) throws(Failure) -> Result
) throws(Failure) -> Result {
  // A temporary allocation has at least a stride.
  var result: Swift.Result<Result, Failure>?
  withUnsafeTemporaryAllocation(of: T.self, capacity: 1) { place in
    let place = place.baseAddress!
    place.initialize(to: value)
    do throws(Failure) { result = .success(try look(UnsafePointer(place))) } catch { result = .failure(error) }
    place.deinitialize(count: 1)
  }
  return try result!.get()
}

/// The bytes of a value of at most eight bytes, as an integer.
@inlinable @inline(__always)
func firstWord<T: BitwiseCopyable>(_ value: T) -> UInt64 {
  var word: UInt64 = 0
  withUnsafeMutableBytes(of: &word) { $0.baseAddress!.storeBytes(of: value, as: T.self) }
  return word
}

/// Compares two values by their bytes; negative when the left one comes first. They have some information.
@inlinable @inline(__always)
func compareBytes<T: BitwiseCopyable>(_ left: T, _ right: T) -> Int {
  if MemoryLayout<T>.size <= 8 {
    let (left, right) = (firstWord(left), firstWord(right))
    return left == right ? 0 : left < right ? -1 : 1
  }
  return withUnsafeBytes(of: left) { left in
    withUnsafeBytes(of: right) { right in
      for index in 0..<MemoryLayout<T>.size where left[index] != right[index] {
        return left[index] < right[index] ? -1 : 1
      }
      return 0
    }
  }
}
