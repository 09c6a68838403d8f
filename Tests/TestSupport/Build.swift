/// How these tests were built.
package enum Build {
  /// Whether the optimiser was at work: without it, hundreds of random systems take a quarter of an hour.
  package static let isOptimized: Bool = {
    #if DEBUG
      false
    #else
      true
    #endif
  }()
}
