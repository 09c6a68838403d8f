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
