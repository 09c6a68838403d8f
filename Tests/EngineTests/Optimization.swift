import Testing

extension Trait where Self == ConditionTrait {
  /// Of suites that try hundreds of random systems: without the optimiser they take a quarter of an hour, and are skipped.
  static var needsOptimization: Self {
    #if DEBUG
      let isOptimized = false
    #else
      let isOptimized = true
    #endif
    return .enabled(if: isOptimized, "too slow without the optimiser: swift test -c release")
  }
}
