#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How much a lossy search is expected to have missed.
public struct Loss: Equatable, Sendable {
  public enum Kind: String, Sendable {
    case hashCompaction = "hash-compaction"
    case bitstate
  }

  public var kind: Kind
  /// Of a signature; or of the whole array.
  public var bits: Int
  /// How many states were taken for known though they were new, in expectation.
  ///
  /// A state that was inserted had a probability s of being recognised as new; for each such state (1 − s) / s others
  /// are expected that were not. With hash functions that are random, the sum has the expectation of the number of
  /// omitted states. What can be reached through omitted states only was never looked up, and is not in it.
  public var expectedOmissions: Double
  /// How full the table or the array was at the end, 0 to 1.
  public var fill: Double

  public init(kind: Kind, bits: Int, expectedOmissions: Double, fill: Double) {
    self.kind = kind
    self.bits = bits
    self.expectedOmissions = expectedOmissions
    self.fill = fill
  }

  /// The probability that at least one state was omitted, 1 − e^−expected: omissions are rare and nearly independent.
  public var omissionProbability: Double { -expm1(-expectedOmissions) }
}

/// What one worker adds up of the omissions that are to be expected.
struct LossTally {
  var expectedOmissions = 0.0
  /// Of bitstate: bits that this worker has set since it told the others, and those that it knew of then.
  var setBits = 0
  var knownBits = 0
}

/// What the items of the lossy stores have in common: the packed state, since the store has forgotten it, and a word that
/// says where the log tells how it was reached.
struct LossyItems {
  /// What `find` says of a known state, whose depth nobody remembers: the label of no depth.
  static let known: UInt64 = 256
  /// Numbers for a memo: the two halves of the entry in the log.
  static let memoWidth = 2

  let width: Int
  let writer: UnsafeMutablePointer<LogWriter>

  @inline(__always)
  func load(
    _ item: UnsafePointer<UInt64>, into packed: UnsafeMutablePointer<UInt64>, memo: UnsafeMutablePointer<UInt32>
  ) {
    for k in 0..<width { packed[k] = item[k] }
    memo[0] = UInt32(truncatingIfNeeded: item[width])
    memo[1] = UInt32(truncatingIfNeeded: item[width] &>> 32)
  }

  @inline(__always)
  func write(_ packed: UnsafePointer<UInt64>, to item: UnsafeMutablePointer<UInt64>) {
    for k in 0..<width { item[k] = packed[k] }
  }

  @inline(__always)
  func record(_ entry: LogEntry, in item: UnsafeMutablePointer<UInt64>) { item[width] = writer.pointee.append(entry) }
}
